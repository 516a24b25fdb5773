"""Taking calls out of the results: their outcome, words, measures, rows, reports, reviews. Recordings belong to the recorder.

What is to be erased is written down first, as a receipt without an end; an erasure that was killed is brought to its end by the next one.
"""

import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from datetime import date as Date

from pydantic import ValidationError

from flows.errors import ResultsError, UsageError
from flows.holds import held_calls
from flows.manifest import COPY_OF
from flows.outcome import read_outcome, release, write_outcome
from flows.reporting import REPORTS
from flows.store import TEMPORARY, Store, adapter, file_name, outcome_path
from flows.tables import make_tables, mark_stale, read_columns, stale_dates
from review.audit import operator
from review.erasing import erase_calls as erase_reviews

RECEIPTS = "receipts"


@dataclass(frozen=True)
class CallOfDate:
    """A call under a business date."""

    date: str
    call_id: str


@dataclass(frozen=True)
class Receipt:
    """What was erased, on whose word. The one place that an erased call's id is found in afterwards."""

    id: str
    asked: str
    by: str
    begun_at: datetime
    finished_at: datetime | None  # None: it was stopped before its end
    calls: tuple[CallOfDate, ...]
    held: tuple[CallOfDate, ...]  # would have been erased, but are on legal hold


@dataclass(frozen=True)
class _Known:
    """What the table of calls says of a call that concerns its erasure."""

    date: str
    call_id: str
    customer_id: str | None
    reason: str | None
    reason_text: str | None

    @property
    def copy_of(self) -> str | None:
        return self.reason.removeprefix(COPY_OF) if self.reason and self.reason.startswith(COPY_OF) else None


def erase_call(store: Store, call_id: str) -> Receipt:
    """Erase a call and copies of it under every date. Raises ResultsError where it is not there, UsageError where it is on hold."""
    receipt = _erase(store, f"call {call_id}", lambda call: call.call_id == call_id)
    if receipt.held:
        raise UsageError(f"call {call_id} is on legal hold; `rapport hold --results {store.url} {call_id} --release` ends it")
    if not receipt.calls:
        raise ResultsError(f"{store.url} holds no call {call_id}; call ids stand in the column call_id of the table calls")
    return receipt


def erase_customer(store: Store, customer_id: str) -> Receipt:
    """Erase every call of a customer that is not on hold. Raises ResultsError where there is no call of theirs."""
    receipt = _erase(store, f"customer {customer_id}", lambda call: call.customer_id == customer_id)
    if not (receipt.calls or receipt.held):
        where = "customers stand in the column customer_id of the table calls"
        raise ResultsError(f"{store.url} holds no calls of customer {customer_id}; {where}")
    return receipt


def erase_older(store: Store, days: int, today: Date) -> Receipt:
    """Erase every call that is not on hold and whose business date lies more than `days` days before today."""
    oldest_kept = due_before(days, today)
    return _erase(store, f"calls older than {days} days", lambda call: call.date < oldest_kept)


def due_before(days: int, today: Date) -> str:
    """The oldest business date that is kept for `days` days."""
    return (today - timedelta(days=min(days, today.toordinal() - 1))).isoformat()


def known_dates(store: Store, call_id: str) -> list[str]:
    """The business dates a call is known under."""
    return [folder.removeprefix("date=") for folder in store.names("outcomes") if store.exists(outcome_path(folder[5:], call_id))]


def receipts(store: Store) -> list[Receipt]:
    """Every receipt, the oldest first. Raises ResultsError where one cannot be read."""
    return [_read(store, name) for name in store.names(RECEIPTS)]


def _erase(store: Store, asked: str, wanted: Callable[[_Known], bool]) -> Receipt:
    held = held_calls(store)
    for begun in receipts(store):
        if begun.finished_at is None:  # what was put on hold since stays
            kept = tuple(call for call in begun.calls if call.call_id in held)
            _complete(store, replace(begun, calls=tuple(call for call in begun.calls if call not in kept), held=begun.held + kept))
    for date in stale_dates(store):
        make_tables(store, date)
    chosen, copies = [], []
    for call in _known_calls(store):
        if wanted(call):
            chosen.append(call)
        elif call.copy_of is not None:
            copies.append(call)
    held |= {call.copy_of for call in (*chosen, *copies) if call.copy_of is not None and call.call_id in held}
    erased = {call.call_id for call in chosen} - held
    chosen += [call for call in copies if call.copy_of in erased]
    receipt = Receipt(
        id=f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:6]}", asked=asked, by=operator(), begun_at=datetime.now(UTC),
        finished_at=None, calls=_named(call for call in chosen if call.call_id not in held),
        held=_named(call for call in chosen if call.call_id in held),
    )  # fmt: skip
    return _complete(store, receipt) if receipt.calls else receipt


def _complete(store: Store, receipt: Receipt) -> Receipt:
    """Erase what the receipt names; done again, it finds less to do."""
    _write(store, receipt)
    for date in {call.date for call in receipt.calls}:
        mark_stale(store, date)
    database_url = os.environ.get("RAPPORT_REVIEW_DATABASE", "")
    erase_reviews(store.local, database_url, [(call.date, call.call_id) for call in receipt.calls])
    for call in receipt.calls:
        outcome = read_outcome(store, call.date, call.call_id)
        if outcome is not None and outcome.metadata.sha256 is not None:
            release(store, outcome.metadata.sha256, call.date, file_name(call.call_id))
        store.remove(outcome_path(call.date, call.call_id))
    _forget_mentions(store, {call.call_id for call in receipt.calls})
    for date in stale_dates(store):
        make_tables(store, date)
        store.remove(f"{REPORTS}/date={date}")  # quotes calls; `rapport report` makes it again from what is left
    for left in ("plans", TEMPORARY):  # by runs that were killed
        store.remove(left)
    finished = replace(receipt, finished_at=datetime.now(UTC))
    _write(store, finished)
    return finished


def _forget_mentions(store: Store, erased: set[str]) -> None:
    """Calls that were refused because an erased one had their id say so without its name."""
    for call in _known_calls(store):
        if call.reason == "call_id_taken" and any(call_id in (call.reason_text or "") for call_id in erased):
            outcome = read_outcome(store, call.date, call.call_id)
            if outcome is not None:
                mark_stale(store, call.date)
                own = replace(outcome.rows.calls[0], reason_text="its call id was that of another call, which was erased")
                write_outcome(store, replace(outcome, rows=replace(outcome.rows, calls=(own,))))


def _known_calls(store: Store) -> Iterator[_Known]:
    for folder in store.names("calls"):
        date = folder.removeprefix("date=")
        for row in read_columns(store, "calls", date, ["call_id", "customer_id", "reason", "reason_text"]).to_pylist():
            yield _Known(date, **row)


def _named(calls: Iterable[_Known]) -> tuple[CallOfDate, ...]:
    return tuple(sorted({(call.date, call.call_id): CallOfDate(call.date, call.call_id) for call in calls}.values(), key=str))


def _read(store: Store, name: str) -> Receipt:
    try:
        return adapter(Receipt).validate_json(store.read_bytes(f"{RECEIPTS}/{name}") or b"")
    except ValidationError as error:
        raise ResultsError(f"the receipt {store.url}/{RECEIPTS}/{name} cannot be read; put it right or move it away") from error


def _write(store: Store, receipt: Receipt) -> None:
    """As plain JSON: a receipt is read by people."""
    store.write_bytes(f"{RECEIPTS}/{receipt.id}.json", adapter(Receipt).dump_json(receipt, indent=1))
