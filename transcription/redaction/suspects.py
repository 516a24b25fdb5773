"""Which of the words that were set aside may be part of a redacted value. Pure."""

from collections.abc import Iterable, Sequence

from audio.intervals import Interval
from audio.measures import Speaker
from transcription.redaction import lexicon
from transcription.redaction.finding import Finding
from transcription.redaction.tokens import token_turn
from transcription.transcript import SuspectWord, Turn, Word

_NEAR_S = 1.0
"""Recognisers repeat a value beside the place where it was spoken."""

_OF_A_VALUE = "ndeyhxolcr@WD/"


def suspects_to_hide(
    suspects: Sequence[SuspectWord], turns: Sequence[Turn], found: Iterable[Finding], spans: Sequence[tuple[Speaker, Interval]]
) -> set[int]:
    """Positions of suspect words that may be part of a redacted value.

    Those with a numeral or a single letter, those within a second of a redacted span of their side, and those that repeat
    a word of a redacted address, e-mail address or name.
    """
    if not suspects:
        return set()
    repeated = {
        token.text
        for each in found
        for token in token_turn(0, turns[each.turn]).tokens
        if each.first <= token.word <= each.last and token.symbol == "w" and token.text not in lexicon.FUNCTION_WORDS
    }
    return {
        position
        for position, suspect in enumerate(suspects)
        if _is_near(suspect, spans) or any(token.symbol in _OF_A_VALUE or token.text in repeated for token in _tokens(suspect))
    }


def _is_near(suspect: SuspectWord, spans: Sequence[tuple[Speaker, Interval]]) -> bool:
    return any(
        speaker == suspect.speaker and span.start_s - _NEAR_S <= suspect.end_s and suspect.start_s <= span.end_s + _NEAR_S
        for speaker, span in spans
    )


def _tokens(suspect: SuspectWord):
    word = Word(suspect.word, suspect.start_s, suspect.end_s, None)
    return token_turn(0, Turn(0, None, suspect.speaker, suspect.start_s, suspect.end_s, suspect.word, (word,), None)).tokens
