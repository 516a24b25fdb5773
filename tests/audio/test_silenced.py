import numpy as np
import pytest
import soundfile

from audio.intervals import Interval
from audio.recording import SAMPLE_RATE_HZ, open_recording
from audio.silenced import silenced_copy


@pytest.fixture
def noise(tmp_path):
    """65 s of noise on two channels, longer than two blocks."""
    random = np.random.default_rng(3)
    path = tmp_path / "noise.wav"
    soundfile.write(path, random.uniform(-0.5, 0.5, (65 * 8000, 2)), 8000, "PCM_16")
    return path


def level_dbfs(samples):
    with np.errstate(divide="ignore"):
        return 20 * np.log10(np.sqrt(np.mean(samples.astype(float) ** 2)))


@pytest.mark.parametrize("suffix", ["flac", "wav"])
def test_stretches_are_silent_and_the_rest_is_unchanged(noise, tmp_path, suffix):
    #     0        2       4            29.5   30.5               61    65
    # 0   |--------|#######|--------------|####|----------------------|
    # 1   |----------------------------------------------------|######|
    copy = tmp_path / f"copy.{suffix}"
    with open_recording(noise) as recording:
        silenced_copy(recording, {0: [Interval(2.0, 4.0), Interval(29.5, 30.5)], 1: [Interval(61.0, 70.0)]}, copy)
        original = np.stack([recording.read(channel) for channel in range(2)], axis=1)
    written, rate = soundfile.read(copy)
    assert rate == SAMPLE_RATE_HZ and written.shape == original.shape

    silent = np.zeros(written.shape, bool)
    silent[2 * rate : 4 * rate, 0] = silent[int(29.5 * rate) : int(30.5 * rate), 0] = True
    silent[61 * rate :, 1] = True
    assert level_dbfs(written[silent]) < -60
    np.testing.assert_array_equal(written[~silent], original[~silent])
    assert level_dbfs(original[silent]) > -20


def test_a_stretch_shorter_than_a_sample_is_widened(noise, tmp_path):
    with open_recording(noise) as recording:
        silenced_copy(recording, {1: [Interval(1.00001, 1.00002)]}, tmp_path / "copy.wav")
        original = recording.read(1)
    written, rate = soundfile.read(tmp_path / "copy.wav")
    changed = np.flatnonzero(written[:, 1] != original)
    assert changed.tolist() == [rate]


def test_refuses_what_would_not_stay_silent(noise, tmp_path):
    with open_recording(noise) as recording:
        with pytest.raises(ValueError, match=r"\.flac or \.wav.*not as \.mp3"):
            silenced_copy(recording, {}, tmp_path / "copy.mp3")
        with pytest.raises(ValueError, match="channel 2 is to be silenced, but the recording has 2"):
            silenced_copy(recording, {2: [Interval(0, 1)]}, tmp_path / "copy.wav")
    assert not list(tmp_path.glob("copy*"))
