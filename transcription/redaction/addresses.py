"""Postal addresses: "twenty seven Elm Road, Leeds, LS6 2AB", "1420 Maple Street, apartment 4B". Pure."""

import re

from transcription.redaction import lexicon
from transcription.redaction.tokens import TokenTurn

_NUMBERED = "ndeyhocl"
_UK_POSTCODE = re.compile(r"\b(?:[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2})\b")
_PO_BOX = re.compile(r"\bp\.?\s?o\.?\s?box (?:number )?[\w-]+")
_NOT_IN_A_STREET = lexicon.FUNCTION_WORDS | lexicon.words(
    "way one two long time drive take go went year week day days month months minutes hours and or pounds dollars percent"
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
        if _is_street(turn, place, expected or hinted) and (first := _start(turn, place, expected)) is not None:
            first = _with_house_before(turn, first) if expected or hinted else first
            found.append((_with_unit_before(turn, first), _end(turn, place, expected or hinted)))
        elif token.text == "box" and (match := _PO_BOX.search(turn.text, max(0, turn.offsets[place] - 6))):
            first = turn.offsets.index(match.start()) if match.start() in turn.offsets else place
            found.append((first, _end(turn, min(place + 1, len(turn.tokens) - 1), True)))
    covered = {place for first, last in found for place in range(first, last + 1)}
    for match in _UK_POSTCODE.finditer(turn.text):
        inside = [place for place, offset in enumerate(turn.offsets) if match.start() <= offset < match.end()]
        if inside and not covered.intersection(inside) and "c" in {turn.symbols[place] for place in inside}:
            found.append((inside[0], inside[-1]))
    return sorted(found)


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
        named = all(token.capital for token in words) or len(turn.tokens) <= 5
        return last + 1 if believed and named else None
    return place + 1


def _with_house_before(turn: TokenTurn, first: int) -> int:
    """Include a house's name: "Rose Cottage, Mill Road"."""
    place = first
    while place and first - place < 3 and _is_name(turn, place - 1) and (place < first or turn.tokens[place - 1].stops):
        place -= 1
    return place


def _is_name(turn: TokenTurn, place: int) -> bool:
    token = turn.tokens[place]
    return token.capital and turn.symbols[place] == "w" and token.text not in lexicon.FUNCTION_WORDS and not token.ends_sentence


def _with_unit_before(turn: TokenTurn, first: int) -> int:
    """Include "flat three," and "number" before the house number."""
    place = first - 1
    if place >= 1 and turn.symbols[place] in _NUMBERED and turn.tokens[place - 1].text in lexicon.UNIT_KINDS:
        return place - 1
    return place if place >= 0 and turn.tokens[place].text in lexicon.UNIT_KINDS | {"number"} else first


def _end(turn: TokenTurn, street: int, believed: bool) -> int:
    """The last token of what follows a street: flat, town, state, postcode.

    In a turn written without punctuation and capitals up to two words are a town where an address is expected.
    """
    unpunctuated = believed and not any(token.stops or (token.capital and token.symbol != "c") for token in turn.tokens)
    place, towns = street, 0
    while place + 1 < len(turn.tokens) and not turn.tokens[place].ends_sentence:
        token, symbol = turn.tokens[place + 1], turn.symbols[place + 1]
        before = turn.tokens[place]
        numbered = token.text == "number" and turn.symbols[place + 2 : place + 3] not in ("", *"wfv")
        part = numbered or token.text in lexicon.STATES or token.text in lexicon.UNIT_KINDS or symbol in "cl"
        after_its_kind = before.text in lexicon.STATES | lexicon.UNIT_KINDS | {"number"}
        number = symbol in "ndeyho" and (before.stops or after_its_kind or towns > 0 or turn.symbols[place] in "ndeyhocl")
        named = token.capital and (before.stops or token.text not in lexicon.FUNCTION_WORDS)
        plain = (unpunctuated or (believed and before.stops and token.stops)) and towns < 2 and token.text not in lexicon.FUNCTION_WORDS
        town = symbol in "wqmu" and (named or plain)
        if not (part or number or town):
            break
        towns += town
        place += 1
    return place
