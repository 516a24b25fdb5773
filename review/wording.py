"""How values read on a page: times, scores, ids as words. What is unknown reads as "unknown", never as zero."""

from datetime import datetime


def clock(seconds: float | None) -> str:
    """Seconds as m:ss, or h:mm:ss from an hour on. Example: 401.4 is "6:41"."""
    if seconds is None:
        return "unknown"
    whole = int(seconds)
    hours, minutes = whole // 3600, whole % 3600 // 60
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


def plain(name: str | None) -> str:
    """An id as words. Example: "solution_focus" is "solution focus"."""
    return "unknown" if name is None else name.replace("_", " ")


def title(name: str | None) -> str:
    words = plain(name)
    return words[:1].upper() + words[1:]


def score(value: float | None) -> str:
    """A score as a whole number; "n/a" where it is not applicable."""
    return "n/a" if value is None else f"{value:.0f}"


def interval(low: float | None, high: float | None) -> str:
    """The ends of an interval. Example: "19–36"; empty where there is none."""
    return "" if low is None or high is None else f"{low:.0f}–{high:.0f}"


def number(value: float | None, unit: str = "", digits: int = 1) -> str:
    """A number with its unit. Example: "1.4 s"; "unknown" where it is not known."""
    return "unknown" if value is None else f"{value:.{digits}f}{' ' + unit if unit else ''}"


def share(value: float | None) -> str:
    return "unknown" if value is None else f"{value * 100:.0f} %"


def moment(at: datetime | None) -> str:
    """Date and time, UTC."""
    return "unknown" if at is None else f"{at:%Y-%m-%d %H:%M}"


def hour(at: datetime | None) -> str:
    return "" if at is None else f"{at:%H:%M}"
