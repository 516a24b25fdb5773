"""How well a run would be a value of a kind, judged by its length and its parts alone. Pure."""

import re
from collections.abc import Sequence

from transcription.redaction import lexicon
from transcription.redaction.cues import Meaning
from transcription.redaction.numbers import digits_of, is_card_number, personal_phone_number
from transcription.redaction.runs import Run
from transcription.redaction.settings import Kind
from transcription.redaction.tokens import Token

_OTHER = 0.7
"""A number that must be kept can have any length: better than a poor fit, worse than a good one."""


def fit(meaning: Meaning, run: Run) -> float:
    """0 (cannot be) to 1 (looks just like it). Parts of values fit too: people read numbers out piece by piece."""
    count = len(run.digits)
    if meaning == "other":
        return _OTHER
    if meaning in ("email", "place"):
        return 0.8 if run.letters >= 2 else 0.0
    if "D" in {token.symbol for token in run.tokens} and meaning != "expiry":
        return 0.0  # 49.99
    if run.letters and meaning in ("card", "security_code", "expiry", "birth_date", "phone"):
        misheard = not any(token.symbol == "l" for token in run.tokens) and run.letters <= 2 and count
        return 0.5 if misheard else 0.0  # "L9" for "oh nine"
    if run.is_date and meaning not in ("birth_date", "expiry"):
        return 0.0 if meaning == "address" else 0.1
    return _BY_LENGTH[meaning](count, run)


def _card(count: int, run: Run) -> float:
    return 1.0 if count >= 12 else 0.9 if count >= 8 else 0.75 if count >= 4 else 0.6 if count == 3 else 0.5


def _security_code(count: int, run: Run) -> float:
    return {1: 0.6, 2: 0.65, 3: 1.0, 4: 0.95, 5: 0.6, 6: 0.75}.get(count, 0.1)


def _expiry(count: int, run: Run) -> float:
    if run.is_date and "/" not in {token.symbol for token in run.tokens}:
        return 0.1 if any(token.symbol == "r" for token in run.tokens) else 1.0  # cards expire with a month
    month = int(run.digits[:2] or 0) if run.digits.startswith(("0", "1")) else int(run.digits[:1] or 0)
    if count in (3, 4, 5, 6) and 1 <= month <= 12:
        return 0.97 if count <= 4 else 0.8
    return 0.55 if count <= 2 else 0.6 if count <= 8 else 0.1


def _ssn(count: int, run: Run) -> float:
    if run.letters:
        return 0.95
    return 1.0 if count == 9 else 0.9 if count == 4 else 0.4 if count == 1 else 0.7 if count < 9 else 0.5


def _bank(count: int, run: Run) -> float:
    if run.letters:
        return 0.95
    return 1.0 if 6 <= count <= 12 else 0.75 if 2 <= count <= 5 else 0.6 if count > 12 else 0.4


def _birth_date(count: int, run: Run) -> float:
    if run.is_date:
        return 1.0
    return 0.9 if 4 <= count <= 8 else 0.7 if count in (2, 3) else 0.4 if count == 1 else 0.1


def _phone(count: int, run: Run) -> float:
    return 1.0 if 10 <= count <= 12 else 0.95 if count == 7 else 0.8 if 3 <= count <= 9 else 0.5 if count == 2 else 0.4


def _address(count: int, run: Run) -> float:
    if run.letters:
        return 1.0 if count else 0.5
    return 0.9 if count == 5 else 0.8 if count <= 4 else 0.3


def _name(count: int, run: Run) -> float:
    return 0.8 if run.letters >= 2 and not count else 0.0


_BY_LENGTH = {
    "card": _card, "security_code": _security_code, "expiry": _expiry, "ssn": _ssn, "bank": _bank, "birth_date": _birth_date,
    "phone": _phone, "address": _address, "name": _name,
}  # fmt: skip


_COMPLETE = {"card": 14, "security_code": 3, "expiry": 3, "ssn": 9, "bank": 8, "birth_date": 5, "phone": 10, "address": 5}


