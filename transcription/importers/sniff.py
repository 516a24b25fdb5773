"""Which transcript format a JSON document is in, known by its content, never by its name."""

from transcription.errors import ImportedTranscriptError
from transcription.importers.amazon import import_call_analytics, import_contact_lens
from transcription.importers.imported import ImportedMetadata
from transcription.importers.node import Node
from transcription.importers.turns import import_turns
from transcription.importers.vcon import import_vcon
from transcription.importers.whisperx import import_whisperx
from transcription.transcript import Transcript

_IMPORTERS = {
    "transcribe_call_analytics": import_call_analytics,
    "contact_lens": import_contact_lens,
    "vcon": import_vcon,
    "whisperx": import_whisperx,
    "turns": import_turns,
}

FORMATS = tuple(_IMPORTERS)


def detect_format(document: object) -> str | None:
    """`transcribe_call_analytics`, `contact_lens`, `vcon`, `whisperx`, `turns`, or None for any other document.

    A vCon that holds a recording and no transcript is none either: it is metadata of that recording.
    """
    if not isinstance(document, dict):
        return None
    if _has_objects(document, "Transcript", "Content"):
        return "contact_lens" if _has_objects(document, "Transcript", "ParticipantId") else "transcribe_call_analytics"
    if isinstance(document.get("parties"), list) and ("vcon" in document or "dialog" in document or "analysis" in document):
        kinds = {each.get("type") for key in ("analysis", "dialog") for each in _objects(document.get(key))}
        return "vcon" if kinds & {"transcript", "wtf_transcription", "transcription", "text"} else None
    if _has_objects(document, "segments", "text") and _has_objects(document, "segments", "start"):
        return "whisperx"
    if _has_objects(document, "turns", "text") and _has_objects(document, "turns", "speaker"):
        return "turns"
    return None


def import_transcript(document: object) -> tuple[Transcript, ImportedMetadata]:
    """The transcript in a JSON document and what it says about its call.

    Raises `ImportedTranscriptError` with format, place and problem where the document is of no known format or not as
    its format says.
    """
    name = detect_format(document)
    if name is None:
        raise ImportedTranscriptError(f"no known transcript format; known are {', '.join(FORMATS)}")
    return _IMPORTERS[name](Node(name, "", document))


def _objects(value: object) -> list[dict]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _has_objects(document: dict, key: str, inner: str) -> bool:
    """Whether `key` is a list whose first object has the key `inner`."""
    objects = _objects(document.get(key))
    return bool(objects) and inner in objects[0]
