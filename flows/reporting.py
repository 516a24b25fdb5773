"""The morning after: one page on a business date, and a coaching sheet per agent, as files that need nothing but a browser."""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean
from urllib.parse import quote

import jinja2

from flows.errors import ResultsError
from flows.store import Store, file_name
from flows.tables import stored_table
from scoring.tables import CallRow

REPORTS = "reports"
SKILLS = (("listening", "Listening"), ("empathy", "Empathy"), ("solution_focus", "Solution focus"), ("overall", "Overall"))


@dataclass(frozen=True)
class AgentDay:
    """One agent's scored calls of a date, lowest overall score first."""

    agent_id: str
    calls: tuple[CallRow, ...]

    @property
    def file(self) -> str:
        return f"agent-{file_name(self.agent_id)}.html"

    @property
    def link(self) -> str:
        return quote(self.file)

    def mean(self, skill: str) -> float | None:
        """Mean of a score over the calls it applies to; None where it applies to none."""
        values = [value for call in self.calls if (value := getattr(call, skill)) is not None]
        return mean(values) if values else None

    def applies(self, skill: str) -> int:
        return sum(getattr(call, skill) is not None for call in self.calls)


def write_report(store: Store, date: str) -> list[str]:
    """Write the report of a date and its coaching sheets; the paths below the results folder, the report's first.

    Raises ResultsError where the date has no calls; an older report, which quotes calls that are gone from there, is removed.
    """
    folder = f"{REPORTS}/date={date}"
    store.remove(folder)
    calls = _calls(store, date)
    scored = sorted((call for call in calls if call.status == "scored"), key=_lowest_first)
    agents = _by_agent(scored)
    pages = jinja2.Environment(
        loader=jinja2.PackageLoader("flows"), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    pages.filters |= {"clock": _clock, "score": _score}
    about = {"date": date, "skills": SKILLS}
    sheets = {f"{folder}/{agent.file}": pages.get_template("agent.html").render(agent=agent, **about) for agent in agents}
    unscored = [call for call in calls if call.status != "scored"]
    report = pages.get_template("report.html").render(calls=calls, scored=scored, unscored=unscored, agents=agents, **about)
    for path, text in {f"{folder}/index.html": report, **sheets}.items():
        store.write_bytes(path, text.encode())
    return [f"{folder}/index.html", *sheets]


def refresh_reports(store: Store, dates: Iterable[str]) -> None:
    """Make the reports of these dates say what their tables say; a date that has no calls any more has no report."""
    for date in dates:
        with contextlib.suppress(ResultsError):
            write_report(store, date)


def latest_date(store: Store) -> str:
    """The last business date with calls. Raises ResultsError where there is none."""
    dates = store.names("calls")
    if not dates:
        raise ResultsError(f"{store.url} holds no scored calls; `rapport score RECORDINGS --out {store.url}` makes them")
    return dates[-1].removeprefix("date=")


def _calls(store: Store, date: str) -> list[CallRow]:
    file = stored_table(store, "calls", date)
    if file is None:
        raise ResultsError(f"{store.url} has no calls of {date}")
    return [CallRow(**row) for row in file.read(use_threads=False).to_pylist()]


def _by_agent(scored: Sequence[CallRow]) -> list[AgentDay]:
    """By agent id, not by score: the report is for coaching, and makes no ranking."""
    agents = sorted({call.agent_id for call in scored if call.agent_id is not None})
    return [AgentDay(agent, tuple(call for call in scored if call.agent_id == agent)) for agent in agents]


def _lowest_first(call: CallRow) -> tuple[float, str]:
    return (101.0 if call.overall is None else call.overall, call.call_id)


def _clock(time_s: float | None) -> str:
    return "–" if time_s is None else f"{int(time_s) // 60}:{int(time_s) % 60:02d}"


def _score(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.0f}"
