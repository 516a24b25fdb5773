"""Reviewing: judgements are kept with the machine's version, blind mode hides, appeals are decided by a second person."""

import dataclasses
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from review import audit
from review.agreement import human_scores, human_verdicts
from review.call_view import evidence_key
from review.database import audit_log, judgements, machine_versions, open_database
from review.erasing import erase_calls
from review.history import read_history
from review.reviews import find_review, keep_machine_version, progress

DATE = "2026-03-02"
POOR = f"{DATE}/billing_poor"
SCORES = {"listening": "20", "empathy": "", "solution_focus": "15", "comment": "Let her <b>finish</b>."}


def own(site, name: str, call: str = "billing_poor"):
    from review.accounts import list_accounts

    account = next(each for each in list_accounts(site.database) if each.name == name)
    return find_review(site.database, DATE, call, account.id)


def a_key(site, behaviour: str) -> str:
    record = site.results.call(DATE, "billing_poor")
    return evidence_key(next(row for row in record.evidence if row.behaviour == behaviour))


def test_agreeing_and_disagreeing_are_kept_and_the_newest_counts(browse, site):
    cora, key = browse("cora"), a_key(site, "blaming")
    for verdict, reason in (("agree", None), ("disagree", "wrong_evidence")):
        assert cora.judge(POOR, subject="evidence", target=key, verdict=verdict, reason=reason).status_code == 200
    review = own(site, "cora")
    assert (review.evidence[key].verdict, review.evidence[key].reason) == ("disagree", "wrong_evidence")
    assert review.evidence[key].behaviour == "blaming" and review.evidence[key].quote
    with site.database.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(judgements)).scalar() == 2
        assert connection.execute(sa.select(sa.func.count()).select_from(machine_versions)).scalar() == 1
    cora.judge(POOR, subject="evidence", target=key, verdict="withdrawn")
    assert own(site, "cora").evidence == {}


def test_a_criterion_is_judged_with_a_reason(browse, site):
    browse("cora").judge(POOR, subject="criterion", target="paraphrase", verdict="disagree", reason="missing_evidence")
    assert own(site, "cora").criteria["paraphrase"].reason == "missing_evidence"


def test_what_a_call_does_not_have_cannot_be_judged(browse):
    cora = browse("cora")
    for said in (
        {"subject": "evidence", "target": "0" * 12, "verdict": "agree"},
        {"subject": "criterion", "target": "no_such", "verdict": "agree"},
        {"subject": "missing", "behaviour": "apology", "turn": 999, "start_s": 0, "end_s": 5},
        {"subject": "missing", "behaviour": "no_such", "turn": 1, "start_s": 0, "end_s": 5},
        {"subject": "missing", "target": "0" * 12, "verdict": "withdrawn"},
        {"subject": "score", "target": "listening"},
    ):
        assert cora.judge(POOR, **said).status_code == 422, said


def test_missing_evidence_takes_its_words_from_the_tables(browse, site):
    cora = browse("cora")
    turn = next(turn for turn in site.results.call(DATE, "billing_poor").turns if turn.speaker == "agent" and turn.words > 4)
    said = {"subject": "missing", "behaviour": "policy_hiding", "turn": turn.turn, "start_s": turn.start_s, "end_s": turn.end_s}
    answer = cora.judge(POOR, **said).json()
    assert answer["quote"] == turn.text and answer["name"] == "Policy hiding"
    (added,) = own(site, "cora").missing
    assert (added.behaviour, added.skill, added.speaker) == ("policy_hiding", "solution_focus", "agent")
    assert f'data-key="{added.target}"' in cora.get(f"/call/{POOR}").text
    cora.judge(POOR, subject="missing", target=added.target, verdict="withdrawn")
    assert own(site, "cora").missing == ()


def test_own_scores_comment_and_done(browse, site):
    cora = browse("cora")
    cora.post(f"/scores/{POOR}", SCORES)
    cora.post(f"/done/{POOR}", {"done": "1"})
    review = own(site, "cora")
    assert {skill: said.value for skill, said in review.scores.items()} == {"listening": 20.0, "empathy": None, "solution_focus": 15.0}
    assert review.comment == "Let her <b>finish</b>." and review.done_at and not review.blind
    assert [each.progress for each in progress(site.database)] == ["reviewed"]
    page = browse("carl").get(f"/call/{POOR}").text
    assert "Let her &lt;b&gt;finish&lt;/b&gt;." in page
    cora.post(f"/scores/{POOR}", SCORES | {"listening": "25"})
    assert own(site, "cora").done_at is None, "a changed review is open again"


@pytest.mark.parametrize("value", ["101", "-1", "x", "1e2"])
def test_a_score_outside_the_scale_is_refused(browse, site, value):
    assert browse("cora").post(f"/scores/{POOR}", SCORES | {"listening": value}).status_code == 422


def test_a_comment_alone_is_no_score(browse, site):
    browse("cora").post(f"/scores/{POOR}", {"comment": "Listened to it."})
    assert own(site, "cora").scores == {} and own(site, "cora").comment == "Listened to it."


