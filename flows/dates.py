"""Business dates: the day that a run works for, the days of a range, and recordings that lie in folders by day."""

from collections.abc import Iterator
from datetime import date as Date
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flows.errors import UsageError
from flows.settings import CatchUp, InputSettings

PLACEHOLDER = "{date}"
"""In a place of recordings: stands for the business date, YYYY-MM-DD."""


def business_date(moment: datetime, settings: InputSettings) -> Date:
    """The business date that a run starting at `moment` (with a time zone) works for.

    The local date by the wall clock, or the one before where the local hour is under `day_begins_h`. Days with a change to or from
    daylight saving need no care: only the wall clock counts.
    """
    local = moment.astimezone(ZoneInfo(settings.time_zone))
    return local.date() - timedelta(days=1 if local.hour < settings.day_begins_h else 0)


def due_nights(scheduled: datetime, now: datetime, last_done: Date | None, settings: InputSettings, catch_up: CatchUp) -> list[Date]:
    """The business dates that a run which was due at `scheduled` and runs `now` works for, oldest first; the last is tonight's.

    A run that starts days late works for the night that is due by now. Nights between `last_done`, the last one that was worked for, and
    tonight were missed: `all` of them are made up for, the `latest` only, or none (`skip`). Before the first night nothing was missed.
    """
    zone = ZoneInfo(settings.time_zone)
    late_days = (now.astimezone(zone).replace(tzinfo=None) - scheduled.astimezone(zone).replace(tzinfo=None)) // timedelta(days=1)
    tonight = business_date(scheduled, settings) + timedelta(days=max(0, late_days))
    missed = [] if last_done is None else [tonight - timedelta(days=days) for days in range((tonight - last_done).days - 1, 0, -1)]
    return [*{"all": missed, "latest": missed[-1:], "skip": []}[catch_up], tonight]


def place_of(recordings: str, date: Date) -> str:
    """Where the recordings of a date are."""
    return recordings.replace(PLACEHOLDER, f"{date:%Y-%m-%d}")


def date_range(dates: str) -> Iterator[Date]:
    """The days of `A..B`, both included, or of one day. Raises UsageError where these are no dates, or B lies before A."""
    first, apart, last = dates.partition("..")
    day, end = day_in(dates, first), day_in(dates, last if apart else first)
    if end < day:
        raise UsageError(f"{dates!r} ends before it begins")
    while day <= end:
        yield day
        day += timedelta(days=1)


def day_in(dates: str, day: str) -> Date:
    """One end of the range `dates`. Raises UsageError where it is no date."""
    try:
        return Date.fromisoformat(day)
    except ValueError as error:
        raise UsageError(f"{dates!r} are no dates such as 2026-03-01..2026-03-31: {error}") from error
