"""The recording in a vCon: inline or as a file beside it, its hash, and when it was on hold.

Source: draft-ietf-vcon-vcon-core (dialog, `content_hash`, `party_history`); older documents carry `alg` and `signature`.
"""

import base64
import binascii
import hashlib
import json
import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from audio.errors import DamagedRecording
from audio.intervals import Interval, Timeline, union
from transcription.errors import ImportedTranscriptError
from transcription.importers.node import Node

HASHES = {"sha256": hashlib.sha256, "sha512": hashlib.sha512}
_SUFFIXES = {"audio/mpeg": ".mp3", "audio/mp3": ".mp3", "audio/x-mp3": ".mp3", "audio/ogg": ".ogg"}


@dataclass(frozen=True)
class VconRecording:
    """One dialog of type recording. Its audio is in `body`, or in the file `file_name` that lies beside the vCon."""

    place: str
    body: str | None  # base64url
    file_name: str | None  # without folders
    suffix: str  # of a file that the body is written to
    content_hashes: tuple[str, ...]  # "sha512-<base64url>"; any of them proves the content
    started_at: datetime | None
    holds: Timeline  # from hold to unhold, seconds from the recording's start
    agent_channel: int | None  # where the agent alone is recorded, of two channels; None where the vCon does not say


def vcon_recording(document: object) -> VconRecording | None:
    """The recording of a vCon; None for any other document, for a vCon without one, and for one with several, which are no one call.

    Raises `ImportedTranscriptError` with the place where something is not as the format says.
    """
    if not isinstance(document, dict) or not isinstance(document.get("parties"), list):
        return None
    dialogs = Node("vcon", "", document).find("dialog")
    found = [each for each in dialogs.items() if _text(each, "type") == "recording"] if dialogs else []
    if len(found) != 1:
        return None
    dialog = found[0]
    start = dialog.find("start")
    body = _text(dialog, "body")
    started_at = start.moment() if start else None
    return VconRecording(
        dialog.place, body, None if body else _file_name(dialog), _suffix(dialog), _content_hashes(dialog), started_at,
        _holds(dialog, started_at), _agent_channel(dialog, [role_of(party) for party in document["parties"]]),
    )  # fmt: skip


def role_of(party: object) -> str | None:
    """The role of a party in lower case, which older documents keep under `meta`; a caller or client is the customer. None without one."""
    if not isinstance(party, dict):
        return None
    meta = party.get("meta")
    found = (party.get("role"), meta.get("role") if isinstance(meta, dict) else None)
    role = next((role.strip().lower() for role in found if isinstance(role, str) and role.strip()), None)
    return "customer" if role in ("caller", "client") else role


def unpacked(vcon: Path, folder: Path) -> Path:
    """The inline audio of a vCon as a file in `folder`. Raises DamagedRecording where it holds none, or none in base64url."""
    try:
        recording = vcon_recording(json.loads(vcon.read_bytes()))
    except (ValueError, RecursionError, ImportedTranscriptError):
        recording = None
    audio = inline_audio(recording) if recording else None
    if recording is None or not audio:
        raise DamagedRecording(f"{vcon.name}: its dialog of type recording holds no audio in base64url; export the vCon again")
    path = folder / f"inline{recording.suffix}"
    path.write_bytes(audio)
    return path


def inline_audio(recording: VconRecording) -> bytes | None:
    """The bytes of an inline recording; None where the body is not base64url."""
    body = (recording.body or "").rstrip("=")
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None


def proves(content_hashes: tuple[str, ...], content: bytes) -> bool | None:
    """Whether the content is what the hashes are of; None where there is none of a kind that is known."""
    known = [each.partition("-") for each in content_hashes if each.partition("-")[0] in HASHES]
    if not known:
        return None
    return all(
        base64.urlsafe_b64encode(HASHES[name](content).digest()).rstrip(b"=").decode() == digest.rstrip("=") for name, _, digest in known
    )


def _text(node: Node, *keys: str) -> str | None:
    found = node.find(*keys)
    return found.text() if found else None


def _file_name(dialog: Node) -> str | None:
    name = _text(dialog, "filename") or unquote(urlsplit(_text(dialog, "url") or "").path)
    return os.path.basename(name.replace("\\", "/")) or None


def _suffix(dialog: Node) -> str:
    suffix = os.path.splitext(_file_name(dialog) or "")[1].lower()
    if re.fullmatch(r"\.[a-z0-9]{1,5}", suffix):
        return suffix
    return _SUFFIXES.get((_text(dialog, "mediatype", "mimetype") or "").lower(), ".wav")


def _content_hashes(dialog: Node) -> tuple[str, ...]:
    hashes = dialog.find("content_hash")
    if hashes is not None:
        return tuple(each.text() for each in hashes.items()) if isinstance(hashes.value, list) else (hashes.text(),)
    algorithm, signature = _text(dialog, "alg"), _text(dialog, "signature")
    return (f"{algorithm.lower().replace('-', '')}-{signature}",) if algorithm and signature else ()


def _agent_channel(dialog: Node, roles: list[str | None]) -> int | None:
    """The dialog's `parties` name who is on each channel. Two channels with one party each, of whom one is the agent, tell."""
    named = dialog.find("parties")
    on_channels = named.value if named is not None and isinstance(named.value, list) else []
    alone = [each[0] if isinstance(each, list) and len(each) == 1 else each for each in on_channels]
    if len(alone) != 2 or not all(type(each) is int and 0 <= each < len(roles) for each in alone):
        return None
    agents = [channel for channel, party in enumerate(alone) if roles[party] == "agent"]
    return agents[0] if len(agents) == 1 else None


def _holds(dialog: Node, started_at: datetime | None) -> Timeline:
    """From each hold to the next unhold of any party; a hold that nothing ends lasts to the recording's end, if that is known."""
    history, duration = dialog.find("party_history"), dialog.find("duration")
    if history is None or started_at is None:
        return ()
    events = sorted(
        ((each.need("time").moment() - started_at).total_seconds(), event)
        for each in history.items()
        if (event := each.need("event").text()) in ("hold", "unhold")
    )
    holds, since = [], None
    for at_s, event in [*events, *([(duration.seconds(), "unhold")] if duration else [])]:
        if event == "hold" and since is None:
            since = max(0.0, at_s)
        elif event == "unhold" and since is not None:
            holds.append(Interval(since, at_s))
            since = None
    return union(holds)
