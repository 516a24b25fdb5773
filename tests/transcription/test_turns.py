"""Words become turns of the utterances in which they were spoken; shares say what is doubtful."""

import pytest

from audio.intervals import Interval
from transcription.transcript import SuspectWord, Word
from transcription.turns import hallucination_share, mean_confidence, speech_without_words, turns_from_words


def word(text, start_s, end_s, confidence=0.8):
    return Word(text, start_s, end_s, confidence)


def test_words_go_to_the_utterance_of_their_speaker_and_turns_are_in_time_order(measures_of):
    # agent     ######       ######
    # customer       ####
    measures = measures_of(agent=[(0.0, 3.0), (5.0, 8.0)], customer=[(2.5, 4.0)])
    spoken = [
        ("agent", word("Hello.", 0.1, 0.8)),
        ("customer", word("Hi.", 2.6, 3.0)),
        ("agent", word("Fine.", 5.2, 5.9, 0.4)),
        ("agent", word("there", 0.9, 1.4)),
    ]
    turns = turns_from_words(measures.utterances, spoken)
    assert [(turn.turn, turn.utterance, turn.speaker, turn.text) for turn in turns] == [
        (0, 0, "agent", "Hello. there"),
        (1, 1, "customer", "Hi."),
        (2, 2, "agent", "Fine."),
    ]
    assert turns[2].confidence == 0.4


def test_an_utterance_without_words_is_a_turn_with_empty_text(measures_of):
    (turn,) = turns_from_words(measures_of(agent=[(1.0, 1.4)]).utterances, [])
    assert (turn.text, turn.words, turn.confidence, turn.start_s, turn.end_s) == ("", (), None, 1.0, 1.4)


def test_a_word_between_two_utterances_goes_to_the_nearer_one(measures_of):
    measures = measures_of(agent=[(0.0, 2.0), (4.0, 6.0)])
    turns = turns_from_words(measures.utterances, [("agent", word("late", 2.1, 2.4)), ("agent", word("early", 3.6, 3.9))])
    assert [turn.text for turn in turns] == ["late", "early"]


def test_a_word_of_a_side_that_never_spoke_is_a_bug(measures_of):
    with pytest.raises(ValueError, match="no utterance"):
        turns_from_words(measures_of(agent=[(0.0, 1.0)]).utterances, [("customer", word("what", 0.0, 1.0))])


def test_mean_confidence_of_nothing_is_unknown():
    assert mean_confidence([]) is None
    assert mean_confidence([word("a", 0, 1, None)]) is None
    assert mean_confidence([word("a", 0, 1, None), word("b", 1, 2, 0.5)]) == 0.5


def test_speech_without_words_is_what_no_word_reaches():
    speech = (Interval(0.0, 4.0), Interval(10.0, 12.0))
    lost = speech_without_words(speech, [word("a", 0.2, 1.0)], 0.5)
    assert [(each.start_s, each.end_s) for each in lost] == [(1.5, 4.0), (10.0, 12.0)]


def test_hallucination_share_counts_suspects_against_all_words(measures_of):
    turns = turns_from_words(measures_of(agent=[(0.0, 3.0)]).utterances, [("agent", word(each, 0.1, 0.5)) for each in "abc"])
    suspects = [SuspectWord("agent", "d", 9.0, 9.2, "outside_speech")]
    assert hallucination_share(turns, suspects) == 0.25
    assert hallucination_share((), ()) is None
