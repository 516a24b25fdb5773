"""How fast and how large the measuring of a two-channel call is, on one core, and what other pitch trackers would cost.

    python -m benchmarks.audio_speed [--minutes 60] [--stored pcm|mulaw|flac|mp3_24|opus16|one_channel]

A long call is put together from the example calls, one after the other, until it is long enough. Each stored form is measured in
a fresh process with one thread: processor time and the peak of memory are those of the whole process, imports and decoding
included. Targets: 150 times real time, under 300 MB for 60 minutes in two channels. `one_channel` repeats one example, both sides
mixed, since ten pairs of voices are no call; it has no target. Time is processor time, so other work on the machine moves it
little; still, run it alone. Linux only: memory is read from /proc.

The peak counts pages of libraries' files, which all workers share and the kernel takes back when it needs them; "own" is the process's
memory without them, at its end. Whether a limit is enough is shown by setting it:
`systemd-run --scope -p MemoryMax=300000000 -p MemorySwapMax=0 python -m benchmarks.audio_speed`.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import soundfile
import soxr

EXAMPLES = Path(__file__).parents[1] / "examples" / "calls"
RATE_HZ = 8000
STORED = ("pcm", "mulaw", "flac", "mp3_24", "opus16", "one_channel")
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")}
PITCH_S = 60.0


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--minutes", type=float, default=60.0, help="length of the call")
    arguments.add_argument("--stored", choices=STORED, help="one stored form only")
    arguments.add_argument("--measure", type=Path, help=argparse.SUPPRESS)  # the fresh process
    chosen = arguments.parse_args()
    if chosen.measure:
        print(json.dumps(measured(chosen.measure)))
        return
    print(f"A call of {chosen.minutes:g} minutes at {RATE_HZ} Hz, one thread (target: 150 x real time, under 300 MB)")
    print(
        f"{'stored as':>10} {'MB':>6} {'decoding s':>11} {'all s':>8} {'x real time':>12} {'peak MB':>9} {'own, end':>12} {'overlaps':>9}"
    )
    with tempfile.TemporaryDirectory() as folder:
        for stored in (chosen.stored,) if chosen.stored else STORED:
            path = write_call(chosen.minutes, stored, Path(folder))
            row = in_fresh_process(path)
            print(
                f"{stored:>10} {path.stat().st_size / 1e6:6.0f} {row['decoding_s']:11.1f} {row['all_s']:8.1f} "
                f"{row['audio_s'] / row['all_s']:12.0f} {row['peak_mb']:9.0f} {row['own_mb']:12.0f} {row['overlaps']:9d}"
            )
            path.unlink()
    pitch_table()


def write_call(minutes: float, stored: str, folder: Path) -> Path:
    """The example calls in a row, over and over, as one recording."""
    from simulation.codecs import PACKED, WAV_SUBTYPE, pack

    samples = round(minutes * 60.0 * RATE_HZ)
    examples = list(example_calls())
    if stored == "one_channel":
        examples = [max(examples, key=lambda call: call.shape[1]).mean(axis=0, keepdims=True)]
    calls = np.concatenate(examples, axis=1)
    signal = np.tile(calls, (1, -(-samples // calls.shape[1])))[:, :samples]
    if stored in PACKED:
        path = folder / f"call{PACKED[stored][0]}"
        pack(signal, RATE_HZ, stored, path)
        return path
    path = folder / ("call.flac" if stored == "flac" else "call.wav")
    soundfile.write(path, signal.T, RATE_HZ, subtype=WAV_SUBTYPE.get(stored, "PCM_16"))
    return path


def example_calls() -> Iterator[np.ndarray]:
    for path in sorted(each for each in EXAMPLES.iterdir() if each.suffix in (".wav", ".flac")):
        samples, rate_hz = soundfile.read(path, dtype="float32")
        yield soxr.resample(samples, rate_hz, RATE_HZ).T


def in_fresh_process(path: Path) -> dict:
    command = [sys.executable, "-m", "benchmarks.audio_speed", "--measure", str(path)]
    done = subprocess.run(command, env=os.environ | ONE_THREAD, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    return json.loads(done.stdout)


def measured(path: Path) -> dict:
    """Everything the flow does with a recording's waveform, in this process, whose time and memory are taken from its start."""
    from audio.conversation import analyse
    from audio.facts import NO_FACTS
    from audio.measure import measure
    from audio.recording import open_recording
    from flows.settings import load_settings

    settings = load_settings().audio
    start_s = time.process_time()
    with open_recording(path) as recording:
        decoded_s = time.process_time()
        found = analyse(measure(recording, settings, 0), NO_FACTS, settings.conversation)
        audio_s = recording.duration_s
    return {
        "audio_s": audio_s,
        "decoding_s": decoded_s - start_s,
        "all_s": time.process_time() - start_s,
        "peak_mb": memory_mb("VmHWM"),
        "own_mb": memory_mb("RssAnon"),
        "overlaps": len(found.overlaps),
    }


