"""Trends, their intervals and what they call noise; search."""

import dataclasses
from datetime import date, timedelta

import numpy as np
import pyarrow.parquet as pq
import pytest

from review.results import Results
from review.search import SearchQuestion, search
from review.trends import Mean, behaviour_changes, best_moments, difference, share_difference, skill_trends
from scoring.tables import CallRow, EvidenceRow, ScoreRow, to_table

DATE = "2026-03-02"


@pytest.fixture
def nights(tmp_path, made_row) -> Results:
    """Forty nights: agent `able` scores 80, `mid` and `other` 60, all +-10; able asks open questions from night 20 on only."""
    chance = np.random.default_rng(3)
    for night in range(40):
        day = f"{date(2026, 3, 2) + timedelta(days=night)}"
        calls, scores, evidence = [], [], []
        for agent, level in (("able", 80.0), ("mid", 60.0), ("other", 60.0)):
            call_id = f"{agent}-{night}"
            listening = float(np.clip(chance.normal(level, 10), 0, 100))
            about = {"agent_id": agent, "team": "harbour", "status": "scored", "listening": listening, "empathy": 60.0 if night else None}
            calls.append(made_row(CallRow, call_id=call_id, **about))
            shown = int(night >= 20 and agent == "able")
            scores.append(made_row(ScoreRow, call_id=call_id, skill="listening", criterion="open_question", shown=shown))
            scores.append(made_row(ScoreRow, call_id=call_id, skill="listening", criterion="paraphrase", shown=night % 2))
            if shown:
                about = {"skill": "listening", "behaviour": "open_question", "polarity": 1, "speaker": "agent", "points": 12.0}
                evidence.append(made_row(EvidenceRow, call_id=call_id, quote=f"Tell me more {night}", confidence=night / 40, **about))
        for table, rows in (("calls", calls), ("scores", scores), ("evidence", evidence)):
            target = tmp_path / table / f"date={day}" / "part-0.parquet"
            target.parent.mkdir(parents=True)
            pq.write_table(to_table(table, rows), target)
    return Results(tmp_path)


def test_a_mean_carries_students_interval():
    """Ten calls, mean 50, deviation 10: 2.262 * 10 / sqrt(10) = 7.15 on either side."""
    mean = Mean.of(50.0, 10.0, 10)
    assert (mean.low, mean.high) == (pytest.approx(42.85, abs=0.01), pytest.approx(57.15, abs=0.01))
    assert Mean.of(50.0, None, 1).low is None, "one call says nothing about the spread"


def test_a_difference_is_real_only_outside_its_interval_and_with_enough_calls():
    able, mid = Mean.of(80.0, 10.0, 40), Mean.of(60.0, 10.0, 80)
    gap = difference(able, mid)
    assert gap.real and gap.low < 20 < gap.high
    assert not difference(Mean.of(62.0, 10.0, 40), mid).real
    assert not difference(Mean.of(80.0, 10.0, 3), mid).real
    assert not difference(Mean.of(80.0, None, 1), mid).real


def test_the_interval_of_a_difference_of_shares_is_newcombes():
    """Newcombe 1998, example (a): 56/70 against 48/80 gives 0.0524 to 0.3339."""
    assert share_difference(56, 70, 48, 80) == (pytest.approx(0.0524, abs=5e-4), pytest.approx(0.3339, abs=5e-4))


def test_a_trend_has_a_point_a_week_and_tells_a_real_difference_from_noise(nights):
    listening = skill_trends(nights, "agent_id", "able", "harbour")[0]
    assert [point.week for point in listening.points] == [f"{date(2026, 3, 2) + timedelta(weeks=week)}" for week in range(6)]
    assert [point.mean.calls for point in listening.points] == [7, 7, 7, 7, 7, 5]
    assert listening.overall.calls == 40 and listening.overall.value == pytest.approx(80, abs=4)
    assert listening.against_team.real and listening.against_team.value == pytest.approx(20, abs=5)
    assert listening.spread.agents == 3
    assert not skill_trends(nights, "agent_id", "mid", "harbour")[1].against_team.real


