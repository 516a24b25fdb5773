"""The seam between the call's audio and whatever recognises its words."""

from collections.abc import Mapping
from typing import Protocol

from audio.measures import Measures, Speaker
from audio.recording import Recording
from transcription.transcript import Transcript


class Engine(Protocol):
    """Recognises the words of a call. One engine is made per worker process and used for many calls, one at a time.

    `name` says everything that decides the words: the model, its sha256 prefix and the fingerprint of the settings.
    """

    name: str

    def transcribe(self, recording: Recording, measures: Measures, channels: Mapping[Speaker, int]) -> Transcript:
        """The words of one call.

        `channels` names the recording's channel on which each side is heard (both on 0 for a mono recording whose
        speakers were separated); a side that is not in it is not transcribed. Speech is where `measures` says it is.
        A call that cannot be transcribed is returned with `refusal` set, never raised.
        """
        ...
