from datetime import UTC, datetime

import pytest

from flows.erasing import erase_call
from flows.errors import ResultsError
from flows.reporting import latest_date, refresh_reports, write_report
from flows.rescoring import rescore
from flows.settings import find_config, load_settings
from flows.store import Store
from flows.tools import Tools


def test_a_report_and_a_sheet_per_agent(make_calls, tmp_path, run):
    calls, results = make_calls(3), tmp_path / "results"
    (calls.folder / "call-000.json").write_text('{"agent_id": "b/7"}')
    (calls.folder / "call-001.json").write_text('{"agent_id": "a-1", "call_id": "<script>alert(1)</script>"}')
    (calls.folder / "broken.wav").write_bytes(b"")
    run(calls, results)
    store = Store(results)
    first, *sheets = write_report(store, latest_date(store))
    assert first == "reports/date=2026-03-01/index.html"
    assert sheets == ["reports/date=2026-03-01/agent-a-1.html", "reports/date=2026-03-01/agent-b%2F7.html"]
    report = (results / first).read_text()
    assert "4 calls: 3 scored, 1 refused or failed" in report
    assert "&lt;script&gt;alert" in report and "<script" not in report
    assert 'href="agent-b%252F7.html"' in report and report.index("a-1</a>") < report.index("b/7</a>")
    assert "the file is empty" in report
    sheet = (results / sheets[1]).read_text()
    assert "call-000" in sheet and "call-002" not in sheet and ("Went well." in sheet or "Try next." in sheet)
    erase_call(store, "call-000")
    assert not (results / "reports" / "date=2026-03-01").exists()  # it quoted the call


def test_reports_follow_the_tables(make_calls, tmp_path, run):
    """A call that moves to another date is not quoted under its old one; another rubric's scores are in the report too."""
    calls, results = make_calls(1), tmp_path / "results"
    store, sheet = Store(results), "agent-a-1.html"
    (calls.folder / "call-000.json").write_text('{"agent_id": "a-1"}')
    run(calls, results, date="2026-03-01")
    write_report(store, "2026-03-01")
    run(calls, results, date="2026-03-02")
    refresh_reports(store, ["2026-03-01", "2026-03-02"])
    assert not (results / "reports" / "date=2026-03-01").exists()
    page = results / "reports" / "date=2026-03-02" / sheet
    page.write_text("what the old rubric said")
    list(rescore(store, Tools(load_settings(), find_config(None)), ["2026-03-02"], lambda: None))
    assert "call-000" in page.read_text()


def test_a_date_without_calls(tmp_path):
    with pytest.raises(ResultsError, match="holds no scored calls"):
        latest_date(Store(tmp_path))
    with pytest.raises(ResultsError, match="no calls of 2026-03-01"):
        write_report(Store(tmp_path), f"{datetime(2026, 3, 1, tzinfo=UTC):%Y-%m-%d}")
