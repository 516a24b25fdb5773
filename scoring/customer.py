"""The customer's side: distress and whether it was answered, state, cause of the conflict, outcome, turnaround."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from audio.measures import Measures
from scoring import situation, whole_call
from scoring.call_text import CallText, Stretch
from scoring.context import distress_of
from scoring.detectors import Detectors
from scoring.rubric import Rubric
from scoring.scorecard import CustomerView
from scoring.signs import Sign

EMPATHY = ("names_feeling", "validation", "apology", "reassurance")
"""What answers distress."""

_VOICE_WEIGHT = 0.75  # a raised voice alone is distress only where the tone is sure: people also speak up on a bad line
_RAISED_LIFT = 0.2  # a raised voice makes distress in words surer
_CHANGE = 0.2  # a turnaround: distress at the end differs from the start by more than this


@dataclass(frozen=True)
class Moment:
    """A customer stretch with distress, and how it was answered."""

    stretch: Stretch
    probability: float
    sentence: int  # its strongest sentence
    answer: float  # how likely the agent's next turns show empathy


def distress_by_stretch(call: CallText, measures: Measures | None) -> dict[int, tuple[float, int]]:
    """Stretch number -> (probability of distress, its strongest sentence), for every customer stretch.

    Words decide; a raised voice lifts them, and counts alone where the tone is sure.
    """
    tones = {}
    if measures is not None:
        tones = {u.utterance: u.tone_probability or 0.0 for u in measures.utterances if u.speaker == "customer" and u.tone == "raised"}
    found = {}
    for stretch in call.stretches:
        if stretch.speaker != "customer":
            continue
        words, sentence = distress_of(call, stretch)
        abuse = call.most(stretch.sentences, "abuse")
        voice = max((tones.get(_utterance(call, position), 0.0) for position in stretch.sentences), default=0.0)
        words = max(words, abuse)
        found[stretch.number] = (min(1.0, max(words + _RAISED_LIFT * voice * words, _VOICE_WEIGHT * voice)), sentence)
    return found


def _utterance(call: CallText, position: int) -> int:
    return call.utterance_of_turn.get(call.sentences[position].turn, -1)


def moments_of(
    call: CallText, distress: dict[int, tuple[float, int]], signs: tuple[Sign, ...], rubric: Rubric
) -> tuple[Moment, ...]:
    """Every customer stretch with distress, and how likely the agent's next turns show empathy: each sign may be one, see `shown`.

    Fires:     "This is the third time I'm calling, I'm so fed up!"
    Must not:  "I'm calling about my third invoice."
    """
    empathic: dict[int, list[float]] = {}
    for sign in signs:
        if sign.behaviour in EMPATHY and sign.sentence is not None and sign.probability >= rubric.scale.counts_from:
            empathic.setdefault(call.stretch_of[sign.sentence].number, []).append(sign.probability)
    moments = []
    for number, (probability, sentence) in distress.items():
        if probability < rubric.scale.least_confidence:
            continue
        following = answering(call, number, rubric)
        if following:
            answer = shown(probability for stretch in following for probability in empathic.get(stretch.number, ()))
            moments.append(Moment(call.stretches[number], probability, sentence, answer))
    return tuple(moments)


def shown(probabilities: Iterable[float]) -> float:
    """How likely at least one of several signs is what it is taken for, were they independent: two doubtful ones make a likely one."""
    return 1.0 - math.prod(1.0 - probability for probability in probabilities)


def answering(call: CallText, number: int, rubric: Rubric) -> tuple[Stretch, ...]:
    """The agent's next stretches of three words or more after the stretch `number`, as many as the rubric gives it."""
    following = [stretch for stretch in call.stretches[number + 1 :] if stretch.speaker == "agent" and stretch.words >= 3]
    return tuple(following[: rubric.scale.respond_within_turns])


def indifference_signs(call: CallText, moments: tuple[Moment, ...], rubric: Rubric) -> tuple[Sign, ...]:
    """Distress that got no word of empathy within the rubric's number of agent turns, on the first of these turns.

    Fires:     "I'm so upset, it ruined her birthday." - "Order number?" - "Four one." - "And the postcode?"
    Must not:  "I'm so upset." - "Okay." - "Really." - "I'm sorry, that must have been awful."
    """
    signs = []
    for moment in moments:
        if moment.answer >= rubric.scale.least_confidence:
            continue
        sentence = call.sentences[answering(call, moment.stretch.number, rubric)[0].sentences[0]]
        signs.append(
            Sign(
                "indifference", "agent", sentence.turn, sentence.start_s, sentence.end_s, sentence.quote,
                moment.probability * (1.0 - moment.answer), 1.0, "context", None,
            )
        )  # fmt: skip
    return tuple(signs)


def view_of(
    call: CallText,
    distress: dict[int, tuple[float, int]],
    moments: tuple[Moment, ...],
    signs: tuple[Sign, ...],
    rubric: Rubric,
    detectors: Detectors,
) -> CustomerView:
    """Everything the tables say about the customer."""
    by_turn: dict[int, float] = {}
    for number, (probability, _) in distress.items():
        for position in call.stretches[number].sentences:
            turn = call.sentences[position].turn
            alone = call.probability(position, "distress")
            by_turn[turn] = max(by_turn.get(turn, 0.0), min(alone, probability))
    least = rubric.scale.least_confidence
    facts = _facts(call, detectors)
    return CustomerView(
        state=facts["customer_state"],
        conflict_cause=facts["conflict_cause"],
        outcome=facts["outcome"],
        turnaround=_turnaround(call, distress, signs, bool(moments), least),
        distress_by_turn=tuple(sorted(by_turn.items())),
        distress_moments=tuple(call.sentences[moment.sentence].turn for moment in moments),
        distress_answered=sum(moment.answer >= least for moment in moments),
    )


def _facts(call: CallText, detectors: Detectors) -> dict[str, str | None]:
    """Cause of the conflict, outcome and state (`scoring.whole_call`); all unclear in a call of a few turns.

    Fires:     outcome resolved: "Great, that's working now, thank you."; conflict_cause pricing_or_billing: "I was charged sixty dollars
               that I never agreed to."; customer_state angry: "Are you kidding me? This is a disgrace!"
    Must not:  outcome resolved: "Great, so I've wasted an hour."; customer_state indecisive: "I'll think about what to cook."
    """
    if not situation.tells(call.sentences):
        return dict.fromkeys(whole_call.FACTS)
    by_customer = np.array([sentence.speaker == "customer" for sentence in call.sentences])
    return whole_call.said(detectors.whole_call, whole_call.describe(call.alone, call.placed, by_customer, call.names))


def _turnaround(
    call: CallText, distress: dict[int, tuple[float, int]], signs: tuple[Sign, ...], distressed: bool, least: float
) -> str | None:
    """The customer's distress in the last third against the first third; taking the solution at the end counts for better."""
    if not distressed:
        return None
    levels = [(call.place(sentence), probability) for probability, sentence in distress.values()]
    start = [probability for place, probability in levels if place <= 1 / 3] or [levels[0][1]]
    end = [probability for place, probability in levels if place >= 2 / 3] or [levels[-1][1]]
    change = max(end) - max(start)
    accepted = [s.sentence for s in signs if s.behaviour == "accepts_solution" and s.sentence is not None and s.probability >= least]
    if any(call.place(sentence) >= 2 / 3 for sentence in accepted):
        change -= _CHANGE
    return "better" if change < -_CHANGE else "worse" if change > _CHANGE else "same"
