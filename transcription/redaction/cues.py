"""Cues: phrases that say what a number will be or was, found in a turn. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from transcription.redaction import phrases
from transcription.redaction.runs import token_at
from transcription.redaction.settings import Kind
from transcription.redaction.tokens import TokenTurn

Meaning = Kind | Literal["other", "place", "part"]
"""What a cue announces; `other` is a number that must be kept, `place` hints at a postal address that follows, `part` at some
digits of a number that was spoken of before ("ending in ...")."""


@dataclass(frozen=True)
class Cue:
    first: int  # tokens of the turn
    last: int
    meaning: Meaning
    strong: bool  # announces by itself; a weak cue may only be the topic
    is_part: bool = False  # only some digits of the number are meant
    of_a_card: bool = False  # believed only while the talk is about a card
    is_reference: bool = False  # a thing that has a number of any length


def cues(turn: TokenTurn) -> list[Cue]:
    """The turn's cues in order. A weaker one is left out where a stronger one holds its words."""
    found: list[Cue] = []
    covered: set[int] = set()
    for (pattern, meanings), strong, of_a_card, is_reference in _TABLES:
        for match in pattern.finditer(turn.text):
            first, last = token_at(turn, match.start()), token_at(turn, match.end() - 1)
            meaning = meanings[int(match.lastgroup[1:])]
            if meaning == "other" and any(token.stops for token in turn.tokens[first:last]):
                continue  # "Quarry Hill, number sixteen"
            if not covered.intersection(range(first, last + 1)):
                covered.update(range(first, last + 1))
                is_part = _ENDING.search(match.group()) is not None
                found.append(Cue(first, last, meaning, strong, is_part, of_a_card, is_reference))
    return sorted(found, key=lambda cue: cue.first)


_ENDING = re.compile(r"\bend(?:s|ing)\b")


def _compiled(table: Iterable[tuple[Meaning, str]]) -> tuple[re.Pattern[str], tuple[Meaning, ...]]:
    """One expression of all phrases, each kind a named group."""
    kinds = tuple(table)
    alternatives = ["|".join(line.strip() for line in text.strip().splitlines()) for _, text in kinds]
    pattern = "|".join(f"(?P<c{number}>{phrase})" for number, phrase in enumerate(alternatives))
    return re.compile(rf"(?<![\w'-])(?:{pattern})(?![\w-])"), tuple(meaning for meaning, _ in kinds)


_TABLES = (
    (_compiled(phrases.STRONG), True, False, False),
    (_compiled(phrases.OF_A_CARD), True, True, False),
    (_compiled(phrases.REFERENCES), False, False, True),
    (_compiled(phrases.WEAK), False, False, False),
)
