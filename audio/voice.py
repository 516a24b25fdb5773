"""How an utterance sounds: pitch, level, spectral tilt, voicing, each against what is usual for that speaker."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from audio.frames import ChannelFrames
from audio.intervals import Timeline
from audio.masks import frame_at, to_mask
from audio.pitch import PitchTrack, pitch_track

LONGEST_STRETCH_S = 8.0
"""Longer utterances are measured in pieces, so that memory does not grow with them."""

ACTIVE_DB = 20.0
"""Frames this far under the utterance's loud ones are pauses and breath."""

TURN_END_S = 0.5
LEAST_VOICED_S = 0.2


@dataclass(frozen=True)
class Voice:
    """Acoustic facts of one utterance, before they are compared with others; None where it has too little voiced speech."""

    pitch_hz: float | None  # median
    pitch_range_st: float | None  # 5th to 95th percentile
    pitch_slope_st_per_s: float | None  # straight line through the last 0.5 s of voiced speech
    high_pitch_st: float | None  # 80th percentile, semitones re 100 Hz: what rises first with vocal effort
    level_db: float | None  # active level, dB re full scale
    tilt_db: float | None  # energy above 1 kHz against below
    voiced_share: float | None  # voiced frames / frames of speech


def voice_of(speech: Timeline, frames: ChannelFrames, read: Callable[[float, float], np.ndarray]) -> Voice:
    """The voice in one utterance's speech intervals; `read` gives samples of its channel."""
    level_db, tilt_db = _levels(speech, frames)
    tracks = [
        (start_s, pitch_track(read(start_s, end_s))) for interval in speech for start_s, end_s in _pieces(interval.start_s, interval.end_s)
    ]
    times_s = np.concatenate([start_s + track.times_s for start_s, track in tracks])
    semitones = np.concatenate([track.semitones for _, track in tracks])
    measured = sum(track.frames for _, track in tracks)
    if semitones.size * 0.02 < LEAST_VOICED_S:
        return Voice(None, None, None, None, level_db, tilt_db, semitones.size / measured if measured else None)
    low, middle, upper, high = np.percentile(semitones, (5, 50, 80, 95))
    return Voice(
        pitch_hz=float(100.0 * 2.0 ** (middle / 12.0)),
        pitch_range_st=float(high - low),
        pitch_slope_st_per_s=_slope(times_s, semitones),
        high_pitch_st=float(upper),
        level_db=level_db,
        tilt_db=tilt_db,
        voiced_share=semitones.size / measured,
    )


def usual(values: Sequence[float | None]) -> float | None:
    """Median of the known values; None if there is none."""
    known = [each for each in values if each is not None]
    return float(np.median(known)) if known else None


def relative(value: float | None, usual_value: float | None) -> float | None:
    return None if value is None or usual_value is None else value - usual_value


def _pieces(start_s: float, end_s: float) -> list[tuple[float, float]]:
    cuts = np.arange(start_s, end_s, LONGEST_STRETCH_S)
    return list(zip(cuts, [*cuts[1:], end_s], strict=True))


def _levels(speech: Timeline, frames: ChannelFrames) -> tuple[float | None, float | None]:
    first, after = frame_at(speech[0].start_s), frame_at(speech[-1].end_s)
    spoken = to_mask(speech, len(frames))[first:after]
    levels, high = frames.levels_db[first:after][spoken], frames.high_levels_db[first:after][spoken]
    if not levels.size:
        return None, None
    active = levels > np.percentile(levels, 95) - ACTIVE_DB
    power, above = np.mean(10.0 ** (levels[active] / 10.0)), np.mean(10.0 ** (high[active] / 10.0))
    below = max(power - above, power * 1e-6)
    return float(10.0 * np.log10(power)), float(10.0 * np.log10(max(above, power * 1e-6) / below))


def _slope(times_s: np.ndarray, semitones: np.ndarray) -> float | None:
    """Semitones per second over the last half second of voiced speech: natural ends fall, questions and cut sentences do not."""
    last = times_s > times_s[-1] - TURN_END_S
    if np.count_nonzero(last) * 0.02 < LEAST_VOICED_S or np.ptp(times_s[last]) < LEAST_VOICED_S:
        return None
    return float(np.polyfit(times_s[last], semitones[last], 1)[0])


__all__ = ["PitchTrack", "Voice", "relative", "usual", "voice_of"]
