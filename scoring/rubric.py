"""The rubric: what counts, for how much and what to say about it, read from four files of the config folder.

The files are data that a QA lead edits; `docs/rubric.md` explains them. Every problem in them is found in one reading and
raised as one `RubricError`.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from scoring.errors import RubricError
from scoring.reading import Reader

SCORED_SKILLS = ("listening", "empathy", "solution_focus")
REPORTED_SKILL = "conduct"
SIGNALS = "customer"
"""The skill column of the customer's signals, which carry no points."""

AppliesWhen = Literal[
    "always", "concern", "distress", "wait", "limits", "choice", "escalation_request", "abuse", "conflict", "when_shown", "recording"
]


@dataclass(frozen=True)
class Scale:
    """How points become a score; `config/rubric.toml` explains each key."""

    good_score: float
    usual_agent_turns: int
    respond_within_turns: int
    late_share: float
    least_confidence: float
    least_confidence_debit: float
    counts_from: float
    counts_whole: float
    counts_from_debit: float
    counts_whole_debit: float


@dataclass(frozen=True)
class Timing:
    """Limits of what timing decides; `config/rubric.toml` explains each key."""

    interruptions_per_min_worst: float
    agent_share_from: float
    agent_share_to: float
    agent_share_worst: float
    short_turn_words: int
    long_turn_words: int
    monologue_s: float
    words_per_min: float
    answer_begins_within_s: float
    customer_turn_words: int
    acknowledged_share: float
    wait_s: float
    steady_level_db: float
    steady_range_st: float
    recap_last_share: float


@dataclass(frozen=True)
class Band:
    name: str
    from_score: float = field(metadata={"key": "from"})


@dataclass(frozen=True)
class Skill:
    title: str
    weight: float
    good_share: float  # of the points that could be earned, gives `Scale.good_score`


@dataclass(frozen=True)
class AutoFail:
    """The overall score becomes 0 when `speaker` shows `behaviour` at least this often with at least this confidence."""

    id: str
    behaviour: str
    speaker: Literal["agent", "customer"]
    at_least: int
    confidence: float
    reason: str


@dataclass(frozen=True)
class Behaviour:
    """A criterion. A credit earns up to `points` of what its skill can earn; a debit takes `points` of 100 off each time."""

    id: str
    skill: str
    polarity: Literal["credit", "debit"]
    points: float
    applies_when: AppliesWhen
    decided_by: Literal["words", "timing", "voice"]
    did: str
    tip: str
    wording: str
    enough: float = 1.0
    grows: bool = False
    at_most: float | None = None
    with_: tuple[str, ...] = field(default=(), metadata={"key": "with"})

    @property
    def sign(self) -> int:
        return 1 if self.polarity == "credit" else -1


@dataclass(frozen=True)
class Signal:
    """Something the customer may show; it carries no points."""

    id: str


@dataclass(frozen=True)
class FlagRule:
    id: str
    when: str
    reason: str
    below: float | None = None
    above: float | None = None
    at_least: int | None = None
    is_value: str | None = field(default=None, metadata={"key": "is"})
    confidence: float = 0.0
    behaviours: tuple[str, ...] = ()


@dataclass(frozen=True)
class Phrases:
    """What one behaviour, signal, cause or outcome sounds like."""

    examples: tuple[str, ...]
    counter_examples: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Spoken:
    """One sentence of a dialogue, with every behaviour that it shows."""

    speaker: Literal["agent", "customer"]
    sentence: str
    shows: frozenset[str]


@dataclass(frozen=True)
class Dialogue:
    """A whole conversation, and what it was as a whole where that is told."""

    conflict_cause: str | None
    outcome: str | None
    customer_state: str | None
    spoken: tuple[Spoken, ...]


@dataclass(frozen=True)
class _DialogueTable:
    """A [[dialogue]] as it is written."""

    lines: str
    conflict_cause: (
        Literal["communication", "quality", "pricing_or_billing", "unmet_expectation", "complaint_handling", "none"] | None
    ) = None
    outcome: Literal["resolved", "follow_up_due", "escalated", "unresolved"] | None = None
    customer_state: Literal["angry", "indecisive", "unreasonable_demand", "passive_aggressive", "none"] | None = None


@dataclass(frozen=True)
class Exchanges:
    """Pairs (customer's words, agent's sentence) that teach when an answer gives back what was heard; agent's sentences that
    sound like a credit and are none; whole dialogues."""

    reflects: tuple[tuple[str, str], ...]
    does_not: tuple[tuple[str, str], ...]
    not_meant: tuple[str, ...]
    dialogues: tuple[Dialogue, ...]


