"""How scores of an agent or a team move over time, and whether a difference is more than chance.

A mean of few calls is uncertain: every point carries a 95 % interval (Student's t over the calls), and two means are said to
differ only where the interval of their difference (Welch) leaves out zero.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scipy import stats

from review.results import PARQUET, Results
from scoring.rubric import SCORED_SKILLS

SURE = 0.95
FEWEST_CALLS = 5
"""A difference of fewer calls on either side is never called real."""

Who = Literal["agent_id", "team"]


@dataclass(frozen=True)
class Mean:
    """The mean of some calls' scores, 0-100. `low` and `high` are None where one call alone says nothing about the spread."""

    value: float
    low: float | None
    high: float | None
    calls: int
    deviation: float

    @staticmethod
    def of(value: float, deviation: float | None, calls: int) -> "Mean":
        if calls < 2 or deviation is None:
            return Mean(value, None, None, calls, 0.0)
        half = float(stats.t.ppf((1 + SURE) / 2, calls - 1)) * deviation / math.sqrt(calls)
        return Mean(value, max(0.0, value - half), min(100.0, value + half), calls, deviation)


@dataclass(frozen=True)
class Point:
    week: str  # its Monday, YYYY-MM-DD
    mean: Mean


@dataclass(frozen=True)
class Spread:
    """How the agents of a team differ among themselves: the middle half and the median of their means."""

    low: float
    median: float
    high: float
    agents: int


@dataclass(frozen=True)
class Difference:
    """One mean minus another. `real` is False where chance alone could make it, or the calls are too few to tell."""

    value: float
    low: float
    high: float
    real: bool


@dataclass(frozen=True)
class SkillTrend:
    skill: str
    points: tuple[Point, ...]
    overall: Mean | None
    spread: Spread | None  # of the team's agents
    against_team: Difference | None  # this agent minus the rest of the team


@dataclass(frozen=True)
class BehaviourChange:
    """How often a behaviour was shown where it applied, in the earlier and the later half of the calls."""

    behaviour: str
    skill: str
    before: float  # share 0-1
    after: float
    calls_before: int
    calls_after: int
    difference: Difference


@dataclass(frozen=True)
class Moment:
    """A strong piece of credit, to learn from."""

    date: str
    call_id: str
    behaviour: str
    start_s: float
    quote: str


def skill_trends(results: Results, who: Who, name: str, team: str | None) -> list[SkillTrend]:
    """The trend of each skill for an agent or a team. `team` is the agent's, to compare with; None compares with nobody."""
    return [_skill_trend(results, skill, who, name, team) for skill in SCORED_SKILLS] if results.load_calls() else []


def _skill_trend(results: Results, skill: str, who: Who, name: str, team: str | None) -> SkillTrend:
    scored = f"FROM calls WHERE status = 'scored' AND {skill} IS NOT NULL"
    moments = f"avg({skill}), stddev_samp({skill}), count(*)"
    mine = {"name": name}
    weeks = results.query(
        f"SELECT strftime(date_trunc('week', CAST(date AS DATE)), '%Y-%m-%d') AS week, {moments} {scored} AND {who} = $name "
        "GROUP BY week ORDER BY week", mine,
    )  # fmt: skip
    total = results.query(f"SELECT {moments} {scored} AND {who} = $name", mine)[0]
    overall = Mean.of(*total) if total[2] else None
    spread = against = None
    if team is not None and overall is not None:
        group = {"team": team}
        means = f"SELECT avg({skill}) AS mean {scored} AND team = $team GROUP BY agent_id"
        low, median, high, agents = results.query(
            f"SELECT quantile_cont(mean, 0.25), median(mean), quantile_cont(mean, 0.75), count(*) FROM ({means})", group
        )[0]
        spread = Spread(low, median, high, agents) if agents > 1 else None
        rest = results.query(f"SELECT {moments} {scored} AND team = $team AND agent_id <> $name", group | {"name": name})[0]
        against = difference(overall, Mean.of(*rest)) if rest[2] else None
    return SkillTrend(skill, tuple(Point(week, Mean.of(*rest)) for week, *rest in weeks), overall, spread, against)


