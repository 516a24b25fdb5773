import dataclasses
import subprocess
import sys
from datetime import UTC, datetime

import pandas
import pyarrow.parquet as pq
import pytest

from flows.errors import ResultsError
from flows.outcome import OUTCOME_VERSION, Fingerprints, Outcome, read_outcome, write_outcome
from flows.store import Store, outcome_path
from flows.tables import make_tables, mark_stale, stale_dates, write_run
from scoring.metadata import CallMetadata
from scoring.rows import Rows
from scoring.tables import CallRow, RunRow, TurnRow, WordRow, schema

DAY = "2026-03-01"


def outcome(call_id: str, words: int = 2, status: str = "scored", overall: float | None = 70.0) -> Outcome:
    call = row_of(
        CallRow, call_id=call_id, status=status, unknown=[], agent_emotion=False, flags=["risk"], flag_reasons=["why"], overall=overall
    )
    turn = row_of(TurnRow, call_id=call_id, turn=0, speaker="agent", start_s=0.0, end_s=1.0, text="Hello", words=words)
    its_words = tuple(row_of(WordRow, call_id=call_id, turn=0, word="hello", start_s=n / 10, end_s=n / 10 + 0.1) for n in range(words))
    metadata = CallMetadata(call_id, started_at=datetime(2026, 3, 1, 9, tzinfo=UTC))
    rows = Rows(calls=(call,), turns=(turn,), words=its_words, overlaps=(), silences=(), evidence=(), scores=())
    prints = Fingerprints("m", "t", "s")
    return Outcome(OUTCOME_VERSION, "run", DAY, status, None, None, None, metadata, "recording", prints, 1.0, 0.5, rows)


def row_of(shape, **known):
    """A row of a table with everything else unknown."""
    return shape(**{field.name: None for field in dataclasses.fields(shape)} | known)


def test_an_outcome_comes_back_whole(tmp_path):
    store = Store(tmp_path)
    write_outcome(store, outcome("a b/ü"))
    assert read_outcome(store, DAY, "a b/ü") == outcome("a b/ü")
    assert read_outcome(store, DAY, "other") is None


@pytest.mark.slow
def test_a_command_may_end_as_soon_as_it_has_read_a_table(tmp_path):
    """With `pyarrow.parquet.read_table` a third of such processes is aborted on the way out."""
    store = Store(tmp_path)
    write_outcome(store, outcome("call"))
    make_tables(store, DAY)
    read = "import sys; from flows.store import Store; from flows.tables import read_columns as read"
    command = [sys.executable, "-c", f"{read}; read(Store(sys.argv[1]), 'calls', '{DAY}', ['call_id']).to_pylist()", str(tmp_path)]
    assert [subprocess.run(command).returncode for _ in range(20)] == [0] * 20


def test_tables_are_a_function_of_the_outcomes(tmp_path):
    store = Store(tmp_path)
    for call_id in ("b", "a", "c"):
        write_outcome(store, outcome(call_id))
    assert make_tables(store, DAY) == 3
    first = {path: path.read_bytes() for path in tmp_path.glob("*/date=*/*.parquet")}
    assert len(first) == 7
    make_tables(store, DAY)
    assert {path: path.read_bytes() for path in tmp_path.glob("*/date=*/*.parquet")} == first
    calls = pandas.read_parquet(tmp_path / "calls")
    assert calls.call_id.tolist() == ["a", "b", "c"] and calls.date.astype(str).unique().tolist() == [DAY]


def test_a_rerun_replaces_the_rows_of_a_call(tmp_path):
    store = Store(tmp_path)
    write_outcome(store, outcome("a", words=5, overall=10.0))
    write_outcome(store, outcome("b"))
    make_tables(store, DAY)
    write_outcome(store, outcome("a", words=1, overall=90.0))
    make_tables(store, DAY)
    calls, words = pandas.read_parquet(tmp_path / "calls"), pandas.read_parquet(tmp_path / "words")
    assert calls.set_index("call_id").overall.to_dict() == {"a": 90.0, "b": 70.0}
    assert words.groupby("call_id").size().to_dict() == {"a": 1, "b": 2}


def test_tables_have_their_schema_even_where_nothing_is_known(tmp_path):
    store = Store(tmp_path)
    write_outcome(store, outcome("a", words=0, overall=None))
    make_tables(store, DAY)
    for table in ("calls", "words", "overlaps", "evidence"):
        assert pq.read_schema(tmp_path / table / f"date={DAY}" / "part-0.parquet").equals(schema(table))


def test_many_rows_go_out_in_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr("flows.tables.VALUES_AT_ONCE", 60)
    store = Store(tmp_path)
    for number in range(9):
        write_outcome(store, outcome(f"c{number}", words=4))
    make_tables(store, DAY)
    file = pq.ParquetFile(tmp_path / "words" / f"date={DAY}" / "part-0.parquet")
    assert file.metadata.num_rows == 36 and file.metadata.num_row_groups > 2
    file.close()


def test_a_date_without_calls_has_no_partition(tmp_path):
    store = Store(tmp_path)
    write_outcome(store, outcome("a"))
    make_tables(store, DAY)
    store.remove(outcome_path(DAY, "a"))
    assert make_tables(store, DAY) == 0
    assert not list(tmp_path.glob("*/date=*/*.parquet"))


def test_a_date_is_stale_from_the_mark_until_its_tables_are_made(tmp_path):
    store = Store(tmp_path)
    mark_stale(store, DAY)
    write_outcome(store, outcome("a"))
    assert stale_dates(store) == [DAY]
    make_tables(store, DAY)
    assert stale_dates(store) == []


def test_a_damaged_outcome_is_named(tmp_path):
    store = Store(tmp_path)
    write_outcome(store, outcome("a"))
    store.write_bytes(outcome_path(DAY, "a"), b"damaged")
    with pytest.raises(ResultsError, match=r"a\.json\.gz cannot be read"):
        make_tables(store, DAY)


def test_runs_of_a_day_add_up(tmp_path):
    store = Store(tmp_path)
    for number in range(2):
        started_at = datetime(2026, 3, 1, 20 + number, tzinfo=UTC)
        row = RunRow(
            run_id=f"r{number}", started_at=started_at, finished_at=started_at, seen=4, scored=1, refused=1, failed=1, skipped=1,
            audio_s=60.0, compute_s=6.0, cost=None, rubric="r", engine="e", settings="s", night=None,
        )  # fmt: skip
        write_run(store, DAY, row)
    runs = pandas.read_parquet(tmp_path / "runs")
    assert runs.run_id.tolist() == ["r0", "r1"] and runs.seen.sum() == 8
