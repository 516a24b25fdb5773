import dataclasses
import pathlib
from datetime import UTC, datetime

import pytest

from scoring import tables

ROOT = pathlib.Path(__file__).parents[2]


@pytest.mark.parametrize("name", tables.TABLES)
def test_every_column_says_what_it_means(name):
    for declared in dataclasses.fields(tables.TABLES[name]):
        assert len(declared.metadata["help"]) > 8 and declared.metadata["help"].endswith("."), declared.name
        if declared.name.endswith("_s"):
            assert declared.metadata["unit"] == "s", declared.name
        if declared.name.endswith("_share"):
            assert "share" in declared.metadata["unit"], declared.name


def test_documentation_is_made_from_the_declaration():
    assert ROOT.joinpath("docs", "columns.md").read_text(encoding="utf-8") == tables.columns_markdown()


@pytest.mark.parametrize("name", tables.TABLES)
def test_no_rows_keep_the_schema(name):
    assert tables.to_table(name, []).schema.equals(tables.schema(name))


def test_a_row_survives_parquet(tmp_path):
    import pyarrow.parquet as pq

    row = tables.RunRow(
        run_id="r", started_at=datetime(2026, 1, 2, tzinfo=UTC), finished_at=None, seen=3, scored=1, refused=1, failed=1,
        skipped=0, audio_s=60.0, compute_s=6.5, cost=None, rubric=None, engine=None, settings=None, night="2026-01-01",
    )  # fmt: skip
    pq.write_table(tables.to_table("runs", [row]), tmp_path / "runs.parquet")
    back = pq.read_table(tmp_path / "runs.parquet")
    assert back.to_pylist() == [dataclasses.asdict(row)]
    assert back.schema.field("audio_s").metadata[b"unit"] == b"s"


def test_a_required_column_refuses_null():
    row = tables.WordRow(call_id="c", turn=0, word="hello", start_s=0.0, end_s=0.1, confidence=None)
    with pytest.raises(ValueError, match="column word is null in 1 of 2 rows"):
        tables.to_table("words", [row, dataclasses.replace(row, word=None)])
    assert tables.to_table("words", [row]).num_rows == 1
