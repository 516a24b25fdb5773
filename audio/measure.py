"""From a decoded recording to everything the waveform says about the call."""

from audio.measures import Measures
from audio.recording import Recording
from audio.settings import AudioSettings


def measure(recording: Recording, settings: AudioSettings, agent_channel: int) -> Measures:
    """Measure one call; `agent_channel` is the channel the agent was recorded on (0 or 1)."""
    raise NotImplementedError("the voice measures come with the next change")
