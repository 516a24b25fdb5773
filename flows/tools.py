"""What a worker loads once and uses for every call: the recogniser, the rubric, the detectors."""

import dataclasses
import os
from collections.abc import Iterator, Mapping
from functools import cached_property

from audio.errors import NetworkFileError
from audio.measures import MEASURES_VERSION
from audio.networks import names
from flows.errors import ConfigError
from flows.lock import in_turn
from flows.outcome import Fingerprints
from flows.places import cache_folder
from flows.settings import ConfigFolder, Settings, rubric_files
from flows.store import SUFFIX, Store, fingerprint
from scoring.detectors import Detectors, load_detectors
from scoring.errors import ScoringError
from scoring.metadata import CallMetadata
from scoring.rubric import Rubric, load_rubric
from scoring.scorecard import SCORECARD_VERSION
from transcription.engine import Engine
from transcription.errors import TranscriptionError
from transcription.replay import ReplayEngine
from transcription.transcript import TRANSCRIPT_VERSION, Transcript
from transcription.weights import Weights, resolve_weights
from transcription.whisper import WhisperEngine, engine_name

REPLAY = "replay:"
"""A model name `replay:FOLDER` gives back the transcripts stored in FOLDER as `<sha256 of the recording>.json.gz`."""


class Tools:
    """What the settings and the configuration folder say, made into tools, each when it is first needed.

    So a run that has nothing to do loads no model. Every part raises ConfigError where configuration or weights do not allow it.
    """

    def __init__(self, settings: Settings, config: ConfigFolder) -> None:
        # Where librosa's machine code is kept: its own choice fails for a user without a home, as services are.
        os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_folder() / "compiled"))
        self.settings = settings
        self.config = config

    @cached_property
    def rubric(self) -> Rubric:
        try:
            return load_rubric(rubric_files(self.config))
        except ScoringError as error:
            raise ConfigError(f"{self.config}: {error}") from error

    @cached_property
    def detectors(self) -> Detectors:
        try:
            with in_turn(cache_folder() / "detectors.lock"):  # one worker trains, the others then load what it has kept
                return load_detectors(self.rubric, self.settings.scoring, cache_folder())
        except ScoringError as error:
            raise ConfigError(str(error)) from error

    @cached_property
    def _weights(self) -> Weights:
        try:
            return resolve_weights(self.settings.transcription.model.name, cache_folder())
        except TranscriptionError as error:
            raise ConfigError(str(error)) from error

    @cached_property
    def engine_name(self) -> str:
        """The engine's name, without loading its model."""
        name = self.settings.transcription.model.name
        return "replay" if name.startswith(REPLAY) else engine_name(self._weights, self.settings.transcription)

    @cached_property
    def engine(self) -> Engine:
        name = self.settings.transcription.model.name
        if name.startswith(REPLAY):
            return ReplayEngine(_StoredTranscripts(Store(name.removeprefix(REPLAY))))
        try:
            return WhisperEngine(self._weights, self.settings.transcription)
        except TranscriptionError as error:
            raise ConfigError(str(error)) from error

    def load_engine(self) -> None:
        """Load the model now: it needs twice its size for a moment, which later work then has, and not beside what that has taken."""
        _ = self.engine

    @cached_property
    def fingerprints(self) -> Fingerprints:
        """What decides measures, transcript and scores beside the recording. The rules of the conversation belong to the scores."""
        return self._fingerprints(self.settings.input.agent_channel)

    def fingerprints_of(self, call: CallMetadata) -> Fingerprints:
        """The same for one call, whose agent may be on another channel than configured."""
        channel = agent_channel(call, self.settings)
        return self.fingerprints if channel == self.settings.input.agent_channel else self._fingerprints(channel)

    def _fingerprints(self, agent_channel: int) -> Fingerprints:
        audio = self.settings.audio
        parts = [getattr(audio, field.name) for field in dataclasses.fields(audio) if field.name != "conversation"]
        measures = fingerprint(MEASURES_VERSION, agent_channel, checked_networks(), *parts)
        transcript = fingerprint(TRANSCRIPT_VERSION, measures, self.engine_name, self.settings.transcription.redaction)
        return Fingerprints(measures, transcript, self.scores_fingerprint)

    @property
    def scores_fingerprint(self) -> str:
        return fingerprint(SCORECARD_VERSION, self.rubric.fingerprint, self.settings.scoring, self.settings.audio.conversation)


def agent_channel(call: CallMetadata, settings: Settings) -> int:
    """Where the agent of this call is: as its metadata says, else as configured."""
    return settings.input.agent_channel if call.agent_channel is None else call.agent_channel


def checked_networks() -> tuple[str, ...] | None:
    """Names of the networks that calls on one channel are measured with, None without. Raises ConfigError if one is broken."""
    try:
        return names()
    except NetworkFileError as error:
        raise ConfigError(str(error)) from error


class _StoredTranscripts(Mapping[str, Transcript]):
    """A folder of transcripts, each read when it is asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getitem__(self, sha256: str) -> Transcript:
        transcript = self._store.read(f"{sha256}{SUFFIX}", Transcript)
        if transcript is None:
            raise KeyError(sha256)
        return transcript

    def __iter__(self) -> Iterator[str]:
        return (name.removesuffix(SUFFIX) for name in self._store.names(""))

    def __len__(self) -> int:
        return len(self._store.names(""))
