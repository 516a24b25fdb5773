"""Runs: stretches of a turn in which numerals, letters, ordinals and months follow each other, perhaps with words between
that people say while they read a number out ("four oh, um, sorry, five two"). Pure.
"""

import re
from dataclasses import dataclass

from transcription.redaction import lexicon
from transcription.redaction.numbers import digits_of, is_card_number
from transcription.redaction.tokens import Token, TokenTurn

_ITEM = "[ndeyhxoclrm/D]"
_RUN = re.compile(rf"{_ITEM}(?:[fvt]{{0,6}}{_ITEM})*")
_NUMBER = "(?:(?:n|D|yd|[dey])(?:hf?(?:yd|[dey])?)*|hf?(?:yd|[dey])?)"
_WELL_FORMED = re.compile(f"(?:{_NUMBER})")
_QUANTITY = re.compile(rf"{_NUMBER}(?:[tfw]{_NUMBER})?[jr]{{0,2}}u")
_AFTER_PRICE = re.compile(rf"f?{_NUMBER}u?")

_NUMERAL = (
    r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|twenty|thirty|"
    r"forty|fifty|sixty|seventy|eighty|ninety)"
)
_COUNTED = re.compile(
    # "one" as a pronoun, and as an adjective of what follows
    r"\b(?:this|that|which|another|other|only|new|old|no|any|every|each|some|right|wrong|same|good|bad|big|small|bigger|smaller|"
    r"cheaper|blue|red|black|white|first|last|next|my) one\b"
    r"|\bone (?:of|more|moment|second|sec|thing|another|or two|person|bit|last|other|that|which|for|with|who|i|we|by|good|time)\b"
    r"|\bone hundred percent\b"
    r"|\b(?:the|these|those|other|new|old|which|any|my|your|our|right|wrong|good|bad|big|small) ones\b"
    r"|\bthe one\b"
    # how many digits are asked for, not the digits
    rf"|\b(?:(?:first|last|final|next|other|middle|full|those|these|the) )*{_NUMERAL}[ -]digits?\b"
    rf"|\b(?:first|last|final|next|middle|other) (?:two|three|four|five|six|eight|[2-8])\b(?! {_NUMERAL})"
    r"|\bthe (?:three|four)(?= (?:on|at) the)"
    # times of day
    rf"|\b(?:half past|quarter (?:past|to)|(?:five|ten|twenty) (?:past|to)) {_NUMERAL}\b"
    rf"|\b{_NUMERAL}(?: (?:oh )?{_NUMERAL})? (?:in the (?:morning|afternoon|evening)|at night|tonight|o clock)\b"
    rf"|\bfrom {_NUMERAL}(?: {_NUMERAL})? to {_NUMERAL}(?: {_NUMERAL})?\b"
    rf"|\bbetween {_NUMERAL}(?: {_NUMERAL})? and {_NUMERAL}(?: {_NUMERAL})?\b"
    rf"|\b{_NUMERAL} (?:to|till|until) {_NUMERAL}(?: {_NUMERAL})? (?=(?:today|tomorrow|on|monday|every)\b)"
    rf"|\b(?:press|dial|option|select|choose) {_NUMERAL}\b"
    # "two of each"
    rf"|\b{_NUMERAL} of (?:each|them|these|those|the|our|your|my|both|us|you)\b|\b\d{{1,2}} of \d{{1,2}}\b"
    r"|\btwenty four seven\b|\bfirst (?:of all|line|name|time|class)\b"
)


@dataclass(frozen=True)
class Run:
    """Tokens `first` to `last` of a turn. `digits` may be a wrong reading, `letters` counts its letters."""

    turn: TokenTurn
    first: int
    last: int
    digits: str
    letters: int
    items: int
    is_string: bool  # read out piece by piece, not one well-formed number
    is_sum: bool  # one well-formed number with "hundred" or "thousand"
    is_date: bool  # has a month, an ordinal or slashes
    alone: bool  # nothing else is said in its sentence that a number could count or mean
    alone_in_clause: bool  # nor between the pauses around it

    @property
    def digit_by_digit(self) -> bool:
        """Whether each digit was said by itself, as nobody says a quantity, a price or a time."""
        spoken = [token for token in self.tokens if token.symbol not in "fvt"]
        return all(token.symbol in "dox" or (token.symbol == "n" and (len(token.digits) == 1 or _is_read_out(token))) for token in spoken)

    @property
    def opens_turn(self) -> bool:
        return all(symbol in "fv" for symbol in self.turn.symbols[: self.first])

    @property
    def ends_turn(self) -> bool:
        return all(symbol in "fv" for symbol in self.turn.symbols[self.last + 1 :])

    @property
    def tokens(self) -> tuple[Token, ...]:
        return self.turn.tokens[self.first : self.last + 1]


