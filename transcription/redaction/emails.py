"""E-mail addresses as people say them: "jane dot doe at example dot com", "k-i-n-g underscore 42 at gmail". Pure."""

import re

from transcription.redaction import lexicon
from transcription.redaction.tokens import Token, TokenTurn

_LINKS = lexicon.words("dot underscore dash hyphen minus plus point period")
_BEFORE_A_PLACE = lexicon.words("website page pages site online shop look looked looking store visit us order find available sold me")
_ASIDE = re.compile(
    r"(?:all )?(?:one word|lower ?case|upper ?case|capital letters|small letters|together|no spaces?|no dots?)"
    r"|(?:that's|it's) spelled|with an? \w\b"
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
    if place + 1 < len(tokens) and tokens[place + 1].text in ("com", "org", "net"):
        return place + 1  # the dot was not heard
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
    """Where an address with a written @ begins: recognisers write "jane. doe@example.com", "jane dot doe@..." and "j doe@..."."""
    while place > 1 and turn.tokens[place - 1].text in _LINKS:
        place -= 2
    while place > 1 and turn.symbols[place - 1] == "l" and turn.symbols[place - 2] == "l":
        place -= 1
    return place


def _start(turn: TokenTurn, last: int, aside: set[int], after: int) -> int | None:
    """The first token of a local part that ends at `last`; None where nothing there can be one."""
    first: int | None = None
    plain = 0
    place = last
    again = {place for place, token in enumerate(turn.tokens) if token.text in _AGAIN}
    while place > after and last - place < _LONGEST_LOCAL_PART:
        token, symbol = turn.tokens[place], turn.symbols[place]
        following = turn.tokens[place + 1].text if place < last else ""
        before = turn.tokens[place - 1].text if place else ""
        linked = following in _LINKS or before in _LINKS
        if token.ends_sentence and following and following not in _LINKS | {"at"}:
            break
        if token.text in _LINKS:
            first = place if first is not None else None
        elif symbol == "l" or (symbol in _CODE_POINTS and token.text not in ("a", "to", "for")):
            first = place
        elif _is_between(turn, place, first, last, aside):
            pass
        elif not linked and (_says_something_else(token) or (following and token.stops and place + 1 not in aside | again)):
            break
        elif token.text in _BEFORE_A_PLACE and not linked and place == last:
            return None
        else:
            plain += not linked
            if plain > _MOST_PLAIN_WORDS:
                break
            first = place
            if re.search(r"[._]", token.text) and before not in _LINKS:
                break  # written with its dots, so written in whole
        place -= 1
    return first


def _is_between(turn: TokenTurn, place: int, first: int | None, last: int, aside: set[int]) -> bool:
    """Whether a word stands inside a local part without belonging to it: "um", "all one word", "lindqvist, that's l i n d"."""
    text = turn.tokens[place].text
    if place in aside or text in _HESITATIONS:
        return True
    if text in _AGAIN and first == place + 1:
        return set(turn.symbols[first : last + 1]) <= set("lfxoa")
    return text == "the" and first is not None and place > 0 and _is_plain(turn, place - 1)


def _says_something_else(token: Token) -> bool:
    return token.text in lexicon.FUNCTION_WORDS - _CAN_BE_NAMES or token.text in _CUE_WORDS


def _is_plain(turn: TokenTurn, place: int) -> bool:
    token = turn.tokens[place]
    return turn.symbols[place] == "w" and not token.stops and token.text not in lexicon.FUNCTION_WORDS | _CUE_WORDS


_AGAIN = frozenset(("that's", "it's"))
_HESITATIONS = lexicon.words("um uh er erm ah hmm")
_CAN_BE_NAMES = lexicon.words(
    "hello hi number numbers code first second last next all here there now just only great perfect lovely brilliant fine good right "
    "back start"
)
_CUE_WORDS = lexicon.words(
    "email e-mail mail address is to send it it's that's use under me over use have got maybe perhaps repeat old new wrong correct"
)


_PIECE = re.compile(r"[walndeyhxoc]*(?:\.[wlndeyhxocm])+\.?[wlndeyhxoc]?|[wlndeyc]\.$|[al](?:f{0,2}[lndeyxoca])+")


def _parts(turn: TokenTurn, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pieces of an address where one is expected: words joined by "dot" and the like, and spelled letters."""
    taken = {place for first, last in found for place in range(first, last + 1)}
    symbols = "".join(
        "-" if place in taken else "." if turn.tokens[place].text in _LINKS else symbol for place, symbol in enumerate(turn.symbols)
    )
    trimmed = []
    for match in _PIECE.finditer(symbols):
        start, end = match.span()
        inside = match.group()
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
