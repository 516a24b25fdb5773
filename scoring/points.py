"""Signs and occasions become criteria, criteria become skill scores, each with its interval.

A skill's credits: sum of points reached over sum of points that applied, put on the scale of the rubric; its debits are
taken off. The interval repeats that over seeded draws: each sign is there with its probability, less where the other side
may have said it, signs too weak to count may be there, and words the recogniser lost may have held more. Column 0 of every
array is what was counted, the others are the draws.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scoring.rubric import Behaviour, Rubric
from scoring.scorecard import Criterion, Interval100, SkillScore
from scoring.settings import ScoringSettings
from scoring.signs import Sign
from scoring.timing import Occasion

_MINOR = ("when_shown", "wait", "recording")
"""Occasions that alone do not make a skill applicable: nobody is scored on empathy for having used a name."""

_RATE_SPREAD = 0.05  # standard deviation of a credit that is a rate over the whole call
_COUNT_SPREAD = 0.25  # ... of one that is a share of n occasions, divided by the root of n


@dataclass(frozen=True)
class Given:
    """What a call gives: `signs` with their final strength, occasions for each `applies_when`, timed credits, length, doubt."""

    signs: tuple[Sign, ...]
    occasions: Mapping[str, int]  # applies_when -> how many; 0 does not apply
    timed: Mapping[str, Occasion]  # behaviour -> what timing decided
    acknowledgeable: int  # customer stretches that deserve an acknowledgement
    length: float  # 1 for a call of usual length, more for longer ones
    doubt: float  # 0-1: share of words that may be lost or wrong
    misplaced: float = 0.0  # 0-1: share of speech that may be the other side's, so that a sign may not be the agent's
    unheard: str | None = None  # reason code where there is a recording that does not tell who speaks over whom


@dataclass(frozen=True)
class Tally:
    """One behaviour over all draws: `reached` 0-1 for a credit, points taken for a debit; `applies` per draw."""

    behaviour: Behaviour
    reached: np.ndarray
    applies: np.ndarray  # bool
    opportunities: int | None
    shown: int
    reason: str | None


def tally(given: Given, rubric: Rubric, settings: ScoringSettings) -> tuple[Tally, ...]:
    """Every behaviour of the rubric over `interval_draws` draws. Deterministic: the draws are seeded."""
    generator = np.random.default_rng(20260101)
    return tuple(_tally_one(behaviour, given, rubric, settings, generator) for behaviour in rubric.behaviours.values())


def _tally_one(
    behaviour: Behaviour, given: Given, rubric: Rubric, settings: ScoringSettings, generator: np.random.Generator
) -> Tally:
    draws = settings.interval_draws
    signs = [sign for sign in given.signs if sign.behaviour == behaviour.id and sign.speaker == "agent"]
    counted = [sign for sign in signs if rubric.counts(sign.behaviour, sign.probability)]
    everywhere = np.ones(draws + 1, dtype=bool)
    if behaviour.id in given.timed and behaviour.polarity == "credit":
        occasion = given.timed[behaviour.id]
        if occasion.share is None:
            return Tally(behaviour, np.zeros(draws + 1), ~everywhere, None, 0, occasion.reason)
        spread = _RATE_SPREAD if occasion.possible <= 1 else _COUNT_SPREAD / np.sqrt(occasion.possible)
        reached = np.clip(occasion.share + spread * generator.standard_normal(draws + 1), 0.0, 1.0)
        reached[0] = occasion.share
        return Tally(behaviour, reached, everywhere, occasion.possible, len(counted), None)
    count = _counts(signs, counted, given, draws, generator)
    if behaviour.polarity == "debit":
        taken = np.minimum(behaviour.points * count / given.length, behaviour.at_most or behaviour.points)
        reason = given.unheard or (None if given.occasions["recording"] else "no_recording")
        unknown = behaviour.applies_when == "recording" and reason is not None
        return Tally(behaviour, taken, ~everywhere if unknown else everywhere, None, len(counted), reason if unknown else None)
    opportunities = given.occasions[behaviour.applies_when]
    enough = behaviour.enough * (given.length if behaviour.grows else 1.0)
    if behaviour.id == "acknowledgement":
        opportunities = given.acknowledgeable
        enough = max(1.0, rubric.timing.acknowledged_share * opportunities)
    occurs = opportunities > 0 and behaviour.applies_when != "when_shown"
    applies = everywhere if occurs else count > 0
    reason = None if applies[0] else ("not_shown" if behaviour.applies_when == "when_shown" else f"no_{behaviour.applies_when}")
    return Tally(behaviour, np.minimum(count / enough, 1.0), applies, opportunities if occurs else None, len(counted), reason)


def _counts(signs: list[Sign], counted: list[Sign], given: Given, draws: int, generator: np.random.Generator) -> np.ndarray:
    probability = np.array([sign.probability for sign in signs])
    strength = np.array([sign.strength for sign in signs])
    there = generator.random((draws, len(signs))) < probability * (1.0 - given.misplaced)
    missed = generator.poisson(given.doubt * (len(counted) + 0.25), draws)
    return np.concatenate([[sum(sign.strength for sign in counted)], there @ strength + missed])


def skill_draws(skill: str, tallies: tuple[Tally, ...], rubric: Rubric) -> tuple[np.ndarray | None, str | None]:
    """A skill's score 0-100 for every draw, or (None, reason) where it does not apply."""
    own = [entry for entry in tallies if entry.behaviour.skill == skill]
    credits = [entry for entry in own if entry.behaviour.polarity == "credit"]
    debits = [entry for entry in own if entry.behaviour.polarity == "debit" and entry.applies[0]]
    major = any(entry.applies[0] and entry.behaviour.applies_when not in _MINOR for entry in credits)
    if not major and not any(entry.reached[0] > 0 for entry in debits):
        return None, "no_occasion"
    taken = sum((entry.reached for entry in debits), np.zeros_like(own[0].reached))
    return np.clip(_credit_score(credits, rubric.skills[skill].good_share, rubric.scale.good_score) - taken, 0.0, 100.0), None


