"""Redaction of simulated calls: synthetic voices, telephone codecs, Whisper, then `redact` and the silenced copy.

    python -m benchmarks.redaction_calls [--model base] [--misses]     the calls of redaction_calls.toml
    python -m benchmarks.redaction_calls --utterances                  held-out utterances without written digits, as calls

Needs the extras `simulate` and `embedded`; takes a few minutes. A recognised word belongs to a value when its middle lies
inside the time in which the value was spoken, which the simulation knows exactly. A digit is *left in the text* when such a
word carries digits and is not replaced, and *audible* when less than 90 % of its spoken word is silent in the copy.
"""

import argparse
import re
import tempfile
import tomllib
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from audio.intervals import Interval, intersection, total_s
from audio.measure import measure
from audio.measures import Measures, Speaker
from audio.recording import Recording, open_recording
from audio.silenced import silenced_copy
from benchmarks.redaction import RECALL, STRICT, STRICT_RECALL, MarkedWord, marked_turn, read_utterances, weight
from benchmarks.word_errors import normalise
from flows.settings import load_settings
from simulation.codecs import suffix, write_recording
from simulation.render import render_clean
from simulation.script import Script, parse_script
from simulation.truth import Truth, TruthLine
from transcription.redaction import Redaction, redact, silent_stretches
from transcription.transcript import Transcript, Word
from transcription.weights import resolve_weights
from transcription.whisper import WhisperEngine

CALLS = Path(__file__).with_name("redaction_calls.toml")
SIDES: dict[Speaker, int] = {"agent": 0, "customer": 1}
VOICES = (("hibari", "joe"), ("slt", "rms"), ("joe", "slt"), ("awb", "hibari"), ("rms", "slt_high"), ("hibari_low", "joe_high"))
EDGE_S = 0.3
"""A recognised word nearer than this to a value's first or last sound is counted on neither side: word times are not exact."""


@dataclass(frozen=True)
class Call:
    script: Script
    words: tuple[tuple[MarkedWord, ...], ...]  # per line


@dataclass(frozen=True)
class Value:
    """A value as spoken in one line."""

    speaker: Speaker
    kind: str
    start_s: float
    end_s: float


@dataclass
class Counts:
    written: Counter  # digits recognised inside values, by kind
    left: Counter  # of these, digits still in the text
    spoken: Counter  # digits spoken, by kind
    audible: Counter
    others: int = 0  # recognised words outside values
    lost: int = 0
    values: int = 0  # values with digits
    found: int = 0  # of these, those of which a piece of four digits (all of a shorter one) is anywhere in the redacted text


