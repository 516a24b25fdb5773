"""Sound that is no speech, and what happens to sound: levels, tilt, noise, music, leakage. Signals are float32, full scale 1."""

import numpy as np
from scipy.signal import butter, lfilter, sosfilt

from audio.intervals import Interval

FRAME_S = 0.01
MARGIN_DB = 35.0
"""A frame this far under the active level is silence: flite's voices hum at -40 dB, the others are quieter."""

ACTIVE_DB = 25.0
"""Frames within this of the loudest count for the active level."""

PEAK = 0.9
LEAK_DELAY_S = 0.012
"""Sidetone and acoustic echo on telephone sets arrive within a few tens of milliseconds."""


def frame_levels_db(signal: np.ndarray, sample_rate_hz: int) -> np.ndarray:
    """Mean-square level of each 10 ms frame in dB re full scale."""
    size = round(FRAME_S * sample_rate_hz)
    frames = np.pad(signal, (0, -len(signal) % size)).reshape(-1, size).astype(np.float64)
    return 10 * np.log10(np.mean(frames**2, axis=1) + 1e-12)


def active_level_db(signal: np.ndarray, sample_rate_hz: int) -> float:
    """Mean-square level over the frames in which there is speech, dB re full scale."""
    levels = frame_levels_db(signal, sample_rate_hz)
    active = levels[levels > levels.max() - ACTIVE_DB]
    return float(10 * np.log10(np.mean(10 ** (active / 10))))


def with_level(signal: np.ndarray, sample_rate_hz: int, level_dbfs: float) -> np.ndarray:
    """The signal at an active level, its highest peaks rounded off under 0.9 of full scale as a telephone does."""
    gain = 10 ** ((level_dbfs - active_level_db(signal, sample_rate_hz)) / 20)
    return (PEAK * np.tanh(signal * (gain / PEAK))).astype(np.float32)


def sounding(signal: np.ndarray, sample_rate_hz: int, pause_s: float) -> tuple[Interval, ...]:
    """Stretches of sound, from first to last, cut where the signal is silent for at least `pause_s`."""
    levels = frame_levels_db(signal, sample_rate_hz)
    heard = np.flatnonzero(levels > active_level_db(signal, sample_rate_hz) - MARGIN_DB)
    cuts = np.flatnonzero(np.diff(heard) > round(pause_s / FRAME_S)) + 1
    last_s = len(signal) / sample_rate_hz
    return tuple(
        Interval(float(run[0] * FRAME_S), min(float((run[-1] + 1) * FRAME_S), last_s)) for run in np.split(heard, cuts)
    )


def high_shelf(signal: np.ndarray, sample_rate_hz: int, gain_db: float) -> np.ndarray:
    """More (or less) of everything above 1 kHz: what vocal effort does to the spectrum."""
    low = sosfilt(butter(1, 1000, fs=sample_rate_hz, output="sos"), signal)
    return (low + (signal - low) * 10 ** (gain_db / 20)).astype(np.float32)


def line_noise(samples: int, sample_rate_hz: int, level_dbfs: float, random: np.random.Generator) -> np.ndarray:
    """Steady noise with more energy at low frequencies, as rooms and lines have."""
    noise = lfilter([1.0], [1.0, -0.7], random.standard_normal(samples))
    return (noise * 10 ** (level_dbfs / 20) / np.sqrt(np.mean(noise**2))).astype(np.float32)


def hold_music(samples: int, sample_rate_hz: int, level_dbfs: float, random: np.random.Generator) -> np.ndarray:
    """Plucked chords in a slow loop, synthesised here: no recording, nobody's composition."""
    roots = random.permutation([48, 53, 55, 57])
    music = np.zeros(samples)
    step = round(0.3 * sample_rate_hz)
    for number, start in enumerate(range(0, samples, step)):
        root = roots[number // 8 % 4]
        notes = [root + (0, 7, 12, 16)[number % 4] + 12] + ([root] if number % 8 == 0 else [])
        length = min(4 * step, samples - start)
        seconds = np.arange(length) / sample_rate_hz
        for note in notes:
            hertz = 440 * 2 ** ((note - 69) / 12)
            tone = sum(np.sin(2 * np.pi * hertz * k * seconds) / k**1.5 for k in range(1, 6))
            music[start : start + length] += tone * np.exp(-2.5 * seconds) * np.minimum(seconds / 0.005, 1)
    fade = np.minimum(1, np.minimum(np.arange(samples), np.arange(samples)[::-1]) / (0.2 * sample_rate_hz))
    music *= fade
    return (music * 10 ** (level_dbfs / 20) / np.sqrt(np.mean(music**2))).astype(np.float32)


def with_leakage(channels: np.ndarray, sample_rate_hz: int, leakage_db: float) -> np.ndarray:
    """Each channel with the other one's sound in it, later, duller and `leakage_db` lower."""
    delay = round(LEAK_DELAY_S * sample_rate_hz)
    other = np.pad(channels[::-1], ((0, 0), (delay, 0)))[:, : channels.shape[1]]
    dull = sosfilt(butter(1, 2500, fs=sample_rate_hz, output="sos"), other, axis=1)
    return (channels + dull * 10 ** (leakage_db / 20)).astype(np.float32)
