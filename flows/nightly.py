"""The Prefect flow: tasks around chunks of a run. What crosses Prefect is ids, paths, counts and lengths, never a word of a call."""

import contextlib
import dataclasses
from datetime import UTC, datetime
from datetime import date as Date
from pathlib import Path
from zoneinfo import ZoneInfo

from prefect import Task, flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.runtime import flow_run
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows import artifacts, night, retention, webhook
from flows.dates import PLACEHOLDER, due_nights, place_of
from flows.errors import ConfigError, InputError, ResultsError
from flows.lock import exclusive
from flows.night import Request, RunSummary, Tally
from flows.plan import RunPlan
from flows.pool import pool_of
from flows.progress import listener
from flows.reporting import refresh_reports
from flows.settings import find_config, load_settings
from flows.store import Store, written_to
from flows.tables import last_night


@flow(name="score-nightly", persist_result=False, log_prints=False)
def score_nightly(
    recordings: str,
    results: str,
    date: Date | None = None,
    config: str | None = None,
    workers: int | None = None,
    model: str | None = None,
    runner: str | None = None,
    force: bool = False,
) -> RunSummary:
    """Score the calls of a folder, glob, manifest or fsspec URL into a results folder.

    Where recordings lie by date, nights that were missed are made up for first, as `run.catch_up` says.

    Args:
        recordings: where the recordings are; {date} stands for the business date
        results: the results folder, a path or an fsspec URL
        date: business date that every call is entered under; without it, the date of each call's start, else that of the scheduled start
        config: configuration folder; without it RAPPORT_CONFIG, ./config or the packaged defaults
        workers: worker processes; without it as configured
        model: Whisper model; without it as configured
        runner: inline, processes or dask; without it as configured
        force: score calls again that have not changed
    """
    found = find_config(Path(config) if config else None)
    settings, now = load_settings(found), datetime.now(UTC)
    store = Store(results)
    store.create()
    with exclusive(store):
        by_date = PLACEHOLDER in recordings
        done = last_night(store) if by_date and date is None else None
        last_done = Date.fromisoformat(done) if done else None
        scheduled = datetime.fromtimestamp(start.timestamp(), UTC) if (start := flow_run.scheduled_start_time) else now
        *missed, tonight = [date] if date else due_nights(scheduled, now, last_done, settings.input, settings.run.catch_up)

        def worked_for(day: Date) -> RunSummary:
            name = f"{day:%Y-%m-%d}"
            return _worked_through(
                Request(
                    recordings=place_of(recordings, day), results=results, config=found, today=name, date=name if date else None,
                    night=name if by_date else None, workers=workers, model=model, runner=runner, force=force,
                )
            )  # fmt: skip

        for day in missed:
            try:
                worked_for(day)
            except InputError as error:  # no call that day, or its recordings are gone: nothing that tonight could change
                get_run_logger().warning("event=night_missed night=%s error=%s", day, error)
        summary = worked_for(tonight)
        today = now.astimezone(ZoneInfo(settings.input.time_zone)).date()  # not the night's: a mistyped date must not erase anything
        kept = retention.enforce(store, settings.retention, today)
        get_run_logger().info("event=retention erased=%d trimmed=%d held=%d", kept.erased, kept.trimmed, kept.held)
        return summary


def _worked_through(request: Request) -> RunSummary:
    """One run: the plan, its chunks, the tables, and what is told of it. The caller holds the results folder."""
    log, store = get_run_logger(), Store(request.results)
    prepared = night.prepare(request, datetime.now(UTC))
    plan = prepared.plan
    log.info("event=run_planned run_id=%s calls=%d chunks=%d", plan.run_id, len(prepared.discovery.calls), plan.chunks)
    listener().planned(len(prepared.discovery.calls))
    summary = night.finish(prepared, _tally_of_chunks(plan, prepared.workers))
    for call in summary.tally.failed_calls:
        log.warning("event=call_failed run_id=%s call_id=%r reason=%s", plan.run_id, call.call_id, call.reason)
    counts = dataclasses.asdict(summary.run)
    log.info("event=run_finished %s", " ".join(f"{name}={counts[name]}" for name in ("run_id", "night", *night.COUNTS)))
    with written_to(store):
        refresh_reports(store, summary.dates)
    artifacts.show(summary, store)
    _tell(summary, plan)
    return summary


def _tell(summary: RunSummary, plan: RunPlan) -> None:
    """Send what the webhook is to be told; that nobody listens is no reason to lose a night."""
    if url := plan.settings.run.webhook_url:
        for message in filter(None, (webhook.run_finished(summary, plan.results), webhook.calls_flagged(summary, plan.results))):
            if wrong := webhook.post(url, message):
                get_run_logger().warning("event=webhook_failed run_id=%s message=%s error=%s", plan.run_id, message["event"], wrong)


def _may_pass(_task: Task, _run: TaskRun, state: State) -> bool:
    """Whether it makes sense to try a chunk again: a full disk may be cleared, a wrong configuration stays wrong."""
    return isinstance(state.result(raise_on_failure=False), ResultsError)


@task(name="score-chunk", cache_policy=NO_CACHE, persist_result=False, retries=2, retry_delay_seconds=5, retry_condition_fn=_may_pass)
def score_chunk(results: str, run_id: str, chunk: int) -> Tally:
    """Score one chunk of a run's calls; tried again when the results cannot be written for a while."""
    return night.score_chunk_calls(Store(results), run_id, chunk, listener().done)


def _tally_of_chunks(plan: RunPlan, workers: int) -> Tally:
    """Have every chunk scored, and count."""
    progress = artifacts.Progress(plan)
    tally = Tally()
    with contextlib.closing(pool_of(plan)) as pool, _task_runner(plan, workers) as task_runner:
        chunks = [
            task_runner.submit(score_chunk, parameters={"results": plan.results, "run_id": plan.run_id, "chunk": number})
            for number in range(plan.chunks)
        ]
        try:
            for number, chunk in enumerate(chunks, start=1):
                tally += chunk.result()
                progress.done(number)
        except BaseException:
            pool.stop()  # else leaving the task runner would wait for the chunks in work
            raise
    return tally


def _task_runner(plan: RunPlan, workers: int) -> TaskRunner:
    if plan.settings.run.runner != "dask":
        return ThreadPoolTaskRunner(max_workers=workers)
    try:
        from prefect_dask import DaskTaskRunner
    except ModuleNotFoundError as error:
        raise ConfigError(f'run.runner is dask, but {error.name} is not installed; it comes with: pip install "rapport[dask]"') from error
    if address := plan.settings.run.dask_address:
        return DaskTaskRunner(address=address)
    return DaskTaskRunner(cluster_kwargs={"n_workers": workers, "threads_per_worker": 1, "dashboard_address": None})
