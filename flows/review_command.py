"""`rapport review`: the coaches' web application over the tables of a results folder."""

from dataclasses import dataclass
from pathlib import Path

import typer

from flows.errors import UsageError
from flows.pseudonyms import pseudonym, pseudonym_key
from flows.settings import find_config, load_settings, rubric_files
from review.accounts import ROLES
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
    options = ReviewOptions(Path(results), load_rubric(rubric_files(config)), settings.agent_channel, host, port, database, tls)
    try:
        if new_account is None:
            serve(options, _announce)
            return
        if new_account.role not in ROLES:
            raise UsageError(f"--role is {new_account.role!r}; roles are {', '.join(ROLES)}")
        password = typer.prompt(f"Password for {new_account.name}", hide_input=True, confirmation_prompt=True)
        agent_id = new_account.agent_id
        if agent_id is not None and settings.pseudonymise_agents:
            agent_id = pseudonym(agent_id, pseudonym_key())
        make_account(options, new_account.name, new_account.role, password, agent_id)
        typer.echo(f"Account {new_account.name} ({new_account.role}) made.")
    except ReviewError as error:
        raise UsageError(str(error)) from error


def _announce(address: str) -> None:
    once = " (the link works once)" if "token=" in address else ""
    typer.echo(f"Rapport review: {address}{once}\nStop it with Ctrl-C.")
