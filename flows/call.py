"""One call from file to outcome. Plain Python, no Prefect: what can go wrong with the call is in the outcome that it gets."""

import contextlib
import os
import tempfile
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from audio.errors import RecordingError
from audio.measure import measure
from audio.measures import Measures, Speaker
from audio.recording import open_recording, sha256_of
from flows.errors import RapportError
from flows.foreign import import_document
from flows.listing import is_url
from flows.manifest import CallInput, Problem
from flows.outcome import OUTCOME_VERSION, Fingerprints, Outcome, RedactedSpans, read_outcome, release, write_outcome
from flows.plan import CallResult, CallTask, RunPlan
from flows.recordings import check_content
from flows.refusals import refusal_text
from flows.remote import file_system, os_errors
from flows.store import Store, file_name, measures_path, redaction_path, transcript_path
from flows.tools import Tools, agent_channel
from scoring.errors import ScoringError
from scoring.metadata import CallMetadata
from scoring.roles import role_probability
from scoring.rows import rows, unscored_rows
from scoring.score import score_call
from scoring.sentences import segment
from transcription.errors import TranscriptionError
from transcription.importers.vcon_recording import unpacked
from transcription.redaction import redact
from transcription.transcript import Transcript
from transcription.turns import exchanged


class Unusable(Exception):
    """The call cannot be scored; carries what its outcome says."""

    def __init__(self, problem: Problem, stage: str | None = None, error: str | None = None) -> None:
        super().__init__(problem.text)
        self.problem, self.stage, self.error = problem, stage, error


@dataclass
class _Progress:
    """How far a call has come, for the outcome of one that goes wrong."""

    stage: str = "fetch"
    sha256: str | None = None
    audio_s: float = 0.0


def process_call(task: CallTask, plan: RunPlan, tools: Tools, store: Store) -> CallResult:
    """Score one call, store its outcome, and say what became of it.

    Unchanged calls are skipped: same content, metadata, settings and rubric as the stored outcome, which did not fail. Whatever goes
    wrong with the call ends in its outcome; a configuration that fits no call (RapportError) and results that cannot be written
    (OSError) are raised.
    """
    started = time.process_time()
    earlier = read_outcome(store, task.date, task.call.call_id)
    if earlier is not None and earlier.run_id == plan.run_id:  # this chunk was begun before and is tried again
        return result_of(earlier)
    progress = _Progress()
    try:
        outcome = _outcome(task, plan, tools, store, earlier, progress, started)
    except Unusable as problem:
        outcome = unusable_outcome(task, plan, tools, problem, progress.sha256, progress.audio_s, time.process_time() - started)
    if outcome is None:
        return CallResult(task.call.call_id, "skipped", 0.0, time.process_time() - started)
    write_outcome(store, outcome)
    before, now = earlier.metadata.sha256 if earlier else None, outcome.metadata.sha256
    if before is not None and now is not None and before != now:  # nothing of this call leads to the replaced recording any more
        release(store, before, task.date, file_name(task.call.call_id))
    return result_of(outcome)


def result_of(outcome: Outcome) -> CallResult:
    """What the run is told of an outcome."""
    flags = tuple(outcome.rows.calls[0].flags)
    return CallResult(outcome.metadata.call_id, outcome.status, outcome.audio_s, outcome.compute_s, outcome.reason, flags)


def unusable_outcome(
    task: CallTask, plan: RunPlan, tools: Tools, problem: Unusable, sha256: str | None, audio_s: float, compute_s: float
) -> Outcome:
    """The outcome of a call that was refused or failed before it could be scored."""
    metadata = replace(task.call.metadata, sha256=sha256)
    status, reason, text = problem.problem.status, problem.problem.reason, problem.problem.text
    prints = tools.fingerprints_of(metadata)
    its_rows = unscored_rows(metadata, status, reason, text, audio_s or None, prints.all, compute_s)
    return Outcome(
        OUTCOME_VERSION, plan.run_id, task.date, status, problem.stage, problem.error, reason, metadata, task.call.kind,
        prints, audio_s, compute_s, its_rows,
    )  # fmt: skip


