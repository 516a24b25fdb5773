"""The demo, measured against what is exactly known about its calls: real decoding, real speech detection, real Whisper, real scores."""

import contextlib
import itertools
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import numpy as np
import pandas
import pytest
from pydantic import TypeAdapter

from audio.recording import open_recording, sha256_of
from flows.places import cache_folder
from review.media import redacted_spans, write_review_copy
from simulation.truth import Truth
from tests.flows.command import RAPPORT, environment, rapport
from tests.flows.searching import files_below, files_with

CALLS = Path(__file__).parents[2] / "examples" / "calls"
TRUTHS = sorted(CALLS.glob("*.truth.json"))

pytestmark = pytest.mark.xdist_group("examples")


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> Path:
    """The results of the demo; beside them what Prefect's temporary database held while it ran, and what changed in the cache."""
    out = tmp_path_factory.mktemp("examples") / "results"
    temporary, databases, began_s = out.parent / "temporary", out.parent / "databases", time.time()
    temporary.mkdir()
    databases.mkdir()
    command, given = [*RAPPORT, "score", str(CALLS), "--out", str(out)], environment() | {"TMPDIR": str(temporary)}
    with (out.parent / "output.txt").open("w+") as output:
        with subprocess.Popen(command, env=given, stdout=output, stderr=subprocess.STDOUT, cwd=os.sep) as running:
            while running.poll() is None:
                time.sleep(0.3)
                for path in files_below(temporary):
                    if path.name.startswith("prefect.db"):
                        with contextlib.suppress(FileNotFoundError):  # it went with the run
                            shutil.copy(path, databases / f"{path.parent.name}-{path.name}")
        output.seek(0)
        assert running.returncode == 0, output.read()
    (out.parent / "cache").mkdir()
    for number, path in enumerate(files_below(cache_folder())):
        with contextlib.suppress(FileNotFoundError):  # another process's temporary file
            if path.stat().st_mtime > began_s:
                shutil.copy(path, out.parent / "cache" / f"{number}-{path.name}")
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


def written_forms(value: str) -> list[str]:
    """How a number or an e-mail address may be written down."""
    if "@" in value:
        name, domain = value.split("@")
        return [value, name, name.replace(".", " dot "), f"{name.split('.')[-1]} at {domain.split('.')[0]}"]
    names = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    digits = [character for character in value if character.isdigit()]
    spoken = [names[int(digit)] for digit in digits]
    sizes = {16: (4, 4, 4, 4), 10: (3, 3, 4), 4: (2, 2), 3: (3,)}[len(digits)]
    grouped = ["".join(digits[end - size : end]) for size, end in zip(sizes, itertools.accumulate(sizes), strict=True)]
    marks = (" ", "/") if len(digits) == 4 else (" ", "/", "-")  # a month and a day are joined by hyphens in every date
    forms = {mark.join(parts) for mark in marks for parts in (digits, grouped) if len(parts) > 1}
    forms |= {" ".join(spoken[:4]), ", ".join(spoken)}
    return sorted(forms | {"".join(digits)} if len(digits) > 4 else forms)


def test_sensitive_values_are_stored_nowhere(results, calls):
    """Short numbers without a mark between are looked for in the words only: measures hold numbers of their own."""
    truth = read_truth(CALLS / "payment_card.truth.json")
    assert {kind for kind, _ in truth.sensitive} >= {"card", "security_code", "phone", "email"}
    text = " ".join(pandas.read_parquet(results / "turns").query("call_id == 'payment_card'").text)
    assert "[CARD]" in text and "Greenfield" in text and files_with(results.parent, "greenfield")
    numbers = re.findall(r"\d+", text)
    assert not files_with(results.parent, *(form for _, value in truth.sensitive for form in written_forms(value)))
    for kind, value in truth.sensitive:
        assert "".join(character for character in value if character.isdigit()) not in numbers, kind


def test_prefect_s_database_was_searched_too(results):
    """What the test above finds nothing in is the real thing: the run and its call counts are there."""
    databases = results.parent / "databases"
    (run_id,) = pandas.read_parquet(results / "runs").run_id
    assert files_with(databases, str(results)) and files_with(databases, run_id)


def test_sensitive_stretches_are_silent_in_what_reviewers_hear(results, tmp_path):
    recording = CALLS / "payment_card.flac"
    spans = redacted_spans(results, sha256_of(recording))
    copy = tmp_path / "copy.flac"
    with open_recording(recording) as original:
        write_review_copy(original, copy, spans)
        loud_db = [level_db(original.read(channel, span.start_s, span.end_s)) for span in spans for channel in (0, 1)]
    with open_recording(copy) as heard:
        silent_db = [level_db(heard.read(channel, span.start_s, span.end_s)) for span in spans for channel in (0, 1)]
        before = heard.read(0, 0.0, spans[0].start_s - 1.0)
    assert len(spans) >= 4 and sum(span.duration_s for span in spans) > 10.0
    assert max(silent_db) < -60.0 < -40.0 < np.median([max(pair) for pair in zip(loud_db[::2], loud_db[1::2], strict=True)])
    assert level_db(before) > -40.0


def level_db(samples) -> float:
    """Root mean square, dB re full scale."""
    return float(10.0 * np.log10(max(float(np.mean(np.square(samples))), 1e-12)))


def test_the_next_run_has_nothing_to_do(results):
    before = {path: path.read_bytes() for path in results.glob("[a-q]*/date=*/*.parquet")}
    status, text = rapport("score", CALLS, "--out", results)
    assert status == 0 and f"{len(TRUTHS)} unchanged and skipped" in text
    assert before and {path: path.read_bytes() for path in before} == before


def test_duckdb_reads_the_tables_without_help(results):
    import duckdb

    rows = duckdb.sql(f"SELECT count(*), count(DISTINCT date) FROM '{results}/calls/*/*.parquet'").fetchall()
    assert rows == [(len(TRUTHS), len(pandas.read_parquet(results / "calls").date.unique()))]
