"""What the two sides did with the time of a call. Pure: stored measures and facts about the words in, numbers out.

Computed again at every rescore, without the recording: `analyse(measures, facts, rules)`.
"""

import statistics
from dataclasses import dataclass

from audio.facts import ConversationFacts
from audio.intervals import Interval, Timeline, difference, elapsed_s, intersection, total_s
from audio.measures import Measures, Speaker
from audio.overlaps import Backchannel, FloorHold, Overlap, follow_floor
from audio.settings import ConversationRules
from audio.silences import HOLD_KINDS, Silence, find_silences


@dataclass(frozen=True)
class Response:
    """The floor passes from one side to the other without overlap; `speaker` is who answers."""

    speaker: Speaker
    asked_until_s: float  # the other side's stop
    start_s: float

    @property
    def latency_s(self) -> float:
        return elapsed_s(self.asked_until_s, self.start_s)


@dataclass(frozen=True)
class Side:
    """One side of the conversation. None is unknown; `Conversation.unknown` says why."""

    talk_s: float | None  # time it speaks, holds excluded
    interruptions: int | None  # times it took the floor from the other side
    interruptions_per_min: float | None  # per minute of the other side's speech
    failed_interruptions: int | None
    backchannels: int | None  # acknowledgements that left the other side the floor
    backchannels_per_min: float | None  # per minute of the other side's speech
    response_latency_s: float | None  # median over its responses
    longest_monologue_s: float | None


@dataclass(frozen=True)
class Conversation:
    """Timing of a two-party call. Every number that the input cannot support is None, with its reason in `unknown`."""

    agent: Side
    customer: Side
    agent_talk_share: float | None  # agent / (agent + customer)
    silence_s: float | None  # mutual silence of 1.0 s or longer, holds and redaction excluded
    longest_silence_s: float | None  # the longest of those; 0.0 if there is none
    hold_s: float | None
    overlap_s: float | None  # both speak at once
    overlaps: tuple[Overlap, ...]
    backchannels: tuple[Backchannel, ...]
    silences: tuple[Silence, ...]
    floor: tuple[FloorHold, ...]
    monologues: tuple[FloorHold, ...]  # who has the floor, parted at dead air and holds; longest first
    responses: tuple[Response, ...]
    unknown: tuple[tuple[str, str], ...]  # (measure, reason code)


SIDES: tuple[Speaker, Speaker] = ("agent", "customer")
UNKNOWN_SIDE = Side(None, None, None, None, None, None, None, None)


def analyse(measures: Measures, facts: ConversationFacts, rules: ConversationRules) -> Conversation:
    """Talk time, silences, overlaps by kind, response latency and monologue of one call.

    `facts` come from the words (`audio.facts.NO_FACTS` without any). A refused recording gives None everywhere,
    with the refusal as reason; a side with too little speech (`measures.unknown`) gives None for what compares sides, and
    so do counts of backchannels where these are unknown (an imported transcript leaves hummed ones out), and everything about overlap
    where one channel holds both sides and nothing heard both (`measures.unknown`).
    """
    if measures.refusal is not None:
        return _unknown(measures.refusal)
    agent, customer = measures.agent_speech, measures.customer_speech
    speech: dict[Speaker, Timeline] = {"agent": agent, "customer": customer}
    silences = find_silences(agent, customer, measures.sounds, measures.redacted, facts, rules)
    holds = tuple(each.interval for each in silences if each.kind in HOLD_KINDS)
    away = holds + facts.holds
    talk: dict[Speaker, float] = {side: total_s(difference(speech[side], away)) for side in speech}
    exchange = follow_floor(measures.utterances, speech, {each.utterance: each for each in facts.utterances}, rules)
    monologues = _monologues(exchange.floor, silences, rules)
    responses = _responses(exchange.floor, silences)
    silent = [each.interval.duration_s for each in silences if each.kind in ("pause", "dead_air")]
    both_s = talk["agent"] + talk["customer"]
    reasons = dict(measures.unknown)
    backchannels = None if "backchannels" in reasons else exchange.backchannels
    overlaps = None if "overlap" in reasons else exchange.overlaps
    scarce = [side for side in speech if (f"{side}_speech", "too_little_speech") in measures.unknown]
    return Conversation(
        agent=_side("agent", talk, overlaps, backchannels, monologues, responses, scarce),
        customer=_side("customer", talk, overlaps, backchannels, monologues, responses, scarce),
        agent_talk_share=None if scarce or not both_s else talk["agent"] / both_s,
        silence_s=sum(silent),
        longest_silence_s=max(silent, default=0.0),
        hold_s=total_s(holds),
        overlap_s=None if overlaps is None else total_s(intersection(agent, customer)),
        overlaps=overlaps or (),
        backchannels=exchange.backchannels,
        silences=silences,
        floor=exchange.floor,
        monologues=monologues,
        responses=responses,
        unknown=_reasons(scarce, talk, responses) + ((("interruptions", reasons["overlap"]),) if overlaps is None else ()),
    )


