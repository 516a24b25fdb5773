"""Starts the application: opens its parts, decides who may come in, and serves until it is stopped."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import uvicorn

from review.accounts import OneTimeToken, add_account, has_accounts
from review.app import create_app
from review.database import default_url, open_database
from review.errors import AccountsNeeded
from review.media import MediaCache
from review.results import Results
from review.web import Site, make_templates
from scoring.rubric import Rubric


@dataclass(frozen=True)
class Tls:
    """Certificate and key files, PEM, for https without a proxy in front."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class ReviewOptions:
    """What the command was asked for. `database_url` empty: SQLite inside the results folder."""

    results: Path
    rubric: Rubric
    agent_channel: int
    host: str = "127.0.0.1"
    port: int = 8321
    database_url: str = ""
    tls: Tls | None = None
    agent_as_stored: Callable[[str], str] = str
    """What stands in the tables for an agent's id; AccountProblem where it cannot be told."""


def open_site(options: ReviewOptions) -> Site:
    """The parts of the application.

    Raises ResultsMissing where the folder is not there, and AccountsNeeded where other machines may connect although
    nobody has an account yet.
    """
    results = Results(options.results)
    database = open_database(options.database_url or default_url(options.results))
    local = is_local(options.host)
    if not local and not has_accounts(database):
        raise AccountsNeeded(
            f"{options.host} can be reached from other machines, so everybody has to sign in, and nobody has an account yet; "
            "make the first with `rapport review --results RESULTS --add-account NAME --role admin`"
        )
    return Site(
        results=results,
        database=database,
        media=MediaCache(options.results),
        rubric=options.rubric,
        agent_channel=options.agent_channel,
        one_time=OneTimeToken() if local else None,
        templates=make_templates(),
        agent_as_stored=options.agent_as_stored,
    )


def serve(options: ReviewOptions, announce: Callable[[str], None]) -> None:
    """Serve until stopped. `announce` gets the address to open: on this machine's own address a link that works once."""
    site = open_site(options)
    host = f"[{options.host}]" if ":" in options.host else options.host
    address = f"{'https' if options.tls else 'http'}://{host}:{options.port}/"
    announce(f"{address}enter?token={site.one_time.text}" if site.one_time else address)
    # No access log: addresses name calls, and the first one holds the token. What was seen stands in the audit log.
    uvicorn.run(
        create_app(site, is_local(options.host)), host=options.host, port=options.port, access_log=False, log_level="warning",
        server_header=False, ssl_certfile=options.tls.certificate if options.tls else None,
        ssl_keyfile=options.tls.key if options.tls else None,
    )  # fmt: skip


def make_account(options: ReviewOptions, name: str, role: str, password: str, agent_id: str | None) -> None:
    """Make an account from the command line; AccountProblem where it cannot be made as asked."""
    Results(options.results)
    stored = options.agent_as_stored(agent_id.strip()) if agent_id else agent_id
    add_account(open_database(options.database_url or default_url(options.results)), name, role, password, stored)


def is_local(host: str) -> bool:
    """Whether only this machine itself can connect to an address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
