"""Redaction by example: short talks in, redacted text out. Numbers are invented or published test numbers."""

import dataclasses
import pathlib
import tomllib

import pytest
from pydantic import TypeAdapter

from transcription.redaction import RedactionSettings, redact, silent_stretches
from transcription.transcript import SuspectWord, Transcript, Turn, Word

ROOT = pathlib.Path(__file__).parents[2]


def default_settings(**changed) -> RedactionSettings:
    table = tomllib.loads(ROOT.joinpath("config", "default.toml").read_text(encoding="utf-8"))["transcription"]["redaction"]
    return dataclasses.replace(TypeAdapter(RedactionSettings).validate_python(table), **changed)


def talk(*lines: str, gap_s: float = 0.5, suspects: tuple[SuspectWord, ...] = ()) -> Transcript:
    """A transcript of lines such as "A: And the code?", each word 0.3 s long; "A: " alone is a turn without words."""
    turns, time_s = [], 0.0
    for position, line in enumerate(lines):
        speaker, _, text = line.partition(":")
        start_s, words = time_s, []
        for word in text.split():
            words.append(Word(word, round(time_s, 3), round(time_s + 0.3, 3), 0.9))
            time_s += 0.3
        time_s = time_s if words else time_s + 1.5
        side = {"A": "agent", "C": "customer"}[speaker]
        turns.append(Turn(position, position, side, start_s, time_s, " ".join(text.split()), tuple(words), 0.9 if words else None))
        time_s += gap_s
    return Transcript(1, "script", "en", 1.0, tuple(turns), suspects, 0.9, 0.0, 0.0, None)


def spans_of(*lines: str) -> list[tuple[str, float, float, str]]:
    spans = redact(talk(*lines), default_settings()).spans
    return [(span.speaker, round(span.start_s, 2), round(span.end_s, 2), span.kind) for span in spans]


def texts(*lines: str, **changed) -> list[str]:
    return [turn.text for turn in redact(talk(*lines), default_settings(**changed)).transcript.turns]


@pytest.mark.parametrize(
    ("line", "redacted"),
    [
        ("C: My card number is four one one one, one one one one, one one one one, one one one one.", "My card number is [CARD]."),
        ("C: It's my Visa, 4111 1111 1111 1111, thanks.", "It's my Visa, [CARD], thanks."),
        ("C: The card is 4-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1.", "The card is [CARD]."),
        ("C: card number is 41-11, 11-11, 11-11, 11-11", "card number is [CARD]"),
        ("C: My card number's double five double five, triple four four, oh oh one two, nine hundred one.", "My card number's [CARD]."),
        ("C: The security code is one hundred and six.", "The security code is [SECURITY_CODE]."),
        ("C: CVV four oh two, card expires oh nine twenty seven.", "CVV [SECURITY_CODE], card expires [EXPIRY]."),
        ("C: My social is one two three, four five, six seven eight nine.", "My social is [SSN]."),
        ("C: National insurance number Q Q, one two, three four, five six, C.", "National insurance number [SSN]."),
        ("C: Sort code twenty, forty seven, sixty one.", "Sort code [BANK]."),
        ("C: IBAN is GB29 NWBK 6016 1331 9268 19.", "IBAN is [BANK]."),
        ("C: I was born on the fourteenth of March nineteen eighty two.", "I was born on the [BIRTH_DATE]."),
        ("C: Call me back on oh seven seven double oh, nine hundred, one two three.", "Call me back on [PHONE]."),
        ("C: Email jane dot doe at example dot com please.", "Email [EMAIL] please."),
        ("C: It's jane.doe@example.com.", "It's [EMAIL]."),
        ("C: My email is K for king, i, n, g, underscore, forty two, at example dot co dot uk.", "My email is [EMAIL]."),
        ("C: I live at twenty seven Elm Road, Leeds, LS6 2AB.", "I live at [ADDRESS]."),
        ("C: Send it to 1420 Maple Street, apartment 4B, Springfield, Illinois, 62704.", "Send it to [ADDRESS]."),
    ],
)
def test_a_value_becomes_its_kind(line, redacted):
    assert texts(line) == [redacted]


@pytest.mark.parametrize(
    "line",
    [
        "A: Your order number is 4111 1112 and it comes on Tuesday the 14th of March between eight and ten.",
        "A: That's 49.99, or twelve pounds fifty a month for twenty four months.",
        "C: I called five times, waited forty five minutes, and nobody rang me back, not one person.",
        "C: The meter reading is zero four five eight one two.",
        "A: Your reference is A B 4 7 2 9, quote it if you ring us on 0800 123 4567.",
        "C: It's half past nine, the train goes at 10:42 from platform 4.",
        "C: My contract expires on the 30th of September 2027.",
        "A: I'll email you the form, look at our website example.com for the rest.",
        "C: My tracking number is 1Z 999 784 0123.",
        "C: Call me on my mobile, from forty to eighty one, a hundred and fifty in all. Four hundred! I'll phone you at ten fifteen.",
        "C: I bought the phone for 300 pounds in May 2025 and it broke on the second day.",
    ],
)
def test_other_numbers_survive(line):
    assert texts(line) == [line[3:]]


