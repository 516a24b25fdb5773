"""The parquet tables, made from the outcome documents: a pure function of them, so that making them again changes nothing."""

import contextlib
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from flows.errors import ResultsError
from flows.outcome import OUTCOME_VERSION, Outcome
from flows.store import SUFFIX, Store, outcomes_folder
from scoring.tables import TABLES, RunRow, schema, to_table

CALL_TABLES = tuple(name for name in TABLES if name != "runs")
LEDGER_DAYS = 60
"""Days with runs that are looked through for the last night."""
VALUES_AT_ONCE = 500_000
"""Values of one table held in memory before they are written: a row group of some 80,000 words or 6,000 calls, about 30 MB."""


def mark_stale(store: Store, date: str) -> None:
    """Note, before the first outcome of a date changes, that its tables must be made anew, whatever happens next."""
    store.write_bytes(f"stale/{date}", b"")


def stale_dates(store: Store) -> list[str]:
    return store.names("stale")


def make_tables(store: Store, date: str) -> int:
    """Make every table of a date from its outcomes, in order of call id; return the number of calls.

    Memory stays flat however many calls there are. The files appear at the end, each at once; without any outcome left,
    the date's partitions go.
    """
    names = [name for name in store.names(outcomes_folder(date)) if name.endswith(SUFFIX)]
    if not names:
        for table in CALL_TABLES:
            store.remove(f"{table}/date={date}")
    else:
        with contextlib.ExitStack() as files:
            writers = {table: files.enter_context(_table_writer(store, table, date)) for table in CALL_TABLES}
            for outcome in (read_outcome_document(store, date, name) for name in names):
                for table, writer in writers.items():
                    writer.add(getattr(outcome.rows, table))
    store.remove(f"stale/{date}")
    return len(names)


def read_columns(store: Store, table: str, date: str, columns: list[str]) -> pa.Table:
    """Columns of a table of a date; without rows where the date has none."""
    file = stored_table(store, table, date)
    return schema(table).empty_table().select(columns) if file is None else file.read(columns=columns, use_threads=False)


def stored_table(store: Store, table: str, date: str) -> pq.ParquetFile | None:
    """The parquet file of a table of a date, in memory; None where the date has none.

    `pyarrow.parquet.read_table` is not used: its threads may still be tidying up when it returns, and a command that then ends is
    aborted although it did everything (apache/arrow issue 34314). For the same reason read with `use_threads=False`.
    """
    content = store.read_bytes(f"{table}/date={date}/part-0.parquet")
    return None if content is None else pq.ParquetFile(pa.BufferReader(content))


def write_run(store: Store, date: str, row: RunRow) -> None:
    """Enter a run into the ledger and make the date's table of runs."""
    store.write(f"ledger/date={date}/{row.run_id}{SUFFIX}", row)
    rows = [store.read(f"ledger/date={date}/{name}", RunRow) for name in store.names(f"ledger/date={date}")]
    with _table_writer(store, "runs", date) as writer:
        writer.add([row for row in rows if row is not None])


def last_night(store: Store) -> str | None:
    """The latest business date that a run worked for, of recordings that lie by date; None where there was none in the last runs."""
    folders = store.names("ledger")[-LEDGER_DAYS:]
    rows = (store.read(f"ledger/{folder}/{name}", RunRow) for folder in folders for name in store.names(f"ledger/{folder}"))
    return max((row.night for row in rows if row is not None and row.night is not None), default=None)


class _TableWriter:
    """Collects rows and writes them in row groups."""

    def __init__(self, table: str, file) -> None:
        self._table, self._columns = table, len(schema(table))
        self._writer = pq.ParquetWriter(file, schema(table), compression="zstd")
        self._rows: list = []

    def add(self, rows: Sequence) -> None:
        self._rows.extend(rows)
        if len(self._rows) * self._columns >= VALUES_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        if self._rows:
            self._writer.write_table(to_table(self._table, self._rows))
            self._rows = []

    def close(self) -> None:
        self._writer.close()


@contextlib.contextmanager
def _table_writer(store: Store, table: str, date: str) -> Iterator[_TableWriter]:
    with store.replacing(f"{table}/date={date}/part-0.parquet") as file, contextlib.closing(_TableWriter(table, file)) as writer:
        yield writer
        writer.flush()


def read_outcome_document(store: Store, date: str, name: str) -> Outcome:
    """An outcome by the name of its file. Raises ResultsError where it cannot be read."""
    outcome = store.read(f"{outcomes_folder(date)}/{name}", Outcome)
    if outcome is None or outcome.version != OUTCOME_VERSION:
        raise ResultsError(
            f"{store.url}/{outcomes_folder(date)}/{name} cannot be read (damaged, or written by another version of Rapport); "
            "remove it and score the call again"
        )
    return outcome
