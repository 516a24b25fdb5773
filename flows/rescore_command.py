"""`rapport rescore`: the present rubric over stored transcripts and measures, with a diff of scores."""

from collections.abc import Sequence
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
        rescored = list(rescore(store, tools, chosen, lambda: progress.advance(bar)))
    _show(console, rescored)
    console.print(f"Rubric {tools.rubric.fingerprint}; tables: {store.url}", highlight=False, soft_wrap=True)
    return 0


def _show(console: Console, rescored: Sequence[Rescored]) -> None:
    changed = [each for each in rescored if any(getattr(each.before, skill) != getattr(each.after, skill) for skill in SKILLS)]
    changed.sort(key=lambda each: (-abs(each.change("overall") or 0.0), each.after.call_id))
    if changed:
        table = Table("date", "call", *SKILLS, "band", box=None, pad_edge=False, header_style="bold")
        for each in changed[:MOST_ROWS]:
            table.add_row(each.date, Text(each.after.call_id), *(_step(each, skill) for skill in SKILLS), _band(each))
        console.print(table)
    if len(changed) > MOST_ROWS:
        console.print(f"… and {len(changed) - MOST_ROWS} calls that changed less.")
    console.print(f"{len(rescored)} calls scored again, {len(changed)} changed.", highlight=False)
    for skill in SKILLS:
        changes = [change for each in rescored if (change := each.change(skill)) is not None]
        if any(changes):
            console.print(f"  {skill}: {mean(changes):+.1f} on average, {min(changes):+.0f} to {max(changes):+.0f}", highlight=False)


def _step(each: Rescored, skill: str) -> str:
    before, after = (score_text(getattr(row, skill)).plain for row in (each.before, each.after))
    return after if before == after else f"{before} → {after}"


def _band(each: Rescored) -> str:
    before, after = each.before.band or "n/a", each.after.band or "n/a"
    return after if before == after else f"{before} → {after}"
