"""`rapport erase`: calls taken out of the results and out of the reviews."""

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from flows.erasing import erase_call, erase_older
from flows.errors import UsageError
from flows.lock import exclusive
from flows.settings import find_config, load_settings
from flows.store import Store
from review import erasing as reviewed


def erase_calls(results: str, call_id: str | None, older_than: int | None, asked_for: Path | None) -> int:
    """Erase one call or all older ones, and print which. Always 0; raises UsageError where neither or both are named."""
    if (call_id is None) == (older_than is None):
        raise UsageError("name one call id, or --older-than DAYS")
    store, console = Store(results), Console()
    with exclusive(store):
        if call_id is not None:
            erased = erase_call(store, call_id)
        else:
            zone = ZoneInfo(load_settings(find_config(asked_for)).input.time_zone)
            erased = erase_older(store, older_than or 0, datetime.now(zone).date())
    if store.local is not None:  # reviews lie beside local results only, or in a database of their own
        reviewed.erase_calls(store.local, os.environ.get("RAPPORT_REVIEW_DATABASE", ""), [(each.date, each.call_id) for each in erased])
    for each in erased:
        console.print(Text(f"Erased {each.call_id} of {each.date}"), soft_wrap=True)
    console.print(f"{len(erased)} calls erased from {store.url}. Recordings, and backups of the results, are not touched.", soft_wrap=True)
    return 0
