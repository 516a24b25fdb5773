"""The reviews on a real PostgreSQL server: tables made, reviews, scores, appeals and the audit log kept, everything erased."""

import threading

import pytest
import sqlalchemy as sa

from review.call_view import evidence_key
from review.database import open_database
from review.erasing import erase_calls
from review.reviews import progress

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("postgres")]

POOR = "2026-03-02/billing_poor"


@pytest.fixture
def database_url(postgres, people_added, request) -> str:
    url = f"postgresql+psycopg://{postgres(request.node.name)}"
    people_added(url)
    return url


def test_opening_again_finds_everything(database_url):
    engine = open_database(database_url)
    try:
        with engine.connect() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM accounts")).scalar() == 6
    finally:
        engine.dispose()


def test_a_review_an_appeal_and_their_removal(browse, site, results_folder, database_url):
    agent, cora, carl, ada = (browse(name) for name in ("a117", "cora", "carl", "ada"))
    row = site.results.call(*POOR.split("/")).evidence[0]
    assert cora.judge(POOR, subject="evidence", target=evidence_key(row), verdict="agree").status_code == 200
    scores = {"listening": "20", "empathy": "", "solution_focus": "15", "comment": "Let her <b>finish</b>."}
    cora.post(f"/scores/{POOR}", scores)
    cora.post(f"/done/{POOR}", {"done": "1"})
    assert [each.progress for each in progress(site.database)] == ["reviewed"]
    appeal = {"skill": "listening", "criterion": "interruption", "comment": "She had stopped."}
    assert agent.post(f"/appeal/{POOR}", appeal).status_code == 303
    assert agent.post(f"/appeal/{POOR}", appeal).status_code == 409
    assert carl.post("/appeals/1/score", {"value": "60"}).status_code == 303
    assert carl.post("/appeals/1/decide", {"verdict": "upheld", "decision": "The customer had ended."}).status_code == 303
    assert "Let her &lt;b&gt;finish&lt;/b&gt;." in browse("carl").get(f"/call/{POOR}").text
    assert ada.get("/audit").status_code == 200
    erase_calls(results_folder, database_url, [tuple(POOR.split("/"))])
    assert progress(site.database) == []


def test_two_people_who_open_a_review_at_once(browse, site):
    cora, answers = browse("cora"), []
    row = site.results.call(*POOR.split("/")).evidence[0]

    def agree() -> None:
        answers.append(cora.judge(POOR, subject="evidence", target=evidence_key(row), verdict="agree").status_code)

    threads = [threading.Thread(target=agree) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 4 and len(progress(site.database)) == 1
