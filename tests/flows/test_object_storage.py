"""Recordings and results on a real server of the S3 protocol, on loopback."""

import warnings

import pandas
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.errors import ResultsError, UsageError
from flows.remote import file_system
from flows.store import Store

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the server's own imports
    from moto.server import ThreadedMotoServer


@pytest.fixture(scope="module")
def server():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def bucket(server, monkeypatch, tmp_path) -> str:
    """The URL of an empty bucket of its own; the settings are those of any client of S3."""
    for name, value in {
        "AWS_ENDPOINT_URL": server, "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": str(tmp_path / "none"), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    url = f"s3://{tmp_path.name.replace('_', '-')}-bucket"
    file_system(url)[0].mkdir(url)
    return url


def tables(store: Store, date: str) -> dict[str, list[dict]]:
    """Every row of every table of calls, without what differs from run to run."""
    found = {}
    for name in ("calls", "turns", "words", "overlaps", "silences", "evidence", "scores"):
        table = pq.read_table(pa.BufferReader(store.read_bytes(f"{name}/date={date}/part-0.parquet")))
        found[name] = table.drop_columns([each for each in ("compute_s", "recording") if each in table.column_names]).to_pylist()
    return found


def test_a_file_is_whole_or_absent_and_listings_are_fresh(bucket):
    store, other = Store(f"{bucket}/results"), Store(f"{bucket}/results")
    assert store.names("a") == [] and store.read_bytes("a/b") is None and not store.exists("a/b")
    other.write_bytes("a/b", b"old")
    assert store.names("a") == ["b"] and store.exists("a/b")
    with pytest.raises(RuntimeError), store.replacing("a/b") as file:
        file.write(b"half")
        raise RuntimeError
    assert store.read_bytes("a/b") == b"old"
    with store.replacing("a/b") as first, store.replacing("a/c") as second:  # as the tables of a date are written
        first.write(b"1")
        second.write(b"2")
    assert [other.read_bytes(f"a/{name}") for name in other.names("a")] == [b"1", b"2"]
    other.remove("a")
    assert store.names("a") == []
    store.remove("a")


@pytest.mark.slow
def test_a_night_on_object_storage_is_the_night_on_disk(bucket, make_calls, add_call, tmp_path, run):
    calls = make_calls(2)
    (calls.folder / "call-001.json").write_text('{"agent_id": "a-7", "started_at": "2026-03-01T10:00:00Z"}')
    run(calls, tmp_path / "results")
    fs, _ = file_system(bucket)
    recordings, results = f"{bucket}/calls/2026-03-01", f"{bucket}/results"
    for path in calls.folder.iterdir():
        fs.put_file(str(path), f"{recordings}/{path.name}")
    assert run(calls, results, recordings=recordings).run.scored == 2
    assert tables(Store(results), "2026-03-01") == tables(Store(tmp_path / "results"), "2026-03-01")
    assert Store(results).names("plans") == Store(results).names("stale") == []

    fs.put_file(str(calls.folder / "call-000.wav"), f"{recordings}/copy.wav")
    fs.put_file(str(add_call(calls, "later", 8.0)), f"{recordings}/later.wav")
    again = run(calls, results, recordings=recordings).run
    assert (again.scored, again.refused, again.skipped) == (1, 1, 2)
    rows = {row["call_id"]: row["reason"] for row in tables(Store(results), "2026-03-01")["calls"]}
    assert rows == {"call-000": None, "call-001": None, "copy": "copy_of:call-000", "later": None}


def test_a_recording_that_vanishes_from_object_storage_costs_itself_only(bucket, make_calls, tmp_path, run):
    calls = make_calls(1)
    file_system(bucket)[0].put_file(str(calls.folder / "call-000.wav"), f"{bucket}/calls/call-000.wav")
    (tmp_path / "night.csv").write_text(f"recording\n{bucket}/calls/call-000.wav\n{bucket}/calls/gone.wav\ns3://no-such-bucket/x.wav\n")
    run(calls, tmp_path / "results", recordings=str(tmp_path / "night.csv"))
    rows = pandas.read_parquet(tmp_path / "results" / "calls").set_index("call_id")
    assert rows.reason.dropna().to_dict() == {"gone": "recording_missing", "x": "recording_missing"}


def test_a_server_that_is_not_there_is_one_message(bucket, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    file_system("s3://x")[0].clear_instance_cache()
    with pytest.raises(ResultsError, match="results cannot be written to s3://x/results: .*EndpointConnectionError"):
        Store("s3://x/results").create()
    with pytest.raises(UsageError, match="nonsense://x: .*nonsense"):
        Store("nonsense://x")
