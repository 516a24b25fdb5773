"""What a run shows on Prefect's pages: how far it is, what came of it, where the reports lie. Counts, ids and places only."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import httpx
from prefect import get_run_logger
from prefect.artifacts import create_link_artifact, create_progress_artifact, create_table_artifact, update_progress_artifact

from flows.night import COUNTS, RunSummary
from flows.plan import RunPlan
from flows.reporting import REPORTS
from flows.store import Store

MOST_FAILED = 1000
"""Failed calls named in the table; the counts above them are always whole."""


class Progress:
    """A progress artifact over the chunks of a run."""

    def __init__(self, plan: RunPlan) -> None:
        self._chunks, self._shown = plan.chunks, 0
        self._artifact: UUID | None = None
        with _worth_no_failure():
            self._artifact = create_progress_artifact(0.0, key="rapport-progress", description=f"Chunks done in run {plan.run_id}")

    def done(self, chunks: int) -> None:
        """Show so many chunks as done; Prefect is told of whole per cents only."""
        per_cent = 100 * chunks // self._chunks
        if self._artifact is not None and per_cent > self._shown:
            self._shown = per_cent
            with _worth_no_failure():
                update_progress_artifact(self._artifact, float(per_cent))


def show(summary: RunSummary, store: Store) -> None:
    """The run's counts and its failed calls as a table, and links to the reports of the dates it touched."""
    run = summary.run
    rows = [{"what": name, "calls": getattr(run, name), "call_id": "", "reason": ""} for name in COUNTS]
    failed = summary.tally.failed_calls[:MOST_FAILED]
    rows += [{"what": "failed", "calls": 1, "call_id": call.call_id, "reason": call.reason or ""} for call in failed]
    with _worth_no_failure():
        create_table_artifact(rows, key="rapport-calls", description=f"Run {run.run_id}, dates {', '.join(summary.dates) or 'none'}")
        for date in summary.dates:
            path = f"{REPORTS}/date={date}/index.html"
            if store.exists(path):
                address = Path(store.local, path).as_uri() if store.local else f"{store.url}/{path}"
                create_link_artifact(address, link_text=f"Report of {date}", key="rapport-report", description="In the results folder")


@contextlib.contextmanager
def _worth_no_failure() -> Iterator[None]:
    """A page that cannot be shown is no reason to lose a night."""
    try:
        yield
    except httpx.HTTPError as error:
        get_run_logger().warning("event=artifact_lost error=%s", type(error).__name__)
