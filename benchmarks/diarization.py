"""Two speakers on one channel: who speaks when, who said what, who is the agent, and what it does to the scores.

    python -m benchmarks.diarization [--calls 2] [--without-networks] [--words FOLDER]

Diarization error without collar, overlap scored, speech found by the product itself, on material that no setting was chosen on. Needs the
extra `simulate` and the program flite; recordings of `../shared/data` are left out where they are absent. `--words` also scores the
example calls and recordings of the scripts with Whisper base, in two channels and in one, and the vCon recordings, keeping results in
FOLDER. `--without-networks` measures as where the networks are not installed.
"""

import argparse
import dataclasses
import statistics
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import soundfile

from audio.diarization import Diarization, diarize
from audio.frames import channel_frames
from audio.intervals import Timeline, intersection, total_s, union
from audio.networks import names, networks
from audio.recording import open_recording
from audio.settings import AudioSettings
from audio.speech import channel_speech
from benchmarks import diarization_words
from benchmarks.diarization_error import DiarizationError, diarization_error, shares
from benchmarks.diarization_material import SHARED, MonoCall, examples, labelled, mixed_down, read_aloud, same_sex, simulated
from flows.settings import load_settings

TellApart = Callable[..., Diarization]

def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--calls", type=int, default=2, help="simulated conversations, each in six conditions")
    arguments.add_argument("--words", type=Path, help="also score recordings, keeping results in this folder")
    arguments.add_argument("--without-networks", action="store_true", help="tell the voices apart without the networks")
    chosen = arguments.parse_args()
    settings = load_settings().audio
    used = None if chosen.without_networks else networks()
    print("networks:", ", ".join((names() or ()) if used else ()) or "none")
    whatever = dataclasses.replace(settings.diarization, least_separation=0.0)
    tell_apart = partial(diarize, settings=whatever, networks=used)
    print(f"{'':34} {'error':>6} {'missed':>6} {'added':>6} {'mixed':>6} {'both':>6}  % of speech; sure; refusal")
    table("simulated, mixed down", simulated(range(chosen.calls)), settings, tell_apart)
    table("example calls, mixed down", examples(), settings, tell_apart)
    table("pairs of one sex, synthetic", same_sex(), settings, tell_apart)
    table("real recordings", real(settings), settings, tell_apart)
    if (SHARED / "asr" / "librispeech_other").is_dir():
        table("conversations of people reading", read_aloud("report", settings), settings, tell_apart)
    one_voice_table(settings, tell_apart)
    if chosen.words:
        diarization_words.report(chosen.words)


def real(settings: AudioSettings) -> Iterator[MonoCall]:
    two_channels, one_channel = SHARED / "calls" / "auto_repairs_40.flac", SHARED / "diarization" / "telephone_two_speakers.wav"
    if two_channels.is_file():
        yield mixed_down(two_channels, settings)
    if one_channel.is_file():
        yield labelled(one_channel)


def table(title: str, calls: Iterable[MonoCall], settings: AudioSettings, tell_apart: TellApart) -> None:
    """One row a call; a refused one shows the error that it would have had, and is left out of the first sum."""
    scored: list[DiarizationError] = []
    every: list[DiarizationError] = []
    print(f"\n{title}")
    for call in calls:
        found = told_apart(call, settings, tell_apart)
        refused = found.separation is None or found.separation < settings.diarization.least_separation
        every.append(diarization_error(call.speech, (found.first, found.second)))
        scored += [] if refused else every[-1:]
        sure = "-" if found.separation is None else f"{found.separation:.2f}"
        print(f"  {call.name:32} {shares(every[-1])} {_both(call.speech):6.1f}  {sure} {'refused' if refused else ''}", flush=True)
    for name, errors in ((f"{len(scored)} not refused", scored), (f"all {len(every)}", every)):
        if errors:
            rates = [100.0 * each.rate for each in errors]
            print(f"  {name:32} {shares(sum(errors[1:], errors[0]))}  worst {max(rates):.1f}, median {statistics.median(rates):.1f}")


def told_apart(call: MonoCall, settings: AudioSettings, tell_apart: TellApart) -> Diarization:
    """The speakers of a call, however unsure."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "call.wav"
        soundfile.write(path, call.samples, call.rate_hz, subtype="PCM_16")
        with open_recording(path) as recording:
            read = partial(recording.read, 0)
            speech = channel_speech(channel_frames(recording, 0, settings.speech), None, read, settings.speech).speech
            return tell_apart(speech, read)


def one_voice_table(settings: AudioSettings, tell_apart: TellApart) -> None:
    """One side alone: nobody must be split in two."""
    split = []
    tried = 0
    for call in examples():
        for side, name in enumerate(("agent", "customer")):
            alone = call.samples.copy()
            kept = call.speech[side]
            for start, end in _outside(kept, call.samples.size / call.rate_hz):
                alone[round(start * call.rate_hz) : round(end * call.rate_hz)] = 0.0
            found = told_apart(MonoCall(call.name, alone, call.rate_hz, call.speech), settings, tell_apart)
            tried += 1
            split += [f"{call.name} {name}"] if (found.separation or 0.0) >= settings.diarization.least_separation else []
    print(f"\none speaker alone: {len(split)} of {tried} taken for two {split or ''}")


def _outside(kept: Timeline, duration_s: float) -> list[tuple[float, float]]:
    edges = [0.0, *(edge for each in kept for edge in (each.start_s, each.end_s)), duration_s]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _both(speech: tuple[Timeline, Timeline]) -> float:
    return 100.0 * total_s(intersection(*speech)) / total_s(union(*speech))


if __name__ == "__main__":
    main()
