"""Rows fit the declared tables; what is unknown is null with a reason."""

import dataclasses

import pytest

from scoring import tables
from scoring.metadata import CallMetadata
from scoring.rows import rows, unscored_rows


def assert_rows_fit(made) -> None:
    for table in dataclasses.fields(made):
        entries = list(getattr(made, table.name))
        assert tables.to_table(table.name, entries).num_rows == len(entries)


def test_rows_of_a_call_without_recording(boiler, spoken, score):
    transcript = spoken(boiler)
    card = score(transcript)
    made = rows(card, None, transcript, "settings", 0.5)
    assert_rows_fit(made)
    (call,) = made.calls
    assert (call.status, call.reason, call.layout, call.duration_s) == ("scored", None, "imported", None)
    timed = ("agent_talk_s", "agent_talk_share", "silence_s", "overlap_s", "agent_interruptions", "response_latency_s")
    for name in timed:
        assert getattr(call, name) is None, name
    assert "interruptions:no_recording" in call.unknown
    assert (call.overall, call.overall_low, call.overall_high) == (card.overall.value, card.overall.low, card.overall.high)
    assert call.rubric == card.rubric
    assert len(made.turns) == len(transcript.turns) and len(made.words) == sum(len(turn.words) for turn in transcript.turns)
    assert len(made.evidence) == len(card.evidence)
    assert made.overlaps == made.silences == ()


def test_scores_are_null_exactly_where_they_do_not_apply(boiler, spoken, score, rubric):
    transcript = spoken(boiler)
    made = rows(score(transcript), None, transcript, None, None)
    for row in made.scores:
        null = row.value is None
        assert null == row.not_applicable == (row.low is None) == (row.high is None) == (row.reason is not None), row.criterion
    expected = {*rubric.behaviours, *rubric.skills, "overall"}
    assert {row.criterion for row in made.scores} == expected and len(made.scores) == len(expected)


def test_rows_of_a_recorded_call(examples, score):
    call = examples["billing_poor"]
    card = score(call.transcript, call.measures)
    made = rows(card, call.measures, call.transcript, None, None)
    assert_rows_fit(made)
    (row,) = made.calls
    assert row.agent_talk_s > 0 and 0 < row.agent_talk_share < 1 and row.agent_wpm > 60
    assert row.duration_s == call.measures.duration_s
    assert len(made.overlaps) == len(card.conversation.overlaps)


def test_rows_of_a_refused_call_have_its_reason_and_no_scores(spoken, score):
    transcript = dataclasses.replace(spoken("A: guten tag wie kann ich helfen\nC: ich habe eine frage zu der rechnung"), language="de")
    made = rows(score(transcript), None, transcript, None, None)
    assert_rows_fit(made)
    (call,) = made.calls
    assert (call.status, call.reason) == ("refused", "language:de") and call.reason_text
    assert (call.overall, call.listening, call.band, call.outcome) == (None, None, None, None)
    assert made.evidence == made.scores == () and len(made.turns) == 2


@pytest.mark.parametrize("status", ["refused", "failed"])
def test_rows_of_a_call_that_never_came_to_scoring(status):
    made = unscored_rows(CallMetadata("c"), status, "unreadable", "The file is cut short.", None, None, None)
    assert_rows_fit(made)
    assert (made.calls[0].status, made.calls[0].reason, made.calls[0].overall) == (status, "unreadable", None)
    assert made.turns == made.scores == made.evidence == ()