def without_counted(turn: TokenTurn) -> str:
    """The turn's symbols, with `w` where a numeral counts something: quantities, prices, times, "the last four digits"."""
    symbols = list(turn.symbols)

    def strike(first: int, last: int) -> None:
        if first and turn.symbols[first - 1] in "ndeyhx" and not turn.tokens[first - 1].stops and turn.symbols[first] in "d":
            return  # the end of a longer number
        symbols[first : last + 1] = "w" * (last + 1 - first)

    for match in _QUANTITY.finditer(turn.symbols):
        first, last = match.start(), match.end() - 1
        pauses = [place for place in range(first, last) if turn.tokens[place].stops]
        if pauses and pauses[-1] == last - 1:
            continue
        first = pauses[-1] + 1 if pauses else first
        strike(first + (turn.symbols[first] in "tf"), last)
        if turn.tokens[last].text in _MONEY and (rest := _AFTER_PRICE.match(turn.symbols, last + 1)) and not turn.tokens[last].stops:
            strike(rest.start(), rest.end() - 1)
    for match in _COUNTED.finditer(turn.text):
        first, last = token_at(turn, match.start()), token_at(turn, match.end() - 1)
        goes_on = turn.symbols[first] in "ndeyhxo" or not turn.tokens[first - 1].stops
        if first and turn.symbols[first - 1] in "ndeyhxo" and goes_on:
            continue
        if turn.tokens[last].text == "one" and _goes_on(turn, last) or any(token.stops for token in turn.tokens[first:last]):
            continue
        strike(first, last)
    for place, token in enumerate(turn.tokens):
        if token.text == "one" and place and _is_pronoun(turn, place):
            symbols[place] = "w"
    return "".join(symbols)


def _is_pronoun(turn: TokenTurn, place: int) -> bool:
    """Whether "one" stands for what the word before it describes: "a different one", "the national insurance one"."""
    before = turn.tokens[place - 1]
    described = turn.symbols[place - 1] in "wj" and not before.stops and before.text not in lexicon.FUNCTION_WORDS
    return described and not _goes_on(turn, place)


def _goes_on(turn: TokenTurn, place: int) -> bool:
    """Whether another numeral follows in the same sentence."""
    return turn.symbols[place + 1 : place + 2] not in ("", *"wfvu") and not turn.tokens[place].ends_sentence


_MONEY = lexicon.words("dollar dollars buck bucks pound pounds quid euro euros")


def token_at(turn: TokenTurn, offset: int) -> int:
    """The token that holds a place of the turn's text."""
    low, high = 0, len(turn.offsets)
    while low < high:
        middle = (low + high) // 2
        if turn.offsets[middle] <= offset:
            low = middle + 1
        else:
            high = middle
    return low - 1


def runs(turn: TokenTurn, taken: set[int]) -> list[Run]:
    """The turn's runs outside tokens that are already something else."""
    symbols = without_counted(turn)
    if taken:
        symbols = "".join("_" if place in taken else symbol for place, symbol in enumerate(symbols))
    found = []
    for match in _RUN.finditer(symbols):
        first, last = match.start(), match.end() - 1
        run = _run(turn, symbols, first, last)
        trivial = set(symbols[first : last + 1]) <= set("rhlfvtx") and symbols[first : last + 1].count("l") < 2
        if not trivial or (run.alone and run.digits):  # "the second", "a hundred", one stray letter
            found.append(run)
    return found


