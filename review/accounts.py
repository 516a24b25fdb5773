"""Accounts, sign-in and sessions. Passwords are hashed with argon2; session and one-time tokens are stored as hashes only."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from review.database import accounts, login_failures, sessions
from review.errors import AccountProblem

Role = Literal["admin", "qa_lead", "coach", "agent"]
ROLES: tuple[Role, ...] = ("admin", "qa_lead", "coach", "agent")
LOCAL_NAME = "local"
"""The account of whoever opens the one-time link: the person at this machine's keyboard. It has no password."""

SHORTEST_PASSWORD = 12
SESSION_LASTS = timedelta(hours=12)
FAILURE_WINDOW = timedelta(minutes=15)
MOST_FAILURES_PER_NAME = 5
MOST_FAILURES_PER_ADDRESS = 20
_hasher = PasswordHasher()
_nobody = _hasher.hash("nobody has this password")
"""Checked when the name is unknown, so that the answer takes as long as for a known one."""


@dataclass(frozen=True)
class Account:
    id: int
    name: str
    role: Role
    agent_id: str | None
    disabled: bool


@dataclass(frozen=True)
class Session:
    """A signed-in browser. `blind` hides scores until the reviewer has scored."""

    account: Account
    csrf: str
    blind: bool


class TooManyAttempts(Exception):
    """Sign-in was tried too often; it is refused for a while, also with the right password."""


def add_account(engine: sa.Engine, name: str, role: str, password: str | None, agent_id: str | None = None) -> Account:
    """Make an account. Raises AccountProblem where it cannot be made as asked."""
    name, agent_id = name.strip(), (agent_id or "").strip() or None
    if not name or len(name) > 100:
        raise AccountProblem("an account needs a name of 1 to 100 characters")
    if name == LOCAL_NAME and password is not None:
        raise AccountProblem(f"the name {LOCAL_NAME!r} is kept for the person at this machine; choose another")
    if role not in ROLES:
        raise AccountProblem(f"there is no role {role!r}; roles are {', '.join(ROLES)}")
    if role == "agent" and agent_id is None:
        raise AccountProblem("an agent's account needs the agent id under which the calls are stored (column agent_id)")
    if password is not None:
        _check_password(password)
    values = {
        "name": name,
        "role": role,
        "agent_id": agent_id,
        "password_hash": None if password is None else _hasher.hash(password),
        "created_at": datetime.now(UTC),
    }
    try:
        with engine.begin() as connection:
            number = connection.execute(accounts.insert().values(values)).inserted_primary_key[0]
    except sa.exc.IntegrityError as error:
        raise AccountProblem(f"there is already an account {name!r}") from error
    return Account(number, name, role, agent_id, False)  # type: ignore[arg-type]


def list_accounts(engine: sa.Engine) -> list[Account]:
    with engine.connect() as connection:
        return [_account(row) for row in connection.execute(sa.select(accounts).order_by(accounts.c.name))]


def known_name(engine: sa.Engine, name: str) -> str:
    """The name if an account has it, else nothing: what somebody typed there by mistake may be a password."""
    with engine.connect() as connection:
        return connection.execute(sa.select(accounts.c.name).where(accounts.c.name == name)).scalar() or ""


def has_accounts(engine: sa.Engine) -> bool:
    """Whether anybody can sign in with a password."""
    usable = accounts.c.password_hash.is_not(None) & accounts.c.disabled_at.is_(None)
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).where(usable)).scalar_one() > 0


def set_password(engine: sa.Engine, account_id: int, password: str) -> None:
    """Give an account another password, which ends its sessions at once. AccountProblem where it has none or this one is too short."""
    _check_password(password)
    with engine.begin() as connection:
        named = (accounts.c.id == account_id) & accounts.c.password_hash.is_not(None)
        if not connection.execute(accounts.update().where(named).values(password_hash=_hasher.hash(password))).rowcount:
            raise AccountProblem("this account signs in by the one-time link and has no password")
        connection.execute(sessions.delete().where(sessions.c.account_id == account_id))


