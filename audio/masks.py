"""Stretches of time as boolean frames of 10 ms, and back to intervals."""

import numpy as np

from audio.intervals import Interval, Timeline

FRAME_S = 0.01


def runs(mask: np.ndarray) -> list[tuple[int, int]]:
    """First frame and frame after the last of every stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def to_intervals(mask: np.ndarray) -> Timeline:
    return tuple(Interval(round(first * FRAME_S, 3), round(after * FRAME_S, 3)) for first, after in runs(mask))


def to_mask(intervals: Timeline, frames: int) -> np.ndarray:
    mask = np.zeros(frames, dtype=bool)
    for interval in intervals:
        mask[frame_at(interval.start_s) : frame_at(interval.end_s)] = True
    return mask


def frame_at(time_s: float) -> int:
    return round(time_s / FRAME_S)


def widened(mask: np.ndarray, before_s: float, after_s: float) -> np.ndarray:
    """Every stretch of True begun `before_s` earlier and ended `after_s` later."""
    wide = np.zeros_like(mask)
    for first, after in runs(mask):
        wide[max(0, first - frame_at(before_s)) : after + frame_at(after_s)] = True
    return wide


def without_gaps(mask: np.ndarray, gap_s: float) -> np.ndarray:
    """Stretches of True joined where the gap between them is shorter than `gap_s`."""
    filled = mask.copy()
    stretches = runs(mask)
    for (_, after), (first, _) in zip(stretches, stretches[1:], strict=False):
        if first - after < frame_at(gap_s):
            filled[after:first] = True
    return filled
