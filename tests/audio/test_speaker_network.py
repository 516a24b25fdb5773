import numpy as np
import pytest

from audio import speaker_network as network
from audio.intervals import Interval
from audio.networks import INSTALL, networks
from audio.speaker_features import speaker_frames
from audio.speaker_windows import SpeakerWindows, speaker_windows


@pytest.fixture(scope="module")
def installed() -> network.SpeakerNetwork:
    found = networks()
    if found is None:
        pytest.skip(f"the networks are not installed: {INSTALL}")
    return found.speaker


def test_embeddings_are_unit_vectors_of_each_window_alone(installed):
    power = np.random.default_rng(1).random((3, 60, 40)).astype(np.float32) * 0.01
    together = installed.embeddings(power)
    assert together.shape == (3, network.DIMENSIONS)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose(installed.embeddings(power[1:2])[0], together[1], atol=1e-5)


def test_a_voice_is_nearer_to_itself_than_to_another(installed, voices):
    samples, rate = voices
    sound = np.repeat(samples, 2, axis=0)  # 8 to 16 kHz, crudely

    def heard(channel: int, start_s: float) -> np.ndarray:
        stretch = sound[:, channel][round(start_s * 16000) : round((start_s + 25.0) * 16000)]
        loud = np.abs(stretch) > 0.02
        spoken = stretch[np.convolve(loud, np.ones(1600), "same") > 0]
        speech = (Interval(0.0, len(spoken) / 16000),)

        def read(start: float, end: float) -> np.ndarray:
            return spoken[max(0, round(start * 16000)) : round(end * 16000)]

        return speaker_windows(speech, read, speaker_frames(speech, read), installed).embeddings.mean(axis=0)

    agent, agent_later, customer = heard(0, 0.0), heard(0, 25.0), heard(1, 0.0)
    assert agent @ agent_later > agent @ customer + 0.1


def test_a_frame_is_judged_by_all_windows_over_it():
    windows = SpeakerWindows(np.array([0, 2]), np.array([4, 6]), np.eye(2, 256, dtype=np.float32), frames=7)
    assert windows.on_frames(np.array([1.0, -1.0])).tolist() == [1.0, 1.0, 0.0, 0.0, -1.0, -1.0, 0.0]


def test_windows_lean_towards_their_own_voice():
    voice = np.repeat(np.eye(2, 256, dtype=np.float32), 3, axis=0)
    voice[1, 5] = voice[4, 5] = 0.2
    windows = SpeakerWindows(np.arange(6) * 10, np.arange(6) * 10 + 10, voice, frames=60)
    labels = np.repeat([0, 1], 30)
    leaning = windows.leaning(labels)
    assert (leaning[:3] > 0.9).all() and (leaning[3:] < -0.9).all()
    assert windows.apart(labels) > 10.0
    assert windows.apart(np.zeros(60, dtype=int)) == 0.0
    assert set(windows.first_guess().tolist()) == {0, 1}


def test_speech_at_the_very_start_and_end_is_heard_too(installed):
    sound = np.random.default_rng(2).normal(0.0, 0.1, 16000).astype(np.float32)
    speech = (Interval(0.0, 0.35), Interval(0.4, 1.0))

    def read(start: float, end: float) -> np.ndarray:
        return sound[max(0, round(start * 16000)) : round(end * 16000)]

    frames = speaker_frames(speech, read)
    windows = speaker_windows(speech, read, frames, installed)
    assert windows.first.tolist() == [0, 18] and windows.after.tolist() == [17, len(frames)]
    assert np.isfinite(windows.embeddings).all()