def _side(
    side: Speaker,
    talk: dict[Speaker, float],
    overlaps: tuple[Overlap, ...] | None,
    backchannels: tuple[Backchannel, ...] | None,
    monologues: tuple[FloorHold, ...],
    responses: tuple[Response, ...],
    scarce: list[Speaker],
) -> Side:
    other: Speaker = "customer" if side == "agent" else "agent"
    took = None if overlaps is None else _of_kind(overlaps, side, "interruption")
    noted = None if backchannels is None else sum(each.by == side for each in backchannels)
    other_min = None if other in scarce else talk[other] / 60.0
    latencies = [each.latency_s for each in responses if each.speaker == side]
    return Side(
        talk_s=talk[side],
        interruptions=took,
        interruptions_per_min=took / other_min if took is not None and other_min else None,
        failed_interruptions=None if overlaps is None else _of_kind(overlaps, side, "failed_interruption"),
        backchannels=noted,
        backchannels_per_min=noted / other_min if noted is not None and other_min else None,
        response_latency_s=statistics.median(latencies) if latencies else None,
        longest_monologue_s=max((elapsed_s(each.start_s, each.end_s) for each in monologues if each.speaker == side), default=0.0),
    )


def _of_kind(overlaps: tuple[Overlap, ...], by: Speaker, kind: str) -> int:
    return sum(each.by == by and each.kind == kind for each in overlaps)


def _monologues(floor: tuple[FloorHold, ...], silences: tuple[Silence, ...], rules: ConversationRules) -> tuple[FloorHold, ...]:
    breaks = [each for each in silences if each.kind != "pause"]
    parts: list[FloorHold] = []
    for held in floor:
        at = held.start_s
        for each in breaks:
            if held.start_s < each.start_s and each.end_s < held.end_s:
                parts.append(FloorHold(held.speaker, at, each.start_s, held.first_utterance, held.last_utterance))
                at = each.end_s
        parts.append(FloorHold(held.speaker, at, held.end_s, held.first_utterance, held.last_utterance))
    return tuple(sorted(parts, key=lambda each: each.start_s - each.end_s))


def _responses(floor: tuple[FloorHold, ...], silences: tuple[Silence, ...]) -> tuple[Response, ...]:
    away = tuple(each.interval for each in silences if each.kind not in ("pause", "dead_air"))
    return tuple(
        Response(after.speaker, before.end_s, after.start_s)
        for before, after in zip(floor, floor[1:], strict=False)
        if before.speaker != after.speaker
        and after.start_s >= before.end_s
        and not intersection((Interval(before.end_s, after.start_s),), away)
    )


def _reasons(scarce: list[Speaker], talk: dict[Speaker, float], responses: tuple[Response, ...]) -> tuple[tuple[str, str], ...]:
    reasons = [("agent_talk_share", "too_little_speech")] if scarce else []
    if not scarce and not any(talk.values()):
        reasons.append(("agent_talk_share", "all_speech_in_holds"))
    for side in SIDES:
        other = "customer" if side == "agent" else "agent"
        if side in scarce or not talk[side]:
            code = "too_little_speech" if side in scarce else "all_speech_in_holds"
            reasons += [(f"{other}_interruptions_per_min", code), (f"{other}_backchannels_per_min", code)]
        if not any(each.speaker == side for each in responses):
            reasons.append((f"{side}_response_latency_s", "no_response"))
    return tuple(reasons)


def _unknown(reason: str) -> Conversation:
    measures = ("talk", "silence", "overlap", "interruptions", "backchannels", "response_latency", "monologue")
    return Conversation(
        UNKNOWN_SIDE, UNKNOWN_SIDE, None, None, None, None, None, (), (), (), (), (), (), tuple((each, reason) for each in measures)
    )
