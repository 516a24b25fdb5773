"""Errors of the audio stage: a recording that cannot be measured, and why.

RecordingError
├── RecordingMissing         nothing at that path
├── EmptyFile                no bytes
├── NotAudio                 no known audio format: another kind of file, or the header is gone
├── NoAudioStream            a known container without sound in it
├── UnsupportedCodec         the sound is coded in a way this build cannot decode
├── TruncatedRecording       the file ends before its own header says it should
├── DamagedRecording         the decoder broke down on the way
├── ContentMismatch          the sound is not the one its document was made for
├── NoSamples                an audio stream of zero length
└── TooShort                 fewer seconds than anything can be measured on

Each class carries the `reason` code that the tables show. Messages name the file by its name only, never by its content.
"""


class RecordingError(Exception):
    """A recording that cannot be used; `reason` is its code in the tables, the message says what to do."""

    reason = "recording_error"


class RecordingMissing(RecordingError):
    reason = "recording_missing"


class EmptyFile(RecordingError):
    reason = "empty_file"


class NotAudio(RecordingError):
    reason = "not_audio"


class NoAudioStream(RecordingError):
    reason = "no_audio_stream"


class UnsupportedCodec(RecordingError):
    reason = "unsupported_codec"


class TruncatedRecording(RecordingError):
    reason = "truncated"


class DamagedRecording(RecordingError):
    reason = "damaged"


class ContentMismatch(RecordingError):
    reason = "content_hash_mismatch"


class NoSamples(RecordingError):
    reason = "zero_length"


class TooShort(RecordingError):
    reason = "too_short"


class VadModelError(Exception):
    """The voice activity model that ships inside faster-whisper is not where it should be or has another shape."""


class NetworkFileError(Exception):
    """A package that carries a network is installed, but the network's file is missing or another."""
