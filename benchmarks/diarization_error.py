"""Diarization error rate of two speakers, without collar, overlap scored, by exact interval arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

from audio.intervals import Timeline


@dataclass(frozen=True)
class DiarizationError:
    """Seconds of wrong speaker time; a second in which two people speak counts twice."""

    spoken_s: float  # speaker time of the reference
    missed_s: float
    invented_s: float
    confused_s: float

    @property
    def rate(self) -> float:
        return (self.missed_s + self.invented_s + self.confused_s) / self.spoken_s

    def __add__(self, other: "DiarizationError") -> "DiarizationError":
        return DiarizationError(
            self.spoken_s + other.spoken_s,
            self.missed_s + other.missed_s,
            self.invented_s + other.invented_s,
            self.confused_s + other.confused_s,
        )


def diarization_error(reference: Sequence[Timeline], found: Sequence[Timeline]) -> DiarizationError:
    """The error under the assignment of found to true speakers that is best for the whole call; the names are no part of it.

    Per stretch with R true and F found speakers, C of them the same: missed max(0, R - F), invented max(0, F - R), confused
    min(R, F) - C. Both sequences hold one timeline per speaker, of equal number.
    Source: NIST Rich Transcription evaluation plan (2009).
    """
    return min((_error(reference, order) for order in permutations(found)), key=lambda each: each.rate)


def _error(reference: Sequence[Timeline], found: Sequence[Timeline]) -> DiarizationError:
    edges = sorted({edge for timeline in (*reference, *found) for each in timeline for edge in (each.start_s, each.end_s)})
    spoken = missed = invented = confused = 0.0
    at = [0] * (len(reference) + len(found))
    for start_s, end_s in zip(edges, edges[1:], strict=False):
        active = []
        for row, timeline in enumerate((*reference, *found)):
            while at[row] < len(timeline) and timeline[at[row]].end_s <= start_s:
                at[row] += 1
            active.append(at[row] < len(timeline) and timeline[at[row]].start_s <= start_s)
        true, heard = active[: len(reference)], active[len(reference) :]
        same = sum(one and other for one, other in zip(true, heard, strict=True))
        length_s = end_s - start_s
        spoken += sum(true) * length_s
        missed += max(0, sum(true) - sum(heard)) * length_s
        invented += max(0, sum(heard) - sum(true)) * length_s
        confused += (min(sum(true), sum(heard)) - same) * length_s
    return DiarizationError(spoken, missed, invented, confused)


def shares(error: DiarizationError) -> str:
    """The error and its parts in percent, for a table."""
    parts = (error.rate, error.missed_s / error.spoken_s, error.invented_s / error.spoken_s, error.confused_s / error.spoken_s)
    return " ".join(f"{100 * each:6.1f}" for each in parts)


