"""`rapport review`: the coaches' web application over the tables of a results folder."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import typer

from flows.errors import ConfigError, UsageError
from flows.pseudonyms import pseudonym, pseudonym_key
from flows.settings import InputSettings, find_config, load_settings, rubric_files
from review.accounts import ROLES, AccountProblem
from review.errors import ReviewError
from review.serve import ReviewOptions, Tls, make_account, serve
from scoring.rubric import load_rubric


@dataclass(frozen=True)
class NewAccount:
    """An account to make instead of serving."""

    name: str
    role: str
    agent_id: str | None


def review_results(
    results: str, host: str, port: int, database: str, tls: Tls | None, new_account: NewAccount | None, asked_for: Path | None
) -> None:
    """Serve until stopped, or make an account. UsageError where the application cannot be started as asked."""
    if "://" in results:
        raise UsageError(f"{results}: the review application reads a results folder on this machine; mount or copy it")
    config = find_config(asked_for)
    settings = load_settings(config).input
    rubric = load_rubric(rubric_files(config))
    options = ReviewOptions(Path(results), rubric, settings.agent_channel, host, port, database, tls, _agents_as_stored(settings))
    try:
        if new_account is None:
            serve(options, _announce)
            return
        if new_account.role not in ROLES:
            raise UsageError(f"--role is {new_account.role!r}; roles are {', '.join(ROLES)}")
        password = typer.prompt(f"Password for {new_account.name}", hide_input=True, confirmation_prompt=True)
        make_account(options, new_account.name, new_account.role, password, new_account.agent_id)
        typer.echo(f"Account {new_account.name} ({new_account.role}) made.")
    except ReviewError as error:
        raise UsageError(str(error)) from error


def _agents_as_stored(settings: InputSettings) -> Callable[[str], str]:
    if not settings.pseudonymise_agents:
        return str

    def stored(agent_id: str) -> str:
        try:
            return pseudonym(agent_id, pseudonym_key())
        except ConfigError as error:
            raise AccountProblem(str(error)) from error

    return stored


def _announce(address: str) -> None:
    once = " (the link works once)" if "token=" in address else ""
    typer.echo(f"Rapport review: {address}{once}\nStop it with Ctrl-C.")
