import pathlib
import tomllib
from collections.abc import Callable, Mapping

import numpy as np
import pytest
import soundfile
from pydantic import TypeAdapter

from audio.facts import NO_FACTS, ConversationFacts, UtteranceFacts
from audio.intervals import Interval, Timeline, bridged, total_s
from audio.measures import MEASURES_VERSION, Measures, Speaker, Utterance
from audio.overlaps import Exchange, follow_floor
from audio.settings import AudioSettings, ConversationRules
from audio.utterances import joined
from simulation.truth import Truth

ROOT = pathlib.Path(__file__).parents[2]
CALLS = ROOT / "examples" / "calls"


@pytest.fixture(scope="session")
def settings() -> AudioSettings:
    return TypeAdapter(AudioSettings).validate_python(tomllib.loads((ROOT / "config" / "default.toml").read_text("utf-8"))["audio"])


@pytest.fixture(scope="session")
def rules(settings) -> ConversationRules:
    return settings.conversation


@pytest.fixture(scope="session")
def calls() -> Mapping[str, pathlib.Path]:
    """The example recordings by call id."""
    return {each.stem: each for each in sorted(CALLS.iterdir()) if each.suffix in (".wav", ".flac")}


@pytest.fixture(scope="session")
def truths(calls) -> Mapping[str, Truth]:
    adapter = TypeAdapter(Truth)
    return {each: adapter.validate_json((CALLS / f"{each}.truth.json").read_bytes()) for each in calls}


@pytest.fixture(scope="session")
def voices(calls) -> tuple[np.ndarray, int]:
    """An example call with a low noise floor and no leakage: samples (n, 2), agent first, and their rate."""
    return soundfile.read(calls["delivery_average"], dtype="float32")


@pytest.fixture(scope="session")
def drawn() -> Callable[..., tuple[Timeline, Timeline]]:
    """Read the two timelines off a drawing: the agent's row, then the customer's; one character is 1 / `per_s` seconds."""

    def read(agent: str, customer: str, per_s: int = 10) -> tuple[Timeline, Timeline]:
        rows = (agent, customer)
        assert all(set(row) <= {"=", " "} for row in rows), rows
        return tuple(bridged((Interval(at / per_s, (at + 1) / per_s) for at, mark in enumerate(row) if mark == "="), 0.0) for row in rows)

    return read


@pytest.fixture(scope="session")
def spoken(settings) -> Callable[[Timeline, Timeline], tuple[Utterance, ...]]:
    """Utterances of two timelines, joined as the measuring does it, without anything about the voice."""

    def join(agent: Timeline, customer: Timeline) -> tuple[Utterance, ...]:
        pause_s = settings.speech.joined_pause_s
        groups = [("agent", each) for each in joined(agent, customer, pause_s)]
        groups += [("customer", each) for each in joined(customer, agent, pause_s)]
        ordered = sorted(groups, key=lambda each: (each[1][0].start_s, each[0]))
        nothing = dict.fromkeys(
            ("pitch_hz", "pitch_range_st", "pitch_slope_st_per_s", "level_db", "spectral_tilt_db", "voiced_share", "tone")
        )
        return tuple(
            Utterance(
                number, side, speech[0].start_s, speech[-1].end_s, total_s(speech), **nothing, tone_probability=None, tone_reason=None
            )
            for number, (side, speech) in enumerate(ordered)
        )

    return join


@pytest.fixture(scope="session")
def exchange(spoken, rules) -> Callable[..., Exchange]:
    """The overlaps, backchannels and floor of two timelines; facts about the words by utterance."""

    def follow(agent: Timeline, customer: Timeline, *facts: UtteranceFacts) -> Exchange:
        speech: dict[Speaker, Timeline] = {"agent": agent, "customer": customer}
        return follow_floor(spoken(agent, customer), speech, {each.utterance: each for each in facts}, rules)

    return follow


@pytest.fixture(scope="session")
def words() -> Callable[..., UtteranceFacts]:
    """Facts about the words of one utterance; unknown unless named."""

    def say(utterance: int, *, complete=None, asks=None, acknowledges=None, count=None) -> UtteranceFacts:
        return UtteranceFacts(utterance, complete, asks, acknowledges, count)

    return say


@pytest.fixture(scope="session")
def facts() -> Callable[..., ConversationFacts]:
    def know(*utterances: UtteranceFacts, announced_s: tuple[float, ...] = (), holds: Timeline = ()) -> ConversationFacts:
        return ConversationFacts(utterances, announced_s, holds) if utterances or announced_s or holds else NO_FACTS

    return know


@pytest.fixture(scope="session")
def measured(spoken) -> Callable[..., Measures]:
    """Measures of a call with these two timelines."""

    def build(
        agent: Timeline,
        customer: Timeline,
        *,
        sounds: Timeline = (),
        redacted: Timeline = (),
        refusal: str | None = None,
        unknown: tuple[tuple[str, str], ...] = (),
    ) -> Measures:
        return Measures(
            version=MEASURES_VERSION,
            sha256="0" * 64,
            duration_s=max((each.end_s for each in agent + customer), default=0.0) + 1.0,
            sample_rate_hz=8000,
            channels=2,
            codec="pcm_s16le",
            layout="two_channel",
            health=(),
            agent_speech=agent,
            customer_speech=customer,
            mono_speech=(),
            sounds=sounds,
            redacted=redacted,
            leaked=(),
            utterances=spoken(agent, customer),
            refusal=refusal,
            unknown=unknown,
        )

    return build
