import base64
import hashlib

import pytest

from audio.intervals import Interval
from transcription.errors import ImportedTranscriptError
from transcription.importers.vcon_recording import inline_audio, proves, role_of, vcon_recording

AUDIO = bytes(range(256)) * 3


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def vcon(**dialog) -> dict:
    return {"vcon": "0.3.0", "parties": [{"role": "agent"}, {"role": "customer"}], "dialog": [{"type": "recording", **dialog}]}


def event(name: str, second: float, party: int = 0) -> dict:
    return {"party": party, "event": name, "time": f"2026-03-02T09:00:{second:06.3f}+00:00"}


def test_inline_audio_comes_back_whatever_its_padding():
    for length in (765, 766, 767):
        found = vcon_recording(vcon(body=encoded(AUDIO[:length]), encoding="base64url", mediatype="audio/mpeg"))
        assert inline_audio(found) == AUDIO[:length]
        assert (found.suffix, found.file_name) == (".mp3", None)


def test_a_body_that_is_no_base64url():
    assert inline_audio(vcon_recording(vcon(body="not/base64!"))) is None


@pytest.mark.parametrize(
    ("dialog", "name"),
    [
        ({"filename": "call 7.wav"}, "call 7.wav"),
        ({"url": "https://example.org/2026/call%207.wav?key=1"}, "call 7.wav"),
        ({"filename": "../../etc/passwd"}, "passwd"),
        ({"filename": "C:\\calls\\a.wav"}, "a.wav"),
        ({}, None),
    ],
)
def test_a_file_is_named_without_folders(dialog, name):
    assert vcon_recording(vcon(**dialog)).file_name == name


@pytest.mark.parametrize(
    ("on_channels", "channel"),
    [
        ([0, 1], 0), ([1, 0], 1), ([[1], [0]], 1), ([0], None), (0, None), ([0, 1, 1], None), ([[0, 1]], None), ([[0, 1], 1], None),
        ([None, 0], None), ([1, 1], None), ([0, 7], None), ([True, False], None),
    ],
)  # fmt: skip
def test_the_parties_of_two_channels_say_where_the_agent_is(on_channels, channel):
    assert vcon_recording(vcon(parties=on_channels)).agent_channel == channel


def test_without_roles_the_parties_do_not_say_where_the_agent_is():
    document = vcon(parties=[1, 0])
    document["parties"] = [{"name": "Ana"}, {"name": "Sam"}]
    assert vcon_recording(document).agent_channel is None


@pytest.mark.parametrize(
    "party", [{"role": "agent"}, {"role": " Agent "}, {"meta": {"role": "agent"}}, {"meta": {"team": "b"}, "role": "agent"}]
)
def test_a_party_s_role(party):
    assert role_of(party) == "agent"
    assert role_of({"meta": "agent"}) is role_of("agent") is role_of({"role": 3}) is None


def test_content_hashes():
    right = "sha512-" + encoded(hashlib.sha512(AUDIO).digest())
    wrong = "sha256-" + encoded(hashlib.sha256(b"else").digest())
    assert proves(vcon_recording(vcon(content_hash=right)).content_hashes, AUDIO) is True
    assert proves(vcon_recording(vcon(content_hash=[right, "md5-xyz"])).content_hashes, AUDIO) is True
    assert proves(vcon_recording(vcon(content_hash=[right, wrong])).content_hashes, AUDIO) is False
    assert proves(vcon_recording(vcon(content_hash="md5-xyz")).content_hashes, AUDIO) is None
    older = vcon(alg="SHA-512", signature=right.removeprefix("sha512-"))
    assert proves(vcon_recording(older).content_hashes, AUDIO) is True
    assert proves(vcon_recording(older).content_hashes, AUDIO[1:]) is False


def test_holds_are_from_hold_to_unhold():
    start = "2026-03-02T09:00:00+00:00"
    history = [event("join", 0), event("hold", 10), event("hold", 11, party=1), event("unhold", 25.5), event("hold", 40)]
    assert vcon_recording(vcon(start=start, party_history=history)).holds == (Interval(10.0, 25.5),)
    open_ended = vcon_recording(vcon(start=start, duration=50, party_history=history)).holds
    assert open_ended == (Interval(10.0, 25.5), Interval(40.0, 50.0))
    assert vcon_recording(vcon(party_history=history)).holds == ()


def test_what_is_no_single_recording():
    assert vcon_recording([]) is None
    assert vcon_recording({"turns": []}) is None
    assert vcon_recording({"parties": []}) is None
    two = vcon(filename="a.wav")
    two["dialog"] *= 2
    assert vcon_recording(two) is None


def test_what_is_wrong_is_said_with_its_place():
    with pytest.raises(ImportedTranscriptError, match=r"dialog\[0\].start: expected a date"):
        vcon_recording(vcon(start="yesterday"))
