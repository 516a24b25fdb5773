"""Appeals: an agent contests a criterion of an own call; somebody who has not seen the scores scores it blind, then decides.

The outcome is kept with the machine's version that it is about, and counts for agreement.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import sqlalchemy as sa

from review.database import accounts, acknowledgements, reviews
from review.database import appeals as table

Outcome = Literal["upheld", "rejected"]


@dataclass(frozen=True)
class Appeal:
    """`upheld`: the agent was right, and the blind value takes the place of the machine's. None as value: not applicable."""

    id: int
    date: str
    call_id: str
    agent: str
    account_id: int
    skill: str
    criterion: str
    comment: str
    made_at: datetime
    decider_id: int | None
    blind_value: float | None
    blind_at: datetime | None
    verdict: Outcome | None
    decision: str | None
    decided_at: datetime | None

    @property
    def status(self) -> str:
        return self.verdict or ("being decided" if self.blind_at else "open")


class NotPossible(Exception):
    """The appeal cannot be made or decided like this; the message says why."""


def make_appeal(
    engine: sa.Engine, date: str, call_id: str, account_id: int, machine_version: int, skill: str, criterion: str, comment: str
) -> int:
    """Enter an appeal. NotPossible where this person has appealed the criterion of this call before."""
    if any(each.criterion == criterion and each.account_id == account_id for each in appeals_of(engine, date, call_id)):
        raise NotPossible("You have appealed this criterion of this call already.")
    row = {"date": date, "call_id": call_id, "account_id": account_id, "machine_version_id": machine_version, "skill": skill}
    with engine.begin() as connection:
        made = table.insert().values(**row, criterion=criterion, comment=comment, made_at=datetime.now(UTC))
        return connection.execute(made).inserted_primary_key[0]


def all_appeals(engine: sa.Engine, account_id: int | None = None) -> list[Appeal]:
    """Every appeal, or one person's own; undecided first, then newest first."""
    found = _read(engine, sa.true() if account_id is None else table.c.account_id == account_id)
    return sorted(found, key=lambda each: (each.verdict is not None, -each.made_at.timestamp()))


def appeals_of(engine: sa.Engine, date: str, call_id: str) -> list[Appeal]:
    return _read(engine, (table.c.date == date) & (table.c.call_id == call_id))


def find_appeal(engine: sa.Engine, number: int) -> Appeal | None:
    return next(iter(_read(engine, table.c.id == number)), None)


def why_not_blind(engine: sa.Engine, appeal: Appeal, account_id: int) -> str | None:
    """Why a person cannot decide an appeal: has seen the scores, or somebody else is at it. None: can."""
    if appeal.decider_id is not None:
        return None if appeal.decider_id == account_id else "Somebody else is deciding this appeal."
    with engine.connect() as connection:
        seen = connection.execute(sa.select(_has_seen(account_id)).where(table.c.id == appeal.id)).scalar_one()
    return "You have seen the scores of this call; somebody else has to decide." if seen else None


def _has_seen(account_id: int) -> sa.ColumnElement[bool]:
    """Whether a person opened the appealed call before the appeal, or with its scores."""
    own = (reviews.c.date == table.c.date) & (reviews.c.call_id == table.c.call_id) & (reviews.c.account_id == account_id)
    return sa.exists().where(own, (reviews.c.started_at < table.c.made_at) | ~reviews.c.blind)


def waiting_for(engine: sa.Engine, date: str, call_id: str, account_id: int) -> list[Appeal]:
    """The appeals of a call that this person could still decide blind: until then its scores stay hidden from that person."""
    undecided = [each for each in appeals_of(engine, date, call_id) if each.decider_id is None]
    return [each for each in undecided if why_not_blind(engine, each, account_id) is None]


def waiting_calls(engine: sa.Engine, account_id: int) -> set[tuple[str, str]]:
    """Date and id of the calls with an appeal that this person could still decide blind: their scores are shown nowhere."""
    waiting = sa.select(table.c.date, table.c.call_id).where(table.c.decided_by.is_(None), ~_has_seen(account_id))
    with engine.connect() as connection:
        return {(date, call_id) for date, call_id in connection.execute(waiting)}


def give_blind_value(engine: sa.Engine, appeal: Appeal, account_id: int, value: float | None) -> None:
    """The second reviewer's own score of the criterion, given before the machine's is shown."""
    reason = why_not_blind(engine, appeal, account_id)
    if reason is None and appeal.blind_at is not None:
        reason = "You have scored this criterion already."
    if reason is not None:
        raise NotPossible(reason)
    change = table.update().where(table.c.id == appeal.id, table.c.decided_by.is_(None))
    with engine.begin() as connection:
        changed = connection.execute(change.values(decided_by=account_id, blind_value=value, blind_at=datetime.now(UTC))).rowcount
    if not changed:
        raise NotPossible("Somebody else is deciding this appeal.")


def decide(engine: sa.Engine, appeal: Appeal, account_id: int, verdict: Outcome, decision: str) -> None:
    """Decide an appeal that the same person has scored blind; a decision stands."""
    if appeal.decider_id != account_id or appeal.blind_at is None:
        raise NotPossible("Score the criterion blind first.")
    change = table.update().where(table.c.id == appeal.id, table.c.verdict.is_(None))
    with engine.begin() as connection:
        values = {"verdict": verdict, "decision": decision, "decided_at": datetime.now(UTC)}
        if not connection.execute(change.values(values)).rowcount:
            raise NotPossible("This appeal has been decided.")


def acknowledge(engine: sa.Engine, date: str, call_id: str, account_id: int) -> None:
    """The agent has read the call's scorecard; once is enough."""
    if acknowledged_at(engine, date, call_id, account_id) is None:
        with engine.begin() as connection:
            connection.execute(acknowledgements.insert().values(date=date, call_id=call_id, account_id=account_id, at=datetime.now(UTC)))


def acknowledged_at(engine: sa.Engine, date: str, call_id: str, account_id: int) -> datetime | None:
    mine = acknowledgements.c.account_id == account_id
    wanted = sa.select(acknowledgements.c.at).where(acknowledgements.c.date == date, acknowledgements.c.call_id == call_id, mine)
    with engine.connect() as connection:
        return connection.execute(wanted).scalar()


def _read(engine: sa.Engine, which: sa.ColumnElement[bool]) -> list[Appeal]:
    columns = (
        table.c.id, table.c.date, table.c.call_id, accounts.c.name, table.c.account_id, table.c.skill, table.c.criterion,
        table.c.comment, table.c.made_at, table.c.decided_by, table.c.blind_value, table.c.blind_at, table.c.verdict,
        table.c.decision, table.c.decided_at,
    )  # fmt: skip
    wanted = sa.select(*columns).join(accounts, accounts.c.id == table.c.account_id).where(which).order_by(table.c.id)
    with engine.connect() as connection:
        return [Appeal(*row) for row in connection.execute(wanted)]
