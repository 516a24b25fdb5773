"""From signs to scores: what does not apply is null with a reason, never zero; intervals hold their value."""

from dataclasses import replace

import numpy as np
import pytest

from scoring import points
from scoring.points import Given
from scoring.signs import Sign
from scoring.timing import Occasion

NOWHERE = Occasion(None, 0, "no_recording")


def sign(behaviour: str, probability: float = 0.95, strength: float = 1.0, at_s: float = 1.0) -> Sign:
    return Sign(behaviour, "agent", 0, at_s, at_s + 1.0, "words", probability, strength, "meaning", 0)


@pytest.fixture
def given(rubric):
    """A call with one concern and nothing shown; no recording, no distress."""
    occasions = dict.fromkeys((behaviour.applies_when for behaviour in rubric.behaviours.values()), 0) | {"always": 1, "concern": 1}
    timed = {name: NOWHERE for name in ("lets_customer_finish", "steady_voice")}
    timed |= {"balanced_talk": Occasion(0.5, 1, None), "room_to_answer": Occasion(None, 0, "no_question")}
    return Given((), occasions, timed, acknowledgeable=2, length=1.0, doubt=0.05)


@pytest.fixture
def criteria(rubric, settings):
    return lambda given: {each.behaviour: each for each in points.criteria_of(points.tally(given, rubric, settings), settings)}


def test_what_has_no_occasion_is_null_with_its_reason_and_never_zero(given, criteria):
    found = criteria(given)
    expected = {
        "lets_customer_finish": "no_recording", "room_to_answer": "no_question", "interruption": "no_recording", "apology": "no_distress",
        "thanks_patience": "no_wait", "uses_name": "not_shown", "boundary": "no_abuse", "escalation": "no_escalation_request",
    }  # fmt: skip
    for name, reason in expected.items():
        assert (found[name].score, found[name].reason) == (None, reason), name
    assert found["paraphrase"].score.value == 0.0 and found["paraphrase"].reason is None
    assert found["balanced_talk"].score.value == 50.0
    assert found["lecturing"].score.value == 100.0


def test_empathy_without_occasion_has_no_score_and_no_zero(given, rubric, settings):
    tallies = points.tally(replace(given, signs=(sign("uses_name"),)), rubric, settings)
    assert points.skill_draws("empathy", tallies, rubric) == (None, "no_occasion")
    draws, reason = points.skill_draws("listening", tallies, rubric)
    assert reason is None
    skills, overall = points.overall_of({"empathy": None, "listening": draws}, dict.fromkeys(rubric.skills), _two(rubric), settings)
    assert {skill.skill: skill.score is None for skill in skills} == {"listening": False, "empathy": True}
    assert overall.value == draws[0]  # the skill that does not apply takes no part in the mean


def _two(rubric):
    return replace(rubric, skills={name: rubric.skills[name] for name in ("listening", "empathy")})


def test_no_skill_at_all_gives_no_overall(rubric, settings):
    skills, overall = points.overall_of(dict.fromkeys(rubric.skills), dict.fromkeys(rubric.skills, "no_occasion"), rubric, settings)
    assert overall is None and {skill.reason for skill in skills} == {"no_occasion"}


def test_a_debit_alone_makes_a_skill_applicable(given, rubric, settings):
    tallies = points.tally(replace(given, signs=(sign("calm_down"),)), rubric, settings)
    draws, _ = points.skill_draws("empathy", tallies, rubric)
    assert draws is not None and draws[0] < 100.0


@pytest.mark.parametrize(
    ("behaviour", "limits", "values"),
    [
        ("open_question", ("counts_from", "counts_whole"), (0.0, 50.0, 100.0)),
        ("lecturing", ("counts_from_debit", "counts_whole_debit"), (100.0, 90.0, 80.0)),
    ],
)
def test_a_doubtful_sign_counts_in_part(given, criteria, rubric, behaviour, limits, values):
    low, high = (getattr(rubric.scale, limit) for limit in limits)
    found = [criteria(replace(given, signs=(sign(behaviour, at),)))[behaviour] for at in (low, (low + high) / 2, high)]
    assert [each.score.value for each in found] == pytest.approx(values)


def test_doubtful_signs_add_nothing_to_what_is_reached(given, criteria, rubric, settings):
    call = replace(given, signs=(sign("open_question"), sign("open_question", 0.3, at_s=5.0)))
    shared = points.points_of(points.tally(call, rubric, settings), rubric)
    assert shared.keys() == {0} and criteria(call)["open_question"].shown == 1
    alone = replace(given, signs=call.signs[1:])
    assert points.points_of(points.tally(alone, rubric, settings), rubric)[0] > 0 and criteria(alone)["open_question"].shown == 0


def test_what_counts_only_when_shown_costs_nothing_where_it_is_doubtful(given, criteria, rubric, settings):
    def solution(*probabilities):
        signs = (sign("options", at, at_s=7.0 + number) for number, at in enumerate(probabilities))
        call = replace(given, signs=(sign("can_do"), sign("ownership", at_s=3.0), *signs))
        tallies = points.tally(call, rubric, settings)
        return points.skill_draws("solution_focus", tallies, rubric)[0][0], criteria(call)["options"], points.points_of(tallies, rubric)

    without, *_ = solution()
    doubtful, row, _ = solution(rubric.scale.least_confidence - 0.01)
    assert doubtful == without and (row.score, row.reason) == (None, "not_shown")
    rising = [solution(at)[0] for at in (rubric.scale.least_confidence, 0.5, 0.6, 0.7, 0.85)]
    assert rising == sorted(rising) and rising[0] == pytest.approx(without) and rising[-1] > without
    alone, row, shared = solution(0.7)
    assert row.score.value == 100.0 and 0.0 < row.weight < rubric.behaviours["options"].points
    with_another, _, more = solution(0.7, 0.3)
    assert with_another == alone and more == shared, "a doubtful sign takes nothing from the sure one"


