"""`rapport report`: the nightly report and the coaching sheets."""

from datetime import date as Date

from rich.console import Console

from flows.lock import exclusive
from flows.reporting import latest_date, write_report
from flows.store import Store


def report_results(results: str, date: Date | None) -> int:
    """Write the report of a date, without one of the last; always 0."""
    store = Store(results)
    with exclusive(store):
        first, *sheets = write_report(store, f"{date:%Y-%m-%d}" if date else latest_date(store))
    console = Console()
    console.print(f"Report: {store.url}/{first}", soft_wrap=True, highlight=False)
    console.print(f"{len(sheets)} coaching sheets beside it.", highlight=False)
    return 0
