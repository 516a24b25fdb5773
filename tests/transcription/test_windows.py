"""Windows hold all speech once, are never too long, and are cut where the speaker pauses."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.intervals import Interval
from transcription.settings import WindowSettings
from transcription.windows import plan_windows

SETTINGS = WindowSettings(pad_s=0.4, free_pause_s=0.7, joined_silence_s=0.5, longest_s=12.0, shortest_s=8.0, appended_silence_s=1.0)


def plan(speech, duration_s=600.0, settings=SETTINGS, quietest=lambda start_s, end_s: (start_s + end_s) / 2):
    return plan_windows("agent", [Interval(*each) for each in speech], duration_s, settings, quietest)


def test_no_speech_no_windows():
    assert plan([]) == ()


def test_one_utterance_with_its_margins():
    # 0    1.0      3.0    4
    #  ....[########]......
    (window,) = plan([(1.0, 3.0)])
    assert [(piece.start_s, piece.end_s, piece.offset_s) for piece in window.pieces] == [(0.6, 3.4, 0.0)]
    assert window.duration_s == pytest.approx(2.8)
    assert window.speech_s == 2.0


def test_margins_end_at_the_ends_of_the_recording():
    (window,) = plan([(0.1, 5.9)], duration_s=6.0)
    assert (window.pieces[0].start_s, window.pieces[0].end_s) == (0.0, 6.0)


def test_short_silence_is_kept_and_long_silence_left_out():
    # 1.0   2.0   2.4   3.0                  20.0   21.0
    # [#####].....[######]....................[######]
    (window,) = plan([(1.0, 2.0), (2.4, 3.0), (20.0, 21.0)])
    assert [(piece.start_s, piece.end_s) for piece in window.pieces] == [(0.6, 3.4), (19.6, 21.4)]
    assert window.pieces[1].offset_s == pytest.approx(2.8)


def test_a_window_is_cut_at_the_long_pause_not_where_it_is_full():
    # [#### 7 s ####]. 0.3 s .[## 2 s ##]... 1 s ...[#### 5 s ####]: greedy filling would cut inside the sentence
    windows = plan([(0.0, 5.0), (6.2, 9.0), (9.3, 11.0), (11.3, 16.0)], settings=replace(SETTINGS, pad_s=0.1))
    assert [(window.speech[0].start_s, window.speech[-1].end_s) for window in windows] == [(0.0, 5.0), (6.2, 16.0)]


def test_speech_without_a_pause_is_cut_at_its_quietest_moment():
    asked = []

    def quietest(start_s, end_s):
        asked.append((start_s, end_s))
        return 7.0

    windows = plan([(0.0, 13.0)], quietest=quietest)
    assert asked == [(pytest.approx(5.6), pytest.approx(11.2))]
    assert [(window.speech[0].start_s, window.speech[-1].end_s) for window in windows] == [(0.0, 7.0), (7.0, 13.0)]
    assert windows[0].pieces[-1].end_s == 7.0  # nothing of the second window's speech is shown twice
    assert windows[1].pieces[0].start_s == 7.0


def test_a_time_of_a_window_is_a_time_of_the_recording():
    (window,) = plan([(1.0, 2.0), (20.0, 21.0)])
    second = window.piece_at(2.0)
    assert second.start_s == pytest.approx(19.6)
    assert window.recording_time_s(2.2, second) == pytest.approx(20.0)
    assert window.recording_time_s(99.0, second) == pytest.approx(21.4)
    assert window.piece_at(99.0) == second


@st.composite
def talk(draw):
    at_s, speech = 0.0, []
    for gap_s, length_s in draw(st.lists(st.tuples(st.floats(0.2, 30.0), st.floats(0.05, 40.0)), max_size=25)):
        speech.append((at_s + gap_s, at_s + gap_s + length_s))
        at_s = speech[-1][1]
    return speech, at_s + draw(st.floats(0.0, 5.0))


@given(talk())
def test_all_speech_is_shown_once_in_windows_that_fit(made):
    speech, duration_s = made
    windows = plan(speech, duration_s)
    shown = [(piece.start_s, piece.end_s) for window in windows for piece in window.pieces]
    assert all(before[1] <= after[0] + 1e-9 for before, after in zip(shown, shown[1:], strict=False))
    assert all(0.0 <= start_s < end_s <= duration_s + 1e-9 for start_s, end_s in shown)
    for start_s, end_s in speech:
        covered = sum(max(0.0, min(end_s, b) - max(start_s, a)) for a, b in shown)
        assert covered == pytest.approx(end_s - start_s, abs=1e-6)
    assert all(window.duration_s <= SETTINGS.longest_s + 1e-6 for window in windows)
    rounded = 1e-6 * (sum(len(window.speech) for window in windows) + 1)  # lengths of intervals are whole microseconds
    assert sum(window.speech_s for window in windows) == pytest.approx(sum(b - a for a, b in speech), abs=rounded)