def test_suspicions_alone_make_no_skill_applicable_and_add_up_to_little(given, criteria, rubric, settings):
    suspected = replace(given, signs=tuple(sign("dismissing", 0.48, at_s=float(at)) for at in range(12)))
    tallies = points.tally(suspected, rubric, settings)
    assert points.skill_draws("empathy", tallies, rubric) == (None, "no_occasion")
    taken = -sum(points.points_of(tallies, rubric).values())
    assert taken == pytest.approx(points.DOUBTFUL_AT_MOST * rubric.behaviours["dismissing"].points)
    sure = replace(suspected, signs=(*suspected.signs, sign("dismissing", 0.9, at_s=20.0)))
    assert points.points_of(points.tally(sure, rubric, settings), rubric)[12] == pytest.approx(-rubric.behaviours["dismissing"].points)


def test_the_points_of_the_credits_add_up_to_the_credit_score(given, rubric, settings):
    signs = (sign("can_do", 0.6), sign("ownership", 0.3, at_s=3.0), sign("clear_step", 0.9, at_s=5.0), sign("options", 0.7, at_s=7.0))
    tallies = points.tally(replace(given, signs=signs), rubric, settings)
    total = sum(points.points_of(tallies, rubric).values())
    assert total == pytest.approx(points.skill_draws("solution_focus", tallies, rubric)[0][0])


def test_a_debit_that_counts_for_nothing_still_shows_in_the_interval(given, criteria, rubric):
    doubtful = criteria(replace(given, signs=(sign("lecturing", rubric.scale.counts_from_debit),)))["lecturing"].score
    assert doubtful.value == 100.0 and doubtful.low < 100.0


def test_a_debit_takes_at_most_its_limit(given, criteria, rubric):
    signs = tuple(sign("lecturing", 0.99, at_s=float(at)) for at in range(40))
    found = criteria(replace(given, signs=signs))["lecturing"]
    assert found.score.value == 0.0 and found.shown == 40
    assert found.weight == rubric.behaviours["lecturing"].at_most


def test_more_signs_are_never_worth_less(given, criteria):
    values = []
    for count in range(4):
        signs = tuple(sign("paraphrase", at_s=float(at)) for at in range(count))
        values.append(criteria(replace(given, signs=signs))["paraphrase"].score.value)
    assert values == [0.0, 50.0, 100.0, 100.0]


def test_a_longer_call_asks_for_more_of_what_grows_and_takes_less_for_a_debit(given, criteria):
    signs = (sign("paraphrase"), sign("paraphrase", at_s=5.0), sign("lecturing"))
    usual, long = criteria(replace(given, signs=signs)), criteria(replace(given, signs=signs, length=2.0))
    assert long["paraphrase"].score.value == usual["paraphrase"].score.value / 2
    assert usual["lecturing"].score.value < long["lecturing"].score.value < 100.0


def test_signs_of_the_customer_earn_the_agent_nothing(given, criteria):
    theirs = replace(sign("open_question"), speaker="customer")
    assert criteria(replace(given, signs=(theirs,)))["open_question"].score.value == 0.0


@pytest.mark.parametrize("probability", [0.2, 0.5, 0.66, 0.8, 0.99])
@pytest.mark.parametrize("doubt", [0.0, 0.3, 1.0])
def test_an_interval_holds_its_value_and_stays_on_the_scale(given, rubric, settings, criteria, probability, doubt):
    signs = tuple(sign(name, probability) for name in rubric.behaviours)
    call = replace(given, signs=signs, occasions=dict.fromkeys(given.occasions, 1), doubt=doubt)
    for each in criteria(call).values():
        assert each.score is None or 0.0 <= each.score.low <= each.score.value <= each.score.high <= 100.0
    tallies = points.tally(call, rubric, settings)
    for skill in rubric.skills:
        draws, _ = points.skill_draws(skill, tallies, rubric)
        assert draws is not None and len(draws) == settings.interval_draws + 1
        assert ((draws >= 0.0) & (draws <= 100.0)).all()


@pytest.mark.parametrize(("skill", "credit"), [("listening", "open_question"), ("empathy", "apology")])
def test_the_scale_passes_through_the_fixed_points_of_its_skill(rubric, skill, credit):
    share = np.array([0.0, rubric.skills[skill].good_share, 1.0])
    entry = points.Tally(rubric.behaviours[credit], share, np.ones(3), 1, 1, None, {})
    assert points.skill_draws(skill, (entry,), rubric)[0] == pytest.approx([0.0, rubric.scale.good_score, 100.0])


def test_the_draws_are_the_same_every_time(given, rubric, settings):
    call = replace(given, signs=(sign("open_question", 0.7), sign("lecturing", 0.7)))
    first, second = points.tally(call, rubric, settings), points.tally(call, rubric, settings)
    assert all(np.array_equal(one.reached, other.reached) for one, other in zip(first, second, strict=True))


def test_points_of_signs_are_shared_by_strength(given, rubric, settings):
    call = replace(given, signs=(sign("paraphrase", strength=1.0), sign("paraphrase", strength=0.5, at_s=4.0), sign("lecturing", at_s=9.0)))
    shared = points.points_of(points.tally(call, rubric, settings), rubric)
    assert shared[0] == pytest.approx(2 * shared[1]) and shared[1] > 0
    assert shared[2] == -rubric.behaviours["lecturing"].points