def _credit_score(credits: list[Tally], good_share: float, good_score: float) -> np.ndarray:
    possible = sum((entry.behaviour.points * entry.applies for entry in credits), np.zeros_like(credits[0].reached))
    earned = sum((entry.behaviour.points * entry.reached * entry.applies for entry in credits), np.zeros_like(credits[0].reached))
    share = np.divide(earned, possible, out=np.full_like(earned, good_share), where=possible > 0)
    below = share / good_share * good_score
    above = good_score + (share - good_share) / (1.0 - good_share) * (100.0 - good_score)
    return np.where(share <= good_share, below, above)


def interval(values: np.ndarray, share: float) -> Interval100:
    """Column 0 with the central `share` of the draws around it."""
    low, high = np.quantile(values[1:], [(1.0 - share) / 2.0, (1.0 + share) / 2.0])
    value = float(values[0])
    return Interval100(value, min(float(low), value), max(float(high), value))


def criteria_of(tallies: tuple[Tally, ...], settings: ScoringSettings) -> tuple[Criterion, ...]:
    """Every behaviour as a criterion 0-100: the part of its points reached; for a debit, 100 less the part taken."""
    rows = []
    for entry in tallies:
        behaviour = entry.behaviour
        most = behaviour.at_most if behaviour.polarity == "debit" and behaviour.at_most else 1.0
        values = 100.0 * entry.reached if behaviour.polarity == "credit" else 100.0 * (1.0 - entry.reached / most)
        score = interval(values, settings.interval_share) if entry.applies[0] else None
        weight = behaviour.points if behaviour.polarity == "credit" else most
        rows.append(Criterion(behaviour.skill, behaviour.id, score, weight, entry.opportunities, entry.shown, entry.reason))
    return tuple(rows)


def overall_of(
    draws: Mapping[str, np.ndarray | None], reasons: Mapping[str, str | None], rubric: Rubric, settings: ScoringSettings
) -> tuple[tuple[SkillScore, ...], Interval100 | None]:
    """The skills' scores and their weighted mean over the skills that apply; None where none does."""
    skills = tuple(
        SkillScore(
            name, None if draws[name] is None else interval(draws[name], settings.interval_share), skill.weight, reasons[name]
        )
        for name, skill in rubric.skills.items()
    )
    weighed = [(rubric.skills[name].weight, values) for name, values in draws.items() if values is not None and rubric.skills[name].weight]
    if not weighed:
        return skills, None
    total = sum(weight for weight, _ in weighed)
    return skills, interval(sum(weight * values for weight, values in weighed) / total, settings.interval_share)


def points_of(tallies: tuple[Tally, ...], rubric: Rubric, given: Given) -> dict[int, float]:
    """Position of a counted sign in `given.signs` -> the points of 100 it gave (+) or took (-) in its skill.

    A skill's credit score is shared among its credits by the points each reached, and a credit's part among its signs by
    their strength. Debits share what was taken.
    """
    points: dict[int, float] = {}
    for name, skill in rubric.skills.items():
        credits = [entry for entry in tallies if entry.behaviour.skill == name and entry.behaviour.polarity == "credit"]
        earned = sum(entry.behaviour.points * entry.reached[0] for entry in credits if entry.applies[0])
        score = float(_credit_score(credits, skill.good_share, rubric.scale.good_score)[0]) if credits else 0.0
        for entry in (entry for entry in tallies if entry.behaviour.skill == name and entry.applies[0]):
            behaviour = entry.behaviour
            own = [
                at
                for at, sign in enumerate(given.signs)
                if sign.behaviour == behaviour.id and sign.speaker == "agent" and rubric.counts(sign.behaviour, sign.probability)
            ]
            total = sum(given.signs[at].strength for at in own)
            if behaviour.polarity == "debit":
                part = -float(entry.reached[0])
            else:
                part = score * behaviour.points * float(entry.reached[0]) / earned if earned else 0.0
            points |= {at: part * given.signs[at].strength / total for at in own if total}
    return points
