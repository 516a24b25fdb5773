import numpy as np
import pytest
import soxr

from audio.networks import INSTALL, networks
from audio.segmentation_network import CENTRE, LEVEL, SPEAKING, STEP, WINDOW


@pytest.fixture(scope="module")
def installed():
    found = networks()
    if found is None:
        pytest.skip(f"the networks are not installed: {INSTALL}")
    return found.segmentation


@pytest.fixture(scope="module")
def ten_seconds(voices):
    """Ten seconds of both sides of a call, 16 kHz, shape (2, WINDOW)."""
    samples, rate = voices
    return soxr.resample(samples[20 * rate : 30 * rate], rate, 16000).T.astype(np.float32)


def buzz(middle_hz, start_s, end_s):
    """Something like a voice: harmonics of a pitch that wanders, in syllables."""
    time_s = np.arange(WINDOW) / 16000
    phase = 2 * np.pi * np.cumsum(middle_hz + 20.0 * np.sin(2 * np.pi * 0.7 * time_s)) / 16000
    syllables = (np.sin(2 * np.pi * 3.1 * time_s) > -0.3) * (time_s > start_s) * (time_s < end_s)
    return sum(np.sin(number * phase) / number for number in range(1, 25)) * syllables


def test_the_answers_are_those_of_pytorch(installed):
    """Eight frames at which the network is unsure, as the package's own code answers them with PyTorch 2.13."""
    sound = buzz(120.0, 1.0, 6.0) + buzz(230.0, 5.0, 9.0)
    sound *= LEVEL / np.sqrt(np.mean(sound**2))
    found = installed.speaking(sound[None].astype(np.float32))[0]
    expected = {
        51: [0.247, 0.0, 0.747, 0.003, 0.0, 0.0, 0.002], 455: [0.234, 0.0, 0.749, 0.008, 0.001, 0.0, 0.008],
        492: [0.231, 0.001, 0.737, 0.021, 0.001, 0.0, 0.009], 508: [0.292, 0.001, 0.675, 0.023, 0.001, 0.0, 0.008],
        524: [0.444, 0.001, 0.53, 0.019, 0.0, 0.0, 0.005], 540: [0.57, 0.001, 0.414, 0.013, 0.0, 0.0, 0.003],
        556: [0.575, 0.001, 0.409, 0.014, 0.0, 0.0, 0.002], 572: [0.569, 0.001, 0.415, 0.013, 0.0, 0.0, 0.002],
    }  # fmt: skip
    np.testing.assert_allclose(found[list(expected)], list(expected.values()), atol=0.002)


def test_probabilities_of_each_window_alone(installed, ten_seconds):
    together = installed.speaking(ten_seconds)
    assert together.shape == (2, 1 + (WINDOW - 1 - 2 * CENTRE) // STEP, len(SPEAKING))
    np.testing.assert_allclose(together.sum(axis=2), 1.0, atol=1e-5)
    np.testing.assert_allclose(installed.speaking(ten_seconds[1:])[0], together[1], atol=1e-4)


def test_how_loud_a_window_is_says_nothing(installed, ten_seconds):
    np.testing.assert_allclose(installed.speaking(0.02 * ten_seconds), installed.speaking(ten_seconds), atol=1e-3)


def test_in_silence_nobody_speaks(installed):
    found = installed.speaking(np.zeros((1, WINDOW), np.float32))
    assert np.isfinite(found).all() and (found[0].argmax(axis=1) == 0).all()


def test_speech_is_heard_where_it_is(installed, ten_seconds):
    found = installed.speaking(ten_seconds.sum(axis=0)[None])[0]
    spoken = 1.0 - found[:, 0] > 0.5
    centres = CENTRE + STEP * np.arange(len(found))
    loud = np.array([np.sqrt(np.mean(ten_seconds.sum(axis=0)[max(0, at - 400) : at + 400] ** 2)) for at in centres])
    assert np.median(loud[spoken]) > 10.0 * np.median(loud[~spoken])
