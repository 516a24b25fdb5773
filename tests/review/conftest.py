"""A small results folder made of the example calls' ground truth, and the application over it.

The words, times and behaviours are those of the scripted calls; the scores are made up: what the pages show is tested here,
not how a call is scored.
"""

import dataclasses
import hashlib
import json
import shutil
import types
import typing
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient

from review.accounts import add_account, list_accounts, open_session
from review.app import create_app
from review.database import open_database
from review.serve import ReviewOptions, open_site
from review.web import COOKIE, Site
from scoring.rubric import Rubric, RubricFiles, load_rubric
from scoring.tables import TABLES, CallRow, EvidenceRow, OverlapRow, ScoreRow, SilenceRow, TurnRow, WordRow, to_table

ROOT = Path(__file__).parents[2]
CALLS = ROOT / "examples" / "calls"
DATE = "2026-03-02"
NASTY = "<script>document.title='broken'</script>"
"""Stands in one transcript, to be shown as text."""
SKILLS = ("listening", "empathy", "solution_focus")
UNCLEAR = "router_long_hold"
"""The call whose outcome is made unknown."""


def made(shape: type, **values: typing.Any) -> typing.Any:
    """A row with null, empty, False or zero in every column that is not given."""
    row = {}
    for field in dataclasses.fields(shape):
        optional = isinstance(field.type, types.UnionType) and types.NoneType in field.type.__args__
        empty = None if optional else [] if typing.get_origin(field.type) is list else field.type()
        row[field.name] = values.pop(field.name, empty)
    assert not values, f"{shape.__name__} has no column {', '.join(values)}"
    return shape(**row)


def rows_of_example(name: str, rubric: Rubric) -> dict[str, list]:
    """The rows of one example call, from its truth."""
    truth = json.loads(CALLS.joinpath(f"{name}.truth.json").read_text())
    about = json.loads(CALLS.joinpath(f"{name}.json").read_text())
    recording = next(path for path in CALLS.glob(f"{name}.*") if path.suffix != ".json")
    tables: dict[str, list] = {table: [] for table in TABLES if table != "runs"}
    for number, line in enumerate(truth["lines"]):
        words = line["words"] or spread(line)
        if name == "billing_poor" and number == 0:
            words[-1]["word"] = NASTY
        text = " ".join(word["word"] for word in words)
        place = {"call_id": name, "turn": number, "start_s": line["start_s"], "end_s": line["end_s"]}
        tone = {"tone": line["tone"], "tone_probability": 0.91} if line["speaker"] == "customer" else {}
        tables["turns"].append(made(TurnRow, **place, speaker=line["speaker"], text=text, words=len(words), **tone))
        tables["words"] += [made(WordRow, call_id=name, turn=number, **word, confidence=0.9) for word in words]
        for behaviour in line["behaviours"]:
            known = rubric.behaviours.get(behaviour)
            tables["evidence"].append(
                made(
                    EvidenceRow, **place, skill=known.skill if known else "customer", behaviour=behaviour, speaker=line["speaker"],
                    polarity=known.sign if known else 0, quote=text, confidence=0.84, points=known.points * known.sign if known else 0.0,
                    detector="meaning",
                )
            )  # fmt: skip
    tables["overlaps"] = [made(OverlapRow, call_id=name, **overlap) for overlap in truth["overlaps"]]
    tables["silences"] = [
        made(SilenceRow, call_id=name, start_s=hold["start_s"], end_s=hold["end_s"], kind="announced_hold", music=hold["music"])
        for hold in truth["holds"]
    ]
    scores = {skill: float(truth["intended_quality"][skill]) for skill in (*SKILLS, "overall")}
    for skill in SKILLS:
        around = {"low": max(0.0, scores[skill] - 9), "high": min(100.0, scores[skill] + 8)}
        tables["scores"].append(made(ScoreRow, call_id=name, skill=skill, criterion=skill, value=scores[skill], **around, weight=30.0))
        for behaviour in rubric.of_skill(skill):
            shown = sum(row.behaviour == behaviour.id for row in tables["evidence"])
            absent = not shown and behaviour.applies_when in ("abuse", "wait", "escalation_request")
            tables["scores"].append(
                made(
                    ScoreRow, call_id=name, skill=skill, criterion=behaviour.id, value=None if absent else 100.0 * bool(shown),
                    low=None if absent else 0.0, high=None if absent else 100.0, weight=behaviour.points, not_applicable=absent,
                    shown=shown, reason=f"no_{behaviour.applies_when}" if absent else None,
                )
            )  # fmt: skip
    poor = scores["overall"] < 50
    ends = {f"{skill}_{end}": max(0.0, min(100.0, value + by)) for skill, value in scores.items() for end, by in (("low", -9), ("high", 8))}
    tables["calls"].append(
        made(
            CallRow, **about | {"started_at": datetime.fromisoformat(about["started_at"])}, **scores, **ends, recording=str(recording),
            sha256=hashlib.sha256(recording.read_bytes()).hexdigest(), duration_s=truth["duration_s"], layout="two_channel", language="en",
            status="scored", band="poor" if poor else "good", outcome=None if name == UNCLEAR else truth["outcome"],
            customer_state=truth["customer_state"], conflict_cause=truth["conflict_cause"], agent_talk_share=truth["agent_talk_share"],
            agent_interruptions=truth["agent_interruptions"],
            flags=["low_listening", "many_interruptions"] if poor else [], control_arm=not poor, rubric=rubric.fingerprint, engine="made",
            flag_reasons=[f"Listening scored {scores['listening']:.0f}, under 50.", "The agent interrupted 3 times."] if poor else [],
            went_well="You asked an open question early on.", went_well_quote=tables["turns"][0].text,
            went_well_s=tables["turns"][0].start_s, try_next="Say back what you heard before you act.",
            try_next_s=tables["turns"][-2].start_s, try_next_wording="So you were charged twice?",
        )
    )  # fmt: skip
    return tables


