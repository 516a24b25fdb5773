"""Settings of the transcription stage. Values, meanings and sources stand in `config/default.toml`, `[transcription.*]`."""

from dataclasses import dataclass
from typing import Literal

from transcription.redaction.settings import RedactionSettings


@dataclass(frozen=True)
class ModelSettings:
    """Which Whisper model runs, and on what (`[transcription.model]`)."""

    name: str  # a folder, an embedded name (`base`, `tiny.en`) or a hub name that faster-whisper downloads
    device: Literal["auto", "cpu", "cuda"]
    cpu_compute_type: str
    cuda_compute_type: str
    threads: int
    cpu_batch_s: float
    cuda_batch_s: float


@dataclass(frozen=True)
class WindowSettings:
    """How speech is cut into the windows the encoder sees (`[transcription.windows]`)."""

    pad_s: float
    free_pause_s: float
    joined_silence_s: float
    longest_s: float
    shortest_s: float
    appended_silence_s: float


@dataclass(frozen=True)
class DecodingSettings:
    """How text is searched, and when a window is looked at again (`[transcription.decoding]`)."""

    beam_size: int
    tokens_per_s: float
    second_look_beam_size: int
    second_look_logprob: float
    second_look_compression: float
    second_look_window_s: float


@dataclass(frozen=True)
class LanguageSettings:
    """Which language is expected, and how it is checked (`[transcription.language]`)."""

    expected: str  # ISO 639-1
    places: int
    least_speech_s: float
    refused_probability: float


@dataclass(frozen=True)
class VocabularySettings:
    """Words the recogniser should expect (`[transcription.vocabulary]`)."""

    hotwords: tuple[str, ...]
    prompt: str


@dataclass(frozen=True)
class GuardSettings:
    """When written words are believed not to have been spoken (`[transcription.guards]`)."""

    outside_speech_s: float
    loop_repeats: int
    loop_believed_words: int
    most_words_per_s: float
    squeezed_words: int
    squeezed_words_per_s: float
    lowest_logprob: float
    silent_no_speech: float
    silent_logprob: float
    known_phrases: tuple[str, ...]
    announcements: tuple[str, ...]
    announcement_exceptions: tuple[str, ...]
    announcement_gap_s: float
    loss_reach_s: float


@dataclass(frozen=True)
class TranscriptionSettings:
    """One attribute per section `[transcription.*]`."""

    model: ModelSettings
    windows: WindowSettings
    decoding: DecodingSettings
    language: LanguageSettings
    vocabulary: VocabularySettings
    guards: GuardSettings
    redaction: RedactionSettings
