"""How well behaviours are found and calls are scored, on text that the scorer never learned from.

    python -m benchmarks.scoring                   everything below
    python -m benchmarks.scoring scripts           scripted calls as clean text: F1 per behaviour, scores against intent
    python -m benchmarks.scoring recorded          the same calls as recordings: Whisper's text, timing and voice included
    python -m benchmarks.scoring dev               scripts and look-alikes that rules and thresholds were made with (optimistic)
    python -m benchmarks.scoring unseen            dialogues of the configuration, by detectors that have not learned from them
    python -m benchmarks.scoring annomi            counselling dialogues: open questions, reflections, listening score
    python -m benchmarks.scoring epitome           replies in forums: empathy present or absent
    python -m benchmarks.scoring adversarial       sentences that resemble a behaviour and must not fire
    python -m benchmarks.scoring readers           how well other readers agree with the tags of the scripts
    python -m benchmarks.scoring speed             a 10-minute call, and many calls in one process

AnnoMI and EPITOME are for evaluation only: nothing is trained, chosen or tuned on them. They are skipped where the folder
of evaluation data is absent.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr
from sklearn.metrics import cohen_kappa_score, roc_auc_score
from threadpoolctl import threadpool_limits

from benchmarks import scoring_material as material
from benchmarks import scoring_readers
from benchmarks.scoring_material import LabelledCall, Scorer
from benchmarks.scoring_recorded import RecordedCall, examples_recorded, line_at, recorded_calls
from scoring import features
from scoring.call_text import read_call
from scoring.context import worded_signs
from scoring.customer import EMPATHY, shown
from scoring.detectors import load_detectors
from scoring.rubric_check import DECIDED_BY_ABSENCE, DECIDED_WITHOUT_WORDS
from scoring.scorecard import Evidence, Scorecard
from scoring.sentences import sentences_of
from simulation.truth import Truth

QUESTIONS = ("open_question", "clarifying_question", "asks_preference", "asks_permission", "confirms_resolved")
REFLECTIONS = ("paraphrase", "names_feeling")
UNSEEN_BLOCKS = 4


def f1(hits: int, false: int, missed: int) -> float:
    return 2 * hits / (2 * hits + false + missed) if hits else 0.0


def row(name: str, predicted: Iterable[bool], truth: Iterable[bool]) -> str:
    """One line of a table: F1, precision, recall, kappa, base rate."""
    got, want = np.array(list(predicted), dtype=bool), np.array(list(truth), dtype=bool)
    hits, false, missed = int((got & want).sum()), int((got & ~want).sum()), int((~got & want).sum())
    kappa = cohen_kappa_score(want, got)
    precision, recall = hits / max(hits + false, 1), hits / max(hits + missed, 1)
    return (
        f"{name:46s} F1 {f1(hits, false, missed):.3f}  precision {precision:.3f}  recall {recall:.3f}  kappa {kappa:.3f}  "
        f"true {want.mean():.2f} of {len(want)}"
    )


def sure(scorer: Scorer, card: Scorecard) -> list[Evidence]:
    """The evidence that is more than doubtful: what counts in part is neither found nor missed."""
    return [each for each in card.evidence if scorer.rubric.counts(each.behaviour, each.confidence)]


def shown_by_turn(found: list[Evidence], turns: int, speaker: str) -> list[set[str]]:
    shown: list[set[str]] = [set() for _ in range(turns)]
    for evidence in found:
        if evidence.turn is not None and evidence.speaker == speaker:
            shown[evidence.turn].add(evidence.behaviour)
    return shown


Line = tuple[str, set[str], set[str]]  # where and what was said, behaviours found, behaviours meant


def lines_of(scorer: Scorer, call: LabelledCall, card: Scorecard) -> Iterator[Line]:
    for turn, meant in zip(call.transcript.turns, call.behaviours, strict=True):
        got = {e.behaviour for e in sure(scorer, card) if e.turn == turn.turn and e.speaker == turn.speaker}
        yield f"{call.call_id}: {turn.text}", got, set(meant)


def scripts(scorer: Scorer, calls: list[LabelledCall], misses: bool) -> None:
    """F1 per behaviour over lines of clean text, and what was made of the whole call."""
    lines: list[Line] = []
    cards = []
    for call in calls:
        card = scorer.score(call.call_id, call.transcript)
        cards.append(card)
        lines += lines_of(scorer, call, card)
    _behaviours(lines, {*scorer.rubric.behaviours}, misses)
    _whole_calls(calls, cards)


def recorded(scorer: Scorer, calls: list[RecordedCall], misses: bool) -> None:
    """The same over recordings: each sign belongs to the line that its speaker says at that time. Refused calls are named."""
    lines: list[Line] = []
    cards, scored = [], []
    for call in calls:
        card = scorer.score(call.truth.call_id, call.transcript, call.measures)
        if card.refusal is not None:
            print(f"  {call.truth.call_id} refused: {card.refusal}")
            continue
        cards.append(card)
        scored.append(call.truth)
        found: list[set[str]] = [set() for _ in call.truth.lines]
        for evidence in sure(scorer, card):
            at = line_at(call.truth, evidence.speaker, evidence.start_s, evidence.end_s)
            if at is not None:
                found[at].add(evidence.behaviour)
        lines += [
            (f"{call.truth.call_id}: {line.text}", got, set(line.behaviours)) for line, got in zip(call.truth.lines, found, strict=True)
        ]
    _behaviours(lines, {*scorer.rubric.behaviours}, misses)
    _whole_calls(scored, cards)


def _behaviours(lines: list[Line], of_agent: set[str], misses: bool) -> None:
    counts: dict[str, Counter[str]] = {}
    for said, got, meant in lines:
        for name in (got | meant) - {*DECIDED_WITHOUT_WORDS, *DECIDED_BY_ABSENCE}:
            verdict = "hit" if name in got & meant else "false" if name in got else "missed"
            counts.setdefault(name, Counter())[verdict] += 1
            if misses and verdict != "hit":
                print(f"  {verdict:6s} {name:20s} {said}")
    scores = {name: f1(count["hit"], count["false"], count["missed"]) for name, count in counts.items()}
    for name, count in sorted(counts.items()):
        print(f"  {name:22s} F1 {scores[name]:.2f}  hit {count['hit']:3d}  false {count['false']:3d}  missed {count['missed']:3d}")
    groups = {"agent's behaviours": scores.keys() & of_agent, "customer's signals": scores.keys() - of_agent, "all": scores.keys()}
    for title, names in groups.items():
        whole = sum((counts[name] for name in names), Counter())
        over_lines, macro = f1(whole["hit"], whole["false"], whole["missed"]), float(np.mean([scores[name] for name in names]))
        print(f"  {title:22s} F1 {over_lines:.3f} over lines, {macro:.3f} mean over names")


def _whole_calls(calls: Sequence[LabelledCall | Truth], cards: list[Scorecard]) -> None:
    for name in ("listening", "empathy", "solution_focus", "overall"):
        pairs = []
        for call, card in zip(calls, cards, strict=True):
            score = card.overall if name == "overall" else next((s.score for s in card.skills if s.skill == name), None)
            if score is not None and name in call.intended_quality:
                pairs.append((call.intended_quality[name], score.value, score.low, score.high))
        intended, found, low, high = (np.array(part) for part in zip(*pairs, strict=True))
        inside = float(np.mean((low <= intended) & (intended <= high)))
        print(
            f"  {name:15s} Spearman {spearmanr(intended, found).statistic:.3f}  mean difference {np.mean(found - intended):+.1f}  "
            f"mean absolute {np.mean(np.abs(found - intended)):.1f}  intended inside the interval {inside:.0%}  calls {len(pairs)}"
        )
    _facts(calls, cards)


def _facts(calls: Sequence[LabelledCall | Truth], cards: list[Scorecard]) -> None:
    for fact in ("outcome", "customer_state", "conflict_cause"):
        names = {"outcome": "outcome", "customer_state": "state", "conflict_cause": "conflict_cause"}
        found = [(getattr(card.customer, names[fact]), getattr(call, fact)) for call, card in zip(calls, cards, strict=True)]
        told = [(said, meant) for said, meant in found if meant is not None]
        known = [said == meant for said, meant in told if said is not None]
        print(f"  {fact:15s} right in {sum(known)} of {len(known)} said, {len(told) - len(known)} unclear")


def unseen(scorer: Scorer, cache: Path, misses: bool) -> None:
    """Cross-validation over the dialogues, in the order of the file, where those written together stand together."""
    dialogues = scorer.rubric.exchanges.dialogues
    lines: list[Line] = []
    calls: list[LabelledCall] = []
    cards = []
    for block in np.array_split(np.arange(len(dialogues)), UNSEEN_BLOCKS):
        rest = (*dialogues[: block[0]], *dialogues[block[-1] + 1 :])
        rubric = replace(scorer.rubric, exchanges=replace(scorer.rubric.exchanges, dialogues=rest))
        strange = replace(scorer, rubric=rubric, detectors=load_detectors(rubric, scorer.settings, cache))
        for call in material.calls_of_dialogues([dialogues[at] for at in block]):
            calls.append(call)
            cards.append(strange.score(call.call_id, call.transcript))
            lines += lines_of(strange, call, cards[-1])
    _behaviours(lines, {*scorer.rubric.behaviours}, misses)
    _facts(calls, cards)


def annomi(scorer: Scorer) -> None:
    dialogues = material.annomi(material.SHARED_TEXT)
    got, want, quality, listening, marks, questions = [], [], [], [], [], []
    for number, dialogue in enumerate(dialogues):
        card = scorer.score(f"annomi-{number}", dialogue.transcript)
        shown = shown_by_turn(sure(scorer, card), len(dialogue.labels), "agent")
        for turn, label, behaviours in zip(dialogue.transcript.turns, dialogue.labels, shown, strict=True):
            if turn.speaker == "agent":
                got.append(behaviours)
                want.append(label)
                marks.append("?" in turn.text)
                questions.append(any(features.asks(sentence.lower, sentence.plain) for sentence in sentences_of(turn)))
        score = next(skill.score for skill in card.skills if skill.skill == "listening")
        quality.append(dialogue.quality == "high")
        listening.append(score.value if score else 50.0)
    asked = [label == "question" for label in want]
    print("AnnoMI (labels: question of either kind, reflection; the file does not part open from closed questions)")
    print(" ", row("question: open or clarifying", ({*QUESTIONS[:2]} & b for b in got), asked))
    print(" ", row("question: any behaviour that asks", ({*QUESTIONS} & b for b in got), asked))
    print(" ", row("question: open question alone", ("open_question" in b for b in got), asked))
    print(" ", row("question: any question, by mark or first words", questions, asked))
    print(" ", row("  peer: a question mark in the text", marks, asked))
    print(" ", row("reflection: paraphrase or named feeling", ({*REFLECTIONS} & b for b in got), (label == "reflection" for label in want)))
    auc = roc_auc_score(quality, listening)
    print(f"  listening score, high against low quality: AUC {auc:.3f} over {len(quality)} dialogues, {quality.count(False)} of them low")


def epitome(scorer: Scorer) -> None:
    """Whether a reply shows empathy, as the scorer decides whether distress was answered (`scoring.customer.shown`)."""
    replies: list[dict[str, list[float]]] = []
    want = []
    for transcript, empathic in material.epitome(material.SHARED_TEXT):
        signs: dict[str, list[float]] = {}
        for sign in worded_signs(read_call(transcript, scorer.detectors), scorer.rubric, scorer.detectors):
            if sign.probability >= scorer.rubric.scale.counts_from:
                signs.setdefault(sign.behaviour, []).append(sign.probability)
        replies.append(signs)
        want.append(empathic)
    least = scorer.rubric.scale.least_confidence
    print("EPITOME emotional reactions: warmth, compassion and concern; understanding what somebody went through is another of its labels")
    reactions = tuple(name for name in EMPATHY if name != "validation")
    for title, names in (("feeling, apology, reassurance", reactions), ("the same and validation", EMPATHY)):
        found = [[p for name in names for p in signs.get(name, ())] for signs in replies]
        print(" ", row(f"empathy: {title}", (shown(each) >= least for each in found), want))
        print(" ", row("  one sign that is sure", (max(each, default=0.0) >= least for each in found), want))


def look_alikes(scorer: Scorer, name: str, misses: bool) -> None:
    entries = material.adversarial(material.ROOT / "benchmarks" / f"{name}.toml")
    fired, meant = Counter(), Counter()
    total, total_meant = Counter(), Counter()
    parts = 0.0
    credits = {b.id for b in scorer.rubric.behaviours.values() if b.polarity == "credit"}
    for number, entry in enumerate(entries):
        context = entry.context or "I have been waiting for this for a while now and I would like to know what is going on with it."
        filler = [("customer", "okay, go on then, I am listening to you")]
        lines = [("agent", "Hello."), ("customer", context), ("agent", entry.text), *filler]
        card = scorer.score(f"{name}-{number}", material.spoken(lines))
        shown = {e.behaviour for e in sure(scorer, card) if e.turn == 2}
        if entry.forbidden & credits:
            total[entry.kind] += 1
            fired[entry.kind] += bool(shown & entry.forbidden & credits)
            own = (e for e in card.evidence if e.turn == 2 and e.behaviour in entry.forbidden & credits)
            parts += max((scorer.rubric.weight(e.behaviour, e.confidence) for e in own), default=0.0)
            if misses and shown & entry.forbidden & credits:
                print("  fired ", sorted(shown & entry.forbidden), entry.text)
        if entry.expected:
            total_meant[entry.kind] += 1
            meant[entry.kind] += bool(shown & entry.expected)
    credits_asked, all_meant = sum(total.values()), sum(total_meant.values())
    print(f"{name}: a forbidden credit fires in {sum(fired.values()) / credits_asked:.1%} of {credits_asked} "
          f"(and counts for {parts / credits_asked:.1%} of its points on average); "
          f"genuine ones of the same shape found in {sum(meant.values()) / all_meant:.1%} of {all_meant}")  # fmt: skip
    for kind in sorted(total):
        found = meant[kind] / max(total_meant[kind], 1)
        print(f"  {kind:14s} fires {fired[kind] / total[kind]:.0%} of {total[kind]:3d}   genuine found {found:.0%} of {total_meant[kind]}")


def speed(scorer: Scorer, calls: int) -> None:
    """Processor time of a 10-minute call (about 150 words a minute over both sides), and memory over many calls."""
    short = material.calls_of_scripts(material.ROOT / "examples" / "scripts", "")
    lines = [(turn.speaker, turn.text) for call in short for turn in call.transcript.turns]
    while sum(len(text.split()) for _, text in lines) < 1500:
        lines += [(speaker, f"{text} {len(lines)}") for speaker, text in lines]
    kept, words = [], 0
    for speaker, text in lines:
        if words < 1500:
            kept.append((speaker, text))
            words += len(text.split())
    transcript = material.spoken(kept)
    scorer.score("warm", transcript)
    times = []
    with threadpool_limits(1):  # as a worker computes
        for _ in range(7):
            start = time.process_time()
            scorer.score("ten-minutes", transcript)
            times.append(time.process_time() - start)
    spread = f"best {min(times):.2f}, worst {max(times):.2f}"
    print(f"speed: a 10-minute call ({words} words, {len(kept)} turns): {np.median(times):.2f} s of one core ({spread})")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    small = short[0].transcript
    marks = []
    for number in range(calls):
        scorer.score(f"call-{number}", small)
        if number in (calls // 10, calls // 2, calls - 1):
            marks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    later = ", ".join(f"{mark:.0f}" for mark in marks)
    print(f"memory over {calls} calls: {before / 1024:.0f} MB before, then {later} MB at a tenth, half, end")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = ("scripts", "recorded", "dev", "unseen", "annomi", "epitome", "adversarial", "readers", "speed")
    parser.add_argument("part", nargs="*", choices=[*parts, []], help="what to measure; everything if left out")
    parser.add_argument("--misses", action="store_true", help="print every false and missed behaviour (not of annomi, epitome)")
    parser.add_argument("--calls", type=int, default=300, help="calls for the memory part")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "rapport-benchmarks")
    options = parser.parse_args()
    scorer = material.load_scorer(options.cache)
    wanted = options.part or parts
    folder = material.ROOT / "benchmarks" / "scripts"
    if "dev" in wanted:
        print("scripted calls used for development, clean text")
        scripts(scorer, material.calls_of_scripts(folder, "heldout-"), options.misses)
        look_alikes(scorer, "lookalikes", options.misses)
    if "scripts" in wanted:
        for title, calls in (
            ("examples/scripts, clean text", material.calls_of_scripts(material.ROOT / "examples" / "scripts", "")),
            ("fresh scripts, clean text", material.calls_of_scripts(folder, "fresh-")),
        ):
            print(title)
            scripts(scorer, calls, options.misses)
    if "recorded" in wanted:
        rendered = options.cache / "recorded"
        for title, heard in (
            ("examples/calls, Whisper base", examples_recorded(rendered)),
            ("fresh scripts, Whisper base", recorded_calls(sorted(folder.glob("fresh-*.toml")), rendered)),
        ):
            print(title)
            recorded(scorer, heard, options.misses)
    if "unseen" in wanted:
        print("dialogues of the configuration, a quarter at a time left out of training")
        unseen(scorer, options.cache, options.misses)
    for name, part in (("annomi", annomi), ("epitome", epitome)):
        if name in wanted:
            if material.SHARED_TEXT.is_dir():
                part(scorer)
            else:
                print(f"{name}: skipped, {material.SHARED_TEXT} is absent", file=sys.stderr)
    if "adversarial" in wanted:
        look_alikes(scorer, "adversarial", options.misses)
    if "readers" in wanted:
        scoring_readers.report()
    if "speed" in wanted:
        speed(scorer, options.calls)
    return 0


if __name__ == "__main__":
    sys.exit(main())
