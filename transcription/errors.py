"""The errors of the transcription stage.

TranscriptionError
├── WeightsError            the model's files are missing, altered or not a Whisper model
├── EngineError             the engine cannot run as configured (device, compute type)
├── TranscriptMissing       the replay engine holds no transcript of this recording
└── ImportedTranscriptError a foreign transcript is not what its format says; the message names the place
"""


class TranscriptionError(Exception):
    """Base of every error this package raises on purpose."""


class WeightsError(TranscriptionError):
    """The model's files are missing, altered or not a Whisper model; the message says what to install."""


class EngineError(TranscriptionError):
    """The engine cannot run as configured, for example `device = "cuda"` on a machine without a usable GPU."""


class TranscriptMissing(TranscriptionError):
    """The replay engine holds no transcript of this recording."""


class ImportedTranscriptError(TranscriptionError):
    """A foreign transcript is not what its format says; the message gives the format, the place and what is wrong."""
