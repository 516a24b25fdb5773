"""How quick the review application is over many calls: `python -m benchmarks.review [--calls 100000]`.

Makes synthetic tables (random rows, no recordings) in a temporary folder, asks the application for its pages and prints the
time of each: median and 95th percentile over the repeats, as seen by the client in the same process. A one-hour call with
9,000 words and a one-hour recording are among them. The issue's limits: the queue under 300 ms, a one-hour call under 1 s.
"""

import argparse
import hashlib
import platform
import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import soundfile
from starlette.testclient import TestClient

from review.accounts import local_account, open_session
from review.app import create_app
from review.database import reviews
from review.serve import ReviewOptions, open_site
from review.web import COOKIE
from scoring.rubric import RubricFiles, load_rubric
from scoring.tables import schema

CONFIG = Path(__file__).parent.parent / "config"
FIRST = date(2026, 1, 1)
DATES = 60
TURNS_PER_CALL = 20
REVIEWED = 5_000
WORDS = ["the", "bill", "account", "refund", "router", "please", "sorry", "understand", "today", "customer", "charge", "policy", "help"]
LONG_CALL, LONG_S = "one_hour", 3600.0
SKILLS = ("listening", "empathy", "solution_focus", "overall")


def filled(table: str, rows: int, columns: dict) -> pa.Table:
    """A table with the given columns; the rest null, or empty where null is not allowed."""
    arrays = []
    for field in schema(table):
        if field.name in columns:
            arrays.append(pa.array(columns[field.name], field.type))
        elif field.nullable:
            arrays.append(pa.nulls(rows, field.type))
        else:
            empty = [] if pa.types.is_list(field.type) else False if pa.types.is_boolean(field.type) else 0
            arrays.append(pa.array([str(empty) if pa.types.is_string(field.type) else empty] * rows, field.type))
    return pa.Table.from_arrays(arrays, schema=schema(table))


def write(folder: Path, table: str, day: str, content: pa.Table) -> None:
    target = folder / table / f"date={day}" / "part-0.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(content, target, compression="zstd")


