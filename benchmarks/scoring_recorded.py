"""Scripted calls as recordings: rendered with synthetic voices, measured and transcribed once, and kept.

What is lost against clean text is the recogniser's doing: misheard words, missing punctuation, other cuts between turns.
"""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter

from audio.measure import measure
from audio.measures import Measures
from audio.recording import open_recording
from audio.settings import AudioSettings
from simulation.script import read_script
from simulation.truth import Truth
from transcription.settings import TranscriptionSettings
from transcription.transcript import Transcript

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class RecordedCall:
    """A recording of a scripted call as the scorer gets it, beside its truth."""

    truth: Truth
    measures: Measures
    transcript: Transcript


def recorded_calls(scripts: list[Path], folder: Path) -> list[RecordedCall]:
    """The scripts rendered into `folder`, measured and transcribed by the embedded Whisper base; what is there is not made again.

    Behaviours are those of the scripts as they are now: a corrected tag needs no new recording.
    """
    for script in scripts:
        if not (folder / f"{script.stem}.truth.json").is_file():
            from simulation.render import simulate

            simulate(script, folder)
    calls = _heard(folder, [script.stem for script in scripts], folder)
    return [replace(call, truth=_tagged(call.truth, script)) for call, script in zip(calls, scripts, strict=True)]


def examples_recorded(folder: Path) -> list[RecordedCall]:
    """The recordings of examples/calls, measured and transcribed once."""
    calls = ROOT / "examples" / "calls"
    return _heard(calls, [path.name.removesuffix(".truth.json") for path in sorted(calls.glob("*.truth.json"))], folder)


def _tagged(truth: Truth, script: Path) -> Truth:
    lines = [line for line in read_script(script).line if line.role != "hold"]
    return replace(truth, lines=tuple(replace(line, behaviours=tuple(lines[line.line].behaviours)) for line in truth.lines))


def _heard(recordings: Path, names: list[str], folder: Path) -> list[RecordedCall]:
    folder.mkdir(parents=True, exist_ok=True)
    missing = [name for name in names if not (folder / f"{name}.transcript.json").is_file()]
    if missing:
        _transcribe(recordings, missing, folder)
    return [
        RecordedCall(
            TypeAdapter(Truth).validate_json((recordings / f"{name}.truth.json").read_bytes()),
            TypeAdapter(Measures).validate_json((folder / f"{name}.measures.json").read_bytes()),
            TypeAdapter(Transcript).validate_json((folder / f"{name}.transcript.json").read_bytes()),
        )
        for name in names
    ]


def _transcribe(recordings: Path, names: list[str], folder: Path) -> None:
    from transcription.weights import resolve_weights
    from transcription.whisper import WhisperEngine

    tables = tomllib.loads((ROOT / "config" / "default.toml").read_text(encoding="utf-8"))
    audio = TypeAdapter(AudioSettings).validate_python(tables["audio"])
    engine = WhisperEngine(resolve_weights("base", folder), TypeAdapter(TranscriptionSettings).validate_python(tables["transcription"]))
    for name in names:
        path = next(each for each in sorted(recordings.glob(f"{name}.*")) if each.suffix in (".wav", ".flac", ".ogg", ".mp3"))
        with open_recording(path) as recording:
            measures = measure(recording, audio, agent_channel=0)
            transcript = engine.transcribe(recording, measures, {"agent": 0, "customer": 1})
        (folder / f"{name}.measures.json").write_bytes(TypeAdapter(Measures).dump_json(measures))
        (folder / f"{name}.transcript.json").write_bytes(TypeAdapter(Transcript).dump_json(transcript))


def line_at(truth: Truth, speaker: str, start_s: float, end_s: float) -> int | None:
    """Position of the line that this side says for most of the given time; the nearest one where none overlaps; None without lines."""
    own = [(min(end_s, line.end_s) - max(start_s, line.start_s), at) for at, line in enumerate(truth.lines) if line.speaker == speaker]
    return max(own)[1] if own else None