def spread(line: dict) -> list[dict]:
    """Words spread evenly over a line, where the voice gave no alignment."""
    words = line["text"].split()
    length = (line["end_s"] - line["start_s"]) / max(1, len(words))
    starts = [line["start_s"] + at * length for at in range(len(words))]
    return [{"word": word, "start_s": start, "end_s": start + 0.9 * length} for word, start in zip(words, starts, strict=True)]


def write_results(folder: Path, rubric: Rubric) -> Path:
    """The results folder: every example call, one refused and one failed call."""
    tables: dict[str, list] = {}
    for path in sorted(CALLS.glob("*.truth.json")):
        for table, rows in rows_of_example(path.name.removesuffix(".truth.json"), rubric).items():
            tables.setdefault(table, []).extend(rows)
    for status, reason in (("refused", "too_short"), ("failed", "decoding")):
        text = "The recording is 3 s long; at least 10 s of speech are needed."
        tables["calls"].append(made(CallRow, call_id=f"call_{status}", status=status, reason=reason, reason_text=text, agent_id="a-117"))
    for table, rows in tables.items():
        target = folder / table / f"date={DATE}" / "part-0.parquet"
        target.parent.mkdir(parents=True)
        pq.write_table(to_table(table, rows), target)
    return folder


@pytest.fixture(scope="session")
def rubric() -> Rubric:
    return load_rubric(RubricFiles.in_folder(ROOT / "config", "en"))


@pytest.fixture(scope="session")
def results_folder(tmp_path_factory, rubric) -> Path:
    return write_results(tmp_path_factory.mktemp("results"), rubric)


PASSWORD = "a long enough password"
PEOPLE = {
    "ada": ("admin", None),
    "lena": ("qa_lead", None),
    "cora": ("coach", None),
    "carl": ("coach", None),
    "a117": ("agent", "a-117"),
    "a104": ("agent", "a-104"),
}


@pytest.fixture(scope="session")
def peopled_database(results_folder, rubric, tmp_path_factory) -> Path:
    """A database with some people in it: hashing passwords is slow on purpose, so it is done once."""
    path = tmp_path_factory.mktemp("database") / "review.sqlite"
    add_people(f"sqlite:///{path}")
    return path


def add_people(url: str) -> None:
    database = open_database(url)
    for name, (role, agent_id) in PEOPLE.items():
        add_account(database, name, role, PASSWORD, agent_id)
    database.dispose()


@pytest.fixture(scope="session")
def people_added() -> typing.Callable[[str], None]:
    """Adds the people to the database at an address."""
    return add_people


@pytest.fixture
def database_url(peopled_database, tmp_path) -> str:
    """Each test has a database of its own."""
    shutil.copy(peopled_database, tmp_path / "review.sqlite")
    return f"sqlite:///{tmp_path / 'review.sqlite'}"


@pytest.fixture
def site(results_folder, rubric, database_url) -> typing.Iterator[Site]:
    """The application's parts over the results."""
    parts = open_site(ReviewOptions(results_folder, rubric, 0, database_url=database_url))
    yield parts
    parts.media.close()
    parts.database.dispose()


@pytest.fixture
def browse(site) -> typing.Callable[[str], "Browser"]:
    """`browse("cora")` is a browser in which that person is signed in; `browse("")` one in which nobody is."""
    app = create_app(site, local_only=True)
    accounts = {account.name: account for account in list_accounts(site.database)}

    def signed_in(name: str) -> Browser:
        client = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
        if name:
            client.cookies.set(COOKIE, open_session(site.database, accounts[name]))
        return Browser(client)

    return signed_in


class Browser:
    """A signed-in client that sends the session's CSRF token with every form, as the pages do."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def get(self, path: str, **more: typing.Any):
        return self.client.get(path, **more)

    def csrf(self) -> str:
        page = self.client.get("/appeals").text
        return page.split('name="csrf" content="', 1)[1].split('"', 1)[0]

    def post(self, path: str, data: dict | None = None, **more: typing.Any):
        return self.client.post(path, data=(data or {}) | {"csrf": self.csrf()}, **more)

    def judge(self, path: str, **said: typing.Any):
        return self.client.post(f"/judge/{path}", json=said, headers={"x-csrf-token": self.csrf()})


@pytest.fixture(scope="session")
def made_row():
    """`made_row(CallRow, call_id="x")`: a row whose other columns are empty."""
    return made
