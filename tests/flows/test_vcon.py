"""vCons with audio: inline, and as a file beside them."""

import base64
import hashlib
import json
from dataclasses import replace

import pandas
import pytest

from audio.errors import ContentMismatch, DamagedRecording
from audio.intervals import Interval
from flows.call import fetched
from flows.manifest import discover
from flows.settings import load_settings

PARTIES = [{"role": "agent", "name": "Ana Ruiz", "id": "a-7"}, {"role": "customer", "name": "Sam"}]
START = "2026-03-02T09:00:00+00:00"
HOLD = [{"party": 0, "event": name, "time": f"2026-03-02T09:00:{second}+00:00"} for name, second in (("hold", 10), ("unhold", 20))]
TRANSCRIPT = [{"type": "transcript", "body": [{"speaker": "agent", "message": "Good morning."}]}]


@pytest.fixture
def settings():
    return replace(load_settings().input, settle_s=0.0)


def vcon(analysis=(), **dialog) -> str:
    recording = {"type": "recording", "start": START, "party_history": HOLD, **dialog}
    return json.dumps({"vcon": "0.3.0", "uuid": "u-1", "parties": PARTIES, "dialog": [recording], "analysis": list(analysis)})


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def hash_of(content: bytes) -> str:
    return f"sha512-{encoded(hashlib.sha512(content).digest())}"


@pytest.mark.parametrize("analysis", [(), TRANSCRIPT])
def test_a_vcon_belongs_to_the_recording_it_names(tmp_path, settings, analysis):
    (tmp_path / "audio.wav").write_bytes(b"sound")
    (tmp_path / "other.json").write_text(vcon(analysis, url="https://example.org/store/audio.wav", content_hash=hash_of(b"sound")))
    found = discover(str(tmp_path), settings)
    (call,) = found.calls
    assert (call.call_id, call.kind, call.recording, found.ignored) == ("u-1", "recording", str(tmp_path / "audio.wav"), 0)
    assert (call.metadata.agent_id, call.metadata.agent_name, call.metadata.customer_name) == ("a-7", "Ana Ruiz", "Sam")
    assert call.metadata.holds == (Interval(10.0, 20.0),)
    with fetched(call) as path:
        assert path.read_bytes() == b"sound"


def test_a_vcon_says_on_which_channel_the_agent_is(tmp_path, settings):
    (tmp_path / "audio.wav").write_bytes(b"sound")
    (tmp_path / "audio.json").write_text(vcon(filename="audio.wav", parties=[1, 0]))
    (call,) = discover(str(tmp_path), settings).calls
    assert call.metadata.agent_channel == 1


def test_inline_audio_is_a_recording(tmp_path, settings):
    (tmp_path / "a.json").write_text(vcon(TRANSCRIPT, body=encoded(b"sound"), content_hash=hash_of(b"sound"), mediatype="audio/mpeg"))
    (call,) = discover(str(tmp_path), settings).calls
    assert (call.call_id, call.kind) == ("u-1", "recording")
    with fetched(call) as path:
        assert (path.read_bytes(), path.suffix) == (b"sound", ".mp3")
    assert not path.exists()


@pytest.mark.parametrize("dialog", [{"filename": "audio.wav"}, {"body": encoded(b"sound")}])
def test_content_that_is_not_what_the_hash_is_of(tmp_path, settings, dialog):
    if "filename" in dialog:
        (tmp_path / "audio.wav").write_bytes(b"sound")
    (tmp_path / "a.json").write_text(vcon(**dialog, content_hash=hash_of(b"other sound")))
    (call,) = discover(str(tmp_path), settings).calls
    with pytest.raises(ContentMismatch), fetched(call):
        pass


def test_a_body_that_is_no_base64url(tmp_path, settings):
    (tmp_path / "a.json").write_text(vcon(body="not/base64!"))
    (call,) = discover(str(tmp_path), settings).calls
    with pytest.raises(DamagedRecording), fetched(call):
        pass


def test_a_recording_that_lies_elsewhere(tmp_path, settings):
    (tmp_path / "with.json").write_text(vcon(TRANSCRIPT, url="https://example.org/a.wav"))
    (call,) = discover(str(tmp_path), settings).calls
    assert (call.kind, call.problem) == ("transcript", None)
    (tmp_path / "with.json").write_text(vcon(url="https://example.org/a.wav"))
    (call,) = discover(str(tmp_path), settings).calls
    assert call.problem.reason == "recording_missing" and "a.wav" in call.problem.text


def test_a_vcon_with_inline_audio_is_scored(make_calls, tmp_path, run):
    calls = make_calls(1)
    path = next(calls.folder.iterdir())
    content = path.read_bytes()
    path.unlink()
    (calls.folder / "call.vcon.json").write_text(vcon(body=encoded(content), content_hash=hash_of(content), mediatype="audio/x-wav"))
    run(calls, tmp_path / "results")
    call = pandas.read_parquet(tmp_path / "results" / "calls").iloc[0]
    assert (call.status, call.layout, call.agent_id) == ("scored", "two_channel", "a-7")
    assert call.sha256 == hashlib.sha256(content).hexdigest()
    assert str(call.started_at) == "2026-03-02 09:00:00+00:00"
