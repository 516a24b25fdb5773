from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from flows.dates import business_date, date_range, due_nights, place_of
from flows.errors import UsageError
from flows.settings import load_settings


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-02T02:00+01:00", "2026-03-01"),  # the nightly run: yesterday's calls
        ("2026-03-02T05:59+01:00", "2026-03-01"),
        ("2026-03-02T06:00+01:00", "2026-03-02"),  # somebody at work in the morning
        ("2026-03-02T23:30+01:00", "2026-03-02"),
        ("2026-03-29T00:59:59+00:00", "2026-03-28"),  # 01:59:59, the clock goes forward next
        ("2026-03-29T01:00+00:00", "2026-03-28"),  # 03:00, an hour was left out
        ("2026-03-29T04:00+00:00", "2026-03-29"),  # 06:00 of the new time
        ("2026-10-25T00:30+00:00", "2026-10-24"),  # 02:30 for the first time
        ("2026-10-25T01:30+00:00", "2026-10-24"),  # 02:30 for the second time
        ("2026-10-25T04:59+00:00", "2026-10-24"),  # 05:59
        ("2026-10-25T05:00+00:00", "2026-10-25"),
        ("2026-12-31T23:30-05:00", "2026-12-31"),  # 05:30 of the new year in Berlin
    ],
)
def test_business_dates_by_the_wall_clock_of_berlin(moment, expected):
    settings = replace(load_settings().input, time_zone="Europe/Berlin", day_begins_h=6)
    assert business_date(datetime.fromisoformat(moment), settings) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("scheduled", "now", "last_done", "catch_up", "expected"),
    [
        ("2026-03-06T02:00", "2026-03-06T02:00", None, "all", ["05"]),  # the first night ever
        ("2026-03-06T02:00", "2026-03-06T02:01", "04", "all", ["05"]),
        ("2026-03-06T02:00", "2026-03-06T02:01", "05", "all", ["05"]),  # once more
        ("2026-03-06T02:00", "2026-03-06T02:01", "07", "all", ["05"]),  # somebody was ahead of time
        ("2026-03-06T02:00", "2026-03-06T02:01", "01", "all", ["02", "03", "04", "05"]),
        ("2026-03-06T02:00", "2026-03-06T02:01", "01", "latest", ["04", "05"]),
        ("2026-03-06T02:00", "2026-03-06T02:01", "01", "skip", ["05"]),
        ("2026-03-04T02:00", "2026-03-06T10:00", "01", "all", ["02", "03", "04", "05"]),  # starts two days late
        ("2026-03-04T02:00", "2026-03-06T01:59", "01", "all", ["02", "03", "04"]),  # the third night is not due yet
        ("2026-03-04T02:00", "2026-03-06T10:00", "01", "skip", ["05"]),
        ("2026-03-27T02:30", "2026-03-30T02:30", "26", "all", ["27", "28", "29"]),  # the clock went forward on the 29th at 02:00
    ],
)
def test_nights_that_are_due(scheduled, now, last_done, catch_up, expected):
    settings = replace(load_settings().input, time_zone="Europe/Berlin", day_begins_h=6)
    zone = ZoneInfo("Europe/Berlin")
    scheduled, now = (datetime.fromisoformat(moment).replace(tzinfo=zone) for moment in (scheduled, now))
    done = None if last_done is None else date(2026, 3, int(last_done))
    assert [f"{day:%d}" for day in due_nights(scheduled, now, done, settings, catch_up)] == expected


def test_ranges_of_dates():
    assert list(date_range("2026-02-27..2026-03-01")) == [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)]
    assert list(date_range("2026-02-27")) == [date(2026, 2, 27)]
    for wrong in ("2026-02-30", "..2026-01-01", "2026-01-02..2026-01-01", "yesterday"):
        with pytest.raises(UsageError):
            list(date_range(wrong))


def test_places_by_date():
    assert place_of("s3://calls/{date}/", date(2026, 3, 1)) == "s3://calls/2026-03-01/"
    assert place_of("/calls", date(2026, 3, 1)) == "/calls"
