"""Whether a run is the value that was announced, or only counts something. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from transcription.redaction.cues import Meaning
from transcription.redaction.fits import date_parts, fit, is_complete
from transcription.redaction.lexicon import words
from transcription.redaction.runs import Run
from transcription.redaction.tokens import TokenTurn

SOON_TURNS = 2
"""So long after a value was given its last part may still come."""

_LONG = ("card", "ssn", "bank", "phone")
"""Numbers that go on after an interruption in the same turn: "sorry, I missed one, six seven eight nine"."""

_LEAST_DIGITS: dict[str, int] = {"card": 2, "security_code": 3, "expiry": 2, "ssn": 3, "bank": 2, "birth_date": 2, "phone": 3}
"""Fewer digits right after a cue count something: "call at ten"."""

_MOST_DIGITS_OF_A_TOPIC = 7
"""No sum of money has more; a word such as "pay" or "order" near a longer number says nothing about it."""

_SHORT_TURN = 5

_BEFORE_A_TIME = words("at after before by from until till in for about around")
_BEFORE_A_YEAR = words("in since from until till by of")
_CORRECTING = words("no nope not sorry wrong actually was")


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
    is_reference: bool = False  # a thing that has a number of any length
    implied: bool = False  # nobody said it, it only follows as a rule
    digits: int = 0  # given so far
    date: tuple[int, ...] = ()  # parts of a date given so far
    given: bool = False
    closed: bool = False  # given, and something else was announced since


def answers(run: Run, each: Expectation, values: Collection[str], kept: Collection[str]) -> bool:
    """Whether a run that fits an expectation is read out as its value would be.

    `values` are the digits redacted so far, `kept` those of order numbers and the like.
    """
    if each.meaning == "other":
        said_before = any(run.digits in digits for digits in kept)
        return (not each.given or said_before) and (each.strong or _is_its_topic(each, run))
    if is_year(run) and (each.given or each.meaning not in ("birth_date", "expiry")):
        return False
    if each.turn == run.turn.position and each.is_part and each.digits and _is_listed(run):
        return True
    if each.given:
        return _repeats_or_corrects(run, each, values)
    whole_turn = run.opens_turn and run.ends_turn
    if not whole_turn and (
        _is_sum_or_time(run, each) or (len(run.digits) == 1 and not run.letters and not each.digits and not run.ends_turn)
    ):
        return False
    if each.implied:
        return run.alone and (run.is_string or run.is_date)
    count = len(run.digits) + run.letters
    enough = count >= _LEAST_DIGITS.get(each.meaning, 1)
    right_after = enough and each.turn == run.turn.position and _only_links(run.turn, each.end + 1, run.first)
    if each.strong:
        return run.is_string or run.is_date or run.alone or right_after or (count >= 3 and run.alone_in_clause)
    return (run.is_string and count >= 4) or (count >= 2 and (run.alone or right_after))


def _repeats_or_corrects(run: Run, each: Expectation, values: Collection[str]) -> bool:
    """Whether a run belongs to a value that was given already: its last piece, read back, corrected."""
    count = len(run.digits) + run.letters
    turns_ago = run.turn.position - each.active_turn
    right_away = turns_ago <= 1
    if turns_ago == 0 and run.is_string and count >= 3 and each.meaning in _LONG:
        return True  # goes on
    if turns_ago <= SOON_TURNS and run.opens_turn and run.ends_turn and not run.is_date:
        return True  # the last digit, or one that is corrected
    fits = fit(each.meaning, run)
    if right_away and fits >= 0.9 and (run.is_string or run.is_date) and any(token.text in _CORRECTING for token in run.turn.tokens):
        return True
    whole = fits >= 0.95 and is_complete(each.meaning, run, 0 if run.is_date else len(run.digits))
    if whole and (run.alone or run.alone_in_clause or (right_away and (run.is_string or run.is_date))):
        return True
    if right_away and run.ends_turn and count >= 3 and len(run.turn.tokens) <= _SHORT_TURN:
        return True  # "the end is 609"
    if not run.alone:
        return False
    if run.is_date:
        return right_away or len(date_parts(run)) >= 2
    repeated = count >= 2 and any(run.digits in digits for digits in values)
    corrected = right_away and (count >= 3 or (count == 1 and not _is_time(run)))
    return run.is_string or repeated or corrected


def is_year(run: Run) -> bool:
    """Whether a run is the year in "since 2019"."""
    if not run.first or run.turn.tokens[run.first - 1].text not in _BEFORE_A_YEAR:
        return False
    return len(run.digits) == 4 and run.digits[:2] in ("19", "20") and run.items <= 2


def _is_sum_or_time(run: Run, each: Expectation) -> bool:
    """ "four hundred!", "I'll phone you at ten fifteen": no part of a number that is read out."""
    at_a_time = each.meaning in _LONG and len(run.digits) <= 4 and not run.digit_by_digit and _is_time_in_words(run)
    return (run.is_sum and each.meaning in _LONG) or at_a_time


def _is_time_in_words(run: Run) -> bool:
    spoken = not any(token.symbol == "n" for token in run.tokens)
    return spoken and run.first > 0 and run.turn.tokens[run.first - 1].text in ("at", "after", "before", "by", "until", "till", "around")


def _is_listed(run: Run) -> bool:
    """Whether a run goes on a list: "the account ending 229 or 701"."""
    return run.first > 0 and len(run.digits) >= 2 and run.turn.tokens[run.first - 1].text in ("or", "and")


def _is_its_topic(each: Expectation, run: Run) -> bool:
    """Whether a word such as "order" or "pay" can mean this run."""
    ended = any(token.ends_sentence for token in run.turn.tokens[each.end : run.first])
    return not ended and (each.is_reference or len(run.digits) <= _MOST_DIGITS_OF_A_TOPIC)


def _is_time(run: Run) -> bool:
    return run.first > 0 and run.turn.tokens[run.first - 1].text in _BEFORE_A_TIME


def _only_links(turn: TokenTurn, first: int, last: int) -> bool:
    """Whether only words such as "is", "it's" and "um" stand between two places of a turn."""
    return last - first <= 4 and all(
        turn.symbols[place] in "fv" or turn.tokens[place].text in ("number", "numbers") for place in range(first, last)
    )
