"""Settings of the audio stage. Values, meanings and sources stand in `config/default.toml`, sections `[audio.*]`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ConversationRules:
    """When simultaneous speech is which kind of overlap, and silence which kind of silence (`[audio.conversation]`)."""

    shortest_overlap_s: float
    backchannel_s: float
    backchannel_words: int
    goes_on_s: float
    silent_around_s: float
    floor_s: float
    yield_s: float
    terminal_s: float
    shortest_silence_s: float
    dead_air_s: float
    hold_follows_s: float
    sound_share: float
    least_speech_s: float


@dataclass(frozen=True)
class AudioSettings:
    """One attribute per section `[audio.*]`."""

    conversation: ConversationRules
