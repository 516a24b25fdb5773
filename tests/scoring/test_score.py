"""One call in, one scorecard out: evidence that can be read back, refusals with a reason, unknown instead of zero."""

from dataclasses import replace
from pathlib import Path

import pytest

from scoring.errors import CallError
from scoring.metadata import CallMetadata
from scoring.rubric import SIGNALS, RubricFiles, load_rubric
from scoring.scorecard import Scorecard
from transcription.transcript import Transcript

ANGRY = """
A: hello this is ben at the power desk
C: this is the third time i am calling you idiots and i am absolutely furious nobody ever calls back
A: okay what is the account number
C: i want to talk to your manager right now.
C: i am going to cancel everything and switch to another company.
A: you need to calm down there is nothing i can do about it
C: that is unbelievable you are useless all of you
A: that is our policy bye
"""


def assert_evidence_can_be_read_back(card: Scorecard, transcript: Transcript) -> None:
    turns = {turn.turn: turn for turn in transcript.turns}
    assert card.evidence
    for each in card.evidence:
        turn = turns[each.turn]
        assert each.quote in turn.text
        assert each.speaker == turn.speaker
        assert turn.start_s <= each.start_s <= each.end_s <= turn.end_s
        assert 0.0 < each.confidence <= 1.0
        assert (each.points > 0) <= (each.polarity == 1) and (each.points < 0) <= (each.polarity == -1)


def test_evidence_of_written_calls_is_verbatim_and_inside_its_turn(boiler, spoken, score, recorded):
    for written in (boiler, ANGRY):
        transcript = spoken(written)
        assert_evidence_can_be_read_back(score(transcript), transcript)
        measures, named = recorded(transcript)
        assert_evidence_can_be_read_back(score(named, measures), named)


@pytest.fixture(scope="module")
def cards(examples, score) -> dict[str, Scorecard]:
    return {name: score(call.transcript, call.measures) for name, call in examples.items()}


def test_evidence_of_the_example_calls_is_verbatim_and_inside_its_turn(examples, cards):
    assert len(examples) >= 8
    for name, call in examples.items():
        assert_evidence_can_be_read_back(cards[name], call.transcript)
        assert cards[name].conversation is not None


def test_better_example_calls_score_better(examples, cards):
    overall = {name: card.overall.value for name, card in cards.items()}
    meant = {name: call.truth.intended_quality["overall"] for name, call in examples.items()}
    far_apart = [(one, two) for one in meant for two in meant if meant[one] > meant[two] + 25]
    assert len(far_apart) >= 10
    assert [(one, two) for one, two in far_apart if overall[one] <= overall[two]] == []


def test_the_points_of_the_evidence_add_up_to_the_skill(boiler, spoken, score, rubric):
    card = score(spoken(boiler))
    solution = next(skill for skill in card.skills if skill.skill == "solution_focus")
    assert sum(each.points for each in card.evidence if each.skill == "solution_focus") == pytest.approx(solution.score.value)
    assert all(each.points == 0 for each in card.evidence if each.skill == SIGNALS)


def test_the_same_input_gives_the_identical_scorecard(boiler, spoken, score, examples, cards):
    assert score(spoken(boiler)) == score(spoken(boiler))
    call = examples["billing_poor"]
    assert score(call.transcript, call.measures) == cards["billing_poor"]


def test_other_calls_do_not_change_a_scorecard(boiler, spoken, score):
    before = score(spoken(boiler))
    score(spoken(ANGRY))
    assert score(spoken(boiler)) == before


def test_an_angry_call_is_seen_as_one(spoken, score):
    card = score(spoken(ANGRY))
    assert card.customer.state == "angry"
    assert card.customer.distress_moments and card.customer.distress_answered == 0
    shown = {each.behaviour for each in card.evidence}
    assert {"calm_down", "abuse", "escalation_request", "churn_threat", "indifference"} <= shown
    assert card.band == "poor"
    assert {"abuse", "churn_risk", "escalation_asked", "distress_unanswered"} <= {flag.id for flag in card.flags}


@pytest.mark.parametrize("language", ["de", "fr"])
def test_another_language_is_refused_by_name(language, boiler, spoken, score):
    card = score(replace(spoken(boiler), language=language))
    assert card.refusal == f"language:{language}"
    assert card.refusal_text == f"The call is in {language}; scored languages are en."
    assert (card.evidence, card.criteria, card.skills, card.overall, card.band) == ((), (), (), None, None)


def test_an_unknown_language_is_scored(boiler, spoken, score):
    assert score(replace(spoken(boiler), language=None)).refusal is None


@pytest.mark.parametrize(
    ("written", "side"),
    [("A: Hello there.\nC: I have a question about my bill.", "agent"), ("A: Hello, how can I help you today?", "customer")],
)
def test_too_few_words_of_a_side_are_refused(written, side, spoken, score, settings):
    card = score(spoken(written))
    assert card.refusal == f"no_{side}_words"
    assert f"needs {settings.least_words} of each side" in card.refusal_text
    assert card.overall is None


def test_no_words_at_all_are_refused(spoken, score):
    assert score(spoken("")).refusal == "no_agent_words"


def test_a_refusal_of_an_earlier_stage_is_passed_on(boiler, spoken, score, recorded):
    measures, transcript = recorded(spoken(boiler))
    assert score(transcript, replace(measures, refusal="one_sided")).refusal == "one_sided"
    assert score(replace(transcript, refusal="no_speech"), measures).refusal == "no_speech"


