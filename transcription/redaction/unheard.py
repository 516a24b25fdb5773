"""Speech without words where a value was being given: the recogniser wrote its digits elsewhere or not at all, but they can be heard."""

from collections.abc import Sequence
from dataclasses import dataclass

from audio.intervals import Interval
from transcription.redaction.settings import Kind
from transcription.transcript import Turn, Word

LONGEST_WORD_S = 1.0
"""A recognised word that seems to last longer holds speech of which nothing was written."""

SHORTEST_S = 0.05
"""No sound of speech is shorter."""

LONGEST_ACKNOWLEDGEMENT_S = 1.0
"""Wordless turns of the agent up to this long are "mm-hmm", which recognisers leave out."""


@dataclass(frozen=True)
class Unheard:
    """A stretch of the turn at a position that is to be silent although no word stands in it."""

    turn: int
    stretch: Interval
    kind: Kind


def wordless(turn: Turn) -> list[Interval]:
    """The stretches of a turn in which no word was recognised."""
    edges = [turn.start_s, *(time_s for word in turn.words for time_s in (word.start_s, believed_end_s(word))), turn.end_s]
    return [Interval(start_s, end_s) for start_s, end_s in zip(edges[::2], edges[1::2], strict=True) if end_s - start_s > SHORTEST_S]


def believed_end_s(word: Word) -> float:
    return min(word.end_s, word.start_s + LONGEST_WORD_S)


def unheard_in(turn: Turn, position: int, kind: Kind) -> list[Unheard]:
    """What is to be silent of a turn in which a value of a kind was expected."""
    if turn.speaker == "agent" and not turn.words and turn.end_s - turn.start_s <= LONGEST_ACKNOWLEDGEMENT_S:
        return []
    return [Unheard(position, stretch, kind) for stretch in wordless(turn)]


def unheard_beside(turns: Sequence[Turn], position: int, kind: Kind, bridged_s: float) -> list[Unheard]:
    """Wordless turns of the same speaker right before and after one with a value: recognisers write it all into one of them."""
    found = []
    for step in (-1, 1):
        for other in (position + step, position + 2 * step):
            if not 0 <= other < len(turns) or turns[other].speaker != turns[position].speaker:
                continue
            apart_s = max(turns[position].start_s - turns[other].end_s, turns[other].start_s - turns[position].end_s)
            if not turns[other].words and apart_s <= bridged_s:
                found += unheard_in(turns[other], other, kind)
    return found


def unknown_speech(turns: Sequence[Turn], found: Sequence[tuple[int, Kind]], reach: int) -> list[Unheard]:
    """The customer's turns without any word that are no mere acknowledgement, within `reach` turns of a value.

    Nobody knows what was said there, and it is where values are given.
    """
    unknown = []
    for position, turn in enumerate(turns):
        if turn.speaker != "customer" or turn.words or turn.end_s - turn.start_s <= LONGEST_ACKNOWLEDGEMENT_S:
            continue
        near = min(found, key=lambda each: abs(each[0] - position), default=None)
        if near is not None and abs(near[0] - position) <= reach:
            unknown += unheard_in(turn, position, near[1])
    return unknown
