"""A run over recordings, without Prefect: what to do, one chunk of it, and what came of it. `flows.nightly` puts tasks around these."""

import os
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flows.call import Unusable, process_call, result_of, unusable_outcome
from flows.errors import UsageError
from flows.listing import sha256_of_address
from flows.manifest import CallInput, Discovery, Problem, discover
from flows.outcome import claim, read_outcome, write_outcome
from flows.plan import CallResult, CallTask, RunPlan, plan_folder, read_chunk, read_plan, split, write_plan
from flows.pool import Worker, WorkerLost, pool_of
from flows.settings import RUNNERS, ConfigFolder, Settings, load_settings
from flows.store import SUFFIX, TEMPORARY, Store, file_name, outcome_path, written_to
from flows.tables import make_tables, mark_stale, stale_dates, write_run
from flows.tools import Tools
from flows.worker import tools_of
from scoring.tables import RunRow

COUNTS = ("seen", "scored", "refused", "failed", "skipped")
"""Columns of the ledger that balance: the first is the sum of the others."""


@dataclass(frozen=True)
class Request:
    """What a person or a deployment asks for."""

    recordings: str
    results: str
    config: ConfigFolder
    today: str  # business date that the run works for: of calls that nothing else is known of
    date: str | None = None  # business date of every call; None: each call's own
    night: str | None = None  # business date whose recordings these are, where they lie by date
    workers: int | None = None
    model: str | None = None
    runner: str | None = None
    force: bool = False


@dataclass(frozen=True)
class Tally:
    """Counts and lengths of some calls; the failed and the flagged ones are named."""

    scored: int = 0
    refused: int = 0
    failed: int = 0
    skipped: int = 0
    audio_s: float = 0.0
    compute_s: float = 0.0
    failed_calls: tuple[CallResult, ...] = ()
    flagged_calls: tuple[CallResult, ...] = ()

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.scored + other.scored, self.refused + other.refused, self.failed + other.failed, self.skipped + other.skipped,
            self.audio_s + other.audio_s, self.compute_s + other.compute_s,
            self.failed_calls + other.failed_calls, self.flagged_calls + other.flagged_calls,
        )  # fmt: skip

    @property
    def seen(self) -> int:
        return self.scored + self.refused + self.failed + self.skipped


@dataclass(frozen=True)
class RunSummary:
    """What a run did: its ledger entry, the dates it touched, and what it left alone."""

    run: RunRow
    tally: Tally
    dates: tuple[str, ...]
    ignored: int
    growing: tuple[str, ...]


@dataclass(frozen=True)
class Prepared:
    plan: RunPlan
    night: str | None
    workers: int
    started_at: datetime
    discovery: Discovery
    dates: tuple[str, ...]


def run_settings(config: ConfigFolder, workers: int | None, model: str | None, runner: str | None) -> Settings:
    """The settings of the configuration, with what was asked for instead. Raises ConfigError like `load_settings`."""
    settings = load_settings(config)
    run, transcription = settings.run, settings.transcription
    if model:
        transcription = replace(transcription, model=replace(transcription.model, name=model))
    if workers is not None:
        if workers < 0:
            raise UsageError(f"workers is {workers}; it must be 0 (as many as there are cores for) or more")
        run = replace(run, workers=workers)
    if runner:
        if runner not in RUNNERS:
            raise UsageError(f"there is no runner {runner}; there are {', '.join(RUNNERS)}")
        run = replace(run, runner=runner)
    return replace(settings, run=run, transcription=transcription)


