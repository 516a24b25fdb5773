"""Levels of a channel as stored: peak, clipping, mean."""

from dataclasses import dataclass

import numpy as np

FULL_SCALE = 0.98
"""A sample is at full scale from here on: the largest mu-law code is 0.980 of the range, the largest A-law code 0.984."""

CLIPPED_RUN = 3
"""Samples in a row at full scale that make a clipped peak: one or two occur in loud, sound recordings."""


@dataclass(frozen=True)
class StoredLevels:
    """Levels of one channel as stored, before resampling, which would round clipped peaks off. Full scale is 1.0."""

    peak: float
    clipping_share: float
    dc_offset: float


class LevelMeter:
    """Peak, clipped share and mean of one channel, fed block by block."""

    def __init__(self) -> None:
        self._samples = self._clipped = self._run = 0
        self._sum = self._peak = 0.0

    def feed(self, block: np.ndarray) -> None:
        self._samples += block.size
        self._sum += float(block.sum(dtype=np.float64))
        high = np.abs(block)
        self._peak = max(self._peak, float(high.max()))
        at_full_scale = high >= FULL_SCALE
        if not at_full_scale.any():
            self._run = 0
            return
        edges = np.flatnonzero(np.diff(np.concatenate(([False], at_full_scale, [False])).astype(np.int8)))
        runs = [(start, end - start) for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)]
        for start, length in runs:
            before = self._run if start == 0 else 0  # the run goes on from the block before
            if before + length >= CLIPPED_RUN:
                self._clipped += length + (before if before < CLIPPED_RUN else 0)
        start, length = runs[-1]
        self._run = 0 if start + length < block.size else length + (self._run if start == 0 else 0)

    def levels(self) -> StoredLevels:
        return StoredLevels(self._peak, self._clipped / self._samples, self._sum / self._samples)
