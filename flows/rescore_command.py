"""`rapport rescore`: the present rubric over stored transcripts and measures, with a diff of scores."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from flows.lock import exclusive
from flows.rescoring import SKILLS, Rescored, dates_between, number_of_outcomes, rescore
from flows.settings import find_config, load_settings
from flows.show import MOST_ROWS, score_text
from flows.store import Store
from flows.tools import Tools


def rescore_results(results: str, dates: str | None, asked_for: Path | None) -> int:
    """Score again and print every call whose scores changed; always 0."""
    console = Console()
    config = find_config(asked_for)
    console.print(f"Configuration: {config}", soft_wrap=True, highlight=False)
    store, tools = Store(results), Tools(load_settings(config), config)
    chosen = dates_between(store, dates)
    with exclusive(store), Progress(console=console, transient=True) as progress:
        bar = progress.add_task("Scoring again", total=number_of_outcomes(store, chosen))
        summary = _summarised(rescore(store, tools, chosen, lambda: progress.advance(bar)))
    _show(console, summary)
    console.print(f"Rubric {tools.rubric.fingerprint}; tables: {store.url}", highlight=False, soft_wrap=True)
    return 0


@dataclass(frozen=True)
class _Summary:
    """What is said of all calls scored again, however many: counts, changes per skill, and the calls that changed most."""

    calls: int
    changed: int
    changes: Mapping[str, array]
    most: Sequence[Rescored]


def _summarised(rescored: Iterable[Rescored]) -> _Summary:
    calls = changed = 0
    changes = {skill: array("d") for skill in SKILLS}
    most: list[Rescored] = []
    for each in rescored:
        calls += 1
        for skill in SKILLS:
            if (change := each.change(skill)) is not None:
                changes[skill].append(change)
        if any(getattr(each.before, skill) != getattr(each.after, skill) for skill in SKILLS):
            changed += 1
            most.append(each)
        if len(most) > 10 * MOST_ROWS:
            most = _most_changed(most)
    return _Summary(calls, changed, changes, _most_changed(most))


def _most_changed(calls: Sequence[Rescored]) -> list[Rescored]:
    return sorted(calls, key=lambda each: (-abs(each.change("overall") or 0.0), each.after.call_id))[:MOST_ROWS]


def _show(console: Console, summary: _Summary) -> None:
    if summary.most:
        table = Table("date", "call", *SKILLS, "band", box=None, pad_edge=False, header_style="bold")
        for each in summary.most:
            table.add_row(each.date, Text(each.after.call_id), *(_step(each, skill) for skill in SKILLS), _band(each))
        console.print(table)
    if summary.changed > len(summary.most):
        console.print(f"… and {summary.changed - len(summary.most)} calls that changed less.")
    console.print(f"{summary.calls} calls scored again, {summary.changed} changed.", highlight=False)
    for skill, changes in summary.changes.items():
        if any(changes):
            console.print(f"  {skill}: {mean(changes):+.1f} on average, {min(changes):+.0f} to {max(changes):+.0f}", highlight=False)


def _step(each: Rescored, skill: str) -> str:
    before, after = (score_text(getattr(row, skill)).plain for row in (each.before, each.after))
    return after if before == after else f"{before} → {after}"


def _band(each: Rescored) -> str:
    before, after = each.before.band or "n/a", each.after.band or "n/a"
    return after if before == after else f"{before} → {after}"
