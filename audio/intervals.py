"""Interval algebra on half-open stretches of time, in seconds. Pure: no audio, no settings."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Interval:
    """A stretch [start_s, end_s) of a recording."""

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s
