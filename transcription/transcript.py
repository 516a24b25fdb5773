"""The file between `transcription` and everything after it: the words of one call, by turn, with times and confidence.

Times are seconds from the start of the recording. Text is what was recognised, before or after redaction, never edited.
"""

from dataclasses import dataclass

from audio.measures import Speaker

TRANSCRIPT_VERSION = 1
"""Raised whenever the same recording, measures and settings would give other words; part of the stored file's name."""


@dataclass(frozen=True)
class Word:
    word: str  # as written by the recogniser, punctuation attached, no surrounding space
    start_s: float
    end_s: float
    confidence: float | None  # 0-1


@dataclass(frozen=True)
class Turn:
    """One utterance of one speaker. `turn` is its position in time order over both sides, from 0.

    For a transcribed recording `utterance` names the `audio.measures.Utterance` the words were spoken in (an utterance
    without recognised words, such as a hummed acknowledgement, is a turn with empty text). A turn of an imported transcript
    is its own utterance, None where the document has no times; its words may carry times spread evenly over the turn.
    """

    turn: int
    utterance: int | None
    speaker: Speaker
    start_s: float
    end_s: float
    text: str
    words: tuple[Word, ...]
    confidence: float | None  # mean word confidence; None where unknown


@dataclass(frozen=True)
class SuspectWord:
    """A word that nobody of the two said (see `transcription.guards`): kept for the record, never scored."""

    speaker: Speaker
    word: str
    start_s: float
    end_s: float
    reason: str  # outside_speech | repetition_loop | known_phrase | runaway | low_probability | announcement


@dataclass(frozen=True)
class Transcript:
    version: int
    engine: str  # model, its sha256 prefix and the settings that decide the words; or "imported:<format>"
    language: str | None  # ISO 639-1
    language_probability: float | None
    turns: tuple[Turn, ...]
    suspect_words: tuple[SuspectWord, ...]
    asr_confidence: float | None  # mean word confidence over the call
    hallucination_share: float | None  # suspect words / all words written
    loss_share: float | None  # speech seconds without any word / speech seconds
    refusal: str | None  # reason code: e.g. `language:fr`, `no_speech`
