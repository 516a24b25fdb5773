"""Settings of the scoring stage. Values and their reasons live in `config/default.toml`, section [scoring]."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ScoringSettings:
    """What is not a matter of the rubric: languages, intervals, the control arm, how the encoder runs."""

    languages: tuple[str, ...]
    least_words: int
    interval_share: float
    interval_draws: int
    control_arm_share: float
    control_arm_salt: str
    role_probability: float
    embedding_batch: int
    embedding_threads: int
