"""The period finder on sounds of known period; `benchmarks/audio_speed.py` compares it with librosa's."""

import numpy as np
import pytest

from audio.yin import normalised_difference, yin

SHORTEST, LONGEST = 16, 123


def frames(signal, length=512, hop=160):
    return np.lib.stride_tricks.sliding_window_view(np.asarray(signal, np.float32), length)[::hop]


def buzz(period, samples=4000):
    """Six harmonics of a period in samples, which need not be whole."""
    phase = 2 * np.pi * np.arange(samples) / period
    return sum(np.sin(number * phase + number) / number for number in range(1, 7))


@pytest.mark.parametrize("period", [18.0, 25.4, 40.0, 61.7, 100.3, 120.0])
def test_a_period_is_found_to_a_fraction_of_a_sample(period):
    assert yin(frames(buzz(period)), SHORTEST, LONGEST) == pytest.approx(period, abs=0.1)


def test_loudness_does_not_move_it():
    quiet, loud = (yin(frames(gain * buzz(53.3)), SHORTEST, LONGEST) for gain in (1e-3, 1.0))
    assert quiet == pytest.approx(loud, abs=1e-3)


def test_the_difference_is_that_of_its_definition():
    sound = np.random.default_rng(1).normal(size=200).astype(np.float32)
    longest = 40
    length = sound.size - longest - 1
    raw = [float(np.sum((sound[:length] - sound[lag : lag + length]) ** 2)) for lag in range(longest + 2)]
    expected = [1.0] + [raw[lag] / np.mean(raw[1 : lag + 1]) for lag in range(1, longest + 2)]
    assert normalised_difference(sound[None], longest)[0] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("signal", [np.zeros(600), np.random.default_rng(2).normal(size=600), np.linspace(-1, 1, 600)])
def test_sound_without_a_period_gives_some_lag_within_the_range(signal):
    periods = yin(frames(signal), SHORTEST, LONGEST)
    assert np.isfinite(periods).all() and (periods >= SHORTEST - 1).all() and (periods <= LONGEST + 1).all()
