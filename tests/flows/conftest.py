"""Short real recordings, cut from an example call, with transcripts for the replay engine taken from its truth."""

import functools
import os
import time
import wave
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter

from audio.recording import SAMPLE_RATE_HZ, open_recording, sha256_of
from flows import night
from flows.night import Request, RunSummary
from flows.settings import ConfigFolder
from flows.store import Store
from simulation.truth import Truth
from transcription.transcript import TRANSCRIPT_VERSION, Transcript, Turn, Word

EXAMPLE = Path(__file__).parents[2] / "examples" / "calls" / "delivery_average.wav"
CLIP_S = 30.0


@dataclass(frozen=True)
class Calls:
    """A folder of recordings and a folder of transcripts that the replay engine gives for them."""

    folder: Path
    transcripts: Path

    @property
    def model(self) -> str:
        return f"replay:{self.transcripts}"


@pytest.fixture(scope="session")
def example() -> tuple[np.ndarray, Truth]:
    """Both channels of the example at 8 kHz, shape (n, 2), and its truth."""
    with open_recording(EXAMPLE) as recording:
        channels = [recording.read(channel)[:: SAMPLE_RATE_HZ // 8000] for channel in (0, 1)]
    truth = TypeAdapter(Truth).validate_json(EXAMPLE.with_suffix(".truth.json").read_bytes())
    return np.stack(channels, axis=1), truth


@pytest.fixture
def make_calls(tmp_path, add_call) -> Callable[[int], Calls]:
    """Makes a folder of so many different recordings."""

    def make(count: int) -> Calls:
        calls = Calls(tmp_path / "recordings", tmp_path / "transcripts")
        calls.folder.mkdir()
        for number in range(count):
            add_call(calls, f"call-{number:03d}", start_s=0.5 * number)
        return calls

    return make


@pytest.fixture
def add_call(example) -> Callable[[Calls, str, float], Path]:
    """Adds, or replaces, a recording that begins so many seconds into the example."""
    return functools.partial(_add_call, example=example)


def _add_call(calls: Calls, call_id: str, start_s: float, example: tuple[np.ndarray, Truth]) -> Path:
    """A recording of a stretch of the example, and its transcript."""
    samples, truth = example
    path = calls.folder / f"{call_id}.wav"
    stretch = samples[int(start_s * 8000) : int((start_s + CLIP_S) * 8000)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes((np.clip(stretch, -1, 1) * 32767).astype("<i2").tobytes())
    written_s = time.time() - 60.0
    os.utime(path, (written_s, written_s))  # a run waits for files that may still be written
    lines = [line for line in truth.lines if line.start_s >= start_s and line.end_s <= start_s + CLIP_S and line.words]
    turns = tuple(
        Turn(
            number, None, line.speaker, line.start_s - start_s, line.end_s - start_s, " ".join(word.word for word in line.words),
            tuple(Word(word.word, word.start_s - start_s, word.end_s - start_s, 0.9) for word in line.words), 0.9,
        )
        for number, line in enumerate(lines)
    )  # fmt: skip
    transcript = Transcript(TRANSCRIPT_VERSION, "replay", "en", 1.0, turns, (), 0.9, 0.0, 0.0, None)
    Store(calls.transcripts).write(f"{sha256_of(path)}.json.gz", transcript)
    return path


@pytest.fixture
def run() -> Callable[..., RunSummary]:
    """Runs over calls into results without Prefect, in this process."""
    return _run


def _run(calls: Calls, results: Path, **asked) -> RunSummary:
    request = Request(
        recordings=str(calls.folder), results=str(results), config=ConfigFolder(None, "packaged"), today="2026-03-01", model=calls.model,
        runner="inline",
    )  # fmt: skip
    prepared = night.prepare(replace(request, **asked), datetime(2026, 3, 1, 20, tzinfo=UTC))
    store = Store(results)
    tallies = [night.score_chunk_calls(store, prepared.plan.run_id, number, lambda _: None) for number in range(prepared.plan.chunks)]
    return night.finish(prepared, night.total(tallies))
