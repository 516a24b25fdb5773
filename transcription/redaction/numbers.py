"""What spoken and written numerals come to as digits, and what digits may be: a card number, a telephone number, a year. Pure."""

import re
from collections.abc import Sequence

import phonenumbers

from transcription.redaction import lexicon
from transcription.redaction.tokens import Token

CARD_LENGTHS = range(13, 20)
CARD_PREFIX = re.compile(r"4|5[1-5]|2[2-7]|3[47]|6(?:011|4[4-9]|5)|3(?:0|5|6|8)")


def digits_of(tokens: Sequence[Token]) -> str:
    """The digits that tokens spell: "double four" 44, "twenty one" 21, "nine hundred" 900, "4111-1" 41111.

    Where speech is ambiguous ("twenty one": 21 or 201) the shorter reading is taken; whoever needs the digits for evidence
    only (length, Luhn) has to bear that.
    """
    digits, repeat, after_scale = "", 1, False
    previous: Token | None = None
    for token in tokens:
        joins = previous is not None and not previous.stops
        if token.symbol == "x":
            repeat = lexicon.REPEATS[token.text]
        elif token.symbol == "h":
            digits += token.digits if digits else "1" + token.digits
            after_scale = True
        elif token.symbol in "ndeyotr/":
            if token.symbol == "d" and previous is not None and previous.symbol == "y" and joins and token.digits != "0":
                digits = digits[:-1] + token.digits
            elif after_scale and joins and digits.endswith("0" * len(token.digits)) and token.symbol in "dey":
                digits = digits[: -len(token.digits)] + token.digits
            else:
                digits += token.digits * repeat
            after_scale = after_scale and token.symbol == "y"
            repeat = 1
        if token.symbol not in "fvw":
            previous = token
    return digits


def luhn(digits: str) -> bool:
    """Whether the check digit of a card number is right."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return bool(digits) and sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def is_card_number(digits: str) -> bool:
    """Length, issuer prefix and check digit of a card number: about 1 in 20 other numbers of that length pass."""
    return len(digits) in CARD_LENGTHS and CARD_PREFIX.match(digits) is not None and luhn(digits)


def personal_phone_number(digits: str, regions: Sequence[str]) -> bool:
    """Whether digits are as long as a telephone number of one of the regions has to be, trunk or country code included.

    Numbers that are free of charge or shared in cost are not: they are companies', nobody's own.
    """
    return bool(_possible_numbers(digits, regions)) and not company_phone_number(digits, regions)


def company_phone_number(digits: str, regions: Sequence[str]) -> bool:
    """Whether digits are a telephone number that is free of charge or shared in cost."""
    return any(phonenumbers.number_type(number) in _COMPANIES for number in _possible_numbers(digits, regions))


def _possible_numbers(digits: str, regions: Sequence[str]) -> list[phonenumbers.PhoneNumber]:
    if not 10 <= len(digits) <= 15:
        return []
    return [number for region in regions if (number := _possible(digits, region)) is not None]


_COMPANIES = (phonenumbers.PhoneNumberType.TOLL_FREE, phonenumbers.PhoneNumberType.SHARED_COST, phonenumbers.PhoneNumberType.UAN)


def _possible(digits: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    if number.country_code != phonenumbers.country_code_for_region(region):
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    if number.country_code == 1:
        return number if re.fullmatch(r"[2-9]\d\d[2-9]\d{6}", str(number.national_number)) else None
    trunk = phonenumbers.ndd_prefix_for_region(region, True) or ""
    return number if digits.startswith((trunk, str(number.country_code))) else None