def _check_password(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise AccountProblem(f"the password has {len(password)} characters; at least {SHORTEST_PASSWORD} are needed")


def set_disabled(engine: sa.Engine, account_id: int, disabled: bool) -> None:
    """Disable an account, which ends its sessions at once, or enable it again."""
    with engine.begin() as connection:
        moment = datetime.now(UTC) if disabled else None
        connection.execute(accounts.update().where(accounts.c.id == account_id).values(disabled_at=moment))
        if disabled:
            connection.execute(sessions.delete().where(sessions.c.account_id == account_id))


def local_account(engine: sa.Engine) -> Account:
    """The account of the person at this machine, made when first needed."""
    with engine.connect() as connection:
        row = connection.execute(sa.select(accounts).where(accounts.c.name == LOCAL_NAME)).first()
    return _account(row) if row else add_account(engine, LOCAL_NAME, "admin", None)


def sign_in(engine: sa.Engine, name: str, password: str, address: str) -> Account | None:
    """The account that name and password belong to; None where they belong to none.

    Raises TooManyAttempts after 5 failures for a name or 20 from an address within 15 minutes.
    """
    now = datetime.now(UTC)
    recent = login_failures.c.at > now - FAILURE_WINDOW
    with engine.begin() as connection:
        for column, value, most in (
            (login_failures.c.name, name, MOST_FAILURES_PER_NAME),
            (login_failures.c.address, address, MOST_FAILURES_PER_ADDRESS),
        ):
            if connection.execute(sa.select(sa.func.count()).where(recent, column == value)).scalar_one() >= most:
                raise TooManyAttempts
        # Counted before it is checked, so that many at once do not all slip through.
        failure = connection.execute(login_failures.insert().values(name=name, address=address, at=now)).inserted_primary_key[0]
    with engine.connect() as connection:
        row = connection.execute(sa.select(accounts).where(accounts.c.name == name)).first()
    usable = row is not None and row.password_hash is not None and row.disabled_at is None
    if not _matches(row.password_hash if usable else _nobody, password) or not usable:
        return None
    with engine.begin() as connection:
        connection.execute(login_failures.delete().where(login_failures.c.id == failure))
        connection.execute(login_failures.delete().where(login_failures.c.at < now - FAILURE_WINDOW))
    return _account(row)


def open_session(engine: sa.Engine, account: Account) -> str:
    """Begin a session; returns the token for the cookie, which is stored nowhere."""
    token, now = secrets.token_urlsafe(32), datetime.now(UTC)
    with engine.begin() as connection:
        connection.execute(sessions.delete().where(sessions.c.expires_at < now))
        connection.execute(
            sessions.insert().values(
                token_hash=_hash(token), account_id=account.id, csrf=secrets.token_urlsafe(32), blind=False, expires_at=now + SESSION_LASTS
            )
        )
    return token


def find_session(engine: sa.Engine, token: str) -> Session | None:
    """The session of a cookie; None where it is forged, over, or its account disabled."""
    wanted = sa.select(accounts, sessions.c.csrf, sessions.c.blind).join(sessions, sessions.c.account_id == accounts.c.id)
    wanted = wanted.where(
        sessions.c.token_hash == _hash(token), sessions.c.expires_at > datetime.now(UTC), accounts.c.disabled_at.is_(None)
    )
    with engine.connect() as connection:
        row = connection.execute(wanted).first()
    return None if row is None else Session(_account(row), row.csrf, row.blind)


def close_session(engine: sa.Engine, token: str) -> None:
    with engine.begin() as connection:
        connection.execute(sessions.delete().where(sessions.c.token_hash == _hash(token)))


def set_blind(engine: sa.Engine, token: str, blind: bool) -> None:
    with engine.begin() as connection:
        connection.execute(sessions.update().where(sessions.c.token_hash == _hash(token)).values(blind=blind))


class OneTimeToken:
    """The token of the link that is printed at the start: good once, for this process only."""

    def __init__(self) -> None:
        self.text = secrets.token_urlsafe(32)
        self._left: str | None = _hash(self.text)

    def spend(self, offered: str) -> bool:
        """Whether this is the token, which then is good no more."""
        left = self._left
        if left is None or not secrets.compare_digest(left, _hash(offered)):
            return False
        self._left = None
        return True


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _account(row) -> Account:
    return Account(row.id, row.name, row.role, row.agent_id, row.disabled_at is not None)