def _run(turn: TokenTurn, symbols: str, first: int, last: int) -> Run:
    inside = symbols[first : last + 1]
    tokens = turn.tokens[first : last + 1]
    items = [symbol for symbol in inside if symbol not in "fvt"]
    written = [token for token in tokens if token.symbol == "n"]
    well_formed = _WELL_FORMED.fullmatch(inside) is not None and not any(token.stops for token in tokens[:-1])
    return Run(
        turn=turn,
        first=first,
        last=last,
        digits=digits_of(tokens),
        letters=sum(token.symbol == "l" for token in tokens)
        + sum(letter.isalpha() for token in tokens if token.symbol == "c" for letter in token.text),
        items=len(items),
        is_string=(not well_formed and "D" not in inside) or any(_is_read_out(token) for token in written),
        is_sum=well_formed and "h" in inside,
        is_date=any(symbol in "rm/" for symbol in inside),
        alone=_alone(turn, symbols, first, last, within_pauses=False),
        alone_in_clause=_alone(turn, symbols, first, last, within_pauses=True),
    )


def parts(run: Run) -> list[Run]:
    """A run cut where another value may begin: at sentences and "and", else at every pause, else where a date begins or ends
    among digits or letters. Empty where nothing parts it."""
    symbols = without_counted(run.turn)
    items = [place for place in range(run.first, run.last + 1) if symbols[place] not in "fvt"]
    for is_cut in (_is_deep_cut, _is_cut, _is_switch):
        cut: list[list[int]] = [[]]
        for place, after in zip(items, [*items[1:], None], strict=True):
            cut[-1].append(place)
            if after is not None and is_cut(run.turn, place, after):
                cut.append([])
        if len(cut) > 1:
            return [_run(run.turn, symbols, part[0], part[-1]) for part in cut]
    return []


def card_at_start(run: Run) -> tuple[Run, Run] | None:
    """A card number with a right check digit and what was read on after it in the same breath; None without either."""
    if len(run.digits) < 18 or run.letters:
        return None
    symbols = without_counted(run.turn)
    items = [place for place in range(run.first, run.last + 1) if symbols[place] not in "fvt"]
    for place, after in zip(items, items[1:], strict=False):
        digits = digits_of(run.turn.tokens[run.first : place + 1])
        usual = len(digits) == (15 if digits.startswith(("34", "37")) else 16)
        if usual and is_card_number(digits):
            return _run(run.turn, symbols, run.first, place), _run(run.turn, symbols, after, run.last)
    return None


def _is_deep_cut(turn: TokenTurn, place: int, after: int) -> bool:
    between = {token.text for token in turn.tokens[place + 1 : after]}
    return turn.tokens[place].ends_sentence or bool(between & {"and", "no", "sorry", "or", "mean", "wait"})


def _is_cut(turn: TokenTurn, place: int, after: int) -> bool:
    return turn.tokens[place].stops


def _is_switch(turn: TokenTurn, place: int, after: int) -> bool:
    beside = turn.symbols[place] + turn.symbols[after]
    if "m" in beside and any(turn.symbols[each] == "n" and len(turn.tokens[each].digits) > 4 for each in (place, after)):
        return True
    return "/" in beside or (any(symbol in "rm" for symbol in beside) and any(symbol in "lc" for symbol in beside))


def _is_read_out(token: Token) -> bool:
    """Whether written digits are no quantity: many, grouped, or with a zero in front."""
    return len(token.digits) >= 5 or "-" in token.text or (len(token.digits) > 1 and token.digits[0] == "0")


def _alone(turn: TokenTurn, symbols: str, first: int, last: int, within_pauses: bool) -> bool:
    """Whether the rest of the run's sentence, or of its part between pauses, is only words without meaning of their own."""
    start, end = first, last
    while start and not _parted(turn.tokens[start - 1], within_pauses):
        start -= 1
    while end < len(turn.tokens) - 1 and not _parted(turn.tokens[end], within_pauses):
        end += 1
    around = [*range(start, first), *range(last + 1, end + 1)]
    return all(symbols[place] in "fvt_" or turn.tokens[place].text in lexicon.FUNCTION_WORDS or symbols[place] in _ITEM for place in around)


def _parted(token: Token, within_pauses: bool) -> bool:
    return token.stops if within_pauses else token.ends_sentence
