"""Spoken numerals, check digits, telephone numbers; and, over random numbers and ways to say them, that nothing is left."""

import dataclasses
import pathlib
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from transcription.redaction import RedactionSettings, redact
from transcription.redaction.numbers import company_phone_number, digits_of, is_card_number, luhn, personal_phone_number
from transcription.redaction.tokens import token_turn
from transcription.transcript import Transcript, Turn, Word

ROOT = pathlib.Path(__file__).parents[2]
DEFAULT = TypeAdapter(RedactionSettings).validate_python(
    tomllib.loads(ROOT.joinpath("config", "default.toml").read_text(encoding="utf-8"))["transcription"]["redaction"]
)
REGIONS = ("US", "GB")


def turn_of(text: str, speaker: str = "customer", position: int = 0, start_s: float = 0.0) -> Turn:
    words = tuple(Word(word, start_s + 0.3 * place, start_s + 0.3 * (place + 1), 0.9) for place, word in enumerate(text.split()))
    return Turn(position, position, speaker, start_s, start_s + 0.3 * len(words), text, words, 0.9)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("four oh two", "402"),
        ("double four triple one", "44111"),
        ("twenty one forty", "2140"),
        ("twenty, one", "201"),
        ("nine hundred, one two three", "900123"),
        ("one hundred and six", "106"),
        ("two thousand and four", "2004"),
        ("nineteen eighty two", "1982"),
        ("4111-1111 1,111", "411111111111"),
        ("four, um, sorry, five", "45"),
        ("four-one-one-one", "4111"),
        ("four ones", "41"),
    ],
)
def test_digits_of_what_is_said(text, digits):
    assert digits_of(token_turn(0, turn_of(text)).tokens) == digits


def test_luhn_against_published_test_numbers():
    for number in ("4111111111111111", "5555555555554444", "378282246310005", "6011111111111117", "3530111333300000"):
        assert luhn(number) and is_card_number(number), number
        assert not luhn(number[:-1] + str((int(number[-1]) + 1) % 10))
    assert not luhn("") and not is_card_number("0000000000000000")


def test_telephone_numbers_by_their_length_and_kind():
    for number in ("07700900123", "447700900123", "2125550198", "12125550198"):
        assert personal_phone_number(number, REGIONS), number
    for number in ("770090012", "1125550198", "48213377", "4821337712"):
        assert not personal_phone_number(number, REGIONS), number
    assert company_phone_number("08001234567", REGIONS) and not personal_phone_number("08001234567", REGIONS)
    assert company_phone_number("18005550111", REGIONS)


UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def spoken_pair(pair: str, way: str) -> str:
    if way == "written" or len(pair) == 1:
        return pair if way == "written" else UNITS[int(pair)]
    if way == "doubled" and pair[0] == pair[1]:
        return f"double {UNITS[int(pair[0])]}"
    if way == "paired" and pair[0] == "1":
        return TEENS[int(pair[1])]
    if way == "paired" and pair[0] > "1":
        return TENS[int(pair[0]) - 2] + ("" if pair[1] == "0" else f" {UNITS[int(pair[1])]}")
    return " ".join("oh" if digit == "0" and way == "doubled" else UNITS[int(digit)] for digit in pair)


@st.composite
def read_out(draw, length):
    """A number as a customer reads it: in groups, each in some way, with pauses, over turns with acknowledgements between."""
    number = "".join(draw(st.lists(st.sampled_from("0123456789"), min_size=length, max_size=length)))
    way = draw(st.sampled_from(["digits", "paired", "doubled", "written"]))
    turns: list[list[str]] = [[]]
    place = 0
    while place < length:
        size = min(draw(st.sampled_from([2, 4, 4, 4])), length - place)
        group = [spoken_pair(number[at : at + 2][: place + size - at], way) for at in range(place, place + size, 2)]
        turns[-1].append("".join(group) if way == "written" else " ".join(group))
        place += size
        if place < length and draw(st.integers(0, 4)) == 0:
            turns.append([])
    joined = draw(st.sampled_from([", ", " ", ", um, "]))
    return [joined.join(groups) for groups in turns]


def left_of(question: str, pieces: list[str]) -> list[str]:
    """What of the pieces is still in the customer's turns."""
    turns, time_s = [turn_of(question, "agent")], 3.0
    for piece in pieces:
        turns.append(turn_of(piece, "customer", len(turns), time_s))
        time_s = turns[-1].end_s + 0.4
        turns.append(turn_of("Okay.", "agent", len(turns), time_s))
        time_s += 0.7
    transcript = Transcript(1, "script", "en", 1.0, tuple(turns), (), 0.9, 0.0, 0.0, None)
    redacted = redact(transcript, DEFAULT).transcript
    assert [dataclasses.replace(turn, text="", words=(), confidence=None) for turn in redacted.turns] == [
        dataclasses.replace(turn, text="", words=(), confidence=None) for turn in turns
    ]
    return [word for turn in redacted.turns if turn.speaker == "customer" for word in turn.text.split() if not word.startswith("[")]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(read_out(16))
def test_nothing_is_left_of_a_card_number_however_it_is_read_out(pieces):
    assert left_of("Could I have the card number, please?", pieces) == []


@settings(max_examples=100, deadline=None, derandomize=True)
@given(read_out(9))
def test_nothing_is_left_of_a_social_security_number(pieces):
    assert left_of("And your social security number?", pieces) == []


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(st.characters(codec="utf-8"), max_size=80), st.text("0123456789 ,.-oh$@/'", max_size=40))
def test_any_text_is_taken(text, numbers):
    turns = (turn_of(" ".join(text.split()), "agent"), turn_of(" ".join(numbers.split()), "customer", 1, 30.0))
    redaction = redact(Transcript(1, "script", "en", 1.0, turns, (), None, None, None, None), DEFAULT)
    for turn in redaction.transcript.turns:
        assert turn.text == " ".join(word.word for word in turn.words)
    assert all(span.end_s >= span.start_s for span in redaction.spans)
