"""What is exported is read back: by our own importers, which were written for the other systems' files, and by pandas."""

import dataclasses
import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from flows.cli import app
from flows.exports import call_analytics, vcon
from flows.foreign import document_facts
from flows.store import Store
from flows.tables import CALL_TABLES, read_outcome_document
from review.database import audit_log, default_url, open_database
from scoring.tables import CallRow
from transcription.importers.sniff import detect_format, import_transcript
from transcription.importers.vcon_recording import vcon_recording

DATE = "2026-03-01"


@pytest.fixture
def results(make_calls, tmp_path, run) -> Path:
    """Two scored calls, one of them with facts that other systems want, and one that failed."""
    calls = make_calls(2)
    about = {"agent_id": "a-1", "customer_id": "c-9", "started_at": "2026-03-01T09:00:00+00:00", "team": "=HYPERLINK(1)"}
    (calls.folder / "call-000.json").write_text(json.dumps(about))
    (calls.folder / "broken.wav").write_bytes(b"")
    run(calls, tmp_path / "results")
    return tmp_path / "results"


def rows_of(results: Path, call_id: str):
    return read_outcome_document(Store(results), DATE, f"{call_id}.json.gz").rows


def export(results: Path, form: str, out: Path, *more: str):
    return CliRunner().invoke(app, ["export", "--results", str(results), "--as", form, "--out", str(out), *more])


@pytest.mark.parametrize(("write", "format_name"), [(vcon, "vcon"), (call_analytics, "transcribe_call_analytics")])
def test_a_round_trip_keeps_turns_words_and_times(results, write, format_name):
    rows = rows_of(results, "call-000")
    document = json.loads(json.dumps(write(DATE, rows), allow_nan=False))
    assert detect_format(document) == format_name
    transcript, about = import_transcript(document)
    spoken = [turn for turn in rows.turns if turn.text]
    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [(turn.speaker, turn.text) for turn in spoken]
    assert [turn.start_s for turn in transcript.turns] == pytest.approx([turn.start_s for turn in spoken], abs=0.001)
    words = [word for turn in transcript.turns for word in turn.words]
    assert [word.word for word in words] == [word.word for word in rows.words]
    assert [word.end_s for word in words] == pytest.approx([word.end_s for word in rows.words], abs=0.001)
    assert [word.confidence for word in words] == pytest.approx([word.confidence for word in rows.words], abs=1e-4)
    assert transcript.language == "en" and about.duration_s == pytest.approx(rows.calls[0].duration_s, abs=0.001)


@pytest.mark.parametrize(
    ("layout", "agent_channel", "parties"),
    [
        ("two_channel", 0, [0, 1]), ("two_channel", 1, [1, 0]), ("mono", None, [[0, 1]]), ("imported", None, None),
        ("two_channel", None, None),
    ],
)  # fmt: skip
def test_a_vcon_says_who_is_on_which_channel(results, layout, agent_channel, parties):
    rows = rows_of(results, "call-000")
    call = dataclasses.replace(rows.calls[0], layout=layout, agent_channel=agent_channel)
    document = vcon(DATE, dataclasses.replace(rows, calls=(call,)))
    assert document["dialog"][0].get("parties") == parties
    assert vcon_recording(document).agent_channel == agent_channel


def test_a_vcon_knows_its_people_and_what_was_found(results):
    document = vcon(DATE, rows_of(results, "call-000"))
    again = vcon(DATE, rows_of(results, "call-000"))
    assert document["uuid"] == again["uuid"] != vcon(DATE, rows_of(results, "call-001"))["uuid"]
    assert document["parties"] == [{"role": "agent", "id": "a-1"}, {"role": "customer", "id": "c-9"}]
    assert document["dialog"][0]["start"] == "2026-03-01T09:00:00+00:00"
    findings = document["analysis"][1]["body"]
    call = rows_of(results, "call-000").calls[0]
    assert findings["call"]["overall"] == call.overall and findings["call"]["agent_emotion"] is False
    assert set(findings["call"]) == set(CallRow.__dataclass_fields__) - {"recording", "call_id"}
    assert len(findings["evidence"]) == len(rows_of(results, "call-000").evidence) > 0
    assert "wav" not in json.dumps(document) and "started_at" in findings["call"]  # where recordings lie is nobody else's matter
    _, about = import_transcript(document)
    assert (about.agent_id, about.customer_id) == ("a-1", "c-9")


