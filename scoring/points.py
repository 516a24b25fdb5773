"""Signs and occasions become criteria, criteria become skill scores, each with its interval.

A skill's credits: sum of points reached over sum of points that applied, put on the scale of the rubric; its debits are
taken off. A sign counts as far as it is sure (`Rubric.weight`), so that no score hangs on one doubtful sentence. The interval repeats that
over seeded draws: each sign is there with its probability, less where the other side may have said it, and words the recogniser
lost may have held more. Column 0 of every array is what was counted, the others are the draws.
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

DOUBTFUL_AT_MOST = 0.5
"""So much of one sign all doubtful signs of a debit may come to: nobody is judged by many suspicions."""


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
    """One behaviour over all draws: `reached` 0-1 for a credit, points taken for a debit; `applies` 0-1: how far its points count."""

    behaviour: Behaviour
    reached: np.ndarray
    applies: np.ndarray
    opportunities: int | None
    shown: int
    reason: str | None
    signs: Mapping[int, float]  # position in `Given.signs` -> how far it counts, of those that do


def tally(given: Given, rubric: Rubric, settings: ScoringSettings) -> tuple[Tally, ...]:
    """Every behaviour of the rubric over `interval_draws` draws. Deterministic: the draws are seeded."""
    generator = np.random.default_rng(20260101)
    return tuple(_tally_one(behaviour, given, rubric, settings, generator) for behaviour in rubric.behaviours.values())


def _tally_one(
    behaviour: Behaviour, given: Given, rubric: Rubric, settings: ScoringSettings, generator: np.random.Generator
) -> Tally:
    draws = settings.interval_draws
    own = [at for at, sign in enumerate(given.signs) if sign.behaviour == behaviour.id and sign.speaker == "agent"]
    sure = [at for at in own if rubric.counts(behaviour.id, given.signs[at].probability)]
    everywhere = np.ones(draws + 1)
    if behaviour.id in given.timed and behaviour.polarity == "credit":
        occasion = given.timed[behaviour.id]
        if occasion.share is None:
            return Tally(behaviour, np.zeros(draws + 1), 0.0 * everywhere, None, 0, occasion.reason, {})
        spread = _RATE_SPREAD if occasion.possible <= 1 else _COUNT_SPREAD / np.sqrt(occasion.possible)
        reached = np.clip(occasion.share + spread * generator.standard_normal(draws + 1), 0.0, 1.0)
        reached[0] = occasion.share
        return Tally(behaviour, reached, everywhere, occasion.possible, len(sure), None, {at: given.signs[at].strength for at in sure})
    drawn = _drawn([given.signs[at] for at in own], len(sure), given, draws, generator)
    weights = _weights(behaviour, own, sure, given, rubric)
    if behaviour.polarity == "debit":
        count = np.concatenate([[sum(weights.values())], drawn])
        taken = np.minimum(behaviour.points * count / given.length, behaviour.at_most or behaviour.points)
        reason = given.unheard or (None if given.occasions["recording"] else "no_recording")
        unknown = behaviour.applies_when == "recording" and reason is not None
        applies, reason = (0.0 * everywhere, reason) if unknown else (everywhere, None)
        return Tally(behaviour, taken, applies, None, len(sure), reason, weights)
    opportunities = given.occasions[behaviour.applies_when]
    enough = behaviour.enough * (given.length if behaviour.grows else 1.0)
    if behaviour.id == "acknowledgement":
        opportunities = given.acknowledgeable
        enough = max(1.0, rubric.timing.acknowledged_share * opportunities)
    occurs = opportunities > 0 and behaviour.applies_when != "when_shown"
    if not occurs:  # it counts only where it was surely shown, and then as a whole
        weights = {at: given.signs[at].strength for at in sure}
    elif sum(weights.get(at, 0.0) for at in sure) >= enough:
        weights = {at: weights[at] for at in sure}  # the doubtful ones add nothing
    reached = np.minimum(np.concatenate([[sum(weights.values())], drawn]) / enough, 1.0)
    applies, reason = everywhere, None
    if not occurs:
        surest = max((rubric.weight(behaviour.id, given.signs[at].probability) for at in sure), default=0.0)
        least = rubric.weight(behaviour.id, rubric.scale.least_confidence)
        applies = np.concatenate([[(surest - least) / (1.0 - least) if sure else 0.0], drawn > 0])
        reason = None if applies[0] else ("not_shown" if behaviour.applies_when == "when_shown" else f"no_{behaviour.applies_when}")
    return Tally(behaviour, reached, applies, opportunities if occurs else None, len(sure), reason, weights)


def _weights(behaviour: Behaviour, own: list[int], sure: list[int], given: Given, rubric: Rubric) -> dict[int, float]:
    """Position of a sign -> how far it counts. All doubtful signs of a debit together count no more than `DOUBTFUL_AT_MOST` sure one."""
    weights = {at: given.signs[at].strength * rubric.weight(behaviour.id, given.signs[at].probability) for at in own}
    doubtful = sum(weights[at] for at in own if at not in sure)
    if behaviour.polarity == "debit" and doubtful > DOUBTFUL_AT_MOST:
        weights |= {at: weights[at] * DOUBTFUL_AT_MOST / doubtful for at in own if at not in sure}
    return {at: weight for at, weight in weights.items() if weight}


def _drawn(signs: list[Sign], sure: int, given: Given, draws: int, generator: np.random.Generator) -> np.ndarray:
    """How much of a behaviour every draw holds: each sign whole or not at all, and what may have been lost."""
    probability = np.array([sign.probability for sign in signs])
    strength = np.array([sign.strength for sign in signs])
    there = generator.random((draws, len(signs))) < probability * (1.0 - given.misplaced)
    return there @ strength + generator.poisson(given.doubt * (sure + 0.25), draws)


def skill_draws(skill: str, tallies: tuple[Tally, ...], rubric: Rubric) -> tuple[np.ndarray | None, str | None]:
    """A skill's score 0-100 for every draw, or (None, reason) where it does not apply."""
    own = [entry for entry in tallies if entry.behaviour.skill == skill]
    credits = [entry for entry in own if entry.behaviour.polarity == "credit"]
    debits = [entry for entry in own if entry.behaviour.polarity == "debit" and entry.applies[0]]
    major = any(entry.applies[0] and entry.behaviour.applies_when not in _MINOR for entry in credits)
    if not major and not any(entry.shown for entry in debits):
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
        weight = behaviour.points * float(entry.applies[0] or 1.0) if behaviour.polarity == "credit" else most
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


def points_of(tallies: tuple[Tally, ...], rubric: Rubric) -> dict[int, float]:
    """Position of a sign in `given.signs` -> the points of 100 it gave (+) or took (-) in its skill.

    A skill's credit score is shared among its credits by the points each reached, and a credit's part among its signs by
    their strength and how far they count. Debits share what was taken.
    """
    points: dict[int, float] = {}
    for name, skill in rubric.skills.items():
        credits = [entry for entry in tallies if entry.behaviour.skill == name and entry.behaviour.polarity == "credit"]
        earned = sum(entry.behaviour.points * entry.reached[0] * entry.applies[0] for entry in credits)
        score = float(_credit_score(credits, skill.good_share, rubric.scale.good_score)[0]) if credits else 0.0
        for entry in (entry for entry in tallies if entry.behaviour.skill == name and entry.applies[0]):
            behaviour = entry.behaviour
            if behaviour.polarity == "debit":
                part = -float(entry.reached[0])
            else:
                part = score * behaviour.points * float(entry.reached[0] * entry.applies[0]) / earned if earned else 0.0
            total = sum(entry.signs.values())
            points |= {at: part * counts / total for at, counts in entry.signs.items()}
    return points
