"""How one side's speech is cut into the windows that the encoder sees. Pure: no audio, no model.

Whisper was made for windows of 30 s, but its encoder's cost grows faster than the window's length and it accepts shorter
ones. So only speech is shown to it, joined to windows of a few seconds, and a plan remembers where each piece came from.
"""

from collections.abc import Callable, Iterable, Sequence
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
    stretches = [
        part
        for stretch in _stretches(speech, settings.joined_silence_s)
        for part in _short_enough(stretch, settings.longest_s - 2 * settings.pad_s, quietest)
    ]
    padded = list(_padded(stretches, duration_s, settings.pad_s))
    windows: list[Window] = []
    pieces: list[Piece] = []
    inside: list[Interval] = []
    length_s = 0.0
    for stretch, (start_s, end_s) in zip(stretches, padded, strict=True):
        if pieces and length_s + end_s - start_s > settings.longest_s:
            windows.append(Window(speaker, tuple(pieces), tuple(inside)))
            pieces, inside, length_s = [], [], 0.0
        pieces.append(Piece(start_s, end_s, length_s))
        inside.extend(stretch)
        length_s += end_s - start_s
    if pieces:
        windows.append(Window(speaker, tuple(pieces), tuple(inside)))
    return tuple(windows)


def _stretches(speech: Iterable[Interval], joined_silence_s: float) -> list[list[Interval]]:
    stretches: list[list[Interval]] = []
    for interval in speech:
        if stretches and interval.start_s - stretches[-1][-1].end_s <= joined_silence_s:
            stretches[-1].append(interval)
        else:
            stretches.append([interval])
    return stretches


def _short_enough(
    stretch: list[Interval], longest_s: float, quietest: Callable[[float, float], float]
) -> list[list[Interval]]:
    """Cuts a stretch at its longest inner pauses, and where there is none at the quietest moment, until each part fits."""
    start_s, end_s = stretch[0].start_s, stretch[-1].end_s
    if end_s - start_s <= longest_s:
        return [stretch]
    if len(stretch) > 1:
        # Of the pauses, the one that leaves the parts most even per second of pause: a long pause near the middle.
        middle_s = (start_s + end_s) / 2
        cut = max(
            range(1, len(stretch)),
            key=lambda i: (
                (stretch[i].start_s - stretch[i - 1].end_s)
                * (1 - abs(stretch[i].start_s - middle_s) / (end_s - start_s))
            ),
        )
        before, after = stretch[:cut], stretch[cut:]
    else:
        cut_s = quietest(start_s + longest_s / 2, min(start_s + longest_s, end_s - 0.5))
        before, after = [Interval(start_s, cut_s)], [Interval(cut_s, end_s)]
    return _short_enough(before, longest_s, quietest) + _short_enough(after, longest_s, quietest)


def _padded(
    stretches: Sequence[Sequence[Interval]], duration_s: float, pad_s: float
) -> Iterable[tuple[float, float]]:
    """Start and end of each stretch with up to `pad_s` of real audio around it, never reaching into a neighbour's half."""
    previous_end_s = 0.0
    for position, stretch in enumerate(stretches):
        start_s, end_s = stretch[0].start_s, stretch[-1].end_s
        following_start_s = stretches[position + 1][0].start_s if position + 1 < len(stretches) else duration_s
        room_before_s = (start_s - previous_end_s) / (2 if position else 1)
        room_after_s = (following_start_s - end_s) / (2 if position + 1 < len(stretches) else 1)
        yield (
            start_s - min(pad_s, max(room_before_s, 0.0)),
            end_s + min(pad_s, max(room_after_s, 0.0)),
        )
        previous_end_s = end_s