def test_call_analytics_names_what_was_measured(results):
    rows = rows_of(results, "call-000")
    doubtful = next(sign.behaviour for sign in rows.evidence if sign.polarity)  # as if none of its signs were sure
    rows = dataclasses.replace(
        rows, scores=tuple(dataclasses.replace(row, shown=0) if row.criterion == doubtful else row for row in rows.scores)
    )
    call, found = rows.calls[0], call_analytics(DATE, rows)
    characteristics = found["ConversationCharacteristics"]
    talk = characteristics["TalkTime"]
    assert talk["DetailsByParticipant"]["AGENT"]["TotalTimeMillis"] == round(call.agent_talk_s * 1000)
    assert talk["TotalTimeMillis"] == pytest.approx((call.agent_talk_s + call.customer_talk_s) * 1000, abs=2)
    assert characteristics["Interruptions"]["TotalCount"] == call.agent_interruptions + call.customer_interruptions
    silent = characteristics["NonTalkTime"]
    assert sum(each["DurationMillis"] for each in silent["Instances"]) == silent["TotalTimeMillis"]
    shown = {row.criterion for row in rows.scores if row.shown}
    suspected = {sign.behaviour for sign in rows.evidence if sign.polarity and sign.behaviour not in shown}
    assert doubtful in suspected and set(found["Categories"]["MatchedCategories"]) == {sign.behaviour for sign in rows.evidence} - suspected
    assert found["Rapport"]["overall"] == call.overall and found["Rapport"]["agent_emotion"] is False


def test_what_was_not_measured_is_left_out(results):
    rows = rows_of(results, "call-000")
    unknown = {"agent_talk_s": None, "silence_s": None, "agent_interruptions": None, "agent_wpm": None, "language": None}
    rows = dataclasses.replace(rows, calls=(dataclasses.replace(rows.calls[0], **unknown),))
    found = call_analytics(DATE, rows)
    assert not {"TalkTime", "NonTalkTime", "Interruptions"} & set(found["ConversationCharacteristics"]) and "LanguageCode" not in found
    assert list(found["ConversationCharacteristics"]["TalkSpeed"]["DetailsByParticipant"]) == ["CUSTOMER"]


def test_tables_as_csv_hold_what_the_tables_hold(results, tmp_path):
    ran = export(results, "csv", tmp_path / "out")
    assert ran.exit_code == 0 and "7 tables" in ran.output
    for table in CALL_TABLES:
        stored = pq.read_table(results / table / f"date={DATE}" / "part-0.parquet", partitioning=None)
        read = pd.read_csv(tmp_path / "out" / DATE / f"{table}.csv")
        assert list(read.columns) == stored.schema.names and len(read) == stored.num_rows
    calls = pd.read_csv(tmp_path / "out" / DATE / "calls.csv", dtype_backend="pyarrow").set_index("call_id")
    stored = pd.read_parquet(results / "calls").set_index("call_id")
    assert calls.loc["call-000", "overall"] == pytest.approx(stored.loc["call-000", "overall"])
    assert calls.loc["call-000", "team"] == "'=HYPERLINK(1)"  # no spreadsheet takes it for a formula
    assert calls["agent_interruptions"].dtype == "int64[pyarrow]" and calls["agent_interruptions"].isna().sum() == 1
    assert calls.loc["call-000", "flags"] is pd.NA or calls.loc["call-000", "flags"].split("; ") == list(stored.loc["call-000", "flags"])


def test_scored_calls_only_in_a_folder_per_date_and_the_audit_log_knows(results, tmp_path):
    engine = open_database(default_url(results))
    ran = export(results, "transcribe-ca", tmp_path / "out", "--dates", DATE)
    assert ran.exit_code == 0 and "2 scored calls" in ran.output
    written = sorted(path.name for path in (tmp_path / "out" / DATE).iterdir())
    assert written == ["call-000.transcribe-ca.json", "call-001.transcribe-ca.json"]
    with engine.connect() as connection:
        (entry,) = connection.execute(sa.select(audit_log.c.action, audit_log.c.detail))
    assert tuple(entry) == ("export", f"{DATE} to {DATE} as transcribe-ca")
    engine.dispose()


@pytest.mark.parametrize("place", ["s3://bucket/x", "{tmp}/file"])
def test_a_place_that_cannot_be_written_is_said_in_a_message(results, tmp_path, place):
    (tmp_path / "file").write_text("in the way")
    ran = export(results, "vcon", Path(place.format(tmp=tmp_path)))
    assert ran.exit_code == 2 and "--out" in ran.output and "Traceback" not in ran.output


@pytest.mark.parametrize("database", ["nonsense", "sqlite:////nowhere/at/all.sqlite", "postgresql+psycopg://127.0.0.1:1/none"])
def test_a_database_that_cannot_be_opened_costs_a_message_and_no_files(results, tmp_path, database):
    ran = export(results, "csv", tmp_path / "out", "--database", database)
    assert ran.exit_code == 2 and "database" in ran.output and not (tmp_path / "out").exists()


def test_a_vcon_without_a_start_has_none_when_it_comes_back(results):
    document = vcon(DATE, rows_of(results, "call-001"))
    assert "start" not in document["dialog"][0] and document["created_at"]
    assert import_transcript(document)[1].started_at is None and document_facts(document, "x").started_at is None


def test_nothing_is_exported_into_the_results_or_of_a_date_without_calls(results, tmp_path):
    inside, elsewhere = results / "out", tmp_path / "x"
    for out, dates, said in ((inside, DATE, "lies in the results folder"), (elsewhere, "2020-01-01", "no calls of")):
        ran = export(results, "csv", out, "--dates", dates)
        assert ran.exit_code == 2 and said in ran.output and not out.exists()
    assert not (results / "review").exists()
