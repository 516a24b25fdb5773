import dataclasses
from functools import partial

import numpy as np
import pytest
import soundfile

from audio.diarization import diarize
from audio.frames import channel_frames
from audio.intervals import intersection, union
from audio.recording import open_recording
from audio.speaker_network import INSTALL, speaker_network
from audio.speech import channel_speech
from benchmarks.diarization_error import diarization_error


@pytest.fixture(scope="module")
def told_apart(tmp_path_factory, settings):
    """Diarizes one channel of samples: what was found, and the speech it was found in."""
    folder = tmp_path_factory.mktemp("mono")

    def run(samples, rate, network=None, **changed):
        path = folder / "call.wav"
        soundfile.write(path, samples, rate, subtype="PCM_16")
        with open_recording(path) as recording:
            read = partial(recording.read, 0)
            speech = channel_speech(channel_frames(recording, 0, settings.speech), None, read, settings.speech).speech
            return diarize(speech, read, dataclasses.replace(settings.diarization, **changed), network), speech

    return run


def spoken(truth, side):
    return union(part for line in truth.lines if line.speaker == side for part in line.speech)


@pytest.fixture(params=["network", "no network"])
def network(request):
    found = speaker_network() if request.param == "network" else None
    if found is None and request.param == "network":
        pytest.skip(f"the speaker network is not installed: {INSTALL}")
    return found


def test_two_voices_on_one_channel(voices, truths, told_apart, network):
    samples, rate = voices
    found, speech = told_apart(samples.mean(axis=1), rate, network)
    truth = truths["delivery_average"]
    error = diarization_error([spoken(truth, "agent"), spoken(truth, "customer")], [found.first, found.second])
    assert found.refusal is None
    assert error.rate < 0.12
    assert found.separation > 0.9
    assert union(found.first, found.second) == speech
    assert not intersection(found.first, found.second)
    assert found.first[0].start_s < found.second[0].start_s


def test_one_voice_is_not_split(voices, told_apart, network):
    samples, rate = voices
    found, _ = told_apart(samples[:, 0], rate, network)
    assert found.refusal in ("one_speaker", "speakers_inseparable")
    assert found.first == found.second == ()


def test_nobody_speaks(told_apart, network):
    noise = np.random.default_rng(0).normal(size=5 * 8000) * 0.001
    found, _ = told_apart(noise, 8000, network)
    assert (found.refusal, found.separation) == ("one_speaker", None)


def test_the_same_sound_gives_the_same_speakers(voices, told_apart, network):
    samples, rate = voices
    stretch = samples[: 40 * rate].mean(axis=1)
    assert told_apart(stretch, rate, network) == told_apart(stretch, rate, network)


def test_more_asked_for_refuses(voices, told_apart, network):
    samples, rate = voices
    found, _ = told_apart(samples[: 60 * rate].mean(axis=1), rate, network, least_separation=1.0)
    assert found.refusal == "speakers_inseparable"
    assert 0.5 < found.separation < 1.0
    assert found.first == found.second == ()
