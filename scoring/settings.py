"""Settings of the scoring stage. Values and their reasons live in `config/default.toml`, section [scoring]."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ScoringSettings:
    """What is not a matter of the rubric: intervals, the control arm, what a transcript must support."""

    languages: tuple[str, ...]
    minimum_confidence: float
    interval_draws: int
    interval_share: float
    control_arm_share: float
    control_arm_salt: str
    embedding_batch: int
    embedding_threads: int
