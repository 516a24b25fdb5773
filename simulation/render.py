"""A script becomes a two-channel recording with exact ground truth beside it."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from audio.intervals import Interval
from audio.measures import Speaker
from simulation import codecs, sound
from simulation.errors import ScriptError
from simulation.geometry import violations
from simulation.script import Script, read_script
from simulation.timeline import LEVEL_DBFS, Placed, lay
from simulation.truth import Truth, TruthHold, TruthLine, TruthOverlap, TruthWord

TRUTH_VERSION = 1
TAIL_S = 0.6
MUSIC_DB = -6.0
"""Hold music relative to the agent's voice."""

MUSIC_MARGIN_S = 0.4
"""Music begins and ends this far inside the hold."""

CHANNEL: dict[Speaker, int] = {"agent": 0, "customer": 1}


def render_call(script: Script) -> tuple[np.ndarray, Truth]:
    """The call as it is heard in the recording.

    Returns:
        Channels (2, n) float32 at `script.sample_rate_hz`, after the codec, agent first; and the truth about them.

    Raises:
        ScriptError: the script cannot be laid as written, or an overlap in it does not keep the definitions.
        VoiceMissing: a voice's synthesiser is not installed.
    """
    signal, truth = render_clean(script)
    return codecs.through_codec(signal, script.sample_rate_hz, script.codec), truth


def render_clean(script: Script) -> tuple[np.ndarray, Truth]:
    """Like `render_call`, before the codec."""
    codecs.suffix(script)
    placed, holds = lay(script)
    rate = script.sample_rate_hz
    samples = round((max(item.end_s for item in placed) + TAIL_S) * rate)
    channels = np.zeros((2, samples), np.float32)
    for item in placed:
        start = round(item.start_s * rate)
        channels[CHANNEL[item.line.speaker], start : start + len(item.spoken.signal)] += item.spoken.signal
    random = np.random.default_rng(script.seed)
    for hold in holds:
        if hold.music:
            start, end = (round(time_s * rate) for time_s in (hold.start_s + MUSIC_MARGIN_S, hold.end_s - MUSIC_MARGIN_S))
            level = LEVEL_DBFS + script.gains_db.agent + MUSIC_DB
            channels[CHANNEL["agent"], start:end] += sound.hold_music(end - start, rate, level, random)
    if script.leakage_db is not None:
        channels = sound.with_leakage(channels, rate, script.leakage_db)
    for side, gain in (("agent", script.gains_db.agent), ("customer", script.gains_db.customer)):
        if np.isfinite(script.noise_snr_db):
            channels[CHANNEL[side]] += sound.line_noise(samples, rate, LEVEL_DBFS + gain - script.noise_snr_db, random)
    truth = _truth(script, placed, holds, samples / rate)
    faults = violations(truth)
    if faults:
        raise ScriptError(f"{script.call_id}: " + "; ".join(faults))
    return channels, truth


def simulate(script_path: Path, out_dir: Path) -> Path:
    """Writes the recording, its truth and its sidecar into a folder, which is made; returns the recording's path.

    Raises like `read_script` and `render_call`.
    """
    script = read_script(script_path)
    signal, truth = render_clean(script)
    out_dir.mkdir(parents=True, exist_ok=True)
    path = out_dir / f"{script.call_id}{codecs.suffix(script)}"
    codecs.write_recording(signal, script, path)
    path.with_suffix(".truth.json").write_bytes(TypeAdapter(Truth).dump_json(truth, indent=1) + b"\n")
    known = {name: value for name, value in asdict(script.metadata).items() if value is not None}
    sidecar = json.dumps({"call_id": script.call_id, **known}, indent=1)
    path.with_suffix(".json").write_text(sidecar + "\n", encoding="utf-8")
    return path


def _truth(script: Script, placed: list[Placed], holds: list[TruthHold], duration_s: float) -> Truth:
    lines = tuple(_line(item, getattr(script.voices, item.line.speaker)) for item in placed)
    overlaps = tuple(_overlap(item, placed) for item in placed if item.line.role not in ("turn", "hold"))
    agent_s, customer_s = (
        sum(part.duration_s for line in lines if line.speaker == side for part in line.speech) for side in CHANNEL
    )
    interruptions = [overlap.by for overlap in overlaps if overlap.kind == "interruption"]
    return Truth(
        version=TRUTH_VERSION,
        call_id=script.call_id,
        title=script.title,
        duration_s=duration_s,
        sample_rate_hz=script.sample_rate_hz,
        codec=script.codec,
        noise_snr_db=script.noise_snr_db if np.isfinite(script.noise_snr_db) else None,
        leakage_db=script.leakage_db,
        lines=lines,
        overlaps=overlaps,
        holds=tuple(holds),
        agent_talk_s=round(agent_s, 4),
        customer_talk_s=round(customer_s, 4),
        agent_talk_share=round(agent_s / (agent_s + customer_s), 4),
        agent_interruptions=interruptions.count("agent"),
        customer_interruptions=interruptions.count("customer"),
        intended_quality={name: value for name, value in asdict(script.intended_quality).items() if value is not None},
        outcome=script.outcome,
        customer_state=script.customer_state,
        conflict_cause=script.conflict_cause,
        sensitive=tuple((item.kind, item.value) for item in script.sensitive),
    )


def _line(item: Placed, voice: str) -> TruthLine:
    def at(time_s: float) -> float:
        return round(item.start_s + time_s, 4)

    return TruthLine(
        line=item.number,
        speaker=item.line.speaker,
        text=item.text,
        start_s=at(0.0),
        end_s=at(item.spoken.duration_s),
        speech=tuple(Interval(at(part.start_s), at(part.end_s)) for part in item.spoken.speech),
        words=tuple(TruthWord(word.word, at(word.start_s), at(word.end_s)) for word in item.spoken.words),
        cut_short=item.cut_short,
        voice=voice,
        tone=item.line.tone,
        behaviours=item.line.behaviours,
        role=item.line.role,
    )


def _overlap(item: Placed, placed: list[Placed]) -> TruthOverlap:
    under = next(
        other
        for other in reversed(placed[: item.number])
        if other.line.speaker != item.line.speaker and other.start_s <= item.start_s < other.end_s
    )
    end_s = min(item.end_s, under.end_s)
    return TruthOverlap(item.line.speaker, round(item.start_s, 4), round(end_s, 4), item.line.role)
