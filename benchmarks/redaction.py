"""How much of what must not be stored is redacted, and how much of the rest is lost with it.

    python -m benchmarks.redaction               scripted utterances, held-out half
    python -m benchmarks.redaction --half dev    the half the rules were made on, with --misses the words missed
    python -m benchmarks.redaction --calls       simulated calls through Whisper (benchmarks/redaction_calls.py)

Recall counts digits (a word of letters that carries the value counts as one): "double four" is two, "4111" is four.
Over-redaction is the share of words outside the marks that were replaced. Fillers inside the marks count neither way.
"""

import argparse
import re
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter

from transcription.redaction import Redaction, RedactionSettings, redact
from transcription.transcript import TRANSCRIPT_VERSION, Transcript, Turn, Word

UTTERANCES = Path(__file__).with_name("redaction_utterances.toml")
DEFAULTS = Path(__file__).parents[1] / "config" / "default.toml"
STRICT = ("card", "security_code", "ssn")
STRICT_RECALL, RECALL, OVER_REDACTION = 0.99, 0.95, 0.02
WORD_S = 0.35

_SPOKEN = {
    word: count
    for count, words in {
        1: "zero one two three four five six seven eight nine oh o nought",
        2: "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty "
        "ninety hundred",
        3: "thousand",
    }.items()
    for word in words.split()
}
_CARRIES_NOTHING = re.compile(
    r"the|a|of|and|no|not|sorry|wait|hang|on|um|uh|i|mean|think|it's|it|is|that's|oh|now|all|one|word|lower|case|area|code|dash|slash|plus|"
    r"double|triple|extension|dot|at|end|number|for|as|in|missed"
)
"""Words inside marks that are no part of the value."""


@dataclass(frozen=True)
class MarkedWord:
    text: str
    kind: str | None  # what it must be redacted as; None: it must stay
    weight: int  # digits, or 1 for a word of letters that carries the value; 0 for fillers inside the marks


@dataclass(frozen=True)
class MarkedTurn:
    speaker: str
    words: tuple[MarkedWord, ...]


@dataclass(frozen=True)
class Utterance:
    id: str
    turns: tuple[MarkedTurn, ...]

    @property
    def half(self) -> str:
        return self.id.split("-")[0]


@dataclass
class Tally:
    """Digits by kind said and redacted, and other words said and lost."""

    said: Counter
    redacted: Counter
    others: int = 0
    lost: int = 0

    def recall(self, kind: str) -> float | None:
        return self.redacted[kind] / self.said[kind] if self.said[kind] else None

    @property
    def over_redaction(self) -> float:
        return self.lost / self.others if self.others else 0.0


def read_utterances(path: Path = UTTERANCES) -> list[Utterance]:
    return [
        Utterance(entry["id"], tuple(marked_turn(line) for line in entry["turns"].strip().splitlines()))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["utterance"]
    ]


def marked_turn(line: str) -> MarkedTurn:
    speaker, text = line.split(":", 1)
    words: list[MarkedWord] = []
    for marked, kind, plain in re.findall(r"\{((\w+):[^}]*)\}(?:\S*)|([^{]+)", text):
        if marked:
            inside = marked.split(":", 1)[1].split()
            closing = re.search(re.escape("{" + marked + "}") + r"([^\s{]*)", text)[1]
            inside[-1] += closing
            words += [MarkedWord(word, kind, weight(word, kind, inside, place)) for place, word in enumerate(inside)]
        else:
            words += [MarkedWord(word, None, 0) for word in plain.split()]
    return MarkedTurn({"A": "agent", "C": "customer"}[speaker.strip()], tuple(words))


def weight(word: str, kind: str, inside: Sequence[str], place: int) -> int:
    text = word.lower().strip(".,?!;:'\"()")
    if digits := sum(letter.isdigit() for letter in text):
        return digits
    parts = [part for part in text.split("-") if part]
    spoken = sum(_SPOKEN.get(part, 0) for part in parts)
    before = inside[place - 1].lower().strip(".,") if place else ""
    following = inside[place + 1].lower().strip(".,?") if place + 1 < len(inside) else ""
    exclaimed = text == "oh" and (following in ("sorry", "no") or kind == "email")
    if exclaimed or before == "missed" or (text == "one" and following == "word"):
        return 0
    if spoken:
        return spoken * {"double": 2, "triple": 3}.get(before, 1)
    if kind in ("card", "security_code", "phone", "bank") and len(text) > 1:
        return 0
    return 0 if _CARRIES_NOTHING.fullmatch(text) else 1


