"""Word times on the recording's clock, and corrected by where the waveform has speech."""

import pytest

from audio.intervals import Interval
from transcription.decoding import DecodedWord
from transcription.timing import distance_s, on_recording_clock, snapped_to_speech
from transcription.transcript import Word
from transcription.windows import Piece, Window


def test_words_of_a_window_lie_where_the_recording_has_them():
    # window     0         2 | 2         4
    # recording 10        12 | 30       32
    window = Window("agent", (Piece(10.0, 12.0, 0.0), Piece(30.0, 32.0, 2.0)), (Interval(10.4, 11.6), Interval(30.4, 31.6)))
    words = [DecodedWord("one", 0.5, 1.0, 0.9), DecodedWord("two", 1.5, 2.6, 0.8), DecodedWord("three", 2.6, 3.5, 0.7)]
    placed = on_recording_clock(words, window)
    assert [(word.start_s, word.end_s) for word in placed] == [(10.5, 11.0), (30.0, 30.6), (30.6, 31.5)]
    assert [word.confidence for word in placed] == [0.9, 0.8, 0.7]


def test_a_word_drawn_over_a_pause_begins_with_the_speech():
    # words    [ a  ][         b        ]
    # speech   ######            ########
    speech = [Interval(0.0, 1.0), Interval(2.0, 3.0)]
    snapped = snapped_to_speech([Word("a", 0.2, 1.0, None), Word("b", 1.0, 2.8, None)], speech)
    assert [(word.start_s, word.end_s) for word in snapped] == [(0.2, 1.0), (2.0, 2.8)]


def test_a_word_outside_all_speech_keeps_its_times():
    (word,) = snapped_to_speech([Word("a", 5.0, 5.5, None)], [Interval(0.0, 1.0)])
    assert (word.start_s, word.end_s) == (5.0, 5.5)


@pytest.mark.parametrize(
    "start_s, end_s, expected",
    [(1.0, 1.5, 0.0), (2.5, 2.6, 0.5), (3.8, 3.9, 0.1), (0.0, 0.4, 0.6), (9.0, 9.5, 4.0), (1.8, 4.2, 0.0)],
)
def test_distance_to_the_nearest_speech(start_s, end_s, expected):
    speech = (Interval(1.0, 2.0), Interval(4.0, 5.0))
    assert distance_s(Word("w", start_s, end_s, None), speech) == pytest.approx(expected)


def test_without_speech_every_word_is_infinitely_far():
    assert distance_s(Word("w", 0.0, 1.0, None), ()) == float("inf")
