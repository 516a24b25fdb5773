"""Business dates: the day that a run works for, the days of a range, and recordings that lie in folders by day."""

from collections.abc import Iterator
from datetime import date as Date
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flows.errors import UsageError
from flows.settings import InputSettings

PLACEHOLDER = "{date}"
"""In a place of recordings: stands for the business date, YYYY-MM-DD."""


def business_date(moment: datetime, settings: InputSettings) -> Date:
    """The business date that a run starting at `moment` (with a time zone) works for.

    The local date by the wall clock, or the one before where the local hour is under `day_begins_h`. Days with a change to or from
    daylight saving need no care: only the wall clock counts.
    """
    local = moment.astimezone(ZoneInfo(settings.time_zone))
    return local.date() - timedelta(days=1 if local.hour < settings.day_begins_h else 0)


def place_of(recordings: str, date: Date) -> str:
    """Where the recordings of a date are."""
    return recordings.replace(PLACEHOLDER, f"{date:%Y-%m-%d}")


def date_range(dates: str) -> Iterator[Date]:
    """The days of `A..B`, both included, or of one day. Raises UsageError where these are no dates, or B lies before A."""
    first, apart, last = dates.partition("..")
    try:
        day, end = Date.fromisoformat(first), Date.fromisoformat(last if apart else first)
    except ValueError as error:
        raise UsageError(f"{dates!r} are no dates such as 2026-03-01..2026-03-31: {error}") from error
    if end < day:
        raise UsageError(f"{dates!r} ends before it begins")
    while day <= end:
        yield day
        day += timedelta(days=1)
