"""Everything that was ever said about a call: the machine's versions, and what people said, in order of time."""

import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from review.database import accounts, judgements, machine_versions, reviews
from review.results import CallRecord
from review.reviews import version_hash
from review.wording import plain, score, title
from scoring.rubric import SCORED_SKILLS


@dataclass(frozen=True)
class MachineVersion:
    """What the machine said when somebody judged it. `now`: it still says exactly this."""

    recorded_at: datetime
    rubric: str | None
    scores: dict[str, float | None]
    now: bool


@dataclass(frozen=True)
class Saying:
    at: datetime
    account: str
    text: str


@dataclass(frozen=True)
class History:
    """Oldest first."""

    machine: tuple[MachineVersion, ...]
    people: tuple[Saying, ...]


def read_history(engine: sa.Engine, record: CallRecord) -> History:
    """The history of a call as it is kept in the database."""
    present = version_hash(record)
    columns = (machine_versions.c.recorded_at, machine_versions.c.rubric, machine_versions.c.scores, machine_versions.c.content_hash)
    versions = sa.select(*columns).order_by(machine_versions.c.id)
    versions = versions.where(machine_versions.c.date == record.date, machine_versions.c.call_id == record.call.call_id)
    said = sa.select(judgements, accounts.c.name).join(reviews, reviews.c.id == judgements.c.review_id)
    said = said.join(accounts, accounts.c.id == reviews.c.account_id).order_by(judgements.c.id)
    said = said.where(reviews.c.date == record.date, reviews.c.call_id == record.call.call_id)
    with engine.connect() as connection:
        machine = [
            MachineVersion(row.recorded_at, row.rubric, _skill_scores(row.scores), row.content_hash == present)
            for row in connection.execute(versions)
        ]
        people = [Saying(row.at, row.name, _text(row)) for row in connection.execute(said)]
    return History(tuple(machine), tuple(people))


def _skill_scores(scores: str) -> dict[str, float | None]:
    totals = {row["skill"]: row["value"] for row in json.loads(scores) if row["skill"] == row["criterion"]}
    return {skill: totals[skill] for skill in SCORED_SKILLS if skill in totals}


def _text(row: sa.Row) -> str:
    """One saying in words, without words of the call."""
    if row.subject == "score":
        return f"scored {plain(row.target)} {score(row.value)}"
    if row.subject == "comment":
        return "commented on the call"
    what = title(row.behaviour or row.target)
    if row.subject == "missing":
        return "took back evidence added" if row.verdict == "withdrawn" else f"added missing evidence of {what}"
    verdict = {"agree": "agreed with", "disagree": "disagreed with", "withdrawn": "took back the word on"}[row.verdict]
    reason = f" ({plain(row.reason)})" if row.reason else ""
    return f"{verdict} {row.subject} {what}{reason}"
