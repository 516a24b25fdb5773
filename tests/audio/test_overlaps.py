"""The five kinds of simultaneous speech. In the drawings one character is 0.1 s, A is the agent, C the customer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.intervals import Interval, bridged, intersection, total_s

STEP_S = 0.01  # the resolution of the speech boundaries: cases stand one step to either side of a threshold


def only(found):
    assert len(found.overlaps) == 1, found.overlaps
    return found.overlaps[0]


def line(*bounds):
    return tuple(Interval(start, end) for start, end in bounds)


# The kinds, each in its plainest form -----------------------------------------------------------------------------------------------

KINDS = {
    # C hums, A goes on.
    "backchannel": (
        "==================================================",
        "                    =====                         ",
    ),
    # C starts a breath before A has finished.
    "terminal_overlap": (
        "==============================                    ",
        "                            ======================",
    ),
    # C cuts A off and keeps the floor.
    "interruption": (
        "==============================                    ",
        "                      ============================",
    ),
    # C tries to come in and gives up.
    "failed_interruption": (
        "==================================================",
        "                    ===============               ",
    ),
    # Neither gives way.
    "crosstalk": (
        "==================================================",
        "               ========================           ",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_kind_from_timing_alone(kind, drawn, exchange):
    agent, customer = drawn(*KINDS[kind])
    found = only(exchange(agent, customer))
    assert (found.kind, found.by) == (kind, "customer")
    assert (found.over_utterance, found.by_utterance) == (0, 1)
    together = intersection(agent, customer)
    assert (found.start_s, found.end_s) == (together[0].start_s, together[-1].end_s)


@pytest.mark.parametrize("kind", KINDS)
def test_the_sides_are_treated_alike(kind, drawn, exchange):
    agent, customer = drawn(*KINDS[kind])
    found = only(exchange(customer, agent))
    assert (found.kind, found.by) == (kind, "agent")


def test_the_deciding_facts_stand_in_the_row(drawn, exchange, words):
    # 0         1         2         3         4         5
    agent, customer = drawn(
        "==============================                    ",
        "                      ============================",
    )
    found = only(exchange(agent, customer, words(0, complete=False), words(1, acknowledges=False, count=9)))
    assert found.floor_held_s == pytest.approx(2.2)
    assert found.yielded_after_s == pytest.approx(0.8)
    assert found.continued_s == 0.0
    assert found.by_speech_s == found.by_holds_s == pytest.approx(2.8)
    assert found.by_silent_before_s is None and found.by_silent_after_s is None
    assert (found.in_pause, found.sentence_complete, found.by_words, found.by_acknowledges) == (False, False, 9, False)


def test_silence_around_and_what_follows_stand_in_the_row(drawn, exchange):
    # 0         1         2         3         4         5         6         7
    agent, customer = drawn(
        "           ====================================================         ",
        "=======                     =====                              =========",
    )
    found = only(exchange(agent, customer))
    assert found.by_silent_before_s == pytest.approx(2.1)
    assert found.by_silent_after_s == pytest.approx(3.0)
    assert found.continued_s == pytest.approx(3.0)


# Backchannel: each threshold, one step inside and one outside -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length_s", "kind"), [(1.0 - STEP_S, "backchannel"), (1.0 + STEP_S, "failed_interruption"), (2.0 + STEP_S, "crosstalk")]
)
def test_backchannel_lasts_at_most_a_second(length_s, kind, exchange):
    # A  ======================================================================
    # C                      ==========>
    assert only(exchange(line((0.0, 8.0)), line((2.0, 2.0 + length_s)))).kind == kind


@pytest.mark.parametrize(("goes_on_s", "kind"), [(1.0 + STEP_S, "backchannel"), (1.0 - STEP_S, "failed_interruption")])
def test_after_a_backchannel_the_other_goes_on(goes_on_s, kind, exchange):
    # A  ==================================>
    # C                      ====
    assert only(exchange(line((0.0, 2.5 + goes_on_s)), line((2.0, 2.5)))).kind == kind


@pytest.mark.parametrize(("silent_s", "kind"), [(1.0 + STEP_S, "backchannel"), (1.0 - STEP_S, "failed_interruption")])
def test_around_a_backchannel_is_silence(silent_s, kind, exchange):
    # A  ================================================================================
    # C                      ====< silent_s >====
    found = exchange(line((0.0, 8.0)), line((2.0, 2.4), (2.4 + silent_s, 2.8 + silent_s)))
    assert [each.kind for each in found.overlaps] == [kind, kind]


@pytest.mark.parametrize(
    ("length_s", "count", "kind"),
    [
        (1.0 + STEP_S, 3, "backchannel"),  # slow, but few words
        (1.0 + STEP_S, 4, "failed_interruption"),
        (1.0 - STEP_S, 4, "backchannel"),  # many, but quick
    ],
)
def test_an_acknowledgement_is_short_or_has_few_words(length_s, count, kind, exchange, words):
    # A  ======================================================================
    # C                      ==========>      "yes", "right, right, okay, sure"
    found = exchange(line((0.0, 8.0)), line((2.0, 2.0 + length_s)), words(1, acknowledges=True, count=count))
    assert only(found).kind == kind


def test_words_that_are_no_acknowledgement_are_no_backchannel(drawn, exchange, words):
    agent, customer = drawn(
        "==================================================",
        "                    =====                         ",  # "but wait"
    )
    assert only(exchange(agent, customer, words(1, acknowledges=False, count=2))).kind == "failed_interruption"
    assert exchange(agent, customer, words(1, acknowledges=False, count=2)).backchannels == ()


def test_an_acknowledgement_that_takes_the_floor_is_no_backchannel(drawn, exchange, words):
    agent, customer = drawn(
        "==============================                    ",
        "                      ============================",  # "yes", drawn out over A's stop
    )
    assert only(exchange(agent, customer, words(0, complete=False), words(1, acknowledges=True, count=2))).kind == "interruption"


# Terminal overlap and interruption ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("complete", "before_s", "kind"),
    [
        (None, 0.3 - STEP_S, "terminal_overlap"),
        (None, 0.3 + STEP_S, "interruption"),
        (True, 0.5 - STEP_S, "terminal_overlap"),
        (True, 0.5 + STEP_S, "interruption"),
        (False, 0.1 + STEP_S, "interruption"),
    ],
)
def test_how_long_before_the_end_decides_with_the_sentence(complete, before_s, kind, exchange, words):
    # A  ==============================
    # C             < before_s before the end ==========================
    found = exchange(line((0.0, 3.0)), line((3.0 - before_s, 6.0)), words(0, complete=complete))
    assert only(found).kind == kind


@pytest.mark.parametrize(("held_s", "kind"), [(1.0 + STEP_S, "interruption"), (1.0 - STEP_S, "crosstalk")])
def test_only_who_had_the_floor_is_interrupted(held_s, kind, exchange):
    # A  < held_s >========
    # C            ==============================
    assert only(exchange(line((0.0, held_s + 0.8)), line((held_s, held_s + 4.0)))).kind == kind


def test_floor_is_held_over_several_utterances(drawn, exchange):
    # A had the floor from its first utterance on, though its second one is only 0.5 s old.
    agent, customer = drawn(
        "===============        =============                        ",
        "                            ================================",
    )
    found = only(exchange(agent, customer))
    assert found.kind == "interruption" and found.floor_held_s == pytest.approx(2.8)


@pytest.mark.parametrize(("after_s", "kind"), [(2.0 - STEP_S, "interruption"), (2.0 + STEP_S, "crosstalk")])
def test_who_is_interrupted_stops_within_two_seconds(after_s, kind, exchange):
    # A  ====================< after_s >
    # C                      ==================================================
    assert only(exchange(line((0.0, 2.0 + after_s)), line((2.0, 8.0)))).kind == kind


@pytest.mark.parametrize(("holds_s", "kind"), [(1.0 + STEP_S, "interruption"), (1.0 - STEP_S, "failed_interruption")])
def test_who_interrupts_holds_the_floor(holds_s, kind, exchange, words):
    # A  ==================================           ==============================
    # C                                < holds_s >
    agent, customer = line((0.0, 3.4), (4.5, 8.0)), line((2.9, 2.9 + holds_s))
    assert only(exchange(agent, customer, words(1, acknowledges=False, count=3))).kind == kind


def test_floor_may_be_held_in_two_utterances(drawn, exchange, words):
    # 0.6 s over A, a pause, and another second before A speaks again.
    agent, customer = drawn(
        "==============================                           =================",
        "                          ======          =========                       ",
    )
    found = exchange(agent, customer, words(0, complete=False), words(1, acknowledges=False, count=2)).overlaps[0]
    assert found.kind == "interruption" and found.by_holds_s == pytest.approx(1.5)


@pytest.mark.parametrize(("length_s", "kind"), [(2.0 - STEP_S, "failed_interruption"), (2.0 + STEP_S, "crosstalk")])
def test_a_failed_attempt_gives_up_within_two_seconds(length_s, kind, exchange):
    # A  ================================================================================
    # C                      ====================>
    assert only(exchange(line((0.0, 8.0)), line((2.0, 2.0 + length_s)))).kind == kind


def test_starting_in_a_pause_is_no_interruption(drawn, exchange):
    # A breathes for 0.4 s and goes on for 0.6 s; C could not know.
    agent, customer = drawn(
        "====================    ======                    ",
        "                     =============================",
    )
    found = only(exchange(agent, customer))
    assert found.in_pause and found.kind == "terminal_overlap"


# What counts at all ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("together_s", "rows"), [(0.1 - STEP_S, 0), (0.1 + STEP_S, 1)])
def test_less_than_the_error_of_the_boundaries_is_no_overlap(together_s, rows, exchange):
    # A  ==============================
    # C                              ==============================
    found = exchange(line((0.0, 3.0)), line((3.0 - together_s, 6.0)))
    assert len(found.overlaps) == rows
    assert [each.speaker for each in found.floor] == ["agent", "customer"]


def test_speech_that_takes_turns_has_no_overlap(drawn, exchange):
    agent, customer = drawn(
        "==========            ==========",
        "            ========            ",
    )
    found = exchange(agent, customer)
    assert found.overlaps == () and [each.speaker for each in found.floor] == ["agent", "customer", "agent"]


def test_an_exact_tie_counts_once(drawn, exchange):
    agent, customer = drawn(
        "==============================          ",
        "========================================",
    )
    assert only(exchange(agent, customer)).by == "customer"


def test_overlapping_backchannels_and_failed_attempts_leave_the_floor(drawn, exchange):
    agent, customer = drawn(
        "==========================================================================================",
        "               =====                             ============                             ",
    )
    found = exchange(agent, customer)
    assert [each.kind for each in found.overlaps] == ["backchannel", "failed_interruption"]
    assert [(each.speaker, each.start_s, each.end_s) for each in found.floor] == [("agent", 0.0, 9.0)]
    assert [(each.by, each.start_s, each.overlapping) for each in found.backchannels] == [("customer", 1.5, True)]


def test_an_interruption_passes_the_floor(drawn, exchange):
    agent, customer = drawn(
        "==============================                               ==========",
        "                      ============================                     ",
    )
    floor = exchange(agent, customer).floor
    assert [(each.speaker, each.start_s, each.end_s) for each in floor] == [
        ("agent", 0.0, 3.0),
        ("customer", 2.2, 5.0),
        ("agent", 6.1, 7.1),
    ]


# Acknowledgements in a pause -----------------------------------------------------------------------------------------------------------

PAUSED = (
    "==============================            ==============================",
    "                                =====                                   ",  # "mm-hmm"
)


def test_an_acknowledgement_in_a_pause_leaves_the_floor(drawn, exchange, words):
    found = exchange(*drawn(*PAUSED), words(0, asks=False), words(1, acknowledges=True, count=1))
    assert [(each.by, each.utterance, each.overlapping) for each in found.backchannels] == [("customer", 1, False)]
    assert [each.speaker for each in found.floor] == ["agent"]


@pytest.mark.parametrize(
    ("asks", "acknowledges"),
    [
        (True, True),  # "yes" is the answer
        (None, True),  # whether it was a question is unknown
        (False, False),
        (False, None),
    ],
)
def test_a_reply_in_a_pause_is_a_turn(asks, acknowledges, drawn, exchange, words):
    found = exchange(*drawn(*PAUSED), words(0, asks=asks), words(1, acknowledges=acknowledges, count=1))
    assert found.backchannels == ()
    assert [each.speaker for each in found.floor] == ["agent", "customer", "agent"]


@pytest.mark.parametrize(("after_s", "backchannels"), [(1.0 - STEP_S, 1), (1.0 + STEP_S, 0)])
def test_an_acknowledgement_in_a_pause_follows_within_a_second(after_s, backchannels, exchange, words):
    # A  ==============================                    ==============================
    # C                                < after_s >=====
    agent, customer = line((0.0, 3.0), (4.9, 8.0)), line((3.0 + after_s, 3.4 + after_s))
    found = exchange(agent, customer, words(0, asks=False), words(1, acknowledges=True, count=1))
    assert len(found.backchannels) == backchannels


# Whatever the two say --------------------------------------------------------------------------------------------------------------------

steps = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 80)), min_size=1, max_size=8)


def timeline(pairs, shift_s):
    return bridged((Interval(start / 10 + shift_s, (start + length) / 10 + shift_s) for start, length in pairs), 0.2)


@settings(max_examples=150, deadline=None)
@given(first=steps, second=steps)
def test_any_two_timelines_give_consistent_rows(exchange, first, second):
    agent, customer = timeline(first, 0.0), timeline(second, 0.05)  # shifted: no exact ties
    found, mirrored = exchange(agent, customer), exchange(customer, agent)
    speech = {"agent": agent, "customer": customer}
    for each in found.overlaps:
        assert each.start_s < each.end_s and each.yielded_after_s > 0.0 and each.floor_held_s >= 0.0
        assert (
            total_s(intersection(agent, customer))
            >= total_s(intersection(intersection(agent, customer), (Interval(each.start_s, each.end_s),)))
            > 0.0
        )
        assert 0.0 < each.by_speech_s <= total_s(speech[each.by])
    assert {each.utterance for each in found.backchannels if each.overlapping} == {
        each.by_utterance for each in found.overlaps if each.kind == "backchannel"
    }
    assert all(before.speaker != after.speaker for before, after in zip(found.floor, found.floor[1:], strict=False))
    other = {"agent": "customer", "customer": "agent"}
    assert [(each.start_s, each.kind, each.by) for each in found.overlaps] == [
        (each.start_s, each.kind, other[each.by]) for each in mirrored.overlaps
    ]


@given(kind=st.sampled_from(sorted(KINDS)), frames=st.integers(0, 720_000))
@settings(max_examples=60)
def test_the_kind_does_not_depend_on_where_in_the_call_it_happens(kind, frames, drawn, exchange):
    def later(timeline):
        return tuple(Interval(round(each.start_s + frames * STEP_S, 3), round(each.end_s + frames * STEP_S, 3)) for each in timeline)

    agent, customer = drawn(*KINDS[kind])
    here, there = only(exchange(agent, customer)), only(exchange(later(agent), later(customer)))
    assert (here.kind, here.floor_held_s, here.yielded_after_s, here.continued_s) == (
        there.kind,
        there.floor_held_s,
        there.yielded_after_s,
        there.continued_s,
    )


@pytest.mark.parametrize("start_s", [0.1, 7.3, 1234.57, 3599.93])
def test_exactly_at_a_threshold_counts_wherever_it_lies(start_s, exchange):
    # C speaks for 1.0 s, A goes on for 1.0 s: a backchannel still.
    agent = line((round(start_s, 3), round(start_s + 5.0, 3)))
    customer = line((round(start_s + 3.0, 3), round(start_s + 4.0, 3)))
    assert only(exchange(agent, customer)).kind == "backchannel"
