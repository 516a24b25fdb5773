"""Transcripts made elsewhere become ours: import instead of transcribe."""

from transcription.importers.imported import ImportedLoudness, ImportedMetadata
from transcription.importers.measures import imported_measures
from transcription.importers.sniff import detect_format, import_transcript
from transcription.importers.vcon_recording import VconRecording, role_of, vcon_recording

__all__ = [
    "ImportedLoudness", "ImportedMetadata", "VconRecording", "detect_format", "import_transcript", "imported_measures", "role_of",
    "vcon_recording",
]  # fmt: skip
