"""The transcription stage where there is nothing to recognise, and its memory over long calls and many.

Run by `python -m benchmarks.transcription --nobody` and `--memory`.
"""

import os
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import soundfile

from audio.measure import measure
from audio.recording import open_recording
from benchmarks.transcription import CACHE, ROOT, settings
from flows.pool import ONE_HEAP
from simulation.sound import hold_music
from transcription.weights import resolve_weights

RATE_HZ = 8000
MINUTES = 10


def silence(samples: int, random: np.random.Generator) -> np.ndarray:
    """A line on which nothing happens: digital silence."""
    return np.zeros(samples)


def noise(samples: int, random: np.random.Generator) -> np.ndarray:
    """Loud noise that comes and goes, as in a car."""
    swell = 0.5 + 0.5 * np.sin(2 * np.pi * np.arange(samples) / RATE_HZ / 7.0)
    return 0.1 * swell * np.convolve(random.normal(0.0, 1.0, samples), np.ones(4) / 4, mode="same")


def ringing(samples: int, random: np.random.Generator) -> np.ndarray:
    """The tone a caller hears while it rings: 440 and 480 Hz, 2 s on, 4 s off."""
    at_s = np.arange(samples) / RATE_HZ
    return 0.1 * (np.sin(2 * np.pi * 440 * at_s) + np.sin(2 * np.pi * 480 * at_s)) * (at_s % 6.0 < 2.0)


def music(samples: int, random: np.random.Generator) -> np.ndarray:
    """Hold music as the simulated calls have it."""
    return hold_music(samples, RATE_HZ, -20.0, random)


def nobody_speaks() -> None:
    """Print, for ten minutes of each sound, what the waveform was taken for and what was written."""
    from transcription.whisper import WhisperEngine

    audio_settings, ours = settings()
    engine = WhisperEngine(resolve_weights("base", CACHE), ours)
    print(f"\n{MINUTES} minutes each without anybody speaking; `shown`: all of it shown to the recogniser as if it were speech")
    print(f"{'':<10} {'speech found':>13} {'words':>6} {'suspect':>8} {'shown: words':>13} {'suspect':>8}  why")
    random = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        for make in (silence, noise, ringing, music):
            path = Path(folder) / f"{make.__name__}.wav"
            sound = make(MINUTES * 60 * RATE_HZ, random)
            soundfile.write(path, np.stack([sound, random.normal(0.0, 1e-4, len(sound))], axis=1), RATE_HZ, subtype="ULAW")
            with open_recording(path) as recording:
                measures = measure(recording, audio_settings, agent_channel=0)
                believed = engine.transcribe(recording, measures, {"agent": 0, "customer": 1})
                shown = engine.transcribe(recording, _as_if_speech(measures), {"agent": 0})
            found_s = sum(each.duration_s for each in measures.agent_speech + measures.customer_speech)
            why = dict(Counter(suspect.reason for suspect in shown.suspect_words))
            print(
                f"{make.__name__:<10} {found_s:11.1f} s {_words(believed):6d} {len(believed.suspect_words):8d} "
                f"{_words(shown):13d} {len(shown.suspect_words):8d}  {why} {shown.refusal or ''}",
                flush=True,
            )


def _words(transcript) -> int:
    return sum(len(turn.words) for turn in transcript.turns)


def _as_if_speech(measures):
    """Measures that call everything on the agent's channel speech, in utterances of 8 s."""
    from dataclasses import replace

    from audio.intervals import Interval
    from audio.measures import Utterance

    speech = tuple(Interval(start_s, start_s + 8.0) for start_s in np.arange(0.0, measures.duration_s - 9.0, 9.0))
    utterances = tuple(
        Utterance(number, "agent", each.start_s, each.end_s, 8.0, None, None, None, None, None, None, None, None, None)
        for number, each in enumerate(speech)
    )
    return replace(measures, agent_speech=speech, customer_speech=(), utterances=utterances)


def memory() -> None:
    """Print a worker's peak memory over a 60-minute call, and its growth over 200 calls; each in a process of its own."""
    for part in ("hour", "many"):
        subprocess.run([sys.executable, "-m", "benchmarks.transcription_limits", part], check=True, env=os.environ | ONE_HEAP)


def _hour() -> None:
    """A 60-minute call made of the examples, measured and transcribed as a worker does it."""
    from transcription.whisper import WhisperEngine

    audio_settings, ours = settings()
    sources = sorted(each for each in (ROOT / "examples/calls").iterdir() if each.suffix in (".wav", ".flac"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hour.wav"
        with soundfile.SoundFile(path, "w", RATE_HZ, 2, subtype="ULAW") as file:
            while file.frames < 3600 * RATE_HZ:
                for source in sources:
                    file.write(soundfile.read(source, dtype="float32")[0])
        engine = WhisperEngine(resolve_weights("base", CACHE), ours)
        loaded_mb = _peak_mb()
        with open_recording(path) as recording:
            measures = measure(recording, audio_settings, agent_channel=0)
            measured_mb = _peak_mb()
            engine.transcribe(recording, measures, {"agent": 0, "customer": 1})
            print(
                f"\n{recording.duration_s / 60:.0f}-minute call: peak {_peak_mb():.0f} MB "
                f"(with the model {loaded_mb:.0f} MB, after measuring {measured_mb:.0f} MB)"
            )


def _many() -> None:
    """200 transcriptions of one short example in one process."""
    from transcription.whisper import WhisperEngine

    audio_settings, ours = settings()
    engine = WhisperEngine(resolve_weights("base", CACHE), ours)
    source = min(
        (each for each in (ROOT / "examples/calls").iterdir() if each.suffix in (".wav", ".flac")), key=lambda each: each.stat().st_size
    )
    for number in range(1, 201):
        with open_recording(source) as recording:
            measures = measure(recording, audio_settings, agent_channel=0) if number == 1 else measures  # noqa: F821
            engine.transcribe(recording, measures, {"agent": 0, "customer": 1})
        if number in (1, 10, 50, 100, 150, 200):
            print(f"after {number:3d} calls: {_now_mb():.0f} MB, peak {_peak_mb():.0f} MB", flush=True)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def _now_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


if __name__ == "__main__":
    {"hour": _hour, "many": _many}[sys.argv[1]]()
