"""The real recogniser on the first half minute of an example call, against what was said in it and when."""

import re
from dataclasses import replace
from pathlib import Path

import ctranslate2
import numpy as np
import pytest
import soundfile
from pydantic import TypeAdapter

from audio.measure import measure
from audio.recording import open_recording
from flows.settings import load_settings
from simulation.truth import Truth
from transcription.errors import EngineError
from transcription.transcript import Transcript
from transcription.whisper import WhisperEngine

EXAMPLE = Path(__file__).parents[2] / "examples" / "calls" / "delivery_average.wav"
CLIP_S = 30.0
SIDES = {"agent": 0, "customer": 1}


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "clip.wav"
    with open_recording(EXAMPLE) as recording:
        sides = [recording.read(channel, 0.0, CLIP_S) for channel in (0, 1)]
    soundfile.write(path, np.stack(sides, axis=1), 16000)
    return path


def transcribed(engine: WhisperEngine, path: Path) -> Transcript:
    with open_recording(path) as recording:
        return engine.transcribe(recording, measure(recording, load_settings().audio, 0), SIDES)


def plain(word: str) -> str:
    return re.sub(r"[^a-z']", "", word.lower())


def is_word(laid, written) -> bool:
    return plain(laid.word) == plain(written.word) and abs(laid.start_s - written.start_s) <= 0.2


@pytest.fixture(scope="module")
def transcript(engine, clip):
    return transcribed(engine, clip)


def test_what_was_said_by_whom_and_when(transcript):
    truth = TypeAdapter(Truth).validate_json(EXAMPLE.with_suffix(".truth.json").read_bytes())
    assert transcript.refusal is None and transcript.language == "en" and transcript.turns
    assert [turn.start_s for turn in transcript.turns] == sorted(turn.start_s for turn in transcript.turns)
    for side in SIDES:
        laid = [word for line in truth.lines if line.speaker == side and line.end_s < CLIP_S for word in line.words]
        written = [word for turn in transcript.turns if turn.speaker == side for word in turn.words]
        near = [any(is_word(word, other) for other in written) for word in laid]
        assert len(laid) > 10 and np.mean(near) > 0.8
        assert all(0.0 <= word.start_s <= word.end_s <= CLIP_S and 0.0 <= word.confidence <= 1.0 for word in written)


def words_of(transcript: Transcript) -> list[str]:
    return [plain(word.word) for turn in transcript.turns for word in turn.words]


def about_the_same(one: Transcript, other: Transcript) -> bool:
    """Filling a batch to its longest window, or another precision, may cost a word."""
    mine, theirs = words_of(one), words_of(other)
    return abs(len(mine) - len(theirs)) <= 3 and len(set(mine) ^ set(theirs)) <= 6


def test_windows_decoded_one_by_one_say_the_same(engine, clip, transcript, monkeypatch):
    monkeypatch.setattr(engine, "_batch_s", 1.0)
    assert about_the_same(transcript, transcribed(engine, clip))


def test_another_language_than_expected_is_refused_by_name(engine, clip, settings, monkeypatch):
    monkeypatch.setattr(engine, "_settings", replace(settings, language=replace(settings.language, expected="de")))
    found = transcribed(engine, clip)
    assert found.refusal == "language:en" and found.language == "en" and not any(turn.words for turn in found.turns)


@pytest.mark.skipif(ctranslate2.get_cuda_device_count() == 0, reason="needs a CUDA GPU that CTranslate2 sees")
def test_a_gpu_says_the_same(embedded_weights, settings, clip):
    on_each = [WhisperEngine(embedded_weights, replace(settings, model=replace(settings.model, device=each))) for each in ("cpu", "cuda")]
    assert about_the_same(*(transcribed(each, clip) for each in on_each))


def test_a_gpu_whose_memory_is_full_says_what_to_do(engine, clip, monkeypatch):
    class Full:
        def __getattr__(self, name: str):
            raise RuntimeError("CUDA failed with error out of memory")

    monkeypatch.setattr(engine._decoder._whisper, "model", Full())
    monkeypatch.setattr(engine._decoder, "device", "cuda")
    with pytest.raises(EngineError, match=r"out of memory.*cuda_batch_s"):
        transcribed(engine, clip)
