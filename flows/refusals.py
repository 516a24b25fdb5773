"""Reason codes of refusals by the waveform, in words: what it is and what to do."""

from audio.measures import Measures

_TEXTS = {
    "one_speaker": "one channel with a single speaker, so far as the voices tell; record agent and customer on two channels",
    "speakers_inseparable": "one channel, whose two voices are too alike to tell who said what; record agent and customer on two channels",
    "more_than_two_channels": "{channels} channels, and which two are agent and customer is unknown; export these two",
    "silent_channel": "one of the two channels holds no speech; check that the recorder taps both sides of the line",
    "too_little_speech": "too little speech to score; nothing is wrong with the file",
    "no_speech": "nobody speaks in this recording; nothing is wrong with the file",
}


def refusal_text(measures: Measures) -> str:
    """Why the measured recording cannot be scored; the code itself where it is a new one."""
    text = _TEXTS.get(measures.refusal or "", measures.refusal or "")
    return f"{measures.duration_s:.1f} s {measures.codec} recording: {text.format(channels=measures.channels)}"
