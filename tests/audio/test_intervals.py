"""The algebra of intervals, checked against sets of points: times are whole numbers of steps, so a timeline is a set of steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.intervals import Interval, at_least, bridged, clipped, difference, elapsed_s, gaps, intersection, total_s, union

STEPS = 60

bounds = st.tuples(st.integers(0, STEPS), st.integers(0, STEPS))
intervals = st.lists(bounds.map(lambda each: Interval(float(min(each)), float(max(each)))), max_size=12)


def points(timeline):
    return {step for each in timeline for step in range(int(each.start_s), int(each.end_s))}


def is_timeline(timeline):
    ordered = all(before.end_s < after.start_s for before, after in zip(timeline, timeline[1:], strict=False))
    return isinstance(timeline, tuple) and ordered and all(each.end_s > each.start_s for each in timeline)


@given(intervals, intervals)
def test_union_is_where_any_is(first, second):
    both = union(first, second)
    assert is_timeline(both) and points(both) == points(first) | points(second)
    assert both == union(second, first) == union(both)


@given(intervals, intervals, intervals)
def test_union_may_be_taken_in_any_grouping(first, second, third):
    assert union(union(first, second), third) == union(first, second, third) == union(first, union(second, third))


@given(intervals, intervals)
def test_intersection_is_where_both_are(first, second):
    both = intersection(first, second)
    assert is_timeline(both) and points(both) == points(first) & points(second)
    assert both == intersection(second, first)
    assert intersection(first, first) == union(first)


@given(intervals, intervals)
def test_difference_is_what_the_second_leaves_of_the_first(first, second):
    left = difference(first, second)
    assert is_timeline(left) and points(left) == points(first) - points(second)
    assert difference(first, first) == ()
    assert union(left, intersection(first, second)) == union(first)


@given(intervals, bounds)
def test_gaps_are_what_is_left_of_the_stretch(each, stretch):
    start, end = min(stretch), max(stretch)
    left = gaps(each, float(start), float(end))
    assert is_timeline(left) and points(left) == set(range(start, end)) - points(each)


@given(intervals, bounds)
def test_clipped_is_the_part_inside_and_empty_where_the_end_is_not_after_the_start(each, stretch):
    start, end = stretch
    inside = clipped(each, float(start), float(end))
    assert is_timeline(inside) and points(inside) == points(each) & set(range(start, end))


@given(intervals, intervals)
def test_covered_seconds_are_counted_once_and_add_up(first, second):
    assert total_s(first) == len(points(first))
    assert total_s(first) + total_s(second) == total_s(union(first, second)) + total_s(intersection(first, second))
    assert total_s(first) == total_s(difference(first, second)) + total_s(intersection(first, second))


@given(intervals, st.integers(0, 20))
def test_bridged_fills_exactly_the_gaps_shorter_than_the_pause(each, pause):
    joined = bridged(each, float(pause))
    assert is_timeline(joined)
    assert points(joined) >= points(each)
    parts = union(each)
    filled = [gap for gap in zip(parts, parts[1:], strict=False) if gap[1].start_s - gap[0].end_s < pause]
    assert len(parts) - len(joined) == len(filled)
    assert all(after.start_s - before.end_s >= pause for before, after in zip(joined, joined[1:], strict=False))
    assert bridged(joined, float(pause)) == joined


@given(intervals, st.integers(0, STEPS))
def test_at_least_keeps_the_long_ones_unchanged(each, shortest):
    assert at_least(each, float(shortest)) == tuple(part for part in union(each) if part.duration_s >= shortest)


def test_stretches_that_touch_are_one_and_stretches_of_no_length_are_none():
    #  0  1  2  3  4
    #  |==|==|  !  |
    assert union([Interval(1, 2), Interval(0, 1), Interval(3, 3), Interval(4, 3)]) == (Interval(0, 2),)


@pytest.mark.parametrize(("pause_s", "parts"), [(0.24, 2), (0.25, 2), (0.26, 1)])
def test_a_gap_as_long_as_the_pause_stays_open(pause_s, parts):
    #  ==========..==========      the gap is 0.25 s, exact in binary
    assert len(bridged([Interval(0.0, 1.0), Interval(1.25, 2.0)], pause_s)) == parts


@pytest.mark.parametrize("length_s", [0.2, 0.3, 0.7, 1.0, 2.0, 3.0])
def test_a_length_is_the_same_wherever_in_the_call_it_lies(length_s):
    # 0.7 and 3.0 s on from some of these starts are 1e-13 s off in floating point
    for frame in range(0, 360_000, 37):
        start_s = round(frame * 0.01, 3)
        end_s = round(start_s + length_s, 3)
        assert elapsed_s(start_s, end_s) == Interval(start_s, end_s).duration_s == total_s([Interval(start_s, end_s)]) == length_s
        before, after = Interval(start_s - 1.0, start_s), Interval(end_s, end_s + 1.0)
        assert len(bridged([before, after], length_s)) == 2
