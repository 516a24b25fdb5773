"""Sentences are slices of the turn, with times inside it, also where nobody wrote punctuation."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.sentences import segment, sentences_of
from transcription.transcript import TRANSCRIPT_VERSION, Transcript, Turn, Word


def turn(text: str, pauses: dict[int, float] | None = None, words: tuple[Word, ...] | None = None) -> Turn:
    """A turn from 10 s on, 0.3 s a word; `pauses` are seconds of silence before a word, by its number."""
    at_s, laid = 10.0, []
    for number, word in enumerate(text.split()):
        at_s += (pauses or {}).get(number, 0.0)
        laid.append(Word(word, at_s, at_s + 0.3, 0.9))
        at_s += 0.3
    return Turn(4, None, "agent", 10.0, at_s, text, tuple(laid) if words is None else words, None)


def quotes(text: str, pauses: dict[int, float] | None = None) -> list[str]:
    return [sentence.quote for sentence in sentences_of(turn(text, pauses))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I see. What happened then?", ["I see.", "What happened then?"]),
        ("Dr. Hall saw it at 9 a.m. on Monday.", ["Dr. Hall saw it at 9 a.m. on Monday."]),
        ("It costs 4.50 a month.", ["It costs 4.50 a month."]),
        ("I checked it -- it never left the depot.", ["I checked it --", "it never left the depot."]),
        ("Really?! That is odd.", ["Really?!", "That is odd."]),
        ("one word", ["one word"]),
    ],
)
def test_marks_end_sentences_and_abbreviations_do_not(text, expected):
    assert quotes(text) == expected


def test_a_clause_after_a_clear_pause_is_a_sentence_without_any_mark():
    text = "the parcel was lost at the depot i will send a new one today"
    assert quotes(text) == [text]
    assert quotes(text, {7: 0.8}) == ["the parcel was lost at the depot", "i will send a new one today"]


def test_no_cut_after_a_word_that_needs_another():
    text = "we can bring it to you tomorrow if i find the form"
    assert quotes(text, {8: 1.5}) == [text]


def test_a_long_turn_without_marks_is_cut_where_somebody_starts_afresh():
    text = (
        "the order came in on monday and it was packed the same evening i'm so sorry that it never arrived "
        "let me look up where the van went with it"
    )
    cut = quotes(text)
    assert "i'm so sorry that it never arrived" in cut
    assert cut[-1].startswith("let me look up")


def test_nothing_stays_endless():
    text = " ".join(["word"] * 200)
    assert max(len(quote.split()) for quote in quotes(text)) <= 45


def test_a_turn_without_words_has_no_sentences():
    assert sentences_of(turn("")) == ()
    assert sentences_of(turn("   ")) == ()


def test_words_without_times_are_spread_over_the_turn():
    spread = sentences_of(Turn(0, None, "customer", 2.0, 6.0, "It broke. It broke again.", (), None))
    assert [sentence.quote for sentence in spread] == ["It broke.", "It broke again."]
    assert spread[0].start_s == 2.0 and spread[-1].end_s == pytest.approx(6.0)
    assert spread[0].end_s <= spread[1].start_s
    assert spread[0].confidence is None


def test_a_mark_of_redaction_lies_between_its_neighbours():
    words = (Word("number", 10.0, 10.4, 0.9), Word("thanks.", 13.0, 13.4, 0.7))
    marked = Turn(0, None, "customer", 10.0, 13.4, "number [CARD]. thanks.", words, None)
    first, second = sentences_of(marked)
    assert (first.quote, second.quote) == ("number [CARD].", "thanks.")
    assert first.start_s == 10.0 and 10.4 <= first.end_s <= 13.0
    assert (second.start_s, second.end_s, second.confidence) == (13.0, 13.4, 0.7)


def test_times_and_confidence_come_from_the_words():
    first, second = sentences_of(turn("I see. What now?"))
    assert (first.start_s, first.end_s) == pytest.approx((10.0, 10.6))
    assert (second.start_s, second.end_s) == pytest.approx((10.6, 11.2))
    assert first.confidence == pytest.approx(0.9)
    assert (first.position, second.position, second.turn, second.speaker) == (0, 1, 4, "agent")


WORDS = "okay so i the bill was wrong. sorry, can't you? -- please! [CARD] I'm um and what dr. 4.50 \u2026 let me call you - thanks"
PIECES = st.lists(st.sampled_from(WORDS.split()), max_size=70)


@settings(max_examples=80, deadline=None)
@given(PIECES, st.lists(st.integers(0, 69), max_size=6), st.integers(0, 3))
def test_every_word_lies_in_exactly_one_sentence(pieces, pauses, lost):
    spoken = turn(" ".join(pieces), dict.fromkeys(pauses, 0.9))
    spoken = Turn(**{**spoken.__dict__, "words": spoken.words[lost:]})
    found = sentences_of(spoken)
    assert " ".join(sentence.quote for sentence in found).split() == pieces
    for sentence in found:
        assert spoken.text[sentence.first : sentence.last] == sentence.quote
        assert spoken.start_s <= sentence.start_s <= sentence.end_s <= spoken.end_s
    assert all(before.last <= after.first for before, after in zip(found, found[1:], strict=False))


def test_the_sentences_of_a_call_come_in_the_order_of_its_turns():
    second = Turn(**{**turn("Yes. It is.").__dict__, "turn": 5, "speaker": "customer"})
    call = Transcript(TRANSCRIPT_VERSION, "text", "en", None, (turn("Is it new?"), second), (), None, None, None, None)
    assert [(s.turn, s.position, s.quote) for s in segment(call)] == [(4, 0, "Is it new?"), (5, 0, "Yes."), (5, 1, "It is.")]
