"""Who may see what, and what an attacker gets: nothing."""

import dataclasses
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from review import audit
from review.accounts import (
    AccountProblem,
    OneTimeToken,
    TooManyAttempts,
    add_account,
    list_accounts,
    local_account,
    set_disabled,
    set_password,
    sign_in,
)
from review.app import create_app
from review.database import accounts
from review.errors import AccountsNeeded, ResultsMissing
from review.serve import ReviewOptions, is_local, open_site

DATE = "2026-03-02"
POOR, GOOD = f"{DATE}/billing_poor", f"{DATE}/refund_excellent"
PAGES = ["/", "/queue", "/unscored", "/search", "/trends", "/appeals", "/mine", "/audit", "/accounts", f"/call/{POOR}", f"/audio/{POOR}"]


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_shown_to_whoever_is_not_signed_in(browse, page):
    answer = browse("").get(page)
    assert answer.status_code == 303 and answer.headers["location"] == "/sign-in"


@pytest.mark.parametrize("cookie", ["", "x", "0" * 43, "' OR 1=1 --"])
def test_a_forged_session_is_none(browse, cookie):
    browser = browse("")
    browser.client.cookies.set("rapport_session", cookie)
    assert browser.get("/queue").status_code == 303


def test_a_session_ends_with_signing_out_and_with_the_account(browse, site):
    cora, carl = browse("cora"), browse("carl")
    cookie = cora.client.cookies["rapport_session"]
    cora.post("/sign-out")
    cora.client.cookies.set("rapport_session", cookie)
    assert cora.get("/queue").status_code == 303
    set_disabled(site.database, next(each.id for each in list_accounts(site.database) if each.name == "carl"), True)
    assert carl.get("/queue").status_code == 303
    assert sign_in(site.database, "carl", "a long enough password", "x") is None


def test_the_session_cookie_is_out_of_reach_of_scripts(browse):
    answer = browse("").client.post("/sign-in", data={"name": "cora", "password": "a long enough password"})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie


@pytest.mark.parametrize("path", ["/blind", f"/done/{POOR}", f"/scores/{POOR}", "/views", "/sign-out", "/password", f"/judge/{POOR}"])
def test_a_change_without_the_sessions_own_token_is_refused(browse, path):
    cora, carl = browse("cora"), browse("carl")
    fields = {"blind": "1", "done": "1", "name": "x", "query": "x"}
    assert cora.client.post(path, data=fields).status_code == 403
    assert cora.client.post(path, data=fields | {"csrf": carl.csrf()}).status_code == 403
    assert cora.client.post(path, data=fields, headers={"x-csrf-token": "x"}).status_code == 403


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}])
def test_a_change_from_another_site_is_refused_even_with_the_token(browse, headers):
    cora = browse("cora")
    assert cora.post("/blind", {"blind": "1"}, headers=headers).status_code == 403
    answer = browse("").client.post("/sign-in", data={"name": "cora", "password": "a long enough password"}, headers=headers)
    assert answer.status_code == 403


def test_a_page_of_another_name_cannot_point_here(browse):
    assert browse("cora").get("/queue", headers={"host": "evil.example"}).status_code == 400


def test_guessing_passwords_is_slowed(browse, site):
    for _ in range(5):
        assert browse("").client.post("/sign-in", data={"name": "cora", "password": "wrong"}).status_code == 403
    answer = browse("").client.post("/sign-in", data={"name": "cora", "password": "a long enough password"})
    assert answer.status_code == 429, "even the right password waits now"


def test_guessing_many_names_from_one_address_is_slowed(site, monkeypatch):
    monkeypatch.setattr("review.accounts._matches", lambda _hash, _password: False)  # hashing is slow on purpose
    for number in range(20):
        assert sign_in(site.database, f"nobody{number}", "wrong", "10.0.0.1") is None
    with pytest.raises(TooManyAttempts):
        sign_in(site.database, "cora", "a long enough password", "10.0.0.1")


def test_signing_in_well_does_not_count_as_guessing(site):
    for _ in range(6):
        assert sign_in(site.database, "cora", "a long enough password", "10.0.0.2") is not None