@dataclass(frozen=True)
class Rubric:
    """A rubric that was checked. `fingerprint` changes with any value in any of its files, not with comments."""

    fingerprint: str
    language: str
    scale: Scale
    timing: Timing
    bands: tuple[Band, ...]  # highest first
    skills: Mapping[str, Skill]
    auto_fails: tuple[AutoFail, ...]
    behaviours: Mapping[str, Behaviour]
    signals: tuple[str, ...]
    flags: tuple[FlagRule, ...]
    phrases: Mapping[str, Phrases]
    exchanges: Exchanges

    def of_skill(self, skill: str) -> tuple[Behaviour, ...]:
        return tuple(behaviour for behaviour in self.behaviours.values() if behaviour.skill == skill)

    def sentences(self) -> Iterator[str]:
        """Everything that the phrases and exchanges have people say."""
        for entry in self.phrases.values():
            yield from (*entry.examples, *entry.counter_examples)
        for pair in (*self.exchanges.reflects, *self.exchanges.does_not):
            yield from pair
        yield from self.exchanges.not_meant
        for dialogue in self.exchanges.dialogues:
            yield from (each.sentence for each in dialogue.spoken)

    def counts(self, behaviour: str, probability: float) -> bool:
        """Whether a sign of this probability is more than doubtful; one held against somebody has to be surer than one for them."""
        return probability >= (self.scale.least_confidence_debit if self._debit(behaviour) else self.scale.least_confidence)

    def weight(self, behaviour: str, probability: float) -> float:
        """How far a sign of this probability counts towards the points of its behaviour, 0-1."""
        scale = self.scale
        limits = (scale.counts_from_debit, scale.counts_whole_debit) if self._debit(behaviour) else (scale.counts_from, scale.counts_whole)
        return min(1.0, max(0.0, (probability - limits[0]) / (limits[1] - limits[0])))

    def _debit(self, behaviour: str) -> bool:
        return behaviour in self.behaviours and self.behaviours[behaviour].polarity == "debit"

    def band(self, score: float) -> str:
        """The name of the band a score falls into."""
        return next(band.name for band in self.bands if score >= band.from_score)


@dataclass(frozen=True)
class RubricFiles:
    """Where the rubric lies: rubric.toml, flags.toml, and phrases, exchanges and dialogues of the language."""

    rubric: Path
    phrases: Path
    exchanges: Path
    dialogues: Path
    flags: Path

    @staticmethod
    def in_folder(folder: Path, language: str) -> "RubricFiles":
        of_language = (folder / f"{name}.{language}.toml" for name in ("phrases", "exchanges", "dialogues"))
        return RubricFiles(folder / "rubric.toml", *of_language, folder / "flags.toml")


def load_rubric(files: RubricFiles) -> Rubric:
    """The rubric of the five files.

    Raises RubricError with every problem found: unknown keys (with the nearest known one), missing keys, wrong types,
    duplicate ids, weights and limits that make no sense, behaviours without examples.
    """
    from scoring.rubric_check import contradictions

    reader = Reader()
    parsed = [_parse(path, reader) for path in (files.rubric, files.phrases, files.exchanges, files.dialogues, files.flags)]
    rubric = _read(reader, *parsed, names=files)
    if rubric is not None:
        for problem in contradictions(rubric):
            reader.add(problem)
    if reader.problems or rubric is None:
        raise RubricError(tuple(reader.problems))
    return rubric


def _parse(path: Path, reader: Reader) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        reader.add(f"{path.name}: cannot be read ({error.strerror})")
    except tomllib.TOMLDecodeError as error:
        reader.add(f"{path.name}: is not valid TOML: {error}")
    return {}


