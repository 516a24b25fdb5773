"""What two timelines say about a conversation. In the drawings one character is half a second."""

from dataclasses import astuple

import pytest

from audio.conversation import UNKNOWN_SIDE, analyse
from audio.facts import NO_FACTS, ConversationFacts
from audio.intervals import Interval

PER_S = 2

# 0    5    10   15   20   25   30   35   40   45   50   55
CALL = (
    "==================              ====================              ======================",
    "                      ========                          ========                        ",
)


@pytest.fixture
def analysed(measured, rules):
    def run(agent, customer, facts=NO_FACTS, **more):
        return analyse(measured(agent, customer, **more), facts, rules)

    return run


def test_talk_time_share_silence_and_overlap(drawn, analysed):
    found = analysed(*drawn(*CALL, PER_S))
    assert (found.agent.talk_s, found.customer.talk_s) == (30.0, 8.0)
    assert found.agent_talk_share == pytest.approx(30 / 38)
    assert [(each.kind, each.start_s, each.end_s) for each in found.silences] == [
        ("pause", 9.0, 11.0),
        ("pause", 15.0, 16.0),
        ("pause", 26.0, 28.0),
        ("pause", 32.0, 33.0),
    ]
    assert (found.silence_s, found.longest_silence_s, found.hold_s, found.overlap_s) == (6.0, 2.0, 0.0, 0.0)
    assert found.unknown == ()


def test_talk_time_and_silence_leave_holds_and_redaction_out(drawn, analysed, facts):
    # C talks to somebody in the room while on hold (10-12 s); afterwards the recorder cuts 3 s out.
    # 0    5    10   15   20   25   30   35
    agent, customer = drawn(
        "==========                            ==========        ==========  ====",
        "            ==      ====                              ==                ",
        PER_S,
    )
    known = facts(holds=(Interval(7.0, 19.0),))
    found = analysed(agent, customer, known, redacted=(Interval(24.0, 27.0),))
    assert [(each.kind, each.start_s, each.end_s) for each in found.silences] == [
        ("pause", 5.0, 6.0),
        ("announced_hold", 7.0, 10.0),
        ("announced_hold", 12.0, 19.0),
        ("redacted", 24.0, 27.0),
        ("pause", 33.0, 34.0),
    ]
    assert found.hold_s == 10.0
    assert (found.agent.talk_s, found.customer.talk_s) == (17.0, 2.0)
    assert (found.silence_s, found.longest_silence_s) == (2.0, 1.0)


def test_latency_is_the_median_of_the_responses_without_overlap(drawn, analysed):
    found = analysed(*drawn(*CALL, PER_S))
    assert [(each.speaker, each.asked_until_s, each.latency_s) for each in found.responses] == [
        ("customer", 9.0, 2.0),
        ("agent", 15.0, 1.0),
        ("customer", 26.0, 2.0),
        ("agent", 32.0, 1.0),
    ]
    assert (found.agent.response_latency_s, found.customer.response_latency_s) == (1.0, 2.0)


def test_the_median_of_latencies_is_not_moved_by_one_long_silence(analysed):
    # A  ====      ====      ====          A answers after 1, 2 and 30 s
    # C       ====      ====      ====
    agent = tuple(Interval(start, start + 2.0) for start in (0.0, 6.5, 14.0, 49.5))
    customer = tuple(Interval(start, start + 3.0) for start in (2.5, 9.0, 16.5))
    found = analysed(agent, customer)
    assert [each.latency_s for each in found.responses if each.speaker == "agent"] == [1.0, 2.0, 30.0]
    assert found.agent.response_latency_s == 2.0 and found.customer.response_latency_s == 0.5


def test_coming_back_from_a_hold_is_no_response(drawn, analysed, facts):
    # 0    5    10   15   20
    agent, customer = drawn(
        "==========                    ==========",
        "            ====                        ",
        PER_S,
    )
    answered = analysed(agent, customer)
    assert [(each.speaker, each.latency_s) for each in answered.responses] == [("customer", 1.0), ("agent", 7.0)]
    held = analysed(agent, customer, facts(announced_s=(5.0,)))
    assert [each.speaker for each in held.responses] == ["customer"]
    assert held.agent.response_latency_s is None


