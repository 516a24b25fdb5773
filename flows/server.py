"""Prefect's server for one run: on loopback, in a folder of its own, gone with the run that started it.

Prefect can start a temporary server itself. This one runs the same application, but it starts beside other work, holds its port
before anyone else can, skips the migrations after the first start on a machine, and goes away even when the run is killed.
"""

import contextlib
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from flows.errors import ServerError
from flows.places import cache_folder, package_environment

READY_WITHIN_S = 120.0
DATABASE = "prefect.db"


class PrefectServer:
    """A server that is starting, or one that somebody else runs. `wait` returns when it answers."""

    def __init__(self, url: str, process: subprocess.Popen[bytes] | None = None, home: Path | None = None) -> None:
        self._url, self._process, self._home = url, process, home

    def wait(self) -> None:
        """Wait until the server answers. Raises ServerError where it does not."""
        until = time.monotonic() + READY_WITHIN_S
        while not self._healthy():
            if self._process is not None and self._process.poll() is not None:
                raise ServerError(f"Prefect's temporary server ended with status {self._process.returncode}; --verbose shows why")
            if self._process is None or time.monotonic() > until:
                raise ServerError(f"no Prefect server answers at {self._url}; start it, or unset PREFECT_API_URL to work without one")
            time.sleep(0.05)
        if self._home is not None and not _migrated_database().exists():
            _keep_migrated_database(self._home / DATABASE)

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self._url}/health", timeout=READY_WITHIN_S) as answer:
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


@contextlib.contextmanager
def prefect_server(verbose: bool = False) -> Iterator[PrefectServer]:
    """The server that PREFECT_API_URL names, else a temporary one for as long as the block runs; enter before importing prefect."""
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "INFO" if verbose else "CRITICAL")
    if url := os.environ.get("PREFECT_API_URL"):
        yield PrefectServer(url)
        return
    home = Path(tempfile.mkdtemp(prefix="rapport-prefect-"))
    known = _migrated_database().is_file()
    if known:
        shutil.copyfile(_migrated_database(), home / DATABASE)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/api"
        os.environ |= {
            "PREFECT_API_URL": url,
            "PREFECT_HOME": str(home),
            "PREFECT_API_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home / DATABASE}",
            "PREFECT_API_DATABASE_MIGRATE_ON_START": str(not known).lower(),
            "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",  # a run uses no blocks; registering them takes seconds
            "PREFECT_LOGGING_TO_API_ENABLED": "false",
            "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_CLIENT_MAX_RETRIES": "2",  # a server on loopback that does not answer is gone
            "DO_NOT_TRACK": "1",
        }
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "flows.server", str(listening.fileno()), str(home)],
            stdin=subprocess.PIPE,
            stdout=None if verbose else subprocess.DEVNULL,
            stderr=None if verbose else subprocess.DEVNULL,
            env=package_environment(),
            pass_fds=[listening.fileno()],
            process_group=0,  # Ctrl-C at the terminal is for the run, which still has to tell this server that it ended
        )
    try:
        yield PrefectServer(url, process, home)
    finally:
        process.stdin.close()  # the sign to go
        process.wait()
        shutil.rmtree(home, ignore_errors=True)


def _migrated_database() -> Path:
    return cache_folder() / f"prefect-{version('prefect')}.db"


def _keep_migrated_database(database: Path) -> None:
    """Keep the empty database of a first start, whole or not at all; the next start need not migrate its own."""
    kept = _migrated_database()
    temporary = kept.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(database)) as source, contextlib.closing(sqlite3.connect(temporary)) as copy:
            source.backup(copy)
        temporary.replace(kept)
    except (OSError, sqlite3.Error):
        temporary.unlink(missing_ok=True)  # a cache that cannot be written costs seconds, not the run


def main(descriptor: int, home: str) -> None:
    """Serve on an open socket until the parent closes standard input or is gone, then remove the folder."""
    threading.Thread(target=_leave_with_parent, args=(home,), daemon=True).start()
    import uvicorn
    from prefect.server.api.server import create_app

    config = uvicorn.Config(create_app(ephemeral=True, final=True), log_level="error", lifespan="on")
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


def _leave_with_parent(home: str) -> None:
    sys.stdin.buffer.read()
    shutil.rmtree(home, ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
