"""The database of people's work: accounts, sessions, reviews, appeals, the audit log. SQLite by default, Postgres by URL.

What the machine said and what people said is only ever added to: a changed mind is a new row, and the newest counts.
"""

from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import event
from sqlalchemy.types import DateTime, TypeDecorator

MIGRATIONS = Path(__file__).parent / "migrations"


class Moment(TypeDecorator):
    """A point in time, UTC, with its zone on both sides (SQLite itself keeps none)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None if dialect.name == "sqlite" else UTC)

    def process_result_value(self, value: datetime | None, dialect) -> datetime | None:
        return None if value is None else (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(100), nullable=False, unique=True),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("agent_id", sa.String(200)),
    sa.Column("password_hash", sa.String(300)),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("disabled_at", Moment),
)
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.ForeignKey("accounts.id"), nullable=False, index=True),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("blind", sa.Boolean, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
)
login_failures = sa.Table(
    "login_failures",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(100), nullable=False, index=True),
    sa.Column("address", sa.String(100), nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
)
machine_versions = sa.Table(
    "machine_versions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("date", sa.String(10), nullable=False),
    sa.Column("call_id", sa.String(500), nullable=False),
    sa.Column("content_hash", sa.String(64), nullable=False),
    sa.Column("rubric", sa.String(100)),
    sa.Column("engine", sa.String(300)),
    sa.Column("settings", sa.String(100)),
    sa.Column("scores", sa.Text, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("recorded_at", Moment, nullable=False),
    sa.UniqueConstraint("date", "call_id", "content_hash"),
)
reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("date", sa.String(10), nullable=False),
    sa.Column("call_id", sa.String(500), nullable=False),
    sa.Column("account_id", sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("blind", sa.Boolean, nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("done_at", Moment),
    sa.UniqueConstraint("date", "call_id", "account_id"),
)
judgements = sa.Table(
    "judgements",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("review_id", sa.ForeignKey("reviews.id"), nullable=False, index=True),
    sa.Column("machine_version_id", sa.ForeignKey("machine_versions.id"), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("subject", sa.String(20), nullable=False),
    sa.Column("target", sa.String(100), nullable=False),
    sa.Column("verdict", sa.String(20)),
    sa.Column("reason", sa.String(30)),
    sa.Column("value", sa.Float),
    sa.Column("comment", sa.Text),
    sa.Column("skill", sa.String(30)),
    sa.Column("behaviour", sa.String(60)),
    sa.Column("speaker", sa.String(10)),
    sa.Column("start_s", sa.Float),
    sa.Column("end_s", sa.Float),
    sa.Column("quote", sa.Text),
)
appeals = sa.Table(
    "appeals",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("date", sa.String(10), nullable=False),
    sa.Column("call_id", sa.String(500), nullable=False),
    sa.Column("account_id", sa.ForeignKey("accounts.id"), nullable=False, index=True),
    sa.Column("machine_version_id", sa.ForeignKey("machine_versions.id"), nullable=False),
    sa.Column("skill", sa.String(30), nullable=False),
    sa.Column("criterion", sa.String(60), nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("decided_by", sa.ForeignKey("accounts.id")),
    sa.Column("decided_at", Moment),
    sa.Column("blind_value", sa.Float),
    sa.Column("blind_at", Moment),
    sa.Column("verdict", sa.String(20)),
    sa.Column("decision", sa.Text),
)
acknowledgements = sa.Table(
    "acknowledgements",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("date", sa.String(10), nullable=False),
    sa.Column("call_id", sa.String(500), nullable=False),
    sa.Column("account_id", sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.UniqueConstraint("date", "call_id", "account_id"),
)
saved_views = sa.Table(
    "saved_views",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("account_id", sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("query", sa.Text, nullable=False),
    sa.UniqueConstraint("account_id", "name"),
)
audit_log = sa.Table(
    "audit_log",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("account", sa.String(100), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("address", sa.String(100), nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(600), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
)
audited_calls = sa.Table(
    "audited_calls",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("date", sa.String(10), nullable=False),
    sa.Column("call_id", sa.String(500), nullable=False),
    sa.UniqueConstraint("date", "call_id"),
    sqlite_autoincrement=True,  # the number of an erased call is never given to another
)


def open_database(url: str, version: str = "head") -> sa.Engine:
    """The database at a SQLAlchemy URL, brought to the present version of its tables, or to an older one."""
    engine = sa.create_engine(url, hide_parameters=True)  # errors never quote words of a call or password hashes
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_settings)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    return engine


def default_url(results: Path) -> str:
    """Reviews lie beside the results unless told otherwise, in a folder that only its owner can read."""
    folder = results / "review"
    folder.mkdir(mode=0o700, exist_ok=True)
    return f"sqlite:///{folder.resolve() / 'review.sqlite'}"


def existing_url(results: Path | None, database: str) -> str | None:
    """Where the reviews of some results lie: the database that is named, else that of the results folder; None where nobody ever reviewed.

    `results` is None where they lie on no local disk.
    """
    if database or results is None:
        return database or None
    return default_url(results) if (results / "review" / "review.sqlite").is_file() else None


def _sqlite_settings(connection, _record) -> None:
    """Readers beside a writer, references checked, a wait instead of an error where two write at once, and deleted is overwritten."""
    for setting in ("journal_mode = WAL", "foreign_keys = ON", "busy_timeout = 10000", "secure_delete = ON"):
        connection.execute(f"PRAGMA {setting}")
