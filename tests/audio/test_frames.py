"""What the voice activity network is shown of a channel, and that nothing is lost by what it is not shown."""

from dataclasses import replace

import numpy as np
import pytest
import soundfile

from audio.frames import BLOCK_S, channel_frames
from audio.recording import SAMPLE_RATE_HZ, open_recording
from audio.speech import channel_speech
from audio.vad import FRAME_S as VAD_FRAME_S
from audio.vad import speech_probabilities
from simulation.sound import hold_music


@pytest.fixture
def stored(tmp_path):
    """A channel as a recording; the other one is silent."""

    def store(samples):
        soundfile.write(tmp_path / "call.wav", np.stack([samples, np.zeros_like(samples)], axis=1), SAMPLE_RATE_HZ)
        return open_recording(tmp_path / "call.wav")

    return store


def whole(recording, channel, frames):
    """Probabilities of a network that is shown everything, on our frames."""
    heard = speech_probabilities(recording.blocks(channel, BLOCK_S))
    return heard[np.minimum(((np.arange(frames) + 0.5) * 0.01 / VAD_FRAME_S).astype(int), heard.size - 1)]


@pytest.mark.parametrize("name", ["delivery_average", "router_long_hold", "warranty_escalation"])
@pytest.mark.parametrize("channel", [0, 1])
def test_half_of_a_call_is_not_shown_and_no_speech_is_lost(calls, settings, name, channel):
    with open_recording(calls[name]) as recording:
        frames = channel_frames(recording, channel, settings.speech)
        everything = whole(recording, channel, len(frames))
    shown = frames.probabilities > 0.0
    assert shown.mean() < 0.9
    assert np.mean((everything > settings.speech.threshold) & ~shown) < 0.001


def test_a_soft_word_after_loud_music_is_shown(stored, voices, settings):
    """However loud the music was: what stands out of the noise may be speech."""
    samples, rate_hz = voices
    word = samples[round(1.0 * rate_hz) : round(4.0 * rate_hz), 0]
    word = np.repeat(word, SAMPLE_RATE_HZ // rate_hz) * 10.0 ** (-35.0 / 20.0)
    random = np.random.default_rng(0)
    music, pause = hold_music(20 * SAMPLE_RATE_HZ, SAMPLE_RATE_HZ, -8.0, random), np.zeros(5 * SAMPLE_RATE_HZ)
    sound = np.concatenate([music, pause, word, pause]) + random.normal(0.0, 3e-5, len(music) + 2 * len(pause) + len(word))
    with stored(sound) as recording:
        frames = channel_frames(recording, 0, settings.speech)
    at = slice(2500, 2500 + len(word) // 160)
    assert np.all(frames.probabilities[at] > 0.0) and not np.any(frames.probabilities[2100:2400])


def test_all_of_a_noisy_channel_is_shown(stored, voices, settings):
    samples, _ = voices
    sound = samples[: 20 * SAMPLE_RATE_HZ, 0] + np.random.default_rng(0).normal(0.0, 0.01, len(samples[: 20 * SAMPLE_RATE_HZ]))
    with stored(sound) as recording:
        assert np.all(channel_frames(recording, 0, settings.speech).probabilities > 0.0)


def test_the_margin_is_the_setting_s(calls, settings):
    """What a laxer setting could take for speech is shown."""
    with open_recording(calls["delivery_average"]) as recording:
        strict, lax = (
            np.mean(channel_frames(recording, 0, replace(settings.speech, above_floor_db=db)).probabilities > 0.0) for db in (20.0, 1.0)
        )
    assert strict < lax


@pytest.mark.parametrize("name", ["billing_poor", "warranty_escalation", "router_long_hold"])
@pytest.mark.parametrize("channel", [0, 1])
def test_speech_is_what_it_was_when_everything_was_shown(calls, settings, name, channel):
    """The network remembers what it has heard, so that single boundaries move a little."""
    with open_recording(calls[name]) as recording:
        frames = [channel_frames(recording, each, settings.speech) for each in (0, 1)]
        shown = [replace(each, probabilities=whole(recording, number, len(each))) for number, each in enumerate(frames)]
        found, before = (
            channel_speech(
                pair[channel], pair[1 - channel], lambda start_s, end_s: recording.read(channel, start_s, end_s), settings.speech
            ).speech
            for pair in (frames, shown)
        )
    assert len(found) == len(before)
    assert all(abs(a.start_s - b.start_s) < 0.1 and abs(a.end_s - b.end_s) < 0.1 for a, b in zip(found, before, strict=True))
