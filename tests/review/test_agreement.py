"""Figures of agreement, on scores whose agreement is known by construction, and as `rapport agree` prints them."""

import re
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from flows.cli import app
from review.agreement import HumanScore, HumanVerdict, human_scores
from review.agreement_figures import FEWEST_CALLS, sign_agreement, skill_agreement

NOW = datetime(2026, 3, 2, tzinfo=UTC)
BANDS = (0.0, 50.0, 70.0, 85.0)


def said(call: int, human: float | None, machine: float | None, *, person="cora", blind=True, appeal=False) -> HumanScore:
    low, high = (None, None) if machine is None else (machine - 10.0, machine + 10.0)
    about = ("2026-03-02", f"call-{call}", person, "listening", "listening")
    return HumanScore(*about, human, machine, low, high, "r1", blind, appeal, NOW)


def verdict(word: str, behaviour="apology", reason=None, call=1) -> HumanVerdict:
    return HumanVerdict("2026-03-02", f"call-{call}", "cora", "empathy", behaviour, word, reason, NOW)


def test_a_machine_that_is_always_five_points_too_high():
    (found,) = skill_agreement([said(each, 3.0 * each, 3.0 * each + 5.0) for each in range(30)], BANDS)
    assert (found.scores, found.calls, found.people) == (30, 30, 1)
    for figure, value in ((found.difference, 5.0), (found.bias, 5.0), (found.rank_correlation, 1.0), (found.inside_interval, 1.0)):
        assert figure.value == pytest.approx(value) and figure.low <= value + 1e-9
    assert found.difference.high == pytest.approx(5.0)
    assert 0.8 < found.kappa.value < 1.0  # near the edges of the bands five points are another band
    assert found.people_apart is None


def test_a_machine_that_says_anything():
    random = np.random.default_rng(1)
    (found,) = skill_agreement([said(each, random.uniform(0, 100), random.uniform(0, 100)) for each in range(200)], BANDS)
    assert found.rank_correlation.low < 0.0 < found.rank_correlation.high
    assert found.kappa.low < 0.0 < found.kappa.high
    assert found.bias.low < 0.0 < found.bias.high
    assert 25.0 < found.difference.low < found.difference.value < found.difference.high < 42.0
    assert found.inside_interval.high < 0.3


def test_the_interval_grows_with_scores_of_the_same_call():
    """Ten people who score one call alike are no ten calls."""
    random = np.random.default_rng(2)
    humans = random.uniform(0, 100, 20)
    once = [said(each, humans[each], 50.0) for each in range(20)]
    often = [said(each, humans[each], 50.0, person=f"p{person}") for each in range(20) for person in range(10)]
    (one,), (ten,) = (skill_agreement(scores, BANDS) for scores in (once, often))
    assert ten.difference.value == pytest.approx(one.difference.value)
    assert ten.difference.high - ten.difference.low == pytest.approx(one.difference.high - one.difference.low, rel=0.1)


def test_too_few_calls_give_no_figure_however_many_scores():
    scores = [said(call, 50.0, 60.0, person=f"p{person}") for call in range(FEWEST_CALLS - 1) for person in range(5)]
    (found,) = skill_agreement(scores, BANDS)
    assert found.calls == FEWEST_CALLS - 1 and found.scores == 5 * found.calls
    figures = (found.difference, found.bias, found.rank_correlation, found.kappa, found.inside_interval, found.people_apart)
    assert figures == (None,) * 6


def test_scores_that_are_all_alike_have_no_correlation_and_no_kappa():
    (found,) = skill_agreement([said(each, 60.0, 62.0) for each in range(20)], BANDS)
    assert found.rank_correlation is None and found.kappa is None
    assert found.difference.value == pytest.approx(2.0)


def test_blind_scores_stand_apart_and_appeals_are_left_out():
    scores = [said(each, 50.0, 50.0) for each in range(12)] + [said(each, 40.0, 50.0, blind=False) for each in range(12)]
    scores += [said(each, 0.0, 100.0, appeal=True) for each in range(50)]
    seen, blind = skill_agreement(scores, BANDS)
    assert (seen.blind, seen.difference.value, blind.blind, blind.difference.value) == (False, 10.0, True, 0.0)


def test_whether_a_skill_applies_is_compared_by_itself():
    scores = [said(each, 50.0, 50.0) for each in range(15)] + [said(15, None, 50.0), said(16, 50.0, None), said(17, None, None)]
    (found,) = skill_agreement(scores, BANDS)
    assert (found.scores, found.calls) == (18, 15)
    assert found.same_applicability.value == pytest.approx(16 / 18)


def test_two_people_on_the_same_calls():
    scores = [said(each, 50.0, 50.0) for each in range(12)] + [said(each, 62.0, 50.0, person="carl") for each in range(12)]
    (found,) = skill_agreement(scores, BANDS)
    assert found.people == 2 and found.people_apart.value == pytest.approx(12.0)


