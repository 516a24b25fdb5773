"""A night of thousands of calls through the real command: does the ledger balance, what does orchestration cost, does it stay small?

    python -m benchmarks.night                        10,000 calls, worker processes
    python -m benchmarks.night --runner dask          the same on a temporary Dask cluster of two workers (extra `dask`)
    python -m benchmarks.night --scaling              example calls, really transcribed, on one worker and on two

The 10,000 recordings are different files of 0.6 s, whose measures and transcripts are those of the first 20 s of an example call:
everything a run does is done (listing, planning, chunks as Prefect tasks, decoding, replay, scoring, outcomes, tables, report) but for
measuring and recognising, which `benchmarks.audio_speed` and `benchmarks.transcription` measure. Chunks hold six calls, as they do
with calls of five minutes. Orchestration is the processor time of all processes, Prefect's server among them, that went into no call.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
import wave
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import psutil
import soundfile
from pydantic import TypeAdapter

from audio.intervals import clipped
from audio.measure import measure
from audio.measures import Measures
from audio.recording import open_recording, sha256_of
from flows.settings import ConfigFolder, load_settings
from flows.store import Store, measures_path
from flows.tools import Tools
from simulation.truth import Truth
from transcription.transcript import TRANSCRIPT_VERSION, Transcript, Turn, Word

ROOT = Path(__file__).parents[1]
CONFIG = ROOT / "config"
EXAMPLES = ROOT / "examples" / "calls"
EXAMPLE = EXAMPLES / "delivery_average.wav"
HEARD_S = 20.0
FIVE_MINUTES_S = 300.0
CALLS_PER_CHUNK = 6
STORED_S = 0.6
VARIANTS = 3
"""Recordings made of each example call to see how work scales."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--calls", type=int, default=10_000)
    arguments.add_argument("--runner", choices=("processes", "dask"), default="processes")
    arguments.add_argument("--speed", type=float, default=10.0, help="seconds of call that a core transcribes in a second")
    arguments.add_argument("--scaling", action="store_true", help="one worker against two on real calls")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="rapport-night-") as folder:
        if chosen.scaling:
            scaling(Path(folder))
        else:
            night(Path(folder), chosen.calls, chosen.runner, chosen.speed)


def night(folder: Path, calls: int, runner: str, speed: float) -> None:
    recordings, transcripts, results, config = (folder / name for name in ("recordings", "transcripts", "results", "config"))
    config.mkdir()
    chunk_audio_s = CALLS_PER_CHUNK * 1.0  # the plan reckons with a second of audio at least
    (config / "default.toml").write_text(f"[run]\nchunk_audio_s = {chunk_audio_s}\n[audio.health]\nleast_speech_s = 2.0\n")
    prepare(recordings, transcripts, results, config, calls)
    began, before_s = time.perf_counter(), processor_s()
    memory = score(recordings, results, config, "--model", f"replay:{transcripts}", "--runner", runner, "--workers", "2")
    wall_s, used_s = time.perf_counter() - began, processor_s() - before_s
    print(f"\n{calls} calls, runner {runner}, 2 workers: {wall_s:.0f} s")
    tables = f"{results}/{{}}/*/*.parquet"
    seen, scored, refused, failed, skipped, compute_s = duckdb.sql(
        f"SELECT seen, scored, refused, failed, skipped, compute_s FROM '{tables.format('runs')}'"
    ).fetchall()[0]
    rows, ids = duckdb.sql(f"SELECT count(*), count(DISTINCT call_id) FROM '{tables.format('calls')}'").fetchall()[0]
    files = sum(1 for _ in results.glob("calls/*/*.parquet"))
    print(f"ledger: {seen} seen = {scored} scored + {refused} refused + {failed} failed + {skipped} skipped")
    print(f"table calls: {rows} rows, {ids} different calls, {files} file(s)")
    each_s = (used_s - compute_s) / calls
    share = each_s / (FIVE_MINUTES_S / speed)
    print(
        f"orchestration: {each_s:.3f} s of a core a call beside {compute_s / calls:.3f} s in the call, "
        f"{share:.1%} of transcribing 5 minutes at {speed:g} x (at most 2 %)"
    )
    print(f"parent: peak {max(memory):.0f} MB (at most 1500); at 10, 25, 50, 75, 95 % of the run {over_time(memory)}")
    rescored(results, config, calls)


def rescored(results: Path, config: Path, calls: int) -> None:
    """All of it scored again with another rubric, from what is stored."""
    rubric = (CONFIG / "rubric.toml").read_text(encoding="utf-8")
    (config / "rubric.toml").write_text(rubric.replace("from = 70", "from = 71", 1), encoding="utf-8")
    before = duckdb.sql(f"SELECT DISTINCT rubric FROM '{results}/calls/*/*.parquet'").fetchall()
    began = time.perf_counter()
    memory = command("rescore", "--results", str(results), "--config", str(config))
    after = duckdb.sql(f"SELECT rubric, count(*) FROM '{results}/calls/*/*.parquet' GROUP BY rubric").fetchall()
    every = "all" if after[0][1] == calls and len(after) == 1 and after[0][0] not in before[0] else f"NOT all ({after})"
    print(f"\nrescore: {every} {calls} calls under the new rubric in {time.perf_counter() - began:.0f} s, one process")
    print(f"peak {max(memory):.0f} MB; at 10, 25, 50, 75, 95 % of the run {over_time(memory)}")


