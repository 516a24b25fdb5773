"""Whole recordings: the example calls against what was laid on their time line, and recordings that cannot be measured."""

import functools

import numpy as np
import pytest
import soundfile

from audio.conversation import UNKNOWN_SIDE, analyse
from audio.facts import NO_FACTS
from audio.frames import channel_frames
from audio.intervals import Interval, difference, intersection, total_s, union
from audio.measure import measure
from audio.networks import INSTALL, networks
from audio.recording import open_recording
from audio.utterances import utterances

NAMES = (
    "abusive_boundary",
    "billing_poor",
    "delivery_average",
    "hotel_passive_aggressive",
    "outage_deescalation",
    "payment_card",
    "plan_indecisive",
    "refund_excellent",
    "router_long_hold",
    "warranty_escalation",
)


@pytest.fixture(scope="module")
def measures_of(calls, settings):
    @functools.cache
    def run(name):
        with open_recording(calls[name]) as recording:
            return measure(recording, settings, agent_channel=0)

    return run


@pytest.fixture
def measures_from(tmp_path, settings):
    """Measure samples (n, channels) as a recording."""

    def run(samples, rate_hz, agent_channel=0):
        soundfile.write(tmp_path / "call.wav", samples, rate_hz, "PCM_16")
        with open_recording(tmp_path / "call.wav") as recording:
            return measure(recording, settings, agent_channel)

    return run


def true_speech(truth, side):
    return union(*(each.speech for each in truth.lines if each.speaker == side))


def test_every_example_is_named_here(calls):
    assert set(NAMES) == set(calls)


@pytest.mark.parametrize("name", NAMES)
def test_example_call_against_its_truth(name, measures_of, truths, settings):
    found, truth = measures_of(name), truths[name]
    assert found.refusal is None and found.unknown == () and found.layout == "two_channel"
    assert found.duration_s == pytest.approx(truth.duration_s, abs=0.05)
    assert found.sample_rate_hz == truth.sample_rate_hz

    conversation = analyse(found, NO_FACTS, settings.conversation)
    assert conversation.agent_talk_share == pytest.approx(truth.agent_talk_share, abs=0.03)

    for side, speech in (("agent", found.agent_speech), ("customer", found.customer_speech)):
        true = true_speech(truth, side)
        missed, wrong = total_s(difference(true, speech)), total_s(difference(speech, true))
        assert (missed + wrong) / truth.duration_s < 0.06, (side, missed, wrong)

        starts_s, ends_s = [each.start_s for each in speech], [each.end_s for each in speech]
        lines = [each for each in truth.lines if each.speaker == side]
        errors_s = [min(abs(at - each.start_s) for at in starts_s) for each in lines]
        errors_s += [min(abs(at - each.end_s) for at in ends_s) for each in lines]
        assert np.median(errors_s) < 0.06, (side, np.median(errors_s))


@pytest.mark.parametrize("name", NAMES)
def test_utterances_are_numbered_in_time_order_and_hold_the_speech(name, measures_of):
    found = measures_of(name)
    assert [each.utterance for each in found.utterances] == list(range(len(found.utterances)))
    assert [each.start_s for each in found.utterances] == sorted(each.start_s for each in found.utterances)
    for side, speech in (("agent", found.agent_speech), ("customer", found.customer_speech)):
        own = [each for each in found.utterances if each.speaker == side]
        assert sum(each.speech_s for each in own) == pytest.approx(total_s(speech))
        assert all(0.0 < each.speech_s <= each.end_s - each.start_s + 1e-6 for each in own)
        assert all(before.end_s < after.start_s for before, after in zip(own, own[1:], strict=False))


@pytest.mark.parametrize("name", ["router_long_hold", "warranty_escalation"])
def test_a_hold_is_silence_of_both_and_its_music_is_no_speech(name, measures_of, truths, settings):
    found = measures_of(name)
    for hold in truths[name].holds:
        spoken = intersection(union(found.agent_speech, found.customer_speech), [type(found.agent_speech[0])(hold.start_s, hold.end_s)])
        assert total_s(spoken) < 0.05 * (hold.end_s - hold.start_s)
        silences = analyse(found, NO_FACTS, settings.conversation).silences
        longest = max(silences, key=lambda each: each.end_s - each.start_s)
        assert longest.kind == ("hold_music" if hold.music else "dead_air")
        assert longest.music is hold.music


