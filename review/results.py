"""Reads the parquet tables of a results folder by DuckDB.

The lists of calls are asked for again and again, so their columns are held in memory and read anew as soon as a file of the
table `calls` changes. Everything else is read from the files when it is asked for.
"""

import dataclasses
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from review.errors import ResultsMissing
from scoring.tables import CallRow, EvidenceRow, OverlapRow, ScoreRow, SilenceRow, TurnRow, WordRow

Row = TypeVar("Row", CallRow, TurnRow, WordRow, OverlapRow, SilenceRow, EvidenceRow, ScoreRow)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class CallRecord:
    """Everything the tables hold about one call of one business date."""

    date: str
    call: CallRow
    turns: tuple[TurnRow, ...]
    words: tuple[WordRow, ...]
    overlaps: tuple[OverlapRow, ...]
    silences: tuple[SilenceRow, ...]
    evidence: tuple[EvidenceRow, ...]
    scores: tuple[ScoreRow, ...]


class Results:
    """The tables of a results folder, read by DuckDB."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise ResultsMissing(f"{folder} is not there; `rapport score RECORDINGS --out {folder}` makes it")
        self.folder = folder
        self._connection = duckdb.connect(":memory:")
        self._loading = threading.Lock()
        self._loaded: tuple[tuple[str, int, int], ...] | None = None

    def files(self, table: str, date: str | None = None) -> list[str]:
        """The parquet files of a table, of one business date or of all; half-written ones are left out.

        A date that is none has no files: whatever a request names, the folder cannot be left.
        """
        if date is not None and not DATE.fullmatch(date):
            return []
        found = self.folder.glob(f"{table}/date={date or '*'}/*.parquet")
        return sorted(str(path) for path in found if not path.name.startswith("."))

    def load_calls(self) -> bool:
        """Bring the table `calls` in memory up to date; whether there is any call.

        It has the columns LISTED and the business date as text; the table `choices` beside it has the values that can be filtered
        by. A file counts as changed when its time or size did.
        """
        found = tuple((path, stat.st_mtime_ns, stat.st_size) for path in self.files("calls") if (stat := Path(path).stat()))
        with self._loading:
            if found and found != self._loaded:
                columns = ", ".join(f'"{name}"' for name in LISTED)
                sql = f"CREATE OR REPLACE TABLE calls AS SELECT date, {columns} FROM {PARQUET} ORDER BY date, call_id"
                with self._connection.cursor() as cursor:
                    cursor.execute(sql, {"files": [path for path, _, _ in found]})
                    cursor.execute(CHOICES)
                self._loaded = found
        return bool(found)

    def query(self, sql: str, values: Mapping[str, Any]) -> list[tuple]:
        """Run SQL with named values (`$name`). Each call has a cursor of its own, so requests may run at the same time."""
        with self._connection.cursor() as cursor:
            return cursor.execute(sql, dict(values)).fetchall()

    def call(self, date: str, call_id: str) -> CallRecord | None:
        """A call with all its rows; None where the tables hold none of this name under this date."""
        calls = self._of_call(CallRow, "calls", date, call_id)
        if not calls:
            return None
        return CallRecord(
            date=date,
            call=calls[0],
            turns=self._of_call(TurnRow, "turns", date, call_id, "turn"),
            words=self._of_call(WordRow, "words", date, call_id, "start_s"),
            overlaps=self._of_call(OverlapRow, "overlaps", date, call_id, "start_s"),
            silences=self._of_call(SilenceRow, "silences", date, call_id, "start_s"),
            evidence=self._of_call(EvidenceRow, "evidence", date, call_id, "start_s"),
            scores=self._of_call(ScoreRow, "scores", date, call_id),
        )

    def call_row(self, date: str, call_id: str) -> CallRow | None:
        """A call's own row only, for questions of access."""
        return next(iter(self._of_call(CallRow, "calls", date, call_id)), None)

    def _of_call(self, shape: type[Row], table: str, date: str, call_id: str, order: str = "") -> tuple[Row, ...]:
        files = self.files(table, date)
        if not files:
            return ()
        sql = f"SELECT * FROM {PARQUET} WHERE call_id = $call_id" + (f" ORDER BY {order}" if order else "")
        with self._connection.cursor() as cursor:
            rows = cursor.execute(sql, {"files": files, "call_id": call_id}).fetchall()
            columns = [column[0] for column in cursor.description]
        empty = {field.name: [] if field.type == list[str] else None for field in dataclasses.fields(shape)}
        # A night of an earlier version may lack columns that came later: these have defaults.
        named = [{name: value for name, value in zip(columns, row, strict=True) if name in empty} for row in rows]
        return tuple(shape(**{name: empty[name] if value is None else value for name, value in row.items()}) for row in named)


PARQUET = "read_parquet($files, hive_partitioning = true, hive_types_autocast = false, union_by_name = true)"
"""A table in SQL; the business date is its column `date`, as text."""

LISTED = (
    "call_id", "started_at", "duration_s", "agent_id", "team", "status", "reason", "reason_text", "overall", "overall_low",
    "overall_high", "listening", "listening_low", "listening_high", "empathy", "empathy_low", "empathy_high", "solution_focus",
    "solution_focus_low", "solution_focus_high", "band", "flags", "flag_reasons", "control_arm", "outcome", "try_next",
)  # fmt: skip
"""Columns of the table `calls` that lists of calls show, filter or sort by."""

OUTCOME = "CASE WHEN status = 'scored' THEN coalesce(outcome, 'unclear') END"
"""How a scored call ended, in SQL; the table leaves it null where that is unclear."""

CHOICES = "CREATE OR REPLACE TABLE choices AS " + " UNION ".join(
    f"SELECT '{column}' AS of, {value} AS value FROM calls"
    for column, value in (("team", "team"), ("agent", "agent_id"), ("flag", "unnest(flags)"), ("band", "band"), ("outcome", OUTCOME))
)
