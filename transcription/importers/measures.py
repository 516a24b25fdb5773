"""Measures of an imported transcript that has no recording: what its turns' times say, and nothing else."""

from audio.intervals import Interval, union
from audio.measures import MEASURES_VERSION, Measures
from transcription.importers.imported import ImportedMetadata
from transcription.transcript import Transcript

UNKNOWN_WITHOUT_RECORDING = ("pitch", "level", "tone", "sounds", "health", "backchannels")
"""What no transcript tells. Backchannels: recognisers leave hummed acknowledgements out."""


def imported_measures(transcript: Transcript, metadata: ImportedMetadata, sha256: str) -> Measures | None:
    """Speech per side from the times of an imported transcript's turns; None where it has no times.

    A turn counts as speech from its start to its end, so inner pauses count as speech and overlaps are as exact as the
    other system's times. `sha256` is that of the document. There are no utterances: turns of an imported transcript
    name none, and nothing acoustic is known of them.
    """
    if not metadata.timed:
        return None
    speech = {
        side: union(Interval(turn.start_s, turn.end_s) for turn in transcript.turns if turn.speaker == side)
        for side in ("agent", "customer")
    }
    last_s = max(turn.end_s for turn in transcript.turns)
    return Measures(
        version=MEASURES_VERSION,
        sha256=sha256,
        duration_s=max(last_s, metadata.duration_s or 0.0),
        sample_rate_hz=0,
        channels=0,
        codec="",
        layout="imported",
        health=(),
        agent_speech=speech["agent"],
        customer_speech=speech["customer"],
        mono_speech=(),
        sounds=(),
        redacted=(),
        leaked=(),
        utterances=(),
        refusal=None,
        unknown=tuple((name, "no_recording") for name in UNKNOWN_WITHOUT_RECORDING),
    )
