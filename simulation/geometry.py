"""Does the truth of a call keep the definitions of overlaps? Pure: reads times and texts, no audio."""

from simulation.truth import Truth, TruthLine, TruthOverlap

FLOOR_S = 1.0  # the interrupted side had the floor for this long
YIELD_S = 2.0  # and stops within this
HELD_S = 1.0  # and the interrupter then goes on alone for this long
BACKCHANNEL_S = 1.0  # a backchannel is no longer than this
CLEAR_S = 1.0  # with this much silence of its speaker on both sides, and the other going on for this long
GIVES_UP_S = 2.0  # a failed interruption stops within this
GOES_ON_S = 0.5  # while the other goes on for this long
TERMINAL_S = 0.3  # an overlap at the end of a completed sentence is no longer than this
BOTH_S = 2.0  # crosstalk is both going on for this long
SLACK_S = 1e-3  # times are stored to 0.1 ms


def violations(truth: Truth) -> list[str]:
    """What in the truth contradicts the definitions, one message per fault; empty when all is as defined."""
    faults = []
    lines = truth.lines
    overlapped = set()
    for overlap in truth.overlaps:
        pair = _pair(lines, overlap)
        if pair is None:
            faults.append(f"overlap at {overlap.start_s:.2f} s ({overlap.kind}): no two lines overlap like that")
            continue
        over, under = pair
        overlapped.add((over.line, under.line))
        faults += [f"line {over.line + 1} ({overlap.kind}): {fault}" for fault in _faults(over, under, lines)]
        if abs(min(over.end_s, under.end_s) - overlap.end_s) > SLACK_S:
            faults.append(f"line {over.line + 1}: the overlap ends at {overlap.end_s:.2f} s, the lines do not")
    for first in lines:
        for second in lines:
            if second.line <= first.line or min(first.end_s, second.end_s) - max(first.start_s, second.start_s) <= SLACK_S:
                continue
            if first.speaker == second.speaker:
                faults.append(f"lines {first.line + 1} and {second.line + 1}: one speaker says both at once")
            elif {(first.line, second.line), (second.line, first.line)}.isdisjoint(overlapped):
                faults.append(f"lines {first.line + 1} and {second.line + 1} overlap, which is nowhere described")
    for hold in truth.holds:
        if any(line.start_s < hold.end_s - SLACK_S and hold.start_s + SLACK_S < line.end_s for line in lines):
            faults.append(f"somebody speaks during the hold at {hold.start_s:.2f} s")
    return faults


def _pair(lines: tuple[TruthLine, ...], overlap: TruthOverlap) -> tuple[TruthLine, TruthLine] | None:
    """The line that came in and the line it came in over."""
    for over in lines:
        if over.speaker != overlap.by or over.role != overlap.kind or abs(over.start_s - overlap.start_s) > SLACK_S:
            continue
        for under in lines:
            if under.speaker != overlap.by and under.start_s < over.start_s < under.end_s:
                return over, under
    return None


def _faults(over: TruthLine, under: TruthLine, lines: tuple[TruthLine, ...]) -> list[str]:
    length_s = over.end_s - over.start_s
    floor_s = over.start_s - under.start_s
    stops_s = under.end_s - over.start_s
    alone_s = over.end_s - under.end_s
    faults = []

    def need(holds: bool, message: str) -> None:
        if not holds:
            faults.append(message)

    if over.role in ("interruption", "failed_interruption", "crosstalk"):
        need(floor_s >= FLOOR_S, f"the other had the floor for {floor_s:.2f} s, {FLOOR_S} s needed: move the mark later")
    if over.role == "backchannel":
        need(length_s <= BACKCHANNEL_S, f"lasts {length_s:.2f} s, at most {BACKCHANNEL_S} s: shorten it")
        need(-alone_s >= CLEAR_S, f"the other goes on for {-alone_s:.2f} s, {CLEAR_S} s needed: move the mark earlier")
        own = [line for line in lines if line.speaker == over.speaker and line.line != over.line]
        gap_s = min((max(line.start_s - over.end_s, over.start_s - line.end_s) for line in own), default=CLEAR_S)
        need(gap_s >= CLEAR_S - SLACK_S, f"its speaker is silent for {gap_s:.2f} s beside it, {CLEAR_S} s needed")
    elif over.role == "interruption":
        need(under.cut_short, "the other's sentence is not cut short")
        need(0 < stops_s <= YIELD_S, f"the other stops after {stops_s:.2f} s, at most {YIELD_S} s")
        need(alone_s >= HELD_S, f"goes on for {alone_s:.2f} s alone, {HELD_S} s needed: say more")
    elif over.role == "failed_interruption":
        need(BACKCHANNEL_S < length_s < GIVES_UP_S, f"lasts {length_s:.2f} s, more than {BACKCHANNEL_S} and less than {GIVES_UP_S} s")
        need(-alone_s >= GOES_ON_S, f"the other goes on for {-alone_s:.2f} s, {GOES_ON_S} s needed: move the mark earlier")
    elif over.role == "terminal_overlap":
        need(stops_s <= TERMINAL_S + SLACK_S, f"overlaps for {stops_s:.2f} s, at most {TERMINAL_S} s")
        complete = not under.cut_short and under.text[-1] in ".?!"
        need(complete, "the other's sentence is not complete")
    elif over.role == "crosstalk":
        both_s = min(stops_s, length_s)
        need(both_s >= BOTH_S, f"both talk for {both_s:.2f} s, {BOTH_S} s needed")
        need(not under.cut_short, "the other is cut short")
    return faults
