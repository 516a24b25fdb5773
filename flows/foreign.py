"""Documents of other systems in a folder: transcripts to import, and what such documents say about a call."""

import json
from pathlib import Path
from typing import Any

from audio.measures import Measures
from flows.facts import Facts, read_facts
from transcription.errors import ImportedTranscriptError
from transcription.importers import VconRecording, detect_format, import_transcript, imported_measures, role_of, vcon_recording
from transcription.transcript import Transcript


def is_transcript(document: object) -> bool:
    """Whether a JSON document is a transcript in a format that is imported."""
    return detect_format(document) is not None


def recording_in(document: object) -> VconRecording | None:
    """The recording of a vCon; None for other documents and for a vCon that is not as its format says (its facts will say so)."""
    try:
        return vcon_recording(document)
    except ImportedTranscriptError:
        return None


def document_facts(document: dict[str, Any], place: str) -> Facts:
    """What a JSON document beside or instead of a recording says about its call: our own fields, a vCon's, or a transcript's.

    Raises InputError where one of our own fields is wrong, ImportedTranscriptError where a transcript is not as its format says.
    """
    if is_transcript(document):
        about = import_transcript(document)[1]
        known = {name: getattr(about, name) for name in ("call_id", "started_at", "agent_id", "customer_id", "queue")}
        ours = document if about.format == "turns" else _vcon_facts(document) if about.format == "vcon" else {}
        return read_facts({**ours, **{name: value for name, value in known.items() if value is not None}}, place)
    if isinstance(document.get("parties"), list):
        return read_facts(_vcon_facts(document), place)
    return read_facts(document, place)


def import_document(path: Path, sha256: str) -> tuple[Measures | None, Transcript]:
    """The transcript in a document, and what its times say about who spoke when; None for these where it has no times.

    Raises ImportedTranscriptError where the document is of no known format, or not as its format says.
    """
    try:
        document = json.loads(path.read_bytes())
    except ValueError as error:
        raise ImportedTranscriptError(f"{path.name}: not JSON ({error})") from error
    transcript, about = import_transcript(document)
    return imported_measures(transcript, about, sha256), transcript


def _vcon_facts(vcon: dict[str, Any]) -> dict[str, Any]:
    """The fields that the parties and the recording of a vCon give."""
    recordings = [each for each in vcon.get("dialog") or () if isinstance(each, dict) and each.get("type") == "recording"]
    facts = {"call_id": vcon.get("uuid"), "started_at": recordings[0].get("start") if recordings else vcon.get("created_at")}
    if recording := vcon_recording(vcon):
        facts["holds"] = [{"start_s": each.start_s, "end_s": each.end_s} for each in recording.holds]
        facts["agent_channel"] = recording.agent_channel
    for party in vcon["parties"]:
        role = role_of(party)
        if role == "agent":
            facts["agent_id"] = party.get("uuid") or party.get("id") or party.get("name")
            facts["agent_name"] = party.get("name")
        elif role == "customer":
            facts["customer_id"] = party.get("uuid") or party.get("id")
            facts["customer_name"] = party.get("name")
    return facts
