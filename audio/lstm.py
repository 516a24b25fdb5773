"""LSTM layers with NumPy: what the two networks that listen for speakers have in common."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np


class LstmLayer(NamedTuple):
    """One layer in one direction; the four gates lie side by side: input, forget, new, output."""

    from_input: np.ndarray  # (inputs, 4 * units)
    from_state: np.ndarray  # (units, 4 * units)
    bias: np.ndarray  # (4 * units,)

    def through(self, steps: np.ndarray) -> np.ndarray:
        """(frames, n, inputs) -> (frames, n, units)."""
        units = len(self.from_state)
        # A sigmoid is half of 1 + tanh of half its input: one tanh does for all four gates.
        halved = np.repeat(np.array([0.5, 0.5, 1.0, 0.5], np.float32), units)
        given, from_state = (steps @ self.from_input + self.bias) * halved, self.from_state * halved
        state = cell = np.zeros((steps.shape[1], units), np.float32)
        found = np.empty((*steps.shape[:2], units), np.float32)
        for at, now in enumerate(given):
            let_in, keep, new, let_out = np.split(np.tanh(now + state @ from_state), 4, axis=1)
            cell = 0.5 * ((1.0 + keep) * cell + (1.0 + let_in) * new)
            state = found[at] = 0.5 * (1.0 + let_out) * np.tanh(cell)
        return found


def lstm_layer(weights: Mapping[str, np.ndarray], name: str) -> LstmLayer:
    """A layer by the names that PyTorch gives its weights, `lstm.weight_ih_{name}` and so on."""
    return LstmLayer(
        weights[f"lstm.weight_ih_{name}"].T.copy(),
        weights[f"lstm.weight_hh_{name}"].T.copy(),
        weights[f"lstm.bias_ih_{name}"] + weights[f"lstm.bias_hh_{name}"],
    )
