"""Taking one behaviour out of a good call costs that behaviour and nothing that was not said with it; putting a bad one in, too."""

from dataclasses import replace

import pytest

from scoring.rubric import Rubric
from scoring.scorecard import Scorecard

CREDITS = (
    "greeting", "uses_name", "acknowledgement", "names_feeling", "validation", "apology", "paraphrase", "ownership", "open_question",
    "clarifying_question", "hold_notice", "thanks_patience", "can_do", "options", "asks_preference", "clear_step", "common_ground",
    "goodwill", "reassurance", "follow_up", "recap", "confirms_resolved", "closing",
)  # fmt: skip
ON_OCCASION = ("boundary", "asks_permission", "plain_words", "escalation")
"""Credits that the boiler call gives no occasion for."""
COMPLAINT = """
A: Good evening, you're speaking with Noor at Halden Water.
C: You useless idiots, my water has been brown since Monday and nobody there gives a damn about it.
A: I want to help you with this, and I can do that if we keep it respectful. [boundary]
C: Fine, but it's disgusting, I can't wash my children in that.
A: Would it be all right if I explained what we found this morning? [asks_permission]
C: Go ahead, I'd like to know what's going on with that pipe.
A: In plain words, that means rust from the old pipe got into your water. [plain_words]
C: I want to speak to your manager about this, please, right away.
A: I'll bring in my manager, Mrs Dole, and she'll take it from here. [escalation]
C: All right, I'll be here and I'll wait for her.
A: Thank you for calling us, have a good evening.
"""
TIMED = ("balanced_talk", "room_to_answer")
FOLLOWS = {"options": ("asks_preference",), "hold_notice": ("thanks_patience",)}
"""A behaviour whose occasion is the other: without options nobody can be asked which to take. It is measured in another way then."""
REMEDIES = ("ownership", "can_do", "clear_step", "goodwill", "options", "follow_up", "escalation")
"""An apology counts in full with a remedy after it."""

DEBITS = {
    "blaming": "That's your own fault, you didn't follow the instructions.",
    "lecturing": "You really should have read the manual before you switched it on.",
    "asks_again": "Sorry, what was your name again?",
    "dismissing": "It's honestly not a big deal, it's only a bit of water.",
    "calm_down": "You need to calm down.",
    "arguing": "No, that's not true, I never said that.",
    "policy_hiding": "That's just our company policy.",
    "passing_on": "That's not my department, you'll have to call the other team.",
    "vague_promise": "Somebody will probably get back to you at some point.",
    "pressure": "You have to decide right now or the offer is gone.",
}
TIMED_SLACK = 10.0  # of 100: with less said, the agent's turns are shorter and the talk is more balanced
SLACK = 9.0  # of 100: without its only sentence an agent's turn is gone, an occasion of others, and a little of how sure they are


def values(card: Scorecard) -> dict[str, float | None]:
    return {each.behaviour: each.score.value if each.score else None for each in card.criteria}


def skills(card: Scorecard) -> dict[str, float]:
    return {each.skill: each.score.value for each in card.skills if each.score}


@pytest.fixture(scope="module")
def whole(boiler, spoken, score) -> Scorecard:
    return score(spoken(boiler))


def test_the_call_shows_every_credit_in_the_sentence_that_is_there_for_it(boiler, whole, rubric):
    assert [line.shows for line in boiler if line.shows] == sorted(CREDITS, key=[line.shows for line in boiler].index)
    found = {(each.behaviour, each.quote) for each in whole.evidence}
    assert {line.shows for line in boiler if line.shows and (line.shows, line.sentence) not in found} == set()
    assert [each.behaviour for each in whole.evidence if each.polarity == -1] == []
    learned = {example for entry in rubric.phrases.values() for example in entry.examples}
    assert {line.sentence for line in boiler if line.shows and len(line.sentence.split()) > 3} & learned == set()


@pytest.mark.parametrize("behaviour", CREDITS)
def test_without_a_credit_its_points_are_lost_and_no_others(behaviour, boiler, spoken, score, whole, rubric: Rubric):
    gone = {each.quote for each in whole.evidence if each.behaviour == behaviour}
    less = score(spoken(tuple(line for line in boiler if line.sentence not in gone)))
    said_with_it = {each.behaviour for each in whole.evidence if each.quote in gone}
    before, after = values(whole), values(less)
    assert before[behaviour] is not None
    assert after[behaviour] is None or after[behaviour] < before[behaviour]
    skill = rubric.behaviours[behaviour].skill
    assert skills(less)[skill] <= skills(whole)[skill]
    for other in set(before) - said_with_it - {behaviour, *FOLLOWS.get(behaviour, ())}:
        if before[other] is None or after[other] is None:
            assert before[other] == after[other], other
            continue
        assert after[other] <= before[other] + (TIMED_SLACK if other in TIMED else SLACK), f"{other} rises"
        if other not in TIMED and not (behaviour in REMEDIES and other == "apology"):
            assert after[other] >= before[other] - SLACK, f"{other} falls"