def test_split_over_turns_and_interrupted():
    pieces = ["C: Four one one one", "A: Yes.", "C: one one one one", "A: Mm-hmm.", "C: one one one one, one one one one"]
    assert texts("A: The card number?", *pieces) == [
        "The card number?", "[CARD]", "Yes.", "[CARD]", "Mm-hmm.", "[CARD]",
    ]  # fmt: skip


def test_split_over_turns_without_being_announced():
    said = [
        "C: Four five three two",
        "A: Okay.",
        "C: seven one eight oh",
        "A: Okay.",
        "C: oh nine four four",
        "A: Okay.",
        "C: two one six three",
    ]
    assert texts(*said)[::2] == ["[CARD]"] * 4


def test_corrected_half_way_and_read_back():
    assert texts(
        "A: Card number, please.",
        "C: Four nine two nine, one oh oh six, no sorry, one oh oh seven, three eight eight one, oh two five nine.",
        "A: So four nine two nine, one double oh seven, three double eight one, oh two five nine?",
        "C: Yes. And I'd like three of them.",
    ) == ["Card number, please.", "[CARD].", "So [CARD]?", "Yes. And I'd like three of them."]


def test_a_wrong_check_digit_is_no_reason_to_keep_a_card_number():
    assert texts("C: My card number is 4111 1111 1111 1112.") == ["My card number is [CARD]."]
    assert texts("C: My card number is 4111 1111 1111 11.") == ["My card number is [CARD]."]


def test_a_card_number_under_a_wrong_name_is_redacted_when_its_check_digit_is_right():
    assert texts("C: My order number is 4111 1111 1111 1111.") == ["My order number is [CARD]."]


def test_a_number_means_what_was_asked_for_last():
    assert texts("A: Your social, please.", "C: 123 45 6789.", "A: And the order number?", "C: 48213377.", "A: 48213377, thanks.") == [
        "Your social, please.", "[SSN].", "And the order number?", "48213377.", "48213377, thanks.",
    ]  # fmt: skip


def test_what_was_given_is_not_expected_any_more():
    assert texts("A: Your date of birth?", "C: 03/14/1982.", "A: Thank you. Your delivery is on March 20th, two parcels.")[2] == (
        "Thank you. Your delivery is on March 20th, two parcels."
    )


def test_a_value_named_only_afterwards():
    assert texts("C: It's eight eight one six, that's my PIN.") == ["It's [SECURITY_CODE], that's my PIN."]


def test_a_customer_who_says_only_digits_was_asked_for_them():
    assert texts("A: And the card bumper?", "C: 4716 2290", "A: Next bart?", "C: 8826 3199")[1::2] == ["[CARD]", "[CARD]"]
    assert texts("A: And the order number?", "C: 4716 2290", "A: 4716 2290.")[1:] == ["4716 2290", "4716 2290."]


def test_a_question_that_was_misheard_is_still_a_question():
    assert texts("A: Your data birth, please.", "C: 6, 30, 64.") == ["Your data birth, please.", "[BIRTH_DATE]."]


def test_only_the_configured_kinds():
    line = "C: My card number is 4111 1111 1111 1111 and my email is jane@example.com."
    assert texts(line, kinds=("email",)) == ["My card number is 4111 1111 1111 1111 and my email is [EMAIL]."]
    assert texts(line, enabled=False) == [line[3:]]
    assert redact(talk(line), default_settings(enabled=False)).spans == ()


def test_names_are_optional_and_found_wherever_they_are_said_again():
    said = ["A: Who am I speaking to?", "C: Martin Hale.", "A: Thank you, Mr Hale. Is May okay, Martin?"]
    assert texts(*said)[1] == "Martin Hale."
    assert texts(*said, kinds=(*default_settings().kinds, "name")) == [
        "Who am I speaking to?", "[NAME].", "Thank you, Mr [NAME]. Is May okay, [NAME]?",
    ]  # fmt: skip


def test_a_redacted_stretch_is_one_word_row_and_the_text_is_its_words():
    turn = redact(talk("C: My PIN is four oh two seven, thanks."), default_settings()).transcript.turns[0]
    rows = [(word.word, word.start_s, word.end_s) for word in turn.words]
    assert rows[2:] == [("is", 0.6, 0.9), ("[SECURITY_CODE],", 0.9, 2.1), ("thanks.", 2.1, 2.4)]
    assert turn.text == " ".join(word.word for word in turn.words)
    assert (turn.start_s, turn.end_s, turn.utterance, turn.speaker) == (0.0, pytest.approx(2.4), 0, "customer")