def _outcome(
    task: CallTask, plan: RunPlan, tools: Tools, store: Store, earlier: Outcome | None, progress: _Progress, started: float
) -> Outcome | None:
    """The outcome of a call, None where the earlier one stands. Raises Unusable for a call that cannot be scored."""
    if task.call.problem is not None:
        raise Unusable(task.call.problem, "metadata")
    with _going_wrong(progress), fetched(task.call) as path:
        progress.sha256 = sha256_of(path)
        progress.stage = "look_up"
        metadata = replace(task.call.metadata, sha256=progress.sha256)
        prints = tools.fingerprints_of(metadata)
        if earlier is not None and not plan.force and _stands(earlier, metadata, prints):
            return None
        measures, transcript = _measures_and_transcript(task.call, path, plan, tools, store, progress)
        progress.stage = "score"
        scorecard = score_call(
            metadata, measures, transcript, tools.rubric, tools.detectors, tools.settings.scoring, tools.settings.audio.conversation
        )
        compute_s = time.process_time() - started
        its_rows = rows(scorecard, measures, transcript, prints.all, compute_s)
    status = "scored" if scorecard.refusal is None else "refused"
    return Outcome(
        OUTCOME_VERSION, plan.run_id, task.date, status, None, None, scorecard.refusal, metadata, task.call.kind,
        prints, progress.audio_s, compute_s, its_rows,
    )  # fmt: skip


def _stands(earlier: Outcome, metadata: CallMetadata, prints: Fingerprints) -> bool:
    """Whether nothing has changed since; a failed call is tried again, and a copy of another call is looked at again."""
    return earlier.status != "failed" and earlier.fingerprints == prints and earlier.metadata == metadata


def _measures_and_transcript(
    call: CallInput, path: Path, plan: RunPlan, tools: Tools, store: Store, progress: _Progress
) -> tuple[Measures | None, Transcript]:
    """What the call sounds like and its words: as stored for the same content and settings, else made and stored."""
    sha256, prints = progress.sha256 or "", tools.fingerprints_of(call.metadata)
    channel = agent_channel(call.metadata, tools.settings)
    if call.kind == "transcript":
        return _imported(path, prints, tools, store, progress)
    measures = None if plan.force else store.read(measures_path(sha256, prints.measures), Measures)
    transcript = None if plan.force else store.read(transcript_path(sha256, prints.transcript), Transcript)
    progress.audio_s = measures.duration_s if measures else 0.0
    if measures is None or (transcript is None and measures.refusal is None):
        progress.stage = "decode"
        with open_recording(path) as recording:
            progress.audio_s = recording.duration_s
            if transcript is None:
                progress.stage = "load_model"
                tools.load_engine()
            if measures is None:
                progress.stage = "measure"
                measures = measure(recording, tools.settings.audio, channel)
                store.write(measures_path(sha256, prints.measures), measures)
            if transcript is None and measures.refusal is None:
                progress.stage = "transcribe"
                heard = tools.engine.transcribe(recording, measures, _channels(measures))
                if _the_other_way_round(heard, call.metadata, measures, tools):
                    measures = measure(recording, tools.settings.audio, channel, exchanged=not measures.exchanged)
                    store.write(measures_path(sha256, prints.measures), measures)
                    heard = exchanged(heard, measures.utterances)
                transcript = _store_redacted(heard, sha256, prints, tools, store)
    if measures.refusal is not None:
        raise Unusable(Problem("refused", measures.refusal, refusal_text(measures)), progress.stage)
    return measures, transcript


