"""`rapport export`: scored calls as files for other systems, in a folder of their own."""

import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console

from flows.errors import UsageError
from flows.exports import call_analytics, vcon
from flows.rescoring import dates_between
from flows.store import SUFFIX, Store, file_name, outcomes_folder
from flows.tables import CALL_TABLES, read_outcome_document
from review import audit
from review.database import existing_url, open_database
from scoring.rows import Rows


class Form(StrEnum):
    """What a call, or a table of a date, is written as."""

    VCON = "vcon"
    TRANSCRIBE = "transcribe-ca"
    CSV = "csv"


DOCUMENTS: dict[Form, tuple[Callable[[str, Rows], dict[str, Any]], str]] = {
    Form.VCON: (vcon, ".vcon.json"),
    Form.TRANSCRIBE: (call_analytics, ".json"),
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so is a formula to a spreadsheet, which would execute what a caller said."""


def export_results(results: str, form: Form, out: Path, dates: str | None, database: str) -> None:
    """Write scored calls, or tables, to `OUT/<date>/` and say how many; files of an earlier export are replaced."""
    store = Store(results)
    if store.local is not None and out.resolve().is_relative_to(store.local.resolve()):
        raise UsageError(f"--out {out} lies in the results folder; what is exported is not erased with its call, so keep it apart")
    chosen = dates_between(store, dates)
    console, written = Console(), 0
    for date in chosen:
        folder = out / date
        folder.mkdir(parents=True, exist_ok=True)
        count = _write_tables(store, date, folder) if form is Form.CSV else _write_calls(store, date, folder, form)
        _note(store, database, f"{date} as {form.value}: {count}")
        written += count
    what = "tables" if form is Form.CSV else "scored calls"
    console.print(f"{written} {what} of {chosen[0]} to {chosen[-1]} written to {out}", highlight=False, soft_wrap=True)
    console.print("Erasing a call does not reach what was exported.", highlight=False)


def _write_calls(store: Store, date: str, folder: Path, form: Form) -> int:
    document, ending = DOCUMENTS[form]
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
        content = store.read_bytes(f"{table}/date={date}/part-0.parquet")
        if content is None:
            continue
        path = folder / f"{table}.csv"
        with pq.ParquetFile(pa.BufferReader(content)) as file, path.open("w", encoding="utf-8-sig", newline="") as target:
            _cells(file.schema_arrow.empty_table()).to_csv(target, index=False)
            for number in range(file.num_row_groups):
                _cells(file.read_row_group(number)).to_csv(target, index=False, header=False)
        written += 1
    return written


def _cells(rows: pa.Table) -> pd.DataFrame:
    """Rows as a spreadsheet can have them: lists joined by semicolons, texts that are no formulas, nulls empty."""
    frame = rows.to_pandas(types_mapper=pd.ArrowDtype)
    for name, kind in zip(rows.schema.names, rows.schema.types, strict=True):
        if pa.types.is_list(kind):
            frame[name] = ["; ".join(values) for values in rows[name].to_pylist()]
        if pa.types.is_list(kind) or pa.types.is_string(kind):
            frame[name] = [f"'{text}" if isinstance(text, str) and text.startswith(FORMULA) else text for text in frame[name]]
    return frame


def _note(store: Store, database: str, what: str) -> None:
    """An entry in the audit log, where these results have one."""
    if url := existing_url(store.local, database):
        engine = open_database(url)
        audit.record(engine, audit.operator(), "", "command line", "export", detail=what)
        engine.dispose()
