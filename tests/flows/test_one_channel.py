"""Calls with both sides on one channel, and channels that are the other way round, from file to table."""

import dataclasses

import pandas
import pytest
import soundfile

from audio.networks import INSTALL, networks
from audio.recording import sha256_of
from flows.settings import ConfigFolder
from flows.store import Store
from transcription.transcript import Transcript

OTHER = {"agent": "customer", "customer": "agent"}


@pytest.fixture
def one_call(make_calls, tmp_path, run):
    """Scores the clip of the example as `changed` makes its samples, with what the recogniser would have heard of it."""

    def score(changed, *, sides_exchanged: bool, config: str = "", customer_begins: bool = False):
        calls = make_calls(1)
        path = next(calls.folder.iterdir())
        heard = Store(calls.transcripts).read(f"{sha256_of(path)}.json.gz", Transcript)
        samples, rate = soundfile.read(path)
        if customer_begins:
            begins = next(at for at, turn in enumerate(heard.turns) if turn.speaker == "customer")
            samples[: int(heard.turns[begins].start_s * rate) - 800] = 0.0
            heard = dataclasses.replace(heard, turns=heard.turns[begins:])
        soundfile.write(path, changed(samples), rate, subtype="PCM_16")
        if sides_exchanged:
            heard = dataclasses.replace(heard, turns=tuple(dataclasses.replace(each, speaker=OTHER[each.speaker]) for each in heard.turns))
        Store(calls.transcripts).write(f"{sha256_of(path)}.json.gz", heard)
        folder = tmp_path / "config"
        folder.mkdir()
        (folder / "default.toml").write_text(config)
        run(calls, tmp_path / "results", config=ConfigFolder(folder, "test"))
        table = {name: pandas.read_parquet(tmp_path / "results" / name) for name in ("calls", "turns")}
        return table["calls"].iloc[0], table["turns"]

    return score


def mixed(samples):
    return samples.mean(axis=1)


def first_words_of(turns):
    return turns[turns.words > 0].sort_values("start_s").iloc[0]


@pytest.mark.parametrize("customer_begins", [False, True])
def test_a_mono_call_is_scored_with_the_agent_found_by_words(one_call, customer_begins, monkeypatch):
    # Who speaks first is taken for the agent until the words are known.
    monkeypatch.setattr("audio.measure.networks", lambda: None)
    call, turns = one_call(mixed, sides_exchanged=customer_begins, customer_begins=customer_begins)
    assert (call.status, call.layout) == ("scored", "mono")
    assert 0.5 < call.speaker_separation < 1.0
    assert call.role_probability > 0.95
    assert call.agent_talk_s > 0.0 and call.overall_low <= call.overall <= call.overall_high
    assert pandas.isna(call.agent_interruptions) and pandas.isna(call.overlap_s) and pandas.isna(call.channels_swapped)
    assert "interruptions:one_channel" in list(call.unknown)
    assert first_words_of(turns).speaker == ("customer" if customer_begins else "agent")


def test_with_the_networks_a_mono_call_has_interruptions(one_call):
    if networks() is None:
        pytest.skip(f"the networks are not installed: {INSTALL}")
    call, _ = one_call(mixed, sides_exchanged=False)
    assert (call.status, call.layout) == ("scored", "mono")
    assert pandas.notna(call.agent_interruptions) and pandas.notna(call.overlap_s) and pandas.notna(call.agent_backchannels)
    assert not [each for each in call.unknown if each.endswith(":one_channel")]


def test_one_voice_is_refused(one_call):
    call, _ = one_call(lambda samples: samples[:, 0], sides_exchanged=False)
    assert (call.status, call.reason) in [("refused", "one_speaker"), ("refused", "speakers_inseparable")]


def test_swapped_channels_are_reported(one_call):
    call, turns = one_call(lambda samples: samples[:, ::-1], sides_exchanged=True)
    assert call.channels_swapped and call.role_probability < 0.05
    assert "swapped_channels" in list(call["flags"])
    assert first_words_of(turns).speaker == "customer"


def test_swapped_channels_are_corrected_where_configured(one_call):
    call, turns = one_call(lambda samples: samples[:, ::-1], sides_exchanged=True, config="[input]\ncorrect_swapped = true\n")
    assert call.channels_swapped and call.role_probability > 0.95
    assert "swapped_channels" not in list(call["flags"])
    assert first_words_of(turns).speaker == "agent"


def test_the_sidecar_says_where_the_agent_is(make_calls, run, tmp_path):
    calls = make_calls(1)
    path = next(calls.folder.iterdir())
    run(calls, tmp_path / "results")
    before = pandas.read_parquet(tmp_path / "results" / "calls").iloc[0]
    path.with_suffix(".json").write_text('{"agent_channel": 1}')
    run(calls, tmp_path / "results")
    after = pandas.read_parquet(tmp_path / "results" / "calls").iloc[0]
    assert (before.agent_channel, after.agent_channel) == (0, 1)
    assert (before.agent_talk_s, before.customer_talk_s) == (after.customer_talk_s, after.agent_talk_s)
    assert before.settings != after.settings


def test_channels_as_configured_are_left_alone(one_call):
    call, _ = one_call(lambda samples: samples, sides_exchanged=False, config="[input]\ncorrect_swapped = true\n")
    assert not call.channels_swapped
    assert pandas.isna(call.speaker_separation)
