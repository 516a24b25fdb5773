"""The real recogniser on the first half minute of an example call, against what was said in it and when."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pydantic import TypeAdapter

from audio.measure import measure
from audio.recording import open_recording
from flows.settings import load_settings
from simulation.truth import Truth
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


def test_windows_decoded_one_by_one_say_the_same(engine, clip, transcript, monkeypatch):
    """How windows are put together is a matter of speed; filling a batch to its longest window may cost a word."""
    monkeypatch.setattr(engine, "_batch_s", 1.0)
    one, other = ([plain(word.word) for turn in each.turns for word in turn.words] for each in (transcript, transcribed(engine, clip)))
    assert len(one) == pytest.approx(len(other), abs=3) and len(set(one) ^ set(other)) <= 6


def test_another_language_than_expected_is_refused_by_name(engine, clip, settings, monkeypatch):
    monkeypatch.setattr(engine, "_settings", replace(settings, language=replace(settings.language, expected="de")))
    found = transcribed(engine, clip)
    assert found.refusal == "language:en" and found.language == "en" and not any(turn.words for turn in found.turns)
