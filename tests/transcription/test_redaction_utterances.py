"""The scripted utterances of the benchmark, both halves, keep what the benchmark reports."""

import pytest

from benchmarks.redaction import OVER_REDACTION, RECALL, STRICT, STRICT_RECALL, read_utterances, settings_of, tally, without_punctuation

UTTERANCES = read_utterances()


def test_there_are_at_least_two_hundred_and_both_halves():
    assert len({each.id for each in UTTERANCES}) == len(UTTERANCES) >= 200
    assert {each.half for each in UTTERANCES} == {"dev", "heldout"}


@pytest.mark.parametrize("written", ["with punctuation", "without punctuation"])
@pytest.mark.parametrize("half", ["dev", "heldout"])
def test_little_is_left_and_little_is_lost(half, written):
    utterances = [each for each in UTTERANCES if each.half == half]
    if written == "without punctuation":
        utterances = [without_punctuation(each) for each in utterances]
    result = tally(utterances, settings_of())
    strict = [sum(counts[kind] for kind in STRICT) for counts in (result.redacted, result.said)]
    rest = [sum(counts[kind] for kind in counts if kind not in STRICT) for counts in (result.redacted, result.said)]
    assert strict[0] / strict[1] >= STRICT_RECALL
    assert rest[0] / rest[1] >= RECALL
    assert result.over_redaction <= OVER_REDACTION
