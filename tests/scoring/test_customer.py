"""The customer's side: what was felt, about what, and how it ended."""

from dataclasses import replace

import numpy as np
import pytest

from scoring import customer

UPSET = "C: my order came broken for the second time and i am so upset and really fed up with this"


@pytest.fixture(scope="module")
def view(score, spoken):
    return lambda written: score(spoken(written))


def test_distress_answered_in_time_is_not_indifference(view):
    opening = f"A: Hello, how can I help you?\n{UPSET}\nA: "
    answered = view(f"{opening}I'm so sorry that it came broken again, that sounds really frustrating.\nC: yes it was")
    unanswered = view(
        f"{opening}What is the order number please?\nC: four five six one\nA: And the postcode for that one?\nC: it is five five one"
    )
    assert answered.customer.distress_moments == (1,) and answered.customer.distress_answered == 1
    assert unanswered.customer.distress_moments == (1,) and unanswered.customer.distress_answered == 0
    assert "indifference" not in {each.behaviour for each in answered.evidence}
    (sign,) = [each for each in unanswered.evidence if each.behaviour == "indifference"]
    assert (sign.quote, sign.polarity) == ("What is the order number please?", -1) and sign.points < 0


def test_a_calm_call_has_no_distress_and_no_empathy_score_of_zero(view):
    card = view(
        "A: Good morning, how can I help you?\nC: Hello, I'd like to know your opening hours on Monday, please.\n"
        "A: We open at nine on Monday.\nC: Great, thank you, that's all."
    )
    assert card.customer.distress_moments == () and card.customer.turnaround is None and card.customer.state == "none"
    criteria = {each.behaviour: each for each in card.criteria}
    assert (criteria["apology"].score, criteria["apology"].reason) == (None, "no_distress")
    empathy = next(each for each in card.skills if each.skill == "empathy")
    assert (empathy.score, empathy.reason) == (None, "no_occasion")


def test_distress_that_ends_in_thanks_turns_for_the_better(view):
    card = view(
        f"A: Hello, how can I help you?\n{UPSET}\nA: I'm so sorry about that. I'll send a new one by Friday.\n"
        "C: oh thank you that would be great\nA: It will be with you on Friday at ten.\nC: that's perfect thank you so much"
    )
    assert card.customer.turnaround == "better"
    assert card.customer.outcome != "unresolved"


BROKEN_LINE = "A: Good morning, how can I help you?\nC: My internet has been down since Monday and nobody can tell me why.\n"
MENDED = (
    "A: I'm resetting your line now. Could you look at the light on the box?\n"
    "C: Oh, it's green now. Yes, it's working again, that's great.\n"
    "A: Wonderful. Is everything working for you now?\n"
)
GIVEN_UP = "A: There's nothing more I can do from here, I'm afraid.\nC: Then it's still not working and I'm going to another company.\n"


def test_what_is_said_last_decides_how_the_call_ended(view):
    assert view(f"{BROKEN_LINE}{GIVEN_UP}{MENDED}C: Yes it is, thank you so much, that's all I needed.").customer.outcome == "resolved"
    assert view(f"{BROKEN_LINE}{MENDED}C: No wait, it's gone off again.\n{GIVEN_UP}").customer.outcome == "unresolved"


@pytest.mark.parametrize(
    ("resolved", "due", "said"), [(0.9, 0.3, "resolved"), (0.4, 0.9, "follow_up_due"), (0.7, 0.7, None), (0.1, 0.1, None)]
)
def test_two_outcomes_that_are_about_as_likely_are_unclear(read, spoken, resolved, due, said):
    call = read(spoken(f"{BROKEN_LINE}{MENDED}C: yes"))
    probabilities = np.zeros_like(call.probabilities)
    for outcome, probability in (("resolved", resolved), ("follow_up_due", due)):
        probabilities[-1, call.names.index(f"outcome.{outcome}")] = probability
    assert customer._outcome(replace(call, probabilities=probabilities), (), 0.5) == said


def test_every_customer_turn_has_a_probability_of_distress(view, spoken):
    written = f"A: Hello, how can I help?\n{UPSET}\nA: Okay.\nC: Yes, it was on Monday."
    levels = dict(view(written).customer.distress_by_turn)
    assert set(levels) == {1, 3}
    assert 0.0 <= levels[3] < levels[1] <= 1.0


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("you charged me sixty dollars that i never agreed to and the bill is wrong again", "pricing_or_billing"),
        ("the washing machine stopped working after two days and it leaks", "quality"),
    ],
)
def test_what_the_trouble_is_about(view, words, cause):
    assert view(f"A: Hello, how can I help you?\nC: {words}\nA: Let me look into that for you.\nC: okay").customer.conflict_cause == cause
