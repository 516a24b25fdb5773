"""A call as its page shows it: the transcript with what happened in it, the marks of the timeline, the scorecard."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from review.results import CallRecord
from review.wording import plain, title
from scoring.rubric import REPORTED_SKILL, SCORED_SKILLS, SIGNALS, Rubric
from scoring.tables import EvidenceRow, OverlapRow, ScoreRow, SilenceRow, TurnRow, WordRow

SKILLS = (*SCORED_SKILLS, REPORTED_SKILL)
SILENCE_SHOWN_S = 3.0
"""Shorter silences are pauses: they stand on the timeline, not between the lines of the transcript."""

SIGNS = {1: "+", -1: "−", 0: "•"}
KINDS = {1: "credit", -1: "debit", 0: "signal"}
OVERLAP_WORDS = {
    "interruption": "interrupts",
    "failed_interruption": "tries to interrupt",
    "backchannel": "backchannel",
    "terminal_overlap": "overlaps the end",
    "crosstalk": "talks over",
}


@dataclass(frozen=True)
class Evidence:
    """A sign of a behaviour. `key` names it in addresses and reviews: it stays the same as long as the sign does."""

    key: str
    row: EvidenceRow
    name: str
    sign: str
    kind: str  # credit, debit or signal
    sure: bool  # else it is doubtful, and counts in part


@dataclass(frozen=True)
class Word:
    text: str
    start_s: float
    end_s: float
    keys: tuple[str, ...]  # the evidence it lies in
    kind: str  # credit, debit, signal or ""


@dataclass(frozen=True)
class Turn:
    row: TurnRow
    words: tuple[Word, ...]
    evidence: tuple[Evidence, ...]
    overlaps: tuple[str, ...]  # in words
    silence_before: SilenceRow | None


@dataclass(frozen=True)
class Criterion:
    """A criterion of the scorecard with its evidence."""

    id: str
    name: str
    score: ScoreRow | None
    evidence: tuple[Evidence, ...]
    kind: str
    tip: str


@dataclass(frozen=True)
class SkillCard:
    """A skill of the scorecard: what counted, and what did not apply and why."""

    id: str
    name: str
    value: float | None
    low: float | None
    high: float | None
    reason: str | None
    criteria: tuple[Criterion, ...]
    not_applicable: tuple[tuple[str, str], ...]  # criterion in words, reason in words


@dataclass(frozen=True)
class Mark:
    """A mark on the timeline."""

    lane: str  # overlap, silence, evidence, tone
    kind: str
    label: str
    start_s: float
    end_s: float
    key: str


@dataclass(frozen=True)
class CallView:
    turns: tuple[Turn, ...]
    cards: tuple[SkillCard, ...]
    signals: tuple[Evidence, ...]
    marks: tuple[Mark, ...]
    tone: tuple[tuple[float, float, float], ...]  # start, end, agitation -1..1
    evidence: Mapping[str, Evidence]


def evidence_key(row: EvidenceRow) -> str:
    """Twelve hexadecimal digits of behaviour, speaker and place."""
    text = f"{row.behaviour}\n{row.speaker}\n{row.start_s:.2f}\n{row.end_s:.2f}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def view_call(record: CallRecord, rubric: Rubric, blind: bool) -> CallView:
    """The call for its page. Blind, nothing is in it that scoring decided: no evidence, no scores."""
    rows = () if blind else record.evidence
    evidence = {
        (key := evidence_key(row)): Evidence(
            key, row, title(row.behaviour), SIGNS[row.polarity], KINDS[row.polarity], rubric.counts(row.behaviour, row.confidence)
        )
        for row in rows
    }
    listed = tuple(evidence.values())
    cards = () if blind else tuple(_card(skill, record, rubric, listed) for skill in SKILLS)
    return CallView(
        turns=tuple(_turns(record, listed)),
        cards=cards,
        signals=tuple(each for each in listed if each.row.skill == SIGNALS),
        marks=tuple(_marks(record.overlaps, record.silences, listed)),
        tone=tuple(_tone(record.turns)),
        evidence=evidence,
    )


def words_between(words: Sequence[WordRow], turn: int, start_s: float, end_s: float) -> tuple[WordRow, ...]:
    """The words of a turn that lie between two times, by their middle."""
    return tuple(word for word in words if word.turn == turn and start_s <= (word.start_s + word.end_s) / 2 <= end_s)


def _turns(record: CallRecord, evidence: Collection[Evidence]):
    words: dict[int, list[WordRow]] = {}
    for word in record.words:
        words.setdefault(word.turn, []).append(word)
    pauses = [silence for silence in record.silences if silence.end_s - silence.start_s >= SILENCE_SHOWN_S]
    previous_start_s = 0.0
    for turn in record.turns:
        own = tuple(each for each in evidence if _lies_in(each.row, turn))
        silence = next((each for each in pauses if previous_start_s <= each.start_s and each.end_s <= turn.start_s + 0.5), None)
        if silence is not None:
            pauses.remove(silence)
        starts = (turn.start_s - 0.3, turn.end_s)
        overlaps = [each for each in record.overlaps if each.by == turn.speaker and starts[0] <= each.start_s < starts[1]]
        yield Turn(
            row=turn,
            words=tuple(_word(word, own) for word in words.get(turn.turn, ())),
            evidence=own,
            overlaps=tuple(dict.fromkeys(OVERLAP_WORDS.get(each.kind, plain(each.kind)) for each in overlaps)),
            silence_before=silence,
        )
        previous_start_s = turn.start_s


def _lies_in(row: EvidenceRow, turn: TurnRow) -> bool:
    """A sign stands in the turn it names; one that spans turns stands in the speaker's first turn it touches."""
    if row.turn is not None:
        return row.turn == turn.turn
    return row.speaker == turn.speaker and turn.start_s <= row.start_s < turn.end_s


