"""The audit log names calls by number; which call a number stands for lies in a table that erasing can empty."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

OF_CALL = re.compile(r"(\d{4}-\d{2}-\d{2})/(.+)", re.DOTALL)


def upgrade() -> None:
    op.create_table(
        "audited_calls",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("date", sa.String(length=10), nullable=False),
        sa.Column("call_id", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audited_calls")),
        sa.UniqueConstraint("date", "call_id", name=op.f("uq_audited_calls_date_call_id")),
        sqlite_autoincrement=True,
    )
    connection = op.get_bind()
    log = sa.table("audit_log", sa.column("id"), sa.column("subject"))
    calls = sa.table("audited_calls", sa.column("number"), sa.column("date"), sa.column("call_id"))
    subjects = connection.execute(sa.select(log.c.subject).distinct().order_by(log.c.subject)).scalars()
    named = {subject: found.groups() for subject in subjects if (found := OF_CALL.fullmatch(subject))}
    if not named:
        return
    connection.execute(calls.insert(), [{"date": date, "call_id": call_id} for date, call_id in named.values()])
    numbers = {(date, call_id): number for number, date, call_id in connection.execute(sa.select(calls))}
    with _changeable(connection):
        for subject, call in named.items():
            connection.execute(log.update().where(log.c.subject == subject).values(subject=f"call {numbers[call]}"))


class _changeable:
    """The log refuses changes; for the length of the block it does not. Nobody else sees it: this is one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._sqlite = connection.dialect.name == "sqlite"

    def __enter__(self) -> None:
        if self._sqlite:
            (self._trigger,) = self._connection.exec_driver_sql(
                "SELECT sql FROM sqlite_master WHERE name = 'audit_log_no_update'"
            ).one()
            op.execute("DROP TRIGGER audit_log_no_update")
        else:
            op.execute("ALTER TABLE audit_log DISABLE TRIGGER audit_log_no_update")

    def __exit__(self, *_) -> None:
        op.execute(self._trigger if self._sqlite else "ALTER TABLE audit_log ENABLE TRIGGER audit_log_no_update")