def memory_mb(kind: str) -> float:
    """A figure of /proc/self/status: `VmHWM`, the largest memory of this process so far, or `RssAnon`, its own pages now."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split(f"{kind}:")[1].split()[0]) * 1024 / 1e6


def pitch_table() -> None:
    """Other ways to the pitch of the same minutes of speech, against ours: what each costs and where they differ."""
    import librosa

    from audio.pitch import HIGHEST_HZ, HOP_SAMPLES, LOWEST_HZ, PITCH_RATE_HZ, WINDOW_SAMPLES, pitch_track

    same = {"fmin": LOWEST_HZ, "fmax": HIGHEST_HZ, "sr": PITCH_RATE_HZ, "frame_length": WINDOW_SAMPLES, "hop_length": HOP_SAMPLES}
    ways: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "ours": lambda sound: on_frames(pitch_track(soxr.resample(sound, RATE_HZ, 2 * RATE_HZ)), sound.size),
        "librosa.yin": lambda sound: librosa.yin(sound, center=False, **same),
        "librosa.pyin": lambda sound: librosa.pyin(sound, center=False, **same)[0],
    }
    sounds = [side[round(20 * RATE_HZ) : round((20 + PITCH_S) * RATE_HZ)] for call in example_calls() for side in call][:8]
    minutes = sum(sound.size for sound in sounds) / RATE_HZ / 60.0
    tracks, cost_s = {}, {}
    for name, way in ways.items():
        way(sounds[0][: 2 * RATE_HZ])  # compiled where it compiles
        start_s = time.process_time()
        tracks[name] = [way(sound) for sound in sounds]
        cost_s[name] = (time.process_time() - start_s) / minutes
    print(f"\nPitch of {minutes:.0f} min of sound of the example calls, pauses included, frames of 20 ms (s: processor time)")
    print(f"{'':>14} {'s per minute':>13} {'voiced %':>9}   of the frames that this and ours call voiced: within 0.5 semitones %")
    own = np.concatenate(tracks["ours"])
    for name, found in tracks.items():
        hertz = np.concatenate(found)
        both = np.isfinite(hertz) & np.isfinite(own)
        near = np.abs(12.0 * np.log2(hertz[both] / own[both])) < 0.5
        print(f"{name:>14} {cost_s[name]:13.3f} {100 * np.isfinite(hertz).mean():9.1f}   {100 * near.mean():.1f}")
    agree = np.isfinite(own) == np.isfinite(np.concatenate(tracks["librosa.pyin"]))
    apart = [abs(12.0 * np.log2(np.nanmedian(a) / np.nanmedian(b))) for a, b in zip(tracks["ours"], tracks["librosa.pyin"], strict=True)]
    print(f"voiced or not: as pyin {100 * agree.mean():.1f} %; median pitch of a side: at most {max(apart):.2f} semitones from pyin's")


def on_frames(track, samples: int) -> np.ndarray:
    """Our voiced frames in the grid that librosa answers in: Hz per 20 ms, NaN where unvoiced."""
    from audio.pitch import HOP_S, HOP_SAMPLES, PITCH_RATE_HZ, WINDOW_SAMPLES

    hertz = np.full(1 + (samples - WINDOW_SAMPLES) // HOP_SAMPLES, np.nan)
    at = np.round((track.times_s - WINDOW_SAMPLES / 2 / PITCH_RATE_HZ) / HOP_S).astype(int)
    inside = at < hertz.size
    hertz[at[inside]] = 100.0 * 2.0 ** (track.semitones[inside] / 12.0)
    return hertz


if __name__ == "__main__":
    main()
