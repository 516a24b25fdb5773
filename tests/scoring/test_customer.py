"""The customer's side: what was felt, about what, and how it ended."""

import pytest

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
    assert card.customer.distress_moments == () and card.customer.turnaround is None and card.customer.state in ("none", None)
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


BROKEN_LINE = (
    "A: Good morning, how can I help you?\nC: My internet has been down since Monday and nobody can tell me why.\n"
    "A: What's the first line of your address?\nC: Twelve Mill Lane. I work from home.\nA: I can see the line here.\n"
)
MENDED = (
    "A: I'm resetting your line now. Could you look at the light on the box?\n"
    "C: Oh, it's green now. Yes, it's working again, that's great.\n"
    "A: Wonderful. Is everything working for you now?\n"
)
GIVEN_UP = "A: There's nothing more I can do from here, I'm afraid.\nC: Then it's still not working and I'm going to another company.\n"


def test_what_is_said_last_decides_how_the_call_ended(view):
    assert view(f"{BROKEN_LINE}{GIVEN_UP}{MENDED}C: Yes it is, thank you so much, that's all I needed.").customer.outcome == "resolved"
    assert view(f"{BROKEN_LINE}{MENDED}C: No wait, it's gone off again.\n{GIVEN_UP}").customer.outcome == "unresolved"


def test_a_call_of_two_turns_tells_no_outcome_state_or_cause(view):
    told = view("A: Hello, how can I help you?\nC: I have been charged twice and I'm furious about it.").customer
    assert (told.outcome, told.state, told.conflict_cause) == (None, None, None)


def test_every_customer_turn_has_a_probability_of_distress(view, spoken):
    written = f"A: Hello, how can I help?\n{UPSET}\nA: Okay.\nC: Yes, it was on Monday."
    levels = dict(view(written).customer.distress_by_turn)
    assert set(levels) == {1, 3}
    assert 0.0 <= levels[3] < levels[1] <= 1.0


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        (
            "You charged me sixty dollars that I never agreed to. The bill was wrong last month too. There's a fee on it that nobody can "
            "explain. I want that money back on my card.",
            "pricing_or_billing",
        ),
        (
            "The sofa arrived with a broken leg and a tear in the fabric. The cushions are filthy. The second one that you sent is even "
            "worse, the frame is cracked. It's shoddy work.",
            "quality",
        ),
    ],
)
def test_what_the_trouble_is_about_is_right_or_unclear(view, words, cause):
    written = (
        f"A: Hello, how can I help you?\nC: {words}\nA: Thank you. What is the order number?\nC: Four one two nine.\n"
        "A: Thanks, I'm looking at it now.\nC: I'm really upset about this.\nA: I can see it here.\nC: It's a disgrace."
    )
    assert view(written).customer.conflict_cause in (cause, None)
