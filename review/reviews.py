"""What people say about a call. Every saying is a row that stays; the newest about the same thing counts.

Beside it stays what the machine said at that moment (`machine_versions`), so that machine and person can be compared even
after a rescore.
"""

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

import sqlalchemy as sa

from review.database import accounts, judgements, machine_versions, reviews
from review.results import CallRecord
from review.worklist import Reviewed
from scoring.rubric import SCORED_SKILLS
from scoring.tables import EvidenceRow, ScoreRow

Subject = Literal["evidence", "criterion", "score", "comment", "missing"]
Verdict = Literal["agree", "disagree", "withdrawn", "not_applicable"]


@dataclass(frozen=True)
class Judgement:
    """One thing a person says: about a sign (`evidence`, target its key), a criterion, a skill's `score`, a `comment` on the
    call, or a sign that is `missing` (target its own key)."""

    subject: Subject
    target: str
    verdict: Verdict | None = None
    reason: str | None = None
    value: float | None = None
    comment: str | None = None
    skill: str | None = None
    behaviour: str | None = None
    speaker: str | None = None
    start_s: float | None = None
    end_s: float | None = None
    quote: str | None = None


@dataclass(frozen=True)
class Review:
    """One person's review of a call as it stands. `blind`: the scores were hidden until the own ones were given."""

    id: int
    account: str
    blind: bool
    done_at: datetime | None
    evidence: dict[str, Judgement] = field(default_factory=dict)
    criteria: dict[str, Judgement] = field(default_factory=dict)
    scores: dict[str, Judgement] = field(default_factory=dict)
    missing: tuple[Judgement, ...] = ()
    comment: str = ""

    @property
    def scored(self) -> bool:
        """Whether the person gave, or declared not applicable, every skill."""
        return set(SCORED_SKILLS) <= set(self.scores)


JUDGEMENT_COLUMNS = [judgements.c[each.name] for each in dataclasses.fields(Judgement)]


def keep_machine_version(engine: sa.Engine, record: CallRecord) -> int:
    """Keep what the machine says about a call now, unless this very version is kept already; returns its number."""
    scores, evidence = _rows_json(record.scores), _rows_json(record.evidence)
    call = record.call
    key = {"date": record.date, "call_id": call.call_id, "content_hash": version_hash(record)}
    wanted = sa.select(machine_versions.c.id).where(*(machine_versions.c[name] == value for name, value in key.items()))
    made_by = {"rubric": call.rubric, "engine": call.engine, "settings": call.settings}
    made = machine_versions.insert().values(**key, **made_by, scores=scores, evidence=evidence, recorded_at=datetime.now(UTC))
    return _found_or_made(engine, wanted, made)


def version_hash(record: CallRecord) -> str:
    """SHA-256 of what the machine says about a call and of what it was made by."""
    call = record.call
    parts = (_rows_json(record.scores), _rows_json(record.evidence), str(call.rubric), str(call.engine), str(call.settings))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _rows_json(rows: Sequence[ScoreRow] | Sequence[EvidenceRow]) -> str:
    return json.dumps([dataclasses.asdict(row) for row in rows], sort_keys=True)


def open_review(engine: sa.Engine, date: str, call_id: str, account_id: int, hidden: bool) -> int:
    """The number of a person's review of a call, begun now if there is none. Whoever has seen the scores before giving the
    own ones is no longer blind."""
    key = (reviews.c.date == date, reviews.c.call_id == call_id, reviews.c.account_id == account_id)
    made = reviews.insert().values(date=date, call_id=call_id, account_id=account_id, blind=hidden, started_at=datetime.now(UTC))
    number = _found_or_made(engine, sa.select(reviews.c.id).where(*key), made)
    if not hidden and not read_review(engine, number).scored:
        with engine.begin() as connection:
            connection.execute(reviews.update().where(reviews.c.id == number, reviews.c.blind).values(blind=False))
    return number


def judge(engine: sa.Engine, review: int, machine_version: int, said: Sequence[Judgement]) -> None:
    """Add what a person says. A review that was done is open again."""
    about = {"review_id": review, "machine_version_id": machine_version, "at": datetime.now(UTC)}
    rows = [dataclasses.asdict(each) | about for each in said]
    with engine.begin() as connection:
        connection.execute(judgements.insert(), rows)
        connection.execute(reviews.update().where(reviews.c.id == review).values(done_at=None))


def set_done(engine: sa.Engine, review: int, done: bool) -> None:
    with engine.begin() as connection:
        connection.execute(reviews.update().where(reviews.c.id == review).values(done_at=datetime.now(UTC) if done else None))


def find_review(engine: sa.Engine, date: str, call_id: str, account_id: int) -> Review | None:
    """A person's review of a call; None where there is none."""
    wanted = sa.select(reviews.c.id).where(reviews.c.date == date, reviews.c.call_id == call_id, reviews.c.account_id == account_id)
    with engine.connect() as connection:
        number = connection.execute(wanted).scalar()
    return None if number is None else read_review(engine, number)


def reviews_of(engine: sa.Engine, date: str, call_id: str) -> list[Review]:
    """Everybody's reviews of a call, oldest first."""
    wanted = sa.select(reviews.c.id).where(reviews.c.date == date, reviews.c.call_id == call_id).order_by(reviews.c.id)
    with engine.connect() as connection:
        numbers = connection.execute(wanted).scalars().all()
    return [read_review(engine, number) for number in numbers]


def read_review(engine: sa.Engine, number: int) -> Review:
    """A review as it stands: the newest judgement about each thing."""
    head = sa.select(reviews.c.id, accounts.c.name, reviews.c.blind, reviews.c.done_at).join(accounts)
    with engine.connect() as connection:
        row = connection.execute(head.where(reviews.c.id == number)).one()
        said = connection.execute(sa.select(*JUDGEMENT_COLUMNS).where(judgements.c.review_id == number).order_by(judgements.c.id)).all()
    newest: dict[tuple[str, str], Judgement] = {}
    for each in (Judgement(*values) for values in said):
        newest[each.subject, each.target] = each
    standing = [each for each in newest.values() if each.verdict != "withdrawn"]
    comment = newest.get(("comment", "call"))
    return Review(
        *row,
        evidence={each.target: each for each in standing if each.subject == "evidence"},
        criteria={each.target: each for each in standing if each.subject == "criterion"},
        scores={each.target: each for each in standing if each.subject == "score"},
        missing=tuple(sorted((each for each in standing if each.subject == "missing"), key=lambda each: each.start_s or 0.0)),
        comment=(comment.comment or "") if comment else "",
    )


def progress(engine: sa.Engine) -> list[Reviewed]:
    """How far each call is that anybody opened: `reviewed` as soon as one person is done with it."""
    wanted = sa.select(reviews.c.date, reviews.c.call_id, sa.func.max(reviews.c.done_at)).group_by(reviews.c.date, reviews.c.call_id)
    with engine.connect() as connection:
        return [Reviewed(date, call_id, "opened" if done is None else "reviewed") for date, call_id, done in connection.execute(wanted)]


def _found_or_made(engine: sa.Engine, wanted: sa.Select, made: sa.Insert) -> int:
    """The number of a row, made where there is none; where two make it at once, both get the one that was made."""
    with engine.connect() as connection:
        number = connection.execute(wanted).scalar()
    if number is not None:
        return number
    try:
        with engine.begin() as connection:
            return connection.execute(made).inserted_primary_key[0]
    except sa.exc.IntegrityError:
        with engine.connect() as connection:
            return connection.execute(wanted).scalar_one()
