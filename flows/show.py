"""What a run looks like to the person who started it."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.night import RunSummary
from flows.store import Store
from flows.tables import read_columns

MOST_ROWS = 60
"""Longer nights show their worst calls only: nobody reads a thousand lines in a terminal."""

COLUMNS = (
    "call_id", "duration_s", "status", "reason", "reason_text", "agent_talk_share", "agent_interruptions", "listening",
    "empathy", "solution_focus", "overall", "band", "flags", "flag_reasons",
)  # fmt: skip


def show_run(console: Console, store: Store, summary: RunSummary, call_ids: set[str]) -> None:
    """The calls of a run with their scores, the flagged ones with the reason, what was refused or failed, and where it all lies."""
    calls = [call for date in summary.dates for call in read_calls(store, date) if not call_ids or call["call_id"] in call_ids]
    scored = lowest_first(call for call in calls if call["status"] == "scored")
    show_scored(console, scored)
    _show_unscored(console, [call for call in calls if call["status"] != "scored"][:MOST_ROWS])
    _show_counts(console, store, summary)


def show_scored(console: Console, scored: Sequence[dict]) -> None:
    """Scored calls, lowest first, and why some are flagged."""
    if scored:
        console.print(score_table(scored[:MOST_ROWS]))
    if len(scored) > MOST_ROWS:
        console.print(f"… and {len(scored) - MOST_ROWS} calls with higher scores.")
    show_flagged(console, [call for call in scored if call["flags"]][:MOST_ROWS])


def read_calls(store: Store, date: str) -> list[dict]:
    """The rows of the table `calls` of a date, with the columns that are shown."""
    return read_columns(store, "calls", date, list(COLUMNS)).to_pylist()


def lowest_first(calls: Iterable[dict]) -> list[dict]:
    return sorted(calls, key=lambda call: (_last(call["overall"]), call["call_id"]))


def score_table(calls: Sequence[dict]) -> Table:
    """Calls with their scores, the agent's share of the talk and the agent's interruptions, one line each; 80 columns suffice."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("call", min_width=12, overflow="ellipsis")  # gives way to the scores on narrow terminals
    for name in ("min", "listening", "empathy", "solution", "overall"):
        table.add_column(name, justify="right", no_wrap=True, min_width=len(name))
    table.add_column("band", no_wrap=True)
    table.add_column("talk", justify="right", no_wrap=True, min_width=4)
    table.add_column("cut-ins", justify="right", no_wrap=True, min_width=7)
    for call in calls:
        table.add_row(
            Text(call["call_id"], style="bold red" if call["flags"] else ""),
            _length(call["duration_s"]),
            *(score_text(call[skill]) for skill in ("listening", "empathy", "solution_focus", "overall")),
            call["band"] or "",
            "–" if call["agent_talk_share"] is None else f"{call['agent_talk_share']:.0%}",
            "–" if call["agent_interruptions"] is None else str(call["agent_interruptions"]),
        )
    return table


def show_flagged(console: Console, calls: Sequence[dict]) -> None:
    """Why calls are flagged, call by call."""
    if not calls:
        return
    console.print("\n[bold]Flagged for review[/]")
    for call in calls:
        console.print(Text(f"  {call['call_id']}", style="bold"))
        for reason in call["flag_reasons"]:
            console.print(Text(f"    {reason}"), soft_wrap=True)


def _show_unscored(console: Console, calls: Sequence[dict]) -> None:
    if not calls:
        return
    console.print("\n[bold]Not scored[/]")
    for call in calls:
        console.print(Text(f"  {call['call_id']}: {call['status']} ({call['reason']}): {call['reason_text']}"), soft_wrap=True)


def _show_counts(console: Console, store: Store, summary: RunSummary) -> None:
    run = summary.run
    console.print(
        f"\n{run.seen} calls: {run.scored} scored, {run.refused} refused, {run.failed} failed, {run.skipped} unchanged and skipped; "
        f"{summary.ignored} other files left alone.",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    if summary.growing:
        console.print(f"{len(summary.growing)} files are still being written and are left for the next run.", highlight=False)
    if run.audio_s:
        console.print(f"{run.audio_s / 60:.1f} minutes of audio in {run.compute_s / 60:.1f} minutes of processor time.", highlight=False)
    if not summary.dates:
        console.print("There is no recording and no transcript of a known format among them.")
        return
    dates = f"{summary.dates[0]} to {summary.dates[-1]}" if len(summary.dates) > 1 else "".join(summary.dates)
    place = f"{store.url}/calls/date=*/*.parquet"
    console.print(f"Parquet of {dates}: {place}, and the other tables beside it.", highlight=False, soft_wrap=True)


def score_text(value: float | None) -> Text:
    """A score 0-100 as shown; n/a where it is not applicable."""
    if value is None:
        return Text("n/a", style="dim")
    return Text(f"{value:.0f}", style="red" if value < 50 else "yellow" if value < 70 else "green")


def _length(duration_s: float | None) -> str:
    return "–" if duration_s is None else f"{int(duration_s) // 60}:{int(duration_s) % 60:02d}"


def _last(value: float | None) -> float:
    return 101.0 if value is None else value
