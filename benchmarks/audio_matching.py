"""What was measured against what was laid on the time line: speech boundaries, overlaps by kind, silences by kind, tone."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from audio.conversation import Conversation
from audio.facts import ConversationFacts, UtteranceFacts
from audio.intervals import Interval, Timeline, difference, gaps, intersection, total_s, union
from audio.measures import Measures, Speaker, Utterance
from simulation.truth import Truth, TruthLine

KINDS = ("interruption", "backchannel", "failed_interruption", "terminal_overlap", "crosstalk")
SIDES: tuple[Speaker, Speaker] = ("agent", "customer")
NEAR_S = 0.5
"""A boundary with no measured one this near is lost, and left out of the mean error."""


def spoken(truth: Truth, side: Speaker) -> Timeline:
    return union(part for line in truth.lines if line.speaker == side for part in line.speech)


def measured_speech(measures: Measures, side: Speaker) -> Timeline:
    return measures.agent_speech if side == "agent" else measures.customer_speech


@dataclass
class SpeechErrors:
    """Seconds of speech missed and invented, boundary errors, errors of the talk share; summed over calls."""

    speech_s: float = 0.0
    missed_s: float = 0.0
    invented_s: float = 0.0
    boundaries_s: list[float] = field(default_factory=list)
    lost: int = 0
    shares: list[float] = field(default_factory=list)

    def add(self, truth: Truth, measures: Measures) -> None:
        talk = []
        for side in SIDES:
            true, found = spoken(truth, side), measured_speech(measures, side)
            self.speech_s += total_s(true)
            self.missed_s += total_s(difference(true, found))
            self.invented_s += total_s(difference(found, true))
            for edge in ("start_s", "end_s"):
                places = np.array([getattr(each, edge) for each in found])
                for each in true:
                    error = np.abs(places - getattr(each, edge)).min() if places.size else np.inf
                    self.lost += error > NEAR_S
                    self.boundaries_s += [float(error)] if error <= NEAR_S else []
            talk.append((total_s(true), total_s(found)))
        (agent, agent_found), (customer, customer_found) = talk
        self.shares.append(abs(agent_found / max(agent_found + customer_found, 1e-9) - agent / (agent + customer)))

    def row(self) -> str:
        missed, invented = self.missed_s / self.speech_s, self.invented_s / self.speech_s
        edges = len(self.boundaries_s) + self.lost
        return (
            f"{1000 * np.mean(self.boundaries_s):6.0f} {self.lost:5d}/{edges:<5d} {100 * missed:6.1f} {100 * invented:6.1f} "
            f"{100 * (missed + invented):6.1f} {np.mean(self.shares):8.3f} {max(self.shares):7.3f}"
        )


@dataclass
class Confusion:
    """True kind against found kind of overlaps; `missed` where nothing was found, `none` where nothing was laid."""

    counts: Counter = field(default_factory=Counter)

    def add(self, truth: Truth, conversation: Conversation) -> None:
        left = list(conversation.overlaps)
        for each in truth.overlaps:
            near = [row for row in left if row.by == each.by and row.start_s < each.end_s + 0.3 and row.end_s > each.start_s - 0.3]
            found = min(near, key=lambda row: abs(row.start_s - each.start_s), default=None)
            self.counts[str(each.kind), found.kind if found else "missed"] += 1
            if found:
                left.remove(found)
        self.counts.update(("none", row.kind) for row in left)

    def f1(self, kind: str = "interruption") -> float:
        right = self.counts[kind, kind]
        true = sum(count for (laid, _), count in self.counts.items() if laid == kind)
        found = sum(count for (_, seen), count in self.counts.items() if seen == kind)
        return 2 * right / (true + found) if true + found else float("nan")

    def share(self, laid: str, seen: str) -> tuple[int, int]:
        return self.counts[laid, seen], sum(count for (kind, _), count in self.counts.items() if kind == laid)

    def table(self) -> str:
        head = f"{'laid, found as':>20}" + "".join(f"{kind:>20}" for kind in (*KINDS, "missed"))
        lines = [f"{laid:>20}" + "".join(f"{self.counts[laid, seen]:20d}" for seen in (*KINDS, "missed")) for laid in (*KINDS, "none")]
        return "\n".join([head, *lines])


def confusions(names: Iterable[str]) -> defaultdict[str, Confusion]:
    return defaultdict(Confusion, {name: Confusion() for name in names})


def true_facts(truth: Truth, measures: Measures, announced: Sequence[float]) -> ConversationFacts:
    """Facts as a perfect recogniser would give them: from the words that were heard."""
    return ConversationFacts(tuple(_utterance_facts(truth, each) for each in measures.utterances), tuple(announced), ())


def lines_of(truth: Truth, utterance: Utterance) -> list[TruthLine]:
    span = (Interval(utterance.start_s, utterance.end_s),)
    return [line for line in truth.lines if line.speaker == utterance.speaker and intersection(line.speech, span)]


def _utterance_facts(truth: Truth, utterance: Utterance) -> UtteranceFacts:
    lines = lines_of(truth, utterance)
    if not lines:
        return UtteranceFacts(utterance.utterance, None, None, None, None)
    last = min(lines, key=lambda line: abs(line.end_s - utterance.end_s))
    return UtteranceFacts(
        utterance=utterance.utterance,
        sentence_complete=not last.cut_short,
        asks=last.text.endswith("?"),
        acknowledges=all(line.role == "backchannel" for line in lines),
        words=sum(len(line.words) for line in lines),
    )


def true_silences(truth: Truth, announced: Sequence[float]) -> list[tuple[Interval, str]]:
    """Mutual silences of 1 s and more between the first and last speech, with their kinds."""
    speech = union(*(spoken(truth, side) for side in SIDES))
    found = []
    for silence in gaps(speech, speech[0].start_s, speech[-1].end_s):
        if silence.duration_s < 1.0:
            continue
        hold = next((each for each in truth.holds if abs(each.start_s - silence.start_s) < 0.1), None)
        if hold is None:
            found.append((silence, "dead_air" if silence.duration_s >= 3.0 else "pause"))
        elif hold.start_s in announced:
            found.append((silence, "announced_hold"))
        else:
            found.append((silence, "hold_music" if hold.music else "dead_air"))
    return found
