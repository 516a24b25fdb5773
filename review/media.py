"""What the player needs of a recording: a review copy that browsers play, silent where words were redacted, and its peaks.

Made once per recording, in the background, into `RESULTS/review/cache/<first two of sha256>/<sha256>/`: the peaks first, as they
are quick, then the copy. The recording itself is never sent: it may be in a format no browser plays, and it holds what redaction
took out.
"""

import gzip
import json
import os
import re
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from audio.errors import RecordingError
from audio.intervals import Interval
from audio.recording import SAMPLE_RATE_HZ, Recording, open_recording
from audio.silenced import silenced_copy
from transcription.importers.vcon_recording import unpacked

SHA256 = re.compile(r"[0-9a-f]{64}")
MOST_PEAKS = 4000
"""More buckets than a waveform is wide on any screen."""
BLOCK_S = 30.0
REDACTION_PADDING_S = 0.25
"""Silenced on both sides of a redacted word, as word times are not exact."""

State = Literal["ready", "making", "missing"]


@dataclass(frozen=True)
class Media:
    """Whether a recording can be played, and if not, why not, in words."""

    state: State
    message: str = ""


class MediaCache:
    """Review copies and peaks of the recordings of one results folder."""

    def __init__(self, results: Path) -> None:
        self._results = results
        self._folder = results / "review" / "cache"
        self._workers = ThreadPoolExecutor(max_workers=1, thread_name_prefix="media")
        self._ahead = ThreadPoolExecutor(max_workers=1, thread_name_prefix="media-ahead")
        self._lock = threading.Lock()
        self._making: dict[str, Future[None]] = {}

    def prepare(self, recording: str | None, sha256: str | None, ahead: bool = False) -> Media:
        """Say whether the review copy is there; where it is not, begin to make it.

        `ahead`: nobody waits for it yet. What was asked for ahead and has not begun makes way for what somebody waits for.
        """
        if recording is None or sha256 is None or not SHA256.fullmatch(sha256):
            return Media("missing", "This call has no recording: it came as a transcript.")
        if self.audio(sha256).is_file():
            return Media("ready")
        with self._lock:
            job = self._making.get(sha256)
            if job is None or (not ahead and job.cancel()):
                workers = self._ahead if ahead else self._workers
                self._making[sha256] = workers.submit(self._make, Path(recording), sha256)
                return Media("making")
        if ahead or not job.done():
            return Media("making")
        error = job.exception()
        with self._lock:
            self._making.pop(sha256, None)  # asked again, it is tried again: the file may have come back
        if error is None:
            return Media("ready")
        if isinstance(error, (RecordingError, OSError, ChangedRecording)):
            return Media("missing", f"The recording cannot be played: {error}")
        raise error

    def audio(self, sha256: str) -> Path:
        return self._of(sha256) / "audio.flac"

    def peaks(self, sha256: str) -> Path:
        """The peaks, which are there before the audio is."""
        return self._of(sha256) / "peaks.json"

    def close(self) -> None:
        for workers in (self._ahead, self._workers):
            workers.shutdown(cancel_futures=True)

    def _of(self, sha256: str) -> Path:
        if not SHA256.fullmatch(sha256):
            raise ValueError("not a SHA-256")
        return self._folder / sha256[:2] / sha256

    def _make(self, path: Path, sha256: str) -> None:
        target = self._of(sha256)
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Whole files are moved into place, so that nothing half-written is ever sent.
        with tempfile.TemporaryDirectory(prefix=".making-", dir=target) as temporary, _opened(path) as recording:
            if recording.sha256 != sha256:
                raise ChangedRecording(f"{path.name} is not the file that was scored (its SHA-256 differs); score it again")
            peaks, copy = Path(temporary, "peaks.json"), Path(temporary, "audio.flac")
            peaks.write_text(json.dumps({"duration_s": recording.duration_s, "channels": peaks_of(recording)}), encoding="ascii")
            os.replace(peaks, self.peaks(sha256))
            write_review_copy(recording, copy, redacted_spans(self._results, sha256))
            os.replace(copy, self.audio(sha256))


def _opened(path: Path) -> Recording:
    """The recording, or a vCon's inline one: opened it is decoded, so that what was unpacked goes at once and never lies in the results."""
    if path.suffix.lower() != ".json":
        return open_recording(path)
    with tempfile.TemporaryDirectory(prefix="rapport-") as private:
        return open_recording(unpacked(path, Path(private)))


class ChangedRecording(Exception):
    """The recording is another than the one that was scored."""


def redacted_spans(results: Path, sha256: str) -> list[Interval]:
    """Where words of a recording were redacted: the union over every processing of it, so that none is heard.

    Raises OSError where a file that lists them cannot be read: then nothing may be played.
    """
    spans = []
    for path in sorted(results.glob(f"artefacts/{sha256[:2]}/{sha256}/redacted-*.json.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            spans += [Interval(float(each["start_s"]), float(each["end_s"])) for each in json.load(file)["spans"]]
    return spans


def write_review_copy(recording: Recording, target: Path, redacted: Sequence[Interval]) -> None:
    """Write the recording as FLAC, silent over the redacted stretches in every channel, whoever spoke: lines leak."""
    padded = [Interval(max(0.0, span.start_s - REDACTION_PADDING_S), span.end_s + REDACTION_PADDING_S) for span in redacted]
    silenced_copy(recording, {channel: padded for channel in range(recording.channels)}, target)


def peaks_of(recording: Recording) -> list[list[int]]:
    """The largest absolute samples of equal stretches, 0-100, per channel."""
    samples = round(recording.duration_s * SAMPLE_RATE_HZ)
    size = max(SAMPLE_RATE_HZ // 50, -(-samples // MOST_PEAKS))
    # Blocks hold whole buckets, so that no bucket is cut in two.
    block_s = max(1, round(BLOCK_S * SAMPLE_RATE_HZ / size)) * size / SAMPLE_RATE_HZ
    return [
        [peak for block in recording.blocks(channel, block_s) for peak in _peaks(block, size)] for channel in range(recording.channels)
    ]


def _peaks(samples: np.ndarray, size: int) -> list[int]:
    padded = np.pad(np.abs(samples), (0, -len(samples) % size))
    return np.ceil(padded.reshape(-1, size).max(axis=1) * 100).astype(int).tolist()
