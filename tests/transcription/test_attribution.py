import dataclasses

import pytest

from audio.intervals import Interval
from transcription.attribution import said_by
from transcription.transcript import Word


@pytest.fixture
def one_channel(measures_of):
    """Measures of a call on one channel in which the agent speaks from 0 to 4 s and the customer from 4 to 8 s."""
    return dataclasses.replace(measures_of(agent=[(0.0, 4.0)], customer=[(4.0, 8.0)]), layout="mono")


def spoken(text, start_s, word_s=0.5):
    return [Word(word, start_s + at * word_s, start_s + (at + 1) * word_s, None) for at, word in enumerate(text.split())]


def speakers(words, measures):
    return [each.speaker[0] for each in said_by(words, measures)]


def test_words_go_to_who_speaks(one_channel):
    assert speakers(spoken("what is the number please Ann?", 0.0) + spoken("it is four two.", 4.5), one_channel) == list("aaaaaacccc")


def test_a_sentence_has_one_speaker(one_channel):
    # The first word of the answer and the last of the question lie on the wrong side of the change.
    assert speakers(spoken("well the parcel has not come.", 3.5), one_channel) == list("cccccc")
    assert speakers(spoken("can you tell me the number?", 1.5), one_channel) == list("aaaaaa")


def test_a_change_in_the_middle_of_a_sentence_stays(one_channel):
    # A sentence that the recogniser drew over both speakers.
    assert speakers(spoken("is it red it is blue.", 2.5), one_channel) == list("aaaccc")


def test_a_word_in_a_pause_goes_to_the_nearest(measures_of):
    measures = dataclasses.replace(measures_of(agent=[(0.0, 2.0)], customer=[(6.0, 8.0)]), layout="mono")
    assert speakers([Word("so", 2.5, 2.7, None)], measures) == ["a"]
    assert speakers([Word("so", 5.0, 5.2, None)], measures) == ["c"]


def test_where_both_speak_the_louder_is_written(measures_of):
    # The customer shouts over the agent's sentence; later the agent talks louder than the customer.
    measures = dataclasses.replace(
        measures_of(agent=[(0.0, 12.0)], customer=[(4.0, 6.0), (9.0, 11.0)]), layout="mono", agent_drowned=(Interval(4.0, 6.0),),
        customer_drowned=(Interval(9.0, 11.0),),
    )  # fmt: skip
    shouted = spoken("You stupid idiot, stop.", 4.0)
    words = spoken("so what I can do is that.", 0.0) + shouted + spoken("And then I will.", 9.0)
    assert speakers(words, measures) == list("aaaaaaa" + "cccc" + "aaaa")
