"""The kinds of mutual silence. In the drawings one character is half a second, A is the agent, C the customer."""

import pytest

from audio.intervals import Interval, total_s
from audio.silences import find_silences

PER_S = 2


@pytest.fixture
def silences(rules, facts):
    def find(agent, customer, *, sounds=(), redacted=(), announced_s=(), holds=()):
        return find_silences(agent, customer, sounds, redacted, facts(announced_s=announced_s, holds=holds), rules)

    return find


def kinds(found):
    return [(each.kind, each.start_s, each.end_s) for each in found]


def gap(length_s):
    """A speaks for 10 s, nobody for `length_s`, C for 5 s."""
    return (Interval(0.0, 10.0),), (Interval(10.0 + length_s, 15.0 + length_s),)


@pytest.mark.parametrize(
    ("length_s", "expected"), [(0.99, []), (1.01, ["pause"]), (2.99, ["pause"]), (3.01, ["dead_air"]), (60.0, ["dead_air"])]
)
def test_length_parts_no_silence_pause_and_dead_air(length_s, expected, silences):
    # A  ====================
    # C                       < length_s >==========
    assert [each.kind for each in silences(*gap(length_s))] == expected


def test_only_mutual_silence_between_first_and_last_speech_counts(drawn, silences):
    #    0    5    10   15   20   25   30
    agent, customer = drawn(
        "          ============              ====        ",
        "              ================              ====",
        PER_S,
    )
    assert kinds(silences(agent, customer)) == [("dead_air", 15.0, 18.0), ("pause", 20.0, 22.0)]


def test_a_call_without_speech_has_no_silence_row(silences):
    assert silences((), (), sounds=(Interval(0.0, 30.0),)) == ()


# Announced hold ----------------------------------------------------------------------------------------------------------------------


def test_announced_hold_lasts_until_the_agent_is_back(drawn, silences):
    #    0    5    10   15   20   25   30   35
    # A: "may I put you on hold?", C: "sure", and a "hello?" in between that no one answers
    agent, customer = drawn(
        "==========                                        ==========        ======",
        "            ==                  ==                                        ",
        PER_S,
    )
    assert kinds(silences(agent, customer, announced_s=(5.0,))) == [
        ("pause", 5.0, 6.0),
        ("announced_hold", 7.0, 16.0),
        ("announced_hold", 17.0, 25.0),
        ("dead_air", 30.0, 34.0),
    ]


@pytest.mark.parametrize(("after_s", "kind"), [(9.9, "announced_hold"), (10.1, "dead_air")])
def test_a_hold_begins_within_ten_seconds_of_its_announcement(after_s, kind, silences):
    # A  ====================                   the hold was announced `after_s` before it begins
    # C                                ==========
    (found,) = silences(*gap(20.0), announced_s=(10.0 - after_s,))
    assert found.kind == kind


def test_a_hold_is_not_one_before_it_was_announced(silences):
    (found,) = silences(*gap(20.0), announced_s=(12.0,))
    assert found.kind == "dead_air"


def test_a_short_pause_after_the_announcement_is_no_hold(silences):
    (found,) = silences(*gap(2.9), announced_s=(10.0,))
    assert found.kind == "pause"


def test_only_the_announced_silence_is_the_hold(drawn, silences):
    #    0    5    10   15   20   25
    agent, customer = drawn(
        "======        ======                ====",
        "                    ==                  ",
        PER_S,
    )
    assert kinds(silences(agent, customer, announced_s=(10.0,))) == [("dead_air", 3.0, 7.0), ("announced_hold", 11.0, 18.0)]


def test_a_hold_that_the_metadata_names_needs_no_words(silences):
    (found,) = silences(*gap(20.0), holds=(Interval(10.0, 30.0),))
    assert (found.kind, found.music) == ("announced_hold", False)


# Music, redaction, and who wins ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "kind"), [(0.51, "hold_music"), (0.49, "dead_air")])
def test_music_fills_at_least_half_of_a_hold(share, kind, silences):
    # A  ====================
    # C                       ~~~~~~~~~~          ==========
    (found,) = silences(*gap(20.0), sounds=(Interval(10.0, 10.0 + 20.0 * share),))
    assert (found.kind, found.music) == (kind, kind == "hold_music")


def test_music_in_an_announced_hold_is_noted_and_stays_announced(silences):
    (found,) = silences(*gap(20.0), sounds=(Interval(11.0, 30.0),), announced_s=(9.5,))
    assert (found.kind, found.music) == ("announced_hold", True)


@pytest.mark.parametrize(("share", "kind"), [(0.51, "redacted"), (0.49, "dead_air")])
def test_what_the_recorder_cut_out_covers_half_of_a_redacted_silence(share, kind, silences):
    (found,) = silences(*gap(20.0), redacted=(Interval(10.0, 10.0 + 20.0 * share),))
    assert found.kind == kind


def test_redacted_wins_over_holds_and_music(silences):
    whole = (Interval(10.0, 30.0),)
    (found,) = silences(*gap(20.0), redacted=whole, sounds=whole, holds=whole, announced_s=(10.0,))
    assert found.kind == "redacted"


def test_all_kinds_of_one_call_are_kept_apart(drawn, silences):
    #    0    5    10   15   20   25   30   35   40   45   50
    agent, customer = drawn(
        "====    ====                      ====              ====              ==",
        "            ==    ====        ====            ====                      ",
        PER_S,
    )
    found = silences(agent, customer, announced_s=(10.9,), redacted=(Interval(19.0, 23.0),), sounds=(Interval(28.0, 35.0),))
    assert kinds(found) == [
        ("pause", 2.0, 4.0),
        ("pause", 7.0, 9.0),
        ("announced_hold", 11.0, 15.0),
        ("redacted", 19.0, 23.0),
        ("pause", 25.0, 26.0),
        ("hold_music", 28.0, 35.0),
    ]
    assert total_s(each.interval for each in found) == sum(each.end_s - each.start_s for each in found)
