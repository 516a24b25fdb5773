"""The second engine: gives back stored transcripts instead of recognising words.

For rescoring from files and as the tests' stand-in for Whisper.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from audio.measures import Measures, Speaker
from audio.recording import Recording
from transcription.errors import TranscriptMissing
from transcription.transcript import Transcript


@dataclass(frozen=True)
class ReplayEngine:
    """An `Engine` that looks a call's transcript up by the sha256 of its recording."""

    transcripts: Mapping[str, Transcript]  # recording's sha256 -> transcript
    name: str = "replay"

    def transcribe(self, recording: Recording, measures: Measures, channels: Mapping[Speaker, int]) -> Transcript:
        """The stored transcript of this recording, unchanged.

        Raises `TranscriptMissing` where none is stored under the recording's sha256.
        """
        transcript = self.transcripts.get(measures.sha256)
        if transcript is None:
            raise TranscriptMissing(
                f"no stored transcript for the recording with sha256 {measures.sha256[:12]}… among "
                f"{len(self.transcripts)} stored; transcribe it once with a Whisper model first"
            )
        return transcript