def test_the_own_password_is_changed_by_whoever_knows_it_and_ends_every_session(browse, site):
    cora, elsewhere = browse("cora"), browse("cora")
    new = {"password": "another long password"}
    assert cora.post("/password", new | {"present": "wrong"}).status_code == 422
    assert cora.post("/password", {"present": "a long enough password", "password": "short"}).status_code == 422
    assert cora.post("/password", new | {"present": "a long enough password"}).headers["location"] == "/sign-in"
    assert elsewhere.get("/queue").status_code == 303
    assert sign_in(site.database, "cora", "another long password", "x") is not None
    assert sign_in(site.database, "cora", "a long enough password", "x") is None
    actions = [each.action for each in audit.latest(site.database, "cora", "", 1, 10)]
    assert actions.count("change password") == 1 and actions.count("change password refused") == 2


def test_an_admin_gives_a_new_password(browse, site):
    number = next(each.id for each in list_accounts(site.database) if each.name == "carl")
    assert browse("cora").post(f"/accounts/{number}/password", {"password": "another long password"}).status_code == 403
    assert browse("ada").post(f"/accounts/{number}/password", {"password": "another long password"}).status_code == 303
    assert sign_in(site.database, "carl", "another long password", "x")


def test_the_local_account_gets_no_password(site):
    with pytest.raises(AccountProblem, match="one-time link"):
        set_password(site.database, local_account(site.database).id, "another long password")


def test_a_request_larger_than_any_form_is_refused(browse):
    assert browse("").client.post("/sign-in", data={"name": "x", "password": "y" * 200_000}).status_code == 413
    assert browse("").client.post("/sign-in", content=iter([b"name=x"])).status_code == 413, "of unknown length"


def test_passwords_are_stored_as_argon2_hashes(site):
    with site.database.connect() as connection:
        hashes = connection.execute(sa.select(accounts.c.password_hash)).scalars().all()
    assert all(each.startswith("$argon2id$") for each in hashes)


def test_the_one_time_link_works_once(site):
    token = OneTimeToken()
    client = TestClient(create_app(dataclasses.replace(site, one_time=token), True), base_url="http://127.0.0.1", follow_redirects=False)
    assert client.get("/enter?token=guess").status_code == 403
    assert client.get(f"/enter?token={token.text}").status_code == 303
    assert client.get("/queue").status_code == 200
    client.cookies.clear()
    assert client.get(f"/enter?token={token.text}").status_code == 403


@pytest.mark.parametrize("page", [f"/call/{GOOD}", f"/audio/{GOOD}", f"/peaks/{GOOD}", f"/call/{DATE}/call_failed"])
def test_an_agent_sees_own_calls_only(browse, page):
    agent = browse("a117")
    if page.endswith("call_failed"):
        assert agent.get(page).status_code == 200, "an own call that failed may be seen"
        return
    refused, unknown = agent.get(page), agent.get(page.replace("refund_excellent", "no_such_call"))
    assert refused.status_code == 404
    assert refused.text == unknown.text.replace("no_such_call", "refund_excellent"), "the refusal does not tell whether there is one"


@pytest.mark.parametrize("page", ["/queue", "/unscored", "/search", "/audit", "/accounts", "/agents/a-104", "/teams/billing"])
def test_an_agent_is_refused_what_is_not_for_agents(browse, page):
    assert browse("a117").get(page).status_code in (403, 404)


@pytest.mark.parametrize(
    "path", [f"/scores/{POOR}", f"/done/{POOR}", "/blind", f"/appeal/{GOOD}", f"/acknowledge/{GOOD}", "/appeals/1/score"]
)
def test_an_agent_cannot_review(browse, path):
    fields = {"done": "1", "blind": "1", "skill": "listening", "criterion": "listening", "comment": "x", "value": "5"}
    assert browse("a117").post(path, fields).status_code in (403, 404)
    assert browse("a117").judge(POOR, subject="criterion", target="paraphrase", verdict="agree").status_code == 403


def test_an_agent_does_not_see_what_reviewers_wrote(browse):
    cora = browse("cora")
    cora.post(f"/scores/{POOR}", {"listening": "1", "empathy": "1", "solution_focus": "1", "comment": "between reviewers"})
    page = browse("a117").get(f"/call/{POOR}").text
    assert "between reviewers" not in page and "cora" not in page and "Went well" in page


def test_an_agent_s_account_is_kept_under_what_stands_in_the_tables(browse, site):
    """Where agents have pseudonyms, the page is given the real id and keeps the pseudonym."""
    object.__setattr__(site, "agent_as_stored", lambda agent_id: f"pseudonym of {agent_id}")
    made = {"name": "quentin", "role": "agent", "password": "correct horse battery", "agent_id": " a-117 "}
    assert browse("ada").post("/accounts", made).status_code == 303
    (account,) = (each for each in list_accounts(site.database) if each.name == "quentin")
    assert account.agent_id == "pseudonym of a-117"


