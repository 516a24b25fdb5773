"""What a coach and an agent do, in a real browser: headless Chromium against the running application."""

import functools
import os
import shutil
import threading
import time
from pathlib import Path

import pytest
import uvicorn

from review.accounts import list_accounts, open_session
from review.app import create_app
from review.reviews import find_review
from review.web import COOKIE

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
AXE = Path(os.environ.get("RAPPORT_AXE") or CACHE / "rapport" / "node_modules" / "axe-core" / "axe.min.js")
DATE = "2026-03-02"
POOR = f"{DATE}/billing_poor"

pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed (Debian package chromium)")


@pytest.fixture(scope="module")
def chromium():
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (extra dev)")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def address(site):
    """The application on a free port of this machine."""
    server = uvicorn.Server(uvicorn.Config(create_app(site, local_only=True), port=0, access_log=False, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def open_as(chromium, address, site):
    """`open_as("cora", "/queue")` is a page of that person's own browser; a script error or refused resource fails the test."""
    problems, contexts = [], []

    def opened(name: str, path: str, **options):
        context = chromium.new_context(viewport={"width": 1280, "height": 800}, base_url=address, **options)
        contexts.append(context)
        context.set_default_timeout(15_000)
        if name:
            account = next(each for each in list_accounts(site.database) if each.name == name)
            context.add_cookies([{"name": COOKIE, "value": open_session(site.database, account), "url": address}])
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if "Content Security Policy" in message.text else None)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not problems


def current_time(page) -> float:
    return page.evaluate("document.getElementById('audio').currentTime")


def ready(page):
    page.wait_for_selector("#play:enabled")
    return page


def eventually(check, seconds: float = 10.0) -> None:
    """Wait until a check holds."""
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, check
        time.sleep(0.05)


def review_of(site, name: str):
    account = next(each for each in list_accounts(site.database) if each.name == name)
    return find_review(site.database, DATE, "billing_poor", account.id)


def test_from_the_queue_to_a_call_that_plays_and_is_followed(open_as):
    page = open_as("cora", "/queue")
    page.select_option("select[name=flag]", "low_listening")
    page.click("button:has-text('Show')")
    page.wait_for_url("**flag=low_listening**")
    assert set(page.locator("a.call").all_inner_texts()) == {"plan_indecisive", "billing_poor"}
    page.click("a.call:has-text('billing_poor')")
    ready(page).keyboard.press("Space")
    eventually(lambda: current_time(page) > 3.2)
    assert page.locator(".turn.now").get_attribute("data-turn") == "1", "the customer speaks from 2.5 s to 7 s"
    word = page.locator(".w.current")
    assert float(word.get_attribute("data-s")) <= current_time(page) + 0.1
    page.keyboard.press("Space")
    eventually(lambda: page.evaluate("document.getElementById('audio').paused"))
    assert page.title() == "billing_poor · Rapport", "the script in the transcript did not run"


def test_a_click_on_a_word_lands_there(open_as):
    page = ready(open_as("cora", f"/call/{POOR}"))
    word = page.locator(".turn[data-turn='3'] .w").nth(4)
    word.click()
    eventually(lambda: abs(current_time(page) - float(word.get_attribute("data-s"))) < 0.1)
    eventually(lambda: page.locator(".w.current").count() == 1)
    page.keyboard.press("ArrowRight")
    eventually(lambda: abs(current_time(page) - float(word.get_attribute("data-s")) - 5) < 0.1)


def test_evidence_by_keys_next_agree_disagree(open_as, site):
    page = ready(open_as("cora", f"/call/{POOR}"))
    page.keyboard.press("n")
    page.keyboard.press("n")
    key = page.locator(".evidence.at-hand").get_attribute("data-key")
    page.keyboard.press("x")
    eventually(lambda: review_of(site, "cora").evidence.get(key) is not None)
    assert review_of(site, "cora").evidence[key].verdict == "disagree"
    page.keyboard.press("a")
    eventually(lambda: review_of(site, "cora").evidence[key].verdict == "agree")
    page.reload()
    assert page.locator(f"#e-{key} [data-verdict=agree]").get_attribute("aria-pressed") == "true"


def test_missing_evidence_is_added_from_selected_words_and_the_call_marked_done(open_as, site):
    page = ready(open_as("cora", f"/call/{POOR}"))
    words = page.locator(".turn[data-turn='5'] .w")
    words.first.scroll_into_view_if_needed()
    start, end = words.nth(0).bounding_box(), words.nth(2).bounding_box()
    page.mouse.move(start["x"] + 1, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] - 1, end["y"] + end["height"] / 2, steps=5)
    page.mouse.up()
    page.click("#mark-missing")
    page.select_option("#missing-behaviour", "policy_hiding")
    page.click("#missing-form button:has-text('Add')")
    page.wait_for_selector("#missing li")
    (added,) = review_of(site, "cora").missing
    assert added.behaviour == "policy_hiding" and len(added.quote.split()) == 3
    page.click("#done")
    page.wait_for_selector("text=Open again")
    assert review_of(site, "cora").done_at is not None


