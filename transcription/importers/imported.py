"""What every importer gives: a transcript in our form, and what the document says about its call besides the words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from audio.measures import Speaker
from transcription.errors import ImportedTranscriptError
from transcription.transcript import TRANSCRIPT_VERSION, Transcript, Turn, Word
from transcription.turns import mean_confidence

UNTIMED_WORDS_PER_S = 2.5
"""Pace at which turns without times are laid end to end: 150 words per minute, usual talk."""


@dataclass(frozen=True)
class ImportedLoudness:
    """Loudness of one turn as the other system measured it, one value per second from the turn's start."""

    turn: int
    scores_db: tuple[float | None, ...]  # None where the system gave none


@dataclass(frozen=True)
class ImportedMetadata:
    """Facts about an imported call. None where the document does not say.

    `timed` is False where the document has no times: its turns are laid end to end at a usual pace to give them an
    order, and nothing about timing may be concluded from them.
    """

    format: str  # transcribe_call_analytics | contact_lens | vcon | whisperx | turns
    call_id: str | None
    started_at: datetime | None
    duration_s: float | None
    agent_id: str | None
    customer_id: str | None
    queue: str | None
    timed: bool
    loudness: tuple[ImportedLoudness, ...]


@dataclass(frozen=True)
class ImportedTurn:
    """One turn as a document gives it. Times are None where it gives none; `words` is empty where it gives no words."""

    speaker: Speaker
    text: str
    start_s: float | None
    end_s: float | None
    words: tuple[Word, ...] = ()
    loudness_db: tuple[float | None, ...] = ()


def imported(
    format_name: str,
    turns: Sequence[ImportedTurn],
    *,
    language: str | None,
    call_id: str | None = None,
    started_at: datetime | None = None,
    duration_s: float | None = None,
    agent_id: str | None = None,
    customer_id: str | None = None,
    queue: str | None = None,
) -> tuple[Transcript, ImportedMetadata]:
    """The transcript of a document's turns, in time order, and its metadata.

    Words without times are spread evenly over their turn. Raises `ImportedTranscriptError` where there is no turn, or
    where some turns have times and others have none.
    """
    if not turns:
        raise ImportedTranscriptError(f"{format_name}: the document holds no turn with text")
    timed = [turn.start_s is not None and turn.end_s is not None for turn in turns]
    if any(timed) and not all(timed):
        missing = timed.index(False)
        raise ImportedTranscriptError(
            f"{format_name}: turn {missing} has no start and end, {sum(timed)} of {len(timed)} turns have; "
            "give times to all turns or to none"
        )
    ordered = sorted(turns, key=lambda turn: (turn.start_s, turn.end_s)) if all(timed) else list(_end_to_end(turns))
    made = tuple(_turn(position, turn, position if all(timed) else None) for position, turn in enumerate(ordered))
    transcript = Transcript(
        version=TRANSCRIPT_VERSION,
        engine=f"imported:{format_name}",
        language=language,
        language_probability=None,
        turns=made,
        suspect_words=(),
        asr_confidence=mean_confidence([word for turn in made for word in turn.words]),
        hallucination_share=None,
        loss_share=None,
        refusal=None,
    )
    loudness = tuple(ImportedLoudness(position, turn.loudness_db) for position, turn in enumerate(ordered) if turn.loudness_db)
    if duration_s is None and all(timed):
        duration_s = max(turn.end_s for turn in made)
    metadata = ImportedMetadata(format_name, call_id, started_at, duration_s, agent_id, customer_id, queue, all(timed), loudness)
    return transcript, metadata


def _end_to_end(turns: Iterable[ImportedTurn]) -> Iterable[ImportedTurn]:
    at_s = 0.0
    for turn in turns:
        end_s = at_s + max(1, len(turn.text.split())) / UNTIMED_WORDS_PER_S
        yield ImportedTurn(turn.speaker, turn.text, at_s, end_s, (), turn.loudness_db)
        at_s = end_s


def _turn(position: int, turn: ImportedTurn, utterance: int | None) -> Turn:
    assert turn.start_s is not None and turn.end_s is not None
    words = turn.words or spread(turn.text, turn.start_s, turn.end_s)
    return Turn(
        turn=position,
        utterance=utterance,
        speaker=turn.speaker,
        start_s=turn.start_s,
        end_s=turn.end_s,
        text=turn.text,
        words=words,
        confidence=mean_confidence(words),
    )


def spread(text: str, start_s: float, end_s: float) -> tuple[Word, ...]:
    """The words of a turn whose words have no times, each as long as its letters' share of the turn."""
    words = text.split()
    letters = sum(len(word) for word in words)
    placed = []
    at_s = start_s
    for word in words:
        after_s = at_s + (end_s - start_s) * len(word) / letters
        placed.append(Word(word, at_s, after_s, None))
        at_s = after_s
    return tuple(placed)
