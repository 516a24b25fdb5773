"""Which kind of overlap simultaneous speech is, and who has the floor. Pure: utterances, intervals and facts in, rows out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from audio.facts import UtteranceFacts
from audio.intervals import Timeline, clipped, elapsed_s, intersection, total_s
from audio.measures import Speaker, Utterance
from audio.settings import ConversationRules

OverlapKind = Literal["backchannel", "terminal_overlap", "interruption", "failed_interruption", "crosstalk"]

OTHER: Mapping[Speaker, Speaker] = {"agent": "customer", "customer": "agent"}
TAKES_FLOOR = ("interruption", "terminal_overlap", "crosstalk")


@dataclass(frozen=True)
class Overlap:
    """B (`by`) starts while A speaks. The facts below decided `kind`; A is the other side."""

    start_s: float  # first instant both speak
    end_s: float  # last instant both speak
    by: Speaker
    kind: OverlapKind
    over_utterance: int  # A's
    by_utterance: int  # B's
    floor_held_s: float  # how long A had had the floor when B started
    yielded_after_s: float  # from B's start to A's stop
    continued_s: float  # A's speech after B's stop, before B speaks again; 0 if A stops first and does not resume
    by_speech_s: float  # B's speech in this utterance
    by_holds_s: float  # B's speech from here until A's next turn
    by_silent_before_s: float | None  # None: B had not spoken before
    by_silent_after_s: float | None  # None: B does not speak again
    in_pause: bool  # B started in a pause inside A's utterance, and A went on
    sentence_complete: bool | None  # A's words ended as a complete sentence
    by_words: int | None
    by_acknowledges: bool | None


@dataclass(frozen=True)
class Backchannel:
    """A short acknowledgement that leaves the floor to the other side, spoken over them (`overlapping`) or in their pause."""

    by: Speaker
    utterance: int
    start_s: float
    end_s: float
    overlapping: bool


@dataclass(frozen=True)
class FloorHold:
    """A stretch in which one side has the floor: from the start of its first utterance to the end of its last one before
    the other side takes over. Backchannels and failed interruptions of the other side do not end it."""

    speaker: Speaker
    start_s: float
    end_s: float
    first_utterance: int
    last_utterance: int


@dataclass(frozen=True)
class Exchange:
    overlaps: tuple[Overlap, ...]
    backchannels: tuple[Backchannel, ...]
    floor: tuple[FloorHold, ...]


def follow_floor(
    utterances: Sequence[Utterance],
    speech: Mapping[Speaker, Timeline],
    facts: Mapping[int, UtteranceFacts],
    rules: ConversationRules,
) -> Exchange:
    """Walk the utterances in time order, classify each that starts over the other side, and pass the floor on.

    ASCII, time to the right, a gap is silence::

        A  ==========================          A  ==============             A  ==========================
        B        ===                           B            =============    B         =======
           backchannel (words: "mm-hmm")          interruption (A unfinished)   failed_interruption
    """
    order = sorted(utterances, key=lambda each: (each.start_s, each.end_s))
    sides = {side: [each for each in order if each.speaker == side] for side in ("agent", "customer")}
    overlaps: list[Overlap] = []
    backchannels: list[Backchannel] = []
    floor: list[FloorHold] = []
    for spoken in order:
        over = [each for each in sides[OTHER[spoken.speaker]] if _starts_over(spoken, each)]
        takes_floor = True
        if over:
            overlap = _overlap(spoken, over[-1], sides, speech, facts, floor, rules)
            if overlap is not None:
                overlaps.append(overlap)
                takes_floor = overlap.kind in TAKES_FLOOR and spoken.end_s > over[-1].end_s
                if overlap.kind == "backchannel":
                    backchannels.append(_backchannel(spoken, overlapping=True))
        elif _acknowledges_in_pause(spoken, sides, speech, facts, rules):
            backchannels.append(_backchannel(spoken, overlapping=False))
            takes_floor = False
        if takes_floor:
            _take(floor, spoken)
    return Exchange(tuple(overlaps), tuple(backchannels), tuple(floor))


def _starts_over(spoken: Utterance, other: Utterance) -> bool:
    if spoken.start_s == other.start_s:
        return spoken.speaker == "customer"  # an exact tie counts once
    return other.start_s < spoken.start_s < other.end_s


def _backchannel(spoken: Utterance, *, overlapping: bool) -> Backchannel:
    return Backchannel(spoken.speaker, spoken.utterance, spoken.start_s, spoken.end_s, overlapping)


def _take(floor: list[FloorHold], spoken: Utterance) -> None:
    if floor and floor[-1].speaker == spoken.speaker:
        held = floor.pop()
        end = max(held.end_s, spoken.end_s)
        floor.append(FloorHold(held.speaker, held.start_s, end, held.first_utterance, spoken.utterance))
    else:
        floor.append(FloorHold(spoken.speaker, spoken.start_s, spoken.end_s, spoken.utterance, spoken.utterance))


def _overlap(
    by: Utterance,
    over: Utterance,
    sides: Mapping[str, list[Utterance]],
    speech: Mapping[Speaker, Timeline],
    facts: Mapping[int, UtteranceFacts],
    floor: Sequence[FloorHold],
    rules: ConversationRules,
) -> Overlap | None:
    mine = clipped(speech[by.speaker], by.start_s, by.end_s)
    theirs = clipped(speech[over.speaker], over.start_s, over.end_s)
    together = intersection(mine, theirs)
    if total_s(together) < rules.shortest_overlap_s:
        return None
    before, after = _neighbours(by, sides[by.speaker])
    next_turn = next((each for each in sides[over.speaker] if each.start_s >= over.end_s and _long(each, rules)), None)
    by_facts, over_facts = facts.get(by.utterance), facts.get(over.utterance)
    found = Overlap(
        start_s=together[0].start_s,
        end_s=together[-1].end_s,
        by=by.speaker,
        kind="crosstalk",
        over_utterance=over.utterance,
        by_utterance=by.utterance,
        floor_held_s=elapsed_s(_floor_since(floor, over), by.start_s),
        yielded_after_s=elapsed_s(by.start_s, over.end_s),
        continued_s=_continued_s(by, over, after, speech[over.speaker], rules),
        by_speech_s=total_s(mine),
        by_holds_s=total_s(clipped(speech[by.speaker], by.start_s, next_turn.start_s if next_turn else float("inf"))),
        by_silent_before_s=None if before is None else elapsed_s(before.end_s, by.start_s),
        by_silent_after_s=None if after is None else elapsed_s(by.end_s, after.start_s),
        in_pause=not clipped(theirs, by.start_s, by.start_s + rules.shortest_overlap_s),
        sentence_complete=over_facts.sentence_complete if over_facts else None,
        by_words=by_facts.words if by_facts else None,
        by_acknowledges=by_facts.acknowledges if by_facts else None,
    )
    return replace(found, kind=classify(found, outlasts=by.end_s > over.end_s, rules=rules))


def classify(overlap: Overlap, *, outlasts: bool, rules: ConversationRules) -> OverlapKind:
    """The kind of an overlap from its facts; `outlasts`: B is still speaking when A stops.

    Where the words are unknown (`sentence_complete`, `by_acknowledges` None) time alone decides: B's first
    `backchannel_s`, A's last `terminal_s`. A recogniser often closes a sentence that was cut with a full stop, so a complete sentence
    speaks for a terminal overlap only if B started within A's last `complete_s`.
    """
    if _is_backchannel(overlap, outlasts, rules):
        return "backchannel"
    if outlasts and overlap.yielded_after_s <= rules.yield_s and overlap.by_holds_s >= rules.floor_s:
        if overlap.in_pause or overlap.yielded_after_s <= _latest_terminal_s(overlap, rules):
            return "terminal_overlap"
        return "interruption" if overlap.floor_held_s >= rules.floor_s else "crosstalk"
    if not outlasts or overlap.continued_s > 0.0:
        return "failed_interruption" if overlap.by_speech_s <= rules.yield_s else "crosstalk"
    return "terminal_overlap" if overlap.yielded_after_s <= rules.yield_s else "crosstalk"


def _latest_terminal_s(overlap: Overlap, rules: ConversationRules) -> float:
    """How long before A's stop B may start without having cut A off: not at all if A's words break off."""
    if overlap.sentence_complete is None:
        return rules.terminal_s
    return rules.complete_s if overlap.sentence_complete else 0.0


def _is_backchannel(overlap: Overlap, outlasts: bool, rules: ConversationRules) -> bool:
    few_words = overlap.by_words is not None and overlap.by_words <= rules.backchannel_words
    short = overlap.by_speech_s <= rules.backchannel_s
    leaves_floor = not outlasts or overlap.continued_s >= rules.goes_on_s
    if overlap.by_acknowledges:
        return (short or few_words) and leaves_floor and _silent(overlap.by_silent_after_s, rules)
    if overlap.by_acknowledges is False or not short:
        return False
    around = _silent(overlap.by_silent_before_s, rules) and _silent(overlap.by_silent_after_s, rules)
    return around and overlap.continued_s >= rules.goes_on_s


def _silent(silence_s: float | None, rules: ConversationRules) -> bool:
    return silence_s is None or silence_s >= rules.silent_around_s


def _long(spoken: Utterance, rules: ConversationRules) -> bool:
    return spoken.speech_s > rules.backchannel_s


def _floor_since(floor: Sequence[FloorHold], over: Utterance) -> float:
    """When A's floor began: earlier than this utterance if A spoke before it and B did not take over in between."""
    if floor and floor[-1].speaker == over.speaker and floor[-1].last_utterance == over.utterance:
        return floor[-1].start_s
    return over.start_s


