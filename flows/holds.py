"""Legal holds: calls that stay whatever would erase them, until somebody releases them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flows.errors import ResultsError, UsageError
from flows.store import SUFFIX, Store, file_name
from review.audit import operator

HOLDS = "holds"


@dataclass(frozen=True)
class Hold:
    """Who put a call on hold, and when."""

    call_id: str
    by: str
    since: datetime


def put_on_hold(store: Store, call_id: str) -> None:
    """Keep a call from being erased, under every date. One that is on hold already stays as it is."""
    if store.read(_path(call_id), Hold) is None:
        store.write(_path(call_id), Hold(call_id, operator(), datetime.now(UTC)))


def release_hold(store: Store, call_id: str) -> None:
    """Let a call be erased again. Raises UsageError where it is not on hold."""
    if store.read(_path(call_id), Hold) is None:
        raise UsageError(f"call {call_id} is not on hold in {store.url}")
    store.remove(_path(call_id))


def holds(store: Store) -> list[Hold]:
    """Every hold, in order of call id. Raises ResultsError where one cannot be read: nothing may be erased meanwhile."""
    found = []
    for name in store.names(HOLDS):
        hold = store.read(f"{HOLDS}/{name}", Hold)
        if hold is None:
            raise ResultsError(f"the legal hold {store.url}/{HOLDS}/{name} cannot be read; put it right or remove it")
        found.append(hold)
    return found


def held_calls(store: Store) -> set[str]:
    """The ids of the calls on hold."""
    return {hold.call_id for hold in holds(store)}


def _path(call_id: str) -> str:
    return f"{HOLDS}/{file_name(call_id)}{SUFFIX}"
