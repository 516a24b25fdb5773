"""What is exactly known about a simulated call, written beside it as `<stem>.truth.json`.

Times are seconds from the start of the recording. The truth is what was laid on the time line, not what anything measured.
"""

from dataclasses import dataclass
from typing import Literal

from audio.intervals import Interval
from audio.measures import Speaker

OverlapKind = Literal["backchannel", "terminal_overlap", "interruption", "failed_interruption", "crosstalk"]


@dataclass(frozen=True)
class TruthWord:
    word: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class TruthLine:
    """One scripted line as it was heard (a line cut short by an interruption holds only the words that were heard)."""

    line: int
    speaker: Speaker
    text: str
    start_s: float  # first to last sound of the voice, margins of the synthesiser trimmed
    end_s: float
    speech: tuple[Interval, ...]  # inner pauses >= 0.2 s cut out
    words: tuple[TruthWord, ...]  # empty where the voice gives no alignment
    cut_short: bool
    voice: str
    tone: str  # raised | even | subdued
    behaviours: tuple[str, ...]  # ids of the rubric this line shows
    role: str  # turn | backchannel | interruption | failed_interruption | terminal_overlap | crosstalk


@dataclass(frozen=True)
class TruthOverlap:
    by: Speaker  # who started over the other
    start_s: float
    end_s: float
    kind: OverlapKind


@dataclass(frozen=True)
class TruthHold:
    start_s: float
    end_s: float
    music: bool
    announced: bool


@dataclass(frozen=True)
class Truth:
    version: int
    call_id: str
    title: str
    duration_s: float
    sample_rate_hz: int
    codec: str
    noise_snr_db: float | None
    leakage_db: float | None
    lines: tuple[TruthLine, ...]
    overlaps: tuple[TruthOverlap, ...]
    holds: tuple[TruthHold, ...]
    agent_talk_s: float
    customer_talk_s: float
    agent_talk_share: float
    agent_interruptions: int
    customer_interruptions: int
    intended_quality: dict[str, float]  # listening, empathy, solution_focus, overall: 0-100, what the author meant
    outcome: str
    customer_state: str
    conflict_cause: str
    sensitive: tuple[tuple[str, str], ...]  # (kind, value as digits or text) spoken in the call, for redaction tests
