"""How well the machine agrees with people, and people with each other: figures with their 95 % intervals."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import beta, spearmanr
from sklearn.metrics import cohen_kappa_score

from review.agreement import HumanScore, HumanVerdict

FEWEST_CALLS = 10
"""With fewer calls a mean difference or a correlation says nothing yet: no figure is given."""

DRAWS = 500
"""Resamples of a bootstrap interval."""

LEAST_DEFINED = 0.95
"""A figure that is undefined in more of the resamples (all scores alike) hangs on single calls: none is given."""


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class SkillAgreement:
    """People's scores of one skill against the machine's, on a scale of 0-100.

    `scores` and `people` count every score given, "not applicable" too; `calls` those that both scored with a number, which the figures
    are about, but for `same_applicability`. None with fewer than `FEWEST_CALLS` calls; `kappa` and `rank_correlation` also where
    scores are too much alike. Intervals are over calls, since several scores of one call are not independent: bootstrapped, and
    of shares Jeffreys'.
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
    same_applicability: Estimate | None  # share of scores in which both say that the skill applies, or both that it does not
    people_apart: Estimate | None  # mean absolute difference between two people on one call, points


@dataclass(frozen=True)
class SignAgreement:
    """What people said of the signs of one behaviour."""

    skill: str
    behaviour: str
    agreed: int
    disagreed: int
    missing: int  # signs that people added
    right: Estimate | None  # agreed / (agreed + disagreed), however few; the interval, Jeffreys' over the calls, says how few
    commonest_reason: str | None  # given with disagreement


def skill_agreement(scores: Iterable[HumanScore], band_starts: Sequence[float]) -> list[SkillAgreement]:
    """Per skill, blind scores apart from others. `band_starts` are the scores from which the rubric's bands begin, rising.

    Scores that settled an appeal are left out: what is appealed is no sample of what is scored.
    """
    whole = [asdict(each) for each in scores if each.skill == each.criterion and not each.settled_by_appeal]
    if not whole:
        return []
    return [
        _skill(str(skill), bool(blind), group.reset_index(drop=True), band_starts)
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
        judged = group[group["verdict"] != "missing"].reset_index(drop=True)
        right = _share((judged["verdict"] == "agree").to_numpy(), _positions(judged))
        found.append(SignAgreement(str(skill), str(behaviour), agreed, disagreed, missing, right, reason))
    return sorted(found, key=lambda each: (each.right.value if each.right else 2.0, -each.disagreed, each.behaviour))


def _skill(skill: str, blind: bool, group: pd.DataFrame, band_starts: Sequence[float]) -> SkillAgreement:
    both = group.dropna(subset=["human", "machine"]).astype({"human": float, "machine": float}).reset_index(drop=True)
    calls = _positions(both)
    human, machine = both["human"].to_numpy(), both["machine"].to_numpy()
    human_band, machine_band = (np.digitize(scores, band_starts) for scores in (human, machine))
    inside = both["human"].between(both["machine_low"], both["machine_high"]).to_numpy()
    same = (group["human"].isna() == group["machine"].isna()).to_numpy()
    all_calls = _positions(group)
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
        kappa=_estimate(calls, lambda at: _kappa(human_band[at], machine_band[at], len(band_starts))),
        inside_interval=_share(inside, calls) if len(calls) >= FEWEST_CALLS else None,
        same_applicability=_share(same, all_calls) if len(all_calls) >= FEWEST_CALLS else None,
        people_apart=_estimate(paired, lambda at: float(apart[at].mean())),
    )


def _positions(rows: pd.DataFrame) -> list[np.ndarray]:
    """Where the rows of each call stand."""
    return list(rows.groupby(["date", "call_id"]).indices.values()) if len(rows) else []


def _spearman(human: np.ndarray, machine: np.ndarray) -> float:
    if np.ptp(human) == 0.0 or np.ptp(machine) == 0.0:
        return float("nan")
    return float(spearmanr(human, machine).statistic)


def _kappa(human: np.ndarray, machine: np.ndarray, bands: int) -> float:
    """Cohen's kappa with quadratic weights. All bands are named: one that is not met still lies between its neighbours."""
    if np.ptp(np.concatenate((human, machine))) == 0:
        return float("nan")
    return float(cohen_kappa_score(human, machine, weights="quadratic", labels=range(bands + 1)))


def _estimate(calls: Sequence[np.ndarray], figure: Callable[[np.ndarray], float]) -> Estimate | None:
    """A figure over the rows of some calls with its bootstrap interval, calls drawn with replacement. The draws are always the same."""
    if len(calls) < FEWEST_CALLS:
        return None
    value = figure(np.concatenate(calls))
    if np.isnan(value):
        return None
    random = np.random.default_rng(0)
    drawn = [figure(np.concatenate([calls[each] for each in random.integers(0, len(calls), len(calls))])) for _ in range(DRAWS)]
    if np.mean(np.isfinite(drawn)) < LEAST_DEFINED:
        return None
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return Estimate(value, float(low), float(high))


def _share(true: np.ndarray, calls: Sequence[np.ndarray]) -> Estimate | None:
    """Share of True with Jeffreys' interval for as many trials as there are calls; None without any."""
    if not len(true):
        return None
    value, trials = float(true.mean()), len(calls)
    low, high = beta.ppf([0.025, 0.975], value * trials + 0.5, (1.0 - value) * trials + 0.5)
    return Estimate(value, 0.0 if value == 0.0 else float(low), 1.0 if value == 1.0 else float(high))
