"""What a call has announced so far, and so what the numbers mean that follow. One `Context` per call, fed in time order."""

from dataclasses import dataclass, field

from transcription.redaction import lexicon
from transcription.redaction.cues import Cue, Meaning
from transcription.redaction.fits import date_parts, fit, is_complete
from transcription.redaction.runs import Run
from transcription.redaction.settings import Kind, RedactionSettings
from transcription.redaction.tokens import TokenTurn

_BARELY = 0.3
"""A run must fit at least so well, recency counted."""

_STILL_GIVEN_TURNS = 2
"""So long after a value was given its last part may still come."""

_MUCH_ELSE = 4
"""More words with a meaning of their own than this are another topic."""

_LONG = ("card", "ssn", "bank", "phone")
"""Numbers that go on after an interruption in the same turn: "sorry, I missed one, six seven eight nine"."""

_LEAST_DIGITS: dict[str, int] = {"card": 2, "security_code": 3, "expiry": 2, "ssn": 3, "bank": 2, "birth_date": 2, "phone": 3}
"""Fewer digits right after a cue count something: "call at ten"."""


@dataclass
class Expectation:
    """A kind of number that was announced, until it was given or the talk went on to other things."""

    meaning: Meaning
    strong: bool
    turn: int  # of the cue
    end: int  # token of the cue's end
    active_turn: int  # last turn in which it was announced or answered
    active_s: float
    is_part: bool = False  # only some digits were asked for
    implied: bool = False  # nobody said it, it only follows as a rule
    digits: int = 0  # given so far
    date: tuple[int, ...] = ()  # parts of a date given so far
    given: bool = False
    closed: bool = False  # given, and something else was announced since


