"""What has been kept long enough goes: whole calls, or the rows of single tables. Calls on legal hold keep everything."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date as Date

import pyarrow.compute as pc

from flows.erasing import due_before, erase_older
from flows.holds import held_calls
from flows.outcome import claims, write_outcome
from flows.reporting import REPORTS
from flows.settings import RetentionSettings
from flows.store import SUFFIX, Store, artefact_folder, file_name
from flows.tables import CALL_TABLES, make_tables, mark_stale, read_columns, read_outcome_document
from review.erasing import erase_copies

TRANSCRIPT_TABLES = frozenset({"turns", "words"})
"""Tables that the stored transcript would bring back."""


@dataclass(frozen=True)
class Kept:
    """What retention did: calls erased and trimmed, and held calls that would have been erased."""

    erased: int = 0
    trimmed: int = 0
    held: int = 0


def enforce(store: Store, settings: RetentionSettings, today: Date) -> Kept:
    """Bring the results to what the settings allow to be kept on this business date. The caller holds the results folder."""
    receipt = erase_older(store, settings.calls, today) if settings.calls else None
    oldest_kept = {table: due_before(days, today) for table in CALL_TABLES if table != "calls" and (days := getattr(settings, table))}
    held = held_calls(store)
    trimmed = sum(_trim(store, folder.removeprefix("date="), oldest_kept, held) for folder in store.names("calls"))
    if trimmed and store.local is not None:
        erase_copies(store.local)
    if settings.runs:
        _trim_runs(store, due_before(settings.runs, today))
    return Kept(len(receipt.calls) if receipt else 0, trimmed, len(receipt.held) if receipt else 0)


def _trim(store: Store, date: str, oldest_kept: Mapping[str, str], held: Collection[str]) -> int:
    """Take the rows of tables that are due from every call of a date that is not on hold; the number of calls that had any."""
    due = [table for table, oldest in oldest_kept.items() if date < oldest]
    having = {call_id for table in due for call_id in pc.unique(read_columns(store, table, date, ["call_id"])["call_id"]).to_pylist()}
    calls = having.difference(held)
    if not calls:
        return 0
    mark_stale(store, date)
    for call_id in sorted(calls):
        outcome = read_outcome_document(store, date, f"{file_name(call_id)}{SUFFIX}")
        if outcome.metadata.sha256 is not None and not TRANSCRIPT_TABLES.isdisjoint(due):
            _remove_transcripts(store, outcome.metadata.sha256, max(oldest_kept.get(table, "") for table in TRANSCRIPT_TABLES), held)
        rows = replace(outcome.rows, **dict.fromkeys(due, ()))
        if "evidence" in due:
            rows = replace(rows, calls=tuple(replace(row, went_well_quote=None, try_next_quote=None) for row in rows.calls))
        write_outcome(store, replace(outcome, rows=rows))
    make_tables(store, date)
    store.remove(f"{REPORTS}/date={date}")  # quotes calls; `rapport report` makes it again from what is left
    return len(calls)


def _remove_transcripts(store: Store, sha256: str, oldest_kept: str, held: Collection[str]) -> None:
    """Remove the words stored of a recording, unless another call of the same content keeps them."""
    if all(date < oldest_kept and call_id not in held for date, call_id in claims(store, sha256)):
        for name in store.names(artefact_folder(sha256)):
            if name.startswith(("transcript-", "redacted-")):
                store.remove(f"{artefact_folder(sha256)}/{name}")


def _trim_runs(store: Store, oldest_kept: str) -> None:
    for folder in store.names("ledger"):
        if folder.removeprefix("date=") < oldest_kept:
            store.remove(f"runs/{folder}")
            store.remove(f"ledger/{folder}")
