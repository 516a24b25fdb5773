"""The Prefect flow: tasks around chunks of a run. What crosses Prefect is ids, paths, counts and lengths, never a word of a call."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from prefect import Task, flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.runtime import flow_run
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows import night
from flows.dates import business_date, place_of
from flows.errors import ConfigError, ResultsError
from flows.lock import exclusive
from flows.night import Request, RunSummary, Tally
from flows.plan import RunPlan
from flows.pool import Pool
from flows.progress import listener
from flows.settings import find_config, load_settings
from flows.store import Store

_pools: dict[str, Pool] = {}
"""Worker processes of the runs in this process, by run id: they outlive chunks, so that each loads its model once."""


@flow(name="score-nightly", persist_result=False, log_prints=False)
def score_nightly(
    recordings: str,
    results: str,
    date: date | None = None,
    config: str | None = None,
    workers: int | None = None,
    model: str | None = None,
    runner: str | None = None,
    force: bool = False,
) -> RunSummary:
    """Score the calls of a folder, glob, manifest or fsspec URL into a results folder.

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
    day = date or business_date(flow_run.scheduled_start_time or datetime.now(UTC), load_settings(found).input)
    request = Request(
        place_of(recordings, day), results, found, f"{day:%Y-%m-%d}", f"{date:%Y-%m-%d}" if date else None, workers, model, runner, force
    )
    store = Store(results)
    store.create()
    with exclusive(store):
        prepared = night.prepare(request, datetime.now(UTC))
        plan = prepared.plan
        listener().planned(len(prepared.discovery.calls))
        tally = _worked_through(plan, prepared.workers)
        summary = night.finish(prepared, tally)
    run = summary.run
    get_run_logger().info(
        "run %s: %d seen, %d scored, %d refused, %d failed, %d skipped",
        run.run_id, run.seen, run.scored, run.refused, run.failed, run.skipped,
    )  # fmt: skip
    return summary


def _may_pass(_task: Task, _run: TaskRun, state: State) -> bool:
    """Whether it makes sense to try a chunk again: a full disk may be cleared, a wrong configuration stays wrong."""
    return isinstance(state.result(raise_on_failure=False), ResultsError)


@task(name="score-chunk", cache_policy=NO_CACHE, persist_result=False, retries=2, retry_delay_seconds=5, retry_condition_fn=_may_pass)
def score_chunk(results: str, run_id: str, chunk: int) -> Tally:
    """Score one chunk of a run's calls; tried again when the results cannot be written for a while."""
    return night.score_chunk_calls(Store(results), run_id, chunk, _pools.get(run_id), listener().done)


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


def _worked_through(plan: RunPlan, workers: int) -> Tally:
    with _pool(plan, workers) as pool, _task_runner(plan, workers) as task_runner:
        chunks = [
            task_runner.submit(score_chunk, parameters={"results": plan.results, "run_id": plan.run_id, "chunk": number})
            for number in range(plan.chunks)
        ]
        try:
            return night.total(chunk.result() for chunk in chunks)
        except BaseException:
            if pool:
                pool.stop()  # else leaving the task runner would wait for the chunks in work
            raise


@contextlib.contextmanager
def _pool(plan: RunPlan, workers: int) -> Iterator[Pool | None]:
    """The worker processes of a run on this machine, known to its chunks for as long as the block lasts."""
    if plan.settings.run.runner != "processes":
        yield None
        return
    with contextlib.closing(Pool(plan, workers)) as pool:
        _pools[plan.run_id] = pool
        try:
            yield pool
        finally:
            del _pools[plan.run_id]
