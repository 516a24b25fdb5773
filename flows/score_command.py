"""`rapport score`: the nightly flow on this machine, with what a person wants to see."""

import contextlib
from collections.abc import Iterator
from datetime import date as Date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from flows.dates import PLACEHOLDER
from flows.errors import ServerError
from flows.listing import must_be_there
from flows.lock import exclusive
from flows.night import run_settings
from flows.plan import CallResult
from flows.progress import listening
from flows.server import prefect_server
from flows.settings import find_config
from flows.show import show_run
from flows.store import Store
from flows.tools import Tools


def score_recordings(
    recordings: str, out: str, config: Path | None, workers: int | None, date: Date | None, force: bool, model: str | None,
    runner: str | None, verbose: bool,
) -> int:  # fmt: skip
    """Run the flow and show what came of it; the exit status."""
    console = Console()
    found = find_config(config)
    console.print(f"Configuration: {found}", soft_wrap=True, highlight=False)
    with prefect_server(verbose) as server:
        _fail_early(recordings, out, Tools(run_settings(found, workers, model, runner), found))
        bar = _CallBar(console)
        with bar:
            server.wait()
            from flows.nightly import score_nightly

            folder = None if found.folder is None else str(found.folder)
            with listening(bar), _lost_server():
                summary = score_nightly(recordings, out, date, folder, workers, model, runner, force)
    show_run(console, Store(out), summary, bar.call_ids)
    return 1 if summary.run.failed else 0


def _fail_early(recordings: str, out: str, tools: Tools) -> None:
    """What the flow would find wrong, found before anything is started."""
    if PLACEHOLDER not in recordings:
        must_be_there(recordings)
    _ = tools.fingerprints
    store = Store(out)
    store.create()
    with exclusive(store):
        pass


@contextlib.contextmanager
def _lost_server() -> Iterator[None]:
    """A server that is lost on the way ends the run with a message; what was scored is kept."""
    import httpx

    try:
        yield
    except httpx.HTTPError as error:
        raise ServerError(f"Prefect's server was lost ({type(error).__name__}); the next run goes on from here") from error


class _CallBar:
    """A listener that draws a progress bar, and keeps the ids of the calls it heard of."""

    def __init__(self, console: Console) -> None:
        last = TextColumn("{task.fields[last]}", markup=False)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), last)
        self._progress = Progress(*columns, console=console, transient=True)
        self._task: TaskID = self._progress.add_task("Getting ready", total=None, last="")
        self.call_ids: set[str] = set()

    def __enter__(self) -> "_CallBar":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def planned(self, calls: int) -> None:
        self._progress.update(self._task, description="Scoring", total=calls)

    def done(self, result: CallResult) -> None:
        self.call_ids.add(result.call_id)
        self._progress.update(self._task, advance=1, last=f"{result.call_id} {result.status}")
