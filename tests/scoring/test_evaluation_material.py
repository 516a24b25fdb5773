"""The material that the scorer is measured on is well formed: files parse, behaviours exist, and there is enough of each."""

import re
import tomllib
from collections import Counter
from pathlib import Path

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
