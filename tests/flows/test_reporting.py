from datetime import UTC, datetime

import pytest

from flows.erasing import erase_call
from flows.errors import ResultsError
from flows.reporting import latest_date, write_report
from flows.store import Store


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


def test_a_date_without_calls(tmp_path):
    with pytest.raises(ResultsError, match="holds no scored calls"):
        latest_date(Store(tmp_path))
    with pytest.raises(ResultsError, match="no calls of 2026-03-01"):
        write_report(Store(tmp_path), f"{datetime(2026, 3, 1, tzinfo=UTC):%Y-%m-%d}")
