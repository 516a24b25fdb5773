"""Small charts as shapes, for the templates to draw: one scale for every chart, so that they can be compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from review.trends import SkillTrend

WIDTH, HEIGHT = 340.0, 150.0
LEFT, RIGHT, TOP, BOTTOM = 30.0, 10.0, 8.0, 38.0


@dataclass(frozen=True)
class ChartPoint:
    x: float
    y: float
    low_y: float | None
    high_y: float | None
    week: str
    calls: int
    label: str


@dataclass(frozen=True)
class Chart:
    """A chart of scores 0-100 by week. `band` is (top, height) of the team's middle half, None where there is no team."""

    points: tuple[ChartPoint, ...]
    path: str
    ticks: tuple[tuple[float, str], ...]
    band: tuple[float, float] | None
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT


def y_of(score: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - score / 100)


def chart(trend: SkillTrend, weeks: Sequence[str]) -> Chart:
    """The chart of a skill over the given weeks, of which it may have calls in some only."""
    step = (WIDTH - LEFT - RIGHT) / max(1, len(weeks))
    at = {week: LEFT + step * (number + 0.5) for number, week in enumerate(weeks)}
    points = []
    for point in trend.points:
        mean = point.mean
        around = "" if mean.low is None or mean.high is None else f" ({mean.low:.0f}–{mean.high:.0f})"
        ends = (None, None) if mean.low is None or mean.high is None else (y_of(mean.low), y_of(mean.high))
        label = f"week of {point.week}: {mean.value:.0f}{around}, {mean.calls} calls"
        points.append(ChartPoint(at[point.week], y_of(mean.value), *ends, point.week, mean.calls, label))
    path = "".join(f"{'L' if number else 'M'}{point.x:.1f} {point.y:.1f}" for number, point in enumerate(points))
    spread = trend.spread
    band = None if spread is None else (y_of(spread.high), max(1.0, y_of(spread.low) - y_of(spread.high)))
    return Chart(tuple(points), path, tuple((y_of(value), str(value)) for value in (0, 50, 100)), band)
