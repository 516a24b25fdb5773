"""Redaction: what must not be stored is replaced in the transcript and silenced in the recording's review copy.

`redact(transcript, settings)` gives the redacted transcript and the spans to silence. Pure: no audio, no clock, no log.
"""

from transcription.redaction.apply import RedactedSpan, Redaction, redact, silent_stretches
from transcription.redaction.settings import Kind, RedactionSettings

__all__ = ["Kind", "RedactedSpan", "Redaction", "RedactionSettings", "redact", "silent_stretches"]