def worker_count(settings: Settings) -> int:
    """Workers at once; workers times threads does not exceed the cores this process may use, unless that was asked for."""
    if settings.run.runner == "inline":
        return 1
    return settings.run.workers or max(1, len(os.sched_getaffinity(0)) // settings.transcription.model.threads)


def prepare(request: Request, started_at: datetime) -> Prepared:
    """Find the calls, date them, and write the plan in chunks. The caller holds the lock of the results folder.

    Raises RapportError before anything is changed where configuration, weights or recordings do not allow a run.
    """
    settings = run_settings(request.config, request.workers, request.model, request.runner)
    store = Store(request.results)
    tools = Tools(settings, request.config)
    _ = tools.fingerprints  # rubric and weights are read now, while it is still a matter of one message
    discovery = discover(request.recordings, settings.input, store.local)
    tasks = _dated(discovery.calls, request, ZoneInfo(settings.input.time_zone), store)
    with written_to(store):
        for left in ("plans", TEMPORARY):  # by runs that were killed
            store.remove(left)
    workers = worker_count(settings)
    chunks = split(tasks, settings.run.chunk_audio_s, workers)
    run_id = f"{started_at:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:6]}"
    config = None if request.config.folder is None else str(request.config.folder)
    plan = RunPlan(run_id, request.results, config, settings, request.force, len(chunks))
    dates = tuple(sorted({task.date for task in tasks}))
    with written_to(store):
        for date in dates:
            mark_stale(store, date)
        write_plan(store, plan, chunks)
    return Prepared(plan, request.night, workers, started_at, discovery, dates)


def score_chunk_calls(store: Store, run_id: str, number: int, done: Callable[[CallResult], None]) -> Tally:
    """Score the calls of one chunk; `done` is told of each.

    They run in a worker process of the run's pool, or, where the runner is `inline`, here.
    May be called again for a chunk that broke off: calls that this run has done already are counted, not done again. Raises ConfigError or
    ResultsError when no call can go on.
    """
    plan = read_plan(store, run_id)
    tools = tools_of(plan)
    tasks = read_chunk(store, run_id, number).tasks
    with written_to(store):
        if plan.settings.run.runner == "inline":
            return _tally(tasks, lambda task: process_call(task, plan, tools, store), done)
        with pool_of(plan).worker() as worker:
            return _tally(tasks, lambda task: _in_worker(worker, task, plan, tools, store), done)


def finish(prepared: Prepared, tally: Tally) -> RunSummary:
    """Make the tables of every date that was touched, or left unfinished by a run that was killed, and enter the run."""
    plan = prepared.plan
    store, tools = Store(plan.results), tools_of(plan)
    dates = tuple(sorted({*prepared.dates, *stale_dates(store)}))
    with written_to(store):
        for date in dates:
            make_tables(store, date)
    zone = ZoneInfo(plan.settings.input.time_zone)
    price = plan.settings.run.cost_per_compute_hour
    run = RunRow(
        run_id=plan.run_id,
        started_at=prepared.started_at,
        finished_at=datetime.now(UTC),
        seen=tally.seen,
        scored=tally.scored,
        refused=tally.refused,
        failed=tally.failed,
        skipped=tally.skipped,
        audio_s=tally.audio_s,
        compute_s=tally.compute_s,
        cost=tally.compute_s / 3600 * price if price else None,
        rubric=tools.rubric.fingerprint,
        engine=tools.engine_name,
        settings=tools.fingerprints.all,
        night=prepared.night,
    )
    with written_to(store):
        write_run(store, f"{prepared.started_at.astimezone(zone):%Y-%m-%d}", run)
        store.remove(plan_folder(plan.run_id))
    return RunSummary(run, tally, dates, prepared.discovery.ignored, prepared.discovery.growing)


def total(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Tally())


def _tally(tasks: Sequence[CallTask], score: Callable[[CallTask], CallResult], done: Callable[[CallResult], None]) -> Tally:
    tally = Tally()
    for task in tasks:
        result = score(task)
        named = {"failed_calls": (result,) if result.status == "failed" else (), "flagged_calls": (result,) if result.flags else ()}
        audio_s = result.audio_s if result.status == "scored" else 0.0
        tally += Tally(**{result.status: 1}, audio_s=audio_s, compute_s=result.compute_s, **named)
        done(result)
    return tally


def _in_worker(worker: Worker, task: CallTask, plan: RunPlan, tools: Tools, store: Store) -> CallResult:
    try:
        return worker.run(task)
    except WorkerLost as lost:
        problem = Unusable(Problem("failed", lost.reason, str(lost)), "worker", type(lost).__name__)
        outcome = unusable_outcome(task, plan, tools, problem, None, 0.0, 0.0)
        write_outcome(store, outcome)
        return result_of(outcome)


def _dated(calls: Sequence[CallInput], request: Request, zone: ZoneInfo, store: Store) -> list[CallTask]:
    """The business date of every call: the one asked for, else that of its start, else the one it was first scored under, else today.

    A call that was scored under another date than it belongs to leaves that date: no call is in the tables twice.
    """
    known = _known_dates(store, (call.call_id for call in calls))
    tasks = []
    for call in calls:
        its_start = call.metadata.started_at
        own = request.date or (f"{its_start.astimezone(zone):%Y-%m-%d}" if its_start else None)
        same = [day for day in known.get(call.call_id, ()) if day != own and _same_recording(store, day, call)]
        date = own or (same[0] if same else request.today)
        for day in same:
            if day != date:
                _leave(store, call.call_id, day, date)
        tasks.append(CallTask(call, date))
    return tasks


def _leave(store: Store, call_id: str, old: str, new: str) -> None:
    """Take a call out of an old date; what is stored of its recording stays, for the new one."""
    mark_stale(store, old)
    outcome = read_outcome(store, old, call_id)
    if outcome is not None and outcome.metadata.sha256 is not None:
        claim(store, outcome.metadata.sha256, new, call_id)
    store.remove(outcome_path(old, call_id))


def _known_dates(store: Store, call_ids: Iterable[str]) -> dict[str, list[str]]:
    """Dates under which these call ids have outcomes."""
    call_of = {f"{file_name(call_id)}{SUFFIX}": call_id for call_id in call_ids}
    known: dict[str, list[str]] = {}
    for folder in store.names("outcomes"):
        for name in store.names(f"outcomes/{folder}"):
            if name in call_of:
                known.setdefault(call_of[name], []).append(folder.removeprefix("date="))
    return known


def _same_recording(store: Store, date: str, call: CallInput) -> bool:
    """Whether the outcome of that date is of this very recording: the same content, or the same place where it was never read."""
    outcome = read_outcome(store, date, call.call_id)
    if outcome is None or outcome.metadata.sha256 is None:
        return outcome is not None and outcome.metadata.recording == call.recording
    try:
        return outcome.metadata.sha256 == sha256_of_address(call.recording)
    except OSError:
        return False
