"""The file between `audio` and everything after it: what the waveform says about one call.

Stored as JSON beside the transcript, so that a changed rubric is scored again without the recording.
Times are seconds from the start of the recording. `None` means unknown, and `unknown` says why.
"""

from dataclasses import dataclass
from typing import Literal

from audio.intervals import Interval

Speaker = Literal["agent", "customer"]
Layout = Literal["two_channel", "mono", "imported"]
Tone = Literal["raised", "even", "subdued"]

MEASURES_VERSION = 6
"""Raised whenever the same recording and settings would give other measures; part of the stored file's name."""

OVERLAP_UNRESOLVED = "one_channel"
"""Reason code of what one channel cannot tell: two people who speak at once are heard as the louder one."""


@dataclass(frozen=True)
class ChannelHealth:
    """Facts about one channel of the recording, before anything is measured on it."""

    channel: int
    level_dbfs: float | None  # active speech level (mean square over speech); None without speech
    peak_dbfs: float
    noise_floor_dbfs: float
    clipping_share: float  # share of samples in runs at full scale, 0-1
    dc_offset: float  # mean sample, full scale 1.0
    bandwidth_hz: float  # highest frequency that carries energy above the floor
    speech_s: float
    leakage_db: float | None  # level of the other side's speech heard in this channel, relative to it; None if unmeasurable


@dataclass(frozen=True)
class Utterance:
    """Speech of one side with inner pauses under `joined_pause_s` joined: the unit of reading and of tone."""

    utterance: int  # position in time order over both sides, from 0
    speaker: Speaker
    start_s: float
    end_s: float
    speech_s: float  # inside start-end without the inner pauses
    pitch_hz: float | None  # median over voiced frames
    pitch_range_st: float | None  # 5th to 95th percentile, semitones
    pitch_slope_st_per_s: float | None  # over the last 0.5 s of voiced speech; falling ends are natural ends
    level_db: float | None  # relative to the speaker's own median
    spectral_tilt_db: float | None  # energy above 1 kHz against below, relative to the speaker's own median
    voiced_share: float | None
    tone: Tone | None  # customer always; agent only where agent_emotion is on
    tone_probability: float | None  # calibrated, of `tone`
    tone_reason: str | None  # why tone is None


@dataclass(frozen=True)
class Measures:
    """Everything measured on the waveform of one call.

    `speech` holds, per side, intervals whose inner pauses under `bridged_pause_s` are bridged: the unit of interval
    work (overlaps, silences, talk time). `sounds` is non-speech sound such as hold music. `redacted` is digital
    silence that a recorder's redaction left on both channels.
    """

    version: int
    sha256: str
    duration_s: float
    sample_rate_hz: int  # of the recording as stored
    channels: int
    codec: str
    layout: Layout
    health: tuple[ChannelHealth, ...]
    agent_speech: tuple[Interval, ...]
    customer_speech: tuple[Interval, ...]
    mono_speech: tuple[Interval, ...]  # where anybody speaks, if sides cannot be told apart; empty where they are
    sounds: tuple[Interval, ...]
    redacted: tuple[Interval, ...]
    leaked: tuple[Interval, ...]  # where one channel's sound was judged to be the other side's leaking through
    utterances: tuple[Utterance, ...]
    refusal: str | None  # reason code: the recording cannot support a score (see `audio.measure.measure`)
    unknown: tuple[tuple[str, str], ...]  # (measure, reason code): measures this input cannot support
    separation: float | None = None  # of a mono recording: probability that two voices were told apart, 0-1
    agent_drowned: tuple[Interval, ...] = ()  # where the agent speaks under the louder customer, on one channel
    customer_drowned: tuple[Interval, ...] = ()
    agent_channel: int | None = None  # where the agent is heard, of two channels; None where both sides are on one
    exchanged: bool = False  # agent and customer lie the other way round than expected: on the channels, or in who speaks first
