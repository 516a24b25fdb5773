"""Settings of the transcription stage. No defaults here: values live in `config/default.toml`, section `[transcription]`."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ModelSettings:
    """Which Whisper model runs, and on what."""

    name: str  # a folder, an embedded name (`base`, `tiny.en`) or a hub name that faster-whisper downloads
    device: Literal["auto", "cpu", "cuda"]
    cpu_compute_type: str  # CTranslate2 compute type on the CPU
    cuda_compute_type: str  # CTranslate2 compute type on a GPU
    threads: int  # CPU threads of one worker; threads x workers should not exceed the cores
    cpu_batch: int  # windows decoded together on the CPU
    cuda_batch: int  # windows decoded together on a GPU


@dataclass(frozen=True)
class WindowSettings:
    """How speech is cut into the windows the encoder sees."""

    pad_s: float  # real audio kept on both sides of a stretch of speech
    joined_silence_s: float  # stretches with at most this much silence between them are one stretch
    longest_s: float  # a window holds at most this much audio
    shortest_s: float  # the encoder is given at least this much; the rest is silence
    appended_silence_s: float  # silence after the last speech of a window


@dataclass(frozen=True)
class DecodingSettings:
    """How tokens are searched, and when a window is looked at again."""

    beam_size: int
    second_look_beam_size: int
    second_look_logprob: float  # mean log-probability of a token below which the window is decoded again
    second_look_compression: float  # zlib compression ratio above which the text repeats itself
    second_look_window_s: float  # length of the window of the second look
    tokens_per_second_limit: float  # a window's text is cut at this many tokens per second of audio


@dataclass(frozen=True)
class LanguageSettings:
    """Which language is expected, and how it is checked."""

    expected: str  # ISO 639-1
    places: int  # how many places of the call are listened to
    place_s: float  # how much speech at each
    refused_probability: float  # another language is believed from this mean probability on


@dataclass(frozen=True)
class VocabularySettings:
    """Words the recogniser should expect."""

    hotwords: tuple[str, ...]  # product and agent names
    prompt: str  # a sentence in the style of the calls


@dataclass(frozen=True)
class GuardSettings:
    """When recognised words are believed not to have been spoken."""

    outside_speech_s: float  # a word farther than this from all speech of its side is outside speech
    loop_repeats: int  # a phrase repeated at least this often in a row may be a loop
    loop_words_per_s: float  # ... and is one where it is faster than anyone speaks
    lowest_logprob: float  # windows below this mean log-probability are not kept
    most_words_per_s: float  # faster than anyone speaks: runaway text
    known_phrases: tuple[str, ...]  # subtitle credits and the like that Whisper writes over noise and music
    known_phrase_confidence: float  # a known phrase is kept where its words are at least this sure
    announcement_phrases: tuple[str, ...]  # wording of queue announcements before the agent answers


@dataclass(frozen=True)
class TranscriptionSettings:
    """Everything in the section `[transcription]` of the configuration."""

    model: ModelSettings
    windows: WindowSettings
    decoding: DecodingSettings
    language: LanguageSettings
    vocabulary: VocabularySettings
    guards: GuardSettings
