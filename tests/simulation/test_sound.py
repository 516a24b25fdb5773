"""Sounds made from numbers: tones and noise of known level at known places."""

import numpy as np
import pytest

from simulation import sound

RATE = 8000


def tone(seconds: float, hertz: float = 500.0, peak: float = 0.2) -> np.ndarray:
    return (peak * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE), np.float32)


def level_db(signal: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(signal, dtype=np.float64))))


def test_the_active_level_leaves_silence_out():
    signal = np.concatenate([silence(2), tone(1), silence(3)])
    assert sound.active_level_db(signal, RATE) == pytest.approx(level_db(tone(1)), abs=0.1)


def test_a_signal_gets_its_level_and_stays_under_full_scale():
    quiet = sound.with_level(tone(1), RATE, -30.0)
    assert sound.active_level_db(quiet, RATE) == pytest.approx(-30.0, abs=0.1)
    assert np.abs(sound.with_level(tone(1), RATE, 0.0)).max() <= sound.PEAK


def test_sound_is_cut_at_long_pauses_only():
    signal = np.concatenate([silence(0.5), tone(0.4), silence(0.1), tone(0.3), silence(0.3), tone(0.2), silence(0.4)])
    found = [(part.start_s, part.end_s) for part in sound.sounding(signal, RATE, 0.2)]
    assert found == [pytest.approx((0.5, 1.3), abs=0.011), pytest.approx((1.6, 1.8), abs=0.011)]


def test_a_high_shelf_raises_what_lies_above_a_kilohertz():
    raised = {hertz: level_db(sound.high_shelf(tone(1, hertz), RATE, 6.0)) - level_db(tone(1, hertz)) for hertz in (150, 3500)}
    assert raised[150] < 0.5
    assert raised[3500] > 4.5


def test_line_noise_has_its_level_and_is_the_same_again():
    first, again = (sound.line_noise(RATE, RATE, -50.0, np.random.default_rng(4)) for _ in range(2))
    assert level_db(first) == pytest.approx(-50.0, abs=0.1)
    assert np.array_equal(first, again)


def test_hold_music_fills_its_time_at_its_level():
    music = sound.hold_music(5 * RATE, RATE, -30.0, np.random.default_rng(1))
    assert level_db(music) == pytest.approx(-30.0, abs=0.1)
    seconds = music.reshape(5, RATE)
    assert max(level_db(second) for second in seconds) - min(level_db(second) for second in seconds) < 10
    assert np.abs(music).max() < 1


def test_leakage_is_the_other_side_later_and_lower():
    channels = np.stack([tone(1, 400), silence(1)])
    leaked = sound.with_leakage(channels, RATE, -30.0)
    assert np.array_equal(leaked[0], channels[0])
    delay = round(sound.LEAK_DELAY_S * RATE)
    assert not leaked[1, :delay].any()
    assert level_db(leaked[1, delay:]) == pytest.approx(level_db(channels[0]) - 30.0, abs=0.5)
