"""What another system is told of a run, by a real request."""

import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from flows import webhook
from flows.plan import CallResult


@pytest.fixture
def listening():
    """An address, and what was posted to it; `answers` are the statuses it gives, one after the other."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(answers.pop(0) if answers else 204)
            self.end_headers()

        def log_message(self, *_):
            pass

    posted, answers = [], []
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hook?token=secret", posted, answers
        server.shutdown()
        thread.join()


def test_messages_name_counts_and_calls(listening, make_calls, tmp_path, run):
    url, posted, _ = listening
    calls = make_calls(1)
    (calls.folder / "broken.wav").write_bytes(b"")
    summary = run(calls, tmp_path / "results", night="2026-03-01")
    flagged = (CallResult("call-000", "scored", 30.0, 1.0, None, ("churn_risk",)),)
    told = replace(summary, tally=replace(summary.tally, flagged_calls=flagged))
    assert webhook.post(url, webhook.run_finished(told, "/results")) is None
    assert webhook.post(url, webhook.calls_flagged(told, "/results")) is None
    finished, flags = posted
    assert (finished["event"], finished["night"], finished["dates"]) == ("run_finished", "2026-03-01", ["2026-03-01"])
    assert (finished["seen"], finished["scored"], finished["failed"]) == (2, 1, 1)
    assert finished["failed_calls"] == [{"call_id": "broken", "reason": "empty_file"}]
    assert finished["text"] == "Rapport: 2 calls, 1 scored, 0 refused, 1 failed, 0 skipped"
    assert flags["calls"] == [{"call_id": "call-000", "flags": ["churn_risk"]}] and flags["flagged"] == 1
    assert webhook.calls_flagged(replace(summary, tally=replace(summary.tally, flagged_calls=())), "/results") is None


def test_an_address_that_recovers_is_told_and_one_that_refuses_is_left_alone(listening, monkeypatch):
    url, posted, answers = listening
    monkeypatch.setattr(webhook, "WAIT_S", 0.0)
    answers[:] = [503, 500, 200]
    assert webhook.post(url, {"n": 1}) is None and len(posted) == 3
    answers[:] = [404]
    assert webhook.post(url, {"n": 2}) == "status 404" and len(posted) == 4
    answers[:] = [503, 503, 503]
    assert webhook.post(url, {"n": 3}) == "status 503"
    assert webhook.post("http://127.0.0.1:9/hook?token=secret", {"n": 4}) == "ConnectError"
