"""A call may bring its worker down: it costs that call, the next one gets a new worker."""

import os
import signal
import tempfile
import threading
import time
from dataclasses import replace

import psutil
import pytest

from flows.errors import RunStopped
from flows.manifest import CallInput, Problem
from flows.plan import CallTask, RunPlan, write_plan
from flows.pool import Pool, Worker, WorkerLost
from flows.settings import load_settings
from flows.store import Store
from scoring.metadata import CallMetadata


def a_plan(store: Store, **run) -> RunPlan:
    settings = load_settings()
    settings = replace(settings, run=replace(settings.run, **run), transcription=replaying(settings.transcription, store))
    plan = RunPlan("run", store.url, None, settings, False, 0)
    write_plan(store, plan, [])
    return plan


def replaying(transcription, store: Store):
    return replace(transcription, model=replace(transcription.model, name=f"replay:{store.url}"))


def a_task(path, problem: Problem | None = None) -> CallTask:
    return CallTask(CallInput(path.stem, str(path), "recording", 1000, CallMetadata(path.stem, str(path)), problem), "2026-03-01")


@pytest.fixture
def hanging(tmp_path):
    """A recording that nobody ever finishes reading: a pipe without a writer."""
    path = tmp_path / "hanging.wav"
    os.mkfifo(path)
    return path


@pytest.fixture
def refused(tmp_path):
    """A call that needs no work."""
    return a_task(tmp_path / "copy.wav", Problem("refused", "copy_of:other", "a copy"))


def test_a_hanging_call_costs_itself_only(tmp_path, hanging, refused):
    worker = Worker(a_plan(Store(tmp_path / "results"), call_time_cap_s=1.0, call_time_cap_factor=0.0))
    try:
        with pytest.raises(WorkerLost, match="not done after 1 s") as lost:
            worker.run(a_task(hanging))
        assert lost.value.reason == "time_cap"
        worker_again = Worker(a_plan(Store(tmp_path / "results")))  # with time enough to start
        try:
            assert worker_again.run(refused).status == "refused"
        finally:
            worker_again.close()
    finally:
        worker.close()


def test_a_killed_worker_is_replaced(tmp_path, hanging, refused):
    worker = Worker(a_plan(Store(tmp_path / "results")))
    try:
        assert worker.run(refused).status == "refused"
        first = worker.process_id
        killer = threading.Timer(1.0, os.kill, (first, signal.SIGKILL))
        killer.start()
        with pytest.raises(WorkerLost, match="status -9") as lost:
            worker.run(a_task(hanging))
        assert lost.value.reason == "worker_died"
        assert worker.run(refused).status == "refused"
        assert worker.process_id != first
    finally:
        worker.close()


def test_an_interrupted_run_costs_no_call(tmp_path, hanging, refused):
    """Whoever waits for a worker hears of the interruption, not of a call that failed, and no worker is started any more."""
    pool = Pool(a_plan(Store(tmp_path / "results")))
    try:
        with pool.worker() as worker:
            assert worker.run(refused).status == "refused"
            threading.Timer(1.0, pool.stop).start()
            with pytest.raises(RunStopped):
                worker.run(a_task(hanging))
            with pytest.raises(RunStopped):
                worker.run(refused)
    finally:
        pool.close()


def test_workers_outlive_chunks_and_end_when_they_rest(tmp_path, refused):
    """As on Dask, where nobody says that the run is over; the next chunk starts another."""
    pool = Pool(a_plan(Store(tmp_path / "results")), rest_s=1.0)
    try:
        used = []
        for _ in range(2):
            with pool.worker() as worker:
                worker.run(refused)
                used.append(worker.process_id)
        assert used[0] == used[1]
        process = psutil.Process(used[0])
        deadline = time.monotonic() + 20
        while process.is_running() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not process.is_running()
        with pool.worker() as worker:
            assert worker.run(refused).status == "refused"
    finally:
        pool.close()


def test_temporary_files_go_with_their_worker(tmp_path, hanging, refused, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    worker = Worker(a_plan(Store(tmp_path / "results")))
    try:
        worker.run(refused)
        (folder,) = (tmp_path / "tmp").iterdir()
        (folder / "copy-of-a-recording").write_bytes(b"")
        os.kill(worker.process_id, signal.SIGKILL)
        with pytest.raises(WorkerLost):
            worker.run(a_task(hanging))
        assert not folder.exists()
    finally:
        worker.close()


def test_a_swelling_worker_is_stopped(tmp_path, hanging):
    worker = Worker(a_plan(Store(tmp_path / "results"), worker_memory_cap_mb=20))
    try:
        with pytest.raises(WorkerLost, match="the cap is 20") as lost:
            worker.run(a_task(hanging))
        assert lost.value.reason == "memory_cap"
    finally:
        worker.close()


def test_a_worker_goes_when_nobody_reads_it(tmp_path, refused):
    worker = Worker(a_plan(Store(tmp_path / "results")))
    try:
        worker.run(refused)
        process = psutil.Process(worker.process_id)
        folder = worker._temporary
        worker._process.stdin.close()  # what a killed parent leaves behind
        until = time.monotonic() + 20
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE and time.monotonic() < until:
            time.sleep(0.05)
        assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
        assert not os.path.exists(folder)
    finally:
        worker.close()
