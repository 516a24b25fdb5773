"""How well the machine agrees with people, and people with each other: figures with their 95 % intervals."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import binomtest, spearmanr
from sklearn.metrics import cohen_kappa_score

from review.agreement import HumanScore, HumanVerdict

FEWEST_CALLS = 10
"""With fewer calls a mean difference or a correlation says nothing yet: no figure is given."""

DRAWS = 500
"""Resamples of a bootstrap interval."""


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class SkillAgreement:
    """People's scores of one skill against the machine's, on a scale of 0-100.

    Scores are those that both gave as a number; whether a skill applies at all is `same_applicability`. Figures are None with fewer
    than `FEWEST_CALLS` calls, `kappa` and `rank_correlation` also where all scores are alike. Intervals are bootstrapped over calls,
    since several scores of one call are not independent; shares of single scores have Wilson's.
    """

    skill: str
    blind: bool  # the person did not see the machine's score before
    scores: int
    calls: int
    people: int
    difference: Estimate | None  # mean absolute difference, points
    bias: Estimate | None  # mean of machine - person, points
    rank_correlation: Estimate | None  # Spearman
    kappa: Estimate | None  # Cohen's, of the rubric's bands, quadratic weights
    inside_interval: Estimate | None  # share of people's scores inside the machine's interval
    same_applicability: Estimate | None  # share of calls on which both say that the skill applies, or both that it does not
    people_apart: Estimate | None  # mean absolute difference between two people on one call, points


@dataclass(frozen=True)
class SignAgreement:
    """What people said of the signs of one behaviour."""

    skill: str
    behaviour: str
    agreed: int
    disagreed: int
    missing: int  # signs that people added
    right: Estimate | None  # agreed / (agreed + disagreed), Wilson's interval
    commonest_reason: str | None  # given with disagreement


def skill_agreement(scores: Iterable[HumanScore], bands: Callable[[float], int]) -> list[SkillAgreement]:
    """Per skill, blind scores apart from others. `bands` gives the rank of the band that a score falls into.

    Scores that settled an appeal are left out: what is appealed is no sample of what is scored.
    """
    whole = [asdict(each) for each in scores if each.skill == each.criterion and not each.settled_by_appeal]
    if not whole:
        return []
    return [
        _skill(str(skill), bool(blind), group, bands)
        for (skill, blind), group in pd.DataFrame(whole).groupby(["skill", "blind"], sort=True)
    ]


def sign_agreement(verdicts: Iterable[HumanVerdict]) -> list[SignAgreement]:
    """Per behaviour, the least agreed with first."""
    rows = [asdict(each) for each in verdicts]
    if not rows:
        return []
    found = []
    for (skill, behaviour), group in pd.DataFrame(rows).groupby(["skill", "behaviour"]):
        count = group["verdict"].value_counts()
        agreed, disagreed, missing = (int(count.get(each, 0)) for each in ("agree", "disagree", "missing"))
        reasons = group.loc[group["verdict"] == "disagree", "reason"].dropna().value_counts()
        reason = str(reasons.index[0]) if len(reasons) else None
        found.append(SignAgreement(str(skill), str(behaviour), agreed, disagreed, missing, _share(agreed, agreed + disagreed), reason))
    return sorted(found, key=lambda each: (each.right.value if each.right else 2.0, -each.disagreed, each.behaviour))


def _skill(skill: str, blind: bool, group: pd.DataFrame, bands: Callable[[float], int]) -> SkillAgreement:
    both = group.dropna(subset=["human", "machine"]).astype({"human": float, "machine": float}).reset_index(drop=True)
    calls = _positions(both)
    human, machine = both["human"].to_numpy(), both["machine"].to_numpy()
    human_band, machine_band = (np.array([bands(each) for each in scores], dtype=int) for scores in (human, machine))
    known = both.dropna(subset=["machine_low", "machine_high"])
    inside = known["human"].between(known["machine_low"], known["machine_high"])
    same = group["human"].isna() == group["machine"].isna()
    enough = len(calls) >= FEWEST_CALLS
    pairs = [pair for call in calls for pair in combinations(call, 2)]
    apart = np.array([abs(human[one] - human[other]) for one, other in pairs])
    paired = _positions(both.loc[[one for one, _ in pairs]].reset_index(drop=True))
    return SkillAgreement(
        skill=skill,
        blind=blind,
        scores=len(group),
        calls=len(calls),
        people=group["account"].nunique(),
        difference=_estimate(calls, lambda at: float(np.abs(machine[at] - human[at]).mean())),
        bias=_estimate(calls, lambda at: float((machine[at] - human[at]).mean())),
        rank_correlation=_estimate(calls, lambda at: _spearman(human[at], machine[at])),
        kappa=_estimate(calls, lambda at: _kappa(human_band[at], machine_band[at])),
        inside_interval=_share(int(inside.sum()), len(inside)) if enough else None,
        same_applicability=_share(int(same.sum()), len(same)) if enough else None,
        people_apart=_estimate(paired, lambda at: float(apart[at].mean())),
    )


def _positions(rows: pd.DataFrame) -> list[np.ndarray]:
    """Where the rows of each call stand."""
    return list(rows.groupby(["date", "call_id"]).indices.values()) if len(rows) else []


def _spearman(human: np.ndarray, machine: np.ndarray) -> float:
    if np.ptp(human) == 0.0 or np.ptp(machine) == 0.0:
        return float("nan")
    return float(spearmanr(human, machine).statistic)


def _kappa(human: np.ndarray, machine: np.ndarray) -> float:
    if np.ptp(np.concatenate((human, machine))) == 0:
        return float("nan")
    return float(cohen_kappa_score(human, machine, weights="quadratic"))


def _estimate(calls: Sequence[np.ndarray], figure: Callable[[np.ndarray], float]) -> Estimate | None:
    """A figure over the rows of some calls with its bootstrap interval, calls drawn with replacement. The draws are always the same."""
    if len(calls) < FEWEST_CALLS:
        return None
    value = figure(np.concatenate(calls))
    if np.isnan(value):
        return None
    random = np.random.default_rng(0)
    drawn = [figure(np.concatenate([calls[each] for each in random.integers(0, len(calls), len(calls))])) for _ in range(DRAWS)]
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return Estimate(value, float(low), float(high))


def _share(part: int, whole: int) -> Estimate | None:
    if not whole:
        return None
    interval = binomtest(part, whole).proportion_ci(method="wilson")
    return Estimate(part / whole, float(interval.low), float(interval.high))
