"""Scorecards as rows of the tables."""

from dataclasses import dataclass
from typing import Literal

from audio.measures import Measures
from scoring.metadata import CallMetadata
from scoring.scorecard import Scorecard
from scoring.tables import CallRow, EvidenceRow, OverlapRow, ScoreRow, SilenceRow, TurnRow, WordRow
from transcription.transcript import Transcript


@dataclass(frozen=True)
class Rows:
    """The rows of one call, by table."""

    calls: tuple[CallRow, ...]
    turns: tuple[TurnRow, ...]
    words: tuple[WordRow, ...]
    overlaps: tuple[OverlapRow, ...]
    silences: tuple[SilenceRow, ...]
    evidence: tuple[EvidenceRow, ...]
    scores: tuple[ScoreRow, ...]


def rows(
    scorecard: Scorecard, measures: Measures | None, transcript: Transcript, settings: str | None, compute_s: float | None
) -> Rows:
    """Every row of a scored or refused call. `settings` is the fingerprint of the settings it was processed with."""
    raise NotImplementedError


def unscored_rows(
    metadata: CallMetadata, status: Literal["refused", "failed"], reason: str, reason_text: str, duration_s: float | None,
    settings: str | None, compute_s: float | None,
) -> Rows:  # fmt: skip
    """The one row of a call that never reached scoring: refused or failed while decoding, measuring or transcribing."""
    raise NotImplementedError
