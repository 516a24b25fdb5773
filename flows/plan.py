"""What a run is going to do, as files in the results folder that every worker reads: ids and paths go through Prefect, no facts."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from flows.manifest import CallInput
from flows.settings import Settings
from flows.store import SUFFIX, Store

BYTES_PER_S = {
    ".wav": 32_000,  # two channels of 16-bit samples at 8 kHz
    ".au": 16_000,
    ".flac": 16_000,
    ".mp3": 4_000,
    ".m4a": 4_000,
    ".aac": 4_000,
    ".mp4": 4_000,
    ".ogg": 3_000,
    ".opus": 3_000,
    ".webm": 3_000,
    ".amr": 1_600,
    ".gsm": 1_650,
}
"""Typical rates of telephone recordings, only to balance work and to cap time: no decoder runs before the worker's own."""


@dataclass(frozen=True)
class CallTask:
    """A call and the business date it belongs to."""

    call: CallInput
    date: str

    @property
    def expected_s(self) -> float:
        """Length of the recording as its size suggests; a transcript is worth a second."""
        if self.call.kind == "transcript":
            return 1.0
        suffix = "." + self.call.recording.rsplit(".", 1)[-1].lower()
        return max(1.0, self.call.size_bytes / BYTES_PER_S.get(suffix, 4_000))


@dataclass(frozen=True)
class RunPlan:
    """What holds for every call of a run. `rubric` and the other scoring files are read from `config`, None for the packaged ones."""

    run_id: str
    results: str
    config: str | None
    settings: Settings
    force: bool
    chunks: int


@dataclass(frozen=True)
class Chunk:
    """Calls that one task works through, in this order."""

    tasks: tuple[CallTask, ...]


@dataclass(frozen=True)
class CallResult:
    """What the run needs to know of a call; everything else is in its outcome."""

    call_id: str
    status: str  # scored | refused | failed | skipped
    audio_s: float
    compute_s: float
    reason: str | None = None  # reason code of a refusal or failure
    flags: tuple[str, ...] = ()  # ids of the flags raised


def split(tasks: Sequence[CallTask], chunk_audio_s: float, workers: int) -> list[Chunk]:
    """Chunks of about `chunk_audio_s` of expected audio, and at least four per worker where there are calls enough.

    Balanced by expected length: each call, longest first, goes to the chunk that has least; so the long ones also start first.
    """
    if not tasks:
        return []
    total_s = sum(task.expected_s for task in tasks)
    wanted = max(1, round(total_s / chunk_audio_s), min(4 * workers, len(tasks)))
    heap = [(0.0, number) for number in range(min(wanted, len(tasks)))]
    filled: list[list[CallTask]] = [[] for _ in heap]
    for task in sorted(tasks, key=lambda task: (-task.expected_s, task.call.call_id)):
        load_s, number = heapq.heappop(heap)
        filled[number].append(task)
        heapq.heappush(heap, (load_s + task.expected_s, number))
    return [Chunk(tuple(chunk)) for chunk in filled]


def plan_folder(run_id: str) -> str:
    return f"plans/{run_id}"


def write_plan(store: Store, plan: RunPlan, chunks: Sequence[Chunk]) -> None:
    for number, chunk in enumerate(chunks):
        store.write(_chunk_path(plan.run_id, number), chunk)
    store.write(f"{plan_folder(plan.run_id)}/plan{SUFFIX}", plan)


def read_plan(store: Store, run_id: str) -> RunPlan:
    return _there(store.read(f"{plan_folder(run_id)}/plan{SUFFIX}", RunPlan), run_id)


def read_chunk(store: Store, run_id: str, number: int) -> Chunk:
    return _there(store.read(_chunk_path(run_id, number), Chunk), run_id)


def _there(value, run_id: str):
    if value is None:
        raise FileNotFoundError(f"the plan of run {run_id} is gone: the run has ended, or another one has cleared it away")
    return value


def _chunk_path(run_id: str, number: int) -> str:
    return f"{plan_folder(run_id)}/chunk-{number:05d}{SUFFIX}"
