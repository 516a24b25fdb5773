"""Speed, word errors and word times of the transcription stage against faster-whisper used as it comes, on the same audio.

    python -m benchmarks.transcription                     examples, simulated calls, LibriSpeech clean and as a telephone hears it
    python -m benchmarks.transcription --sets examples     one set; --quick takes every fourth item
    python -m benchmarks.transcription --nobody            ten minutes each of music, noise, ringing and silence
    python -m benchmarks.transcription --memory            peak memory of a 60-minute call, growth over 200 calls
    python -m benchmarks.transcription --vocabulary        names in the example calls, without and with them as hotwords

Speed is seconds of call per second. "wall" is measured over all worker processes of a way and means something on an idle
machine only; "core" is seconds of call per second of processor time, which a busy machine changes less. Loading the model,
decoding the file and measuring are not counted; Rapport's rows count levels and voice activity of each channel, as the
peers' rows do that use a voice activity network. Everything runs on the CPU with int8. Settings were tuned on other calls
(benchmarks/scripts/dev-*) and on LibriSpeech's speakers at even positions in sorted order; only the other speakers are counted here.
"""

import argparse
import difflib
import multiprocessing
import os
import re
import tempfile
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing.synchronize import Barrier
from pathlib import Path

import numpy as np
import soundfile
from pydantic import TypeAdapter

from audio.frames import channel_frames
from audio.measure import measure
from audio.measures import Measures
from audio.recording import open_recording
from audio.settings import AudioSettings
from benchmarks.word_errors import word_errors
from simulation.truth import Truth
from transcription.settings import TranscriptionSettings
from transcription.transcript import Transcript
from transcription.weights import resolve_weights

ROOT = Path(__file__).parents[1]
LIBRISPEECH = ROOT.parent / "shared/data/asr/librispeech_other"
CACHE = Path(tempfile.gettempdir()) / "rapport-benchmark"
SIDES = ("agent", "customer")


@dataclass(frozen=True)
class Item:
    """A recording with what was said in it: text per channel, and words with times where they are known."""

    path: Path
    duration_s: float
    said: tuple[str, ...]  # per channel
    words: tuple[tuple[tuple[str, float, float | None], ...], ...]  # per channel: word, start, end; end None where unknown
    measures: Measures


@dataclass(frozen=True)
class Written:
    """What a way wrote for one item: per channel, words with their times; and the processor time it took."""

    words: tuple[tuple[tuple[str, float, float], ...], ...]
    cpu_s: float


@dataclass(frozen=True)
class Way:
    """One way of using a recogniser."""

    name: str
    processes: int
    threads: int
    options: tuple[tuple[str, object], ...]  # of faster-whisper's transcribe; empty for Rapport
    batched: bool = False


WAYS = (
    Way("faster-whisper as its README shows, 1 process x 2 threads", 1, 2, (("beam_size", 5),)),
    Way("the same, 2 processes x 1 thread", 2, 1, (("beam_size", 5),)),
    Way("2 processes, beam 1", 2, 1, (("beam_size", 1),)),
    Way("2 processes, VAD, beam 1", 2, 1, (("beam_size", 1), ("vad_filter", True), ("language", "en"))),
    Way("2 processes, BatchedInferencePipeline, beam 1", 2, 1, (("beam_size", 1), ("batch_size", 8), ("language", "en")), True),
    Way("Rapport, 2 processes x 1 thread", 2, 1, ()),
)

NAMES = ("Marisol", "Priya", "Brooks", "Ward", "Wave Energy", "City Water", "Harbor", "Skyline Mobile")
"""Names of agents, companies and callers in the example calls, as a QA team would list its own."""

_worker: dict = {}  # what a worker process holds: its way and the loaded model


def settings() -> tuple[AudioSettings, TranscriptionSettings]:
    """The packaged defaults."""
    table = tomllib.loads((ROOT / "config/default.toml").read_text())
    return TypeAdapter(AudioSettings).validate_python(table["audio"]), TypeAdapter(TranscriptionSettings).validate_python(
        table["transcription"]
    )


def calls(folder: Path) -> list[Item]:
    """Simulated calls of a folder, each with its truth beside it."""
    items = []
    for truth_path in sorted(folder.glob("*.truth.json")):
        stem = truth_path.name.removesuffix(".truth.json")
        path = next(each for each in sorted(folder.glob(f"{stem}.*")) if each.suffix != ".json")
        truth = TypeAdapter(Truth).validate_json(truth_path.read_bytes())
        lines = [[line for line in truth.lines if line.speaker == side] for side in SIDES]
        said = tuple(" ".join(line.text for line in side) for side in lines)
        words = tuple(tuple((word.word, word.start_s, word.end_s) for line in side for word in line.words) for side in lines)
        items.append(_item(path, said, words))
    return items


