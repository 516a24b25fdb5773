"""What is to be redacted in a call: stretches of words with their kind."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from audio.intervals import Interval
from transcription.redaction.settings import Kind, RedactionSettings
from transcription.transcript import SuspectWord, Turn


@dataclass(frozen=True, order=True)
class Finding:
    """Words `first` to `last` (both included) of the turn at position `turn`."""

    turn: int
    first: int
    last: int
    kind: Kind


def find(turns: Sequence[Turn], settings: RedactionSettings) -> list[Finding]:
    """The stretches to redact, in order, none overlapping another."""
    return [
        Finding(position, place, place, kind)
        for position, turn in enumerate(turns)
        for place, word in enumerate(turn.words)
        for kind in (_written_kind(word.word),)
        if kind in settings.kinds
    ]


def find_suspects(
    suspects: Sequence[SuspectWord], turns: Sequence[Turn], found: Sequence[Finding], spans: Sequence[Interval]
) -> set[int]:
    """Positions of suspect words that may be part of a redacted value: those with digits."""
    return {position for position, word in enumerate(suspects) if any(letter.isdigit() for letter in word.word)}


def _written_kind(word: str) -> Kind | None:
    if re.search(r"\S@\S+\.\w", word):
        return "email"
    return "card" if 13 <= sum(letter.isdigit() for letter in word) <= 19 else None
