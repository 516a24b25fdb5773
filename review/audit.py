"""The audit log: who looked at what and changed what, when, from where. The database refuses to change or delete a row.

It names calls by date and id and holds no word of a call.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from review.database import audit_log


@dataclass(frozen=True)
class Entry:
    at: datetime
    account: str
    role: str
    address: str
    action: str
    subject: str
    detail: str


def record(engine: sa.Engine, account: str, role: str, address: str, action: str, subject: str = "", detail: str = "") -> None:
    """Add an entry. `subject` is what was looked at or changed, `detail` how."""
    with engine.begin() as connection:
        connection.execute(
            audit_log.insert().values(
                at=datetime.now(UTC), account=account[:100], role=role, address=address[:100], action=action, subject=subject[:600],
                detail=detail,
            )
        )  # fmt: skip


def latest(engine: sa.Engine, account: str, subject: str, page: int, page_size: int) -> list[Entry]:
    """A page of the log, newest first; `account` and `subject` narrow it where they are not empty."""
    columns = [audit_log.c[name] for name in Entry.__dataclass_fields__]
    wanted = sa.select(*columns).order_by(audit_log.c.id.desc()).limit(page_size).offset((page - 1) * page_size)
    if account:
        wanted = wanted.where(audit_log.c.account == account)
    if subject:
        wanted = wanted.where(audit_log.c.subject.contains(subject, autoescape=True))
    with engine.connect() as connection:
        return [Entry(*row) for row in connection.execute(wanted)]
