"""The note names real moments of the call and speaks in the rubric's words."""

import pytest

from scoring.coaching import wording_at
from scoring.mirror import feeling, mirrored


def test_the_note_quotes_the_call_at_its_times(examples, score, rubric):
    dids = {f"You {behaviour.did}." for behaviour in rubric.behaviours.values()}
    tips = {behaviour.tip for behaviour in rubric.behaviours.values()}
    for name in ("billing_poor", "refund_excellent", "delivery_average"):
        call = examples[name]
        note = score(call.transcript, call.measures).coaching
        assert note.try_next is None or note.try_next in tips
        assert note.went_well is None or note.went_well in dids
        for quote, at_s in ((note.went_well_quote, note.went_well_s), (note.try_next_quote, note.try_next_s)):
            if quote is not None:
                said = [turn for turn in call.transcript.turns if turn.speaker == "agent" and quote in turn.text]
                assert any(turn.start_s <= at_s <= turn.end_s for turn in said)
        assert (note.try_next is None) == (note.try_next_wording is None)
        assert "{" not in (note.try_next_wording or "")


def test_the_worst_moment_gets_the_tip(score, spoken, rubric):
    call = (
        "A: Hello, how can I help you?\nC: I'm so upset, my order came broken again, nobody told me anything.\nA: You need to calm down.\n"
        "C: How dare you say that to me?\nA: Calm down, please.\nC: I am going now."
    )
    note = score(spoken(call)).coaching
    assert note.try_next in {rubric.behaviours[name].tip for name in ("calm_down", "indifference")}
    assert note.try_next_quote in call and note.try_next_s > 0


def test_what_also_cost_points_is_not_held_up_as_well_done(score, spoken):
    opening = "A: Order number?\nC: my name is Peter Hall and my order came broken again and i am so upset\n"
    rude = score(spoken(f"{opening}A: Peter, you need to calm down.\nC: do not tell me to calm down\nA: Bye.\nC: bye"))
    spoiled = {each.turn for each in rude.evidence if each.polarity == -1}
    assert any(each.behaviour == "uses_name" and each.turn in spoiled for each in rude.evidence)
    assert "calm down" not in (rude.coaching.went_well_quote or "")


@pytest.mark.parametrize(
    "insult", ["I haven't got all day for a bunch of useless clowns.", "It's not as if you had anything better to do."]
)
def test_insults_and_jibes_are_not_said_back(read, spoken, rubric, insult):
    told = f"My new lamp came with a broken foot. {insult}"
    call = read(spoken(f"A: Hello, how can I help you?\nC: {told}\nA: Order number?\nC: Four one."))
    assert wording_at(call, rubric.behaviours["paraphrase"], 3) == "So your new lamp came with a broken foot. Have I got that right?"


@pytest.mark.parametrize(
    ("said", "turned"),
    [
        (["And I've been charged twice for my phone."], "you've been charged twice for your phone"),
        (["I was told that you would call me."], "you were told that we would call you"),
        (["Could you help me with my bill please?"], None),
        (["Yes."], None),
        (["I feel so stupid, though."], None),
        (["My monitor has gone blank, and the doctor wants a reading each day before breakfast."], "your monitor has gone blank"),
        ([], None),
    ],
)
def test_the_customers_words_turned_round(said, turned):
    assert mirrored(said) == turned


def test_the_feeling_is_the_one_the_customer_names():
    assert feeling(["I'm so worried about it."]) == ("worrying", "worried")
    assert feeling(["It came on Monday."]) == ("frustrating", "upset")
