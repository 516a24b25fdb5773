"""E-mail addresses as people say them: "jane dot doe at example dot com", "k-i-n-g underscore 42 at gmail", "jane.doe@example.com". Pure."""

import re

from transcription.redaction import lexicon
from transcription.redaction.tokens import TokenTurn

_LINKS = frozenset("dot underscore dash hyphen minus plus point period".split())
_BEFORE_A_PLACE = frozenset("website page pages site online shop look looked looking store visit us order find available sold me".split())
_ASIDE = re.compile(
    r"(?:all )?(?:one word|lower ?case|upper ?case|capital letters|small letters|together|no spaces?|no dots?)|(?:that's|it's) spelled|with an? \w\b"
)
_CODE_POINTS = "ndeyhxoclat"
_LONGEST_LOCAL_PART = 24
_MOST_PLAIN_WORDS = 4


def emails(turn: TokenTurn, expected_from: int | None) -> list[tuple[int, int]]:
    """First and last token of each address in a turn; from token `expected_from` on, where one was asked for, of parts of one too."""
    expected = expected_from is not None
    aside = _tokens_of(turn, _ASIDE)
    found: list[tuple[int, int]] = []
    for place, token in enumerate(turn.tokens):
        if found and place <= found[-1][1]:
            continue
        if token.symbol == "@":
            found.append((_start_of_written(turn, place), _end_of_domain(turn, place + 1)))
        elif token.text == "at" and (last := _domain(turn, place + 1, expected)) is not None:
            first = _start(turn, place - 1, aside, found[-1][1] if found else -1)
            if first is not None:
                found.append((first, last))
            elif (expected and place <= 1) or (place == 0 and last >= len(turn.tokens) - 2):
                found.append((place, last))
        elif expected and token.symbol == "W" and not (place and turn.tokens[place - 1].text in _BEFORE_A_PLACE | {"at"}):
            first = _start(turn, place, aside, -1)
            found.append((place if first is None else first, place))
    if expected_from is not None:
        found += [part for part in _parts(turn, found) if part[0] >= expected_from]
    return sorted(found)


def loose_end(turn: TokenTurn) -> tuple[int, int] | None:
    """The words at a turn's end that would be an address's first part if the speaker's next turn goes on with "at ..."."""
    last = len(turn.tokens) - 1
    first = _start(turn, last, _tokens_of(turn, _ASIDE), -1)
    return None if first is None else (first, last)


def begins_inside(turn: TokenTurn) -> bool:
    """Whether a turn begins in the middle of an address: with "dot", "at", "underscore"."""
    return bool(turn.tokens) and (turn.tokens[0].text in _LINKS or (turn.tokens[0].text == "at" and _domain(turn, 1, True) is not None))


def _domain(turn: TokenTurn, place: int, expected: bool) -> int | None:
    """The last token of a domain that begins at a place: "example dot com", "example.com", "gmail"."""
    tokens = turn.tokens
    if place >= len(tokens):
        return None
    if tokens[place].symbol == "W":
        return _end_of_domain(turn, place + 1)
    for end in range(place + 1, min(place + 6, len(tokens) - 1)):
        if tokens[end].text in ("dot", "point", "period") and tokens[end + 1].text in lexicon.TOP_DOMAINS:
            return _end_of_domain(turn, end + 2)
        if tokens[end].text in ("is", "the", "and", "at") or tokens[end - 1].ends_sentence:
            break
    if tokens[place].text in lexicon.MAIL_PROVIDERS and (expected or tokens[place].text.endswith("mail")):
        return place
    return None


def _end_of_domain(turn: TokenTurn, place: int) -> int:
    """The last token of a domain whose first part ends before a place: "... dot co dot uk"."""
    while place + 1 < len(turn.tokens) and turn.tokens[place].text == "dot" and turn.symbols[place + 1] in "wWl":
        place += 2
    return place - 1


def _start_of_written(turn: TokenTurn, place: int) -> int:
    """Where an address with a written @ begins: recognisers write "jane. doe@example.com" and "j doe@example.com"."""
    while place and (turn.tokens[place - 1].text in _LINKS or (turn.symbols[place - 1] == "l" and turn.symbols[place - 2 : place - 1] not in ("", "w"))):
        place -= 1 + (turn.tokens[place - 1].text in _LINKS and place > 1)
    return place


