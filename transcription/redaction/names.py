"""Names of people, where somebody introduces themselves or is addressed, and wherever the same name is said again. Pure."""

import re
from collections.abc import Sequence

from transcription.redaction import lexicon
from transcription.redaction.tokens import Token, TokenTurn

_INTRODUCED = re.compile(
    r"\b(?:my (?:first |last |full |sur)?name(?:'s| is)|name(?:'s| is)|name (?:on|for) (?:the|my) (?:card|account|booking|order) is"
    r"|this is|i'm called|call me|(?:speaking|talking) (?:to|with)|is this|it's under|mr|mrs|ms|miss|mister|missus|doctor|dr)\b"
)
_ASKED = re.compile(r"\b(?:your|the|his|her|full|first|last|sur) ?name\b(?! of the)|who am i speaking")
_TITLES = lexicon.words("mr mrs ms miss mister missus doctor dr sir madam")
_NOT_A_NAME = _TITLES | lexicon.FUNCTION_WORDS | lexicon.MONTHS.keys() | lexicon.WEEKDAYS | lexicon.FILLERS
_MOST_PARTS = 3


def names(turns: Sequence[TokenTurn]) -> list[tuple[TokenTurn, int, int]]:
    """Turn, first and last token of each name in a call."""
    found: list[tuple[TokenTurn, int, int]] = []
    parts: set[str] = set()
    asked = False
    for turn in turns:
        for match in _INTRODUCED.finditer(turn.text):
            first = sum(offset < match.end() for offset in turn.offsets)
            found += _name_at(turn, first, parts)
        if asked and len(turn.tokens) <= 8:
            first = next((place for place, token in enumerate(turn.tokens) if _could_be_name(token)), len(turn.tokens))
            found += _name_at(turn, first, parts)
        asked = bool(_ASKED.search(turn.text)) or (asked and len(turn.tokens) <= 2)
    for turn in turns:
        found += [(turn, place, place) for place, token in enumerate(turn.tokens) if token.capital and _bare(token) in parts]
    return found


def _name_at(turn: TokenTurn, first: int, parts: set[str]) -> list[tuple[TokenTurn, int, int]]:
    """The name that begins at a token: up to three capitalised words without a pause between. Adds its words to `parts`."""
    last = first
    while last < len(turn.tokens) and last - first < _MOST_PARTS and _could_be_name(turn.tokens[last]):
        parts.add(_bare(turn.tokens[last]))
        last += 1
        if turn.tokens[last - 1].stops:
            break
    return [(turn, first, last - 1)] if last > first else []


def _could_be_name(token: Token) -> bool:
    written_as_one = re.fullmatch(r"[^\W\d]+(?:['-][^\W\d]+)*", token.text) is not None
    return token.capital and token.symbol in "wqls" and _bare(token) not in _NOT_A_NAME and written_as_one


def _bare(token: Token) -> str:
    """A name without its genitive."""
    return token.text.removesuffix("'s")