def test_the_channels_may_be_the_other_way_round(measures_of, measures_from, voices):
    samples, rate_hz = voices
    swapped = measures_from(samples[:, ::-1], rate_hz, agent_channel=1)
    straight = measures_of("delivery_average")
    assert swapped.agent_speech == straight.agent_speech
    assert swapped.customer_speech == straight.customer_speech
    assert [each.channel for each in swapped.health] == [0, 1]


def test_measuring_twice_gives_the_same(measures_of, calls, settings):
    with open_recording(calls["delivery_average"]) as recording:
        assert measure(recording, settings, agent_channel=0) == measures_of("delivery_average")


# Recordings that cannot be measured --------------------------------------------------------------------------------------------------


def mono(samples, rate_hz):
    return samples.mean(axis=1, keepdims=True)


def identical(samples, rate_hz):
    return np.repeat(samples.mean(axis=1, keepdims=True), 2, axis=1)


def nearly_identical(samples, rate_hz):
    mixed = identical(samples, rate_hz) * (1.0, 0.7)
    return mixed + np.random.default_rng(4).normal(0.0, 0.001, mixed.shape)


def one_voice(samples, rate_hz):
    return samples[:, :1]


def three_channels(samples, rate_hz):
    return np.concatenate([samples, samples[:, :1]], axis=1)


def silent_channel(samples, rate_hz):
    return samples * (1.0, 0.0)


def noise_on_one_channel(samples, rate_hz):
    return np.stack([samples[:, 0], np.random.default_rng(4).normal(0.0, 0.001, len(samples))], axis=1)


def too_little_speech(samples, rate_hz):
    return samples[: 12 * rate_hz]


def no_speech(samples, rate_hz):
    return np.random.default_rng(4).normal(0.0, 0.003, (20 * rate_hz, 2))


REFUSED = [
    (one_voice, "speakers_inseparable"),
    (three_channels, "more_than_two_channels"),
    (silent_channel, "silent_channel"),
    (noise_on_one_channel, "silent_channel"),
    (too_little_speech, "too_little_speech"),
    (no_speech, "no_speech"),
]


@pytest.mark.parametrize(("made", "reason"), REFUSED, ids=[each[0].__name__ for each in REFUSED])
def test_refusals_give_null_with_their_reason(made, reason, measures_from, voices, settings):
    samples, rate_hz = voices
    found = measures_from(made(samples[: 30 * rate_hz], rate_hz), rate_hz)
    assert found.refusal == reason
    assert len(found.health) == found.channels

    conversation = analyse(found, NO_FACTS, settings.conversation)
    assert conversation.agent == conversation.customer == UNKNOWN_SIDE
    assert conversation.agent_talk_share is None and conversation.silence_s is None
    assert {why for _, why in conversation.unknown} == {reason}


@pytest.mark.parametrize("made", [one_voice, three_channels])
def test_who_spoke_is_unknown_but_not_that_somebody_did(made, measures_from, voices):
    samples, rate_hz = voices
    found = measures_from(made(samples[: 30 * rate_hz], rate_hz), rate_hz)
    assert found.agent_speech == found.customer_speech == found.utterances == ()
    assert total_s(found.mono_speech) > 8.0
    assert [each for each, _ in found.unknown] == ["agent_speech", "customer_speech"]


