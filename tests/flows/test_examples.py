"""The demo, measured against what is exactly known about its calls: real decoding, real speech detection, real Whisper, real scores."""

import os
import subprocess
import sys
from pathlib import Path

import pandas
import pytest
from pydantic import TypeAdapter

from flows.places import package_environment
from simulation.truth import Truth

CALLS = Path(__file__).parents[2] / "examples" / "calls"
TRUTHS = sorted(CALLS.glob("*.truth.json"))

pytestmark = pytest.mark.xdist_group("examples")


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("examples") / "results"
    environment = {name: value for name, value in package_environment().items() if name not in ("PREFECT_API_URL", "RAPPORT_CONFIG")}
    command = [sys.executable, "-m", "flows.cli", "score", str(CALLS), "--out", str(out)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=os.sep)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="module")
def calls(results) -> pandas.DataFrame:
    return pandas.read_parquet(results / "calls").set_index("call_id")


def read_truth(path: Path) -> Truth:
    return TypeAdapter(Truth).validate_json(path.read_bytes())


def test_there_are_ten_varied_calls():
    truths = [read_truth(path) for path in TRUTHS]
    assert len(truths) >= 10
    assert all(45 <= truth.duration_s <= 120 and truth.sample_rate_hz == 8000 for truth in truths)
    assert len({line.voice for truth in truths for line in truth.lines}) >= 3
    assert all(path.stat().st_size < 1_000_000 for path in CALLS.iterdir())


@pytest.mark.parametrize("path", TRUTHS, ids=lambda path: path.name.split(".")[0])
def test_measures_match_the_truth(calls, path):
    truth = read_truth(path)
    call = calls.loc[truth.call_id]
    assert call.status == "scored"
    assert call.duration_s == pytest.approx(truth.duration_s, abs=0.1)
    assert call.agent_talk_share == pytest.approx(truth.agent_talk_share, abs=0.03)
    assert call.agent_interruptions == pytest.approx(truth.agent_interruptions, abs=1)
    assert call.customer_interruptions == pytest.approx(truth.customer_interruptions, abs=1)


def test_the_excellent_call_stands_far_above_the_poor_one(calls):
    truths = sorted(map(read_truth, TRUTHS), key=lambda truth: truth.intended_quality["overall"])
    poor, excellent = truths[0].call_id, truths[-1].call_id
    assert calls.overall[excellent] >= calls.overall[poor] + 30
    assert len(calls["flags"][poor]) > 0  # `calls.flags` is an attribute of every DataFrame


def test_metadata_comes_from_the_sidecars(calls):
    assert calls.agent_id.notna().all() and calls.started_at.notna().all()
    assert set(calls.date.astype(str)) == set(calls.started_at.dt.strftime("%Y-%m-%d"))


def test_sensitive_values_are_stored_nowhere(results, calls):
    truth = read_truth(CALLS / "payment_card.truth.json")
    assert truth.sensitive
    text = " ".join(pandas.read_parquet(results / "turns").query("call_id == 'payment_card'").text)
    digits = "".join(character for character in text if character.isdigit())
    for kind, value in truth.sensitive:
        plain = "".join(character for character in value if character.isdigit())
        assert len(plain) < 3 or plain not in digits, kind
    assert "[CARD]" in text


def test_the_next_run_has_nothing_to_do(results):
    before = {path: path.read_bytes() for path in results.glob("[a-q]*/date=*/*.parquet")}
    command = [sys.executable, "-m", "flows.cli", "score", str(CALLS), "--out", str(results)]
    done = subprocess.run(command, env=package_environment(), capture_output=True, text=True, cwd=os.sep)
    assert done.returncode == 0 and f"{len(TRUTHS)} unchanged and skipped" in done.stdout
    assert before and {path: path.read_bytes() for path in before} == before


def test_duckdb_reads_the_tables_without_help(results):
    import duckdb

    rows = duckdb.sql(f"SELECT count(*), count(DISTINCT date) FROM '{results}/calls/*/*.parquet'").fetchall()
    assert rows == [(len(TRUTHS), len(pandas.read_parquet(results / "calls").date.unique()))]
