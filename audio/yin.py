"""YIN: the period of a voice, frame by frame. Pure NumPy.

`librosa.yin` finds the same periods (`python -m benchmarks.audio_speed` compares). It is not used because it brings a compiler
along: 140 MB of memory in every process, 2 s at every start, 16 s of compiling at the first, and a compiled cache that two
processes starting at once can spoil.
"""

import numpy as np
import scipy.fft

TROUGH = 0.1
"""The first dip of the normalised difference under this is the period; where there is none, the deepest dip is."""


def yin(frames: np.ndarray, shortest: int, longest: int) -> np.ndarray:
    """Period of each frame in samples, parabolically interpolated, shape (n,); between `shortest` and `longest`.

    Args:
        frames: stretches of sound, shape (n, samples), with samples > longest. What is compared with itself one period later is
            samples - longest long: at least one of the longest periods is needed, two are better.
        shortest, longest: periods looked for, in samples.

    Source: de Cheveigné and Kawahara 2002, equations 6 and 8 and steps 4 and 5.
    """
    difference = normalised_difference(frames, longest)
    inner = difference[:, shortest : longest + 1]
    dips = np.zeros(inner.shape, dtype=bool)
    dips[:, 1:-1] = (inner[:, 1:-1] < inner[:, :-2]) & (inner[:, 1:-1] <= inner[:, 2:])
    dips &= inner < TROUGH
    lags = shortest + np.where(dips.any(axis=1), dips.argmax(axis=1), inner.argmin(axis=1))
    return lags + _shift(difference, lags)


def normalised_difference(frames: np.ndarray, longest: int) -> np.ndarray:
    """How much each frame differs from itself, lag by lag, against the mean over all shorter lags; shape (n, longest + 2).

    0 is an exact repetition after that lag, 1 none; lag 0 is 1 by definition. One lag more than `longest` for interpolation.
    """
    lags = longest + 2
    length = frames.shape[1] - lags + 1
    size = scipy.fft.next_fast_len(frames.shape[1], real=True)
    spectrum = scipy.fft.rfft(frames, size, axis=1)
    spectrum *= scipy.fft.rfft(frames[:, :length], size, axis=1).conj()
    product = scipy.fft.irfft(spectrum, size, axis=1)[:, :lags]
    energy = np.zeros((len(frames), frames.shape[1] + 1))
    np.cumsum(np.square(frames, dtype=np.float64), axis=1, out=energy[:, 1:])
    later = energy[:, length : length + lags] - energy[:, :lags]
    difference = np.maximum(later[:, :1] + later - 2.0 * product, 0.0)
    total = np.cumsum(difference, axis=1)
    mean = total[:, 1:] / np.arange(1, lags)
    return np.concatenate((np.ones((len(frames), 1)), difference[:, 1:] / np.maximum(mean, 1e-12)), axis=1)


def _shift(difference: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """Where the parabola through a dip and its neighbours is lowest, from the dip, within one sample; 0 on a slope."""
    before, at, after = (difference[np.arange(len(lags)), lags + step] for step in (-1, 0, 1))
    bend = before + after - 2.0 * at
    slope = before - after
    return np.where(np.abs(slope) < 2.0 * bend, slope / np.where(bend > 0.0, 2.0 * bend, 1.0), 0.0)