def over_time(memory: list[float]) -> str:
    return ", ".join(f"{memory[round(part * (len(memory) - 1))]:.0f}" for part in (0.1, 0.25, 0.5, 0.75, 0.95))


def processor_s() -> float:
    """Processor time of all processes started here and ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def prepare(recordings: Path, transcripts: Path, results: Path, config: Path, calls: int) -> None:
    """So many different recordings, with what is stored of each before it is replayed."""
    recordings.mkdir()
    measures, transcript = heard()
    prints = Tools(load_settings(ConfigFolder(config, "benchmark")), ConfigFolder(config, "benchmark")).fingerprints
    store, replayed = Store(results), Store(transcripts)
    random = np.random.default_rng(1)
    for number in range(calls):
        path = recordings / f"call-{number:05d}.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((2, 2, 8000, 0, "NONE", ""))
            file.writeframes(random.integers(-500, 500, (round(STORED_S * 8000), 2)).astype("<i2").tobytes())
        sha256 = sha256_of(path)
        store.write(measures_path(sha256, prints.measures), replace(measures, sha256=sha256))
        replayed.write(f"{sha256}.json.gz", transcript)


def heard() -> tuple[Measures, Transcript]:
    """Measures of an example call and the words of its first seconds."""
    settings = load_settings()
    with open_recording(EXAMPLE) as recording:
        measures = measure(recording, settings.audio, settings.input.agent_channel)
    truth = TypeAdapter(Truth).validate_json(EXAMPLE.with_suffix(".truth.json").read_bytes())
    lines = [line for line in truth.lines if line.end_s <= HEARD_S and line.words]
    turns = tuple(
        Turn(
            number, None, line.speaker, line.start_s, line.end_s, " ".join(word.word for word in line.words),
            tuple(Word(word.word, word.start_s, word.end_s, 0.9) for word in line.words), 0.9,
        )
        for number, line in enumerate(lines)
    )  # fmt: skip
    short = replace(
        measures,
        duration_s=HEARD_S,
        agent_speech=clipped(measures.agent_speech, 0.0, HEARD_S),
        customer_speech=clipped(measures.customer_speech, 0.0, HEARD_S),
        utterances=tuple(each for each in measures.utterances if each.end_s <= HEARD_S),
    )
    return short, Transcript(TRANSCRIPT_VERSION, "replay", "en", 1.0, turns, (), 0.9, 0.0, 0.0, None)


def score(recordings: Path, results: Path, config: Path | None, *more: str) -> list[float]:
    asked = [str(recordings), "--out", str(results), "--date", "2026-03-01", *(("--config", str(config)) if config else ()), *more]
    return command("score", *asked)


def command(*asked: str) -> list[float]:
    """Run a command of Rapport; the resident memory of its own process over time, MB."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    run = subprocess.Popen([sys.executable, "-m", "flows.cli", *asked], env=environment, stdout=subprocess.DEVNULL)
    memory: list[float] = []

    def watch() -> None:
        while run.poll() is None:
            memory.append(psutil.Process(run.pid).memory_info().rss / 1e6)
            time.sleep(0.5)

    watcher = threading.Thread(target=watch)
    watcher.start()
    status = run.wait()
    watcher.join()
    if status:
        raise SystemExit(f"rapport {asked[0]} ended with status {status}")
    return memory


def scaling(folder: Path) -> None:
    """Calls that are really measured and transcribed: seconds from the plan to the tables, on one worker and on two."""
    recordings = folder / "recordings"
    recordings.mkdir()
    for path in sorted(EXAMPLES.glob("*.truth.json")):
        call_id = path.name.removesuffix(".truth.json")
        recorded = next(each for each in EXAMPLES.glob(f"{call_id}.*") if each.suffix != ".json")
        sound, rate_hz = soundfile.read(recorded, dtype="int16")
        for cut_s in range(VARIANTS):  # begins later: another recording
            soundfile.write(recordings / f"{call_id}-{cut_s}.wav", sound[cut_s * rate_hz :], rate_hz)
    took: dict[int, float] = {}
    for workers in (1, 2):
        results = folder / f"results-{workers}"
        score(recordings, results, None, "--workers", str(workers))
        took[workers] = duckdb.sql(f"SELECT epoch(finished_at - started_at) FROM '{results}/runs/*/*.parquet'").fetchall()[0][0]
    print(f"\n{len(list(recordings.iterdir()))} calls, really transcribed: {took[1]:.0f} s on one worker, {took[2]:.0f} s on two")
    print(f"1 -> 2 workers: {took[1] / took[2]:.2f} x (at least 1.8), the workers' start and loading included")


if __name__ == "__main__":
    main()
