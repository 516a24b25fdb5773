"""The fault drill: runs of the real command are disturbed in every way there is, and the same command then gives the same tables."""

import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas
import psutil
import pytest

from tests.flows.command import RAPPORT, environment
from tests.flows.searching import tables

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

CALLS = 4
LONGEST_RUN_S = 180.0
KILLED = ("parent", "worker", "server")
PER_GROUP = 5
GROUPS = range(5)


@pytest.fixture
def calls(make_calls):
    return make_calls(CALLS)


@pytest.fixture
def start(calls, tmp_path) -> Iterator[Callable[..., subprocess.Popen]]:
    """Starts `rapport score` on the calls; whatever is left of it goes at the end."""
    started: list[subprocess.Popen] = []

    def start_run(results: Path, config: str = "") -> subprocess.Popen:
        folder = tmp_path / "config"
        folder.mkdir(exist_ok=True)
        (folder / "default.toml").write_text(f"[run]\nchunk_audio_s = 30.0\n{config}")
        command = [*RAPPORT, "score", str(calls.folder), "--out", str(results), "--date", "2026-03-01"]
        command += ["--model", calls.model, "--workers", "2", "--config", str(folder)]
        run = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        started.append(run)
        return run

    yield start_run
    for run in started:
        run.kill()
        run.communicate()


@pytest.fixture
def undisturbed(calls, tmp_path, run) -> dict[str, list[dict]]:
    """The tables of a run that nothing happened to."""
    run(calls, tmp_path / "undisturbed", date="2026-03-01")
    return tables(tmp_path / "undisturbed")


def processes_of(run: subprocess.Popen, module: str) -> list[psutil.Process]:
    try:
        found = psutil.Process(run.pid).children(recursive=True)
        return [each for each in found if module in each.cmdline()]
    except psutil.Error:  # gone in the meantime
        return []


def ended(run: subprocess.Popen) -> tuple[int, str]:
    output, _ = run.communicate(timeout=LONGEST_RUN_S)
    return run.returncode, output


def completed(start, results: Path) -> None:
    """The same command once more; nothing may be lost or counted twice."""
    status, output = ended(start(results))
    assert status == 0, output
    balanced(results)


def balanced(results: Path) -> None:
    runs = pandas.read_parquet(results / "runs")
    assert (runs.seen == runs.scored + runs.refused + runs.failed + runs.skipped).all()
    last = runs.sort_values("finished_at").iloc[-1]
    assert (last.seen, last.failed) == (CALLS, 0)


@pytest.mark.parametrize("group", GROUPS)
def test_a_killed_run_is_completed_by_the_next(group, start, undisturbed, calls, run, tmp_path):
    """Twenty-five runs, each with a `kill -9` of the parent, a worker or the Prefect server at a moment that chance chooses.

    The runs that complete them do without Prefect and processes, which saves minutes; the other drills complete with the command.
    """
    chance = random.Random(group)
    hit = 0
    for number in range(PER_GROUP):
        results = tmp_path / f"results-{number}"
        killed = KILLED[(group + number) % len(KILLED)]
        disturbed = start(results)
        hit += kill(disturbed, killed, chance)
        ended(disturbed)
        run(calls, results, date="2026-03-01")
        balanced(results)
        assert tables(results) == undisturbed, (group, number, killed)
        assert not list((results / "plans").iterdir()) and not list((results / ".temporary").glob("*"))
    assert hit >= 2, "runs must have been hit while they were at work"


def kill(run: subprocess.Popen, killed: str, chance: random.Random) -> bool:
    """Kill one of the run's processes some time after the first worker started; whether it was still there."""
    until = time.monotonic() + LONGEST_RUN_S
    while not processes_of(run, "flows.worker") and run.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(chance.uniform(0.0, 2.5))
    victims = [run] if killed == "parent" else processes_of(run, f"flows.{killed}")
    if run.poll() is not None or not victims:
        return False
    chance.choice(victims).send_signal(signal.SIGKILL)
    return True


def test_a_hung_decoder_costs_its_call_until_the_next_run(start, undisturbed, tmp_path):
    results = tmp_path / "results"
    run = start(results, "call_time_cap_s = 8.0\ncall_time_cap_factor = 0.0\n")
    while not processes_of(run, "flows.worker"):
        time.sleep(0.02)
    processes_of(run, "flows.worker")[0].send_signal(signal.SIGSTOP)
    status, output = ended(run)
    assert status == 1, output
    found = pandas.read_parquet(results / "calls")
    assert len(found) == CALLS and found[found.status == "failed"].reason.tolist() == ["time_cap"]
    completed(start, results)
    assert tables(results) == undisturbed


def test_a_recording_that_vanishes_and_comes_back(start, undisturbed, calls, tmp_path):
    results, recording = tmp_path / "results", calls.folder / f"call-{CALLS - 1:03d}.wav"
    run = start(results)
    while not list(results.glob("plans/*/plan*")) and run.poll() is None:
        time.sleep(0.01)
    shutil.move(recording, tmp_path / "away.wav")
    status, _ = ended(run)
    assert status in (0, 1)  # it may have been read before it went
    shutil.move(tmp_path / "away.wav", recording)
    completed(start, results)
    assert tables(results) == undisturbed


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A results folder on a file system of 120 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=120k", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("a file system cannot be mounted here: that takes root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def remount(folder: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", str(folder)], check=True)


@pytest.mark.parametrize("way", ["full", "read-only"])
def test_a_disk_that_cannot_be_written_is_one_message(way, start, undisturbed, small_disk):
    results = small_disk / "results"
    if way == "read-only":
        remount(small_disk, "size=32m")
        results.mkdir()
        remount(small_disk, "ro")
    status, output = ended(start(results))
    assert status == 2 and "cannot be written" in output and "Traceback" not in output, output
    remount(small_disk, "size=32m,rw")
    completed(start, results)
    assert tables(results) == undisturbed


def test_of_two_runs_at_once_one_works_and_the_other_says_so(start, undisturbed, tmp_path):
    results = tmp_path / "results"
    first = start(results)
    while not list(results.glob("plans/*/plan*")) and first.poll() is None:
        time.sleep(0.01)
    status, output = ended(start(results))
    assert status == 2 and f"process {first.pid}" in output and "another run" in output, output
    assert ended(first)[0] == 0
    assert tables(results) == undisturbed
