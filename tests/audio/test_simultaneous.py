"""Whose the voices of a window are, with a network that is told what to hear."""

import numpy as np
import pytest

from audio.intervals import Interval, total_s
from audio.segmentation_network import CENTRE, SPEAKING, STEP, WINDOW
from audio.simultaneous import simultaneous

FRAMES = 1 + (WINDOW - 1 - 2 * CENTRE) // STEP


class Heard:
    """A network that hears, in every window, these stretches of the call from voices that are numbered by chance."""

    def __init__(self, speakers, duration_s, seed=0):
        self._speakers, self._draw = speakers, np.random.default_rng(seed)
        self._samples = np.arange(round(duration_s * 16000), dtype=np.float32)

    def read(self, start_s, end_s):
        return self._samples[round(start_s * 16000) : round(end_s * 16000)]

    def speaking(self, sound):
        found = np.zeros((len(sound), FRAMES, len(SPEAKING)), np.float32)
        for window, samples in zip(found, sound, strict=True):
            times_s = (samples[0] + CENTRE + STEP * np.arange(FRAMES)) / 16000
            numbers = self._draw.permutation(3)[: len(self._speakers)]
            for frame, time_s in zip(window, times_s, strict=True):
                speak = [n for n, said in zip(numbers, self._speakers, strict=True) if any(a <= time_s < b for a, b in said)]
                frame[SPEAKING.index(tuple(sorted(speak)))] = 1.0
        return found


def timeline(*stretches):
    return tuple(Interval(*each) for each in stretches)


AGENT, CUSTOMER = [(0.5, 6.0), (9.0, 14.0), (20.0, 31.0)], [(5.0, 9.5), (13.0, 20.0), (24.0, 24.6)]


@pytest.mark.parametrize("seed", range(4))
def test_both_speak_where_the_voices_of_both_do(seed):
    heard = Heard([AGENT, CUSTOMER], 31.0, seed)
    # The louder was found: the agent under the customer's first words, nobody under the agent's.
    first, second = timeline((0.5, 5.6), (9.2, 13.5), (20.0, 31.0)), timeline((5.6, 9.2), (13.5, 20.0))
    found = simultaneous(first, second, heard.read, heard)
    expected = [(5.0, 6.0), (9.0, 9.5), (13.0, 14.0), (24.0, 24.6)]
    assert [(each.start_s, each.end_s) for each in found.both] == [pytest.approx(each, abs=0.02) for each in expected]


def test_one_speaker_heard_as_two_voices_is_not_both():
    voices = [[(0.5, 5.2)], [(4.8, 9.5)], [(9.5, 12.0)]]  # the first two are the agent's, at once from 4.8 to 5.2 s
    heard = Heard(voices, 12.0)
    assert simultaneous(timeline((0.5, 9.5)), timeline((9.5, 12.0)), heard.read, heard).both == ()


def test_nothing_is_found_where_nobody_was():
    heard = Heard([[(0.5, 8.0)], [(4.0, 9.0)]], 9.0)
    assert total_s(simultaneous(timeline((0.5, 3.0)), timeline((7.0, 8.0)), heard.read, heard).both) == pytest.approx(1.0, abs=0.05)


def test_less_than_a_tenth_of_a_second_is_no_overlap():
    heard = Heard([[(0.2, 2.0), (5.0, 5.08)], [(1.0, 9.0)]], 9.0)
    (both,) = simultaneous(timeline((0.2, 2.0)), timeline((2.0, 9.0)), heard.read, heard).both
    assert (both.start_s, both.end_s) == pytest.approx((1.0, 2.0), abs=0.02)


def test_a_short_call_is_one_window():
    heard = Heard([[(0.2, 2.0)], [(1.0, 3.0)]], 3.0)
    (both,) = simultaneous(timeline((0.2, 1.5)), timeline((1.5, 3.0)), heard.read, heard).both
    assert (both.start_s, both.end_s) == pytest.approx((1.0, 2.0), abs=0.02)


def test_two_speakers_that_the_network_hears_as_two_agree():
    heard = Heard([AGENT, CUSTOMER], 31.0)
    first, second = timeline((0.5, 5.6), (9.2, 13.5), (20.0, 31.0)), timeline((5.6, 9.2), (13.5, 20.0))
    assert simultaneous(first, second, heard.read, heard).agreement == 3 / 4  # three windows, and one that counts 0


def test_one_voice_that_was_split_does_not():
    heard = Heard([[(0.5, 30.5)]], 31.0)
    first, second = timeline((0.5, 5.6), (9.2, 13.5), (20.0, 31.0)), timeline((5.6, 9.2), (13.5, 20.0))
    assert simultaneous(first, second, heard.read, heard).agreement == 0.0


def test_without_a_window_of_both_there_is_no_agreement():
    heard = Heard([[(0.0, 9.0)], [(21.0, 30.0)]], 31.0)
    assert simultaneous(timeline((0.0, 9.0)), timeline((21.0, 30.0)), heard.read, heard).agreement == 0.0
