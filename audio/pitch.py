"""Pitch of a voice: fundamental frequency per 20 ms, where the sound is voiced."""

from dataclasses import dataclass

import numpy as np
import soxr

from audio.recording import SAMPLE_RATE_HZ
from audio.yin import compiled_yin

PITCH_RATE_HZ = 8000
"""Half the rate of reading: harmonics above 4 kHz say nothing about the pitch of telephone speech, and the work is a quarter."""

WINDOW_SAMPLES, HOP_SAMPLES = 512, 160
HOP_S = HOP_SAMPLES / PITCH_RATE_HZ
LOWEST_HZ, HIGHEST_HZ = 65.0, 500.0
LONGEST_PERIOD = round(PITCH_RATE_HZ / LOWEST_HZ)

PERIODIC = 0.7
"""Correlation of the sound with itself one period later from which a frame is voiced."""

OUT_OF_RANGE_ST = 10.0
"""A frame this far from the stretch's median is an octave error or another sound."""


@dataclass(frozen=True)
class PitchTrack:
    """Voiced frames of a stretch: time of the frame's middle from the start of the stretch, pitch, and how many frames there were."""

    times_s: np.ndarray
    semitones: np.ndarray  # re 100 Hz
    frames: int


def pitch_track(signal: np.ndarray) -> PitchTrack:
    """Pitch of a stretch of speech (float32, 16 kHz) by YIN; no voiced frames where it is shorter than 64 ms.

    YIN names a period for every frame, so voicing is decided here: the sound must repeat itself after that period. `librosa.pyin`
    decides both at some forty times the cost; `python -m benchmarks.audio_speed` says what is lost without it.
    Source: de Cheveigné and Kawahara 2002.
    """
    sound = soxr.resample(signal, SAMPLE_RATE_HZ, PITCH_RATE_HZ)
    if sound.size < WINDOW_SAMPLES:
        return PitchTrack(np.zeros(0), np.zeros(0), 0)
    hertz = compiled_yin(WINDOW_SAMPLES, PITCH_RATE_HZ)(
        sound,
        fmin=LOWEST_HZ,
        fmax=HIGHEST_HZ,
        sr=PITCH_RATE_HZ,
        frame_length=WINDOW_SAMPLES,
        hop_length=HOP_SAMPLES,
        center=False,
    )
    frames = np.lib.stride_tricks.sliding_window_view(sound, WINDOW_SAMPLES)[::HOP_SAMPLES][: hertz.size]
    voiced = _periodicity(frames, hertz) > PERIODIC
    semitones = 12.0 * np.log2(hertz[voiced] / 100.0)
    times_s = np.flatnonzero(voiced) * HOP_S + WINDOW_SAMPLES / 2 / PITCH_RATE_HZ
    if semitones.size:
        near = np.abs(semitones - np.median(semitones)) < OUT_OF_RANGE_ST
        semitones, times_s = semitones[near], times_s[near]
    return PitchTrack(times_s, semitones, hertz.size)


def _periodicity(frames: np.ndarray, hertz: np.ndarray) -> np.ndarray:
    """Correlation of each frame's beginning with itself one period later, -1 to 1."""
    lags = np.minimum(np.round(PITCH_RATE_HZ / hertz).astype(int), LONGEST_PERIOD)
    length = WINDOW_SAMPLES - LONGEST_PERIOD
    now = frames[:, :length]
    later = np.take_along_axis(frames, lags[:, None] + np.arange(length), axis=1)
    now = now - now.mean(axis=1, keepdims=True)
    later = later - later.mean(axis=1, keepdims=True)
    power = np.sqrt(np.square(now).sum(axis=1) * np.square(later).sum(axis=1))
    return (now * later).sum(axis=1) / np.maximum(power, 1e-9)
