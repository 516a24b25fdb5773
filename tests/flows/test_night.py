"""Runs over recordings, without Prefect: what a run does, what the next one leaves alone, what comes out of a run that broke off."""

import os
from datetime import UTC, datetime

import pandas
import pytest

from flows import night
from flows.erasing import erase_call
from flows.errors import ConfigError, ResultsError
from flows.night import Request
from flows.rescoring import dates_between, rescore
from flows.settings import ConfigFolder, load_settings
from flows.store import Store
from flows.tools import Tools
from tests.flows.searching import tables


def counts(summary) -> tuple[int, int, int, int]:
    run = summary.run
    assert run.seen == run.scored + run.refused + run.failed + run.skipped
    return run.scored, run.refused, run.failed, run.skipped


def test_a_run_and_the_next_one_that_has_nothing_to_do(make_calls, tmp_path, run):
    calls, results = make_calls(3), tmp_path / "results"
    assert counts(run(calls, results)) == (3, 0, 0, 0)
    first = tables(results)
    assert {row["call_id"] for row in first["calls"]} == {"call-000", "call-001", "call-002"}
    assert all(row["status"] == "scored" and row["date"] == "2026-03-01" for row in first["calls"])
    assert first["turns"] and first["words"] and first["scores"]
    again = run(calls, results, today="2026-03-02")
    assert counts(again) == (0, 0, 0, 3) and again.dates == ("2026-03-01",)
    assert tables(results) == first
    runs = pandas.read_parquet(results / "runs")
    assert runs.seen.tolist() == [3, 3] and sorted(runs.skipped) == [0, 3]
    assert not list((results / "plans").iterdir()) and not list((results / "stale").iterdir())


def test_force_scores_again_with_the_same_result(make_calls, tmp_path, run):
    calls, results = make_calls(2), tmp_path / "results"
    run(calls, results)
    first = tables(results)
    assert counts(run(calls, results, force=True)) == (2, 0, 0, 0)
    assert tables(results) == first


def test_changed_metadata_is_scored_again_without_the_recogniser(make_calls, tmp_path, run):
    calls, results = make_calls(2), tmp_path / "results"
    run(calls, results)
    (calls.folder / "call-001.json").write_text('{"agent_id": "a-7"}')
    for path in calls.transcripts.glob("*.json.gz"):
        path.unlink()  # a recogniser that were asked would find nothing
    assert counts(run(calls, results)) == (1, 0, 0, 1)
    assert pandas.read_parquet(results / "calls").set_index("call_id").agent_id["call-001"] == "a-7"


def test_a_replaced_recording_replaces_its_rows_and_its_words(make_calls, tmp_path, add_call, run):
    calls, results = make_calls(2), tmp_path / "results"
    run(calls, results)
    before = {path.name for path in results.glob("artefacts/*/*")}
    add_call(calls, "call-001", 12.0)
    assert counts(run(calls, results)) == (1, 0, 0, 1)
    after = {path.name for path in results.glob("artefacts/*/*")}
    assert len(before - after) == 1 and len(after - before) == 1
    assert len(tables(results)["calls"]) == 2


def test_two_calls_of_one_content_share_what_is_stored_of_it(make_calls, tmp_path, add_call, run):
    calls, results = make_calls(1), tmp_path / "results"
    run(calls, results)
    (calls.folder / "call-000.wav").rename(calls.folder / "renamed.wav")
    assert counts(run(calls, results)) == (1, 0, 0, 0)
    assert len(list(results.glob("artefacts/*/*"))) == 1
    erase_call(Store(results), "call-000")
    assert len(list(results.glob("artefacts/*/*"))) == 1
    add_call(calls, "renamed", 11.0)  # another recording: nobody uses the first one any more
    run(calls, results)
    assert len(list(results.glob("artefacts/*/*"))) == 1
    erase_call(Store(results), "renamed")
    assert not list(results.glob("artefacts/*/*"))