def read_calls(path: Path = CALLS) -> list[Call]:
    return [_call(entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["call"]]


def calls_of_utterances() -> list[Call]:
    """Held-out utterances that a voice can read: all values in words."""
    calls = []
    for utterance in read_utterances():
        words = [word for turn in utterance.turns for word in turn.words]
        if utterance.half != "heldout" or any(word.kind and any(letter.isdigit() for letter in word.text) for word in words):
            continue
        agent, customer = VOICES[len(calls) % len(VOICES)]
        lines = [{"speaker": turn.speaker, "text": " ".join(word.text for word in turn.words)} for turn in utterance.turns]
        table = {"call_id": utterance.id, "title": utterance.id, "voices": {"agent": agent, "customer": customer}, "line": lines}
        calls.append(Call(parse_script(table, utterance.id), tuple(turn.words for turn in utterance.turns)))
    return calls


def _call(entry: dict) -> Call:
    lines, words = [], []
    for line in entry["turns"].strip().splitlines():
        speaker, text = line.split(":", 1)
        marked = marked_turn(f"{speaker[0]}:{text}")
        spoken = " ".join(word.text for word in marked.words)
        lines.append({"speaker": marked.speaker, "text": spoken, "role": "backchannel" if "*" in speaker else "turn"})
        words.append(tuple(word for word in marked.words if word.text != "|"))
    agent, customer = entry["voices"]
    known = {key: entry[key] for key in ("codec", "noise_snr_db", "leakage_db") if key in entry}
    table = {"call_id": entry["id"], "title": entry["id"], "voices": {"agent": agent, "customer": customer}, "line": lines, **known}
    return Call(parse_script(table, entry["id"]), tuple(words))


def spoken_words(call: Call, truth: Truth) -> list[tuple[TruthLine, MarkedWord, Interval]]:
    """Each word of the script with the time in which it was spoken."""
    spoken = []
    for line, marked in zip(sorted(truth.lines, key=lambda each: each.line), call.words, strict=True):
        times = [Interval(word.start_s, word.end_s) for word in line.words]
        if len(times) != len(marked):  # the voice joins or parts words: spread them evenly over the line's speech
            each_s = (line.end_s - line.start_s) / len(marked)
            times = [Interval(line.start_s + place * each_s, line.start_s + (place + 1) * each_s) for place in range(len(marked))]
        spoken += [(line, word, time) for word, time in zip(marked, times, strict=True)]
    return spoken


def values(spoken: list[tuple[TruthLine, MarkedWord, Interval]]) -> list[Value]:
    """Marked words that follow each other in a line, joined."""
    found: list[Value] = []
    before: tuple[int, str | None] = (-1, None)
    for line, word, time in spoken:
        if word.kind is not None:
            if before == (line.line, word.kind):
                found[-1] = replace(found[-1], end_s=time.end_s)
            else:
                found.append(Value(line.speaker, word.kind, time.start_s, time.end_s))
        before = (line.line, word.kind)
    return found


def count(
    call: Call, truth: Truth, transcript: Transcript, redaction: Redaction, silent: dict[int, tuple[Interval, ...]], into: Counts
) -> list[str]:
    """Add one call to the counts; returns what went wrong in words."""
    spoken = spoken_words(call, truth)
    said = values(spoken)
    left_anywhere = pieces_left(call, redaction)
    into.values += len(said)
    into.found += len(left_anywhere)
    wrong = [f"digits of a value found in the text: {kind}" for kind in left_anywhere]
    for line, word, time in spoken:
        if word.kind and word.weight:
            into.spoken[word.kind] += word.weight
            covered = total_s(intersection(silent[SIDES[line.speaker]], [time])) / max(1e-6, time.duration_s)
            if covered < 0.9:
                into.audible[word.kind] += word.weight
                wrong.append(f"audible {word.kind}: {word.text} at {time.start_s:.1f} s, {covered:.0%} silent")
    for before, after in zip(transcript.turns, redaction.transcript.turns, strict=True):
        left = {(each.start_s, each.word) for each in after.words}
        for each in before.words:
            gone = (each.start_s, each.word) not in left
            inside = _value_of(each, before.speaker, said)
            if inside is not None:
                digits = weight(each.word, inside.kind, [each.word], 0)
                into.written[inside.kind] += digits
                into.left[inside.kind] += digits * (not gone)
                if digits and not gone:
                    wrong.append(f"left {inside.kind}: {each.word} at {each.start_s:.1f} s in: {after.text}")
            elif not _near_a_value(each, before.speaker, said):
                into.others += 1
                into.lost += gone
                if gone:
                    wrong.append(f"lost: {each.word} at {each.start_s:.1f} s in: {after.text}")
    return wrong


def digits_said(text: str) -> str:
    """The digits of a text, however they are written or spoken, with a blank between numbers that other words part."""
    text = re.sub(r"\b(oh|o|nought)\b", "zero", text.lower())
    text = re.sub(r"\b(?:double|triple) (\w+)", lambda match: " ".join([match[1]] * (2 + match[0].startswith("triple"))), text)
    return "".join(token if token.isdigit() else " " for token in normalise(text).split())


def pieces_left(call: Call, redaction: Redaction) -> list[str]:
    """Values of which digits can still be found anywhere in the redacted text, as a thief would search for them."""
    text = " ".join(digits_said(turn.text) for turn in redaction.transcript.turns)
    kept = " ".join(digits_said(" ".join(word.text for word in line if word.kind is None)) for line in call.words)
    left = []
    for line in call.words:
        for kind in sorted({word.kind for word in line if word.kind in ("card", "security_code", "ssn", "bank", "phone")}):
            digits = digits_said(" ".join(word.text for word in line if word.kind == kind)).replace(" ", "")
            size = min(4, len(digits))
            pieces = {digits[at : at + size] for at in range(len(digits) - size + 1)} if size > 2 else set()
            if any(piece in text and piece not in kept for piece in pieces):
                left.append(kind)
    return left


def _value_of(word: Word, speaker: Speaker, said: list[Value]) -> Value | None:
    middle_s = (word.start_s + word.end_s) / 2
    return next((each for each in said if each.speaker == speaker and each.start_s <= middle_s <= each.end_s), None)


def _near_a_value(word: Word, speaker: Speaker, said: list[Value]) -> bool:
    return any(each.speaker == speaker and word.start_s < each.end_s + EDGE_S and word.end_s > each.start_s - EDGE_S for each in said)


def leaking(measures: Measures) -> list[int]:
    return [each.channel for each in measures.health if each.leakage_db is not None]


def loudest_silence_dbfs(copy: Path, silent: dict[int, tuple[Interval, ...]]) -> float:
    """The loudest redacted span of the written copy, mean square over the span."""
    levels = [-np.inf]
    with open_recording(copy) as recording:
        for channel, stretches in silent.items():
            for stretch in stretches:
                samples = recording.read(channel, stretch.start_s, stretch.end_s)
                with np.errstate(divide="ignore"):
                    levels.append(10 * np.log10(np.mean(samples.astype(float) ** 2)) if samples.size else -np.inf)
    return max(levels)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="base")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--utterances", action="store_true", help="held-out utterances in place of the calls")
    arguments = parser.parse_args()
    settings = load_settings()
    redaction_settings = settings.transcription.redaction
    counts = Counts(Counter(), Counter(), Counter(), Counter())
    seconds, loudest = 0.0, -np.inf
    calls = calls_of_utterances() if arguments.utterances else read_calls()
    with tempfile.TemporaryDirectory(prefix="rapport-") as folder:
        engine = WhisperEngine(resolve_weights(arguments.model, Path(folder) / "weights"), settings.transcription)
        for call in calls:
            signal, truth = render_clean(call.script)
            path = Path(folder) / f"{call.script.call_id}{suffix(call.script)}"
            write_recording(signal, call.script, path)
            copy = path.with_name(f"{path.stem}-silenced.flac")
            with open_recording(path) as recording:
                wrong, loudest = _one_call(call, truth, recording, engine, settings, redaction_settings, counts, copy, loudest)
                seconds += recording.duration_s
            if arguments.misses and wrong:
                print(call.script.call_id, *wrong, sep="\n    ")
    print(table(len(calls), seconds, counts, loudest))


