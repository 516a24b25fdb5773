"""The coaching note of a call: what went well, and the one thing to try next with a wording for that very moment."""

from dataclasses import dataclass

from scoring.call_text import CallText
from scoring.customer import Moment
from scoring.mirror import feeling, mirrored
from scoring.points import Tally
from scoring.rubric import Behaviour, Rubric
from scoring.scorecard import Coaching, Evidence

_TELLING = {"listening": 1.0, "empathy": 1.2, "solution_focus": 1.0, "conduct": 0.2}
"""Praise for empathy is remembered best; praise for a greeting says little."""

# Nobody is advised to say an insult or a jibe back to the one who made it ...
_NOT_SAID_BACK = ("abuse", "passive_aggression")
_SUSPECTED = 0.1  # ... not even what only may be one: there are other words to say back


@dataclass(frozen=True)
class _Next:
    behaviour: Behaviour
    loss: float  # points of the overall score that it would have saved or earned
    sentence: int | None


def coach(
    call: CallText, evidence: tuple[Evidence, ...], sentence_of: dict[Evidence, int | None], tallies: tuple[Tally, ...],
    moments: tuple[Moment, ...], rubric: Rubric,
) -> Coaching:  # fmt: skip
    """The note. Both parts refer to a moment of the call where there is one; a part is None where the call shows nothing."""
    sure = tuple(e for e in evidence if rubric.counts(e.behaviour, e.confidence))
    spoiled = {e.turn for e in sure if e.polarity == -1}  # what also cost points is not held up as well done
    best = max(
        (e for e in sure if e.polarity == 1 and e.speaker == "agent" and e.quote and e.turn not in spoiled),
        key=lambda e: e.points * e.confidence * _TELLING[e.skill],
        default=None,
    )
    following = max(_chances(call, sure, sentence_of, tallies, moments, rubric), key=lambda chance: chance.loss, default=None)
    at = following.sentence if following else None
    return Coaching(
        went_well=f"You {rubric.behaviours[best.behaviour].did}." if best else None,
        went_well_quote=best.quote if best else None,
        went_well_s=best.start_s if best else None,
        try_next=following.behaviour.tip if following else None,
        try_next_quote=call.sentences[at].quote if at is not None else None,
        try_next_s=call.sentences[at].start_s if at is not None else None,
        try_next_wording=wording_at(call, following.behaviour, at) if following else None,
    )


def _chances(
    call: CallText, evidence: tuple[Evidence, ...], sentence_of: dict[Evidence, int | None], tallies: tuple[Tally, ...],
    moments: tuple[Moment, ...], rubric: Rubric,
) -> list[_Next]:  # fmt: skip
    """Everything that could have gone better, with what it cost: each debit at its surest sign, each credit that was missed."""
    chances = []
    for skill, weight in ((name, entry.weight / 100.0) for name, entry in rubric.skills.items()):
        own = [entry for entry in tallies if entry.behaviour.skill == skill and entry.applies[0]]
        possible = sum(entry.behaviour.points * float(entry.applies[0]) for entry in own if entry.behaviour.polarity == "credit")
        for entry in own:
            behaviour = entry.behaviour
            if behaviour.polarity == "debit":
                surest = max((e for e in evidence if e.behaviour == behaviour.id), key=lambda e: e.confidence, default=None)
                if surest is not None:
                    at = sentence_of.get(surest)
                    at = _first_of_turn(call, surest.turn) if at is None else at
                    chances.append(_Next(behaviour, weight * float(entry.reached[0]) * 1.5, at))
            elif behaviour.applies_when != "when_shown" and entry.reached[0] < (0.25 if entry.shown else 0.5):
                missed = 1.0 - float(entry.reached.mean())  # over all draws: what may well have been said is no advice
                loss = weight * 100.0 * behaviour.points * missed / possible
                chances.append(_Next(behaviour, loss, _moment(call, behaviour, moments)))
    return chances


def _first_of_turn(call: CallText, turn: int | None) -> int | None:
    return next((at for at, sentence in enumerate(call.sentences) if sentence.turn == turn), None)


def _moment(call: CallText, behaviour: Behaviour, moments: tuple[Moment, ...]) -> int | None:
    """Where a missed credit would have had its place: the agent's first sentence after it."""
    if behaviour.applies_when == "distress" and moments:
        hurt = min(moments, key=lambda moment: (moment.answer, -moment.probability))
        return _next_agent_sentence(call, hurt.stretch.number)
    if behaviour.id in ("recap", "confirms_resolved", "closing"):
        last = [stretch for stretch in call.stretches if stretch.speaker == "agent"]
        return last[-1].sentences[0] if last else None
    told = [stretch for stretch in call.stretches if stretch.speaker == "customer"]
    if behaviour.decided_by == "words" and told and behaviour.id != "greeting":
        return _next_agent_sentence(call, max(told, key=lambda stretch: stretch.words).number)
    return None


def _next_agent_sentence(call: CallText, number: int) -> int | None:
    """The first sentence of three words or more: nobody is told to have said something else in place of "mm-hmm"."""
    following = (at for stretch in call.stretches[number + 1 :] if stretch.speaker == "agent" for at in stretch.sentences)
    return next((at for at in following if call.sentences[at].word_count >= 3), None)


def wording_at(call: CallText, behaviour: Behaviour, at: int | None) -> str:
    """The rubric's wording with the customer's own words and feeling of that moment filled in."""

    def to_say_back(positions: list[int]) -> list[str]:
        return [call.sentences[position].quote for position in positions if call.most((position,), *_NOT_SAID_BACK) < _SUSPECTED]

    before = [] if at is None else [p for stretch in call.stretches_before(at, "customer", 2) for p in stretch.sentences]
    situation, felt = feeling([call.sentences[position].quote for position in before])
    customer = mirrored(to_say_back(before)) or mirrored(to_say_back(list(call.of("customer")))) or "this happened"
    return behaviour.wording.format(customer=customer, feeling=situation, felt=felt)
