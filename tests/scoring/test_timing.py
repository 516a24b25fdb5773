"""What timing decides, on conversations whose timing is known."""

from dataclasses import replace

import pytest

from audio.conversation import analyse
from audio.facts import NO_FACTS
from scoring import timing
from scoring.call_text import acknowledges

EXCHANGE = """
A: What happened when you opened the parcel?
C: The lamp was in two pieces and the box was wet.
A: I see, that must have been a shock.
C: It was, and I need it for the weekend.
"""


@pytest.fixture
def call(read, spoken):
    return lambda written: read(spoken(written))


@pytest.fixture
def conversation(recorded, spoken, rules):
    return analyse(recorded(spoken(EXCHANGE))[0], NO_FACTS, rules)


def test_without_recording_interruptions_are_unknown(rubric, spoken):
    assert timing.lets_finish(None, rubric.timing) == timing.Occasion(None, 0, "no_recording")
    assert timing.overlap_signs(None, spoken(EXCHANGE)) == ()


def test_letting_finish_falls_with_the_rate_of_interruptions(conversation, rubric):
    def share(rate):
        return timing.lets_finish(replace(conversation, agent=replace(conversation.agent, interruptions_per_min=rate)), rubric.timing).share

    worst = rubric.timing.interruptions_per_min_worst
    assert share(0.0) == 1.0
    assert share(worst / 2) == pytest.approx(0.5)
    assert share(worst) == share(worst * 3) == 0.0
    assert share(None) is None


def test_interruptions_of_an_example_are_found_with_the_agents_words(examples, rules):
    call = max(examples.values(), key=lambda each: each.truth.agent_interruptions)
    assert call.truth.agent_interruptions > 0
    signs = timing.overlap_signs(analyse(call.measures, NO_FACTS, rules), call.transcript)
    assert signs and {sign.behaviour for sign in signs} <= {"interruption", "talking_over"}
    for sign in signs:
        turn = call.transcript.turns[sign.turn]
        assert (turn.speaker, sign.quote) == ("agent", turn.text.strip())
        assert turn.start_s <= sign.start_s <= sign.end_s <= turn.end_s


def test_balance_rewards_short_turns_and_shared_talk(call, rubric):
    lecture = "A: " + "The plan has a fee and a term and a limit on every line of it. " * 12
    shared = timing.balance(None, call(EXCHANGE), rubric.timing).share
    lopsided = timing.balance(None, call(f"{lecture}\nC: Okay then."), rubric.timing).share
    assert 0.0 <= lopsided < 0.3 < 0.8 < shared <= 1.0


def test_balance_is_unknown_where_a_side_says_nothing(call, rubric):
    assert timing.balance(None, call("A: Hello, is anybody there?"), rubric.timing).reason == "too_few_words"
    assert timing.balance(None, call("A: Yes.\nC: I have a question about the bill."), rubric.timing).reason == "too_few_words"


def test_a_question_leaves_room_only_if_the_agent_stops(call, rubric):
    stops = timing.room_to_answer(call(EXCHANGE), rubric.timing)
    goes_on = timing.room_to_answer(
        call("A: What happened when you opened it? I think the box was wet because of the rain on Monday.\nC: Maybe it was."), rubric.timing
    )
    none_asked = timing.room_to_answer(call("A: I see the order here.\nC: Good, that is something."), rubric.timing)
    assert (stops.share, stops.possible) == (1.0, 1)
    assert (goes_on.share, goes_on.possible) == (0.0, 1)
    assert (none_asked.share, none_asked.reason) == (None, "no_question")


def test_a_long_stretch_alone_is_a_monologue(call, rubric):
    words = int(rubric.timing.monologue_s / 60 * rubric.timing.words_per_min)
    long = call("A: " + "the plan has many parts " * (words // 5 + 2) + "\nC: okay then")
    (sign,) = timing.monologue_signs(None, long, rubric.timing)
    assert (sign.behaviour, sign.speaker) == ("monologue", "agent")
    assert timing.monologue_signs(None, call(EXCHANGE), rubric.timing) == ()


def test_a_steady_voice_answers_a_raised_one(recorded, spoken, rubric):
    measures, transcript = recorded(spoken(EXCHANGE))

    def steadiness(level_db):
        utterances = [replace(each, level_db=0.0, pitch_range_st=4.0, tone="even", tone_probability=0.9) for each in measures.utterances]
        utterances[1] = replace(utterances[1], tone="raised")
        utterances[2] = replace(utterances[2], level_db=level_db)
        return timing.steadiness(replace(measures, utterances=tuple(utterances)), transcript, rubric.timing)

    steady, signs = steadiness(rubric.timing.steady_level_db)
    assert (steady.share, steady.possible) == (1.0, 1)
    assert [(sign.behaviour, sign.turn, sign.detector) for sign in signs] == [("steady_voice", 2, "acoustics")]
    assert steadiness(rubric.timing.steady_level_db + 0.1) == (timing.Occasion(0.0, 1, None), ())
    assert timing.steadiness(measures, transcript, rubric.timing)[0].reason == "no_raised_customer"
    assert timing.steadiness(None, transcript, rubric.timing)[0].reason == "no_recording"


@pytest.mark.parametrize(
    ("words", "expected"), [("yeah okay", True), ("i see", True), ("mmhmm", True), ("no problem with that", False), ("", False)]
)
def test_acknowledging_words(words, expected):
    assert acknowledges(words) == expected
