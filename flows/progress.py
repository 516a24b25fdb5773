"""Who is told, while a run goes on, what it is doing and which calls are done. Prefect is told of chunks; a person wants calls."""

import contextlib
from collections.abc import Iterator
from typing import Protocol

from flows.plan import CallResult


class Listener(Protocol):
    """Told of a run's progress, from the threads that work through its chunks."""

    def planned(self, calls: int) -> None: ...

    def done(self, result: CallResult) -> None: ...


class Silent:
    """A listener that does nothing: what a deployment's run has."""

    def planned(self, calls: int) -> None:
        pass

    def done(self, result: CallResult) -> None:
        pass


_listeners: list[Listener] = [Silent()]


@contextlib.contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have `listener` told of the run inside the block. Chunks that run in other processes are not heard of call by call."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def listener() -> Listener:
    return _listeners[-1]
