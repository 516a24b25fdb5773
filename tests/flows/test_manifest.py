"""What is a call, what belongs to one, and what is left alone."""

import json
import os
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import fsspec
import pytest

from flows import listing
from flows.errors import InputError, UsageError
from flows.listing import list_files, settle
from flows.manifest import discover
from flows.settings import load_settings

TURNS = {"turns": [{"speaker": "agent", "text": "Good morning.", "start_s": 0.0, "end_s": 1.0}]}


@pytest.fixture
def settings():
    return replace(load_settings().input, settle_s=0.0)


def write(folder: Path, **files: str | bytes) -> None:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def test_recordings_sidecars_transcripts_and_the_rest(tmp_path, settings):
    write(
        tmp_path, a_dot_wav=b"1", a_dot_json='{"agent_id": "7"}', a_dot_truth_dot_json="{}", b_dot_MP3=b"22", notes_dot_txt="x",
        deep__c_dot_flac=b"333", d_dot_json=json.dumps(TURNS), e_dot_json='{"some": "thing"}', _dot_hidden_dot_wav=b"x",
    )  # fmt: skip
    found = discover(str(tmp_path), settings)
    assert [(call.call_id, call.kind) for call in found.calls] == [
        ("a", "recording"), ("b", "recording"), ("c", "recording"), ("d", "transcript"),
    ]  # fmt: skip
    assert found.calls[0].metadata.agent_id == "7"
    assert found.ignored == 3


def test_links_are_followed_once_and_those_that_lead_nowhere_are_calls_that_fail(tmp_path, settings):
    write(tmp_path, calls__a_dot_wav=b"1", disk__b_dot_wav=b"22")
    calls = tmp_path / "calls"
    (calls / "monday").symlink_to(tmp_path / "disk")
    (calls / "all").symlink_to(calls)
    (calls / "moved.wav").symlink_to("/nowhere.wav")
    found = discover(str(calls), settings)
    assert [(call.call_id, call.size_bytes) for call in found.calls] == [("a", 1), ("b", 2), ("moved", 0)]
    assert [call.call_id for call in discover(f"{calls}/*.wav", settings).calls] == ["a", "moved"]


def test_a_file_that_goes_while_the_folder_is_listed_costs_itself_only(tmp_path, settings, monkeypatch):
    write(tmp_path, a_dot_wav=b"1")
    monkeypatch.setattr(listing, "_walk", lambda *_: iter([tmp_path / "a.wav", tmp_path / "gone.wav"]))
    assert [(call.call_id, call.size_bytes) for call in discover(str(tmp_path), settings).calls] == [("a", 1), ("gone", 0)]


def test_a_glob_and_a_single_file(tmp_path, settings):
    write(tmp_path, x__a_dot_wav=b"1", x__b_dot_mp3=b"22", y__c_dot_wav=b"333")
    assert [call.call_id for call in discover(f"{tmp_path}/*/*.wav", settings).calls] == ["a", "c"]
    assert [call.call_id for call in discover(f"{tmp_path}/x/b.mp3", settings).calls] == ["b"]
    assert discover(f"{tmp_path}/*.ogg", settings).calls == ()
    with pytest.raises(InputError, match="no such file or folder"):
        discover(f"{tmp_path}/z", settings)


def test_an_fsspec_address(settings):
    fs = fsspec.filesystem("memory")
    fs.pipe({"/calls/day/a.wav": b"1", "/calls/day/a.json": b'{"team": "north"}', "/calls/day/readme.md": b"x"})
    try:
        found = discover("memory://calls/day", settings)
        assert [(call.call_id, call.recording, call.metadata.team) for call in found.calls] == [("a", "memory:///calls/day/a.wav", "north")]
        assert found.ignored == 1
        with pytest.raises(InputError, match="nothing there"):
            discover("memory://calls/night", settings)
    finally:
        fs.rm("/calls", recursive=True)
    with pytest.raises(UsageError, match="nosuch"):
        discover("nosuch://calls", settings)


def test_two_files_that_claim_one_id(tmp_path, settings):
    write(tmp_path, north__001_dot_wav=b"1", south__001_dot_wav=b"22")
    first, second = discover(str(tmp_path), settings).calls[::-1]
    assert (first.call_id, first.problem) == ("001", None)
    assert second.problem.reason == "call_id_taken" and "name_pattern" in second.problem.text
    pattern = replace(settings, name_pattern=r"(?P<call_id>(?P<team>[^/]+)/\d+)")
    calls = discover(str(tmp_path), pattern).calls
    assert [(call.call_id, call.metadata.team, call.problem) for call in calls] == [
        ("north/001", "north", None), ("south/001", "south", None),
    ]  # fmt: skip