def simulated_calls() -> list[Item]:
    """The scripted calls that nothing was tuned on, rendered once; needs the extra `simulate`."""
    from simulation.render import simulate

    folder = CACHE / "heldout"
    for script in sorted((ROOT / "benchmarks/scripts").glob("heldout-*.toml")):
        if not list(folder.glob(f"{tomllib.loads(script.read_text())['call_id']}.truth.json")):
            simulate(script, folder)
    return calls(folder)


def librispeech(telephone: bool) -> list[Item]:
    """Clips of the speakers that nothing was tuned on, each as channel 0 of a recording; as 8 kHz mu-law if `telephone`."""
    rows = [line.split("\t") for line in (LIBRISPEECH / "references.tsv").read_text().splitlines()[1:]]
    speakers = sorted({row[0].split("-")[0] for row in rows})
    folder = CACHE / ("librispeech-telephone" if telephone else "librispeech")
    folder.mkdir(parents=True, exist_ok=True)
    items = []
    for name, _, text in rows:
        if name.split("-")[0] not in speakers[1::2]:
            continue
        path = folder / f"{Path(name).stem}.wav"
        samples, rate = soundfile.read(LIBRISPEECH / name, dtype="float32")
        if telephone:
            import librosa

            samples, rate = librosa.resample(samples, orig_sr=rate, target_sr=8000), 8000
        other = np.random.default_rng(0).normal(0.0, 3e-4, len(samples))
        soundfile.write(path, np.stack([samples, other], axis=1), rate, subtype="ULAW" if telephone else "PCM_16")
        items.append(_item(path, (text,), ((),)))
    return items


def _item(path: Path, said: tuple[str, ...], words: tuple) -> Item:
    with open_recording(path) as recording:
        measures = measure(recording, settings()[0], agent_channel=0)
        return Item(path, recording.duration_s, said, words, measures)


def _start_worker(way: Way, hotwords: tuple[str, ...], first: Item, ready: Barrier) -> None:
    """Load the model and use it once; the clock starts when every worker has."""
    weights = resolve_weights("base", CACHE)
    if way.options:
        from faster_whisper import BatchedInferencePipeline, WhisperModel

        model = WhisperModel(str(weights.folder), device="cpu", compute_type="int8", cpu_threads=way.threads)
        _worker["model"] = BatchedInferencePipeline(model) if way.batched else model
    else:
        from transcription.whisper import WhisperEngine

        ours = settings()[1]
        ours = replace(
            ours,
            model=replace(ours.model, device="cpu", threads=way.threads),
            vocabulary=replace(ours.vocabulary, hotwords=hotwords or ours.vocabulary.hotwords),
        )
        _worker["model"], _worker["speech"] = WhisperEngine(weights, ours), settings()[0].speech
    _worker["way"] = way
    _work(first)
    ready.wait()


def _work(item: Item) -> Written:
    channels = range(len(item.said))
    with open_recording(item.path) as recording:
        if not _worker["way"].options:
            started = time.process_time()
            for channel in channels:
                channel_frames(recording, channel, _worker["speech"])
            transcript = _worker["model"].transcribe(recording, item.measures, {SIDES[channel]: channel for channel in channels})
            return Written(tuple(words_of(transcript, SIDES[channel]) for channel in channels), time.process_time() - started)
        samples = [recording.read(channel) for channel in channels]
    started = time.process_time()
    written = []
    for each in samples:
        segments, _ = _worker["model"].transcribe(each, word_timestamps=True, **dict(_worker["way"].options))
        written.append(tuple((word.word.strip(), word.start, word.end) for segment in segments for word in segment.words or ()))
    return Written(tuple(written), time.process_time() - started)


def words_of(transcript: Transcript, side: str) -> tuple[tuple[str, float, float], ...]:
    """One side's words in time order."""
    words = [word for turn in transcript.turns if turn.speaker == side for word in turn.words]
    return tuple((word.word, word.start_s, word.end_s) for word in sorted(words, key=lambda word: word.start_s))


