"""Measures of an imported transcript that has no recording: what its turns' times say, and nothing else."""

from audio.intervals import Interval, elapsed_s, union
from audio.measures import MEASURES_VERSION, Measures, Utterance
from transcription.importers.imported import ImportedMetadata
from transcription.transcript import Transcript, Turn

UNKNOWN_WITHOUT_RECORDING = ("pitch", "level", "tone", "sounds", "health", "backchannels")
"""What no transcript tells. Backchannels: recognisers leave hummed acknowledgements out."""


def imported_measures(transcript: Transcript, metadata: ImportedMetadata, sha256: str) -> Measures | None:
    """Speech per side from the times of an imported transcript's turns; None where it has no times.

    A turn counts as speech from its start to its end, so inner pauses count as speech and overlaps are as exact as the
    other system's times. Each turn is an utterance of which nothing acoustic is known. `sha256` is that of the document.
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
        utterances=tuple(_utterance(turn) for turn in transcript.turns),
        refusal=None,
        unknown=tuple((name, "no_recording") for name in UNKNOWN_WITHOUT_RECORDING),
    )


def _utterance(turn: Turn) -> Utterance:
    return Utterance(
        utterance=turn.turn,
        speaker=turn.speaker,
        start_s=turn.start_s,
        end_s=turn.end_s,
        speech_s=elapsed_s(turn.start_s, turn.end_s),
        pitch_hz=None,
        pitch_range_st=None,
        pitch_slope_st_per_s=None,
        level_db=None,
        spectral_tilt_db=None,
        voiced_share=None,
        tone=None,
        tone_probability=None,
        tone_reason="no_recording",
    )