def test_signs_least_agreed_with_first():
    words = [verdict("agree", call=each) for each in range(9)] + [verdict("disagree", reason="wrong_evidence", call=9)]
    words += [verdict("missing")] * 3
    words += [verdict("disagree", "blaming", "other"), verdict("agree", "blaming")] + [verdict("missing", "recap")]
    blaming, apology, recap = sign_agreement(words)
    assert (blaming.behaviour, blaming.right.value, blaming.commonest_reason) == ("blaming", 0.5, "other")
    assert (apology.agreed, apology.disagreed, apology.missing, apology.right.value) == (9, 1, 3, 0.9)
    assert apology.right.low == pytest.approx(0.618, abs=0.001) and apology.right.high == pytest.approx(0.988, abs=0.001)  # Jeffreys
    assert recap.right is None and recap.missing == 1


def test_ten_verdicts_on_one_call_are_worth_one():
    (one,) = sign_agreement([verdict("agree", call=1)] * 9 + [verdict("disagree", call=1)])
    assert one.right.value == 0.9 and one.right.low < 0.2


def test_a_band_that_nobody_is_in_still_lies_between_its_neighbours():
    human = [10.0, 10.0, 10.0, 60.0, 60.0, 90.0, 90.0, 90.0, 10.0, 60.0]
    machine = [10.0, 60.0, 10.0, 60.0, 10.0, 90.0, 60.0, 90.0, 10.0, 60.0]
    (found,) = skill_agreement([said(each, *pair) for each, pair in enumerate(zip(human, machine, strict=True))], BANDS)
    assert found.kappa.value == pytest.approx(0.786, abs=0.001)  # 0.762 where the second band from the top is forgotten


def test_a_correlation_that_hangs_on_one_call_is_none():
    (found,) = skill_agreement([said(each, 50.0 if each == 11 else 0.0, 8.0 * each) for each in range(12)], BANDS)
    assert found.rank_correlation is None and found.difference is not None


@settings(deadline=None, max_examples=5)
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=FEWEST_CALLS, max_size=20))
def test_every_interval_holds_its_figure_and_shares_are_shares(pairs):
    (found,) = skill_agreement([said(each, *pair) for each, pair in enumerate(pairs)], BANDS)
    for figure in (found.difference, found.inside_interval, found.same_applicability):
        assert figure.low - 1e-9 <= figure.value <= figure.high + 1e-9
    assert 0.0 <= found.inside_interval.low <= found.inside_interval.high <= 1.0


def test_nobody_agrees_whether_it_applies():
    (found,) = skill_agreement([said(each, None, 50.0) for each in range(30)], BANDS)
    assert found.calls == 0 and found.difference is None
    assert found.same_applicability.value == 0.0 and found.same_applicability.high < 0.1


def test_a_blind_score_is_the_one_before_the_machine_s_was_seen(browse, site):
    """Changed after the machine's was seen, it is blind no more."""
    cora = browse("cora")
    cora.post("/blind", {"blind": "1", "back": "/call/2026-03-02/billing_poor"})
    cora.get("/call/2026-03-02/billing_poor")
    for listening in ("20", "58"):
        cora.post("/scores/2026-03-02/billing_poor", {"listening": listening, "empathy": "", "solution_focus": "15", "comment": ""})
    listening = next(each for each in human_scores(site.database) if each.criterion == "listening")
    assert (listening.human, listening.blind) == (20.0, True)


def test_nothing_said_gives_nothing():
    assert skill_agreement([], BANDS) == [] and sign_agreement([]) == []


def test_the_command_says_what_reviewers_said(browse, site, tmp_path):
    cora = browse("cora")
    given = {"listening": "20", "empathy": "", "solution_focus": "15", "comment": ""}
    assert cora.post("/scores/2026-03-02/billing_poor", given).status_code == 303
    ran = CliRunner(env={"COLUMNS": "150"}).invoke(app, ["agree", "--results", str(tmp_path), "--database", str(site.database.url)])
    assert ran.exit_code == 0, ran.output
    assert re.findall(r"\d, \d, \d", ran.output) == ["1, 0, 1", "1, 1, 1", "1, 1, 1"]  # empathy was said not to apply
    assert re.search(r"difference( +—){3}", ran.output)
    assert "Solution focus" in ran.output and "Scores given beside the machine's" in ran.output
    assert "fewer than 10 calls" in ran.output


def test_the_command_without_reviews_says_what_to_do(tmp_path):
    ran = CliRunner().invoke(app, ["agree", "--results", str(tmp_path)])
    assert ran.exit_code == 2 and "rapport review" in ran.output and not list(tmp_path.iterdir())
