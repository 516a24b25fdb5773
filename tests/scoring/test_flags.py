from dataclasses import replace

import pytest

from scoring.flags import Facts, flags_of, in_control_arm
from scoring.signs import Sign

QUIET = Facts(
    numbers={
        "listening": 80.0, "empathy": 80.0, "solution_focus": 80.0, "overall": 80.0, "interruptions": 0, "unanswered_distress": 0,
        "asr_confidence": 0.9, "hallucination_share": 0.0, "loss_share": 0.0,
    },
    outcome="resolved", auto_fail=None, signs=(), shown=frozenset({"greeting"}),
)  # fmt: skip


def flags(rubric, **changes) -> dict[str, str]:
    numbers = QUIET.numbers | changes.pop("numbers", {})
    return {flag.id: flag.reason for flag in flags_of(replace(QUIET, numbers=numbers, **changes), rubric)}


def signal(behaviour: str, probability: float, at_s: float, speaker="customer") -> Sign:
    return Sign(behaviour, speaker, 0, at_s, at_s + 1, "words", probability, 1.0, "meaning", 0)


def test_a_good_call_raises_none(rubric):
    assert flags(rubric) == {}


@pytest.mark.parametrize(
    ("fact", "value", "flag", "words"),
    [
        ("listening", 49.9, "low_listening", "Listening scored 50, under 50."),
        ("empathy", 10.0, "low_empathy", "Empathy scored 10, under 50."),
        ("interruptions", 3, "many_interruptions", "The agent interrupted 3 times."),
        ("unanswered_distress", 2, "distress_unanswered", "no word of empathy followed (moments: 2)"),
        ("asr_confidence", 0.4, "transcript_trouble", "confidence of only 40%"),
        ("hallucination_share", 0.2, "transcript_invented", "20% of the recognised words"),
        ("loss_share", 0.5, "transcript_gaps", "50% of the speech"),
    ],
)
def test_a_fact_over_its_limit_raises_its_flag_with_the_numbers(rubric, fact, value, flag, words):
    raised = flags(rubric, numbers={fact: value})
    assert list(raised) == [flag] and words in raised[flag]


@pytest.mark.parametrize(("fact", "value"), [("listening", 50.0), ("interruptions", 2), ("loss_share", 0.30), ("asr_confidence", 0.55)])
def test_a_fact_at_its_limit_raises_none(rubric, fact, value):
    assert flags(rubric, numbers={fact: value}) == {}


@pytest.mark.parametrize("fact", ["listening", "empathy", "solution_focus", "interruptions", "asr_confidence", "loss_share"])
def test_what_is_unknown_raises_no_flag(rubric, fact):
    assert flags(rubric, numbers={fact: None}) == {}


def test_words_of_the_customer_are_flagged_with_their_moments(rubric):
    signs = (signal("churn_threat", 0.9, 62.4), signal("churn_threat", 0.8, 125.0), signal("churn_threat", 0.5, 200.0))
    assert flags(rubric, signs=signs) == {"churn_risk": "The customer spoke of leaving, at 1:02, 2:05."}
    assert flags(rubric, signs=(signal("abuse", 0.95, 1.0, "agent"),)) == {}


def test_outcome_missing_phrases_and_auto_fail(rubric):
    raised = flags(rubric, outcome="unresolved", shown=frozenset(), auto_fail="the agent swore")
    assert list(raised) == ["auto_fail", "unresolved", "compliance_missing"]  # in the order of flags.toml
    assert raised["auto_fail"] == "Auto-fail: the agent swore."
    assert raised["compliance_missing"] == "Missing in this call: greeting."


def test_the_control_arm_is_a_fixed_draw_of_about_its_share():
    names = [f"call-{number}" for number in range(4000)]
    drawn = [name for name in names if in_control_arm(name, 0.05, "salt")]
    assert drawn == [name for name in names if in_control_arm(name, 0.05, "salt")]
    assert 150 <= len(drawn) <= 250  # 200 expected, standard deviation 14
    assert drawn != [name for name in names if in_control_arm(name, 0.05, "pepper")]
    assert not any(in_control_arm(name, 0.0, "salt") for name in names)
    assert all(in_control_arm(name, 1.0, "salt") for name in names)
