import numpy as np
import pytest
import soxr

from audio.networks import INSTALL, networks
from audio.segmentation_network import CENTRE, SPEAKING, STEP, WINDOW


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
