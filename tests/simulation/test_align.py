"""Words from phones: each word gets the phones that are its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.align import token_times
from simulation.engines import Phone


def phones(symbols: str) -> tuple[Phone, ...]:
    """One phone per letter, 0.1 s each; a space is a pause."""
    return tuple(Phone(letter, place / 10, (place + 1) / 10) for place, letter in enumerate(symbols) if letter != " ")


def test_words_spoken_as_alone_get_their_own_times():
    times = token_times([("a", "b"), ("c",), ("d", "e", "f")], phones("ab c def"))
    assert times == [(0.0, 0.2), (0.3, 0.4), (0.5, 0.8)]


def test_a_changed_sound_stays_with_its_word():
    times = token_times([("a", "b"), ("c", "x"), ("d", "e")], phones("ab cy de"))
    assert times[1] == (0.3, 0.5)


def test_a_lost_sound_does_not_move_the_next_word():
    times = token_times([("a", "b", "t"), ("c", "d"), ("e", "f")], phones("ab cd ef"))
    assert times[1:] == [(0.3, 0.5), (0.6, 0.8)]


def test_a_token_without_sound_takes_no_time():
    times = token_times([("a",), (), ("b",)], phones("a b"))
    assert times == [(0.0, 0.1), (0.2, 0.2), (0.2, pytest.approx(0.3))]


@given(
    expected=st.lists(st.lists(st.sampled_from("abcd"), max_size=4).map(tuple), min_size=1, max_size=8),
    spoken=st.text("abcd", min_size=1, max_size=20),
)
def test_words_follow_each_other_whatever_was_spoken(expected, spoken):
    times = token_times(expected, phones(spoken))
    assert len(times) == len(expected)
    starts = [start_s for start_s, _ in times]
    assert starts == sorted(starts)
    assert all(0.0 <= start_s <= end_s <= len(spoken) / 10 for start_s, end_s in times)
