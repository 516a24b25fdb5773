"""Errors of the scoring stage.

ScoringError
  RubricError          the rubric, phrases or flags cannot be used: every problem found, with file and key
  EmbeddingModelError  the sentence-embedding weights are absent or altered
  CallError            one call's measures and transcript contradict each other
"""


class ScoringError(Exception):
    """Any error that the scoring stage raises on purpose."""


class RubricError(ScoringError):
    """The rubric cannot be used. `problems` holds one sentence each, all found in one go."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class EmbeddingModelError(ScoringError):
    """The sentence-embedding weights are absent or are not the ones this version was made with."""


class CallError(ScoringError):
    """The measures and the transcript of a call contradict each other."""
