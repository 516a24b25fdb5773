"""What one call scored, with the evidence for every point: the file between scoring and the tables."""

from dataclasses import dataclass

from audio.conversation import Conversation
from audio.measures import Speaker
from scoring.metadata import CallMetadata

SCORECARD_VERSION = 11
"""Raised whenever the same measures, transcript, rubric and settings would give another scorecard."""


@dataclass(frozen=True)
class Evidence:
    """One sign of a behaviour: who, when, verbatim words, how sure, and the points it gave or took."""

    skill: str  # listening | empathy | solution_focus | conduct | customer
    behaviour: str
    polarity: int  # 1 credit, -1 debit, 0 signal
    speaker: Speaker
    turn: int | None
    start_s: float
    end_s: float
    quote: str  # verbatim part of the turn's text; empty where only timing is the evidence
    confidence: float  # 0-1
    points: float
    detector: str  # meaning | pattern | context | timing | acoustics


@dataclass(frozen=True)
class Interval100:
    """A score 0-100 with its 90 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Criterion:
    """A behaviour's part in its skill. `score` is None when it does not apply; `reason` then says why."""

    skill: str
    behaviour: str
    score: Interval100 | None
    weight: float
    opportunities: int | None
    shown: int
    reason: str | None


@dataclass(frozen=True)
class SkillScore:
    skill: str
    score: Interval100 | None  # None: not applicable
    weight: float
    reason: str | None


@dataclass(frozen=True)
class Flag:
    id: str
    reason: str  # in words


@dataclass(frozen=True)
class Coaching:
    """What went well and the one thing to try next; None where the call shows nothing of the kind."""

    went_well: str | None
    went_well_quote: str | None
    went_well_s: float | None
    try_next: str | None
    try_next_quote: str | None
    try_next_s: float | None
    try_next_wording: str | None


@dataclass(frozen=True)
class CustomerView:
    """The customer's side of the call."""

    state: str | None  # angry | indecisive | unreasonable_demand | passive_aggressive | none; None where that is unclear
    conflict_cause: str | None  # communication | quality | pricing_or_billing | unmet_expectation | complaint_handling | none
    outcome: str | None  # resolved | follow_up_due | escalated | unresolved; None where that is unclear
    turnaround: str | None  # better | same | worse; None without distress
    distress_by_turn: tuple[tuple[int, float], ...]  # (turn, probability 0-1) of every customer turn
    distress_moments: tuple[int, ...]  # turns at which distress begins
    distress_answered: int


@dataclass(frozen=True)
class Scorecard:
    """The result for one call. A refused call has `refusal` and no scores."""

    version: int
    metadata: CallMetadata
    rubric: str  # fingerprint
    refusal: str | None  # reason code
    refusal_text: str | None
    conversation: Conversation | None  # None for a transcript without a recording
    unknown: tuple[tuple[str, str], ...]  # (measure, reason code)
    evidence: tuple[Evidence, ...]
    criteria: tuple[Criterion, ...]
    skills: tuple[SkillScore, ...]
    overall: Interval100 | None
    band: str | None
    auto_fail: str | None
    flags: tuple[Flag, ...]
    control_arm: bool
    customer: CustomerView | None
    coaching: Coaching | None
    role_probability: float | None = None  # that the side called the agent is the agent, by what is said
    channels_swapped: bool | None = None
