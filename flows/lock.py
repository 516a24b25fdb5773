"""One run at a time on a results folder. The operating system holds the lock, so it goes with the process however that ends."""

import contextlib
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from flows.errors import ResultsBusy, ResultsError
from flows.store import Store, cannot_write


@contextlib.contextmanager
def exclusive(store: Store) -> Iterator[None]:
    """Hold the results folder, or raise ResultsBusy saying which process does; ResultsError where there is no such folder.

    For results on object storage the lock lies on this machine: it keeps runs of one machine apart; those of several are kept
    apart by the deployment's concurrency limit.
    """
    with _opened(_lock_file(store), store) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip()
            raise ResultsBusy(
                f"another run (process {holder or 'unknown'}) is working on {store.url}; wait for it to end, or name another --out"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextlib.contextmanager
def in_turn(path: Path) -> Iterator[None]:
    """Wait until nobody else on this machine is inside a block of the same path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _opened(path: Path, store: Store) -> TextIO:
    try:
        return path.open("a+", encoding="utf-8")
    except FileNotFoundError as error:
        raise ResultsError(f"{store.url} is not there; `rapport score RECORDINGS --out {store.url}` makes it") from error
    except OSError as error:
        raise cannot_write(error, store) from error


def _lock_file(store: Store) -> Path:
    if store.local is not None:
        return store.local / ".lock"
    return Path(tempfile.gettempdir()) / f"rapport-{os.getuid()}-{hashlib.sha256(store.url.encode()).hexdigest()[:16]}.lock"