def test_blind_mode_hides_everything_scoring_decided_until_the_reviewer_has_scored(browse, site):
    cora = browse("cora")
    cora.post("/blind", {"blind": "1", "back": f"/call/{POOR}"})
    page = cora.get(f"/call/{POOR}").text
    for hidden in ("Blaming", "Listening scored", "Say back what you heard", 'class="evidence', "unresolved", "pricing"):
        assert hidden not in page, hidden
    assert ">statement</span>" in page, "the words stay"
    assert "Listening scored" not in cora.get("/queue").text
    key = a_key(site, "blaming")
    assert cora.judge(POOR, subject="evidence", target=key, verdict="agree").status_code == 409
    assert cora.post(f"/done/{POOR}", {"done": "1"}).status_code == 409
    cora.post(f"/scores/{POOR}", SCORES)
    page = cora.get(f"/call/{POOR}").text
    assert "Blaming" in page and own(site, "cora").blind


def test_whoever_has_seen_the_scores_is_not_blind_any_more(browse, site):
    cora = browse("cora")
    cora.get(f"/call/{POOR}")
    cora.post("/blind", {"blind": "1", "back": "/queue"})
    cora.post(f"/scores/{POOR}", SCORES)
    assert not own(site, "cora").blind


def test_an_appeal_is_scored_blind_and_decided_by_somebody_who_has_not_seen_the_scores(browse, site):
    agent, cora, carl = browse("a117"), browse("cora"), browse("carl")
    cora.get(f"/call/{POOR}")  # has seen the scores
    appeal = {"skill": "listening", "criterion": "interruption", "comment": "She had <i>stopped</i>."}
    assert agent.post(f"/appeal/{POOR}", appeal).status_code == 303
    assert agent.post(f"/appeal/{POOR}", appeal).status_code == 409, "once is enough"
    assert "Interruption" in agent.get("/appeals").text
    assert cora.post("/appeals/1/score", {"value": "60"}).status_code == 409
    page = carl.get(f"/call/{POOR}").text
    assert "Blaming" not in page and "She had" not in page and "Save blind score" in page
    assert carl.post("/appeals/1/decide", {"verdict": "upheld", "decision": "No."}).status_code == 409
    assert carl.post("/appeals/1/score", {"value": "60"}).status_code == 303
    page = carl.get(f"/call/{POOR}").text
    assert "Blaming" in page and "She had &lt;i&gt;stopped&lt;/i&gt;." in page
    assert cora.post("/appeals/1/decide", {"verdict": "rejected", "decision": "No."}).status_code == 409
    assert carl.post("/appeals/1/decide", {"verdict": "upheld", "decision": "The customer had ended."}).status_code == 303
    assert carl.post("/appeals/1/decide", {"verdict": "rejected", "decision": "No."}).status_code == 409, "a decision stands"
    page = agent.get(f"/call/{POOR}").text
    assert "The customer had ended." in page and "score, 60, stands" in page


def test_until_an_appeal_is_scored_nothing_shows_the_scores_to_whoever_could_decide_it(browse):
    agent, carl, cora = browse("a117"), browse("carl"), browse("cora")
    cora.get(f"/call/{POOR}")  # has seen the scores, cannot decide
    agent.post(f"/appeal/{POOR}", {"skill": "listening", "criterion": "interruption", "comment": "No."})
    page = carl.get("/queue?show=flagged").text
    assert "Listening scored 8, under 50." not in page and "Listening scored 30, under 50." in page
    assert "Appeals (1)" in page and "Appeals (1)" not in cora.get("/queue").text
    assert "Listening scored 8, under 50." in cora.get("/queue").text
    for question in ("flag=low_listening", "behaviour=blaming"):
        assert "billing_poor" in cora.get(f"/search?{question}").text
        assert "billing_poor" not in carl.get(f"/search?{question}").text
    carl.get(f"/call/{POOR}")
    carl.post("/appeals/1/score", {"value": "60"})
    assert "Listening scored 8, under 50." in carl.get("/queue").text


def test_the_history_shows_every_version_of_machine_and_people(browse, site):
    cora = browse("cora")
    cora.post(f"/scores/{POOR}", SCORES)
    cora.post(f"/scores/{POOR}", SCORES | {"listening": "25"})
    record = site.results.call(DATE, "billing_poor")
    scores = tuple(dataclasses.replace(row, value=33.0) if row.criterion == "listening" else row for row in record.scores)
    keep_machine_version(site.database, dataclasses.replace(record, scores=scores))  # as after a rescore
    history = read_history(site.database, record)
    assert [(each.scores["listening"], each.now) for each in history.machine] == [(8.0, True), (33.0, False)]
    assert [each.text for each in history.people if "listening" in each.text] == ["scored listening 20", "scored listening 25"]
    page = cora.get(f"/call/{POOR}").text
    assert "2 versions of the scores" in page and "scored listening 20" in page
    assert "History:" not in browse("a117").get(f"/call/{POOR}").text


