"""The audit log: who looked at what and changed what, when, from where. The database refuses to change or delete a row.

It holds no word of a call, and names calls by number. Which call a number stands for lies apart, so that erasing a call leaves what was
done and takes away whose conversation it was.
"""

import getpass
import os
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from review.database import audit_log, audited_calls


@dataclass(frozen=True)
class Entry:
    at: datetime
    account: str
    role: str
    address: str
    action: str
    subject: str
    detail: str


Call = tuple[str, str]
"""A call by its business date and id."""

_OF_CALL = re.compile(r"call (\d+)")


def operator() -> str:
    """The user of this machine that a command runs as; in containers the number may be all that is known."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def record(
    engine: sa.Engine,
    account: str,
    role: str,
    address: str,
    action: str,
    subject: str = "",
    detail: str = "",
    call: Call | None = None,
) -> None:
    """Add an entry. `subject`, or the call, is what was looked at or changed, `detail` how."""
    with engine.begin() as connection:
        connection.execute(
            audit_log.insert().values(
                at=datetime.now(UTC), account=account[:100], role=role, address=address[:100], action=action,
                subject=f"call {_number_of(connection, call)}" if call else subject[:600], detail=detail,
            )
        )  # fmt: skip


def forget(connection: sa.Connection, call: Call) -> None:
    """Take away which call its entries are of."""
    connection.execute(audited_calls.delete().where(audited_calls.c.date == call[0], audited_calls.c.call_id == call[1]))


def latest(engine: sa.Engine, account: str, subject: str, page: int, page_size: int) -> list[Entry]:
    """A page of the log, newest first; `account` and `subject` narrow it where they are not empty."""
    columns = [audit_log.c[name] for name in Entry.__dataclass_fields__]
    wanted = sa.select(*columns).order_by(audit_log.c.id.desc()).limit(page_size).offset((page - 1) * page_size)
    with engine.connect() as connection:
        if account:
            wanted = wanted.where(audit_log.c.account == account)
        if subject:
            its_name = audited_calls.c.date + "/" + audited_calls.c.call_id
            numbers = connection.execute(sa.select(audited_calls.c.number).where(its_name.contains(subject, autoescape=True))).scalars()
            calls = [f"call {number}" for number in numbers]
            wanted = wanted.where(audit_log.c.subject.contains(subject, autoescape=True) | audit_log.c.subject.in_(calls))
        entries = [Entry(*row) for row in connection.execute(wanted)]
        numbers = {int(found[1]) for entry in entries if (found := _OF_CALL.fullmatch(entry.subject))}
        known = sa.select(audited_calls).where(audited_calls.c.number.in_(numbers))
        names = {f"call {number}": f"{date}/{call_id}" for number, date, call_id in connection.execute(known)}
    return [replace(entry, subject=names.get(entry.subject, _without_name(entry.subject))) for entry in entries]


def _without_name(subject: str) -> str:
    return f"{subject}, erased" if _OF_CALL.fullmatch(subject) else subject


def _number_of(connection: sa.Connection, call: Call) -> int:
    date, call_id = call
    own = sa.select(audited_calls.c.number).where(audited_calls.c.date == date, audited_calls.c.call_id == call_id)
    if (number := connection.execute(own).scalar()) is not None:
        return number
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(insert(audited_calls).values(date=date, call_id=call_id).on_conflict_do_nothing())  # two viewers at once
    return connection.execute(own).scalar_one()