def test_coaches_cannot_run_the_place(browse):
    for name, page in (("cora", "/accounts"), ("lena", "/accounts"), ("cora", "/audit")):
        assert browse(name).get(page).status_code == 403
    assert browse("cora").post("/accounts", {"name": "m", "role": "admin", "password": "x" * 12}).status_code == 403
    assert browse("lena").get("/audit").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/%2e%2e/app.py", "/call/..%2f..%2fetc/passwd", f"/audio/{DATE}/..%2f..%2f..%2fetc%2fpasswd",
     "/audio/..%2f..%2f/x", f"/peaks/{DATE}/%00", "/call/*/billing_poor", "/call/2026-03-0?/billing_poor", "//evil.example/x"],
)  # fmt: skip
def test_no_path_leaves_its_place(browse, path):
    answer = browse("cora").get(path)
    assert answer.status_code in (400, 404) and "root:" not in answer.text


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_no_redirect_leads_elsewhere(browse, back):
    assert browse("cora").post("/blind", {"blind": "0", "back": back}).headers["location"] == "/queue"


@pytest.mark.parametrize("page", ["/queue", "/sign-in", f"/call/{POOR}", "/static/call.js", "/nowhere"])
def test_every_answer_forbids_foreign_and_inline_scripts(browse, page):
    answer = browse("cora").get(page)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["x-frame-options"] == "DENY"
    assert "style=" not in answer.text.split("<body", 1)[-1] or page.endswith(".js")
    assert " onclick" not in answer.text


def test_views_and_changes_are_in_the_audit_log(browse, site):
    cora = browse("")
    cora.client.post("/sign-in", data={"name": "cora", "password": "a long enough password"})
    cora.get(f"/call/{POOR}")
    cora.post(f"/done/{POOR}", {"done": "1"})
    entries = audit.latest(site.database, "cora", "", 1, 100)
    assert {"sign-in", "view call", "mark done"} <= {each.action for each in entries}
    assert all(each.role == "coach" for each in entries)
    assert "billing_poor" in browse("ada").get("/audit?account=cora").text


def test_what_was_typed_wrongly_is_not_in_the_audit_log(browse, site):
    for name in ("cora", "my secret password"):
        browse("").client.post("/sign-in", data={"name": name, "password": "wrong"})
    assert [each.account for each in audit.latest(site.database, "", "", 1, 2)] == ["", "cora"]


def test_an_error_of_the_database_names_no_values(site):
    row = {"name": "cora", "role": "coach", "password_hash": "secret words", "created_at": datetime.now(UTC)}
    with pytest.raises(sa.exc.IntegrityError) as error, site.database.begin() as connection:
        connection.execute(accounts.insert().values(row))
    assert "secret words" not in str(error.value)


def test_other_machines_are_let_in_only_where_everybody_signs_in(results_folder, rubric, tmp_path):
    options = ReviewOptions(results_folder, rubric, 0, host="0.0.0.0", database_url=f"sqlite:///{tmp_path / 'new.sqlite'}")
    with pytest.raises(AccountsNeeded, match="--add-account"):
        open_site(options)
    local = open_site(dataclasses.replace(options, host="127.0.0.1"))
    assert local.one_time is not None
    add_account(local.database, "ada", "admin", "a long enough password")
    assert open_site(options).one_time is None
    assert all(is_local(host) for host in ("127.0.0.1", "::1", "localhost"))
    assert not any(is_local(host) for host in ("0.0.0.0", "192.168.1.5", "example.com"))


def test_the_results_folder_has_to_be_there(rubric, tmp_path):
    with pytest.raises(ResultsMissing, match="rapport score"):
        open_site(ReviewOptions(tmp_path / "none", rubric, 0))


@pytest.mark.parametrize(
    ("values", "problem"),
    [(("", "coach", "x" * 12), "needs a name"), (("x", "king", "x" * 12), "no role"), (("x", "agent", "x" * 12), "agent id"),
     (("x", "coach", "short"), "at least 12"), (("cora", "coach", "x" * 12), "already"), (("local", "admin", "x" * 12), "kept for")],
)  # fmt: skip
def test_an_account_that_makes_no_sense_is_refused(site, values, problem):
    with pytest.raises(AccountProblem, match=problem):
        add_account(site.database, *values)
