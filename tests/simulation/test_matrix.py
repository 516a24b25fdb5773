"""Timing material: what is said when does not depend on the condition, and tuning shares nothing with reporting."""

import pytest

from simulation.matrix import CONDITIONS, EVENTS, SEEDS, VOICE_PAIRS, timing_script
from simulation.script import check_lines

CALLS = range(12)


@pytest.mark.parametrize("split", ["tune", "report"])
def test_every_call_can_be_laid_and_has_every_event(split):
    for number in CALLS:
        script = timing_script(split, number)
        check_lines(script.line, script.call_id)
        roles = [line.role for line in script.line]
        for role in ("backchannel", "interruption", "failed_interruption", "terminal_overlap", "crosstalk", "hold"):
            assert roles.count(role) == EVENTS.count(role)


def test_conditions_change_nothing_of_the_conversation():
    scripts = [timing_script("report", 3, condition) for condition in CONDITIONS]
    assert len({(script.line, script.voices, script.seed) for script in scripts}) == 1
    assert len({script.call_id for script in scripts}) == len(CONDITIONS)


def test_tuning_and_reporting_share_no_long_sentence_no_seed_and_no_pair():
    def sentences(split):
        texts = (line.text.replace("| ", "") for number in CALLS for line in timing_script(split, number).line)
        return {part for text in texts for part in text.split(". ") if len(part.split()) > 4}

    assert sentences("tune").isdisjoint(sentences("report"))
    assert not set(VOICE_PAIRS["tune"]) & set(VOICE_PAIRS["report"])
    assert abs(SEEDS["tune"] - SEEDS["report"]) > 10_000


def test_calls_differ_and_both_sides_come_in():
    calls = [timing_script("tune", number) for number in CALLS]
    assert len({script.line for script in calls}) == len(CALLS)
    comers = {line.speaker for script in calls for line in script.line if line.role == "interruption"}
    assert comers == {"agent", "customer"}
