"""The language of a call is heard at several places of it."""

import pytest

from audio.intervals import Interval
from transcription.language import Language, heard_language, refusal, windows_at_places
from transcription.windows import Piece, Window


def window(start_s, end_s, speaker="agent"):
    return Window(speaker, (Piece(start_s, end_s, 0.0),), (Interval(start_s, end_s),))


def test_places_lie_evenly_over_the_speech_of_both_sides():
    windows = [window(10.0 * number, 10.0 * number + 8, "agent" if number % 2 else "customer") for number in range(20)]
    chosen = windows_at_places(windows[::-1], 5)
    assert [each.pieces[0].start_s for each in chosen] == [20.0, 60.0, 100.0, 140.0, 180.0]


def test_a_short_call_is_listened_to_once():
    only = window(0.0, 5.0)
    assert windows_at_places([only], 5) == (only,)


def test_a_greeting_in_another_language_does_not_decide(settings):
    windows = [window(0, 2), window(30, 40), window(60, 70)]
    heard = [{"fr": 0.9, "en": 0.1}, {"en": 0.95, "fr": 0.05}, {"en": 0.9, "cy": 0.1}]
    language = heard_language(windows, heard, settings.language)
    assert language.code == "en"
    assert language.probability == pytest.approx((0.1 * 2 + 0.95 * 10 + 0.9 * 10) / 22)
    assert refusal(language, settings.language) is None


def test_another_language_is_refused_by_name(settings):
    language = heard_language([window(0, 10), window(20, 30)], [{"fr": 0.9, "en": 0.1}, {"fr": 0.8, "en": 0.2}], settings.language)
    assert refusal(language, settings.language) == "language:fr"


def test_a_doubtful_guess_refuses_nothing(settings):
    assert refusal(Language("cy", 0.4), settings.language) is None


def test_too_little_speech_leaves_the_language_unknown(settings):
    assert heard_language([window(0, 1)], [{"fr": 0.99}], settings.language) == Language(None, None)
    assert refusal(Language(None, None), settings.language) is None
