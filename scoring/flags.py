"""Which calls a coach should look at, and why, in words; and the random control arm beside them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from scoring.rubric import FlagRule, Rubric
from scoring.scorecard import Flag
from scoring.signs import Sign

_SIGNALS = ("escalation_request", "abuse", "churn_threat", "legal_threat")
_SHARES = ("asr_confidence", "hallucination_share", "loss_share", "role_probability")


@dataclass(frozen=True)
class Facts:
    """What the rules of flags.toml may ask about one call; None is unknown and raises no flag."""

    numbers: Mapping[str, float | None]  # scores, interruptions, unanswered_distress, shares of the transcript
    outcome: str | None
    auto_fail: str | None  # its reason in words
    signs: tuple[Sign, ...]
    shown: frozenset[str]  # behaviours with at least one counted sign


def flags_of(facts: Facts, rubric: Rubric) -> tuple[Flag, ...]:
    """The flags that the call raises, in the order of flags.toml."""
    raised = ((rule, _reason(rule, facts)) for rule in rubric.flags)
    return tuple(Flag(rule.id, reason) for rule, reason in raised if reason is not None)


def _reason(rule: FlagRule, facts: Facts) -> str | None:
    if rule.when == "auto_fail":
        return rule.reason.format(value=facts.auto_fail) if facts.auto_fail else None
    if rule.when == "missing":
        missing = [name for name in rule.behaviours if name not in facts.shown]
        return rule.reason.format(value=", ".join(name.replace("_", " ") for name in missing)) if missing else None
    if rule.when == "outcome":
        return rule.reason.format(value=facts.outcome) if facts.outcome == rule.is_value else None
    if rule.when in _SIGNALS:
        seen = [s for s in facts.signs if s.behaviour == rule.when and s.speaker == "customer" and s.probability >= rule.confidence]
        at = ", ".join(_clock(sign.start_s) for sign in seen)
        return rule.reason.format(value=len(seen), at=at) if len(seen) >= (rule.at_least or 1) else None
    value = facts.numbers.get(rule.when)
    if value is None:
        return None
    if rule.below is not None:
        holds, limit = value < rule.below, rule.below
    elif rule.above is not None:
        holds, limit = value > rule.above, rule.above
    else:
        holds, limit = value >= (rule.at_least or 1), float(rule.at_least or 1)
    return rule.reason.format(value=_shown(rule.when, value), limit=_shown(rule.when, limit)) if holds else None


def _shown(fact: str, value: float) -> str:
    return f"{value:.0%}" if fact in _SHARES else f"{value:.0f}"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def in_control_arm(call_id: str, share: float, salt: str) -> bool:
    """Whether a call is drawn for review whatever its scores: a hash of its id, so that a rerun draws the same calls."""
    drawn = int.from_bytes(hashlib.sha256(f"{salt}/{call_id}".encode()).digest()[:8], "big") / 2**64
    return drawn < share
