"""Windows of samples in, tokens with probabilities and word times out: all that touches the model.

The only module that imports faster_whisper's model, and only when a model is loaded.
"""

import contextlib
import logging
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np

from transcription.device import device_of
from transcription.errors import EngineError, WeightsError
from transcription.settings import ModelSettings, VocabularySettings
from transcription.weights import Weights

log = logging.getLogger(__name__)

FRAMES_PER_S = 100
"""Spectrogram frames per second, fixed by Whisper."""

FULL_WINDOW_S = 30.0
"""The longest window Whisper's encoder takes."""

FRAME_STEP = 20
"""Windows are filled to a multiple of this many frames."""

LANGUAGE_POSITIONS = 400
"""Of an encoded window's positions of 20 ms, so many are asked which language is spoken: 8 s. After 5 s single windows mislead."""

ALIGNED_TOGETHER = 4
"""Aligning keeps the attention of every layer: whole batches would need more memory than anything else."""

LONGEST_PROMPT_TOKENS = 223
"""Whisper's context is 448 tokens; the prompt may take half of it."""


FULL_GPU = "if its memory is full, lower transcription.model.cuda_batch_s or the number of workers"

Encoded = Any
"""Windows encoded together: a `ctranslate2.StorageView`, which only this module looks into."""


@dataclass(frozen=True)
class DecodedWord:
    """A word with its times in the window."""

    word: str
    start_s: float
    end_s: float
    confidence: float


@dataclass(frozen=True)
class Decoded:
    """What the model wrote for one window."""

    tokens: tuple[int, ...]
    text: str
    logprob: float  # mean natural log-probability of a token
    no_speech: float  # probability that the window holds no speech, 0-1
    compression: float  # bytes of text / bytes compressed: above about 2.4 the text repeats itself
    hit_limit: bool  # it was still writing when the token limit cut it


class Decoder:
    """A loaded Whisper model. Not safe for use by several threads at once."""

    def __init__(self, weights: Weights, model: ModelSettings, vocabulary: VocabularySettings, language: str) -> None:
        """Load a model. Raises `WeightsError` if it cannot be read, `EngineError` if the device cannot run it."""
        from faster_whisper.tokenizer import Tokenizer

        self.device, self._whisper = _loaded(weights, model)
        self.multilingual: bool = self._whisper.model.is_multilingual
        self._tokenizer = Tokenizer(
            self._whisper.hf_tokenizer,
            self.multilingual,
            task="transcribe",
            language=language if self.multilingual else None,
        )
        self._extractor = self._whisper.feature_extractor
        self._prompt = self._prompt_tokens(vocabulary)

    @contextlib.contextmanager
    def _computing(self) -> Iterator[None]:
        """A GPU that cannot compute, or whose memory is full, says so in the engine's own words."""
        try:
            yield
        except RuntimeError as error:
            if self.device == "cpu":
                raise
            raise EngineError(f"the GPU failed: {error}; {FULL_GPU}") from error

    def _prompt_tokens(self, vocabulary: VocabularySettings) -> list[int]:
        """Hotwords and prompt as the text before the window, then the task, then no timestamps."""
        before = ", ".join(vocabulary.hotwords)
        context = " ".join(part for part in (before, vocabulary.prompt.strip()) if part)
        tokens = self._tokenizer.encode(" " + context) if context else []
        if len(tokens) > LONGEST_PROMPT_TOKENS:
            raise EngineError(
                f"hotwords and prompt are {len(tokens)} tokens, the model takes at most {LONGEST_PROMPT_TOKENS}; "
                "name fewer words in [transcription.vocabulary]"
            )
        start = [self._tokenizer.sot_prev, *tokens] if tokens else []
        return [*start, *self._tokenizer.sot_sequence, self._tokenizer.no_timestamps]

    def encode(self, windows: Sequence[np.ndarray], length_s: float) -> Encoded:
        """Encode windows of 16 kHz samples together, each filled with silence to `length_s`."""
        import ctranslate2

        frames = min(FRAME_STEP * ceil(length_s * FRAMES_PER_S / FRAME_STEP), int(FULL_WINDOW_S * FRAMES_PER_S))
        if self.device == "cuda":
            features = self._features(windows, frames)
            with self._computing():
                return self._whisper.model.encode(features)
        # One after the other is faster on a CPU than together: a window's activations stay in the cache.
        encoded = [self._whisper.model.encode(self._features([window], frames)) for window in windows]
        return ctranslate2.StorageView.from_array(np.concatenate([np.asarray(one) for one in encoded]))

    def _features(self, windows: Sequence[np.ndarray], frames: int) -> Any:
        """Log-mel spectrograms, shape (windows, mel bands, frames), as CTranslate2 takes them."""
        import ctranslate2

        samples = frames * self._extractor.hop_length
        spectrograms = [self._extractor(_filled(window, samples), padding=0)[:, :frames] for window in windows]
        return ctranslate2.StorageView.from_array(np.ascontiguousarray(np.stack(spectrograms), dtype=np.float32))

    def detect_language(self, encoded: Encoded, windows: Sequence[int]) -> list[dict[str, float]]:
        """Probability of each language in some of the encoded windows. Only for a multilingual model."""
        import ctranslate2

        if self.device == "cpu":  # where what is not asked about costs as much as what is
            encoded = ctranslate2.StorageView.from_array(np.asarray(encoded)[list(windows), :LANGUAGE_POSITIONS])
            windows = range(len(windows))
        with self._computing():
            heard = self._whisper.model.detect_language(encoded)
        return [{token[2:-2]: probability for token, probability in heard[number]} for number in windows]

    def generate(self, encoded: Encoded, windows: int, longest_tokens: int, beam_size: int) -> list[Decoded]:
        """The text of each encoded window, at most `longest_tokens` tokens."""
        longest_tokens = min(longest_tokens, 224)
        with self._computing():
            results = self._whisper.model.generate(
                encoded,
                [self._prompt] * windows,
                beam_size=beam_size,
                max_length=2 * longest_tokens,  # CTranslate2 generates at most half of max_length
                return_scores=True,
                return_no_speech_prob=True,
            )
        decoded = []
        for result in results:
            tokens = tuple(token for token in result.sequences_ids[0] if token < self._tokenizer.eot)
            text = self._tokenizer.decode(tokens).strip()
            decoded.append(
                Decoded(
                    tokens=tokens,
                    text=text,
                    # The score is the mean over the tokens; the end token counts as one more.
                    logprob=result.scores[0] * len(result.sequences_ids[0]) / (len(result.sequences_ids[0]) + 1),
                    no_speech=result.no_speech_prob,
                    compression=compression_ratio(text),
                    hit_limit=len(result.sequences_ids[0]) >= longest_tokens,
                )
            )
        return decoded

    def split_words(self, tokens: Sequence[int]) -> list[tuple[str, list[int]]]:
        """The words of a text, each with its tokens; punctuation is a word of its own here."""
        words, word_tokens = self._tokenizer.split_to_word_tokens(list(tokens))
        return list(zip(words, word_tokens, strict=True))

    def align(self, encoded: Encoded, tokens: Sequence[tuple[int, ...]], durations_s: Sequence[float]) -> list[list[DecodedWord]]:
        """The words of each encoded window with their times in it. `durations_s` is how much of each window is audio."""
        frames = [min(round(duration_s * FRAMES_PER_S), 3000) for duration_s in durations_s]
        words: list[list[DecodedWord]] = [[] for _ in tokens]
        for these, some in self._to_align(encoded, tokens):
            with self._computing():
                aligned = self._whisper.find_alignment(
                    self._tokenizer, [list(tokens[number]) for number in these], some, [frames[number] for number in these]
                )
            for number, window in zip(these, aligned, strict=True):
                words[number] = _joined_words(window)
        return words

    def _to_align(self, encoded: Encoded, tokens: Sequence[tuple[int, ...]]) -> Iterator[tuple[Sequence[int], Encoded]]:
        """Numbers of windows, and these windows: on a CPU a few at a time, and none without tokens; all on a GPU."""
        import ctranslate2

        if self.device == "cuda":
            yield range(len(tokens)), encoded
            return
        written, windows = [number for number, each in enumerate(tokens) if each], np.asarray(encoded)
        for start in range(0, len(written), ALIGNED_TOGETHER):
            these = written[start : start + ALIGNED_TOGETHER]
            yield these, ctranslate2.StorageView.from_array(windows[these])


