"""The flows beside the nightly one: missed dates, a changed rubric, retention. Thin: each calls what the command of its name calls."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from prefect import flow, get_run_logger

from flows import retention
from flows.dates import PLACEHOLDER, date_range
from flows.errors import InputError, UsageError
from flows.lock import exclusive
from flows.nightly import score_nightly
from flows.rescoring import dates_between
from flows.rescoring import rescore as rescore_dates
from flows.settings import find_config, load_settings
from flows.store import Store
from flows.tools import Tools


@flow(name="backfill", persist_result=False)
def backfill(
    recordings: str, results: str, dates: str, config: str | None = None, model: str | None = None, force: bool = False
) -> None:
    """Score the recordings of several business dates, one after the other.

    A date whose recordings cannot be listed costs that date only; the flow then fails at its end, naming these dates.

    Args:
        recordings: where the recordings of a date are, with {date} in it
        results: the results folder, a path or an fsspec URL
        dates: A..B, both included, or one date
        config: configuration folder; without it RAPPORT_CONFIG, ./config or the packaged defaults
        model: Whisper model; without it as configured
        force: score calls again that have not changed
    """
    if PLACEHOLDER not in recordings:
        raise UsageError(f"recordings is {recordings!r}; for several dates it needs {PLACEHOLDER} where the date stands")
    asked_for, without = list(date_range(dates)), []
    for date in asked_for:
        try:
            score_nightly(recordings, results, date=date, config=config, model=model, force=force)
        except InputError as error:
            get_run_logger().warning("event=date_without_recordings date=%s error=%s", date, error)
            without.append(f"{date:%Y-%m-%d}")
    if without:
        raise InputError(f"{len(without)} of {len(asked_for)} dates have no recordings that can be listed: {', '.join(without)}")


@flow(name="rescore", persist_result=False)
def rescore(results: str, dates: str | None = None, config: str | None = None) -> int:
    """Score stored transcripts and measures again with the present rubric; returns the number of calls.

    Args:
        results: the results folder, a path or an fsspec URL
        dates: A..B, both included, or one date; without it all
        config: configuration folder; without it RAPPORT_CONFIG, ./config or the packaged defaults
    """
    found = find_config(Path(config) if config else None)
    store = Store(results)
    with exclusive(store):
        calls = sum(1 for _ in rescore_dates(store, Tools(load_settings(found), found), dates_between(store, dates), lambda: None))
    get_run_logger().info("%d calls scored again", calls)
    return calls


@flow(name="enforce-retention", persist_result=False)
def enforce_retention(results: str, older_than_days: int | None = None, config: str | None = None) -> int:
    """Erase what was kept long enough by `[retention]` of the configuration; returns the number of calls erased.

    Recordings are not touched, nor are calls on legal hold.

    Args:
        results: the results folder, a path or an fsspec URL
        older_than_days: days after its business date that a call is kept; without it as configured
        config: configuration folder; without it RAPPORT_CONFIG, ./config or the packaged defaults
    """
    settings = load_settings(find_config(Path(config) if config else None))
    kept_for = settings.retention
    if older_than_days is not None and older_than_days < 1:
        raise UsageError(f"older_than_days is {older_than_days}; a call is kept for 1 day at least")
    if older_than_days is not None:
        kept_for = replace(kept_for, calls=older_than_days)
    store = Store(results)
    with exclusive(store):
        kept = retention.enforce(store, kept_for, datetime.now(ZoneInfo(settings.input.time_zone)).date())
    get_run_logger().info("event=retention erased=%d trimmed=%d held=%d", kept.erased, kept.trimmed, kept.held)
    return kept.erased
