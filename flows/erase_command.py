"""`rapport erase` and `rapport hold`: calls taken out of the results and of the reviews, and calls that must not be."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from flows.erasing import RECEIPTS, erase_call, erase_customer, erase_older, known_dates
from flows.errors import ResultsError, UsageError
from flows.holds import holds, put_on_hold, release_hold
from flows.lock import exclusive
from flows.settings import find_config, load_settings
from flows.store import Store


def erase_calls(results: str, call_id: str | None, customer: str | None, older_than: int | None, asked_for: Path | None) -> int:
    """Erase one call, those of a customer or all older ones, and print which. Always 0; UsageError where not one of these is named."""
    if sum(named is not None for named in (call_id, customer, older_than)) != 1:
        raise UsageError("name one call id, or --customer ID, or --older-than DAYS")
    store, console = Store(results), Console()
    with exclusive(store):
        if call_id is not None:
            receipt = erase_call(store, call_id)
        elif customer is not None:
            receipt = erase_customer(store, customer)
        else:
            zone = ZoneInfo(load_settings(find_config(asked_for)).input.time_zone)
            receipt = erase_older(store, older_than or 0, datetime.now(zone).date())
    for each in receipt.calls:
        console.print(Text(f"Erased {each.call_id} of {each.date}"), soft_wrap=True)
    for each in receipt.held:
        console.print(Text(f"Kept {each.call_id} of {each.date}: it is on legal hold"), soft_wrap=True)
    untouched = "Recordings, and backups of the results, are not touched."
    console.print(Text(f"{len(receipt.calls)} calls erased from {store.url}. {untouched}"), soft_wrap=True)
    if receipt.calls:
        console.print(Text(f"Receipt: {store.url}/{RECEIPTS}/{receipt.id}.json"), soft_wrap=True)
    return 0


def hold_call(results: str, call_id: str | None, release: bool) -> int:
    """Put a call on legal hold, release it, or, where none is named, list the held ones. Always 0."""
    store, console = Store(results), Console()
    if call_id is None:
        if release:
            raise UsageError("name the call to release")
        for hold in holds(store):
            console.print(Text(f"{hold.call_id}  since {hold.since:%Y-%m-%d %H:%M} UTC, by {hold.by}"), soft_wrap=True)
        return 0
    with exclusive(store):
        if release:
            release_hold(store, call_id)
            console.print(Text(f"Call {call_id} is no longer on hold."), soft_wrap=True)
            return 0
        dates = known_dates(store, call_id)
        if not dates:
            raise ResultsError(f"{store.url} holds no call {call_id}; call ids stand in the column call_id of the table calls")
        put_on_hold(store, call_id)
    console.print(Text(f"Call {call_id} of {', '.join(dates)} is on legal hold: nothing erases it."), soft_wrap=True)
    return 0