def _read(
    reader: Reader,
    main: dict[str, Any],
    phrases: dict[str, Any],
    exchanges: dict[str, Any],
    dialogues: dict[str, Any],
    flags: dict[str, Any],
    names: RubricFiles,
) -> Rubric | None:
    if reader.problems:
        return None
    file = names.rubric.name
    known = ("version", "language", "scale", "timing", "band", "skill", "auto_fail", "behaviour", "signal")
    reader.known_keys(main, known, file)
    reader.known_keys(flags, ("flag",), names.flags.name)
    if main.get("version") != 1:
        reader.add(f"{file}: version = {main.get('version')!r}; this version of Rapport reads version = 1")
    behaviours = reader.many(Behaviour, main.get("behaviour", []), f"{file} [[behaviour]]")
    signals = reader.many(Signal, main.get("signal", []), f"{file} [[signal]]")
    bands = reader.many(Band, main.get("band", []), f"{file} [[band]]")
    rules = reader.many(FlagRule, flags.get("flag", []), f"{names.flags.name} [[flag]]")
    auto_fails = reader.many(AutoFail, main.get("auto_fail", []), f"{file} [[auto_fail]]")
    scale_table = dict(main.get("scale", {}))
    if scale_table.pop("good_share", None) is not None:
        reader.add(f"{file} [scale]: good_share now stands in each [skill.…] table")
    scale = reader.one(Scale, scale_table, f"{file} [scale]")
    timing = reader.one(Timing, main.get("timing", {}), f"{file} [timing]")
    skills = {key: reader.one(Skill, table, f"{file} [skill.{key}]") for key, table in main.get("skill", {}).items()}
    sounds = {
        key: reader.one(Phrases, table, f"{names.phrases.name} [{key}]") for key, table in _flat(phrases).items()
    }
    spoken = _exchanges(reader, exchanges, names.exchanges.name, _dialogues(reader, dialogues, names.dialogues.name))
    if reader.problems:
        return None
    reader.unique([behaviour.id for behaviour in behaviours] + [signal.id for signal in signals], file)
    reader.unique([rule.id for rule in rules], names.flags.name)
    return Rubric(
        fingerprint=_fingerprint(main, phrases, exchanges, dialogues, flags),
        language=str(main.get("language", "")),
        scale=scale,
        timing=timing,
        bands=tuple(sorted(bands, key=lambda band: -band.from_score)),
        skills=skills,
        auto_fails=auto_fails,
        behaviours={behaviour.id: behaviour for behaviour in behaviours},
        signals=tuple(signal.id for signal in signals),
        flags=rules,
        phrases=sounds,
        exchanges=spoken,
    )


_DIALOGUE_LINE = re.compile(r"([AC]): (.*?)(?: \[([a-z_ ]+)\])?")


def _exchanges(reader: Reader, table: dict[str, Any], where: str, dialogues: tuple[Dialogue, ...]) -> Exchanges:
    if "dialogue" in table:
        reader.add(f"{where}: [[dialogue]] now stands in a file of its own, dialogues.<language>.toml")
    reader.known_keys(table, ("reflects", "does_not", "not_meant", "dialogue"), where)
    not_meant = table.get("not_meant", [])
    if not isinstance(not_meant, list) or not all(isinstance(sentence, str) for sentence in not_meant):
        reader.add(f"{where}: not_meant has to be a list of texts in quotes")
        not_meant = []
    return Exchanges(_pairs(reader, table, "reflects", where), _pairs(reader, table, "does_not", where), tuple(not_meant), dialogues)


def _dialogues(reader: Reader, table: dict[str, Any], where: str) -> tuple[Dialogue, ...]:
    reader.known_keys(table, ("dialogue",), where)
    if not table.get("dialogue"):
        reader.add(f"{where}: has no [[dialogue]]; the packaged file has many to begin with")
    written = reader.many(_DialogueTable, table.get("dialogue", []), f"{where} [[dialogue]]")
    spoken = [_spoken(reader, each.lines, f"{where} [[dialogue]] number {number}") for number, each in enumerate(written, 1)]
    return tuple(
        Dialogue(each.conflict_cause, each.outcome, each.customer_state, lines) for each, lines in zip(written, spoken, strict=True)
    )


def _spoken(reader: Reader, lines: str, where: str) -> tuple[Spoken, ...]:
    spoken = []
    if not isinstance(lines, str) or not lines.strip():
        reader.add(f"{where}: lines has to be a text of several lines")
        return ()
    for line in lines.strip().splitlines():
        found = _DIALOGUE_LINE.fullmatch(line.strip())
        if found is None:
            reader.add(f"{where}: a line has to read 'A: what is said [behaviour ...]' or 'C: ...'; found {line.strip()!r}")
            continue
        spoken.append(Spoken("agent" if found[1] == "A" else "customer", found[2], frozenset((found[3] or "").split())))
    return tuple(spoken)


def _pairs(reader: Reader, table: dict[str, Any], key: str, where: str) -> tuple[tuple[str, str], ...]:
    pairs = table.get(key, [])
    if not isinstance(pairs, list) or len(pairs) < 20:
        reader.add(f"{where}: {key} has to be a list of at least 20 pairs [customer, agent]")
        return ()
    for number, pair in enumerate(pairs, 1):
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(side, str) and side.strip() for side in pair)):
            reader.add(f"{where}: {key} number {number} has to be two texts in quotes: [customer, agent]")
            return ()
    return tuple((customer, agent) for customer, agent in pairs)


def _flat(phrases: dict[str, Any]) -> dict[str, Any]:
    """[outcome.resolved] becomes the key "outcome.resolved"; [apology] stays."""
    flat: dict[str, Any] = {}
    for key, table in phrases.items():
        if isinstance(table, dict) and table and all(isinstance(value, dict) for value in table.values()):
            flat |= {f"{key}.{inner}": value for inner, value in table.items()}
        else:
            flat[key] = table
    return flat


def _fingerprint(*parsed: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(parsed, sort_keys=True).encode()).hexdigest()[:12]