def difference(one: Mean, other: Mean) -> Difference:
    """One mean minus the other with its 95 % interval (Welch's t)."""
    value = one.value - other.value
    if min(one.calls, other.calls) < 2:
        return Difference(value, -100.0, 100.0, False)
    parts = one.deviation**2 / one.calls, other.deviation**2 / other.calls
    error = math.sqrt(sum(parts))
    if error == 0.0:
        return Difference(value, value, value, value != 0.0 and min(one.calls, other.calls) >= FEWEST_CALLS)
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (one.calls - 1) + parts[1] ** 2 / (other.calls - 1))
    half = float(stats.t.ppf((1 + SURE) / 2, freedom)) * error
    enough = min(one.calls, other.calls) >= FEWEST_CALLS
    return Difference(value, value - half, value + half, enough and abs(value) > half)


def behaviour_changes(results: Results, who: Who, name: str) -> list[BehaviourChange]:
    """Behaviours by how much oftener they were shown in the later half of the calls than in the earlier; largest first."""
    scores = results.files("scores")
    if not results.load_calls() or not scores:
        return []
    sql = f"""
        WITH mine AS (SELECT date, call_id, ntile(2) OVER (ORDER BY date, started_at, call_id) AS half
                      FROM calls WHERE status = 'scored' AND {who} = $name)
        SELECT criterion, any_value(skill), half, count(*), count(*) FILTER (shown > 0)
        FROM {PARQUET} AS scores JOIN mine USING (date, call_id)
        WHERE NOT not_applicable AND criterion <> skill AND shown IS NOT NULL GROUP BY criterion, half"""
    halves: dict[str, dict[int, tuple[str, int, int]]] = {}
    for criterion, skill, half, applied, shown in results.query(sql, {"files": scores, "name": name}):
        halves.setdefault(criterion, {})[half] = (skill, applied, shown)
    changes = [_change(criterion, both) for criterion, both in halves.items() if len(both) == 2]
    return sorted(changes, key=lambda each: -abs(each.difference.value))


def _change(criterion: str, both: dict[int, tuple[str, int, int]]) -> BehaviourChange:
    (skill, calls_before, shown_before), (_, calls_after, shown_after) = both[1], both[2]
    before, after = shown_before / calls_before, shown_after / calls_after
    low, high = share_difference(shown_after, calls_after, shown_before, calls_before)
    real = min(calls_before, calls_after) >= FEWEST_CALLS and (low > 0 or high < 0)
    return BehaviourChange(criterion, skill, before, after, calls_before, calls_after, Difference(after - before, low, high, real))


def share_difference(hits: int, of: int, other_hits: int, other_of: int) -> tuple[float, float]:
    """The 95 % interval of a difference of two shares (Newcombe's hybrid score interval, 1998, method 10)."""
    one, other = hits / of, other_hits / other_of
    (low, high), (other_low, other_high) = _wilson(one, of), _wilson(other, other_of)
    below = math.sqrt((one - low) ** 2 + (other_high - other) ** 2)
    above = math.sqrt((high - one) ** 2 + (other - other_low) ** 2)
    return one - other - below, one - other + above


def _wilson(share: float, of: int) -> tuple[float, float]:
    z = float(stats.norm.ppf((1 + SURE) / 2))
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return middle - half, middle + half


def best_moments(results: Results, who: Who, name: str, most: int = 8) -> list[Moment]:
    """Credits that the detectors are surest of and that gave most, one per call."""
    evidence = results.files("evidence")
    if not results.load_calls() or not evidence:
        return []
    sql = f"""
        WITH mine AS (SELECT date, call_id FROM calls WHERE status = 'scored' AND {who} = $name)
        SELECT date, call_id, behaviour, start_s, quote FROM {PARQUET} AS evidence JOIN mine USING (date, call_id)
        WHERE polarity = 1 AND points > 0 AND quote <> ''
        QUALIFY row_number() OVER (PARTITION BY date, call_id ORDER BY points * confidence DESC) = 1
        ORDER BY points * confidence DESC, date DESC LIMIT {int(most)}"""
    return [Moment(*row) for row in results.query(sql, {"files": evidence, "name": name})]


@dataclass(frozen=True)
class Member:
    """An agent or a team with the number of scored calls."""

    name: str
    team: str | None
    calls: int


def members(results: Results, who: Who) -> list[Member]:
    """Agents or teams by name: a list, never a ranking."""
    if not results.load_calls():
        return []
    team = "arg_max(team, date)" if who == "agent_id" else "NULL"
    sql = f"SELECT {who}, {team}, count(*) FROM calls WHERE status = 'scored' AND {who} IS NOT NULL GROUP BY {who} ORDER BY {who}"
    return [Member(*row) for row in results.query(sql, {})]


def team_members(results: Results, team: str) -> Sequence[Member]:
    return [each for each in members(results, "agent_id") if each.team == team]
