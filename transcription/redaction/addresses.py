"""Postal addresses: "twenty seven Elm Road, Leeds, LS6 2AB", "1420 Maple Street, apartment 4B". Pure."""

import re

from transcription.redaction import lexicon
from transcription.redaction.emails import spelled_out
from transcription.redaction.tokens import TokenTurn

_NUMBERED = "ndeyhocl"
_UK_POSTCODE = re.compile(r"\b(?:[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2})\b")
_PO_BOX = re.compile(r"\bp\.?\s?o\.?\s?box (?:number )?[\w-]+")
_NOT_IN_A_STREET = lexicon.FUNCTION_WORDS | frozenset(
    "way one two long time drive take go went year week day days month months minutes hours and or pounds dollars percent".split()
)


def addresses(turn: TokenTurn, expected: bool, hinted: bool) -> list[tuple[int, int]]:
    """First and last token of each address in a turn.

    `expected`: somebody asked for one; `hinted`: words such as "send it to" stand before. Either lets a kind of street be
    believed that is a word of its own (close, way, place).
    """
    found: list[tuple[int, int]] = []
    for place, token in enumerate(turn.tokens):
        if found and place <= found[-1][1]:
            continue
        if _is_street(turn, place, expected or hinted) and (first := _start(turn, place, expected or hinted)) is not None:
            found.append((_with_unit_before(turn, first), _end(turn, place)))
        elif token.text == "box" and (match := _PO_BOX.search(turn.text, max(0, turn.offsets[place] - 6))):
            first = turn.offsets.index(match.start()) if match.start() in turn.offsets else place
            found.append((first, _end(turn, place + 1 if place + 1 < len(turn.tokens) else place)))
    covered = {place for first, last in found for place in range(first, last + 1)}
    for match in _UK_POSTCODE.finditer(turn.text):
        inside = [place for place, offset in enumerate(turn.offsets) if match.start() <= offset < match.end()]
        if inside and not covered.intersection(inside) and "c" in {turn.symbols[place] for place in inside}:
            found.append((inside[0], inside[-1]))
    return sorted(found)


def postcodes_spelled(turn: TokenTurn) -> set[int]:
    """Tokens of "m for mother": part of a spelled postcode."""
    return spelled_out(turn)


def _is_street(turn: TokenTurn, place: int, believed: bool) -> bool:
    token = turn.tokens[place]
    if token.text in lexicon.STREETS:
        return True
    return token.text in lexicon.STREETS_OR_WORDS and (token.capital or believed)


def _start(turn: TokenTurn, street: int, believed: bool) -> int | None:
    """The house number's first token: one to three names stand between it and the kind of street."""
    place = street - 1
    while place >= 0 and street - place <= 4 and turn.symbols[place] in "wlqmrjfu" and not turn.tokens[place].stops:
        if turn.tokens[place].text in _NOT_IN_A_STREET and not turn.tokens[place].capital:
            break
        place -= 1
    named = street - 1 - place
    if not named:
        return None
    last = place
    while place >= 0 and turn.symbols[place] in "ndeyhoc" and (place == last or not turn.tokens[place].stops):
        place -= 1
    if place == last:
        words = turn.tokens[last + 1 : street]
        return last + 1 if believed and all(token.capital for token in words) else None
    return place + 1


def _with_unit_before(turn: TokenTurn, first: int) -> int:
    """Include "flat three," and "number" before the house number."""
    place = first - 1
    if place >= 1 and turn.symbols[place] in _NUMBERED and turn.tokens[place - 1].text in lexicon.UNIT_KINDS:
        return place - 1
    return place if place >= 0 and turn.tokens[place].text == "number" else first


def _end(turn: TokenTurn, street: int) -> int:
    """The last token of what follows a street: flat, town, state, postcode."""
    place = street
    while place + 1 < len(turn.tokens) and not turn.tokens[place].ends_sentence:
        token, symbol = turn.tokens[place + 1], turn.symbols[place + 1]
        after_comma = turn.tokens[place].stops
        if token.text in lexicon.STATES or token.text in lexicon.UNIT_KINDS or symbol in "cl":
            place += 1
        elif symbol in "ndeyho" and (turn.tokens[place].text in lexicon.STATES | lexicon.UNIT_KINDS or after_comma or turn.symbols[place] in "ndeyhocl"):
            place += 1
        elif symbol in "wqmu" and token.capital and token.text not in lexicon.FUNCTION_WORDS:
            place += 1
        else:
            break
    return place
