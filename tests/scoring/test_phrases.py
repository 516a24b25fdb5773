"""The phrases file keeps the promises that its readers and the sentence classifiers rely on."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# an id without the asterisk is decided by words
BEHAVIOURS = re.findall(r"`([a-z_]+)`(?!\*)", (ROOT / "docs" / "behaviours.md").read_text(encoding="utf-8"))
CLASSES = {
    "conflict_cause": [
        "communication", "quality", "pricing_or_billing", "unmet_expectation", "complaint_handling",
    ],
    "outcome": ["resolved", "follow_up_due", "escalated", "unresolved"],
}  # fmt: skip

PHRASES = tomllib.loads((ROOT / "config" / "phrases.en.toml").read_text(encoding="utf-8"))
TABLES = {name: PHRASES[name] for name in PHRASES if name not in CLASSES}
TABLES |= {f"{group}.{name}": PHRASES[group][name] for group in CLASSES for name in PHRASES[group]}
SENTENCES = [(name, sentence) for name, table in TABLES.items() for sentence in table["examples"] + table.get("counter_examples", [])]


def same_words(sentence: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9']+", " ", sentence.lower()).split())


def test_every_behaviour_decided_by_words_is_there_and_nothing_else():
    expected = set(BEHAVIOURS) | {"neutral"} | {f"{group}.{name}" for group in CLASSES for name in CLASSES[group]}
    assert set(TABLES) == expected


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_a_behaviour_has_enough_examples_and_near_misses(behaviour):
    assert set(TABLES[behaviour]) == {"examples", "counter_examples", "patterns"}
    assert len(TABLES[behaviour]["examples"]) >= 30
    assert len(TABLES[behaviour]["counter_examples"]) >= 20


@pytest.mark.parametrize("table", [name for name in TABLES if "." in name])
def test_a_class_of_cause_or_outcome_has_enough_examples(table):
    assert len(TABLES[table]["examples"]) >= 15


def test_the_neutral_background_is_broad():
    assert len(TABLES["neutral"]["examples"]) >= 250


@pytest.mark.parametrize("table", TABLES)
def test_no_sentence_stands_twice_or_on_both_sides(table):
    sentences = TABLES[table]["examples"] + TABLES[table].get("counter_examples", [])
    assert [text for text, times in Counter(map(same_words, sentences)).items() if times > 1] == []


@pytest.mark.parametrize("group", CLASSES)
def test_competing_classes_share_no_sentence(group):
    sentences = [same_words(text) for table in PHRASES[group].values() for text in table["examples"]]
    assert len(sentences) == len(set(sentences))


def test_neutral_sentences_are_examples_of_nothing():
    neutral = set(map(same_words, TABLES["neutral"]["examples"]))
    shown = {same_words(text) for name, table in TABLES.items() if name != "neutral" for text in table["examples"]}
    assert neutral & shown == set()


def test_plain_quotes_and_characters_only():
    odd = [(name, text) for name, text in SENTENCES if not text.isascii() or '"' in text or text != text.strip()]
    assert odd == []


def test_no_sentence_is_longer_than_a_spoken_one():
    assert [(name, text) for name, text in SENTENCES if not 1 <= len(text.split()) <= 32] == []


def test_about_a_third_is_written_as_speech_recognition_writes():
    bare = [text for _, text in SENTENCES if text[-1] not in ".?!"]
    assert 0.25 <= len(bare) / len(SENTENCES) <= 0.45


PATTERNS = [(name, pattern) for name, table in TABLES.items() for pattern in table.get("patterns", [])]


@pytest.mark.parametrize(("table", "pattern"), PATTERNS)
def test_a_pattern_finds_its_own_examples_and_no_near_miss(table, pattern):
    finds = re.compile(pattern).search
    assert pattern == pattern.lower(), "patterns are tried on lower-case text"
    assert any(finds(text.lower()) for text in TABLES[table]["examples"])
    quiet = TABLES[table]["counter_examples"] + TABLES["neutral"]["examples"]
    assert [text for text in quiet if finds(text.lower())] == []
