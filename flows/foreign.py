"""Transcripts of other systems among the files of a folder."""

from pathlib import Path

from transcription.errors import ImportedTranscriptError
from transcription.transcript import Transcript


def recognise(document: object) -> str | None:
    """The format of a JSON document that is a transcript; None for any other document."""
    return None


def imported_transcript(path: Path) -> Transcript:
    """The transcript in a document. Raises ImportedTranscriptError where it is of no known format."""
    raise ImportedTranscriptError(f"{path.name}: no known transcript format")
