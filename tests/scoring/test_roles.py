import dataclasses
from pathlib import Path

import pytest

from benchmarks.scoring_material import calls_of_scripts, spoken
from scoring.metadata import CallMetadata
from scoring.roles import RoleModel, learn_roles, role_probability
from scoring.sentences import segment
from transcription.transcript import Transcript

SCRIPTS = Path(__file__).parents[2] / "benchmarks" / "scripts"
NOBODY = CallMetadata("call")


@pytest.fixture(scope="module")
def roles(rubric) -> RoleModel:
    return learn_roles(rubric)


def other_way_round(transcript: Transcript) -> Transcript:
    other = {"agent": "customer", "customer": "agent"}
    return dataclasses.replace(transcript, turns=tuple(dataclasses.replace(turn, speaker=other[turn.speaker]) for turn in transcript.turns))


@pytest.mark.parametrize("call", calls_of_scripts(SCRIPTS, "fresh-"), ids=lambda call: call.call_id)
def test_calls_that_nothing_was_learned_from(call, roles):
    assert role_probability(segment(call.transcript), NOBODY, roles) > 0.99
    assert role_probability(segment(other_way_round(call.transcript)), NOBODY, roles) < 0.01


def test_little_said_is_not_enough(roles):
    hello = spoken([("agent", "Hello?"), ("customer", "Hello, can you hear me?")])
    assert 0.05 < role_probability(segment(hello), NOBODY, roles) < 0.95


def test_one_side_without_words(roles):
    assert role_probability(segment(spoken([("agent", "Thank you for calling, how can I help?")])), NOBODY, roles) is None


def test_the_name_in_the_metadata_helps(roles):
    call = spoken([("agent", "Hello, this is Marta."), ("customer", "Hello.")])
    named = role_probability(segment(call), CallMetadata("call", agent_name="Marta Silva"), roles)
    assert named > role_probability(segment(call), NOBODY, roles)
    assert named > role_probability(segment(call), CallMetadata("call", agent_name="Peter"), roles)
    assert role_probability(segment(other_way_round(call)), CallMetadata("call", agent_name="Marta Silva"), roles) < 0.5


def test_sentences_by_themselves(roles):
    agent, customer = roles.odds(["may i have your account number please", "i want my money back"])
    assert agent > 1.0 and customer < -1.0
