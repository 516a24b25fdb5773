"""Taking calls out of the results: their outcome, words, measures and rows. Recordings belong to the recorder and are not touched."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta

from flows.errors import ResultsError
from flows.outcome import Outcome, release
from flows.reporting import REPORTS
from flows.store import SUFFIX, Store, file_name, outcomes_folder
from flows.tables import make_tables, mark_stale, stale_dates


@dataclass(frozen=True)
class Erased:
    """A call that is gone."""

    call_id: str
    date: str


def erase_call(store: Store, call_id: str) -> list[Erased]:
    """Erase a call under every date it is known. Raises ResultsError where it is known under none."""
    folders = [name.removeprefix("date=") for name in store.names("outcomes")]
    name = f"{file_name(call_id)}{SUFFIX}"
    erased = [_erase(store, date, name) for date in folders if name in store.names(outcomes_folder(date))]
    if not erased:
        raise ResultsError(f"{store.url} holds no call {call_id}; call ids stand in the column call_id of the table calls")
    _make_tables(store, [each.date for each in erased])
    return erased


def erase_older(store: Store, days: int, today: Date) -> list[Erased]:
    """Erase every call whose business date lies more than `days` days before today."""
    oldest_kept = (today - timedelta(days=min(days, today.toordinal() - 1))).isoformat()
    dates = [date for folder in store.names("outcomes") if (date := folder.removeprefix("date=")) < oldest_kept]
    erased = [_erase(store, date, name) for date in dates for name in store.names(outcomes_folder(date)) if name.endswith(SUFFIX)]
    _make_tables(store, dates)
    return erased


def _erase(store: Store, date: str, name: str) -> Erased:
    """Remove what is known of one call. The tables still have its rows until they are made anew, which the mark assures."""
    mark_stale(store, date)
    path = f"{outcomes_folder(date)}/{name}"
    outcome = store.read(path, Outcome)
    if outcome is not None and outcome.metadata.sha256 is not None:
        release(store, outcome.metadata.sha256, date, name.removesuffix(SUFFIX))
    store.remove(path)
    return Erased(outcome.metadata.call_id if outcome else name.removesuffix(SUFFIX), date)


def _make_tables(store: Store, dates: Iterable[str]) -> None:
    for date in sorted({*dates, *stale_dates(store)}):
        make_tables(store, date)
        store.remove(f"{REPORTS}/date={date}")  # quotes calls; `rapport report` makes it again from what is left
