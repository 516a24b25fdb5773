"""What a voice is like, as 256 numbers: Resemblyzer's speaker network, computed with NumPy.

The weights come with the package `resemblyzer`, of which nothing else is wanted: it is located without being imported, its file is
checked by sha256, and neither PyTorch nor a compiler is needed (`pip install --no-deps`). Where it is absent voices are told apart
without it, see `audio.diarization`.
Source: Wan et al. 2018, "Generalized end-to-end loss for speaker verification" (three LSTM layers, one projection).
"""

import functools
import hashlib
import importlib.util
import io
import pickle
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from audio.errors import SpeakerNetworkError

PACKAGE, FILE = "resemblyzer", "pretrained.pt"
SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"
INSTALL = "pip install --no-deps resemblyzer==0.1.4"
LAYERS, UNITS, DIMENSIONS = 3, 256, 256


class LstmLayer(NamedTuple):
    """One layer; the four gates lie side by side: input, forget, new, output."""

    from_input: np.ndarray  # (inputs, 4 * UNITS)
    from_state: np.ndarray  # (UNITS, 4 * UNITS)
    bias: np.ndarray  # (4 * UNITS,)


@dataclass(frozen=True)
class SpeakerNetwork:
    """The network's weights, float32."""

    layers: tuple[LstmLayer, ...]
    projection: np.ndarray  # (UNITS, DIMENSIONS)
    bias: np.ndarray  # (DIMENSIONS,)

    def embeddings(self, mel_power: np.ndarray) -> np.ndarray:
        """Unit vectors (n, 256) of windows of power in mel bands, shape (n, frames, 40), one frame per 10 ms."""
        steps = np.ascontiguousarray(mel_power.transpose(1, 0, 2))
        for layer in self.layers:
            steps = _through(layer, steps)
        found = np.maximum(steps[-1] @ self.projection + self.bias, 0.0)
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)


def _through(layer: LstmLayer, steps: np.ndarray) -> np.ndarray:
    """(frames, n, inputs) -> (frames, n, UNITS)."""
    given = steps @ layer.from_input + layer.bias
    state = cell = np.zeros((steps.shape[1], UNITS), np.float32)
    found = np.empty((*steps.shape[:2], UNITS), np.float32)
    for at, now in enumerate(given):
        gates = now + state @ layer.from_state
        let_in, keep, new, let_out = np.split(gates, 4, axis=1)
        cell = _sigmoid(keep) * cell + _sigmoid(let_in) * np.tanh(new)
        state = found[at] = _sigmoid(let_out) * np.tanh(cell)
    return found


def _sigmoid(values: np.ndarray) -> np.ndarray:
    return 0.5 + 0.5 * np.tanh(0.5 * values)


def network_name() -> str | None:
    """What the measures of a call depend on: the weights that would be used, None where they are not installed."""
    return None if _package() is None else f"{PACKAGE}-{SHA256[:8]}"


@functools.cache
def speaker_network() -> SpeakerNetwork | None:
    """The installed network, None where it is not installed. Raises SpeakerNetworkError where its file is missing or another."""
    package = _package()
    if package is None:
        return None
    path = package / FILE
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise SpeakerNetworkError(f"{path} is missing or not the file that this version needs; reinstall it: {INSTALL} --force-reinstall")
    arrays = _checkpoint(io.BytesIO(content))
    layers = (
        LstmLayer(
            arrays[f"lstm.weight_ih_l{at}"].T.copy(),
            arrays[f"lstm.weight_hh_l{at}"].T.copy(),
            arrays[f"lstm.bias_ih_l{at}"] + arrays[f"lstm.bias_hh_l{at}"],
        )
        for at in range(LAYERS)
    )
    return SpeakerNetwork(tuple(layers), arrays["linear.weight"].T.copy(), arrays["linear.bias"])


def _package() -> Path | None:
    found = importlib.util.find_spec(PACKAGE)
    return None if found is None or found.origin is None else Path(found.origin).parent


class _Storage:
    """The numbers behind a tensor; they follow at the end of the file."""

    def __init__(self) -> None:
        self.values = np.zeros(0, np.float32)


class _Tensor(NamedTuple):
    storage: _Storage
    offset: int
    shape: tuple[int, ...]


class _Entries(dict):
    """A dictionary that can have attributes, as PyTorch's have."""


class _CheckpointReader(pickle.Unpickler):
    """Reads what PyTorch wrote, and knows nothing but the few names that stand in it."""

    def __init__(self, file: BinaryIO, storages: dict[str, _Storage]) -> None:
        super().__init__(file)
        self._storages = storages

    def find_class(self, module: str, name: str) -> Any:
        if name == "_rebuild_tensor_v2":
            return lambda storage, offset, shape, *_: _Tensor(storage, offset, shape)
        if name == "_rebuild_parameter":
            return lambda tensor, *_: tensor
        if name == "OrderedDict":
            return _Entries
        if module == "torch" and name.endswith("Storage"):
            return name
        raise pickle.UnpicklingError(f"{module}.{name} has no place in this file")

    def persistent_load(self, saved: tuple[Any, ...]) -> _Storage:
        return self._storages.setdefault(saved[2], _Storage())


def _checkpoint(file: BinaryIO) -> dict[str, np.ndarray]:
    """The weights of a checkpoint in PyTorch's format before its version 1.6: five pickles, then the numbers of every storage."""
    storages: dict[str, _Storage] = {}
    *_, content, keys = (_CheckpointReader(file, storages).load() for _ in range(5))
    for key in keys:
        (count,) = struct.unpack("<q", file.read(8))
        storages[key].values = np.frombuffer(file.read(4 * count), "<f4")
    return {
        name: each.storage.values[each.offset : each.offset + int(np.prod(each.shape))].reshape(each.shape)
        for name, each in content["model_state"].items()
    }