def is_complete(kind: Kind, run: Run, count: int) -> bool:
    """Whether nothing is missing any more with this run, so that the numbers which follow are likely something else.

    `count` is how many digits were given so far.
    """
    if kind == "birth_date" and len(date_parts(run)) >= 3:
        return True
    if kind in ("ssn", "address") and run.letters:
        return len(run.digits) >= 2
    if kind == "ssn" and run.alone and len(run.digits) == 4:
        return True  # the last four
    return count >= _COMPLETE.get(kind, 1) or (kind == "expiry" and run.is_date)


def by_shape(digits: str, grouped: Sequence[int], phone_regions: Sequence[str], digit_by_digit: bool) -> Kind | None:
    """What digits nobody announced are by themselves; `grouped` are the lengths of the groups in which they were read.

    12 digits or more are a card number with or without a right check digit, since recognisers drop and double digits; a telephone
    number with its country code goes before.
    """
    if is_card_number(digits) or len(digits) >= 15:
        return "card"
    if len(digits) == 9 and tuple(grouped) == (3, 2, 4):
        return "ssn"
    if personal_phone_number(digits, phone_regions):
        return "phone"
    return "card" if len(digits) >= (12 if digit_by_digit else 13) else None


def groups(run: Run) -> list[int]:
    """Lengths of the groups in which a run was read: pauses and hyphens part them."""
    lengths: list[int] = []
    part: list[Token] = []
    for token in run.tokens:
        if token.symbol == "n" and re.search(r"\d\D+\d", token.text):
            lengths += [len(group) for group in re.findall(r"\d+", token.text)]
            continue
        if token.symbol in "fvw":
            if part and token.text in ("dash", "hyphen", "minus", "space"):
                lengths.append(len(digits_of(part)))
                part = []
            continue
        part.append(token)
        if token.stops or token.symbol == "n":
            lengths.append(len(digits_of(part)))
            part = []
    if part:
        lengths.append(len(digits_of(part)))
    return lengths


def date_parts(run: Run) -> tuple[int, ...]:
    """Day, month and year of a date as numbers in rising order, the year without its century; of digits alone their groups."""
    parts: list[int] = []
    group: list[Token] = []
    for token in run.tokens:
        if token.symbol == "m":
            parts += [*_closed(group), lexicon.MONTHS[token.text]]
        elif token.symbol == "/":
            parts += _closed(group) + [int(part) for part in token.text.split("/")]
        elif token.symbol in "ndeyhxor":
            if token.symbol == "r" and not (group and group[-1].symbol == "y" and len(token.digits) == 1):
                parts += _closed(group)
            group.append(token)
            if token.stops or token.symbol in "rn":
                parts += _closed(group)
        else:
            parts += _closed(group)
    parts += _closed(group)
    if len(parts) == 1 and 4 <= len(run.digits) <= 8:  # read in one go: 03141982
        parts = [int(run.digits[start : start + 2]) for start in range(0, len(run.digits) - 1, 2)]
    return tuple(sorted(part % 100 for part in parts))


def _closed(group: list[Token]) -> list[int]:
    digits = digits_of(group) if group else ""
    group.clear()
    return [int(digits)] if digits else []


def birth_shape(run: Run, latest_year: int) -> Kind | None:
    """A full date with a year in which living people were born, up to `latest_year`, announced or not."""
    if not run.is_date or not (len(date_parts(run)) >= 3 or run.turn.tokens[run.first].symbol == "/"):
        return None
    years = [int(match) for match in re.findall(r"(?:19|20)\d\d$", run.digits)]
    return "birth_date" if any(_EARLIEST_BIRTH_YEAR <= year <= latest_year for year in years) else None


_EARLIEST_BIRTH_YEAR = 1915


def code_shape(run: Run) -> Kind | None:
    """What letters and digits are by their order: a British national insurance number, an IBAN."""
    if not run.letters:
        return None
    code = "".join(
        token.text if token.symbol in "cn" else token.text[0] if token.symbol == "l" else digits_of([token])
        for token in run.tokens
        if token.symbol in "cnldeyo"
    )
    code = re.sub(r"[^a-z0-9]", "", code)
    if re.fullmatch(r"[a-z]{2}\d{6}[a-d]", code):
        return "ssn"
    return "bank" if re.fullmatch(r"[a-z]{2}\d{2}(?:[a-z]{4}\d{10,24}|\d{11,25})", code) else None