def test_without_recording_what_timing_decides_is_null_with_its_reason(boiler, spoken, score):
    card = score(spoken(boiler))
    assert card.conversation is None
    assert card.unknown and {reason for _, reason in card.unknown} == {"no_recording"}
    assert {"talk", "silence", "overlap", "interruptions", "response_latency", "tone"} <= {measure for measure, _ in card.unknown}
    criteria = {each.behaviour: each for each in card.criteria}
    for name in ("lets_customer_finish", "interruption", "talking_over", "steady_voice"):
        assert (criteria[name].score, criteria[name].reason) == (None, "no_recording"), name


def test_with_a_recording_timing_is_known(boiler, spoken, score, recorded):
    measures, transcript = recorded(spoken(boiler))
    card = score(transcript, measures)
    criteria = {each.behaviour: each for each in card.criteria}
    assert card.conversation.agent.interruptions == 0
    assert criteria["lets_customer_finish"].score.value == 100.0
    assert criteria["interruption"].score.value == 100.0
    assert criteria["steady_voice"].reason == "no_raised_customer"


def test_a_changed_weight_changes_the_fingerprint_and_only_the_scores(boiler, spoken, score, rubric, tmp_path):
    config = Path(__file__).resolve().parents[2] / "config"
    for path in config.glob("*.toml"):
        content = path.read_text(encoding="utf-8")
        if path.name == "rubric.toml":
            content = content.replace('title = "Listening"\nweight = 35', 'title = "Listening"\nweight = 60')
            content = content.replace('title = "Empathy"\nweight = 30', 'title = "Empathy"\nweight = 5')
        tmp_path.joinpath(path.name).write_text(content, encoding="utf-8")
    other = load_rubric(RubricFiles.in_folder(tmp_path, "en"))
    for written in (boiler, ANGRY):
        before, after = score(spoken(written)), score(spoken(written), rubric=other)
        assert after.rubric != before.rubric
        assert after.overall != before.overall
        assert [(each.skill, each.score) for each in after.skills] == [(each.skill, each.score) for each in before.skills]
        assert (after.evidence, after.criteria, after.customer) == (before.evidence, before.criteria, before.customer)


def test_measures_of_another_recording_are_an_error_that_names_call_and_turn(boiler, spoken, score, recorded):
    measures, transcript = recorded(spoken(boiler))
    with pytest.raises(CallError, match=r"call c-17: turn \d+ belongs to utterance \d+, but the measures have 3 utterances"):
        score(transcript, replace(measures, utterances=measures.utterances[:3]), CallMetadata("c-17"))


def test_an_insulting_agent_fails_the_call_and_keeps_the_skills(boiler, spoken, score, lines_of):
    whole = score(spoken(boiler))
    card = score(spoken((*boiler, *lines_of("A: You are a stupid idiot."))))
    assert card.auto_fail == "agent_abuse"
    assert (card.overall.value, card.overall.low, card.overall.high) == (0.0, 0.0, 0.0)
    assert card.flags[0].id == "auto_fail"
    assert whole.auto_fail is None
    assert next(each.score.value for each in card.skills if each.skill == "listening") > 50


def test_doubtful_words_widen_the_intervals(boiler, spoken, score):
    sure, unsure = score(spoken(boiler, 0.99)), score(spoken(boiler, 0.6))
    assert unsure.overall.high - unsure.overall.low > sure.overall.high - sure.overall.low


@pytest.mark.parametrize(
    "written", ["A: a b c d e\nC: a b c d e", "A: ... ... ... ... ...\nC: ! ! ! ! !", "C: no no no no no no\nA: uh uh uh uh uh"]
)
def test_odd_words_are_scored_without_failing(written, spoken, score):
    card = score(spoken(written))
    assert card.refusal is None
    for each in card.criteria:
        assert each.score is None or 0.0 <= each.score.low <= each.score.value <= each.score.high <= 100.0


# Both sides on one channel --------------------------------------------------------------------------------------------------------------

ONE_CHANNEL = tuple((measure, "one_channel") for measure in ("overlap", "interruptions", "backchannels"))


def test_one_channel_makes_what_it_cannot_tell_not_applicable(boiler, spoken, score, recorded):
    measures, named = recorded(spoken(boiler))
    both = score(named, measures)
    mono = score(named, replace(measures, layout="mono", separation=0.8, unknown=measures.unknown + ONE_CHANNEL))
    criteria = {each.behaviour: each for each in mono.criteria}
    for behaviour in ("lets_customer_finish", "acknowledgement", "interruption", "talking_over"):
        assert criteria[behaviour].score is None and criteria[behaviour].reason == "one_channel", behaviour
    assert criteria["apology"].score.value == next(each for each in both.criteria if each.behaviour == "apology").score.value
    assert mono.conversation.agent.interruptions is None and ("interruptions", "one_channel") in mono.unknown
    assert mono.channels_swapped is None and both.channels_swapped is False


def test_intervals_widen_where_voices_are_hardly_told_apart(boiler, spoken, score, recorded):
    measures, named = recorded(spoken(boiler))
    widths = []
    for separation in (1.0, 0.3):
        overall = score(named, replace(measures, layout="mono", separation=separation, unknown=measures.unknown + ONE_CHANNEL)).overall
        widths.append(overall.high - overall.low)
    assert widths[1] > widths[0]


def test_one_channel_without_a_sure_agent_is_refused(spoken, score, recorded):
    measures, named = recorded(spoken("A: hello can you hear me today\nC: hello yes i can hear you fine"))
    assert score(named, measures).refusal is None
    card = score(named, replace(measures, layout="mono", separation=0.9, unknown=measures.unknown + ONE_CHANNEL))
    assert card.refusal == "roles_unknown" and card.overall is None
