"""A sign: one place in a call that may show a behaviour, before points are given."""

from dataclasses import dataclass

from audio.measures import Speaker


@dataclass(frozen=True)
class Sign:
    """`probability` that it is what it is taken for; `strength` how much of a full sign it is then (a bare "sorry" is less
    than an apology with a remedy)."""

    behaviour: str
    speaker: Speaker
    turn: int | None
    start_s: float
    end_s: float
    quote: str
    probability: float
    strength: float
    detector: str  # meaning | pattern | context | timing | acoustics
    sentence: int | None  # position in `CallText.sentences`; None where timing alone is the sign