def test_copies_are_found_by_content(tmp_path, settings):
    write(tmp_path, a_dot_wav=b"same", b_dot_wav=b"same", c_dot_wav=b"else", d_dot_wav=b"same")
    reasons = {call.call_id: call.problem.reason if call.problem else None for call in discover(str(tmp_path), settings).calls}
    assert reasons == {"a": None, "b": "copy_of:a", "c": None, "d": "copy_of:a"}


def test_bad_metadata_fails_its_call_and_says_where(tmp_path, settings):
    write(
        tmp_path, a_dot_wav=b"1", a_dot_json='{"started_at": "soon"}', b_dot_wav=b"22", b_dot_json="{", c_dot_wav=b"333",
        n_dot_csv="recording,started_at,team\na.wav,,x\nb.wav,never,y\n",
    )  # fmt: skip
    calls = {call.call_id: call for call in discover(str(tmp_path), settings).calls}
    assert "a.json: started_at: 'soon' is no date" in calls["a"].problem.text
    assert "b.json: not JSON" in calls["b"].problem.text
    assert calls["c"].problem is None
    rows = {call.call_id: call for call in discover(f"{tmp_path}/n.csv", settings).calls}
    assert rows["a"].problem is None and rows["a"].metadata.team == "x"
    assert "n.csv line 3: started_at" in rows["b"].problem.text and rows["b"].problem.status == "failed"


def test_manifest_rows_name_files_relative_to_the_manifest(tmp_path, settings, monkeypatch):
    write(tmp_path, day__a_dot_wav=b"1", n_dot_json='[{"recording": "day/a.wav", "call_id": "h-1", "agent_id": 7}]')
    monkeypatch.chdir("/")
    (call,) = discover(f"{tmp_path}/n.json", settings).calls
    assert (call.call_id, call.recording, call.size_bytes, call.metadata.agent_id) == ("h-1", str(tmp_path / "day" / "a.wav"), 1, "7")


def test_a_manifest_that_names_a_recording_twice_or_one_of_another_suffix(tmp_path, settings):
    write(tmp_path, a_dot_wav=b"1", n_dot_csv="recording,agent_id\na.wav,7\na.wav,8\nb.dat,9\n")
    again, first, other = discover(f"{tmp_path}/n.csv", settings).calls
    assert (first.call_id, first.metadata.agent_id, first.problem) == ("a", "7", None)
    assert "is named more than once; it is scored as a" in again.problem.text
    assert (other.call_id, other.kind) == ("b", "recording")


def test_a_vcon_beside_its_recording_gives_metadata(tmp_path, settings):
    vcon = {
        "uuid": "u-1", "created_at": "2024-03-17T04:06:30", "dialog": [{"type": "recording", "start": "2024-03-17T04:06:31+00:00"}],
        "parties": [{"meta": {"role": "agent"}, "name": "Mark"}, {"meta": {"role": "customer"}, "name": "Judy", "id": "c-2"}],
    }  # fmt: skip
    write(tmp_path, call_dot_mp3=b"1", call_dot_vcon_dot_json=json.dumps(vcon))
    (call,) = discover(str(tmp_path), settings).calls
    assert (call.call_id, call.kind) == ("u-1", "recording")
    assert (call.metadata.agent_id, call.metadata.customer_id) == ("Mark", "c-2")
    assert call.metadata.started_at == datetime(2024, 3, 17, 4, 6, 31, tzinfo=UTC)


def test_growing_files_are_left_for_the_next_run(tmp_path):
    write(tmp_path, old_dot_wav=b"1", young_dot_wav=b"1", growing_dot_wav=b"1")
    os.utime(tmp_path / "old.wav", (time.time() - 60,) * 2)
    files = list_files(str(tmp_path))
    grow = threading.Timer(0.2, (tmp_path / "growing.wav").write_bytes, (b"12",))
    grow.start()
    whole, growing = settle(files, 0.6)
    grow.join()
    assert [file.name for file in whole] == ["old.wav", "young.wav"] and [file.name for file in growing] == ["growing.wav"]


def test_nobody_waits_for_old_files(tmp_path):
    write(tmp_path, old_dot_wav=b"1")
    os.utime(tmp_path / "old.wav", (time.time() - 60,) * 2)
    began = time.monotonic()
    assert settle(list_files(str(tmp_path)), 30.0)[1] == [] and time.monotonic() - began < 5
