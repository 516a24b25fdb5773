"""Raised, even or subdued against the speaker's own voice; and that the agent has no tone unless that is switched on."""

from dataclasses import replace

import numpy as np
import pytest

from audio.measure import measure
from audio.recording import open_recording
from audio.tone import TONES, Turn, tones
from audio.voice import Voice

NOTHING = Voice(None, None, None, None, None, None, None)


def turn(effort=0.0, speech_s=4.0, seed=None, level_db=-24.0, pitch_st=5.0, tilt_db=-14.0):
    """A turn whose voice is `effort` times as far from even as ANSI S3.5-1997 puts raised from normal: 6 dB, 2.5 semitones, 3 dB."""
    scatter = np.zeros(3) if seed is None else np.random.default_rng(seed).normal(0.0, (1.0, 0.6, 0.8))
    voice = replace(
        NOTHING,
        pitch_hz=130.0,
        high_pitch_st=pitch_st + 2.5 * effort + scatter[1],
        level_db=level_db + 6.0 * effort + scatter[0],
        tilt_db=tilt_db + 3.0 * effort + scatter[2],
        voiced_share=0.6,
    )
    return Turn(voice, speech_s)


def judged(turns, settings):
    return [each.tone for each in tones(turns, settings.tone)]


def test_raised_turns_stand_out_from_even_ones(settings):
    efforts = [0, 0, 0, 0, 0, 0, 1.3, 1.3, 0, 0]
    found = tones([turn(effort, seed=seed) for seed, effort in enumerate(efforts)], settings.tone)
    assert [each.tone for each in found] == ["raised" if effort else "even" for effort in efforts]
    assert all(each.reason is None and 1 / 3 < each.probability <= 1.0 for each in found)


def test_subdued_turns_stand_out_from_even_ones(settings):
    efforts = [0, 0, 0, 0, 0, 0, -1.3, -1.3, 0, 0]
    assert judged([turn(effort, seed=seed) for seed, effort in enumerate(efforts)], settings) == [
        "subdued" if effort else "even" for effort in efforts
    ]


def test_a_speaker_who_never_changes_is_even(settings):
    assert set(judged([turn(seed=seed) for seed in range(12)], settings)) == {"even"}


def test_louder_is_more_probably_raised(settings):
    def raised(effort):
        found = tones([turn() for _ in range(8)] + [turn(effort)], settings.tone)[-1]
        return found.probability if found.tone == "raised" else 0.0

    assert raised(0.0) == 0.0 < raised(1.0) < raised(1.5) <= raised(2.5) <= 1.0


@pytest.mark.parametrize(("gain_db", "higher_st"), [(12.0, 0.0), (-15.0, 0.0), (0.0, 12.0)])
def test_neither_the_line_nor_the_voice_decides_only_the_change(gain_db, higher_st, settings):
    efforts = [0, 0, 1.3, 0, 0, -1.3, 0, 0]
    plain = tones([turn(effort, seed=seed) for seed, effort in enumerate(efforts)], settings.tone)
    other = [turn(effort, seed=seed, level_db=-24.0 + gain_db, pitch_st=5.0 + higher_st) for seed, effort in enumerate(efforts)]
    for before, after in zip(plain, tones(other, settings.tone), strict=True):
        assert after.tone == before.tone and after.probability == pytest.approx(before.probability, abs=1e-6)


def test_the_order_of_the_turns_does_not_matter(settings):
    turns = [turn(effort, seed=seed) for seed, effort in enumerate([0, 0, 1.3, 0, 0, -1.3, 0, 0])]
    assert judged(turns[::-1], settings) == judged(turns, settings)[::-1]


# Null with a reason ------------------------------------------------------------------------------------------------------------------


def reasons(turns, settings):
    found = tones(turns, settings.tone)
    assert all((each.tone is None) == (each.reason is not None) == (each.probability is None) for each in found)
    assert all(each.tone in TONES for each in found if each.tone is not None)
    return [each.reason for each in found]


def test_a_turn_under_a_second_has_no_tone(settings):
    assert reasons([turn(), turn(), turn(), turn(speech_s=0.99), turn(speech_s=1.01)], settings) == [None, None, None, "too_short", None]


def test_a_turn_without_voiced_speech_has_no_tone(settings):
    whispered = Turn(replace(NOTHING, level_db=-30.0, tilt_db=-5.0, voiced_share=0.0), 4.0)
    assert reasons([turn(), turn(), turn(), whispered], settings) == [None, None, None, "unvoiced"]


@pytest.mark.parametrize(
    ("lengths_s", "reason"),
    [
        ((6.0, 6.0), "no_baseline"),  # two turns, enough speech
        ((3.3, 3.3, 3.3), "no_baseline"),  # three turns, 9.9 s
        ((3.4, 3.4, 3.4), None),
    ],
)
def test_a_baseline_needs_three_turns_and_ten_seconds(lengths_s, reason, settings):
    assert set(reasons([turn(speech_s=length) for length in lengths_s], settings)) == {reason}


def test_turns_without_a_tone_are_no_part_of_the_baseline(settings):
    turns = [turn(speech_s=4.0), turn(speech_s=4.0), *(turn(speech_s=0.9) for _ in range(5))]
    assert reasons(turns, settings) == ["no_baseline"] * 2 + ["too_short"] * 5


def test_nobody_spoke(settings):
    assert tones([], settings.tone) == ()


# Whose tone --------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("agent_emotion", [False, True])
def test_the_agent_has_a_tone_only_where_it_is_switched_on(agent_emotion, calls, settings):
    asked = replace(settings, tone=replace(settings.tone, agent_emotion=agent_emotion))
    with open_recording(calls["hotel_passive_aggressive"]) as recording:
        found = measure(recording, asked, agent_channel=0).utterances
    agent = [each for each in found if each.speaker == "agent"]
    customer = [each for each in found if each.speaker == "customer"]
    assert any(each.tone is not None for each in customer)
    assert any(each.pitch_hz is not None for each in agent)  # acoustic descriptors stay
    if agent_emotion:
        assert any(each.tone is not None for each in agent)
    else:
        assert {(each.tone, each.tone_probability, each.tone_reason) for each in agent} == {(None, None, "agent_emotion_off")}


def test_agent_emotion_is_off_as_delivered(settings):
    assert settings.tone.agent_emotion is False