def test_missing_evidence_is_marked_by_keyboard_alone(open_as, site):
    page = ready(open_as("cora", f"/call/{POOR}"))
    page.focus(".turn[data-turn='3'] .at")
    page.keyboard.press("m")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    eventually(lambda: len(review_of(site, "cora").missing) == 1)
    turn = next(turn for turn in site.results.call(DATE, "billing_poor").turns if turn.turn == 3)
    assert review_of(site, "cora").missing[0].quote == turn.text


def test_speech_is_drawn_in_its_lane(open_as):
    """The agent greets in the first second, the customer is silent: the customer's lane is pale there."""
    page = ready(open_as("cora", f"/call/{POOR}"))
    painted = """lane => {
        const c = document.getElementById(`wave-${lane}`);
        const width = Math.round(c.width / 82.9);
        const shades = c.getContext("2d").getImageData(0, 0, width, c.height).data;
        return shades.filter((value, at) => at % 4 === 3 && value > 200).length; }"""
    assert page.evaluate(painted, 0) > 20 and page.evaluate(painted, 1) == 0


def test_an_agent_signs_in_is_refused_anothers_call_appeals_and_a_second_reviewer_decides(open_as):
    agent = open_as("", "/sign-in")
    agent.fill("input[name=name]", "a117")
    agent.fill("input[name=password]", "a long enough password")
    agent.click("button:has-text('Sign in')")
    agent.wait_for_url("**/mine")
    assert set(agent.locator("a.call").all_inner_texts()) == {"billing_poor", "plan_indecisive"}
    agent.goto(f"/call/{DATE}/refund_excellent")
    assert "no such call among those you may see" in agent.inner_text("main")
    agent.goto(f"/call/{POOR}")
    agent.click("button.appeal[data-criterion=interruption]")
    agent.fill("#appeal-comment", "The customer had stopped.")
    agent.click("button:has-text('Send appeal')")
    agent.wait_for_selector(".appealed")

    coach = open_as("carl", "/appeals")
    coach.click("a.call")
    assert coach.locator(".evidence").count() == 0, "the second reviewer is blind"
    coach.fill(".appealed input[name=value]", "55")
    coach.click("button:has-text('Save blind score')")
    coach.wait_for_selector(".evidence")
    coach.fill("textarea[name=decision]", "The sentence was complete.")
    coach.click("button:has-text('Uphold')")
    coach.wait_for_selector("text=stands in place of the machine's")
    agent.goto("/appeals")
    assert "The sentence was complete." in agent.inner_text("main")


def test_skipping_silence_and_volumes_work(open_as):
    page = ready(open_as("cora", f"/call/{DATE}/router_long_hold"))
    hold = page.evaluate("JSON.parse(document.getElementById('player-data').textContent).skippable[0]")
    page.check("#skip-silence")
    page.evaluate(f"document.getElementById('audio').currentTime = {hold[0] - 0.2}")
    page.click("#play")
    eventually(lambda: current_time(page) >= hold[1])
    page.evaluate("document.getElementById('volume-agent').value = 0.2")
    page.dispatch_event("#volume-agent", "input")
    before = current_time(page)
    eventually(lambda: current_time(page) > before + 0.3)


@functools.cache
def axe() -> str:
    if not AXE.is_file():
        pytest.skip(f"axe-core is not in {AXE.parents[2]} (npm install --prefix {AXE.parents[2]} axe-core, or RAPPORT_AXE)")
    return AXE.read_text(encoding="utf-8")


PAGES = [
    "/queue", f"/call/{POOR}", "/unscored", "/search?words=the", "/trends", "/agents/a-117", "/teams/billing", "/appeals", "/audit",
    "/password",
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_accessibility_fault(open_as, scheme):
    source, faults = axe(), []
    page = open_as("ada", "/queue", color_scheme=scheme, bypass_csp=True)
    for path in (*PAGES, "/accounts", "/sign-in") if scheme == "light" else ("/queue", f"/call/{POOR}", "/agents/a-117"):
        page.goto(path)
        if path.startswith("/call/"):
            ready(page)
        page.evaluate(source)
        found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})")
        assert found["passes"], "axe looked at nothing"
        faults += [
            (path, each["id"], [node["html"][:120] for node in each["nodes"][:3]])
            for each in found["violations"] if each["impact"] in ("serious", "critical")
        ]  # fmt: skip
    assert not faults


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (820, 1180)])
def test_no_page_is_wider_than_the_screen(open_as, width, height):
    page = open_as("ada", "/queue")
    page.set_viewport_size({"width": width, "height": height})
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
