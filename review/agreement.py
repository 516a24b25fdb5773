"""What people said, beside what the machine had said at that moment: the material of `rapport agree`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from review.database import accounts, appeals, judgements, machine_versions, reviews


@dataclass(frozen=True)
class HumanScore:
    """A person's score of a skill or criterion beside the machine's with its interval. None as a score is "not applicable".

    `blind`: given before the machine's was seen. `settled_by_appeal`: the second reviewer's blind score of an appealed
    criterion.
    """

    date: str
    call_id: str
    account: str
    skill: str
    criterion: str
    human: float | None
    machine: float | None
    machine_low: float | None
    machine_high: float | None
    rubric: str | None
    blind: bool
    settled_by_appeal: bool
    at: datetime


@dataclass(frozen=True)
class HumanVerdict:
    """A person's word on one sign: `agree` or `disagree`; `missing` for one that the machine did not find."""

    date: str
    call_id: str
    account: str
    skill: str
    behaviour: str
    verdict: Literal["agree", "disagree", "missing"]
    reason: str | None
    at: datetime


def human_scores(engine: sa.Engine) -> Iterator[HumanScore]:
    """The standing score of every skill that every reviewer gave, then those of decided appeals.

    Of a blind review it is the first: a later one was given with the machine's in view.
    """
    for row in _standing(engine, "score"):
        machine = _machine(row.scores, row.skill, row.target)
        if machine is None:  # that version of the rubric had no such criterion
            continue
        about = (row.date, row.call_id, row.name, row.skill, row.target)
        yield HumanScore(*about, row.value, *machine, row.rubric, row.blind, False, row.at)
    columns = (appeals, accounts.c.name, machine_versions.c.scores, machine_versions.c.rubric)
    decided = sa.select(*columns).join(accounts, accounts.c.id == appeals.c.decided_by).join(machine_versions)
    with engine.connect() as connection:
        for row in connection.execute(decided.where(appeals.c.verdict.is_not(None)).order_by(appeals.c.id)):
            machine, at = _machine(row.scores, row.skill, row.criterion), row.blind_at
            if machine is None:
                continue
            about = (row.date, row.call_id, row.name, row.skill, row.criterion)
            yield HumanScore(*about, row.blind_value, *machine, row.rubric, True, True, at)


def human_verdicts(engine: sa.Engine) -> Iterator[HumanVerdict]:
    """The standing word of every reviewer on every sign."""
    for subject in ("evidence", "missing"):
        for row in _standing(engine, subject):
            verdict = "missing" if subject == "missing" else row.verdict
            yield HumanVerdict(row.date, row.call_id, row.name, row.skill, row.behaviour, verdict, row.reason, row.at)


def _standing(engine: sa.Engine, subject: str) -> list[sa.Row]:
    """The newest judgement of each review about each thing, unless it was withdrawn; the first where a score was given blind."""
    counts = sa.func.max(judgements.c.id)
    if subject == "score":
        counts = sa.case((reviews.c.blind, sa.func.min(judgements.c.id)), else_=counts)
    newest = sa.select(counts).select_from(judgements.join(reviews)).where(judgements.c.subject == subject)
    newest = newest.group_by(judgements.c.review_id, judgements.c.target, reviews.c.blind)
    columns = (judgements, reviews.c.date, reviews.c.call_id, reviews.c.blind, accounts.c.name)
    wanted = sa.select(*columns, machine_versions.c.scores, machine_versions.c.rubric)
    wanted = wanted.join(reviews, reviews.c.id == judgements.c.review_id).join(accounts, accounts.c.id == reviews.c.account_id)
    wanted = wanted.join(machine_versions, machine_versions.c.id == judgements.c.machine_version_id)
    standing = judgements.c.verdict.is_(None) | (judgements.c.verdict != "withdrawn")
    with engine.connect() as connection:
        return list(connection.execute(wanted.where(judgements.c.id.in_(newest), standing).order_by(judgements.c.id)))


def _machine(scores: str, skill: str, criterion: str) -> tuple[float | None, float | None, float | None] | None:
    """The machine's value of a criterion in a kept version, and its interval; None where that version does not know it."""
    for row in json.loads(scores):
        if (row["skill"], row["criterion"]) == (skill, criterion):
            return row["value"], row["low"], row["high"]
    return None
