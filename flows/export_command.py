"""`rapport export`: scored calls as files for other systems, in a folder of their own."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from rich.console import Console

from flows.errors import UsageError
from flows.exports import call_analytics, vcon
from flows.rescoring import dates_between
from flows.reviews import reviews_of
from flows.store import SUFFIX, Store, file_name, outcomes_folder
from flows.tables import CALL_TABLES, read_outcome_document, stored_table
from review import audit
from scoring.rows import Rows

TABLES_FORM = "csv"
DOCUMENTS: dict[str, tuple[Callable[[str, Rows], dict[str, Any]], str]] = {
    "vcon": (vcon, ".vcon.json"),
    "transcribe-ca": (call_analytics, ".transcribe-ca.json"),  # never the name of a sidecar
}
"""What a call can be written as: how, and how its file's name ends."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A text that begins so is a formula to some spreadsheet, which would execute what a caller said."""


def export_results(results: str, form: str, out: Path, dates: str | None, database: str) -> None:
    """Write scored calls as one of `DOCUMENTS`, or tables (`TABLES_FORM`), to `OUT/<date>/` and say how many.

    Files of an earlier export there are replaced; those of calls that are gone stay. UsageError where nothing can be written there.
    """
    store = Store(results)
    if store.local is not None and out.resolve().is_relative_to(store.local.resolve()):
        raise UsageError(f"--out {out} lies in the results folder; what is exported is not erased with its call, so keep it apart")
    if ":/" in str(out):  # which is what a path makes of s3://
        raise UsageError(f"--out {out}: exports are written to a folder of this machine")
    chosen = dates_between(store, dates)
    console = Console()
    with reviews_of(store.local, database) as reviews:
        if reviews is not None:  # before anything is written, so that no export is missing in the log
            what = f"{chosen[0]} to {chosen[-1]} as {form}"
            audit.record(reviews, audit.operator(), "", "command line", "export", detail=what)
    try:
        written = sum(_write_date(store, date, out / date, form) for date in chosen)
    except OSError as error:
        raise UsageError(f"--out {out}: cannot be written ({error.strerror})") from error
    what = "tables" if form == TABLES_FORM else "scored calls"
    console.print(f"{written} {what} of {chosen[0]} to {chosen[-1]} written to {out}", highlight=False, soft_wrap=True)
    console.print("Erasing a call does not reach what was exported: export into a new folder, and remove the old one.", highlight=False)


def _write_date(store: Store, date: str, folder: Path, form: str) -> int:
    """Write a date's files; return how many."""
    folder.mkdir(parents=True, exist_ok=True)
    return _write_tables(store, date, folder) if form == TABLES_FORM else _write_calls(store, date, folder, *DOCUMENTS[form])


def _write_calls(store: Store, date: str, folder: Path, document: Callable[[str, Rows], dict[str, Any]], ending: str) -> int:
    written = 0
    for name in store.names(outcomes_folder(date)):
        if not name.endswith(SUFFIX):
            continue
        outcome = read_outcome_document(store, date, name)
        if outcome.status != "scored":
            continue
        path = folder / f"{file_name(outcome.rows.calls[0].call_id)}{ending}"
        path.write_text(json.dumps(document(date, outcome.rows), ensure_ascii=False, indent=1, allow_nan=False), encoding="utf-8")
        written += 1
    return written


def _write_tables(store: Store, date: str, folder: Path) -> int:
    """Every table of a date, row group by row group; lists are joined by semicolons."""
    written = 0
    for table in CALL_TABLES:
        stored = stored_table(store, table, date)
        if stored is None:
            continue
        path = folder / f"{table}.csv"
        with stored as file, path.open("w", encoding="utf-8-sig", newline="") as target:
            quoted = {"index": False, "quoting": csv.QUOTE_NONNUMERIC}  # some spreadsheets part cells at semicolons
            _cells(file.schema_arrow.empty_table()).to_csv(target, **quoted)
            for number in range(file.num_row_groups):
                _cells(file.read_row_group(number, use_threads=False)).to_csv(target, header=False, **quoted)
        written += 1
    return written


def _cells(rows: pa.Table) -> pd.DataFrame:
    """Rows as a spreadsheet can have them: lists joined by semicolons, texts that are no formulas, nulls empty."""
    frame = rows.to_pandas(types_mapper=pd.ArrowDtype, use_threads=False)
    for name, kind in zip(rows.schema.names, rows.schema.types, strict=True):
        if pa.types.is_list(kind):
            frame[name] = ["; ".join(values) for values in rows[name].to_pylist()]
        if pa.types.is_list(kind) or pa.types.is_string(kind):
            frame[name] = [f"'{text}" if isinstance(text, str) and text.startswith(FORMULA) else text for text in frame[name]]
    return frame

