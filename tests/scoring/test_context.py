"""What the place in the conversation adds: the same words count here and not there."""

import pytest

from scoring.context import reflected_probabilities, signal_signs, worded_signs

TROUBLE = "C: my parcel with the lamp was lost somewhere and nobody has told me anything about it for two weeks"


@pytest.fixture(scope="module")
def signs_of(read, spoken, rubric, detectors):
    """{(behaviour, sentence): sign} of a written call."""

    def signs(written: str):
        call = read(spoken(written))
        found = (*worded_signs(call, rubric, detectors), *signal_signs(call, rubric))
        return {(sign.behaviour, sign.quote): sign for sign in found}

    return signs


def probability(signs, behaviour: str, quote: str) -> float:
    sign = signs.get((behaviour, quote))
    return sign.probability if sign else 0.0


def test_an_apology_is_worth_more_with_what_went_wrong_and_a_remedy(signs_of):
    bare = signs_of(f"{TROUBLE}\nA: Sorry about that.")["apology", "Sorry about that."]
    regret = "I'm sorry that your parcel was lost on the way."
    named = signs_of(f"{TROUBLE}\nA: {regret}")["apology", regret]
    full = signs_of(f"{TROUBLE}\nA: {regret}\nA: I've just ordered a replacement and it comes on Friday.")["apology", regret]
    assert bare.strength < named.strength < full.strength == 1.0


def test_a_refusal_is_bare_only_without_an_alternative(signs_of):
    refusal = "I can't do that for you."
    bare = signs_of(f"{TROUBLE}\nA: {refusal}\nC: right")
    rescued = signs_of(f"{TROUBLE}\nA: {refusal}\nA: I can send you a new lamp today, or refund you in full.\nC: right")
    assert probability(bare, "bare_refusal", refusal) > 0.75
    assert probability(rescued, "bare_refusal", refusal) < 0.5


def test_a_recap_belongs_in_the_later_half(signs_of):
    recap = "So to recap, the new lamp comes on Thursday and the old order is closed."
    talk = "\n".join(["C: yes and the colour has to be the same one", "A: The colour is on the order here."] * 5)
    late = signs_of(f"{TROUBLE}\nA: Okay.\n{talk}\nA: {recap}\nC: thanks")
    early = signs_of(f"{TROUBLE}\nA: {recap}\n{talk}\nC: thanks")
    assert probability(late, "recap", recap) > 0.75 > 0.5 > probability(early, "recap", recap)


def test_a_greeting_opens_and_a_closing_ends_the_call(signs_of):
    greeting, closing = "Good morning, my name is Dana, how can I help?", "Thanks for calling and have a lovely day."
    talk = "\n".join([TROUBLE, "A: The parcel left the depot on Monday.", "C: that is what they told me the last time as well"] * 3)
    usual = signs_of(f"A: {greeting}\n{talk}\nA: {closing}\nC: bye")
    turned = signs_of(f"A: {closing}\n{talk}\nA: {greeting}\nC: bye")
    assert min(probability(usual, "greeting", greeting), probability(usual, "closing", closing)) > 0.8
    assert probability(turned, "greeting", greeting) == 0.0
    assert probability(turned, "closing", closing) < 0.3


def test_okay_takes_in_what_was_told_and_not_a_single_word(signs_of):
    told = signs_of(f"A: What happened?\n{TROUBLE}\nA: I see.\nC: yes")
    one_word = signs_of("A: What happened?\nC: lost\nA: I see.\nC: yes")
    assert probability(told, "acknowledgement", "I see.") > 0.8
    assert probability(one_word, "acknowledgement", "I see.") == 0.0


def test_a_follow_up_is_worth_more_with_a_time(signs_of):
    dated, undated = "I'll call you back on Friday at ten.", "I'll call you back about it."
    assert signs_of(f"{TROUBLE}\nA: {dated}")["follow_up", dated].strength == 1.0
    assert signs_of(f"{TROUBLE}\nA: {undated}")["follow_up", undated].strength == 0.5


def test_a_promise_with_a_date_is_not_vague(signs_of):
    vague, dated = "Somebody will get back to you soon.", "Somebody will get back to you by five today."
    assert probability(signs_of(f"{TROUBLE}\nA: {vague}"), "vague_promise", vague) > 0.75
    assert probability(signs_of(f"{TROUBLE}\nA: {dated}"), "vague_promise", dated) < 0.3


def test_a_paraphrase_needs_something_to_give_back(signs_of):
    said = "So the lamp got lost and you've heard nothing for two weeks."
    assert probability(signs_of(f"{TROUBLE}\nA: {said}"), "paraphrase", said) > 0.3
    assert probability(signs_of(f"A: {said}\n{TROUBLE}"), "paraphrase", said) == 0.0


def test_an_answer_on_the_subject_reflects_more_than_a_question_about_it(read, spoken, detectors):
    call = read(spoken(f"{TROUBLE}\nA: So for two weeks nobody told you where your lamp is. Which street is it for?"))
    reflected = reflected_probabilities(call, detectors)
    assert set(reflected) == set(call.of("agent"))
    assert reflected[call.of("agent")[0]] > reflected[call.of("agent")[1]]


def test_customers_show_no_behaviours_of_agents_and_agents_no_signals_but_abuse(read, spoken, rubric, detectors, examples):
    for example in examples.values():
        call = read(example.transcript)
        assert {sign.speaker for sign in worded_signs(call, rubric, detectors)} == {"agent"}
        assert {sign.behaviour for sign in signal_signs(call, rubric) if sign.speaker == "agent"} <= {"abuse"}


def test_signs_are_likely_enough_and_their_strength_is_a_share(read, spoken, boiler, rubric, detectors):
    for sign in worded_signs(read(spoken(boiler)), rubric, detectors):
        assert 0.1 <= sign.probability <= 1.0 and 0.0 < sign.strength <= 1.0