def test_unknown_scores_are_left_out(nights):
    assert skill_trends(nights, "agent_id", "able", "harbour")[1].overall.calls == 39


def test_behaviours_gained_are_told_from_chance(nights):
    changes = {each.behaviour: each for each in behaviour_changes(nights, "agent_id", "able")}
    assert changes["open_question"].difference.real and (changes["open_question"].before, changes["open_question"].after) == (0.0, 1.0)
    assert not changes["paraphrase"].difference.real


def test_best_moments_are_the_surest(nights):
    moments = best_moments(nights, "agent_id", "able", most=3)
    assert [each.quote for each in moments] == ["Tell me more 39", "Tell me more 38", "Tell me more 37"]


def test_the_pages_say_noise_where_calls_are_few(browse):
    page = browse("cora").get("/agents/a-117").text
    assert "Inside the noise" in page and "Moments to learn from" in page
    assert browse("cora").get("/teams/billing").status_code == 200
    assert browse("cora").get("/agents/nobody").status_code == 404


def test_an_agent_has_the_own_trend_only(browse):
    agent = browse("a117")
    assert agent.get("/trends").headers["location"] == "/agents/a-117"
    assert agent.get("/agents/a-117").status_code == 200
    assert agent.get("/agents/a-104").status_code == 404


def test_words_are_found_by_speaker(results_folder):
    results = Results(results_folder)
    found, more = search(results, SearchQuestion(words="TERMS written"))
    assert [(each.call_id, each.speaker) for each in found] == [("billing_poor", "agent")] and not more
    assert search(results, SearchQuestion(words="terms written", speaker="customer")) == ([], False)
    assert search(results, SearchQuestion()) == ([], False)
    assert search(results, SearchQuestion(words="%' OR 1=1 --")) == ([], False)


def test_behaviours_and_flags_are_found(results_folder):
    results = Results(results_folder)
    found, _ = search(results, SearchQuestion(behaviour="lecturing", flag="low_listening"))
    assert {each.behaviour for each in found} == {"lecturing"}
    assert {each.call_id for each in found} <= {"billing_poor", "plan_indecisive"}
    flagged, _ = search(results, SearchQuestion(flag="low_listening"))
    assert [each.text for each in flagged] == ["Listening scored 8, under 50.", "Listening scored 30, under 50."]
    assert search(results, SearchQuestion.model_validate({"flag": "low_listening", "to": "2020-01-01"})) == ([], False)


def test_the_search_page_links_to_the_moment(browse):
    page = browse("cora").get("/search?words=terms+written").text
    assert f"/call/{DATE}/billing_poor?at=" in page
    assert "Listening scored" not in _blind(browse).get("/search?flag=low_listening").text


def _blind(browse):
    carl = browse("carl")
    carl.post("/blind", {"blind": "1"})
    return carl


def test_rows_of_the_tables_have_no_column_that_is_lost(results_folder):
    """Every declared column comes back from the parquet files as it was written."""
    call = Results(results_folder).call(DATE, "billing_poor")
    assert dataclasses.asdict(call.call)["agent_interruptions"] == 3
    assert call.call.started_at.tzinfo is not None


def test_a_new_night_is_seen_without_a_restart(nights, made_row):
    assert nights.load_calls()
    before = nights.query("SELECT count(*) FROM calls", {})
    target = nights.folder / "calls" / "date=2026-05-01" / "part-0.parquet"
    target.parent.mkdir()
    pq.write_table(to_table("calls", [made_row(CallRow, call_id="new", status="scored")]), target)
    assert nights.load_calls()
    assert nights.query("SELECT count(*) FROM calls", {})[0][0] == before[0][0] + 1
    target.unlink()
    nights.load_calls()
    assert nights.query("SELECT count(*) FROM calls", {}) == before