def _loaded(weights: Weights, model: ModelSettings) -> tuple[str, Any]:
    """The device and the model on it. Where `auto` finds a GPU that cannot run the model, it is loaded on the CPU."""
    device = device_of(model.device)
    if model.device == "auto" and device == "cuda":
        try:
            return device, _load(weights, model, device)
        except EngineError as error:
            log.warning("%s. Using the CPU.", error)
            device = "cpu"
    return device, _load(weights, model, device)


def _load(weights: Weights, model: ModelSettings, device: str) -> Any:
    from faster_whisper import WhisperModel

    compute_type = model.cuda_compute_type if device == "cuda" else model.cpu_compute_type
    try:
        whisper = WhisperModel(str(weights.folder), device=device, compute_type=compute_type, cpu_threads=model.threads)
        if device == "cuda":  # the driver compiles much of its code at the first computation, 17 s on a new machine: not during a call
            whisper.encode(np.zeros((whisper.model.n_mels, FRAME_STEP), np.float32))
        return whisper
    except ValueError as error:  # a compute type that the device lacks
        raise EngineError(f"model {weights.name!r} does not run on {device} with compute type {compute_type!r}: {error}") from error
    except RuntimeError as error:
        if device == "cuda":
            raise EngineError(f"model {weights.name!r} does not run on the GPU: {error}; {FULL_GPU}") from error
        raise WeightsError(f"model {weights.name!r} in {weights.folder} cannot be loaded: {error}") from error


def _joined_words(pieces: Sequence[dict]) -> list[DecodedWord]:
    """Pieces of text with times become words: what is written without a space before it belongs to the word before.

    So punctuation, and all of "742-991-03" or "mills@example.com", is one word.
    """
    words: list[DecodedWord] = []
    for piece in pieces:
        text, start_s, end_s = piece["word"], float(piece["start"]), float(piece["end"])
        if not text.strip():
            continue
        if words and not text.startswith(" "):
            before = words[-1]
            spoken = any(character.isalnum() for character in text)
            words[-1] = DecodedWord(
                word=before.word + text.strip(),
                start_s=before.start_s,
                end_s=end_s if spoken else before.end_s,
                confidence=min(before.confidence, float(piece["probability"])) if spoken else before.confidence,
            )
        else:
            words.append(DecodedWord(text.strip(), start_s, end_s, float(piece["probability"])))
    return words


def _filled(window: np.ndarray, samples: int) -> np.ndarray:
    return np.pad(window, (0, max(0, samples - len(window))))


def compression_ratio(text: str) -> float:
    """Bytes of a text by bytes of its zlib compression; 1.0 for an empty text. High where the text repeats itself."""
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw)) if raw else 1.0
