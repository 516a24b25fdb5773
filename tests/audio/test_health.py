"""Whether channels are fit to be measured, on signals made here and on an example call with something done to it."""

import numpy as np
import pytest
import soundfile
from scipy.signal import butter, sosfilt

from audio.frames import SILENCE_DB, channel_frames
from audio.health import bandwidth_hz, correlation, redacted
from audio.intervals import total_s
from audio.measure import measure
from audio.recording import open_recording
from audio.speech import channel_speech

RATE_HZ = 16000
LENGTH_S = 6.0


def noise(seed, level=0.1, length_s=LENGTH_S):
    return np.random.default_rng(seed).normal(0.0, level, round(RATE_HZ * length_s))


def amplitude(decibels):
    return 10.0 ** (decibels / 20.0)


@pytest.fixture
def recorded(tmp_path):
    """A recording of these channels; closed after the test."""
    opened = []

    def record(*channels, rate_hz=RATE_HZ, subtype="PCM_16"):
        path = tmp_path / f"call-{len(opened)}.wav"
        soundfile.write(path, np.stack(channels, axis=1), rate_hz, subtype)
        opened.append(open_recording(path))
        return opened[-1]

    yield record
    for each in opened:
        each.close()


# The pair ----------------------------------------------------------------------------------------------------------------------------


def test_two_independent_channels_do_not_correlate(recorded):
    assert abs(correlation(recorded(noise(1), noise(2)))) < 0.02


@pytest.mark.parametrize("gain_db", [0.0, -12.0])
def test_one_signal_in_both_channels_correlates_fully_whatever_its_level(gain_db, recorded):
    assert correlation(recorded(noise(1), amplitude(gain_db) * noise(1))) == pytest.approx(1.0, abs=0.001)


def test_a_swapped_sign_is_a_correlation_of_minus_one(recorded):
    assert correlation(recorded(noise(1), -noise(1))) == pytest.approx(-1.0, abs=0.001)


@pytest.mark.parametrize("leak_db", [-10.0, -30.0])
def test_correlation_of_a_mutual_leak(leak_db, recorded):
    first, second, gain = noise(1), noise(2), amplitude(leak_db)
    expected = 2 * gain / (1 + gain**2)  # of first + gain second and second + gain first
    assert correlation(recorded(first + gain * second, second + gain * first)) == pytest.approx(expected, abs=0.02)


def test_a_channel_of_zeros_correlates_with_nothing(recorded):
    assert correlation(recorded(noise(1), np.zeros(noise(1).size))) == 0.0


# One channel as stored ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("drive_db", [-3.0, 3.0, 9.0])
def test_clipping_share_is_the_share_of_flattened_samples(drive_db, recorded):
    times_s = np.arange(RATE_HZ * 5) / RATE_HZ
    driven = amplitude(drive_db) * np.sin(2 * np.pi * 100.0 * times_s)
    clipped = np.clip(driven, -1.0, 1.0)
    levels = recorded(clipped, 0.5 * clipped).levels
    assert levels[0].clipping_share == pytest.approx(np.mean(np.abs(clipped) >= 0.98), abs=0.002)
    assert levels[0].peak == pytest.approx(min(1.0, amplitude(drive_db)), abs=0.001)
    assert levels[1].clipping_share == 0.0


def test_single_samples_at_full_scale_are_not_clipped(recorded):
    # two in a row every 100: loud, but no flat top; three in a row are one
    def peaks(in_a_row):
        samples = np.zeros(RATE_HZ)
        for at in range(in_a_row):
            samples[at::100] = 1.0
        return samples

    levels = recorded(peaks(2), peaks(3)).levels
    assert levels[0].clipping_share == 0.0
    assert levels[1].clipping_share == pytest.approx(0.03, abs=0.001)


def test_clipping_is_seen_over_the_borders_of_decoded_blocks(recorded):
    assert recorded(np.ones(RATE_HZ * 2), np.zeros(RATE_HZ * 2)).levels[0].clipping_share == pytest.approx(1.0)


@pytest.mark.parametrize("subtype", ["PCM_16", "FLOAT", "ULAW"])
def test_dc_offset_is_the_mean_sample(subtype, recorded):
    levels = recorded(0.05 + noise(1, 0.02), noise(2, 0.02), subtype=subtype).levels
    assert [each.dc_offset for each in levels] == pytest.approx([0.05, 0.0], abs=0.001)


@pytest.mark.parametrize("cut_hz", [2000.0, 3400.0, 7000.0])
def test_bandwidth_is_where_the_spectrum_ends(cut_hz, recorded, settings):
    steep = butter(12, cut_hz, "low", fs=RATE_HZ, output="sos")
    frames = channel_frames(recorded(sosfilt(steep, noise(1)), noise(2)), 0, settings.speech)
    assert cut_hz <= bandwidth_hz(frames.spectrum, settings.health) <= min(8000.0, cut_hz * 1.6)


def test_bandwidth_grows_with_the_cut_and_is_all_for_white_noise(recorded, settings):
    def carried(samples):
        return bandwidth_hz(channel_frames(recorded(samples, noise(9)), 0, settings.speech).spectrum, settings.health)

    low, high = (sosfilt(butter(12, cut_hz, "low", fs=RATE_HZ, output="sos"), noise(1)) for cut_hz in (2000.0, 3400.0))
    assert carried(low) < carried(high) < carried(noise(1)) <= 8000.0
    assert carried(noise(1)) > 7900.0