def _one_call(call, truth, recording: Recording, engine, settings, redaction_settings, counts: Counts, copy: Path, loudest: float):
    measures = measure(recording, settings.audio, SIDES["agent"])
    transcript = engine.transcribe(recording, measures, SIDES)
    redaction = redact(transcript, redaction_settings)
    silent = silent_stretches(redaction.spans, SIDES, redaction_settings.padding_s, leaking(measures))
    silenced_copy(recording, silent, copy)
    wrong = count(call, truth, transcript, redaction, silent, counts)
    return wrong, max(loudest, loudest_silence_dbfs(copy, silent))


def table(calls: int, seconds: float, counts: Counts, loudest_dbfs: float) -> str:
    lines = [
        f"{calls} simulated calls, {seconds / 60:.1f} minutes",
        f"{'kind':14} {'written':>8} {'left':>5} {'recall':>8} {'spoken':>7} {'audible':>8} {'silenced':>9}  wanted",
    ]
    for kind in sorted(counts.spoken):
        recall = 1 - counts.left[kind] / max(1, counts.written[kind])
        silenced = 1 - counts.audible[kind] / counts.spoken[kind]
        wanted = STRICT_RECALL if kind in STRICT else RECALL
        lines.append(
            f"{kind:14} {counts.written[kind]:8} {counts.left[kind]:5} {recall:8.2%} {counts.spoken[kind]:7} {counts.audible[kind]:8} "
            f"{silenced:9.2%}  >= {wanted:.0%}"
        )
    lines.append(f"{'other words':14} {counts.others:8} {counts.lost:5} {counts.lost / max(1, counts.others):8.2%} lost, wanted <= 2%")
    lines.append(f"{counts.found} of {counts.values} values leave four of their digits anywhere in the redacted text")
    lines.append(f"loudest redacted span of the silenced copies: {loudest_dbfs:.0f} dBFS (wanted < -60)")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
