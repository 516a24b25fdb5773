"""Pitch, level and tilt of voices made here: a pulse train of known period through a spectrum of known slope."""

import numpy as np
import pytest

from audio.frames import FRAME_SAMPLES, ChannelFrames
from audio.intervals import Interval, total_s
from audio.measure import measure
from audio.pitch import pitch_track
from audio.recording import SAMPLE_RATE_HZ, open_recording
from audio.tone import Turn, tones
from audio.voice import relative, usual, voice_of


def sung(hertz, length_s, level_db=-20.0, slope_db=-6.0):
    """Harmonics up to 3400 Hz of a pitch, constant or by sample; each octave of the spectrum is `slope_db` lower."""
    samples = round(length_s * SAMPLE_RATE_HZ)
    pitch = np.broadcast_to(hertz, samples)
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE_HZ
    numbers = np.arange(1, int(3400 / pitch.max()) + 1)
    sound = sum(10.0 ** (slope_db * np.log2(number) / 20.0) * np.sin(number * phase) for number in numbers)
    return (sound * 10.0 ** (level_db / 20.0) / np.sqrt(np.mean(sound**2))).astype(np.float32)


def frames_of(samples):
    """Frames of a channel as `voice_of` looks at them: levels of the whole and of what lies above 1 kHz."""
    spectrum = np.fft.rfft(samples)
    above = spectrum * (np.fft.rfftfreq(samples.size, 1 / SAMPLE_RATE_HZ) > 1000.0)

    def levels(signal):
        frames = signal[: signal.size // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
        return 10.0 * np.log10(np.maximum(np.mean(np.square(frames), axis=1), 1e-10))

    levels_db, high_db = levels(samples), levels(np.fft.irfft(above, samples.size))
    return ChannelFrames(levels_db, high_db, np.ones(levels_db.size), np.zeros(levels_db.size, bool), np.zeros(257))


def voice(samples, *intervals):
    speech = intervals or (Interval(0.0, samples.size / SAMPLE_RATE_HZ),)
    return voice_of(speech, frames_of(samples), lambda start, end: samples[round(start * SAMPLE_RATE_HZ) : round(end * SAMPLE_RATE_HZ)])


def semitones(ratio):
    return 12.0 * np.log2(ratio)


# Pitch -------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hertz", [80.0, 110.0, 155.0, 220.0, 310.0, 400.0])
def test_pitch_of_a_steady_voice(hertz):
    found = voice(sung(hertz, 2.0))
    assert found.pitch_hz == pytest.approx(hertz, rel=0.01)
    assert found.high_pitch_st == pytest.approx(semitones(hertz / 100.0), abs=0.2)
    assert found.pitch_range_st < 0.3 and abs(found.pitch_slope_st_per_s) < 0.5
    assert found.voiced_share > 0.95


@pytest.mark.parametrize("hertz", [110.0, 220.0])
def test_the_telephone_cuts_the_fundamental_and_pitch_stays(hertz):
    sound = sung(hertz, 2.0)
    spectrum = np.fft.rfft(sound)
    spectrum[np.fft.rfftfreq(sound.size, 1 / SAMPLE_RATE_HZ) < 300.0] = 0.0
    assert voice(np.fft.irfft(spectrum, sound.size).astype(np.float32)).pitch_hz == pytest.approx(hertz, rel=0.02)


@pytest.mark.parametrize("slope", [-8.0, -4.0, 4.0, 8.0])
def test_slope_of_a_glide_is_in_semitones_per_second(slope):
    times_s = np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    found = voice(sung(150.0 * 2.0 ** (slope * times_s / 12.0), 1.0))
    assert found.pitch_slope_st_per_s == pytest.approx(slope, abs=0.8)
    assert found.pitch_range_st == pytest.approx(0.9 * abs(slope), rel=0.1)  # 5th to 95th percentile
    assert found.pitch_hz == pytest.approx(150.0 * 2.0 ** (slope * 0.5 / 12.0), rel=0.02)


def test_slope_is_that_of_the_last_half_second():
    # steady for 2 s, then falling by 4 semitones in the last half second
    times_s = np.arange(round(2.5 * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    found = voice(sung(200.0 * 2.0 ** (-8.0 * np.maximum(0.0, times_s - 2.0) / 12.0), 2.5))
    assert found.pitch_slope_st_per_s == pytest.approx(-8.0, abs=1.5)
    assert found.pitch_hz == pytest.approx(200.0, rel=0.01)


def test_noise_has_no_pitch_but_a_level():
    noise = np.random.default_rng(1).normal(0.0, 0.1, 2 * SAMPLE_RATE_HZ).astype(np.float32)
    found = voice(noise)
    assert (found.pitch_hz, found.pitch_range_st, found.pitch_slope_st_per_s, found.high_pitch_st) == (None,) * 4
    assert found.voiced_share < 0.1 and found.level_db == pytest.approx(-20.0, abs=0.5)


def test_half_voiced_speech_has_a_voiced_share_of_a_half():
    noise = np.random.default_rng(1).normal(0.0, 0.05, SAMPLE_RATE_HZ).astype(np.float32)
    found = voice(np.concatenate([sung(150.0, 1.0), noise]))
    assert found.voiced_share == pytest.approx(0.5, abs=0.06) and found.pitch_hz == pytest.approx(150.0, rel=0.01)


def test_too_short_a_stretch_has_no_pitch():
    assert pitch_track(sung(150.0, 0.06)).frames == 0
    assert voice(sung(150.0, 0.15)).pitch_hz is None


def test_pitch_does_not_depend_on_how_long_speech_is_cut_up():
    # 45 s are measured in pieces of 20 s
    found = voice(sung(150.0, 45.0))
    assert found.pitch_hz == pytest.approx(150.0, rel=0.01) and found.voiced_share > 0.98


def test_only_the_speech_is_measured():
    # 1 s at 120 Hz, 1 s of something else, 1 s at 120 Hz
    samples = np.concatenate([sung(120.0, 1.0), sung(300.0, 1.0, level_db=-6.0), sung(120.0, 1.0)])
    found = voice(samples, Interval(0.0, 1.0), Interval(2.0, 3.0))
    assert found.pitch_hz == pytest.approx(120.0, rel=0.01)
    assert found.level_db == pytest.approx(-20.0, abs=0.3)


# Level and tilt ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level_db", [-40.0, -26.0, -12.0])
def test_level_is_that_of_the_speech(level_db):
    assert voice(sung(150.0, 2.0, level_db)).level_db == pytest.approx(level_db, abs=0.3)


def test_level_leaves_breath_out():
    loud, breath = sung(150.0, 2.0, -20.0), sung(150.0, 2.0, -55.0)
    assert voice(np.concatenate([loud, breath])).level_db == pytest.approx(-20.0, abs=0.3)


def test_tilt_grows_with_the_energy_above_1_khz_and_not_with_level():
    flat, steep = voice(sung(150.0, 2.0, slope_db=-3.0)), voice(sung(150.0, 2.0, slope_db=-9.0))
    assert flat.tilt_db > steep.tilt_db + 6.0
    assert voice(sung(150.0, 2.0, level_db=-35.0, slope_db=-3.0)).tilt_db == pytest.approx(flat.tilt_db, abs=0.2)


def test_relative_to_what_is_usual():
    assert usual([None, -20.0, -26.0, None, -23.0]) == -23.0
    assert usual([None, None]) is None
    assert relative(-20.0, -23.0) == 3.0
    assert relative(None, -23.0) is None and relative(-20.0, None) is None


def test_a_raised_voice_is_told_from_an_even_one_by_its_sound(settings):
    # nine turns of 2 s, each sung a little differently; the fourth and the eighth are 7 dB louder, 3 semitones higher and brighter
    random = np.random.default_rng(7)
    turns, expected = [], []
    for number in range(9):
        raised = number in (3, 7)
        higher_st, louder_db = random.normal(3.0 if raised else 0.0, 0.5), random.normal(7.0 if raised else 0.0, 1.0)
        sound = sung(130.0 * 2.0 ** (higher_st / 12.0), 2.0, level_db=-25.0 + louder_db, slope_db=-5.0 if raised else -6.5)
        turns.append(Turn(voice(sound), 2.0))
        expected.append("raised" if raised else "even")
    assert [each.tone for each in tones(turns, settings.tone)] == expected


def test_levels_and_tilts_of_a_call_are_relative_to_each_speakers_own_median(calls, settings):
    with open_recording(calls["delivery_average"]) as recording:
        found = measure(recording, settings, agent_channel=0)
    for side in ("agent", "customer"):
        own = [each for each in found.utterances if each.speaker == side]
        assert np.median([each.level_db for each in own]) == pytest.approx(0.0, abs=1e-6)
        assert np.median([each.spectral_tilt_db for each in own]) == pytest.approx(0.0, abs=1e-6)
        assert all(each.pitch_hz is None or 65.0 <= each.pitch_hz <= 500.0 for each in own)
        assert all(each.voiced_share is None or 0.0 <= each.voiced_share <= 1.0 for each in own)
        assert total_s(Interval(each.start_s, each.end_s) for each in own) > 10.0
