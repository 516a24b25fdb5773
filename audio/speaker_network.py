"""What a voice is like, as 256 numbers: Resemblyzer's speaker network, computed with NumPy.

Where its weights are not installed voices are told apart without it, see `audio.diarization`.
Source: Wan et al. 2018, "Generalized end-to-end loss for speaker verification" (three LSTM layers, one projection).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from audio.lstm import LstmLayer, lstm_layer
from audio.network_file import NetworkFile

FILE = NetworkFile(
    "resemblyzer", "resemblyzer==0.1.4", "pretrained.pt", "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e", "model_state"
)
LAYERS, DIMENSIONS = 3, 256


@dataclass(frozen=True)
class SpeakerNetwork:
    """The network's weights, float32."""

    layers: tuple[LstmLayer, ...]
    projection: np.ndarray  # (256, DIMENSIONS)
    bias: np.ndarray  # (DIMENSIONS,)

    def embeddings(self, mel_power: np.ndarray) -> np.ndarray:
        """Unit vectors (n, 256) of windows of power in mel bands, shape (n, frames, 40), one frame per 10 ms."""
        steps = np.ascontiguousarray(mel_power.transpose(1, 0, 2))
        for layer in self.layers:
            steps = layer.through(steps)
        found = np.maximum(steps[-1] @ self.projection + self.bias, 0.0)
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)


def from_weights(weights: Mapping[str, np.ndarray]) -> SpeakerNetwork:
    """The network of a checkpoint's weights."""
    layers = tuple(lstm_layer(weights, f"l{at}") for at in range(LAYERS))
    return SpeakerNetwork(layers, weights["linear.weight"].T.copy(), weights["linear.bias"])