def _imported(path: Path, prints: Fingerprints, tools: Tools, store: Store, progress: _Progress) -> tuple[Measures | None, Transcript]:
    progress.stage = "import"
    sha256 = progress.sha256 or ""
    measures, transcript = import_document(path, sha256)
    if measures is not None:
        progress.audio_s = measures.duration_s
        store.write(measures_path(sha256, prints.measures), measures)
    return measures, _store_redacted(transcript, sha256, prints, tools, store)


def _store_redacted(transcript: Transcript, sha256: str, prints: Fingerprints, tools: Tools, store: Store) -> Transcript:
    """Store the words after redaction, and where they were redacted; what was said there is written nowhere."""
    redaction = redact(transcript, tools.settings.transcription.redaction)
    store.write(redaction_path(sha256, prints.transcript), RedactedSpans(redaction.spans))
    store.write(transcript_path(sha256, prints.transcript), redaction.transcript)
    return redaction.transcript


def _the_other_way_round(heard: Transcript, metadata: CallMetadata, measures: Measures, tools: Tools) -> bool:
    """Whether the words say so, and may decide: on one channel always, on two where it is configured."""
    if heard.refusal is not None or not (measures.layout == "mono" or tools.settings.input.correct_swapped):
        return False
    probability = role_probability(segment(heard), metadata, tools.detectors.roles)
    if measures.layout == "mono":
        return probability is not None and probability < 0.5
    return probability is not None and probability <= 1.0 - tools.settings.scoring.role_probability


def _channels(measures: Measures) -> dict[Speaker, int]:
    """Where each side is heard; on one channel both are."""
    agent = measures.agent_channel
    return {"agent": 0, "customer": 0} if agent is None else {"agent": agent, "customer": 1 - agent}


@contextlib.contextmanager
def _going_wrong(progress: _Progress) -> Iterator[None]:
    """Whatever goes wrong with a call becomes Unusable; what concerns every call goes on as it is.

    Messages of our own errors are stored, they are written without words of the call. Of any other exception only its class
    and place are, since nobody knows what its message quotes.
    """
    try:
        yield
    except (Unusable, RapportError):
        raise
    except (RecordingError, TranscriptionError, ScoringError) as error:
        reason = getattr(error, "reason", "error")
        raise Unusable(Problem("failed", reason, str(error)), progress.stage, type(error).__name__) from error
    except FileNotFoundError as error:
        text = "the recording is not there: the manifest names it wrongly, or it was removed after the run began"
        raise Unusable(Problem("failed", "recording_missing", text), progress.stage, type(error).__name__) from error
    except OSError as error:
        if progress.stage != "fetch":
            raise  # results or temporary files cannot be written: no fault of the call
        text = f"the recording cannot be read: {error.strerror or type(error).__name__}"
        raise Unusable(Problem("failed", "recording_unreadable", text), progress.stage, type(error).__name__) from error
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        text = f"{type(error).__name__} in {Path(frame.filename).name} line {frame.lineno} while the call was at stage {progress.stage}"
        raise Unusable(Problem("failed", "error", f"{text}; this is a fault of Rapport"), progress.stage, type(error).__name__) from error


@contextlib.contextmanager
def fetched(call: CallInput) -> Iterator[Path]:
    """The call's file on this machine: itself, or a private copy of a remote one or of a vCon's inline audio for as long as it is needed.

    Raises RecordingError where a vCon's audio cannot be read or is not the one that its `content_hash` is of.
    """
    suffix = os.path.splitext(call.recording)[1].lower()
    with tempfile.TemporaryDirectory(prefix="rapport-") as folder:
        path = Path(call.recording)
        if is_url(call.recording):
            path = Path(folder) / f"recording{suffix}"
            fs, remote = file_system(call.recording)
            with os_errors():
                fs.get_file(remote, str(path))
        if call.kind == "recording" and suffix == ".json":
            path = unpacked(path, Path(folder))
        if call.kind == "recording" and call.content_hashes:
            check_content(path, call.content_hashes)
        yield path

