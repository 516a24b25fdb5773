"""Where each line of a script begins and ends: the laying of spoken lines on one time line."""

import dataclasses
from dataclasses import dataclass

import numpy as np

from audio.intervals import Interval
from simulation.errors import ScriptError
from simulation.script import AT_MARK, FLOOR, MARK, Line, Script, spoken_text
from simulation.truth import TruthHold, TruthWord
from simulation.voices import SpokenLine, say

LEVEL_DBFS = -26.0
"""Active speech level of a voice in even tone: the nominal level of ITU-T P.56 and P.830."""

ENTRY_S = 0.1
"""The other side comes in on the last sounds of the word before the mark."""

FADE_S = 0.03
"""A voice that is cut short dies away over this time."""

SEED_STEP = 1009
"""Apart from each other, so that two calls with neighbouring seeds share no line's seed."""


@dataclass(frozen=True)
class Placed:
    """A line with its voice at its place."""

    number: int  # from 0, over spoken lines
    line: Line
    spoken: SpokenLine
    start_s: float
    text: str
    cut_short: bool = False

    @property
    def end_s(self) -> float:
        return self.start_s + self.spoken.duration_s


def lay(script: Script) -> tuple[list[Placed], list[TruthHold]]:
    """Every spoken line with its times, and the holds.

    Raises ScriptError where no place fits the role; the definitions of overlaps are checked on the result, not here.
    """
    placed: list[Placed] = []
    holds: list[TruthHold] = []
    floor: int | None = None
    marks: list[float] = []
    hold: Line | None = None
    for line in script.line:
        if line.role == "hold":
            hold = line
            continue
        number = len(placed)
        spoken = say(
            getattr(script.voices, line.speaker),
            spoken_text(line.text),
            line.tone,
            LEVEL_DBFS + getattr(script.gains_db, line.speaker),
            script.sample_rate_hz,
            script.seed * SEED_STEP + number,
        )
        free_s = max((other.end_s for other in placed), default=0.0)
        if hold is not None:
            start_s = free_s + hold.hold_s
            holds.append(TruthHold(round(free_s, 4), round(start_s, 4), hold.music, hold.announced))
            hold = None
        elif line.role in AT_MARK:
            start_s = marks.pop(0)
        elif line.role == "terminal_overlap":
            start_s = placed[floor].end_s - line.overlap_s
        else:
            start_s = free_s + line.pause_s
        start_s = round(start_s * script.sample_rate_hz) / script.sample_rate_hz
        if line.role == "interruption":
            placed[floor] = _cut(placed[floor], start_s, line.yield_s, script)
        placed.append(Placed(number, line, spoken, start_s, spoken_text(line.text)))
        if line.role in FLOOR:
            floor, marks = number, [start_s + time_s for time_s in _mark_times(line.text, spoken.words)]
    return placed, holds


def _mark_times(text: str, words: tuple[TruthWord, ...]) -> list[float]:
    """When the other side comes in at each mark, from the start of the line."""
    parts = [part.split() for part in text.split(MARK)]
    before = np.cumsum([len(part) for part in parts])[:-1]
    return [max(words[count - 1].end_s - ENTRY_S, 0.0) if count else 0.0 for count in before]


def _cut(under: Placed, start_s: float, yield_s: float, script: Script) -> Placed:
    """The interrupted line as it was heard: up to the word end nearest to `yield_s` after the interruption's start."""
    words = under.spoken.words
    ends = [
        (abs(under.start_s + word.end_s - start_s - yield_s), count)
        for count, word in enumerate(words[:-1], start=1)
        if 0.1 < under.start_s + word.end_s - start_s < 1.9 and word.word[-1] not in ".?!,;:"
    ]
    if not ends:
        raise ScriptError(
            f"{script.call_id}: line {under.number + 1} is interrupted {start_s - under.start_s:.1f} s after its start and lasts "
            f"{under.spoken.duration_s:.1f} s: it needs more words after the mark that end no sentence and no clause"
        )
    count = min(ends)[1]
    gap_s = words[count].start_s - words[count - 1].end_s
    end_s = words[count - 1].end_s + min(max(gap_s, 0.0) / 2, 0.05)
    speech = tuple(
        Interval(part.start_s, min(part.end_s, end_s)) for part in under.spoken.speech if part.start_s < end_s
    )
    samples = round(speech[-1].end_s * script.sample_rate_hz)
    fade = min(round(FADE_S * script.sample_rate_hz), samples)
    signal = under.spoken.signal[:samples].copy()
    signal[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    heard = tuple(words[:count])
    return dataclasses.replace(
        under,
        spoken=SpokenLine(signal, heard, speech),
        text=" ".join(word.word for word in heard),
        cut_short=True,
    )
