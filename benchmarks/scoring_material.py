"""What the scorer is measured on, as transcripts: scripts, truth files of simulated calls, AnnoMI, EPITOME, adversarial sentences."""

import csv
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pydantic import TypeAdapter

from audio.measures import Measures, Speaker
from audio.settings import ConversationRules
from scoring import rubric
from scoring.detectors import Detectors, load_detectors
from scoring.metadata import CallMetadata
from scoring.rubric import Rubric, RubricFiles, load_rubric
from scoring.score import score_call
from scoring.scorecard import Scorecard
from scoring.settings import ScoringSettings
from simulation.script import read_script, spoken_text
from transcription.transcript import TRANSCRIPT_VERSION, Transcript, Turn, Word

ROOT = Path(__file__).resolve().parents[1]
SHARED_TEXT = ROOT.parent / "shared" / "data" / "text"
WORDS_PER_S = 2.7  # only to lay out turns of text that has no times


@dataclass(frozen=True)
class Scorer:
    """Everything that scoring needs, loaded once from the packaged configuration."""

    rubric: Rubric
    detectors: Detectors
    settings: ScoringSettings
    conversation: ConversationRules

    def score(self, call_id: str, transcript: Transcript, measures: Measures | None = None) -> Scorecard:
        return score_call(CallMetadata(call_id), measures, transcript, self.rubric, self.detectors, self.settings, self.conversation)


def load_scorer(cache: Path | None) -> Scorer:
    tables = tomllib.loads((ROOT / "config" / "default.toml").read_text(encoding="utf-8"))
    settings = TypeAdapter(ScoringSettings).validate_python(tables["scoring"])
    rubric = load_rubric(RubricFiles.in_folder(ROOT / "config", "en"))
    rules = TypeAdapter(ConversationRules).validate_python(tables["audio"]["conversation"])
    return Scorer(rubric, load_detectors(rubric, settings, cache), settings, rules)


def spoken(lines: list[tuple[Speaker, str]]) -> Transcript:
    """A transcript of lines said one after the other, each a turn, with evenly spread word times."""
    turns, at_s = [], 0.0
    for number, (speaker, text) in enumerate(lines):
        words = []
        for word in text.split():
            words.append(Word(word, at_s, at_s + 1.0 / WORDS_PER_S, None))
            at_s += 1.0 / WORDS_PER_S
        end_s = words[-1].end_s if words else at_s
        turns.append(Turn(number, None, speaker, words[0].start_s if words else at_s, end_s, " ".join(text.split()), tuple(words), None))
        at_s += 0.5
    return Transcript(TRANSCRIPT_VERSION, "imported:text", "en", None, tuple(turns), (), None, None, None, None)


@dataclass(frozen=True)
class LabelledCall:
    """A call with the behaviours that its author meant, per turn of the transcript, and its intended quality."""

    call_id: str
    transcript: Transcript
    behaviours: tuple[frozenset[str], ...]
    intended_quality: dict[str, float]
    outcome: str | None  # None where nobody said
    customer_state: str | None
    conflict_cause: str | None


def calls_of_scripts(folder: Path, prefix: str) -> list[LabelledCall]:
    """The scripts of a folder whose name begins with `prefix`, as clean text."""
    calls = []
    for path in sorted(folder.glob(f"{prefix}*.toml")):
        script = read_script(path)
        lines = [line for line in script.line if line.role != "hold"]
        quality = {name: value for name, value in vars(script.intended_quality).items() if value is not None}
        calls.append(
            LabelledCall(
                script.call_id, spoken([(line.speaker, spoken_text(line.text)) for line in lines]),
                tuple(frozenset(line.behaviours) for line in lines), quality, script.outcome, script.customer_state, script.conflict_cause,
            )
        )  # fmt: skip
    return calls


def calls_of_dialogues(dialogues: Sequence[rubric.Dialogue]) -> list[LabelledCall]:
    """Dialogues of the configuration as clean text: what a side says in a row is one turn, which shows what its sentences show."""
    calls = []
    for number, dialogue in enumerate(dialogues):
        turns = [list(turn) for _, turn in groupby(dialogue.spoken, key=lambda each: each.speaker)]
        lines = [(turn[0].speaker, " ".join(each.sentence for each in turn)) for turn in turns]
        behaviours = tuple(frozenset().union(*(each.shows for each in turn)) for turn in turns)
        facts = (dialogue.outcome, dialogue.customer_state, dialogue.conflict_cause)
        calls.append(LabelledCall(f"dialogue-{number}", spoken(lines), behaviours, {}, *facts))
    return calls


@dataclass(frozen=True)
class Dialogue:
    """An AnnoMI dialogue: the therapist is the agent, the client the customer."""

    quality: str  # high | low
    transcript: Transcript
    labels: tuple[str, ...]  # per turn: question, reflection, therapist_input, other; n/a for the client


def annomi(folder: Path) -> list[Dialogue]:
    rows = defaultdict(list)
    with (folder / "annomi.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["transcript_id"]].append(row)
    dialogues = []
    for utterances in rows.values():
        lines: list[tuple[Speaker, str]] = [
            ("agent" if row["interlocutor"] == "therapist" else "customer", row["utterance_text"]) for row in utterances
        ]
        labels = tuple(row["main_therapist_behaviour"] for row in utterances)
        dialogues.append(Dialogue(utterances[0]["mi_quality"], spoken(lines), labels))
    return dialogues


def epitome(folder: Path) -> list[tuple[Transcript, bool]]:
    """(post and reply as a two-turn call, whether the reply shows an emotional reaction)."""
    with (folder / "epitome_emotional-reactions.csv").open(encoding="utf-8", newline="") as file:
        return [
            (spoken([("customer", row["seeker_post"]), ("agent", row["response_post"])]), int(row["level"]) > 0)
            for row in csv.DictReader(file)
        ]


@dataclass(frozen=True)
class Resembling:
    """A sentence that resembles a behaviour (`forbidden`) or is one in the same shape (`expected`)."""

    text: str
    kind: str
    context: str | None
    forbidden: frozenset[str]
    expected: frozenset[str]


def adversarial(path: Path) -> list[Resembling]:
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["sentence"]
    return [
        Resembling(e["text"], e["kind"], e.get("context"), frozenset(e.get("forbidden", ())), frozenset(e.get("expected", ())))
        for e in entries
    ]
