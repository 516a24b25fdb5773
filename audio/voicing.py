"""Whether sound has the regular period of a voice."""

import numpy as np

from audio.recording import SAMPLE_RATE_HZ

LOWEST_HZ, HIGHEST_HZ = 70.0, 400.0
"""Range of voices on the telephone, from a low man's creak to a raised woman's voice."""

WINDOW_S = 0.04
"""Holds nearly three periods of the lowest voice."""

HOP_S = 0.02
PERIODIC = 0.85
"""Autocorrelation from which a window is voiced: 1 is perfectly periodic; keyboard noise and breath stay under 0.8."""


def voiced_share(signal: np.ndarray) -> float:
    """Share of the windows of a short signal (float32, 16 kHz) whose period lies in the range of voices, 0-1; 0 if too short.

    A tone higher than a voice repeats within a shorter period and does not count, though it repeats at every multiple too.
    """
    periods = [_voiced(window) for window in _windows(signal)]
    return float(np.mean(periods)) if periods else 0.0


def _windows(signal: np.ndarray) -> list[np.ndarray]:
    size, hop = round(WINDOW_S * SAMPLE_RATE_HZ), round(HOP_S * SAMPLE_RATE_HZ)
    return [signal[start : start + size] for start in range(0, signal.size - size + 1, hop)]


def _voiced(window: np.ndarray) -> bool:
    centred = window - window.mean()
    lags = np.correlate(centred, centred, "full")[centred.size - 1 :]
    if not lags[0] > 0.0:
        return False
    shortest, longest = round(SAMPLE_RATE_HZ / HIGHEST_HZ), round(SAMPLE_RATE_HZ / LOWEST_HZ)
    normalised = lags / lags[0] * centred.size / (centred.size - np.arange(centred.size))
    negative = np.flatnonzero(normalised[:shortest] < 0.0)
    higher = negative.size and normalised[negative[0] : shortest].max() > PERIODIC
    return bool(not higher and normalised[shortest:longest].max() > PERIODIC)
