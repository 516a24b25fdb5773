"""The material that the scorer is measured on is well formed: files parse, behaviours exist, and there is enough of each."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from simulation.script import read_script

ROOT = Path(__file__).resolve().parents[2]
SKILLS = ("listening", "empathy", "solution_focus", "conduct", "customer")
KINDS = {"sarcasm", "negation", "quote", "politeness", "policy", "hypothetical", "third_party"}


def behaviours() -> dict[str, tuple[str, bool, bool]]:
    """id -> (skill, is a credit, is decided by words), read from the table of docs/behaviours.md."""
    table: dict[str, tuple[str, bool, bool]] = {}
    for line in (ROOT / "docs" / "behaviours.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        skill = cells[0].split(" ")[0]
        if line.startswith("|") and skill in SKILLS:
            for column, credit in ((1, True), (2, False)):
                for name, star in re.findall(r"`(\w+)`(\*?)", cells[column]):
                    table[name] = (skill, credit, star == "")
    return table


BEHAVIOURS = behaviours()
CREDITS_IN_WORDS = {
    name for name, (skill, credit, words) in BEHAVIOURS.items() if credit and words and skill != "customer"
}


def sentences() -> list[dict]:
    return tomllib.loads((ROOT / "benchmarks" / "adversarial.toml").read_text(encoding="utf-8"))["sentence"]


def test_the_list_of_behaviours_was_read():
    assert {skill for skill, _, _ in BEHAVIOURS.values()} == set(SKILLS)
    assert BEHAVIOURS["apology"] == ("empathy", True, True)
    assert BEHAVIOURS["interruption"] == ("listening", False, False)


def test_adversarial_sentences_are_well_formed():
    for sentence in sentences():
        assert set(sentence) <= {"text", "kind", "forbidden", "expected", "context"}, sentence
        assert ("forbidden" in sentence) != ("expected" in sentence), sentence
        assert sentence["kind"] in KINDS, sentence
        named = sentence.get("forbidden") or sentence.get("expected")
        assert named and set(named) <= set(BEHAVIOURS), sentence
        assert all(BEHAVIOURS[name][0] != "customer" for name in named), sentence
        assert sentence["text"].strip() == sentence["text"] != ""


def test_no_adversarial_sentence_is_there_twice():
    texts = Counter(sentence["text"].lower() for sentence in sentences())
    assert [text for text, count in texts.items() if count > 1] == []


def test_there_are_enough_adversarial_sentences_of_every_sort():
    resembling = [s for s in sentences() if set(s.get("forbidden", ())) & CREDITS_IN_WORDS]
    meant = [s for s in sentences() if "expected" in s]
    assert len(resembling) >= 180
    assert len(meant) >= 60
    for name in CREDITS_IN_WORDS:
        assert sum(name in s["forbidden"] for s in resembling) >= 3, name
        assert sum(name in s["expected"] for s in meant) >= 2, name
    for kind in KINDS:
        assert sum(s["kind"] == kind for s in resembling) >= 10, kind
        assert sum(s["kind"] == kind for s in meant) >= 3, kind


TURN_TAKING = {"backchannel", "interruption", "failed_interruption", "crosstalk"}
SECTORS = ("retail", "telecom", "banking", "insurance", "utilities", "travel", "health")
SCRIPTS = sorted((ROOT / "benchmarks" / "scripts").glob("*.toml"))
PARTS = {part: [path for path in SCRIPTS if path.name.startswith(part)] for part in ("dev-", "heldout-", "fresh-")}
"""dev- and heldout- have served to choose rules and thresholds of the scoring; fresh- is only measured on."""


def script(path: Path) -> dict:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def words(text: str) -> str:
    return " ".join(re.findall(r"[a-z']+", text.lower()))


def test_there_are_enough_scripts_in_both_halves():
    assert len(SCRIPTS) == sum(len(paths) for paths in PARTS.values()) >= 24
    for part, paths in PARTS.items():
        assert len(paths) >= 12, part
        for sector in SECTORS:
            assert any(path.name.startswith(part + sector) for path in paths), part + sector
        overall = [script(path)["intended_quality"]["overall"] for path in paths]
        assert min(overall) <= 10 and max(overall) >= 90, part
        assert all(any(low <= value < low + 20 for value in overall) for low in (20, 40, 60, 80)), part


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_script_can_be_laid_and_its_tags_are_behaviours_of_its_speaker(path):
    parsed = read_script(path)
    assert parsed.call_id == path.stem
    table = script(path)
    assert set(table["intended_quality"]) == {"listening", "empathy", "solution_focus", "overall"}
    assert 14 <= len(table["line"]) <= 40
    for line in table["line"]:
        for name in line.get("behaviours", ()):
            skill, _, decided_by_words = BEHAVIOURS[name]
            assert decided_by_words, (name, line)
            assert (skill == "customer") == (line["speaker"] == "customer"), (name, line)
        assert len(set(line.get("behaviours", ()))) == len(line.get("behaviours", ())), line


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_every_mark_in_a_text_has_a_line_that_comes_in_there(path):
    lines = script(path)["line"]
    marks = sum(line.get("text", "").count("|") for line in lines)
    assert marks == sum(line.get("role") in TURN_TAKING for line in lines)


def test_every_behaviour_decided_by_words_is_in_both_halves():
    for part, paths in PARTS.items():
        shown = {name for path in paths for line in script(path)["line"] for name in line.get("behaviours", ())}
        missing = {name for name, (_, _, decided_by_words) in BEHAVIOURS.items() if decided_by_words} - shown
        assert missing == set(), part


def test_no_part_shares_a_sentence_with_another_or_with_the_adversarial_set():
    def said(paths: list[Path]) -> set[str]:
        texts = {words(line["text"]) for path in paths for line in script(path)["line"] if "text" in line}
        return {text for text in texts if len(text.split()) >= 4}

    others = {words(sentence["text"]) for sentence in sentences()}
    for part, paths in PARTS.items():
        assert said(paths) & others == set(), part
        others |= said(paths)


def test_what_is_measured_on_is_not_what_was_learned_from():
    """Whole sentences, that is: "thank you for your patience" belongs to everybody. dev- scripts have become dialogues to learn from."""
    config = ROOT / "config"
    phrases = tomllib.loads((config / "phrases.en.toml").read_text(encoding="utf-8"))
    exchanges = tomllib.loads((config / "exchanges.en.toml").read_text(encoding="utf-8"))
    groups = [entry for table in phrases.values() for entry in (table, *table.values()) if isinstance(entry, dict)]
    learned = {words(sentence) for entry in groups for key in ("examples", "counter_examples") for sentence in entry.get(key, ())}
    learned |= {words(sentence) for sentence in exchanges["not_meant"]}
    learned |= {words(sentence) for pair in exchanges["reflects"] + exchanges["does_not"] for sentence in pair}
    dialogues = tomllib.loads((config / "dialogues.en.toml").read_text(encoding="utf-8"))["dialogue"]
    spoken = [line for dialogue in dialogues for line in dialogue["lines"].strip().splitlines()]
    learned |= {words(re.sub(r"^[AC]: |\[[a-z_ ]+\]$", "", line)) for line in spoken}
    measured = {sentence["text"] for sentence in sentences()}
    for part in ("fresh-",):
        measured |= {text for path in PARTS[part] for line in script(path)["line"] for text in re.split(r"[.?!]", line.get("text", ""))}
    assert {text for text in measured if len(text.split()) >= 8 and words(text) in learned} == set()