def run(way: Way, items: Sequence[Item], hotwords: tuple[str, ...] = ()) -> tuple[float, list[Written]]:
    """Wall seconds of a way over all items, without loading its model, and what it wrote."""
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(way.processes + 1)
    with context.Pool(way.processes, _start_worker, (way, hotwords, items[0], ready)) as pool:
        ready.wait()
        started = time.perf_counter()
        written = pool.map(_work, items, chunksize=1)
        return time.perf_counter() - started, written


def start_errors_s(items: Sequence[Item], written: Sequence[Written]) -> np.ndarray:
    """Written minus true start of every word that was written as it was said, where the truth has times."""
    errors = []
    for item, wrote in zip(items, written, strict=True):
        for truth, words in zip(item.words, wrote.words, strict=True):
            plain = [[re.sub(r"[^a-z']", "", word[0].lower()) for word in side] for side in (truth, words)]
            matcher = difflib.SequenceMatcher(None, *plain, autojunk=False)
            for block in matcher.get_matching_blocks():
                errors += [words[block.b + n][1] - truth[block.a + n][1] for n in range(block.size) if plain[0][block.a + n]]
    return np.array(errors)


def row(name: str, items: Sequence[Item], wall_s: float, written: Sequence[Written]) -> str:
    """One line of the table."""
    duration_s = sum(item.duration_s for item in items)
    errors = word_errors(
        [text for item in items for text in item.said],
        [" ".join(word[0] for word in side) for wrote in written for side in wrote.words],
    )
    starts = start_errors_s(items, written)
    timing = f"{np.mean(np.abs(starts) <= 0.2):7.1%}" if len(starts) else "      -"
    cpu_s = sum(wrote.cpu_s for wrote in written)
    return f"{name:<58} {duration_s / wall_s:6.1f} {duration_s / cpu_s:6.1f} {errors.rate:7.2%} {errors.words:6d} {timing}"


def compare(name: str, items: Sequence[Item], ways: Sequence[Way]) -> None:
    """Print the table of one set."""
    duration_s = sum(item.duration_s for item in items)
    print(f"\n{name}: {len(items)} recordings, {duration_s / 60:.1f} minutes")
    print(f"{'':<58} {'wall':>6} {'core':>6} {'WER':>7} {'words':>6} {'<0.2 s':>7}")
    for way in ways:
        wall_s, written = run(way, items)
        print(row(way.name, items, wall_s, written), flush=True)


def vocabulary() -> None:
    """Print how often names are written as they were said, without and with them as hotwords."""
    items = calls(ROOT / "examples/calls")
    said = " ".join(text for item in items for text in item.said)
    print(f"\nNames in the example calls ({len(NAMES)} of them, said {sum(said.count(name) for name in NAMES)} times)")
    for label, hotwords in (("without", ()), ("as hotwords", NAMES)):
        wall_s, written = run(WAYS[-1], items, hotwords)
        text = " ".join(word[0] for wrote in written for side in wrote.words for word in side)
        found = sum(text.count(name) for name in NAMES)
        print(row(f"{label}: written {found} times", items, wall_s, written), flush=True)


def main() -> None:
    sets = {
        "examples": lambda: calls(ROOT / "examples/calls"),
        "simulated": simulated_calls,
        "librispeech": lambda: librispeech(telephone=False),
        "telephone": lambda: librispeech(telephone=True),
    }
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=sets, default=list(sets))
    parser.add_argument("--quick", action="store_true", help="every fourth item")
    parser.add_argument("--ways", type=int, nargs="+", choices=range(len(WAYS)), default=list(range(len(WAYS))))
    parser.add_argument("--nobody", action="store_true", help="music, noise, ringing, silence")
    parser.add_argument("--memory", action="store_true", help="a 60-minute call, and 200 calls")
    parser.add_argument("--vocabulary", action="store_true", help="names without and with hotwords")
    chosen = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"  # of the workers; each way sets CTranslate2's threads itself
    if chosen.vocabulary:
        vocabulary()
        return
    if chosen.nobody or chosen.memory:
        from benchmarks import transcription_limits

        if chosen.nobody:
            transcription_limits.nobody_speaks()
        if chosen.memory:
            transcription_limits.memory()
        return
    for name in chosen.sets:
        if name in ("librispeech", "telephone") and not LIBRISPEECH.is_dir():
            print(f"\n{name}: skipped, {LIBRISPEECH} is absent")
            continue
        items = sets[name]()[:: 4 if chosen.quick else 1]
        compare(f"{name}, every fourth" if chosen.quick else name, items, [WAYS[number] for number in chosen.ways])


if __name__ == "__main__":
    main()
