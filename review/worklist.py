"""The queue: which calls wait for a coach, and how many of each kind there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from review.results import OUTCOME, Results
from scoring.rubric import SCORED_SKILLS

PAGE_SIZE = 50
WEAK_SKILL = 50.0
"""`skill = listening` lists the calls whose listening scored under this: the limit of the packaged low-score flags."""

Show = Literal["queue", "flagged", "control", "all"]
Sort = Literal["newest", "oldest", "overall", "listening", "empathy", "solution_focus", "longest"]
Progress = Literal["", "new", "opened", "reviewed"]

ORDER: dict[str, str] = {
    "newest": "date DESC, started_at DESC NULLS LAST, call_id",
    "oldest": "date, started_at NULLS LAST, call_id",
    "overall": "overall NULLS LAST, call_id",
    "listening": "listening NULLS LAST, call_id",
    "empathy": "empathy NULLS LAST, call_id",
    "solution_focus": "solution_focus NULLS LAST, call_id",
    "longest": "duration_s DESC NULLS LAST, call_id",
}


class ScopeFilter(BaseModel):
    """Dates, team and agent of a list of calls, as they stand in the address. An empty text filters nothing."""

    model_config = ConfigDict(extra="ignore", frozen=True, str_strip_whitespace=True)

    start: str = Field("", alias="from", pattern=r"^(\d{4}-\d{2}-\d{2})?$")
    end: str = Field("", alias="to", pattern=r"^(\d{4}-\d{2}-\d{2})?$")
    team: str = Field("", max_length=200)
    agent: str = Field("", max_length=200)
    page: int = Field(1, ge=1, le=100_000)

    def values(self) -> dict[str, str]:
        """What SCOPE is asked with."""
        return {"start": self.start, "end": self.end, "team": self.team, "agent": self.agent}


class UnscoredFilter(ScopeFilter):
    """What the page of the calls without scores was asked to show."""

    status: Literal["", "refused", "failed"] = ""


class QueueFilter(ScopeFilter):
    """What the queue page was asked to show."""

    show: Show = "queue"
    flag: str = Field("", max_length=100)
    band: str = Field("", max_length=100)
    skill: Literal["", "listening", "empathy", "solution_focus"] = ""
    outcome: str = Field("", max_length=100)
    status: Progress = ""
    sort: Sort = "newest"


@dataclass(frozen=True)
class QueueRow:
    """A call in the queue."""

    date: str
    call_id: str
    started_at: object
    agent_id: str | None
    team: str | None
    duration_s: float | None
    overall: float | None
    overall_low: float | None
    overall_high: float | None
    listening: float | None
    listening_low: float | None
    listening_high: float | None
    empathy: float | None
    empathy_low: float | None
    empathy_high: float | None
    solution_focus: float | None
    solution_focus_low: float | None
    solution_focus_high: float | None
    band: str | None
    flags: list[str]
    flag_reasons: list[str]
    control_arm: bool | None
    try_next: str | None
    progress: str


@dataclass(frozen=True)
class Counts:
    """How many calls there are under the chosen dates, team and agent."""

    flagged: int
    control: int
    reviewed: int
    refused: int
    failed: int
    all: int


@dataclass(frozen=True)
class Choices:
    """The values that the filters can take."""

    teams: tuple[str, ...]
    agents: tuple[str, ...]
    flags: tuple[str, ...]
    bands: tuple[str, ...]
    outcomes: tuple[str, ...]


@dataclass(frozen=True)
class Queue:
    rows: tuple[QueueRow, ...]
    matching: int
    counts: Counts
    choices: Choices

    @property
    def pages(self) -> int:
        return max(1, -(-self.matching // PAGE_SIZE))


@dataclass(frozen=True)
class Reviewed:
    """How far the review of a call is: `opened` or `reviewed`."""

    date: str
    call_id: str
    progress: str


COLUMNS = ", ".join(name for name in QueueRow.__dataclass_fields__ if name != "progress")
SCOPE = """($start = '' OR calls.date >= $start) AND ($end = '' OR calls.date <= $end)
      AND ($team = '' OR team = $team) AND ($agent = '' OR agent_id = $agent)"""
CALLS = f"""
WITH done AS (SELECT unnest($done_dates) AS date, unnest($done_ids) AS call_id, unnest($done_progress) AS progress),
scope AS (
    SELECT calls.*, coalesce(done.progress, 'new') AS progress FROM calls
    LEFT JOIN done ON calls.date = done.date AND calls.call_id = done.call_id
    WHERE {SCOPE}
)
"""
SHOWN = {
    "queue": "(len(flags) > 0 OR coalesce(control_arm, false))",
    "flagged": "len(flags) > 0",
    "control": "coalesce(control_arm, false)",
    "all": "true",
}


def read_queue(results: Results, asked: QueueFilter, reviewed: Sequence[Reviewed]) -> Queue:
    """The page of the queue that was asked for. Without any call scored yet everything is empty."""
    if not results.load_calls():
        return Queue((), 0, Counts(0, 0, 0, 0, 0, 0), Choices((), (), (), (), ()))
    chosen = asked.values() | {
        "flag": asked.flag,
        "band": asked.band,
        "outcome": asked.outcome,
        "progress": asked.status,
        "done_dates": [each.date for each in reviewed] or [""],
        "done_ids": [each.call_id for each in reviewed] or [""],
        "done_progress": [each.progress for each in reviewed] or [""],
    }
    where = f"status = 'scored' AND {SHOWN[asked.show]}"
    where += " AND ($flag = '' OR list_contains(flags, $flag)) AND ($band = '' OR band = $band)"
    where += f" AND ($outcome = '' OR {OUTCOME} = $outcome) AND ($progress = '' OR progress = $progress)"
    where += f" AND {asked.skill} < {WEAK_SKILL}" if asked.skill in SCORED_SKILLS else ""
    first = (asked.page - 1) * PAGE_SIZE
    sql = f"{CALLS} SELECT {COLUMNS}, progress FROM scope WHERE {where} ORDER BY {ORDER[asked.sort]} LIMIT {PAGE_SIZE} OFFSET {first}"
    rows = results.query(sql, chosen)
    counted = f"""{CALLS} SELECT count(*) FILTER ({where}),
        count(*) FILTER (status = 'scored' AND len(flags) > 0), count(*) FILTER (status = 'scored' AND control_arm),
        count(*) FILTER (progress = 'reviewed'), count(*) FILTER (status = 'refused'),
        count(*) FILTER (status = 'failed'), count(*) FROM scope"""
    matching, *counts = results.query(counted, chosen)[0]
    return Queue(tuple(QueueRow(*row) for row in rows), matching, Counts(*counts), read_choices(results))


def read_choices(results: Results) -> Choices:
    """The values that teams, agents, flags, bands and outcomes take in these results."""
    if not results.load_calls():
        return Choices((), (), (), (), ())
    found = results.query("SELECT of, value FROM choices WHERE value IS NOT NULL ORDER BY value", {})
    return Choices(*(tuple(value for of, value in found if of == kind) for kind in ("team", "agent", "flag", "band", "outcome")))


@dataclass(frozen=True)
class Unscored:
    """A call that was refused or failed."""

    date: str
    call_id: str
    status: str
    reason: str | None
    reason_text: str | None
    agent_id: str | None
    duration_s: float | None


def read_unscored(results: Results, asked: UnscoredFilter) -> tuple[tuple[Unscored, ...], int]:
    """A page of the calls that were refused or failed, newest first, and how many there are."""
    if not results.load_calls():
        return (), 0
    where = f"status <> 'scored' AND ($status = '' OR status = $status) AND {SCOPE}"
    values = asked.values() | {"status": asked.status}
    columns = ", ".join(Unscored.__dataclass_fields__)
    sql = f"SELECT {columns} FROM calls WHERE {where} ORDER BY date DESC, status, call_id"
    rows = results.query(f"{sql} LIMIT {PAGE_SIZE} OFFSET {(asked.page - 1) * PAGE_SIZE}", values)
    return tuple(Unscored(*row) for row in rows), results.query(f"SELECT count(*) FROM calls WHERE {where}", values)[0][0]