@dataclass
class Context:
    settings: RedactionSettings
    expected: list[Expectation] = field(default_factory=list)
    values: dict[str, tuple[Kind, int]] = field(default_factory=dict)  # digits already redacted, and the turn they were last in
    dates: dict[tuple[int, ...], Kind] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)  # digits of order numbers and the like

    def hear(self, turn: TokenTurn, cue: Cue) -> None:
        for each in self.expected:
            each.closed = each.closed or (each.given and each.meaning != cue.meaning)
        self.expected.append(Expectation(cue.meaning, cue.strong, turn.position, cue.last, turn.position, turn.end_s, cue.is_part))

    def imply(self, kind: Kind, run: Run) -> None:
        """A value was found that nobody announced: it may be read back, and a card number is followed by date and code."""
        if not self.expects(kind, run.turn):
            self.expected.append(Expectation(kind, True, run.turn.position, run.last, run.turn.position, run.turn.end_s))
            self._answer(self.expected[-1], run)
        if kind == "card" and is_complete("card", run, len(run.digits)):
            for follows in ("security_code", "expiry"):
                if not self.expects(follows, run.turn):
                    self.expected.append(Expectation(follows, True, run.turn.position, run.last, run.turn.position, run.turn.end_s, implied=True))

    def give(self, kind: Kind, turn: TokenTurn, end: int, whole: bool) -> None:
        """A value that is no run was found: an e-mail address, in whole or in part."""
        expected = [each for each in self._alive(turn) if each.meaning == kind]
        if not expected:
            expected = [Expectation(kind, True, turn.position, end, turn.position, turn.end_s)]
            self.expected += expected
        for each in expected:
            each.active_turn, each.active_s, each.given = turn.position, turn.end_s, each.given or whole

    def end_turn(self, turn: TokenTurn) -> None:
        """What was given and is not repeated in a turn that says much else is over."""
        said = sum(symbol == "w" and token.text not in lexicon.FUNCTION_WORDS for symbol, token in zip(turn.symbols, turn.tokens, strict=True))
        if said > _MUCH_ELSE:
            for each in self.expected:
                each.closed = each.closed or (each.given and each.active_turn < turn.position)

    def expects(self, meaning: Meaning, turn: TokenTurn) -> bool:
        """Whether this was announced lately, answered or not."""
        return any(each.meaning == meaning for each in self._alive(turn))

    def newest(self, turn: TokenTurn) -> Meaning:
        """What was announced or found last; a card where nothing was, since cards are what people name by their last digits."""
        alive = [each for each in self._alive(turn) if each.meaning != "place"]
        return max(alive, key=lambda each: (each.active_turn, each.turn, each.end)).meaning if alive else "card"

    def awaited(self, position: int, now_s: float) -> Kind | None:
        """The kind of value that is just being given or was asked for last; None where a number to be kept was."""
        open_ones = [
            each
            for each in self.expected
            if each.strong
            and not each.closed
            and position - each.active_turn <= (_STILL_GIVEN_TURNS if each.given else self.settings.expected_turns)
            and now_s - each.active_s <= self.settings.expected_s
            and each.meaning != "place"
            and not each.implied
        ]
        newest = max(open_ones, key=lambda each: (each.active_turn, each.turn, each.end), default=None)
        return newest.meaning if newest is not None and newest.meaning != "other" else None

    def card_in_hand(self, turn: TokenTurn) -> bool:
        """Whether the talk is about a payment card."""
        return any(each.meaning in ("card", "security_code", "expiry") for each in self._alive(turn))

    def meaning_of(self, run: Run) -> Meaning | None:
        """The announced kind that a run most likely is, or None where nothing that was announced fits."""
        best: tuple[float, Expectation] | None = None
        newest_turn: int | None = None
        rank = -1
        for each in reversed(self._alive(run.turn)):
            if each.turn == run.turn.position and each.end >= run.first:
                continue
            if each.turn != newest_turn:
                newest_turn, rank = each.turn, rank + 1
            near = each.turn == run.turn.position
            score = fit(each.meaning, run) * (1.0 if near else 0.95) * 0.8**rank
            if near and not each.strong and each.meaning == "other" and run.first - each.end > 5:
                continue
            if not near and not each.strong and each.meaning == "other":
                continue
            if each.given:
                score *= 0.6
            if near and not self._another_between(each, run):
                score *= 1.2
            if score >= _BARELY * (1 if not each.given else 0.6) and (best is None or score > best[0]) and self._believable(each, run):
                best = (score, each)
        if best is None:
            return None
        self._answer(best[1], run)
        return best[1].meaning

    def remember(self, kind: Kind, run: Run) -> None:
        if len(run.digits) >= 3:
            self.values[run.digits] = (kind, run.turn.position)
        if kind in ("birth_date", "expiry") and len(parts := date_parts(run)) >= 2:
            self.dates.setdefault(parts, kind)

    def remembered(self, run: Run) -> Kind | None:
        """The kind of a value that this run repeats, in whole or in a part of at least 4 digits; None for one to be kept."""
        if run.digits in self.kept or _is_year(run):
            return None
        for digits, (kind, turn) in self.values.items():
            soon = 0 <= run.turn.position - turn <= _STILL_GIVEN_TURNS
            if run.digits == digits and (run.is_string or run.alone or run.alone_in_clause or soon):
                return kind
            if len(run.digits) >= 4 and run.is_string and (run.digits in digits or (len(digits) >= 4 and digits in run.digits)):
                return kind
        parts = date_parts(run)
        for known, kind in self.dates.items():
            by_day = kind == "expiry" and any(token.symbol == "r" for token in run.tokens)
            if len(parts) >= 2 and run.is_date and parts == known and not by_day:
                return kind
        return None

    def _alive(self, turn: TokenTurn) -> list[Expectation]:
        return [
            each
            for each in self.expected
            if not each.closed
            and turn.position - each.active_turn <= self.settings.expected_turns
            and turn.start_s - each.active_s <= self.settings.expected_s
        ]

    def _another_between(self, each: Expectation, run: Run) -> bool:
        return any(other.turn == each.turn and each.end < other.end < run.first for other in self.expected)

    def _believable(self, each: Expectation, run: Run) -> bool:
        """Whether a run is read out as a value of its kind would be, rather than counts something."""
        if each.meaning == "other":
            said_before = any(run.digits in digits for digits in self.kept)
            return (not each.given or said_before) and (each.strong or self._in_its_sentence(each, run))
        if _is_year(run) and (each.given or each.meaning not in ("birth_date", "expiry")):
            return False
        count = len(run.digits) + run.letters
        enough = count >= _LEAST_DIGITS.get(each.meaning, 1)
        right_after = enough and each.turn == run.turn.position and _only_links(run.turn, each.end + 1, run.first)
        if each.given:
            whole = fit(each.meaning, run) >= 0.95 and is_complete(each.meaning, run, 0 if run.is_date else len(run.digits))
            corrected = run.turn.position - each.active_turn <= 1
            whole = whole and (run.alone or run.alone_in_clause or corrected)
            goes_on = each.active_turn == run.turn.position and run.is_string and count >= 3 and each.meaning in _LONG
            if goes_on:
                return True
            if corrected and _corrects(run.turn) and fit(each.meaning, run) >= 0.9 and (run.is_string or run.is_date):
                return True
            repeated = any(run.digits in digits for digits in self.values)
            a_date = run.is_date and (corrected or len(date_parts(run)) >= 2)
            a_string = run.is_string and not run.is_date
            if run.opens_turn and run.ends_turn and run.turn.position - each.active_turn <= 2 and not run.is_date:
                return True  # the last digit, or one that is corrected
            a_digit = count == 1 and corrected and not _at_a_time(run)
            a_part = (count >= 2 and repeated) or (count >= 3 and corrected)
            return whole or (run.alone and (a_string or a_date or a_part or a_digit))
        if each.implied:
            return run.alone and (run.is_string or run.is_date)
        if each.strong:
            return run.is_string or run.is_date or run.alone or right_after or (count >= 3 and run.alone_in_clause)
        return (run.is_string and count >= 4) or (count >= 2 and (run.alone or right_after))

    def _in_its_sentence(self, each: Expectation, run: Run) -> bool:
        """Whether a word such as "order" or "pay" can mean this run; no sum of money has eight digits."""
        ended = any(token.ends_sentence for token in run.turn.tokens[each.end : run.first])
        return not ended and len(run.digits) < 8

    def _answer(self, each: Expectation, run: Run) -> None:
        each.active_turn, each.active_s = run.turn.position, run.turn.end_s
        each.digits += len(run.digits)
        each.date += date_parts(run)
        if each.meaning == "other":
            each.given = True
        elif is_complete(each.meaning, run, each.digits) or (each.is_part and each.digits >= 3) or (each.meaning == "birth_date" and len(each.date) >= 3):
            if each.meaning == "birth_date":
                self.dates.setdefault(tuple(sorted(each.date)), "birth_date")
            for other in self.expected:
                if other.meaning == each.meaning:
                    other.given = True


def _at_a_time(run: Run) -> bool:
    before = run.turn.tokens[run.first - 1].text if run.first else ""
    return before in ("at", "after", "before", "by", "from", "until", "till", "in", "for", "about", "around")


def _corrects(turn: TokenTurn) -> bool:
    return any(token.text in ("no", "nope", "not", "sorry", "wrong", "actually", "was") for token in turn.tokens)


def _is_year(run: Run) -> bool:
    """Whether a run is the year in "since 2019"."""
    if not run.first or run.turn.tokens[run.first - 1].text not in ("in", "since", "from", "until", "till", "by", "of"):
        return False
    return len(run.digits) == 4 and run.digits[:2] in ("19", "20") and run.items <= 2


def _only_links(turn: TokenTurn, first: int, last: int) -> bool:
    """Whether only words such as "is", "it's" and "um" stand between two places of a turn."""
    return last - first <= 4 and all(
        turn.symbols[place] in "fv" or turn.tokens[place].text in ("number", "numbers") for place in range(first, last)
    )
