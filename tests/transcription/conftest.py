"""What the transcription tests share: settings from the packaged defaults, the embedded model, calls made of numbers."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter

from audio.intervals import Interval, bridged
from audio.measures import Measures, Utterance
from transcription.settings import TranscriptionSettings

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def settings() -> TranscriptionSettings:
    with (ROOT / "config/default.toml").open("rb") as file:
        return TypeAdapter(TranscriptionSettings).validate_python(tomllib.load(file)["transcription"])


@pytest.fixture(scope="session")
def embedded_weights(tmp_path_factory):
    """The embedded base model, joined once for the session."""
    from transcription.weights import resolve_weights

    return resolve_weights("base", tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="session")
def engine(settings, embedded_weights):
    from transcription.whisper import WhisperEngine

    return WhisperEngine(embedded_weights, settings)


@pytest.fixture(scope="session")
def measures_of():
    return _measures_of


@pytest.fixture(scope="session")
def sound():
    return Sound


def _measures_of(agent=(), customer=(), duration_s=60.0) -> Measures:
    """Measures of a call in which the two sides speak at these (start_s, end_s) times."""
    speech = {"agent": tuple(Interval(*each) for each in agent), "customer": tuple(Interval(*each) for each in customer)}
    spoken = sorted((each.start_s, each.end_s, side) for side, intervals in speech.items() for each in bridged(intervals, 0.7))
    utterances = tuple(
        Utterance(number, side, start_s, end_s, end_s - start_s, None, None, None, None, None, None, None, None, None)
        for number, (start_s, end_s, side) in enumerate(spoken)
    )
    return Measures(
        version=1,
        sha256="0" * 64,
        duration_s=duration_s,
        sample_rate_hz=8000,
        channels=2,
        codec="pcm_mulaw",
        layout="two_channel",
        health=(),
        agent_speech=speech["agent"],
        customer_speech=speech["customer"],
        mono_speech=(),
        sounds=(),
        redacted=(),
        leaked=(),
        utterances=utterances,
        refusal=None,
        unknown=(),
    )


class Sound:
    """A recording made of arrays: as much of `audio.recording.Recording` as an engine reads."""

    def __init__(self, *channels: np.ndarray) -> None:
        self._channels = channels
        self.duration_s = len(channels[0]) / 16000

    def read(self, channel: int, start_s: float = 0.0, end_s: float | None = None) -> np.ndarray:
        last = len(self._channels[channel]) if end_s is None else round(end_s * 16000)
        return self._channels[channel][max(0, round(start_s * 16000)) : last]