def test_monologue_is_parted_at_dead_air_and_goes_on_over_pauses(drawn, analysed):
    # A pauses for 2 s at 10 s, for 4 s at 20 s
    # 0    5    10   15   20   25   30
    agent, customer = drawn(
        "====================    ================        ============      ",
        "                                                              ====",
        PER_S,
    )
    found = analysed(agent, customer)
    assert [(each.speaker, each.start_s, each.end_s) for each in found.monologues] == [
        ("agent", 0.0, 20.0),
        ("agent", 24.0, 30.0),
        ("customer", 31.0, 33.0),
    ]
    assert (found.agent.longest_monologue_s, found.customer.longest_monologue_s) == (20.0, 2.0)


def test_a_backchannel_does_not_part_a_monologue(drawn, analysed):
    agent, customer = drawn(
        "========================================        ",
        "                    =                       ====",
        PER_S,
    )
    found = analysed(agent, customer)
    assert [each.kind for each in found.overlaps] == ["backchannel"]
    assert found.agent.longest_monologue_s == 20.0


def test_rates_are_per_minute_of_the_other_sides_speech(analysed):
    # A  ================================================          30 s, C hums at 5 and 10 s
    # C          =       =                        ==============  C cuts A off at 29 s and speaks for 12 s
    agent = (Interval(0.0, 30.0), Interval(45.0, 60.0))
    customer = (Interval(5.0, 5.5), Interval(10.0, 10.5), Interval(29.0, 41.0))
    found = analysed(agent, customer)
    assert [each.kind for each in found.overlaps] == ["backchannel", "backchannel", "interruption"]
    assert (found.customer.interruptions, found.customer.backchannels) == (1, 2)
    assert found.customer.interruptions_per_min == pytest.approx(1 / 0.75)
    assert found.customer.backchannels_per_min == pytest.approx(2 / 0.75)
    assert (found.agent.interruptions, found.agent.interruptions_per_min, found.agent.backchannels_per_min) == (0, 0.0, 0.0)
    assert found.overlap_s == 2.0


def test_failed_attempts_are_counted_apart(drawn, analysed):
    agent, customer = drawn(
        "========================================",
        "          ===                           ",
        PER_S,
    )
    found = analysed(agent, customer)
    assert (found.customer.failed_interruptions, found.customer.interruptions, found.customer.backchannels) == (1, 0, 0)


# Null with a reason ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "refusal", ["speakers_inseparable", "more_than_two_channels", "one_speaker", "silent_channel", "too_little_speech", "no_speech"]
)
def test_a_refused_recording_gives_null_everywhere_with_its_reason(refusal, drawn, analysed):
    found = analysed(*drawn(*CALL, PER_S), refusal=refusal)
    assert found.agent == found.customer == UNKNOWN_SIDE and set(astuple(UNKNOWN_SIDE)) == {None}
    numbers = (found.agent_talk_share, found.silence_s, found.longest_silence_s, found.hold_s, found.overlap_s)
    assert set(numbers) == {None}
    assert found.overlaps == found.silences == found.floor == found.responses == ()
    assert found.unknown and {reason for _, reason in found.unknown} == {refusal}


@pytest.mark.parametrize(("scarce", "other"), [("customer", "agent"), ("agent", "customer")])
def test_a_side_with_too_little_speech_gives_null_for_what_compares_sides(scarce, other, drawn, analysed):
    found = analysed(*drawn(*CALL, PER_S), unknown=((f"{scarce}_speech", "too_little_speech"),))
    assert found.agent_talk_share is None
    assert getattr(found, other).interruptions_per_min is None
    assert getattr(found, other).backchannels_per_min is None
    assert getattr(found, scarce).interruptions_per_min == 0.0
    assert dict(found.unknown) == {
        "agent_talk_share": "too_little_speech",
        f"{other}_interruptions_per_min": "too_little_speech",
        f"{other}_backchannels_per_min": "too_little_speech",
    }
    assert (found.agent.talk_s, found.customer.talk_s, found.silence_s) == (30.0, 8.0, 6.0)


def test_a_call_whose_speech_lies_in_holds_has_no_talk_share_and_says_why(measured, rules):
    spoken_in_hold = measured((Interval(0.0, 12.0),), (Interval(13.0, 25.0),))
    facts = ConversationFacts((), (), (Interval(0.0, 30.0),))
    conversation = analyse(spoken_in_hold, facts, rules)
    assert conversation.agent_talk_share is None
    assert ("agent_talk_share", "all_speech_in_holds") in conversation.unknown
    assert ("customer_interruptions_per_min", "all_speech_in_holds") in conversation.unknown