@pytest.mark.parametrize("made", [mono, identical, nearly_identical])
def test_two_voices_on_one_channel_are_told_apart(made, measures_from, measures_of, voices, settings, monkeypatch):
    monkeypatch.setattr("audio.measure.networks", lambda: None)
    samples, rate_hz = voices
    found, straight = measures_from(made(samples, rate_hz), rate_hz), measures_of("delivery_average")
    assert found.refusal is None and found.layout == "mono" and found.mono_speech == ()
    assert 0.9 < found.separation < 1.0
    for side in ("agent_speech", "customer_speech"):
        own, true = getattr(found, side), getattr(straight, side)
        assert total_s(intersection(own, true)) > 0.9 * total_s(true), side
    assert {each.speaker for each in found.utterances} == {"agent", "customer"}

    conversation = analyse(found, NO_FACTS, settings.conversation)
    assert conversation.agent_talk_share == pytest.approx(analyse(straight, NO_FACTS, settings.conversation).agent_talk_share, abs=0.03)
    assert conversation.overlap_s is conversation.agent.interruptions is conversation.agent.interruptions_per_min is None
    assert conversation.overlaps == () and conversation.agent.backchannels is None
    assert ("interruptions", "one_channel") in conversation.unknown


def test_who_speaks_over_whom_is_told_where_the_networks_are_installed(measures_from, measures_of, calls, settings):
    if networks() is None:
        pytest.skip(f"the networks are not installed: {INSTALL}")
    samples, rate_hz = soundfile.read(calls["warranty_escalation"])
    found, straight = measures_from(mono(samples, rate_hz), rate_hz), measures_of("warranty_escalation")
    assert found.layout == "mono" and found.unknown == ()
    one, two = (analyse(each, NO_FACTS, settings.conversation) for each in (found, straight))
    assert two.overlap_s > 2.0 and one.overlap_s == pytest.approx(two.overlap_s, rel=0.5)
    assert one.agent.interruptions == two.agent.interruptions and one.agent.backchannels == two.agent.backchannels
    assert total_s(found.agent_drowned + found.customer_drowned) == pytest.approx(one.overlap_s, abs=0.1)
    louder = [difference(found.agent_speech, found.agent_drowned), difference(found.customer_speech, found.customer_drowned)]
    assert not intersection(*louder)


def test_a_voice_that_is_never_heard_alone_has_no_tone(calls, settings):
    with open_recording(calls["delivery_average"]) as recording:
        frames = [channel_frames(recording, 0, settings.speech)]
        agent, customer = (Interval(2.0, 9.0),), (Interval(4.0, 6.0), Interval(10.0, 12.0))
        spoken = utterances(recording, frames, agent, customer, settings, 0, 0)
    under, alone = (each for each in spoken if each.speaker == "customer")
    assert (under.pitch_hz, under.level_db, under.tone, under.speech_s) == (None, None, None, 2.0)
    assert under.tone_reason is not None and alone.level_db is not None


def test_the_agent_may_be_who_speaks_second(tmp_path, voices, settings):
    samples, rate_hz = voices
    soundfile.write(tmp_path / "call.wav", mono(samples[: 60 * rate_hz], rate_hz), rate_hz, "PCM_16")
    with open_recording(tmp_path / "call.wav") as recording:
        first, second = (measure(recording, settings, 0, exchanged=each) for each in (False, True))
    assert first.agent_speech == second.customer_speech and first.customer_speech == second.agent_speech
    assert first.utterances[0].speaker == "agent" and second.utterances[0].speaker == "customer"
    assert (first.exchanged, second.exchanged) == (False, True)


def test_exchanged_is_the_other_channel(calls, settings, measures_of):
    with open_recording(calls["delivery_average"]) as recording:
        found = measure(recording, settings, 1, exchanged=True)
    assert found.exchanged and found.agent_speech == measures_of("delivery_average").agent_speech


def test_one_side_with_little_speech_is_unknown_and_no_refusal(measures_from, voices, settings):
    # The agent speaks throughout, the customer is heard for 15 s only.
    samples, rate_hz = voices
    samples = samples.copy()
    samples[12 * rate_hz :, 1] = np.random.default_rng(4).normal(0.0, 0.0003, len(samples) - 12 * rate_hz)
    found = measures_from(samples, rate_hz)
    assert 1.0 < total_s(found.customer_speech) < 10.0 < total_s(found.agent_speech)
    assert found.refusal is None and found.unknown == (("customer_speech", "too_little_speech"),)
    conversation = analyse(found, NO_FACTS, settings.conversation)
    assert conversation.agent_talk_share is None and conversation.agent.interruptions_per_min is None
    assert conversation.agent.talk_s == pytest.approx(total_s(found.agent_speech))