def write_day(folder: Path, rubric, day: date, calls: int, chance: np.random.Generator) -> None:
    """One night: calls with scores, turns with words, evidence and criteria."""
    names = [f"{day:%Y%m%d}-{number:05d}" for number in range(calls)]
    agents = chance.integers(0, 400, calls)
    flagged = chance.random(calls) < 0.12
    refused = chance.random(calls) < 0.02
    scores = {skill: chance.normal(65, 15, calls).clip(0, 100) for skill in SKILLS}
    ends = {f"{skill}_{end}": (scores[skill] + by).clip(0, 100) for skill in SKILLS for end, by in (("low", -8), ("high", 8))}
    start = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
    columns = scores | ends | {
        "call_id": names,
        "agent_id": [f"a-{agent:03d}" for agent in agents],
        "team": [f"team {agent % 20}" for agent in agents],
        "started_at": [start + timedelta(seconds=int(second)) for second in chance.integers(0, 36_000, calls)],
        "duration_s": chance.uniform(60, 1200, calls),
        "status": ["refused" if each else "scored" for each in refused],
        "flags": [["low_empathy", "churn_risk"] if each else [] for each in flagged],
        "flag_reasons": [["Empathy scored 35, under 50.", "The customer spoke of leaving."] if each else [] for each in flagged],
        "control_arm": chance.random(calls) < 0.03,
        "band": chance.choice(["poor", "fair", "good", "excellent"], calls).tolist(),
        "outcome": chance.choice(["resolved", "unresolved", "escalated"], calls).tolist(),
        "try_next": ["Say back what you heard before you act."] * calls,
    }  # fmt: skip
    write(folder, "calls", f"{day}", filled("calls", calls, columns))
    turns = calls * TURNS_PER_CALL
    places = {
        "call_id": np.repeat(names, TURNS_PER_CALL).tolist(),
        "turn": np.tile(np.arange(TURNS_PER_CALL), calls),
        "speaker": ["agent", "customer"] * (turns // 2),
        "start_s": np.tile(np.arange(TURNS_PER_CALL) * 6.0, calls),
        "end_s": np.tile(np.arange(TURNS_PER_CALL) * 6.0 + 5.0, calls),
    }
    said = [" ".join(chance.choice(WORDS, 12)) for _ in range(997)]
    write(folder, "turns", f"{day}", filled("turns", turns, places | {"text": [said[number % 997] for number in range(turns)]}))
    behaviours = [behaviour for behaviour in rubric.behaviours.values()]
    rows = calls * len(behaviours)
    criteria = {
        "call_id": np.repeat(names, len(behaviours)).tolist(),
        "criterion": [behaviour.id for behaviour in behaviours] * calls,
        "skill": [behaviour.skill for behaviour in behaviours] * calls,
        "shown": chance.integers(0, 2, rows),
    }
    write(folder, "scores", f"{day}", filled("scores", rows, criteria))
    signs = calls * 6
    evidence = {
        "call_id": np.repeat(names, 6).tolist(),
        "behaviour": chance.choice([behaviour.id for behaviour in behaviours], signs).tolist(),
        "polarity": np.ones(signs, int),
        "quote": ["I can see why that is upsetting."] * signs,
        "points": np.full(signs, 8.0),
        "confidence": chance.uniform(0.5, 1.0, signs),
        "start_s": chance.uniform(0, 100, signs),
    }
    write(folder, "evidence", f"{day}", filled("evidence", signs, evidence))


def write_long_call(folder: Path, chance: np.random.Generator) -> str:
    """A call of one hour with 9,000 words in 600 turns and a recording of noise; returns its date."""
    recording = folder.parent / "one_hour.wav"
    with soundfile.SoundFile(recording, "w", 8000, 2, "PCM_16") as file:
        for _ in range(60):
            file.write(chance.normal(0, 0.05, (8000 * 60, 2)))
    day = f"{FIRST + timedelta(days=DATES)}"
    about = {"call_id": [LONG_CALL], "status": ["scored"], "duration_s": [LONG_S], "recording": [str(recording)], "listening": [50.0]}
    sha256 = hashlib.sha256(recording.read_bytes()).hexdigest()
    write(folder, "calls", day, filled("calls", 1, about | {"sha256": [sha256], "agent_id": ["a-001"], "team": ["team 1"]}))
    starts = np.arange(600) * 6.0
    turns = {"call_id": [LONG_CALL] * 600, "turn": np.arange(600), "speaker": ["agent", "customer"] * 300, "start_s": starts}
    text = [" ".join(chance.choice(WORDS, 15)) for _ in range(600)]
    write(folder, "turns", day, filled("turns", 600, turns | {"end_s": starts + 5.5, "text": text}))
    at = np.arange(9000) * 0.4
    words = {"call_id": [LONG_CALL] * 9000, "turn": np.arange(9000) // 15, "word": chance.choice(WORDS, 9000).tolist(), "start_s": at}
    write(folder, "words", day, filled("words", 9000, words | {"end_s": at + 0.35}))
    return day


def measure(client: TestClient, name: str, path: str, repeats: int, limit_ms: float | None) -> None:
    """Print the times of one page."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        answer = client.get(path)
        times.append(1000 * (time.perf_counter() - start))
        assert answer.status_code == 200, (path, answer.status_code)
    times.sort()
    median, late = statistics.median(times), times[min(len(times) - 1, round(0.95 * len(times)))]
    limit = "" if limit_ms is None else f"{limit_ms:.0f}" + (" ok" if late < limit_ms else " OVER")
    print(f"{name:<46}{times[0]:>9.0f}{median:>9.0f}{late:>9.0f}{len(answer.content) / 1000:>9.0f}  {limit}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=40)
    asked = parser.parse_args()
    chance = np.random.default_rng(7)
    rubric = load_rubric(RubricFiles.in_folder(CONFIG, "en"))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "results"
        per_day = asked.calls // DATES
        for number in range(DATES):
            write_day(folder, rubric, FIRST + timedelta(days=number), per_day, chance)
        long_day = write_long_call(folder, chance)
        site = open_site(ReviewOptions(folder, rubric, 0))
        account = local_account(site.database)
        moment = datetime.now(UTC)
        with site.database.begin() as connection:
            done = [(FIRST + timedelta(days=number % DATES), number // DATES) for number in range(min(REVIEWED, asked.calls))]
            rows = [{"date": f"{day}", "call_id": f"{day:%Y%m%d}-{number:05d}", "account_id": account.id} for day, number in done]
            connection.execute(reviews.insert(), [row | {"blind": False, "started_at": moment, "done_at": moment} for row in rows])
        client = TestClient(create_app(site, True), base_url="http://127.0.0.1")
        client.cookies.set(COOKIE, open_session(site.database, account))
        print(f"{per_day * DATES:,} calls in {DATES} dates, {REVIEWED:,} reviewed; {platform.machine()}, times in ms")
        print(f"{'page':<46}{'fastest':>9}{'median':>9}{'95 %':>9}{'kB':>9}  limit")
        last = FIRST + timedelta(days=DATES - 1)
        pages = [
            ("queue", "/queue", 300),
            ("queue, one team, flag, weak skill", "/queue?team=team+3&flag=low_empathy&skill=empathy", 300),
            ("queue, lowest overall of all, page 20", "/queue?show=all&sort=overall&page=20", 300),
            ("queue, one week, not reviewed", f"/queue?from={last - timedelta(days=6)}&status=new", 300),
            ("refused and failed", "/unscored", 300),
            ("a call", f"/call/{last}/{last:%Y%m%d}-00007", 1000),
            ("a call of one hour, 9,000 words", f"/call/{long_day}/{LONG_CALL}", 1000),
            ("search: two words, all dates", "/search?words=refund+router", None),
            ("search: a behaviour, all dates", "/search?behaviour=apology", None),
            ("agent's trend", "/agents/a-001", None),
            ("team's trend", "/teams/team%201", None),
        ]
        measure(client, "queue, first opening after a night", "/queue", 1, None)
        for name, path, limit_ms in pages:
            measure(client, name, path, asked.repeats, limit_ms)
        start = time.perf_counter()
        while client.get(f"/peaks/{long_day}/{LONG_CALL}").status_code == 202:
            time.sleep(0.05)
        print(f"{'first opening: review copy and peaks of one hour':<46}{1000 * (time.perf_counter() - start):>12.0f}")
        measure(client, "peaks of one hour, again", f"/peaks/{long_day}/{LONG_CALL}", asked.repeats, None)
        site.media.close()


if __name__ == "__main__":
    main()
