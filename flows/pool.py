"""Worker processes that a call may bring down: one that dies, hangs or swells costs the call it was at, and is replaced."""

import contextlib
import json
import select
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator

import psutil

from flows.errors import ConfigError, ResultsError, RunStopped
from flows.places import package_environment
from flows.plan import CallResult, CallTask, RunPlan
from flows.store import adapter

LOOK_EVERY_S = 0.5
"""How often a busy worker's memory is looked at."""


ONE_HEAP = {"MALLOC_ARENA_MAX": "1"}
"""CTranslate2 computes in a thread of its own, for which the C library would keep a heap of its own: 40 MB more in every worker."""


class WorkerLost(Exception):
    """A worker was lost at a call; `reason` is its code, the message says what is known."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Worker:
    """One worker process of a run. It starts at the first call, and again at the next call after it was lost.

    Its temporary files, such as copies of remote recordings, lie in a folder of its own that goes with it, whatever it dies of.
    """

    def __init__(self, plan: RunPlan) -> None:
        self._plan = plan
        self._process: subprocess.Popen[bytes] | None = None
        self._temporary = ""
        self._stopping = threading.Lock()
        self._stopped = False

    @property
    def process_id(self) -> int | None:
        return self._process.pid if self._process else None

    def run(self, task: CallTask) -> CallResult:
        """Score one call.

        Raises WorkerLost when that costs the worker, ConfigError or ResultsError when no call can go on, RunStopped after `stop`.
        """
        process = self._process or self._start()
        try:
            _send(process, adapter(CallTask).dump_json(task))
        except BrokenPipeError:
            self._lose("worker_died", f"the worker process ended with status {process.wait()} before the call began")
        answer = json.loads(self._answer(process, task))
        if "stop" not in answer:
            return adapter(CallResult).validate_python(answer)
        if answer["stop"] == "config":
            raise ConfigError(answer["message"])
        raise ResultsError(answer["message"])

    def stop(self) -> None:
        """Kill the process and start no other, whoever waits for an answer; for a run that is interrupted."""
        with self._stopping:
            self._stopped = True
            if self._process is not None:
                self._process.kill()

    def close(self) -> None:
        """End the process and remove its temporary files; it has nothing to put in order."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()
            self._process = None
            shutil.rmtree(self._temporary, ignore_errors=True)

    def _start(self) -> subprocess.Popen[bytes]:
        threads = str(self._plan.settings.transcription.model.threads)
        # Numeric libraries would each start a thread per core in every worker.
        alone = {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads, "NUMBA_NUM_THREADS": threads}
        with self._stopping:
            if self._stopped:
                raise RunStopped("the run was interrupted")
            self._temporary = tempfile.mkdtemp(prefix="rapport-worker-")
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "flows.worker", self._temporary],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=package_environment() | alone | ONE_HEAP | {"TMPDIR": self._temporary},
                process_group=0,  # Ctrl-C at the terminal is for the parent, which then stops its workers itself
            )
        with contextlib.suppress(BrokenPipeError):  # where it has ended already, the call finds that out
            _send(self._process, json.dumps([self._plan.results, self._plan.run_id]).encode())
        return self._process

    def _answer(self, process: subprocess.Popen[bytes], task: CallTask) -> bytes:
        run = self._plan.settings.run
        cap_s = run.call_time_cap_s + run.call_time_cap_factor * task.expected_s
        began = time.monotonic()
        while True:
            ready, _, _ = select.select([process.stdout], [], [], LOOK_EVERY_S)
            if ready:
                line = process.stdout.readline()
                if line:
                    return line
                self._lose("worker_died", f"the worker process ended with status {process.wait()} while at the call")
            if time.monotonic() - began > cap_s:
                self._lose("time_cap", f"not done after {cap_s:.0f} s, the cap for its size (run.call_time_cap_s and _factor)")
            resident_mb = _resident_mb(process.pid)
            if resident_mb > run.worker_memory_cap_mb:
                self._lose(
                    "memory_cap", f"took {resident_mb:.0f} MB of memory, the cap is {run.worker_memory_cap_mb} (run.worker_memory_cap_mb)"
                )

    def _lose(self, reason: str, message: str) -> None:
        self.close()
        if self._stopped:
            raise RunStopped("the run was interrupted")
        raise WorkerLost(reason, message)


class Pool:
    """The workers that this process keeps for a run: as many as chunks are at work at once, each with its model loaded.

    Where chunks are Dask's, nobody tells this process that the run is over, so workers that rest for `rest_s` end; the next chunk
    starts others.
    """

    def __init__(self, plan: RunPlan, rest_s: float = 60.0) -> None:
        self._plan = plan
        self._rest_s = rest_s
        self._lock = threading.Lock()
        self._all: list[Worker] = []
        self._resting: list[Worker] = []
        self._chunks = 0
        self._stopped = False

    @contextlib.contextmanager
    def worker(self) -> Iterator[Worker]:
        """A worker for one chunk. Raises RunStopped after `stop`."""
        with self._lock:
            if self._stopped:
                raise RunStopped("the run was interrupted")
            if not self._resting:
                self._resting.append(Worker(self._plan))
                self._all += self._resting
            worker = self._resting.pop()
            self._chunks += 1
        try:
            yield worker
        finally:
            with self._lock:
                self._resting.append(worker)
                timer = threading.Timer(self._rest_s, self._end_rest, [self._chunks])
            timer.daemon = True
            timer.start()

    def stop(self) -> None:
        """Have every call in work broken off; the chunks they belong to end with RunStopped, and their calls have no outcome."""
        with self._lock:
            self._stopped = True
            for worker in self._all:
                worker.stop()

    def close(self) -> None:
        """End all workers, at the end of the run."""
        _pools.pop(self._plan.run_id, None)
        with self._lock:
            for worker in self._all:
                worker.close()

    def _end_rest(self, chunks: int) -> None:
        with self._lock:
            if chunks == self._chunks and len(self._resting) == len(self._all):  # none was at work since
                for worker in self._all:
                    worker.close()


_pools: dict[str, Pool] = {}


def pool_of(plan: RunPlan) -> Pool:
    """The pool of a run in this process; the same for all its chunks."""
    return _pools.setdefault(plan.run_id, Pool(plan))


def _send(process: subprocess.Popen[bytes], line: bytes) -> None:
    process.stdin.write(line + b"\n")
    process.stdin.flush()


def _resident_mb(pid: int) -> float:
    try:
        return psutil.Process(pid).memory_info().rss / 1e6
    except psutil.Error:
        return 0.0
