"""How one side's speech is cut into the windows that the encoder sees. Pure: no audio, no model.

Whisper was made for windows of 30 s, but its encoder's cost grows faster than the window's length and it accepts shorter
ones. So only speech is shown to it, in windows of a few seconds, and a plan remembers where each piece came from.
Windows are cut as a paragraph is broken into lines: as full as possible, and where the speaker pauses longest.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from audio.intervals import Interval
from audio.measures import Speaker
from transcription.settings import WindowSettings


@dataclass(frozen=True)
class Piece:
    """A stretch of the recording inside a window. `offset_s` is where it starts in the window."""

    start_s: float
    end_s: float
    offset_s: float

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True)
class Window:
    """Pieces of one side's channel, joined end to end, in time order. `speech` is the speech inside them."""

    speaker: Speaker
    pieces: tuple[Piece, ...]
    speech: tuple[Interval, ...]

    @property
    def duration_s(self) -> float:
        last = self.pieces[-1]
        return last.offset_s + last.duration_s

    @property
    def speech_s(self) -> float:
        return sum(interval.duration_s for interval in self.speech)

    def recording_time_s(self, window_time_s: float, piece: Piece) -> float:
        """A time of this window on the recording's clock, held inside `piece`."""
        return min(max(piece.start_s + window_time_s - piece.offset_s, piece.start_s), piece.end_s)

    def piece_at(self, window_time_s: float) -> Piece:
        """The piece that sounds at a time of this window; the last one after the end."""
        for piece in self.pieces:
            if window_time_s < piece.offset_s + piece.duration_s:
                return piece
        return self.pieces[-1]


def plan_windows(
    speaker: Speaker,
    speech: Sequence[Interval],
    duration_s: float,
    settings: WindowSettings,
    quietest: Callable[[float, float], float],
) -> tuple[Window, ...]:
    """Windows of at most `settings.longest_s` that together hold all of one side's speech.

    `speech` is in time order without overlaps, `duration_s` the recording's length. `quietest(start_s, end_s)` gives
    the quietest moment of that side's channel in a stretch: where speech without any pause is cut when it is longer
    than a window.
    """
    units = [part for interval in speech for part in _short_enough(interval, settings, quietest)]
    return tuple(
        _window(speaker, units[first:end], _neighbours(units, first, end, duration_s), settings) for first, end in _lines(units, settings)
    )


def _short_enough(interval: Interval, settings: WindowSettings, quietest: Callable[[float, float], float]) -> Iterator[Interval]:
    """Speech without a pause, cut at its quietest moments into parts that fit a window with their margins."""
    longest_s = settings.longest_s - 2 * settings.pad_s
    start_s = interval.start_s
    while interval.end_s - start_s > longest_s:
        cut_s = quietest(start_s + longest_s / 2, start_s + longest_s)
        yield Interval(start_s, cut_s)
        start_s = cut_s
    yield Interval(start_s, interval.end_s)


def _lines(units: Sequence[Interval], settings: WindowSettings) -> list[tuple[int, int]]:
    """First and one past the last unit of each window: the breaks of least total cost, found from the end backwards.

    A window costs the square of the share of it that stays empty, and a break costs the share of `free_pause_s` that
    the speaker's pause is short of: a break inside a sentence takes context from both its sides.
    """
    cost = [0.0] * (len(units) + 1)
    end_of = [0] * len(units)
    for first in reversed(range(len(units))):
        best = float("inf")
        length_s = 2 * settings.pad_s
        for end in range(first + 1, len(units) + 1):
            length_s += units[end - 1].duration_s
            if end - 1 > first:
                length_s += _kept_gap_s(units[end - 2], units[end - 1], settings)
            if length_s > settings.longest_s + 1e-6 and end - 1 > first:
                break
            empty_share = max(0.0, 1 - length_s / settings.longest_s)
            pause_s = units[end].start_s - units[end - 1].end_s if end < len(units) else settings.free_pause_s
            broken = max(0.0, 1 - pause_s / settings.free_pause_s)
            total = empty_share**2 + broken + cost[end]
            if total < best:
                best, end_of[first] = total, end
        cost[first] = best
    lines = []
    first = 0
    while first < len(units):
        lines.append((first, end_of[first]))
        first = end_of[first]
    return lines


def _kept_gap_s(before: Interval, after: Interval, settings: WindowSettings) -> float:
    """How much of the silence between two units is shown: all of a short one, the margins of a long one."""
    gap_s = after.start_s - before.end_s
    return gap_s if gap_s <= settings.joined_silence_s else min(gap_s, 2 * settings.pad_s)


def _neighbours(units: Sequence[Interval], first: int, end: int, duration_s: float) -> tuple[float, float]:
    """How far a window's margins may reach: half-way to the speech before and after it, or to the recording's ends."""
    before_s = (units[first - 1].end_s + units[first].start_s) / 2 if first else 0.0
    after_s = (units[end - 1].end_s + units[end].start_s) / 2 if end < len(units) else duration_s
    return before_s, after_s


def _window(speaker: Speaker, units: Sequence[Interval], reach: tuple[float, float], settings: WindowSettings) -> Window:
    pieces: list[Piece] = []
    offset_s = 0.0
    for start_s, end_s in _shown(units, reach, settings):
        pieces.append(Piece(start_s, end_s, offset_s))
        offset_s += end_s - start_s
    return Window(speaker, tuple(pieces), tuple(units))


def _shown(units: Sequence[Interval], reach: tuple[float, float], settings: WindowSettings) -> Iterable[tuple[float, float]]:
    """Stretches of the recording that are shown: the units with their margins, long silences between them left out."""
    start_s = max(reach[0], units[0].start_s - settings.pad_s)
    for before, after in zip(units, units[1:], strict=False):
        gap_s = after.start_s - before.end_s
        if gap_s > max(settings.joined_silence_s, 2 * settings.pad_s):
            yield start_s, before.end_s + settings.pad_s
            start_s = after.start_s - settings.pad_s
    yield start_s, min(reach[1], units[-1].end_s + settings.pad_s)