def test_a_turn_with_other_words_than_its_text_is_read_from_its_text():
    transcript = talk("A: Card number?", "C: 4111 1111 1111 1111")
    heard = dataclasses.replace(transcript.turns[1], words=(Word("4111111111111111", 1.0, 3.0, None),))
    turn = redact(dataclasses.replace(transcript, turns=(transcript.turns[0], heard)), default_settings()).transcript.turns[1]
    assert (turn.text, [word.word for word in turn.words]) == ("[CARD]", ["[CARD]"])


def test_a_turn_without_word_rows_stays_without():
    transcript = talk("C: My social is 123 45 6789.")
    bare = dataclasses.replace(transcript.turns[0], words=())
    turn = redact(dataclasses.replace(transcript, turns=(bare,)), default_settings()).transcript.turns[0]
    assert (turn.text, turn.words) == ("My social is [SSN].", ())


def test_suspect_words_lose_what_may_be_part_of_a_value():
    def suspect(word, start_s):
        return SuspectWord("customer", word, start_s, start_s + 0.2, "repetition_loop")

    words = [suspect("one", 30.0), suspect("4111,", 30.3), suspect("kingfisher", 30.6), suspect("watching", 31.0), suspect("Thanks", 2.0)]
    said = talk("A: Your email?", "C: kingfisher at example dot com", suspects=tuple(words))
    assert [word.word for word in redact(said, default_settings()).transcript.suspect_words] == [
        "[REDACTED]", "[REDACTED]", "[REDACTED]", "watching", "[REDACTED]",
    ]  # fmt: skip


def test_spans_reach_to_the_neighbouring_words_and_to_the_edges_of_the_turn():
    #        my  pin  is  four  oh  two  one  okay
    # C  0.0                0.9----------2.1
    assert spans_of("C: My PIN is four oh two one okay?") == [("customer", 0.9, 2.1, "security_code")]
    transcript = talk("C: My PIN is four oh two one")
    late = dataclasses.replace(transcript.turns[0], end_s=3.5)
    spans = redact(dataclasses.replace(transcript, turns=(late,)), default_settings()).spans
    assert [(span.start_s, span.end_s) for span in spans] == [(0.9, 3.5)]


def test_speech_without_words_is_silenced_where_a_value_is_given():
    # The recogniser wrote nothing for the second turn, or all of it into the fourth.
    silent = spans_of("A: What's the security code?", "C: ", "A: Thank you.", "C: Bye then.")
    assert silent == [("customer", 1.7, 3.2, "security_code")]
    assert spans_of("A: What's your order number?", "C: ", "A: Thank you.") == []
    assert ("customer", 0.0, 1.5, "card") in spans_of("C: ", "A: Okay.", "C: 4111 1111 1111 1111")


def test_a_customers_wordless_turn_near_a_value_is_silenced():
    said = ["A: Good morning.", "C: ", "A: Right.", "C: Well then.", "A: And the code on the card?", "C: Four oh two."]
    assert ("customer", 1.1, 2.6, "security_code") in spans_of(*said)
    assert spans_of(*said[:4]) == []


def test_an_agents_wordless_acknowledgement_is_not_silenced():
    transcript = talk("A: The card number?", "C: four one one one", "A: ", "C: one one one one")
    short = dataclasses.replace(transcript.turns[2], end_s=transcript.turns[2].start_s + 0.5)
    spans = redact(dataclasses.replace(transcript, turns=(*transcript.turns[:2], short, transcript.turns[3])), default_settings()).spans
    assert {span.speaker for span in spans} == {"customer"}


def test_silent_stretches_are_padded_joined_and_by_channel():
    spans = redact(talk("A: Card number?", "C: 4111 1111", "A: 4111 1111", "C: 1111 1111"), default_settings()).spans
    stretches = silent_stretches(spans, {"agent": 0, "customer": 1}, padding_s=0.25)
    assert [(round(each.start_s, 2), round(each.end_s, 2)) for each in stretches[1]] == [(0.85, 1.95), (3.05, 4.15)]
    assert [(round(each.start_s, 2), round(each.end_s, 2)) for each in stretches[0]] == [(1.95, 3.05)]


def test_a_leaking_channel_is_silent_over_both_sides():
    spans = redact(talk("A: Card number?", "C: 4111 1111 1111 1111"), default_settings()).spans
    stretches = silent_stretches(spans, {"agent": 0, "customer": 1}, padding_s=0.0, leaking=[0])
    assert stretches[0] == stretches[1] != ()


def test_both_sides_of_a_mono_recording_share_a_channel():
    spans = redact(talk("A: Card number?", "C: 4111 1111", "A: 4111 1111"), default_settings()).spans
    stretches = silent_stretches(spans, {"agent": 0, "customer": 0}, padding_s=0.0)
    assert list(stretches) == [0] and len(stretches[0]) == 2


def test_redacting_twice_changes_nothing_more():
    once = redact(talk("A: Card number?", "C: 4111 1111 1111 1111, expiry 09/27, jane@example.com"), default_settings())
    again = redact(once.transcript, default_settings())
    assert again.transcript == once.transcript