def without_punctuation(utterance: Utterance) -> Utterance:
    """As recognisers write that know neither punctuation nor capitals; written numbers stay as they are."""
    turns = []
    for turn in utterance.turns:
        words = []
        for word in turn.words:
            text = word.text if any(letter.isdigit() for letter in word.text) else word.text.lower()
            words.append(replace(word, text=text.strip(".,?!;:")))
        turns.append(replace(turn, words=tuple(words)))
    return replace(utterance, turns=tuple(turns))


def transcript_of(utterance: Utterance) -> Transcript:
    turns, time_s = [], 0.0
    for position, marked in enumerate(utterance.turns):
        start_s = time_s
        words = []
        for word in marked.words:
            words.append(Word(word.text, round(time_s, 3), round(time_s + WORD_S, 3), 0.9))
            time_s += WORD_S
        text = " ".join(word.word for word in words)
        turns.append(Turn(position, position, marked.speaker, start_s, time_s, text, tuple(words), 0.9))
        time_s += 0.5
    return Transcript(TRANSCRIPT_VERSION, "script", "en", 1.0, tuple(turns), (), 0.9, 0.0, 0.0, None)


def hidden_words(redaction: Redaction, transcript: Transcript) -> list[list[bool]]:
    """Per turn and word of the original, whether it is gone from the redacted transcript."""
    hidden = []
    for before, after in zip(transcript.turns, redaction.transcript.turns, strict=True):
        left = {(word.start_s, word.word) for word in after.words}
        hidden.append([(word.start_s, word.word) not in left for word in before.words])
    return hidden


def tally(utterances: Iterable[Utterance], settings: RedactionSettings, misses: list[str] | None = None) -> Tally:
    """Count over utterances; with a list, say what was missed or lost in it."""
    result = Tally(Counter(), Counter())
    for utterance in utterances:
        transcript = transcript_of(utterance)
        redaction = redact(transcript, settings)
        for marked, hidden, after in zip(utterance.turns, hidden_words(redaction, transcript), redaction.transcript.turns, strict=True):
            wrong = False
            for word, gone in zip(marked.words, hidden, strict=True):
                if word.kind is None:
                    result.others += 1
                    result.lost += gone
                    wrong |= gone
                else:
                    result.said[word.kind] += word.weight
                    result.redacted[word.kind] += word.weight * gone
                    wrong |= bool(word.weight) and not gone
            if wrong and misses is not None:
                said = " ".join(f"<{word.text}>" if word.kind else word.text for word in marked.words)
                misses.append(f"{utterance.id}: {said}\n      -> {after.text}")
    return result


def settings_of(path: Path = DEFAULTS) -> RedactionSettings:
    table = tomllib.loads(path.read_text(encoding="utf-8"))["transcription"]["redaction"]
    return TypeAdapter(RedactionSettings).validate_python(table)


def table(result: Tally) -> str:
    lines = [f"{'kind':14} {'digits':>7} {'redacted':>9} {'recall':>8}  wanted"]
    for kind in sorted(result.said):
        wanted = STRICT_RECALL if kind in STRICT else RECALL
        lines.append(f"{kind:14} {result.said[kind]:7} {result.redacted[kind]:9} {result.recall(kind):8.2%}  >= {wanted:.0%}")
    strict = [sum(counter[kind] for kind in STRICT) for counter in (result.redacted, result.said)]
    rest = [sum(counter[kind] for kind in counter if kind not in STRICT) for counter in (result.redacted, result.said)]
    lines.append(f"{'card, code, ssn':14} {strict[1]:6} {strict[0]:9} {strict[0] / max(1, strict[1]):8.2%}  >= {STRICT_RECALL:.0%}")
    lines.append(f"{'the rest':14} {rest[1]:7} {rest[0]:9} {rest[0] / max(1, rest[1]):8.2%}  >= {RECALL:.0%}")
    lines.append(f"{'other words':14} {result.others:7} {result.lost:9} {result.over_redaction:8.2%}  <= {OVER_REDACTION:.0%}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("dev", "heldout"), default="heldout")
    parser.add_argument("--misses", action="store_true", help="print the turns with a miss or a loss")
    parser.add_argument("--plain", action="store_true", help="without punctuation and capitals")
    arguments = parser.parse_args()
    utterances = [each for each in read_utterances() if each.half == arguments.half]
    if arguments.plain:
        utterances = [without_punctuation(each) for each in utterances]
    misses: list[str] = []
    started = time.process_time()
    result = tally(utterances, settings_of(), misses)
    spent_s = time.process_time() - started
    print(f"{len(utterances)} scripted utterances, half {arguments.half}\n{table(result)}")
    print(f"{1e3 * spent_s / len(utterances):.1f} ms of processor time an utterance, counting included")
    if arguments.misses:
        print("\n".join(misses))


if __name__ == "__main__":
    main()
