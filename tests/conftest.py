"""What every test runs under, and a database server for those that want one."""

import glob
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.places import cache_folder

# Before anything numeric is imported: every process of the suite computes on one thread, as a worker does.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# Where `flows` has librosa keep its machine code: compiled once for all tests.
os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_folder() / "compiled"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[str], str]]:
    """A PostgreSQL server of this suite's own; `postgres("reviews")` makes an empty database and gives its address on it.

    Skips where its programs are absent. The server refuses to run as root, so root runs it as somebody else.
    """
    found = shutil.which("initdb") or next(iter(sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), reverse=True)), None)
    if found is None:
        pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    programs = Path(found).resolve().parent
    as_somebody = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="rapport-postgres-"))
    if as_somebody:
        shutil.chown(folder, "nobody", "nogroup")
    data = str(folder / "data")
    initdb = [str(programs / "initdb"), "-D", data, "-U", "rapport", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(initdb, cwd=folder, check=True, capture_output=True, **as_somebody)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [str(programs / "postgres"), "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", str(folder), "-c", "fsync=off"],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_somebody,
    )  # fmt: skip

    def database(name: str) -> str:
        import psycopg

        until = time.monotonic() + 30.0
        while True:
            try:
                with psycopg.connect(f"host=127.0.0.1 port={port} user=rapport dbname=postgres", autocommit=True) as connection:
                    connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
                return f"rapport@127.0.0.1:{port}/{name}"
            except psycopg.OperationalError:  # it is still starting
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    yield database
    server.terminate()
    server.wait()
    shutil.rmtree(folder)
