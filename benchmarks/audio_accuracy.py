"""How right the audio stage is: speech, talk share, overlaps, silences, tone, pitch.

    python -m benchmarks.audio_accuracy [--calls 4] [--recognised] [--one-channel]

Simulated calls of the half of the timing material that is kept for reporting (settings were chosen on the other half), the
example calls, and `../shared/data` where it is present. Needs the extra `simulate` and the program flite. `--recognised` also
transcribes the clean, mu-law, 10 dB and -20 dB leakage calls with Whisper base, so that the words that decide overlaps
are those of a recogniser; takes some minutes more. `--one-channel` shows overlaps alone, of the same calls mixed to one channel.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from pydantic import TypeAdapter

from audio.conversation import analyse
from audio.facts import NO_FACTS, ConversationFacts
from audio.intervals import Interval, intersection, total_s
from audio.measure import measure
from audio.measures import Measures
from audio.recording import open_recording
from audio.settings import AudioSettings
from benchmarks import audio_real
from benchmarks.audio_matching import Confusion, SpeechErrors, confusions, lines_of, true_facts, true_silences
from flows.places import cache_folder
from flows.settings import load_settings
from simulation.matrix import CONDITIONS, timing_script
from simulation.render import render_call
from simulation.truth import Truth

EXAMPLES = Path(__file__).parents[1] / "examples" / "calls"
CODED = ("clean", "mulaw", "alaw", "gsm", "opus16", "mp3_24")
RECOGNISED = ("clean", "mulaw", "snr10", "leak20")


@dataclass(frozen=True)
class Case:
    condition: str
    truth: Truth
    measures: Measures
    announced: tuple[float, ...]  # holds that the agent announced: every second call
    recognised: ConversationFacts | None


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--calls", type=int, default=4, help="calls per condition")
    arguments.add_argument("--recognised", action="store_true", help="also with the words of Whisper base")
    arguments.add_argument("--one-channel", action="store_true", help="only overlaps, of the calls mixed to one channel")
    chosen = arguments.parse_args()
    settings = load_settings()
    recognise = recogniser(settings) if chosen.recognised else None
    if chosen.one_channel:
        overlap_tables(list(matrix(settings.audio, chosen.calls, recognise, mixed=True)), settings.audio)
        return
    cases = list(matrix(settings.audio, chosen.calls, recognise))
    speech_table(cases)
    overlap_tables(cases, settings.audio)
    peers(cases)
    silence_table(cases, settings.audio)
    tone_table(cases)
    example_table(settings.audio)
    audio_real.report(settings.audio)


def matrix(settings: AudioSettings, calls: int, recognise, *, mixed: bool = False) -> Iterator[Case]:
    """The calls, measured; mixed to one channel the sides are taken from the truth, since who they are is not the question here."""
    for number in range(calls):
        for condition in CONDITIONS:
            script = timing_script("report", number, condition)
            channels, truth = render_call(script)
            customer_first = mixed and min(truth.lines, key=lambda line: line.start_s).speaker == "customer"
            channels = channels.mean(axis=0, keepdims=True) if mixed else channels
            announced = tuple(hold.start_s for hold in truth.holds) if number % 2 == 0 else ()
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "call.wav"
                soundfile.write(path, channels.T, script.sample_rate_hz, subtype="PCM_16")
                with open_recording(path) as recording:
                    measures = measure(recording, settings, 0, exchanged=customer_first)
                    heard = recognise(recording, measures) if recognise and condition in RECOGNISED else None
            yield Case(condition, truth, measures, announced, heard)


def recogniser(settings):
    """Words by Whisper base, facts by the scoring stage."""
    from scoring.facts import _utterance
    from transcription.weights import resolve_weights
    from transcription.whisper import WhisperEngine

    engine = WhisperEngine(resolve_weights("base", cache_folder()), settings.transcription)

    def facts(recording, measures) -> ConversationFacts:
        turns = engine.transcribe(recording, measures, {"agent": 0, "customer": recording.channels - 1}).turns
        return ConversationFacts(tuple(_utterance(turn, turn.utterance) for turn in turns), (), ())

    return facts


def speech_table(cases: list[Case]) -> None:
    print("\nSpeech per side (target: boundaries 60 ms, frame error 6 %, talk share 0.02)")
    print(f"{'condition':>16}   ms  lost/boundaries  miss % false % sum %  share err  worst")
    total = SpeechErrors()
    for condition in CONDITIONS:
        errors = SpeechErrors()
        for case in cases:
            if case.condition == condition:
                errors.add(case.truth, case.measures)
                total.add(case.truth, case.measures)
        print(f"{condition:>16} {errors.row()}")
    print(f"{'all':>16} {total.row()}")


def overlap_tables(cases: list[Case], settings: AudioSettings) -> None:
    print("\nInterruptions (target: F1 0.90; backchannels taken for interruptions: none in clean and codecs, 5 % elsewhere)")
    ways = {
        "words known": lambda case: true_facts(case.truth, case.measures, case.announced),
        "no words": lambda case: NO_FACTS,
        "words recognised": lambda case: case.recognised,
    }
    for name, facts in ways.items():
        found = confusions(CONDITIONS)
        total = Confusion()
        for case in cases:
            known = facts(case)
            if known is not None and case.measures.refusal is None:
                conversation = analyse(case.measures, known, settings.conversation)
                found[case.condition].add(case.truth, conversation)
                total.add(case.truth, conversation)
        if not total.counts:
            continue
        coded, coded_all = _sum(found, CODED)
        other, other_all = _sum(found, set(CONDITIONS) - set(CODED))
        print(f"\n{name}: F1 {total.f1():.2f}")
        print(f"backchannel as interruption: {coded}/{coded_all} clean and codecs, {other}/{other_all} elsewhere")
        print("F1 by condition: " + ", ".join(f"{each} {found[each].f1():.2f}" for each in CONDITIONS if found[each].counts))
        print(total.table())


def _sum(found, conditions) -> tuple[int, int]:
    pairs = [found[each].share("backchannel", "interruption") for each in conditions]
    return sum(seen for seen, _ in pairs), sum(laid for _, laid in pairs)


def peers(cases: list[Case]) -> None:
    """Rules without a taxonomy, on our own speech intervals: what the taxonomy adds."""
    print("\nRules without kinds, on the same speech intervals")
    for name, shortest_s in (("any overlap", 0.0), ("overlap over 1 s", 1.0)):
        right = found = true = 0
        for case in cases:
            laid = [each for each in case.truth.overlaps if each.kind == "interruption"]
            both = intersection(case.measures.agent_speech, case.measures.customer_speech)
            seen = [each for each in both if each.duration_s > shortest_s]
            true, found = true + len(laid), found + len(seen)
            right += sum(any(each.start_s < row.end_s and each.end_s > row.start_s for row in seen) for each in laid)
        print(f"{name:>20}: F1 {2 * right / (true + found):.2f}")


def silence_table(cases: list[Case], settings: AudioSettings) -> None:
    print("\nSilences of 1 s and more: laid, found as (boundaries of holds: target 1 s)")
    counts: Counter = Counter()
    errors: list[float] = []
    for case in cases:
        rows = list(analyse(case.measures, true_facts(case.truth, case.measures, case.announced), settings.conversation).silences)
        for silence, kind in true_silences(case.truth, case.announced):
            over = [row for row in rows if total_s(intersection((row.interval,), (silence,))) > 0.5 * silence.duration_s]
            counts[kind, over[0].kind if over else "missed"] += 1
            if over and kind in ("announced_hold", "hold_music"):
                errors += [abs(over[0].start_s - silence.start_s), abs(over[0].end_s - silence.end_s)]
            rows = [row for row in rows if row not in over]
        counts.update(("none", row.kind) for row in rows)
    kinds = ("pause", "dead_air", "announced_hold", "hold_music")
    print(f"{'':>16}" + "".join(f"{kind:>16}" for kind in (*kinds, "missed")))
    for laid in (*kinds, "none"):
        print(f"{laid:>16}" + "".join(f"{counts[laid, seen]:16d}" for seen in (*kinds, "missed")))
    print(f"hold boundaries: mean {np.mean(errors):.2f} s, worst {max(errors):.2f} s")


def tone_table(cases: list[Case]) -> None:
    print("\nTone of the customer's turns against the manner they were spoken in")
    rows = [row for case in cases for row in toned(case.truth, case.measures)]
    tones = ("even", "raised", "subdued")
    print(f"{'':>12}" + "".join(f"{tone:>10}" for tone in tones))
    for laid in tones:
        print(f"{laid:>12}" + "".join(f"{sum(row[:2] == (laid, seen) for row in rows):10d}" for seen in tones))
    for low, high in ((0.0, 0.7), (0.7, 0.9), (0.9, 0.97), (0.97, 1.01)):
        chosen = [(laid == seen, probability) for laid, seen, probability in rows if low <= probability < high]
        if chosen:
            right, said = np.mean([each[0] for each in chosen]), np.mean([each[1] for each in chosen])
            print(f"  probability {low:.2f}-{min(high, 1.0):.2f}: {len(chosen):4d} turns, said {said:.2f}, right {right:.2f}")


def toned(truth: Truth, measures: Measures) -> Iterator[tuple[str, str, float]]:
    for utterance in measures.utterances:
        laid = {line.tone for line in lines_of(truth, utterance)}
        if utterance.speaker == "customer" and utterance.tone is not None and len(laid) == 1:
            yield laid.pop(), utterance.tone, utterance.tone_probability


def example_table(settings: AudioSettings) -> None:
    print("\nExample calls: measured against laid, words unknown")
    for path in sorted(EXAMPLES.glob("*.truth.json")):
        truth = TypeAdapter(Truth).validate_json(path.read_bytes())
        recorded = next(each for each in EXAMPLES.glob(f"{truth.call_id}.*") if each.suffix in (".wav", ".flac", ".ogg", ".mp3"))
        with open_recording(recorded) as recording:
            found = analyse(measure(recording, settings, 0), NO_FACTS, settings.conversation)
        holds = [(row.start_s, row.end_s) for row in found.silences if any(_near(row.interval, each) for each in truth.holds)]
        print(
            f"{truth.call_id:>26}: share {found.agent_talk_share:.3f} ({truth.agent_talk_share:.3f}), interruptions "
            f"{found.agent.interruptions}+{found.customer.interruptions} ({truth.agent_interruptions}+{truth.customer_interruptions})"
            + "".join(f", hold {start_s:.1f}-{end_s:.1f} s" for start_s, end_s in holds)
            + "".join(f" ({each.start_s:.1f}-{each.end_s:.1f} s)" for each in truth.holds)
        )


def _near(silence: Interval, hold) -> bool:
    return abs(silence.start_s - hold.start_s) < 1.0 and abs(silence.end_s - hold.end_s) < 1.0


if __name__ == "__main__":
    main()
