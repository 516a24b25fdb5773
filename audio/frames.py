"""A channel as frames of 10 ms: the levels and speech probabilities that every later step looks at instead of samples."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import maximum_filter1d
from scipy.signal import butter, sosfilt

from audio.masks import FRAME_S, runs
from audio.recording import SAMPLE_RATE_HZ, Recording
from audio.settings import SpeechSettings
from audio.vad import FRAME_S as VAD_FRAME_S
from audio.vad import speech_probabilities

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

QUIETEST_PERCENTILE, LOUDEST_PERCENTILE = 5.0, 99.5
"""Of the levels of a channel: not above its noise floor, and not below its voice by more than `CREST_DB`."""

CREST_DB = 15.0
"""How far a voice's loudest frames stand over its active level, at most."""

CELL_FRAMES = 16
"""Frames that the network's own frames of 32 ms fit into: it is shown whole cells, so that its frames lie where they always do."""

LISTENED_CELLS = 3
"""Half a second before and after what it is asked about the network listens too: it knows speech by what it grows from."""


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


def channel_frames(recording: Recording, channel: int, settings: SpeechSettings) -> ChannelFrames:
    """Read a channel block by block and keep its frames: 5 MB for an hour.

    The voice activity network is half of the work of measuring a call, and each side is silent for half of a conversation. What cannot
    count as speech whatever the network says, since it does not stand `above_floor_db` over the noise, is not shown to it: probability 0.
    """
    frames = _Measured(round(recording.duration_s * SAMPLE_RATE_HZ) // FRAME_SAMPLES)
    for block in recording.blocks(channel, BLOCK_S):
        frames.feed(block)
    probabilities = np.zeros(len(frames.levels_db[0]), np.float32)
    for first, after in _worth_hearing(frames.levels_db[0], settings):
        heard = speech_probabilities(recording.blocks(channel, BLOCK_S, first * FRAME_S, after * FRAME_S))
        centres = (np.arange(after - first) + 0.5) * (FRAME_S / VAD_FRAME_S)
        probabilities[first:after] = heard[np.minimum(centres.astype(np.int32), heard.size - 1)]
    return frames.with_probabilities(probabilities)


def _worth_hearing(levels_db: np.ndarray, settings: SpeechSettings) -> list[tuple[int, int]]:
    """First frame and frame after the last of the stretches outside which nothing stands out of the noise; all of a noisy channel."""
    if not levels_db.size:
        return []
    quietest_db, loudest_db = np.percentile(levels_db, (QUIETEST_PERCENTILE, LOUDEST_PERCENTILE))
    if loudest_db - quietest_db < settings.noisy_db + CREST_DB:  # where level tells little, the network decides
        return [(0, levels_db.size)]
    cells = np.maximum.reduceat(levels_db, np.arange(0, levels_db.size, CELL_FRAMES))
    loud = maximum_filter1d(cells, 2 * LISTENED_CELLS + 1) > quietest_db + settings.above_floor_db
    return [(first * CELL_FRAMES, min(after * CELL_FRAMES, levels_db.size)) for first, after in runs(loud)]


class _Measured:
    """Measures a channel block by block, filters carried over from one to the next."""

    def __init__(self, frames: int) -> None:
        self._filters = [butter(2, hz, "high", fs=SAMPLE_RATE_HZ, output="sos") for hz in (LOW_CUT_HZ, TILT_HZ)]
        self._states = [np.zeros((each.shape[0], 2)) for each in self._filters]
        self.levels_db = np.empty((2, frames), np.float32)
        self._constant = np.empty(frames, dtype=bool)
        self._fed = 0
        self._spectrum = np.zeros(SPECTRUM_SAMPLES // 2 + 1)
        self._spectra = 0
        self._window = np.hanning(SPECTRUM_SAMPLES).astype(np.float32)

    def feed(self, block: np.ndarray) -> None:
        first = self._fed
        whole = block.size // FRAME_SAMPLES
        for each in range(2):
            filtered, self._states[each] = sosfilt(self._filters[each], block, zi=self._states[each])
            self.levels_db[each, first : first + whole] = _levels_db(filtered[: whole * FRAME_SAMPLES])
        frames = block[: whole * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
        self._constant[first : first + whole] = frames.max(axis=1) == frames.min(axis=1)
        self._fed += whole
        windows = block[: block.size - block.size % SPECTRUM_SAMPLES].reshape(-1, SPECTRUM_SAMPLES)
        self._spectrum += (np.abs(np.fft.rfft(windows * self._window, axis=1)) ** 2).sum(axis=0)
        self._spectra += len(windows)

    def with_probabilities(self, probabilities: np.ndarray) -> ChannelFrames:
        spectrum = self._spectrum / max(1, self._spectra)
        return ChannelFrames(self.levels_db[0], self.levels_db[1], probabilities, self._constant, spectrum)


def _levels_db(signal: np.ndarray) -> np.ndarray:
    power = np.mean(np.square(signal.reshape(-1, FRAME_SAMPLES)), axis=1)
    return 10.0 * np.log10(np.maximum(power, 10.0 ** (SILENCE_DB / 10.0)))