def _continued_s(by: Utterance, over: Utterance, after: Utterance | None, theirs: Timeline, rules: ConversationRules) -> float:
    until = after.start_s if after else float("inf")
    rest = clipped(theirs, by.end_s, until)
    if not rest or elapsed_s(by.end_s, rest[0].start_s) > rules.silent_around_s:
        return 0.0
    return total_s(rest)


def _neighbours(spoken: Utterance, own: Sequence[Utterance]) -> tuple[Utterance | None, Utterance | None]:
    at = own.index(spoken)
    return (own[at - 1] if at else None), (own[at + 1] if at + 1 < len(own) else None)


def _acknowledges_in_pause(
    spoken: Utterance,
    sides: Mapping[str, list[Utterance]],
    speech: Mapping[Speaker, Timeline],
    facts: Mapping[int, UtteranceFacts],
    rules: ConversationRules,
) -> bool:
    """B acknowledges while A pauses without having asked anything, and A goes on."""
    known = facts.get(spoken.utterance)
    if known is None or not known.acknowledges or not (spoken.speech_s <= rules.backchannel_s):
        return False
    other = sides[OTHER[spoken.speaker]]
    before = next((each for each in reversed(other) if each.end_s <= spoken.start_s), None)
    if before is None or elapsed_s(before.end_s, spoken.start_s) > rules.silent_around_s:
        return False
    asked = facts.get(before.utterance)
    previous, after = _neighbours(spoken, sides[spoken.speaker])
    if asked is None or asked.asks is not False:
        return False
    if previous is not None and elapsed_s(previous.end_s, spoken.start_s) < rules.silent_around_s:
        return False
    if after is not None and elapsed_s(spoken.end_s, after.start_s) < rules.silent_around_s:
        return False
    return _continued_s(spoken, before, after, speech[before.speaker], rules) >= rules.goes_on_s