def _word(word: WordRow, evidence: Sequence[Evidence]) -> Word:
    middle_s = (word.start_s + word.end_s) / 2
    inside = [each for each in evidence if each.row.quote and each.row.start_s <= middle_s <= each.row.end_s]
    kinds = [each.kind for each in inside]
    kind = next((kind for kind in ("debit", "credit", "signal") if kind in kinds), "")
    return Word(word.word, word.start_s, word.end_s, tuple(each.key for each in inside), kind)


def _card(skill: str, record: CallRecord, rubric: Rubric, evidence: Collection[Evidence]) -> SkillCard:
    rows = {row.criterion: row for row in record.scores if row.skill == skill}
    total = rows.pop(skill, None)
    shown: dict[str, list[Evidence]] = {}
    for each in evidence:
        if each.row.skill == skill:
            shown.setdefault(each.row.behaviour, []).append(each)
    criteria, left_out = [], []
    for name in dict.fromkeys((*shown, *rows)):
        row = rows.get(name)
        behaviour = rubric.behaviours.get(name)
        if row is not None and row.not_applicable and name not in shown:
            left_out.append((title(name), plain(row.reason) if row.reason else "no occasion in this call"))
            continue
        if name not in shown and behaviour is not None and behaviour.sign < 0:
            continue  # a fault that did not happen is no news
        measured = row is not None and bool(row.value)  # over the whole call, at no one place
        kind = shown[name][0].kind if name in shown else "credit" if measured else "missing"
        criteria.append(Criterion(name, title(name), row, tuple(shown.get(name, ())), kind, behaviour.tip if behaviour else ""))
    order = {"debit": 0, "credit": 1, "missing": 2, "signal": 3}
    criteria.sort(key=lambda each: order[each.kind])
    name = rubric.skills[skill].title if skill in rubric.skills else title(skill)
    value = (total.value, total.low, total.high) if total else (None, None, None)
    return SkillCard(skill, name, *value, total.reason if total else None, tuple(criteria), tuple(left_out))


def _marks(overlaps: Sequence[OverlapRow], silences: Sequence[SilenceRow], evidence: Collection[Evidence]):
    for overlap in overlaps:
        label = f"{overlap.by} {OVERLAP_WORDS.get(overlap.kind, plain(overlap.kind))}"
        yield Mark("overlap", overlap.kind, label, overlap.start_s, overlap.end_s, "")
    for silence in silences:
        yield Mark("silence", silence.kind, plain(silence.kind), silence.start_s, silence.end_s, "")
    for each in evidence:
        yield Mark("evidence", each.kind, f"{each.sign} {each.name}", each.row.start_s, each.row.end_s, each.key)


def _tone(turns: Sequence[TurnRow]):
    """The customer's agitation over time: the probability of raised, or minus that of subdued."""
    direction = {"raised": 1.0, "even": 0.0, "subdued": -1.0}
    for turn in turns:
        if turn.speaker == "customer" and turn.tone in direction:
            yield turn.start_s, turn.end_s, direction[turn.tone] * (turn.tone_probability if turn.tone_probability is not None else 1.0)


def speech(record: CallRecord) -> dict[str, list[tuple[float, float]]]:
    """When each side speaks, by its turns."""
    sides: dict[str, list[tuple[float, float]]] = {"agent": [], "customer": []}
    for turn in record.turns:
        sides[turn.speaker].append((turn.start_s, turn.end_s))
    return sides


def skippable(record: CallRecord) -> list[tuple[float, float]]:
    """Silences that "skip silence" jumps over, a little speech room left on both sides."""
    return [(each.start_s + 0.3, each.end_s - 0.3) for each in record.silences if each.end_s - each.start_s > 1.2]