def test_a_telephone_channel_ends_between_3400_and_4000(recorded, settings):
    line = sosfilt(butter(12, (300.0, 3400.0), "band", fs=8000, output="sos"), noise(1))
    recording = recorded(line, noise(2), rate_hz=8000)
    assert 3400.0 <= bandwidth_hz(channel_frames(recording, 0, settings.speech).spectrum, settings.health) <= 4000.0


def test_bandwidth_ends_at_half_the_stored_rate(recorded, settings):
    # white noise at 8 kHz: resampling lets a little through above 4 kHz, where the recording can hold nothing
    recording = recorded(noise(1), noise(2), rate_hz=8000)
    assert [each.bandwidth_hz for each in measure(recording, settings, 0).health] == [4000.0, 4000.0]


def test_a_silent_side_has_no_bandwidth_no_level_and_no_speech(recorded, settings):
    recording = recorded(noise(1), np.zeros(noise(1).size))
    silent = channel_frames(recording, 1, settings.speech)
    assert bandwidth_hz(silent.spectrum, settings.health) == 0.0
    assert (silent.levels_db == SILENCE_DB).all() and silent.constant.all()
    other = channel_frames(recording, 0, settings.speech)
    found = channel_speech(silent, other, lambda start, end: recording.read(1, start, end), settings.speech)
    assert (found.speech, found.level_db, found.noise_floor_db) == ((), None, SILENCE_DB)


def test_noise_is_no_speech_and_its_floor_is_its_level(recorded, settings):
    recording = recorded(noise(1, amplitude(-40.0)), noise(2, amplitude(-60.0)))
    for channel, level_db in enumerate((-40.0, -60.0)):
        frames = channel_frames(recording, channel, settings.speech)
        found = channel_speech(frames, None, lambda start, end, channel=channel: recording.read(channel, start, end), settings.speech)
        assert found.speech == () and found.noise_floor_db == pytest.approx(level_db, abs=1.5)


# Leakage -----------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def heard(recorded, voices, settings):
    """What the customer's channel of an example call holds when the agent's voice leaks into it at some level."""
    samples, rate_hz = voices
    agent, customer = samples[: 30 * rate_hz].T

    def hear(leak_db=None):
        mixed = customer if leak_db is None else customer + amplitude(leak_db) * agent
        recording = recorded(agent, mixed, rate_hz=rate_hz)
        frames = [channel_frames(recording, channel, settings.speech) for channel in (0, 1)]
        return channel_speech(frames[1], frames[0], lambda start, end: recording.read(1, start, end), settings.speech)

    return hear


@pytest.mark.parametrize("leak_db", [-20.0, -30.0])
def test_leakage_is_measured_and_its_voice_taken_out_of_the_speech(leak_db, heard):
    clean, leaking = heard(), heard(leak_db)
    assert clean.leakage_db is None
    assert leaking.leakage_db == pytest.approx(leak_db, abs=1.5)
    assert total_s(leaking.speech) == pytest.approx(total_s(clean.speech), rel=0.1)


def test_a_loud_leak_is_reported_as_leaked(heard):
    assert total_s(heard(-20.0).leaked) > 3.0 and total_s(heard().leaked) == 0.0


# Redaction ---------------------------------------------------------------------------------------------------------------------------


def frames_of(recording, settings):
    return [channel_frames(recording, channel, settings.speech) for channel in (0, 1)]


def cut(samples, start_s, end_s):
    samples = samples.copy()
    samples[round(start_s * RATE_HZ) : round(end_s * RATE_HZ)] = 0.0
    return samples


def test_digital_silence_on_both_channels_was_cut_out(recorded, settings):
    quiet = [noise(seed, 0.003) for seed in (1, 2)]
    found = redacted(frames_of(recorded(*(cut(each, 2.0, 4.0) for each in quiet)), settings), settings.health)
    assert [(each.start_s, each.end_s) for each in found] == [pytest.approx((2.0, 4.0), abs=0.011)]


def test_digital_silence_on_one_channel_is_not(recorded, settings):
    assert redacted(frames_of(recorded(cut(noise(1, 0.003), 2.0, 4.0), noise(2, 0.003)), settings), settings.health) == ()


@pytest.mark.parametrize(("length_s", "found"), [(0.45, 0), (0.55, 1)])
def test_shorter_digital_silence_is_not(length_s, found, recorded, settings):
    channels = [cut(noise(seed, 0.003), 2.0, 2.0 + length_s) for seed in (1, 2)]
    assert len(redacted(frames_of(recorded(*channels), settings), settings.health)) == found


def test_where_pauses_are_digitally_silent_anyway_it_says_nothing(recorded, settings):
    # 0.2 s of noise, 0.3 s of nothing, again and again, and one long nothing
    gated = noise(1, 0.003) * ((np.arange(noise(1).size) / RATE_HZ % 0.5) < 0.2)
    channels = [cut(gated, 2.0, 4.0), cut(gated, 2.0, 4.0)]
    assert redacted(frames_of(recorded(*channels), settings), settings.health) == ()
