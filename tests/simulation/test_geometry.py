"""The rules of overlaps, on time lines drawn by hand. One character is 0.25 s; `a` the agent, `c` the customer."""

import dataclasses
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from audio.intervals import Interval
from simulation.geometry import violations
from simulation.truth import Truth, TruthHold, TruthLine, TruthOverlap

CALLS = Path(__file__).parents[2] / "examples" / "calls"
TRUTHS = sorted(CALLS.glob("*.truth.json"))
STEP_S = 0.25


def truth(agent: str, customer: str, kind: str, by: str, cut: bool = False, text: str = "It came late.") -> Truth:
    """The truth of two drawn time lines; every run of letters is a line, overlaps of the sides are of one kind."""
    drawn = []
    for side, letters in (("agent", agent), ("customer", customer)):
        start = None
        for place, letter in enumerate(letters + " "):
            if letter != " " and start is None:
                start = place
            elif letter == " " and start is not None:
                drawn.append((start * STEP_S, place * STEP_S, side))
                start = None
    drawn.sort()
    overlaps, lines = [], []
    for number, (start_s, end_s, side) in enumerate(drawn):
        over = next((o for o in drawn if o[2] != side and o[0] < start_s < o[1] and side == by), None)
        under = next((o for o in drawn if o[2] != side and start_s < o[0] < end_s and o[2] == by), None)
        if over:
            overlaps.append(TruthOverlap(side, start_s, min(end_s, over[1]), kind))
        lines.append(
            TruthLine(
                *(number, side, text, start_s, end_s, (Interval(start_s, end_s),), ()),
                cut_short=bool(under) and cut,
                voice="joe",
                tone="even",
                behaviours=(),
                role=kind if over else "turn",
            )
        )
    return Truth(
        *(1, "drawn", "Drawn", 60.0, 8000, "pcm", None, None, tuple(lines), tuple(overlaps), (), 0.0, 0.0, 0.5, 0, 0, {}),
        *("resolved", "none", "none", ()),
    )


FITS = {
    "backchannel": dict(
        customer="cccccccccccccccccc",
        agent="      aa          ",
        kind="backchannel",
        by="agent",
    ),
    "interruption": dict(
        customer="cccccccccc        ",
        agent="       aaaaaaaaaa",
        kind="interruption",
        by="agent",
        cut=True,
    ),
    "failed interruption": dict(
        customer="cccccccccccccccccc",
        agent="      aaaaaa      ",
        kind="failed_interruption",
        by="agent",
    ),
    "terminal overlap": dict(
        customer="cccccccccc        ",
        agent="         aaaaaaaa ",
        kind="terminal_overlap",
        by="agent",
    ),
    "crosstalk": dict(
        customer="cccccccccccccccc  ",
        agent="     aaaaaaaaaaaaa",
        kind="crosstalk",
        by="agent",
    ),
}

BREAKS = {
    "a backchannel is short": (FITS["backchannel"] | {"agent": "      aaaaa       "}, "lasts 1.25 s"),
    "after a backchannel the other goes on": (FITS["backchannel"] | {"agent": "             aa   "}, "goes on for 0.75 s"),
    "a backchannel stands alone": (FITS["backchannel"] | {"agent": "      aa aa       "}, "silent for 0.25 s"),
    "the interrupted side had the floor": (FITS["interruption"] | {"agent": "   aaaaaaaaaaaaaaa"}, "floor for 0.75 s"),
    "the interrupted side stops soon": (
        FITS["interruption"] | {"customer": "c" * 16, "agent": "       " + "a" * 20},
        "stops after 2.25 s",
    ),
    "an interruption takes the floor": (FITS["interruption"] | {"agent": "       aaaaaa     "}, "goes on for 0.75 s alone"),
    "an interruption cuts a sentence": (FITS["interruption"] | {"cut": False}, "not cut short"),
    "a failed interruption gives up soon": (
        FITS["failed interruption"] | {"agent": "      aaaaaaaa    "},
        "lasts 2.00 s",
    ),
    "a failed interruption is no backchannel": (
        FITS["failed interruption"] | {"agent": "      aaaa        "},
        "lasts 1.00 s",
    ),
    "over a failed interruption the other goes on": (
        FITS["failed interruption"] | {"agent": "            aaaaa "},
        "goes on for 0.25 s",
    ),
    "a terminal overlap is short": (FITS["terminal overlap"] | {"agent": "        aaaaaaaaa "}, "overlaps for 0.50 s"),
    "a terminal overlap follows a sentence": (FITS["terminal overlap"] | {"text": "and then it"}, "not complete"),
    "in crosstalk both go on": (FITS["crosstalk"] | {"agent": "     aaaaaaa      "}, "both talk for 1.75 s"),
}


@pytest.mark.parametrize("drawing", FITS.values(), ids=FITS.keys())
def test_each_kind_as_defined_has_no_fault(drawing):
    assert violations(truth(**drawing)) == []


@pytest.mark.parametrize(("drawing", "message"), BREAKS.values(), ids=BREAKS.keys())
def test_each_rule_finds_its_breach(drawing, message):
    faults = violations(truth(**drawing))
    assert any(message in fault for fault in faults), faults


def test_an_overlap_that_nobody_described_is_a_fault():
    drawn = truth(**FITS["backchannel"])
    assert violations(dataclasses.replace(drawn, overlaps=()))


def test_speech_during_a_hold_is_a_fault():
    drawn = truth(**FITS["backchannel"])
    assert violations(dataclasses.replace(drawn, holds=(TruthHold(1.0, 3.0, True, True),)))


def test_there_are_at_least_ten_example_truths():
    assert len(TRUTHS) >= 10


@pytest.mark.parametrize("path", TRUTHS, ids=lambda path: path.name.split(".")[0])
def test_truths_of_examples_keep_the_definitions(path):
    known = TypeAdapter(Truth).validate_json(path.read_bytes())
    assert violations(known) == []
    for side, talk_s in (("agent", known.agent_talk_s), ("customer", known.customer_talk_s)):
        spoken_s = sum(part.duration_s for line in known.lines if line.speaker == side for part in line.speech)
        assert spoken_s == pytest.approx(talk_s, abs=0.01)
        counted = [overlap for overlap in known.overlaps if overlap.kind == "interruption" and overlap.by == side]
        assert len(counted) == getattr(known, f"{side}_interruptions")
    for line in known.lines:
        assert line.start_s == line.speech[0].start_s and line.speech[-1].end_s == pytest.approx(line.end_s, abs=1e-3)
        assert all(before.end_s <= after.start_s for before, after in zip(line.speech, line.speech[1:], strict=False))
        assert " ".join(word.word for word in line.words) == line.text
        starts = [word.start_s for word in line.words]
        assert starts == sorted(starts) and line.start_s <= starts[0] and line.words[-1].end_s <= line.end_s + 1e-3
