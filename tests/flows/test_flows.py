"""The flows through a real Prefect server: missed nights, what its pages show, the webhook, missed dates, Dask."""

import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from datetime import date as Date

import pandas
import pytest

from flows.errors import InputError, UsageError
from flows.server import prefect_server

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]


@pytest.fixture(scope="module")
def prefect_api():
    """The address of a temporary server, named to Prefect as it is in this process."""
    before = dict(os.environ)
    os.environ.pop("PREFECT_API_URL", None)
    with prefect_server() as server:
        server.wait()
        from prefect.settings import PREFECT_API_URL, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings

        with temporary_settings({PREFECT_API_URL: os.environ["PREFECT_API_URL"], PREFECT_LOGGING_TO_API_ENABLED: False}):
            yield os.environ["PREFECT_API_URL"]
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def config(tmp_path):
    """A configuration that differs from the defaults by these lines."""

    def write(text: str) -> str:
        folder = tmp_path / "config"
        folder.mkdir(exist_ok=True)
        (folder / "default.toml").write_text(text)
        return str(folder)

    return write


@pytest.fixture
def nights(make_calls, tmp_path):
    """Recordings of four nights, the last of them last night's, one call each: where they are with {date}, their model, and the dates."""
    calls = make_calls(4)
    tonight = datetime.now(UTC) - timedelta(hours=6)
    dates = [f"{tonight - timedelta(days=days):%Y-%m-%d}" for days in (3, 2, 1, 0)]
    for date, path in zip(dates, sorted(calls.folder.iterdir()), strict=True):
        (tmp_path / "nights" / date).mkdir(parents=True)
        shutil.move(path, tmp_path / "nights" / date / path.name)
    return str(tmp_path / "nights" / "{date}"), calls.model, dates


def dates_of(results) -> list[str]:
    return sorted(pandas.read_parquet(results / "calls").date.astype(str))


def artifacts(prefect_api: str) -> dict[str, list]:
    """Every artifact by key, oldest first."""
    import httpx

    answer = httpx.post(f"{prefect_api}/artifacts/filter", json={"sort": "CREATED_DESC"}).raise_for_status().json()
    found = {}
    for each in reversed(answer):
        found.setdefault(each["key"], []).append(each["data"])
    return found


def test_missed_nights_are_made_up_for(prefect_api, nights, tmp_path, config):
    from flows.nightly import score_nightly
    from flows.upkeep import backfill

    recordings, model, dates = nights
    results, inline = tmp_path / "results", config("[run]\nrunner = 'inline'\n")
    backfill(recordings, str(results), dates[0], inline, model=model)
    assert dates_of(results) == dates[:1]
    shutil.rmtree(tmp_path / "nights" / dates[2])  # a day without a call
    score_nightly(recordings, str(results), config=inline, model=model)
    assert dates_of(results) == [dates[0], dates[1], dates[3]]
    runs = pandas.read_parquet(results / "runs")
    assert sorted(runs.night) == [dates[0], dates[1], dates[3]] and runs.scored.tolist() == [1, 1, 1]

    with pytest.raises(InputError, match=f"1 of 2 dates have no recordings that can be listed: {dates[2]}"):
        backfill(recordings, str(results), f"{dates[2]}..{dates[3]}", inline, model=model)
    assert pandas.read_parquet(results / "runs").skipped.sum() == 1
    with pytest.raises(UsageError, match="needs {date} where the date stands"):
        backfill("/calls", str(results), dates[0])


@pytest.mark.parametrize(("catch_up", "expected"), [("latest", [0, 2, 3]), ("skip", [0, 3])])
def test_missed_nights_that_are_left_alone(prefect_api, nights, tmp_path, config, catch_up, expected):
    from flows.nightly import score_nightly

    recordings, model, dates = nights
    results, inline = tmp_path / "results", config(f"[run]\nrunner = 'inline'\ncatch_up = '{catch_up}'\n")
    score_nightly(recordings, str(results), datetime.fromisoformat(dates[0]).date(), inline, model=model)
    score_nightly(recordings, str(results), config=inline, model=model)
    assert dates_of(results) == [dates[number] for number in expected]


def test_what_prefect_shows_of_a_night(prefect_api, make_calls, tmp_path, config):
    from flows.nightly import score_nightly

    calls, results = make_calls(2), tmp_path / "results"
    (calls.folder / "broken.wav").write_bytes(b"")
    score_nightly(str(calls.folder), str(results), config=config("[run]\nrunner = 'inline'\n"), model=calls.model)
    shown = artifacts(prefect_api)
    table = json.loads(shown["rapport-calls"][-1])
    assert [(row["what"], row["calls"]) for row in table[:5]] == [
        ("seen", 3), ("scored", 2), ("refused", 0), ("failed", 1), ("skipped", 0),
    ]  # fmt: skip
    assert (table[5]["call_id"], table[5]["reason"]) == ("broken", "empty_file")
    assert shown["rapport-progress"][-1] == 100.0
    (report,) = results.glob("reports/*/index.html")
    assert report.as_uri() in shown["rapport-report"][-1]


def test_retention_after_a_night_and_by_a_flow_of_its_own(prefect_api, make_calls, tmp_path, config):
    from flows.nightly import score_nightly
    from flows.upkeep import enforce_retention

    calls, results = make_calls(2), tmp_path / "results"
    kept_shortly = config("[run]\nrunner = 'inline'\n[retention]\nwords = 1\n")
    score_nightly(str(calls.folder), str(results), date=Date(2026, 3, 1), config=kept_shortly, model=calls.model)
    assert len(pandas.read_parquet(results / "calls")) == 2 and pandas.read_parquet(results / "words").empty
    with pytest.raises(UsageError, match="1 day at least"):
        enforce_retention(str(results), older_than_days=0)
    assert enforce_retention(str(results), older_than_days=10**6) == 0
    assert enforce_retention(str(results), older_than_days=1) == 2
    assert not (results / "calls").exists() or not any((results / "calls").iterdir())


def test_dask_does_the_same(prefect_api, make_calls, tmp_path, config):
    from flows.nightly import score_nightly

    calls = make_calls(4)
    same = {"config": config(""), "model": calls.model}
    score_nightly(str(calls.folder), str(tmp_path / "here"), runner="inline", **same)
    summary = score_nightly(str(calls.folder), str(tmp_path / "dask"), runner="dask", workers=2, **same)
    assert summary.run.scored == 4
    here, dask = (pandas.read_parquet(tmp_path / name / "calls").drop(columns="compute_s") for name in ("here", "dask"))
    pandas.testing.assert_frame_equal(here, dask)
