"""What became of a call: the document that the tables are made from."""

from dataclasses import dataclass
from typing import Literal

from flows.store import SUFFIX, Store, artefact_folder, file_name, fingerprint, outcome_path, outcomes_folder
from scoring.metadata import CallMetadata
from scoring.rows import Rows
from transcription.redaction import RedactedSpan

OUTCOME_VERSION = 1
"""Raised whenever an older document can no longer be read or no longer means the same."""

Status = Literal["scored", "refused", "failed"]


@dataclass(frozen=True)
class Fingerprints:
    """What decided the result besides the recording; an outcome stands as long as these do."""

    measures: str
    transcript: str
    scores: str

    @property
    def all(self) -> str:
        """One fingerprint of the three."""
        return fingerprint(self.measures, self.transcript, self.scores)


@dataclass(frozen=True)
class Outcome:
    """One call's result. Exactly one of these exists per call and business date."""

    version: int
    run_id: str
    date: str  # business date, YYYY-MM-DD
    status: Status
    stage: str | None  # of a failure: metadata, fetch, measure, transcribe, score, worker
    error: str | None  # of a failure: the error's class
    reason: str | None  # reason code of a refusal or failure
    metadata: CallMetadata
    kind: str  # recording | transcript
    fingerprints: Fingerprints
    audio_s: float
    compute_s: float
    rows: Rows


@dataclass(frozen=True)
class RedactedSpans:
    """Where words were redacted: what the review copy of the recording is silenced over."""

    spans: tuple[RedactedSpan, ...]


def read_outcome(store: Store, date: str, call_id: str) -> Outcome | None:
    """The outcome of a call; None where there is none, or one of another version."""
    outcome = store.read(outcome_path(date, call_id), Outcome)
    return outcome if outcome is not None and outcome.version == OUTCOME_VERSION else None


def write_outcome(store: Store, outcome: Outcome) -> None:
    """Store a call's outcome; what is stored of its recording is marked as its own before."""
    if outcome.metadata.sha256 is not None:
        claim(store, outcome.metadata.sha256, outcome.date, outcome.metadata.call_id)
    store.write(outcome_path(outcome.date, outcome.metadata.call_id), outcome)


def claim(store: Store, sha256: str, date: str, call_id: str) -> None:
    """Mark what is stored of a recording as used by a call: two calls may be of the same content."""
    store.write_bytes(f"{_claims(sha256)}/{date}~{file_name(call_id)}", b"")


def release(store: Store, sha256: str, date: str, name: str) -> None:
    """Let go of what is stored of a recording, `name` the call's file name; without another call that uses it, it is removed."""
    store.remove(f"{_claims(sha256)}/{date}~{name}")
    if not claims(store, sha256):
        store.remove(artefact_folder(sha256))


def claims(store: Store, sha256: str) -> list[tuple[str, str]]:
    """Business date and id of the calls that use what is stored of a recording."""
    found = []
    for name in store.names(_claims(sha256)):
        outcome = store.read(f"{outcomes_folder(name[:10])}/{name[11:]}{SUFFIX}", Outcome)
        if outcome is not None and outcome.metadata.sha256 == sha256:
            found.append((outcome.date, outcome.metadata.call_id))
    return found


def _claims(sha256: str) -> str:
    return f"{artefact_folder(sha256)}/used-by"
