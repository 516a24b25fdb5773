import dataclasses
from functools import partial

import numpy as np
import pytest
import soundfile

from audio.diarization import diarize
from audio.frames import channel_frames
from audio.intervals import Interval, intersection, total_s, union
from audio.recording import open_recording
from audio.segmentation_network import FILE as SEGMENTATION_FILE
from audio.segmentation_network import segmentation_network
from audio.speaker_network import FILE as SPEAKER_FILE
from audio.speaker_network import speaker_network
from audio.speech import channel_speech
from benchmarks.diarization_error import diarization_error


@pytest.fixture(scope="module")
def told_apart(tmp_path_factory, settings):
    """Diarizes one channel of samples: what was found, and the speech it was found in."""
    folder = tmp_path_factory.mktemp("mono")

    def run(samples, rate, network=None, segmentation=None, **changed):
        path = folder / "call.wav"
        soundfile.write(path, samples, rate, subtype="PCM_16")
        with open_recording(path) as recording:
            read = partial(recording.read, 0)
            speech = channel_speech(channel_frames(recording, 0, settings.speech), None, read, settings.speech).speech
            return diarize(speech, read, dataclasses.replace(settings.diarization, **changed), network, segmentation), speech

    return run


def spoken(truth, side):
    return union(part for line in truth.lines if line.speaker == side for part in line.speech)


@pytest.fixture(params=["network", "no network"])
def network(request):
    found = speaker_network() if request.param == "network" else None
    if found is None and request.param == "network":
        pytest.skip(f"the speaker network is not installed: {SPEAKER_FILE.install}")
    return found


@pytest.fixture
def segmentation():
    found = segmentation_network()
    if found is None:
        pytest.skip(f"the segmentation network is not installed: {SEGMENTATION_FILE.install}")
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


def test_both_speakers_of_an_overlap_are_found(voices, truths, told_apart, segmentation):
    samples, rate = voices
    first, second = samples[: 50 * rate, 0], samples[: 50 * rate, 1]
    truth = [union(each for each in spoken(truths["delivery_average"], side) if each.end_s < 50.0) for side in ("agent", "customer")]
    # The agent's next sentences are laid over what the customer says.
    at = next(each.start_s for each in truth[1] if each.duration_s > 2.0)
    over = next(each for each in truth[0] if each.duration_s > 1.5)
    start, length = round((at + 0.5) * rate), round(1.5 * rate)
    mixed = first + second
    mixed[start : start + length] += first[round(over.start_s * rate) :][:length]
    laid = (Interval(at + 0.5, at + 2.0),)
    alone, _ = told_apart(mixed, rate, speaker_network())
    found, speech = told_apart(mixed, rate, speaker_network(), segmentation)
    assert not alone.overlap_found and not intersection(alone.first, alone.second)
    assert found.overlap_found and union(found.first, found.second) == speech
    both = intersection(found.first, found.second)
    assert total_s(intersection(both, laid)) > 1.0
    assert total_s(both) < 3.0


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
