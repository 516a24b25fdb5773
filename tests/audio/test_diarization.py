import dataclasses
from functools import partial

import numpy as np
import pytest
import soundfile

from audio.diarization import diarize
from audio.frames import channel_frames
from audio.intervals import Interval, difference, intersection, total_s, union
from audio.networks import INSTALL, networks
from audio.recording import open_recording
from audio.speech import channel_speech
from benchmarks.diarization_error import diarization_error


@pytest.fixture(scope="module")
def told_apart(tmp_path_factory, settings):
    """Diarizes one channel of samples: what was found, and the speech it was found in."""
    folder = tmp_path_factory.mktemp("mono")

    def run(samples, rate, heard_by=None, **changed):
        path = folder / "call.wav"
        soundfile.write(path, samples, rate, subtype="PCM_16")
        with open_recording(path) as recording:
            read = partial(recording.read, 0)
            speech = channel_speech(channel_frames(recording, 0, settings.speech), None, read, settings.speech).speech
            return diarize(speech, read, dataclasses.replace(settings.diarization, **changed), heard_by), speech

    return run


def spoken(truth, side):
    return union(part for line in truth.lines if line.speaker == side for part in line.speech)


@pytest.fixture(params=["networks", "no networks"])
def heard_by(request):
    found = networks() if request.param == "networks" else None
    if found is None and request.param == "networks":
        pytest.skip(f"the networks are not installed: {INSTALL}")
    return found


def test_two_voices_on_one_channel(voices, truths, told_apart, heard_by):
    samples, rate = voices
    found, speech = told_apart(samples.mean(axis=1), rate, heard_by)
    truth = truths["delivery_average"]
    error = diarization_error([spoken(truth, "agent"), spoken(truth, "customer")], [found.first, found.second])
    assert found.refusal is None
    assert error.rate < 0.12
    assert found.separation > 0.9
    assert union(found.first, found.second) == speech
    assert (found.drowned is None) == (heard_by is None)
    assert found.drowned is not None or not intersection(found.first, found.second)
    assert found.first[0].start_s < found.second[0].start_s


def test_both_speakers_of_an_overlap_are_found(voices, truths, told_apart):
    if networks() is None:
        pytest.skip(f"the networks are not installed: {INSTALL}")
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
    alone, _ = told_apart(mixed, rate)
    found, speech = told_apart(mixed, rate, networks())
    assert alone.drowned is None and not intersection(alone.first, alone.second)
    assert union(found.first, found.second) == speech
    louder = difference(found.first, found.drowned[0]), difference(found.second, found.drowned[1])
    assert not intersection(*louder) and total_s(union(*louder)) == pytest.approx(total_s(speech), abs=0.01)
    both = intersection(found.first, found.second)
    assert total_s(intersection(both, laid)) > 1.0
    assert total_s(both) < 3.0


def test_one_voice_is_not_split(voices, told_apart, heard_by):
    samples, rate = voices
    found, _ = told_apart(samples[:, 0], rate, heard_by)
    assert found.refusal in ("one_speaker", "speakers_inseparable")
    assert found.first == found.second == ()


def test_nobody_speaks(told_apart, heard_by):
    noise = np.random.default_rng(0).normal(size=5 * 8000) * 0.001
    found, _ = told_apart(noise, 8000, heard_by)
    assert (found.refusal, found.separation) == ("one_speaker", None)


def test_the_same_sound_gives_the_same_speakers(voices, told_apart, heard_by):
    samples, rate = voices
    stretch = samples[: 40 * rate].mean(axis=1)
    assert told_apart(stretch, rate, heard_by) == told_apart(stretch, rate, heard_by)


def test_more_asked_for_refuses(voices, told_apart, heard_by):
    samples, rate = voices
    found, _ = told_apart(samples[: 60 * rate].mean(axis=1), rate, heard_by, least_separation=1.0)
    assert found.refusal == "speakers_inseparable"
    assert 0.5 < found.separation < 1.0
    assert found.first == found.second == ()
