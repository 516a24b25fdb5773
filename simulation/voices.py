"""The speakers of simulated calls: text in; sound, words and inner pauses with exact times out.

A speaker is a synthesiser's voice, or that voice as another person: `size` plays it faster or slower, so that pitch and
formants move together as with a shorter or longer vocal tract, and the speaking rate is given back by the synthesiser.
"""

import dataclasses
import functools
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import soxr

from audio.intervals import Interval
from audio.measures import Tone
from simulation import engines
from simulation.align import token_times
from simulation.errors import ScriptError
from simulation.sound import active_level_db, high_shelf, sounding, with_level
from simulation.truth import TruthWord

SENTENCE_GAP_S = 0.28
"""Between two sentences of one line."""

LONG_GAP_S = 0.5
"""After a sentence that ends in an ellipsis."""

INNER_PAUSE_S = 0.2
"""Silence inside a line from which on it is cut out of `speech`: the same as utterances of DESIGN section 3."""


WORD_GAP_S = 0.06
"""Silence beside a word from which on it is no part of it."""


@dataclass(frozen=True)
class Manner:
    """How a tone differs from the speaker's even tone."""

    level_db: float
    pitch: float
    pitch_range: float
    speed: float
    tilt_db: float  # energy above 1 kHz against below


MANNERS: dict[Tone, Manner] = {
    "even": Manner(level_db=0.0, pitch=1.0, pitch_range=1.0, speed=1.0, tilt_db=0.0),
    "raised": Manner(level_db=7.0, pitch=1.14, pitch_range=1.25, speed=1.08, tilt_db=5.0),
    "subdued": Manner(level_db=-5.0, pitch=0.93, pitch_range=0.75, speed=0.88, tilt_db=-4.0),
}
"""Loud speech is higher, wider in pitch, and flatter in spectrum; sizes as in studies of vocal effort and hot anger."""

VARIATION = Manner(level_db=1.0, pitch=0.02, pitch_range=0.05, speed=0.03, tilt_db=0.7)
"""Standard deviation between lines of the same tone."""


@dataclass(frozen=True)
class Voice:
    speak: Callable[..., engines.Spoken]  # (sentence, speed, pitch, pitch_range, seed)
    phones: Callable[[str], tuple[str, ...]]
    size: float = 1.0
    speed: float = 1.0  # of a voice that is slower or faster by itself than people are on the telephone


def _flite(name: str, median_hz: float | None, speed: float = 1.0) -> Voice:
    def speak(sentence: str, speed: float, pitch: float, pitch_range: float, seed: int) -> engines.Spoken:
        return engines.speak_flite(name, median_hz, sentence, speed, pitch, pitch_range)

    return Voice(speak, functools.partial(engines.phones_flite, name), speed=speed)


_WHOLE = {
    "hibari": Voice(engines.speak_hibari, engines.phones_hibari),
    "joe": Voice(engines.speak_joe, engines.phones_joe),
    "slt": _flite("slt", 175.0),
    "rms": _flite("rms", None, speed=1.2),
    "awb": _flite("awb", 128.0),
}

VOICES: dict[str, Voice] = {
    name + suffix: dataclasses.replace(voice, size=size)
    for name, voice in _WHOLE.items()
    for suffix, size in (("", 1.0), ("_low", 0.92), ("_high", 1.09))
}


@dataclass(frozen=True)
class SpokenLine:
    """One line as a voice says it: mono float32, first to last sound, times from its first sample."""

    signal: np.ndarray
    words: tuple[TruthWord, ...]
    speech: tuple[Interval, ...]  # inner pauses >= INNER_PAUSE_S cut out

    @property
    def duration_s(self) -> float:
        return self.speech[-1].end_s


