"""Interval algebra on half-open stretches of time, in seconds. Pure: no audio, no settings.

A *timeline* is a tuple of intervals in time order that neither touch nor overlap, each longer than zero; every function
takes any intervals and returns a timeline.
"""

from collections.abc import Iterable
from dataclasses import dataclass


def elapsed_s(start_s: float, end_s: float) -> float:
    """Time from one instant to another, to the microsecond: what lasts 1 s is 1.0 at 0.1 s as at 3000.1 s, so that comparing it
    with a threshold does not depend on where in the call it lies."""
    return round(end_s - start_s, 6)


@dataclass(frozen=True, order=True)
class Interval:
    """A stretch [start_s, end_s) of a recording."""

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        return elapsed_s(self.start_s, self.end_s)


Timeline = tuple[Interval, ...]


def bridged(intervals: Iterable[Interval], pause_s: float) -> Timeline:
    """Join intervals whose gap is shorter than `pause_s`; intervals that touch or overlap are always joined."""
    joined: list[Interval] = []
    for interval in sorted(each for each in intervals if each.end_s > each.start_s):
        if joined and (interval.start_s <= joined[-1].end_s or elapsed_s(joined[-1].end_s, interval.start_s) < pause_s):
            joined[-1] = Interval(joined[-1].start_s, max(joined[-1].end_s, interval.end_s))
        else:
            joined.append(interval)
    return tuple(joined)


def union(*timelines: Iterable[Interval]) -> Timeline:
    """Where any of them is."""
    return bridged((interval for timeline in timelines for interval in timeline), 0.0)


def intersection(first: Iterable[Interval], second: Iterable[Interval]) -> Timeline:
    """Where both are."""
    left, right = union(first), union(second)
    both: list[Interval] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i].start_s, right[j].start_s), min(left[i].end_s, right[j].end_s)
        if end > start:
            both.append(Interval(start, end))
        if left[i].end_s <= right[j].end_s:
            i += 1
        else:
            j += 1
    return tuple(both)


def gaps(intervals: Iterable[Interval], start_s: float, end_s: float) -> Timeline:
    """What is left of [start_s, end_s) outside the intervals."""
    left: list[Interval] = []
    at = start_s
    for interval in union(intervals):
        if interval.start_s >= end_s:
            break
        if interval.start_s > at:
            left.append(Interval(at, interval.start_s))
        at = max(at, interval.end_s)
    if end_s > at:
        left.append(Interval(at, end_s))
    return tuple(left)


def difference(first: Iterable[Interval], second: Iterable[Interval]) -> Timeline:
    """Where the first is and the second is not."""
    kept = union(first)
    if not kept:
        return ()
    return intersection(kept, gaps(second, kept[0].start_s, kept[-1].end_s))


def clipped(intervals: Iterable[Interval], start_s: float, end_s: float) -> Timeline:
    """The part inside [start_s, end_s)."""
    return intersection(intervals, (Interval(start_s, end_s),) if end_s > start_s else ())


def total_s(intervals: Iterable[Interval]) -> float:
    """Seconds covered, counted once."""
    return round(sum(interval.duration_s for interval in union(intervals)), 6)


def at_least(intervals: Iterable[Interval], shortest_s: float) -> Timeline:
    """The intervals no shorter than `shortest_s`."""
    return tuple(interval for interval in union(intervals) if interval.duration_s >= shortest_s)
