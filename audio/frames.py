"""A channel as frames of 10 ms: the levels and speech probabilities that every later step looks at instead of samples."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.signal import butter, sosfilt

from audio.recording import SAMPLE_RATE_HZ, Recording
from audio.vad import FRAME_S as VAD_FRAME_S
from audio.vad import speech_probabilities

FRAME_S = 0.01
FRAME_SAMPLES = round(FRAME_S * SAMPLE_RATE_HZ)

BLOCK_S = 4.0
"""Samples in memory at a time: a whole number of frames."""

SILENCE_DB = -100.0
"""Level given to digital silence, so that logarithms stay finite: below the last bit of 16-bit sound."""

LOW_CUT_HZ = 120.0
"""Hum and handling noise lie below, speech on the telephone above (300 Hz by ITU-T G.712)."""

TILT_HZ = 1000.0
"""Vocal effort moves energy from below to above this (spectral tilt)."""

SPECTRUM_SAMPLES = 512


@dataclass(frozen=True)
class ChannelFrames:
    """One channel, frame k covering [k, k + 1) x `FRAME_S`; all arrays but `spectrum` have shape (frames,)."""

    levels_db: np.ndarray  # mean square above LOW_CUT_HZ, dB re full scale
    high_levels_db: np.ndarray  # the same above TILT_HZ
    probabilities: np.ndarray  # of speech
    constant: np.ndarray  # bool: every sample is the same, as digital silence is
    spectrum: np.ndarray  # mean power per bin of 31.25 Hz over the whole channel, shape (257,)

    def __len__(self) -> int:
        return self.levels_db.size


def channel_frames(recording: Recording, channel: int) -> ChannelFrames:
    """Read a channel once, block by block, and keep its frames: 5 MB for an hour."""
    frames = _Measured(round(recording.duration_s * SAMPLE_RATE_HZ) // FRAME_SAMPLES)
    probabilities = speech_probabilities(frames.watch(recording.blocks(channel, BLOCK_S)))
    return frames.with_probabilities(probabilities)


class _Measured:
    """Measures blocks on their way to the voice activity model, filters carried over from block to block."""

    def __init__(self, frames: int) -> None:
        self._filters = [butter(2, hz, "high", fs=SAMPLE_RATE_HZ, output="sos") for hz in (LOW_CUT_HZ, TILT_HZ)]
        self._states = [np.zeros((each.shape[0], 2)) for each in self._filters]
        self._levels = np.empty((2, frames), np.float32)
        self._constant = np.empty(frames, dtype=bool)
        self._spectrum = np.zeros(SPECTRUM_SAMPLES // 2 + 1)
        self._spectra = 0
        self._window = np.hanning(SPECTRUM_SAMPLES).astype(np.float32)

    def watch(self, blocks: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
        first = 0
        for block in blocks:
            whole = block.size // FRAME_SAMPLES
            for each in range(2):
                filtered, self._states[each] = sosfilt(self._filters[each], block, zi=self._states[each])
                self._levels[each, first : first + whole] = _levels_db(filtered[: whole * FRAME_SAMPLES])
            frames = block[: whole * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
            self._constant[first : first + whole] = frames.max(axis=1) == frames.min(axis=1)
            first += whole
            windows = block[: block.size - block.size % SPECTRUM_SAMPLES].reshape(-1, SPECTRUM_SAMPLES)
            self._spectrum += (np.abs(np.fft.rfft(windows * self._window, axis=1)) ** 2).sum(axis=0)
            self._spectra += len(windows)
            yield block

    def with_probabilities(self, probabilities: np.ndarray) -> ChannelFrames:
        centres = (np.arange(self._constant.size) + 0.5) * (FRAME_S / VAD_FRAME_S)
        at = np.minimum(centres.astype(np.int32), probabilities.size - 1)
        spectrum = self._spectrum / max(1, self._spectra)
        return ChannelFrames(self._levels[0], self._levels[1], probabilities[at], self._constant, spectrum)


def _levels_db(signal: np.ndarray) -> np.ndarray:
    power = np.mean(np.square(signal.reshape(-1, FRAME_SAMPLES)), axis=1)
    return 10.0 * np.log10(np.maximum(power, 10.0 ** (SILENCE_DB / 10.0)))