def say(voice: str, text: str, tone: Tone, level_dbfs: float, sample_rate_hz: int, seed: int) -> SpokenLine:
    """A line spoken by a voice in a tone, at an active level, band-limited to the sample rate.

    Raises:
        ScriptError: a voice that does not exist, or a text the voice says nothing for.
        VoiceMissing: the voice's synthesiser is not installed.
    """
    if voice not in VOICES:
        raise ScriptError(f"there is no voice {voice!r}; known: {', '.join(VOICES)}")
    manner = _manner(tone, np.random.default_rng(seed))
    pieces: list[np.ndarray] = []
    words: list[TruthWord] = []
    speech: list[Interval] = []
    offset = 0
    for sentence in re.split(r"(?<=[.?!])\s+", text):
        signal, sentence_words, stretches = _say_sentence(voice, sentence, manner, sample_rate_hz, seed)
        start_s = offset / sample_rate_hz
        words += [TruthWord(word.word, word.start_s + start_s, word.end_s + start_s) for word in sentence_words]
        speech += [Interval(stretch.start_s + start_s, stretch.end_s + start_s) for stretch in stretches]
        gap_s = LONG_GAP_S if sentence.endswith("...") else SENTENCE_GAP_S
        gap = np.zeros(round(gap_s * sample_rate_hz), np.float32)
        pieces += [signal, gap]
        offset += len(signal) + len(gap)
    level = with_level(np.concatenate(pieces[:-1]), sample_rate_hz, level_dbfs + manner.level_db)
    return SpokenLine(level, tuple(words), tuple(speech))


def _manner(tone: Tone, random: np.random.Generator) -> Manner:
    level, pitch, pitch_range, speed, tilt = random.normal(size=5).clip(-2, 2)
    base = MANNERS[tone]
    return Manner(
        level_db=base.level_db + level * VARIATION.level_db,
        pitch=base.pitch * (1 + pitch * VARIATION.pitch),
        pitch_range=base.pitch_range * (1 + pitch_range * VARIATION.pitch_range),
        speed=base.speed * (1 + speed * VARIATION.speed),
        tilt_db=base.tilt_db + tilt * VARIATION.tilt_db,
    )


@functools.lru_cache(maxsize=512)
def _say_sentence(
    name: str, sentence: str, manner: Manner, sample_rate_hz: int, seed: int
) -> tuple[np.ndarray, tuple[TruthWord, ...], tuple[Interval, ...]]:
    """Sound at an active level of 0 dB from first to last sound, its words and its stretches of sound."""
    voice = VOICES[name]
    spoken = voice.speak(sentence, manner.speed * voice.speed / voice.size, manner.pitch, manner.pitch_range, seed)
    if not spoken.phones:
        raise ScriptError(f"the voice {name} says nothing for a sentence of {len(sentence)} characters")
    signal = soxr.resample(spoken.signal, spoken.sample_rate_hz * voice.size, sample_rate_hz)
    signal = high_shelf(signal, sample_rate_hz, manner.tilt_db)
    signal *= np.float32(10 ** (-active_level_db(signal, sample_rate_hz) / 20))
    heard = sounding(signal, sample_rate_hz, INNER_PAUSE_S)
    start_s, end_s = heard[0].start_s, heard[-1].end_s
    tokens = sentence.split()
    times = token_times([voice.phones(token) for token in tokens], spoken.phones)

    close = sounding(signal, sample_rate_hz, WORD_GAP_S)
    words = []
    for token, (first_s, last_s) in zip(tokens, times, strict=True):
        first_s, last_s = _within_sound(first_s / voice.size, last_s / voice.size, close)
        words.append(TruthWord(token, first_s - start_s, last_s - start_s))
    stretches = tuple(Interval(part.start_s - start_s, part.end_s - start_s) for part in heard)
    return signal[round(start_s * sample_rate_hz) : round(end_s * sample_rate_hz)], tuple(words), stretches


def _within_sound(first_s: float, last_s: float, stretches: tuple[Interval, ...]) -> tuple[float, float]:
    """A word's times without the silence beside it: synthesisers lengthen the phone before a pause over the pause."""
    inside = [part for part in stretches if part.start_s < last_s and first_s < part.end_s]
    if not inside:
        nearest = min(stretches, key=lambda part: max(part.start_s - first_s, first_s - part.end_s))
        return (nearest.start_s,) * 2 if first_s < nearest.start_s else (nearest.end_s,) * 2
    return max(first_s, inside[0].start_s), min(last_s, inside[-1].end_s)