def test_marking_done_keeps_what_the_machine_said(browse, site):
    browse("cora").post(f"/done/{POOR}", {"done": "1"})
    assert len(read_history(site.database, site.results.call(DATE, "billing_poor")).machine) == 1


def test_an_agent_cannot_appeal_what_the_call_has_not(browse):
    answer = browse("a117").post(f"/appeal/{POOR}", {"skill": "listening", "criterion": "no_such", "comment": "?"})
    assert answer.status_code == 422


def test_an_agent_acknowledges_once(browse):
    agent = browse("a117")
    assert "I have read this" in agent.get(f"/call/{POOR}").text
    agent.post(f"/acknowledge/{POOR}")
    agent.post(f"/acknowledge/{POOR}")
    assert "I have read this" not in agent.get(f"/call/{POOR}").text


def test_what_people_said_can_never_be_changed(browse, site):
    browse("cora").judge(POOR, subject="criterion", target="paraphrase", verdict="agree")
    for sql in (
        "UPDATE judgements SET verdict = 'disagree'",
        "UPDATE machine_versions SET scores = ''",
        "UPDATE audit_log SET account = 'x'",
        "DELETE FROM audit_log",
    ):
        with pytest.raises(sa.exc.DatabaseError, match="never changed"), site.database.begin() as connection:
            connection.execute(sa.text(sql))


def test_the_migrations_make_the_tables_that_the_code_expects(site):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from review.database import metadata

    with site.database.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_an_audit_log_that_named_calls_itself_names_them_by_number(tmp_path):
    url = f"sqlite:///{tmp_path / 'old.sqlite'}"
    engine = open_database(url, "0001")
    subjects = [POOR, "accounts", POOR, f"{DATE}/a/b\nc", "trends 2026-03-02"]
    with engine.begin() as connection:
        for subject in subjects:
            entry = {"at": datetime.now(UTC), "account": "cora", "role": "coach", "address": "", "action": "view", "detail": ""}
            connection.execute(audit_log.insert().values(subject=subject, **entry))
    engine.dispose()
    engine = open_database(url)
    with engine.connect() as connection:
        stored = connection.execute(sa.select(audit_log.c.subject).order_by(audit_log.c.id)).scalars().all()
    assert sorted(set(stored) - {"accounts", "trends 2026-03-02"}) == ["call 1", "call 2"]
    assert [each.subject for each in audit.latest(engine, "", "", 1, 9)][::-1] == subjects
    assert len(audit.latest(engine, "", "billing_poor", 1, 9)) == 2
    with pytest.raises(sa.exc.DatabaseError, match="never changed"), engine.begin() as connection:
        connection.execute(sa.text("UPDATE audit_log SET subject = 'x'"))
    engine.dispose()


def test_agreement_gets_persons_and_machines_scores_of_the_same_moment(browse, site):
    cora, agent, carl = browse("cora"), browse("a117"), browse("carl")
    cora.post(f"/scores/{POOR}", SCORES)
    cora.judge(POOR, subject="evidence", target=a_key(site, "blaming"), verdict="disagree", reason="wrong_evidence")
    agent.post(f"/appeal/{POOR}", {"skill": "listening", "criterion": "listening", "comment": "Too low."})
    carl.get(f"/call/{POOR}")
    carl.post("/appeals/1/score", {"value": "55"})
    carl.post("/appeals/1/decide", {"verdict": "upheld", "decision": "Agreed."})
    found = {(each.account, each.criterion): each for each in human_scores(site.database)}
    assert (found["cora", "listening"].human, found["cora", "listening"].machine, found["cora", "listening"].blind) == (20.0, 8.0, False)
    assert found["cora", "empathy"].human is None
    settled = found["carl", "listening"]
    assert (settled.human, settled.machine, settled.blind, settled.settled_by_appeal) == (55.0, 8.0, True, True)
    (verdict,) = human_verdicts(site.database)
    assert (verdict.behaviour, verdict.verdict) == ("blaming", "disagree")


def test_an_erased_call_is_gone_from_the_database_and_the_cache(browse, site, tmp_path):
    cora = browse("cora")
    cora.post(f"/scores/{POOR}", SCORES)
    cora.post(f"/scores/{DATE}/refund_excellent", SCORES)
    copy = tmp_path / "review" / "cache" / "ab" / ("ab" * 32)
    copy.mkdir(parents=True)
    erase_calls(tmp_path, str(site.database.url), [(DATE, "billing_poor")])
    assert own(site, "cora") is None and own(site, "cora", "refund_excellent") is not None
    with site.database.connect() as connection:
        assert connection.execute(sa.select(machine_versions.c.call_id)).scalars().all() == ["refund_excellent"]
    assert not copy.exists()


def test_erasing_where_nobody_reviewed_leaves_nothing_behind(tmp_path):
    erase_calls(tmp_path, "", [(DATE, "billing_poor")])
    assert not list(tmp_path.iterdir())
