"""What tells two voices on one channel apart: short-time spectra and pitch of the frames in which somebody speaks."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.fft import dct

from audio.intervals import Timeline
from audio.pitch import HOP_S as PITCH_HOP_S
from audio.pitch import WINDOW_SAMPLES, pitch_track
from audio.recording import SAMPLE_RATE_HZ

FRAME_S = PITCH_HOP_S
"""20 ms: one pitch value, one spectrum."""

SPECTRUM_SAMPLES = 512
LOWEST_HZ, HIGHEST_HZ = 200.0, 3700.0
"""The telephone carries 300 to 3400 Hz; what lies outside is the recorder's, not the speaker's."""

MEL_BANDS, CEPSTRA = 26, 19
PIECE_S = 8.0
"""Speech is read in pieces, so that memory does not grow with a long interval."""


@dataclass(frozen=True)
class SpeakerFrames:
    """The frames of speech of a channel, in time order, one per `FRAME_S`."""

    starts_s: np.ndarray  # (n,)
    begins: np.ndarray  # (n,) bool: first frame after a pause
    cepstra: np.ndarray  # (n, CEPSTRA) mel-frequency cepstra 1 to 19; the level is left out
    levels_db: np.ndarray  # (n,)
    semitones: np.ndarray  # (n,) pitch re 100 Hz, NaN where unvoiced
    mel_power: np.ndarray  # (n, MEL_BANDS)

    def __len__(self) -> int:
        return self.starts_s.size


def speaker_frames(speech: Timeline, read: Callable[[float, float], np.ndarray]) -> SpeakerFrames:
    """Features of the speech of one channel; `read` gives its samples between two times (float32, 16 kHz).

    Source: Davis and Mermelstein 1980 (cepstra); pitch by YIN (`audio.pitch`).
    """
    filters = _mel_filters()
    window = np.hanning(SPECTRUM_SAMPLES).astype(np.float32)
    hop = round(FRAME_S * SAMPLE_RATE_HZ)
    starts, begins, powers, pitches = [], [], [], []
    for interval in speech:
        cuts = np.arange(interval.start_s, interval.end_s, PIECE_S)
        for start_s, end_s in zip(cuts, [*cuts[1:], interval.end_s], strict=True):
            count = int(round((end_s - start_s) / FRAME_S))
            if not count:
                continue
            margin_s = (SPECTRUM_SAMPLES - hop) / 2 / SAMPLE_RATE_HZ
            sound = _exactly(read(start_s - margin_s, end_s + margin_s), (count - 1) * hop + SPECTRUM_SAMPLES)
            frames = np.lib.stride_tricks.sliding_window_view(sound, SPECTRUM_SAMPLES)[::hop][:count]
            powers.append(np.abs(np.fft.rfft(frames * window, axis=1)).astype(np.float32) ** 2 @ filters)
            starts.append(start_s + np.arange(count) * FRAME_S)
            begins.append(np.arange(count) == (0 if start_s == interval.start_s else -1))
            pitches.append(_pitch(read, start_s, end_s, count))
    if not starts:
        nothing = np.zeros(0)
        return SpeakerFrames(nothing, nothing.astype(bool), np.zeros((0, CEPSTRA)), nothing, nothing, np.zeros((0, MEL_BANDS)))
    power = np.concatenate(powers)
    return SpeakerFrames(
        np.concatenate(starts), np.concatenate(begins), cepstra(power), 10.0 * np.log10(power.sum(axis=1) + 1e-9),
        np.concatenate(pitches), power,
    )  # fmt: skip


def cepstra(mel_power: np.ndarray) -> np.ndarray:
    """Cepstra 1 to 19 of power in mel bands, shape (n, MEL_BANDS) -> (n, CEPSTRA)."""
    return dct(np.log(mel_power + 1e-7), type=2, norm="ortho", axis=1)[:, 1 : CEPSTRA + 1]


def _pitch(read: Callable[[float, float], np.ndarray], start_s: float, end_s: float, count: int) -> np.ndarray:
    half_window_s = WINDOW_SAMPLES / 2 / 8000
    first_s = max(0.0, start_s - half_window_s)
    track = pitch_track(read(first_s, end_s + half_window_s))
    semitones = np.full(count, np.nan)
    at = ((first_s + track.times_s - start_s) / FRAME_S).astype(int)
    inside = (at >= 0) & (at < count)
    semitones[at[inside]] = track.semitones[inside]
    return semitones


def _exactly(sound: np.ndarray, length: int) -> np.ndarray:
    return sound[:length] if sound.size >= length else np.pad(sound, (0, length - sound.size))


def _mel_filters() -> np.ndarray:
    """Triangles equally wide in mel, shape (bins, MEL_BANDS)."""
    mel = np.linspace(_mel(LOWEST_HZ), _mel(HIGHEST_HZ), MEL_BANDS + 2)
    edges = 700.0 * (10.0 ** (mel / 2595.0) - 1.0)
    hertz = np.fft.rfftfreq(SPECTRUM_SAMPLES, 1.0 / SAMPLE_RATE_HZ)[:, None]
    rising = (hertz - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - hertz) / (edges[2:] - edges[1:-1])
    return np.maximum(0.0, np.minimum(rising, falling)).astype(np.float32)


def _mel(hertz: float) -> float:
    return 2595.0 * float(np.log10(1.0 + hertz / 700.0))
