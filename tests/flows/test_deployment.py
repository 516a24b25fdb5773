"""A deployment driven end to end: a real Prefect server, on SQLite and on PostgreSQL, a real worker, a scheduled run, results on disk."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator

import pandas
import pytest
import yaml

from flows.deploy_command import KNOWN_PLACES
from flows.places import package_environment

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("postgres"), pytest.mark.timeout(900)]

PREFECT = [sys.executable, "-m", "prefect"]
PATIENCE_S = 300.0


@pytest.fixture
def started() -> Iterator[Callable[..., subprocess.Popen]]:
    """Starts programs that end with the test, the last one first."""
    running: list[subprocess.Popen] = []

    def start(command: list[str], environment: dict[str, str]) -> subprocess.Popen:
        running.append(
            subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        )
        return running[-1]

    yield start
    for process in reversed(running):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def eventually(what: Callable[[], bool], said: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < until, said
        time.sleep(0.5)


def healthy(api: str) -> bool:
    try:
        with urllib.request.urlopen(f"{api}/health", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@pytest.mark.parametrize("kept_on", ["sqlite", "postgres"])
def test_a_scheduled_night(kept_on, started, make_calls, tmp_path, request):
    calls, results = make_calls(2), tmp_path / "results"
    if kept_on == "postgres":
        database = f"postgresql+asyncpg://{request.getfixturevalue('postgres')('prefect')}"
    else:
        database = f"sqlite+aiosqlite:///{tmp_path / 'prefect.db'}"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    api = f"http://127.0.0.1:{port}/api"
    environment = package_environment() | {
        "PREFECT_API_URL": api, "PREFECT_HOME": str(tmp_path / "prefect"), "PREFECT_API_DATABASE_CONNECTION_URL": database,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1", "PREFECT_WORKER_QUERY_SECONDS": "2",
    }  # fmt: skip
    started([*PREFECT, "server", "start", "--host", "127.0.0.1", "--port", port], environment)
    eventually(lambda: healthy(api), "the server does not answer")

    file = tmp_path / "prefect.yaml"
    deployments = yaml.safe_load(next(place for place in KNOWN_PLACES if place.is_file()).read_text(encoding="utf-8"))
    nightly = next(each for each in deployments["deployments"] if each["name"] == "nightly")
    nightly["schedules"] = [{"cron": "* * * * *", "timezone": "UTC"}]  # every minute
    nightly["parameters"] = {"recordings": str(calls.folder), "results": str(results), "model": calls.model, "workers": 1}
    file.write_text(yaml.safe_dump(deployments), encoding="utf-8")
    deploy = [sys.executable, "-m", "flows.cli", "deploy", "--file", str(file), "--apply"]
    applied = subprocess.run(deploy, env=environment, capture_output=True, text=True)
    assert applied.returncode == 0, applied.stdout + applied.stderr

    started([*PREFECT, "worker", "start", "--pool", "rapport"], environment)
    eventually(lambda: any(results.glob("runs/*/*.parquet")), "the scheduled run has not ended")
    assert pandas.read_parquet(results / "calls").status.tolist() == ["scored", "scored"]
    first = pandas.read_parquet(results / "runs").sort_values("started_at").iloc[0]
    assert (first.seen, first.scored) == (2, 2)
    if kept_on == "sqlite":
        words, kept = spoken(calls), b"".join(path.read_bytes() for path in tmp_path.glob("prefect.db*"))
        assert len(words) > 5 and b"score-nightly" in kept and not any(word in kept for word in words)


def spoken(calls) -> set[bytes]:
    """Long words of the calls: none of them may be in Prefect's database."""
    from flows.store import Store
    from transcription.transcript import Transcript

    found = set()
    for path in calls.transcripts.glob("*.json.gz"):
        for turn in Store(calls.transcripts).read(path.name, Transcript).turns:
            found |= {word.word.strip(".,?!").encode() for word in turn.words if len(word.word) > 7}
    return found