def _start(turn: TokenTurn, last: int, aside: set[int], after: int) -> int | None:
    """The first token of a local part that ends at `last`; None where nothing there can be one."""
    first: int | None = None
    plain = 0
    place = last
    while place > after and last - place < _LONGEST_LOCAL_PART:
        token = turn.tokens[place]
        linked = token.text in _LINKS
        beside_link = place < last and turn.tokens[place + 1].text in _LINKS or (place and turn.tokens[place - 1].text in _LINKS)
        if place < last and token.ends_sentence and not (turn.tokens[place + 1].text in _LINKS or turn.tokens[place + 1].text == "at"):
            break
        if linked or turn.symbols[place] == "l" or turn.symbols[place] in _CODE_POINTS and token.text not in ("a", "to", "for"):
            first = place if not linked or first is not None else first
        elif place in aside or token.text in _HESITATIONS:
            pass
        elif token.text in ("that's", "it's") and first == place + 1 and set(turn.symbols[first : last + 1]) <= set("lfxoa"):
            pass  # "lindqvist, that's l i n d ..."
        elif token.text == "the" and first is not None and place - 1 > after and _is_plain(turn, place - 1):
            pass
        elif (token.text in lexicon.FUNCTION_WORDS - _CAN_BE_NAMES or token.text in _CUE_WORDS) and not beside_link:
            break
        elif place < last and token.stops and not beside_link and place + 1 not in aside and turn.tokens[place + 1].text not in _AGAIN:
            break
        elif token.text in _BEFORE_A_PLACE and not beside_link and place == last:
            return None
        else:
            plain += not beside_link
            if plain > _MOST_PLAIN_WORDS:
                break
            first = place
            if re.search(r"[._]", token.text) and not (place and turn.tokens[place - 1].text in _LINKS):
                break  # written with its dots, so written in whole
        place -= 1
    return first


def _is_plain(turn: TokenTurn, place: int) -> bool:
    token = turn.tokens[place]
    return turn.symbols[place] == "w" and not token.stops and token.text not in lexicon.FUNCTION_WORDS | _CUE_WORDS


_AGAIN = frozenset(("that's", "it's"))
_HESITATIONS = frozenset("um uh er erm ah hmm".split())
_CAN_BE_NAMES = frozenset("great perfect lovely brilliant fine good right back start".split())
_CUE_WORDS = frozenset("email e-mail mail address is to send it it's that's use under me over use have got maybe perhaps repeat old new wrong correct".split())


def _parts(turn: TokenTurn, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pieces of an address where one is expected: words joined by "dot" and the like, and spelled letters."""
    taken = {place for first, last in found for place in range(first, last + 1)}
    symbols = "".join(
        "-" if place in taken else "." if turn.tokens[place].text in _LINKS else symbol
        for place, symbol in enumerate(turn.symbols)
    )
    pieces = [match.span() for match in re.finditer(r"(?:[walndeyhxock]+)?(?:\.[wlndeyhxockm])+\.?[wlndeyhxock]?|[wlndeyc]\.$|[al](?:f{0,2}[lndeyxoca])+", symbols)]
    trimmed = []
    for start, end in pieces:
        inside = symbols[start:end]
        if "." in inside:  # of words before the first link only the nearest belongs to it
            lead = inside.index(".")
            while lead > 1 and symbols[start + lead - 2] == "w" and start + lead - 1 > start:
                start, lead = start + 1, lead - 1
        if turn.tokens[start].text in lexicon.FUNCTION_WORDS - {"a", "i"} and symbols[start] == "w" and end - start > 1:
            start += 1
        letters = sum((len(token.text) == 1 and token.text not in "ai") or token.symbol != "l" for token in turn.tokens[start:end])
        if letters > 1 or "." in inside:  # "n as in november" and "with a c" repeat one letter
            trimmed.append((start, end - 1))
    return trimmed


def _tokens_of(turn: TokenTurn, pattern: re.Pattern[str]) -> set[int]:
    inside: set[int] = set()
    for match in pattern.finditer(turn.text):
        inside.update(place for place, offset in enumerate(turn.offsets) if match.start() <= offset < match.end())
    return inside