def test_a_failed_call_is_tried_again_a_refused_one_is_not(make_calls, tmp_path, add_call, run):
    calls, results = make_calls(1), tmp_path / "results"
    good = (calls.folder / "call-000.wav").read_bytes()
    (calls.folder / "broken.wav").write_bytes(good[: len(good) // 2])
    (calls.folder / "copy.wav").write_bytes(good)
    summary = run(calls, results)
    assert counts(summary) == (1, 1, 1, 0) and [call.call_id for call in summary.tally.failed_calls] == ["broken"]
    rows = pandas.read_parquet(results / "calls").set_index("call_id")
    assert rows.reason.dropna().to_dict() == {"broken": "truncated", "copy": "copy_of:call-000"}
    assert "header promises" in rows.reason_text["broken"]
    assert counts(run(calls, results)) == (0, 1, 1, 1)
    add_call(calls, "broken", 9.0)
    assert counts(run(calls, results)) == (1, 1, 0, 1)
    assert pandas.read_parquet(results / "calls").set_index("call_id").status["broken"] == "scored"


def test_a_vanished_recording_costs_itself_only(make_calls, tmp_path, run):
    calls, results = make_calls(2), tmp_path / "results"
    (tmp_path / "night.csv").write_text("recording,agent_id\nrecordings/call-000.wav,7\nrecordings/gone.wav,8\n")
    summary = run(calls, results, recordings=str(tmp_path / "night.csv"))
    assert counts(summary) == (1, 0, 1, 0)
    rows = pandas.read_parquet(results / "calls").set_index("call_id")
    assert rows.reason["gone"] == "recording_missing" and rows.agent_id["call-000"] == "7"


def test_business_dates(make_calls, tmp_path, run):
    calls, results = make_calls(3), tmp_path / "results"
    (calls.folder / "call-001.json").write_text('{"started_at": "2026-02-27T23:30:00-05:00"}')  # the 28th in UTC
    run(calls, results)
    dates = pandas.read_parquet(results / "calls").set_index("call_id").date.astype(str)
    assert dates.to_dict() == {"call-000": "2026-03-01", "call-001": "2026-02-28", "call-002": "2026-03-01"}


def test_a_call_that_moves_to_another_date_leaves_its_old_one(make_calls, tmp_path, run):
    calls, results = make_calls(2), tmp_path / "results"
    run(calls, results)
    run(calls, results, date="2026-03-05")
    rows = pandas.read_parquet(results / "calls")
    assert sorted(zip(rows.call_id, rows.date.astype(str), strict=True)) == [("call-000", "2026-03-05"), ("call-001", "2026-03-05")]
    assert not list(results.glob("*/date=2026-03-01/part-0.parquet")) or set(results.glob("*/date=2026-03-01/part-0.parquet")) == set(
        results.glob("runs/date=2026-03-01/part-0.parquet")
    )


def test_another_call_of_the_same_name_on_another_day_is_another_call(make_calls, tmp_path, add_call, run):
    calls, results = make_calls(1), tmp_path / "results"
    run(calls, results)
    add_call(calls, "call-000", 14.0)
    run(calls, results, today="2026-03-02")
    assert sorted(pandas.read_parquet(results / "calls").date.astype(str)) == ["2026-03-01", "2026-03-02"]


def test_a_run_that_broke_off_is_completed_by_the_next(make_calls, tmp_path, run):
    calls = make_calls(4)
    run(calls, tmp_path / "whole")
    results = tmp_path / "results"
    request = Request(str(calls.folder), str(results), ConfigFolder(None, "packaged"), "2026-03-01", model=calls.model, runner="inline")
    prepared = night.prepare(request, datetime(2026, 3, 1, tzinfo=UTC))
    done = []

    def break_off_after_two(result):
        done.append(result)
        if len(done) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        for number in range(prepared.plan.chunks):
            night.score_chunk_calls(Store(results), prepared.plan.run_id, number, break_off_after_two)
    assert not (results / "calls").exists() and (results / "stale" / "2026-03-01").exists()
    assert counts(run(calls, results)) == (2, 0, 0, 2)
    assert tables(results) == tables(tmp_path / "whole")
    assert len(list((results / "plans").iterdir())) == 0


def test_tables_left_unmade_are_made_though_every_call_is_skipped(make_calls, tmp_path, run):
    calls, results = make_calls(2), tmp_path / "results"
    run(calls, results)
    first = tables(results)
    (results / "calls" / "date=2026-03-01" / "part-0.parquet").unlink()
    (results / "stale" / "2026-03-01").write_bytes(b"")
    assert counts(run(calls, results)) == (0, 0, 0, 2)
    assert tables(results) == first


def test_a_chunk_tried_again_counts_its_calls_once(make_calls, tmp_path):
    calls, results = make_calls(2), tmp_path / "results"
    request = Request(str(calls.folder), str(results), ConfigFolder(None, "packaged"), "2026-03-01", model=calls.model, runner="inline")
    prepared = night.prepare(request, datetime(2026, 3, 1, tzinfo=UTC))
    for _ in range(2):
        store, plan = Store(results), prepared.plan
        tally = night.total(night.score_chunk_calls(store, plan.run_id, number, lambda _: None) for number in range(plan.chunks))
        assert (tally.scored, tally.skipped) == (2, 0)


def test_results_among_the_recordings_are_not_looked_at(make_calls, run):
    calls = make_calls(1)
    run(calls, calls.folder / "results")
    summary = run(calls, calls.folder / "results")
    assert counts(summary) == (0, 0, 0, 1) and summary.ignored == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_results_that_cannot_be_written_stop_the_run(make_calls, tmp_path, run):
    calls, results = make_calls(1), tmp_path / "results"
    results.mkdir(mode=0o500)
    with pytest.raises(PermissionError):
        run(calls, results)


def test_what_stops_a_run_before_it_starts(make_calls, tmp_path, run):
    calls = make_calls(1)
    with pytest.raises(ConfigError, match="model folder /nowhere does not exist"):
        run(calls, tmp_path / "results", model="/nowhere")
    assert not (tmp_path / "results" / "plans").exists()


def test_a_changed_rubric_is_scored_again_from_what_is_stored(make_calls, tmp_path, run):
    calls, results = make_calls(2), tmp_path / "results"
    (calls.folder / "broken.wav").write_bytes(b"")
    run(calls, results)
    before = pandas.read_parquet(results / "calls").set_index("call_id")
    config = tmp_path / "config"
    config.mkdir()
    rubric = (ConfigFolder(None, "packaged").file("rubric.toml")).read_text(encoding="utf-8")
    (config / "rubric.toml").write_text(rubric.replace("good_score = 85", "good_score = 60"))
    for path in calls.folder.iterdir():
        path.unlink()
    changed = ConfigFolder(config, "--config")
    store, tools = Store(results), Tools(load_settings(changed), changed)
    rescored = list(rescore(store, tools, dates_between(store, None), lambda: None))
    assert {each.after.call_id for each in rescored} == {"call-000", "call-001"}
    after = pandas.read_parquet(results / "calls").set_index("call_id")
    assert after.rubric["call-000"] == tools.rubric.fingerprint != before.rubric["call-000"]
    assert after.status.to_dict() == before.status.to_dict()
    assert any(each.change("overall") for each in rescored)
    with pytest.raises(ResultsError, match="no calls of 2026-04-01..; it holds 2026-03-01 to 2026-03-01"):
        dates_between(store, "2026-04-01..")
    assert dates_between(store, "20260301..") == dates_between(store, "2026-03-01..")
