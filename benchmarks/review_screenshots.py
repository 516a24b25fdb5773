"""The screenshots of the documentation, made anew: `python -m benchmarks.review_screenshots RESULTS docs/screenshots`.

RESULTS are the scored example calls (`make demo`). Needs Chromium (Debian package chromium) and Playwright (extra dev). The
reviews made for the pictures are kept in a temporary database.
"""

import argparse
import tempfile
import threading
import time
from pathlib import Path

import uvicorn
from playwright.sync_api import Page, sync_playwright

from review.accounts import Account, add_account, open_session
from review.app import create_app
from review.serve import ReviewOptions, open_site
from review.web import COOKIE
from scoring.rubric import RubricFiles, load_rubric

CONFIG = Path(__file__).parent.parent / "config"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


def picture(page: Page, folder: Path, name: str) -> None:
    if page.locator("#play").count():
        page.wait_for_selector("#play:enabled")
        page.wait_for_timeout(500)
    page.screenshot(path=folder / f"review-{name}.png")
    print(folder / f"review-{name}.png")


def as_coach(page: Page, folder: Path, agent: str) -> None:
    page.goto("/queue")
    picture(page, folder, "queue")
    page.click("a.call:has-text('billing_poor')")
    page.wait_for_selector("#play:enabled")
    page.keyboard.press("n")
    page.keyboard.press("n")
    page.keyboard.press("a")
    page.wait_for_selector(".evidence.at-hand [data-verdict=agree][aria-pressed=true]")
    picture(page, folder, "call")
    page.emulate_media(color_scheme="dark")
    page.reload()
    picture(page, folder, "call-dark")
    page.emulate_media(color_scheme="light")
    page.goto("/unscored")
    picture(page, folder, "unscored")
    page.goto(f"/agents/{agent}")
    picture(page, folder, "trend")
    page.goto("/trends")
    picture(page, folder, "trends")
    page.goto("/search?words=understand")
    picture(page, folder, "search")
    page.goto("/queue")
    page.click("button:has-text('Blind off')")
    page.click("a.call:has-text('delivery_average')")
    picture(page, folder, "blind")


def as_agent(page: Page, folder: Path) -> None:
    page.goto("/mine")
    picture(page, folder, "mine")
    page.click("a.call")
    page.wait_for_selector("#play:enabled")
    page.locator("button.appeal").first.click()
    page.fill("#appeal-comment", "I let her finish; the line was bad.")
    picture(page, folder, "appeal")
    page.click("button:has-text('Send appeal')")
    page.wait_for_selector(".appealed")


def as_lead(page: Page, folder: Path) -> None:
    for name in ("appeals", "audit", "accounts"):
        page.goto(f"/{name}")
        picture(page, folder, name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("results", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--agent", default="a-104")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        database = f"sqlite:///{temporary}/review.sqlite"
        site = open_site(ReviewOptions(asked.results, load_rubric(RubricFiles.in_folder(CONFIG, "en")), 0, database_url=database))
        password = "a password for pictures"
        coach = add_account(site.database, "carol", "coach", password)
        agent = add_account(site.database, "alex", "agent", password, asked.agent)
        admin = add_account(site.database, "ada", "admin", password)
        server = uvicorn.Server(uvicorn.Config(create_app(site, True), port=0, access_log=False, log_level="warning"))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)

                def page_of(account: Account) -> Page:
                    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=address)
                    context.add_cookies([{"name": COOKIE, "value": open_session(site.database, account), "url": address}])
                    return context.new_page()

                as_coach(page_of(coach), asked.folder, asked.agent)
                as_agent(page_of(agent), asked.folder)
                as_lead(page_of(admin), asked.folder)
                sign_in = browser.new_page(viewport={"width": 1280, "height": 800}, base_url=address)
                sign_in.goto("/sign-in")
                picture(sign_in, asked.folder, "sign-in")
                browser.close()
        finally:
            server.should_exit = True
            thread.join()


if __name__ == "__main__":
    main()
