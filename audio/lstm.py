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
        given = steps @ self.from_input + self.bias
        units = len(self.from_state)
        state = cell = np.zeros((steps.shape[1], units), np.float32)
        found = np.empty((*steps.shape[:2], units), np.float32)
        for at, now in enumerate(given):
            gates = now + state @ self.from_state
            let_in, keep, new, let_out = np.split(gates, 4, axis=1)
            cell = _sigmoid(keep) * cell + _sigmoid(let_in) * np.tanh(new)
            state = found[at] = _sigmoid(let_out) * np.tanh(cell)
        return found


def lstm_layer(weights: Mapping[str, np.ndarray], name: str) -> LstmLayer:
    """A layer by the names that PyTorch gives its weights, `lstm.weight_ih_{name}` and so on."""
    return LstmLayer(
        weights[f"lstm.weight_ih_{name}"].T.copy(),
        weights[f"lstm.weight_hh_{name}"].T.copy(),
        weights[f"lstm.bias_ih_{name}"] + weights[f"lstm.bias_hh_{name}"],
    )


def _sigmoid(values: np.ndarray) -> np.ndarray:
    return 0.5 + 0.5 * np.tanh(0.5 * values)