@pytest.mark.parametrize("behaviour", ON_OCCASION)
def test_without_a_credit_of_a_complaint_its_points_are_lost(behaviour, lines_of, spoken, score, rubric: Rubric):
    lines = lines_of(COMPLAINT)
    before = score(spoken(lines))
    shown = [line.sentence for line in lines if line.shows == behaviour]
    assert [each.quote for each in before.evidence if each.behaviour == behaviour] == shown
    after = score(spoken(tuple(line for line in lines if line.shows != behaviour)))
    assert values(before)[behaviour] > 80.0 and values(after)[behaviour] in (None, 0.0)
    for other in ON_OCCASION:
        assert other == behaviour or values(after)[other] > max(80.0, values(before)[other] - SLACK), other


@pytest.mark.parametrize("behaviour", DEBITS)
def test_a_debit_costs_its_own_skill_and_helps_no_other_behaviour(behaviour, boiler, spoken, score, whole, rubric: Rubric, lines_of):
    at = next(number for number, line in enumerate(boiler) if line.shows == "closing")
    worse = score(spoken((*boiler[:at], *lines_of(f"A: {DEBITS[behaviour]}"), *boiler[at:])))
    taken = [each for each in worse.evidence if each.behaviour == behaviour]
    assert [each.quote for each in taken] == [DEBITS[behaviour]]
    assert all(each.points < 0 and each.polarity == -1 for each in taken)
    before, after = values(whole), values(worse)
    assert after[behaviour] < before[behaviour] == 100.0
    skill = rubric.behaviours[behaviour].skill
    assert skills(worse)[skill] < skills(whole)[skill]
    for other in set(before) - {behaviour}:
        if before[other] is not None and after[other] is not None:
            assert after[other] <= before[other] + SLACK, f"{other} rises"
            kin = other in rubric.behaviours[behaviour].with_
            if rubric.behaviours[other].polarity == "debit" and not kin:
                assert after[other] == before[other], f"{other} falls"


def test_a_bare_refusal_costs_and_the_same_words_with_an_alternative_do_not(boiler, spoken, score, whole, lines_of):
    at = next(number for number, line in enumerate(boiler) if line.shows == "confirms_resolved")
    bare = score(spoken((*boiler[:at], *lines_of("A: There's nothing I can do about the floor."), *boiler[at:])))
    rescued = "A: I can't replace the floor, but I can send you the form for the insurance today."
    with_alternative = score(spoken((*boiler[:at], *lines_of(rescued), *boiler[at:])))
    assert values(bare)["bare_refusal"] < 100.0
    assert values(with_alternative)["bare_refusal"] == 100.0


def test_distress_without_any_word_of_empathy_is_indifference(boiler, spoken, score, whole):
    silent = ("names_feeling", "validation", "apology", "reassurance", "thanks_patience", "acknowledgement", "paraphrase", "ownership")
    card = score(spoken(tuple(line for line in boiler if line.shows not in silent)))
    assert values(whole)["indifference"] == 100.0 > values(card)["indifference"]
    assert skills(card)["empathy"] < skills(whole)["empathy"]


def test_an_interruption_costs_listening_alone(boiler, spoken, score, recorded):
    unfinished = "It drips slowly from underneath and the pressure keeps dropping through the"
    written = tuple(replace(line, sentence=unfinished) if "drips" in line.sentence else line for line in boiler)
    transcript = spoken(written)
    cut = next(turn for turn in transcript.turns if "drips" in turn.text)
    quiet = score(*reversed(recorded(transcript)))
    over = score(*reversed(recorded(earlier(transcript, cut.turn + 1, 2.0))))
    assert values(quiet)["interruption"] == 100.0 > values(over)["interruption"]
    assert values(over)["lets_customer_finish"] < values(quiet)["lets_customer_finish"]
    assert skills(over)["listening"] < skills(quiet)["listening"]
    assert {name: value for name, value in skills(over).items() if name != "listening"} == {
        name: value for name, value in skills(quiet).items() if name != "listening"
    }


def earlier(transcript, turn: int, by_s: float):
    """The transcript with everything from a turn on said earlier, so that the turn begins over the one before."""
    def moved(each):
        return replace(each, start_s=each.start_s - by_s, end_s=each.end_s - by_s)

    turns = tuple(replace(moved(each), words=tuple(map(moved, each.words))) if each.turn >= turn else each for each in transcript.turns)
    return replace(transcript, turns=turns)


def test_a_monologue_costs_listening_alone(boiler, spoken, score, recorded, lines_of):
    at = next(number for number, line in enumerate(boiler) if line.shows == "clear_step")
    talk = lines_of("\n".join(f"A: The pipe at number {number} is made of copper and runs along the wall." for number in range(14)))
    brief = score(*reversed(recorded(spoken(boiler))))
    long = score(*reversed(recorded(spoken((*boiler[:at], *talk, *boiler[at:])))))
    assert values(brief)["monologue"] == 100.0 > values(long)["monologue"]
    assert skills(long)["listening"] < skills(brief)["listening"]
