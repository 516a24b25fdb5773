"""A message to another system when a run is done, and when calls were flagged in it: ids, counts and codes, never a word of a call."""

import time
from typing import Any

import httpx

from flows.night import COUNTS, RunSummary

TRIES = 3
WAIT_S = 5.0
MOST_CALLS = 500
"""Calls named in one message; the counts are always whole."""


def run_finished(summary: RunSummary, results: str) -> dict[str, Any]:
    """The message that a run is done. `text` is what chat systems show of it."""
    run = summary.run
    failed = [{"call_id": call.call_id, "reason": call.reason} for call in summary.tally.failed_calls]
    return {
        "event": "run_finished",
        "text": f"Rapport: {run.seen} calls, {run.scored} scored, {run.refused} refused, {run.failed} failed, {run.skipped} skipped",
        "run_id": run.run_id,
        "night": run.night,
        "dates": summary.dates,
        **{name: getattr(run, name) for name in COUNTS},
        "audio_s": round(run.audio_s, 1),
        "compute_s": round(run.compute_s, 1),
        "failed_calls": failed[:MOST_CALLS],
        "results": results,
    }


def calls_flagged(summary: RunSummary, results: str) -> dict[str, Any] | None:
    """The message which calls this run flagged, None where it flagged none; calls that were skipped were told of before."""
    flagged = [{"call_id": call.call_id, "flags": call.flags} for call in summary.tally.flagged_calls]
    if not flagged:
        return None
    return {
        "event": "calls_flagged",
        "text": f"Rapport: {len(flagged)} calls flagged for review",
        "run_id": summary.run.run_id,
        "night": summary.run.night,
        "flagged": len(flagged),
        "calls": flagged[:MOST_CALLS],
        "results": results,
    }


def post(url: str, message: dict[str, Any]) -> str | None:
    """Post a message as JSON; what went wrong where it was not taken. Tried three times where the other side may recover."""
    wrong = None
    for again in range(TRIES):
        if again:
            time.sleep(WAIT_S)
        try:
            answer = httpx.post(url, json=message, timeout=10.0)
        except httpx.HTTPError as error:
            wrong = type(error).__name__  # its message may quote the URL, which may hold a secret
            continue
        if answer.is_success:
            return None
        wrong = f"status {answer.status_code}"
        if answer.is_client_error:
            break
    return wrong
