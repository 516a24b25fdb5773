"""Scores one call: measures and transcript in, scorecard out. Pure: no files, no clock, no audio."""

from dataclasses import dataclass, replace

from audio.conversation import Conversation, analyse
from audio.measures import OVERLAP_UNRESOLVED, Measures
from audio.settings import ConversationRules
from scoring import context, customer, points, timing
from scoring.call_text import CallText, read_call
from scoring.coaching import coach
from scoring.detectors import Detectors
from scoring.errors import CallError
from scoring.facts import conversation_facts
from scoring.flags import Facts, flags_of, in_control_arm
from scoring.metadata import CallMetadata
from scoring.names import name_signs
from scoring.points import Given, Tally
from scoring.roles import role_probability
from scoring.rubric import SIGNALS, Rubric
from scoring.scorecard import SCORECARD_VERSION, CustomerView, Evidence, Interval100, Scorecard
from scoring.settings import ScoringSettings
from scoring.signs import Sign
from scoring.timing import Occasion
from transcription.transcript import Transcript

_MISPLACED = 0.12  # share of speech given to the wrong side where voices are hardly told apart (tuning calls of audio.diarization)
_DOUBT_UNKNOWN = 0.05  # share of words taken for lost where a transcript does not tell


@dataclass(frozen=True)
class _Read:
    """What the words and the timing of a call say, before points."""

    call: CallText
    signs: tuple[Sign, ...]
    moments: tuple[customer.Moment, ...]
    view: CustomerView
    given: Given


def score_call(
    metadata: CallMetadata,
    measures: Measures | None,
    transcript: Transcript,
    rubric: Rubric,
    detectors: Detectors,
    settings: ScoringSettings,
    conversation_rules: ConversationRules,
) -> Scorecard:
    """The scorecard of one call; a call that the input cannot support gets one with `refusal` set and no scores.

    `measures` is None for a transcript without a recording: what needs the waveform is then null with a reason.
    Raises CallError if a turn names an utterance that the measures do not have.
    """
    refusal = _refusal(measures, transcript, settings)
    if refusal is not None:
        return _refused(metadata, rubric, settings, *refusal)
    _check(metadata, measures, transcript)
    call = read_call(transcript, detectors)
    probability = role_probability(call.sentences, metadata, detectors.roles)
    if measures is not None and measures.layout == "mono" and (probability is None or probability < settings.role_probability):
        return _refused(metadata, rubric, settings, *_roles_unknown(probability))
    conversation = None
    if measures is not None:
        words = conversation_facts(transcript, metadata, call, rubric.scale.least_confidence)
        conversation = analyse(measures, words, conversation_rules)
    read = _read(metadata, measures, transcript, call, conversation, rubric, detectors)
    tallies = points.tally(read.given, rubric, settings)
    scored = {name: points.skill_draws(name, tallies, rubric) for name in rubric.skills}
    skills, overall = points.overall_of(
        {name: draws for name, (draws, _) in scored.items()}, {name: reason for name, (_, reason) in scored.items()}, rubric, settings
    )
    evidence, sentence_of = _evidence(read, tallies, rubric)
    auto_fail = _auto_fail(read.signs, rubric)
    if auto_fail is not None and overall is not None:
        overall = Interval100(0.0, 0.0, 0.0)
    numbers = {skill.skill: skill.score.value if skill.score else None for skill in skills} | {
        "overall": overall.value if overall else None,
        "interruptions": conversation.agent.interruptions if conversation else None,
        "unanswered_distress": len(read.moments) - read.view.distress_answered,
        "asr_confidence": transcript.asr_confidence,
        "hallucination_share": transcript.hallucination_share,
        "loss_share": transcript.loss_share,
        "role_probability": probability,
    }
    shown = frozenset(sign.behaviour for sign in read.signs if rubric.counts(sign.behaviour, sign.probability))
    reason = next((rule.reason for rule in rubric.auto_fails if rule.id == auto_fail), None)
    return Scorecard(
        version=SCORECARD_VERSION,
        metadata=metadata,
        rubric=rubric.fingerprint,
        refusal=None,
        refusal_text=None,
        conversation=conversation,
        unknown=_unknown(measures, conversation),
        evidence=evidence,
        criteria=points.criteria_of(tallies, settings),
        skills=skills,
        overall=overall,
        band=rubric.band(overall.value) if overall else None,
        auto_fail=auto_fail,
        flags=flags_of(Facts(numbers, read.view.outcome, reason, read.signs, shown), rubric),
        control_arm=in_control_arm(metadata.call_id, settings.control_arm_share, settings.control_arm_salt),
        customer=read.view,
        coaching=coach(call, evidence, sentence_of, tallies, read.moments, rubric),
        role_probability=probability,
        channels_swapped=_swapped(measures, probability, settings),
    )


def _refusal(measures: Measures | None, transcript: Transcript, settings: ScoringSettings) -> tuple[str, str] | None:
    """(reason code, reason in words) of a call that cannot be scored, else None."""
    if measures is not None and measures.refusal is not None:
        return measures.refusal, f"The recording cannot support a score: {measures.refusal.replace('_', ' ')}."
    if transcript.refusal is not None:
        return transcript.refusal, f"The transcript cannot support a score: {transcript.refusal.replace('_', ' ')}."
    if transcript.language is not None and transcript.language not in settings.languages:
        supported = ", ".join(settings.languages)
        return f"language:{transcript.language}", f"The call is in {transcript.language}; scored languages are {supported}."
    for side in ("agent", "customer"):
        words = sum(len(turn.text.split()) for turn in transcript.turns if turn.speaker == side)
        if words < settings.least_words:
            return f"no_{side}_words", f"The {side} says {words} words; scoring needs {settings.least_words} of each side."
    return None


def _roles_unknown(probability: float | None) -> tuple[str, str]:
    sure = "nothing" if probability is None else f"a probability of {max(probability, 1.0 - probability):.2f}"
    return "roles_unknown", f"Both sides are on one channel, and {sure} says which of the two speakers is the agent."


def _refused(metadata: CallMetadata, rubric: Rubric, settings: ScoringSettings, reason: str, reason_text: str) -> Scorecard:
    control_arm = in_control_arm(metadata.call_id, settings.control_arm_share, settings.control_arm_salt)
    return Scorecard(
        SCORECARD_VERSION, metadata, rubric.fingerprint, reason, reason_text, None, (), (), (), (), None, None, None, (), control_arm,
        None, None,
    )  # fmt: skip


def _check(metadata: CallMetadata, measures: Measures | None, transcript: Transcript) -> None:
    if measures is None:
        return
    known = {utterance.utterance for utterance in measures.utterances}
    for turn in transcript.turns:
        if turn.utterance is not None and turn.utterance not in known:
            raise CallError(
                f"call {metadata.call_id}: turn {turn.turn} belongs to utterance {turn.utterance}, but the measures have {len(known)} "
                "utterances without it; measures and transcript are of different recordings or settings: transcribe again"
            )


def _read(
    metadata: CallMetadata, measures: Measures | None, transcript: Transcript, call: CallText, conversation: Conversation | None,
    rubric: Rubric, detectors: Detectors,
) -> _Read:  # fmt: skip
    steady, steady_signs = timing.steadiness(measures, transcript, rubric.timing)
    signs = (
        *context.worded_signs(call, rubric, detectors),
        *name_signs(call, metadata, detectors.ordinary_words),
        *timing.overlap_signs(conversation, transcript),
        *timing.backchannel_signs(conversation, transcript, call),
        *timing.monologue_signs(conversation, call, rubric.timing),
        *steady_signs,
        *context.signal_signs(call, rubric),
    )
    distress = customer.distress_by_stretch(call, measures)
    moments = customer.moments_of(call, distress, signs, rubric)
    signs += customer.indifference_signs(call, moments, rubric)
    signs = _weighed(_without_doubles(_doubted(signs, transcript)), call, moments, rubric)
    signs = tuple(sorted(signs, key=lambda sign: (sign.start_s, sign.end_s, sign.behaviour)))
    told = [stretch for stretch in call.stretches if stretch.speaker == "customer" and stretch.words >= rubric.timing.customer_turn_words]
    turns = sum(stretch.speaker == "agent" and stretch.words >= 4 for stretch in call.stretches)
    given = Given(
        signs=signs,
        occasions=_occasions(signs, len(told), len(moments), measures, conversation, rubric),
        timed={
            "lets_customer_finish": timing.lets_finish(conversation, rubric.timing),
            "balanced_talk": timing.balance(conversation, call, rubric.timing),
            "room_to_answer": timing.room_to_answer(call, rubric.timing),
            "steady_voice": steady,
            **_unheard(measures),
        },
        acknowledgeable=len(told),
        length=max(1.0, turns / rubric.scale.usual_agent_turns),
        doubt=_doubt(measures, transcript),
        misplaced=_misplaced(measures),
        unheard=OVERLAP_UNRESOLVED if _overlap_unresolved(measures) else None,
    )
    return _Read(call, signs, moments, customer.view_of(call, distress, moments, signs, rubric, detectors), given)


def _unheard(measures: Measures | None) -> dict[str, Occasion]:
    """What one channel cannot tell: acknowledgements are mostly said while the customer speaks, and are lost under the louder voice."""
    return {"acknowledgement": Occasion(None, 0, OVERLAP_UNRESOLVED)} if _overlap_unresolved(measures) else {}


def _overlap_unresolved(measures: Measures | None) -> bool:
    return measures is not None and ("overlap", OVERLAP_UNRESOLVED) in measures.unknown


def _doubt(measures: Measures | None, transcript: Transcript) -> float:
    """Share of words that may be lost or wrong: speech without words, half of what the recogniser is unsure of, and on one channel what
    may be the other side's."""
    unsure = _DOUBT_UNKNOWN if transcript.asr_confidence is None else (1.0 - transcript.asr_confidence) / 2.0
    return min(1.0, (transcript.loss_share or 0.0) + unsure + _misplaced(measures))


def _misplaced(measures: Measures | None) -> float:
    return _MISPLACED * (1.0 - measures.separation) if measures is not None and measures.separation is not None else 0.0


def _doubted(signs: tuple[Sign, ...], transcript: Transcript) -> tuple[Sign, ...]:
    """Signs in words, made less sure where the recogniser was unsure of the turn's words.

    Half of the recogniser's doubt counts: a sentence keeps its meaning when one word in ten is wrong.
    """
    confidence = {turn.turn: turn.confidence for turn in transcript.turns}
    return tuple(
        replace(sign, probability=sign.probability * (1.0 - (1.0 - known) / 2.0))
        if sign.detector in ("meaning", "pattern", "context") and sign.turn is not None and (known := confidence[sign.turn]) is not None
        else sign
        for sign in signs
    )


def _without_doubles(signs: tuple[Sign, ...]) -> tuple[Sign, ...]:
    """One sign per behaviour and turn span: a backchannel found by timing is not counted again by its words."""
    best: dict[tuple[str, str, int | None, float], Sign] = {}
    for sign in signs:
        whole_turn = sign.behaviour == "acknowledgement" and sign.turn is not None
        key = (sign.behaviour, sign.speaker, sign.turn, 0.0 if whole_turn else sign.start_s)
        if key not in best or sign.probability > best[key].probability:
            best[key] = sign
    return tuple(best.values())


def _weighed(signs: tuple[Sign, ...], call: CallText, moments: tuple[customer.Moment, ...], rubric: Rubric) -> tuple[Sign, ...]:
    """Empathy that does not answer the customer's distress in time counts for less, where there was distress."""
    if not moments:
        return signs
    timely = {stretch.number for moment in moments for stretch in customer.answering(call, moment.stretch.number, rubric)}
    return tuple(
        replace(sign, strength=sign.strength * rubric.scale.late_share)
        if sign.behaviour in customer.EMPATHY and sign.sentence is not None and call.stretch_of[sign.sentence].number not in timely
        else sign
        for sign in signs
    )


def _occasions(
    signs: tuple[Sign, ...], told: int, moments: int, measures: Measures | None, conversation: Conversation | None, rubric: Rubric
) -> dict[str, int]:
    """How many occasions the call gives for each `applies_when` of the rubric."""

    def seen(speaker: str, *behaviours: str) -> int:
        own = (sign for sign in signs if sign.speaker == speaker and sign.behaviour in behaviours)
        return sum(rubric.counts(sign.behaviour, sign.probability) for sign in own)

    silences = conversation.silences if conversation else ()
    waits = sum(each.kind in ("announced_hold", "hold_music") or each.end_s - each.start_s >= rubric.timing.wait_s for each in silences)
    return {
        "always": 1,
        "concern": told,
        "distress": moments,
        "wait": max(waits, seen("agent", "hold_notice")),
        "limits": seen("agent", "bare_refusal", "policy_hiding"),
        "choice": seen("agent", "options"),
        "escalation_request": seen("customer", "escalation_request", "churn_threat", "legal_threat"),
        "abuse": seen("customer", "abuse"),
        "conflict": moments + seen("customer", "unreasonable_demand"),
        "when_shown": 0,
        "recording": int(measures is not None),
    }


def _evidence(read: _Read, tallies: tuple[Tally, ...], rubric: Rubric) -> tuple[tuple[Evidence, ...], dict[Evidence, int | None]]:
    """Every sign that is sure or gave points, in the order of the call; and the sentence each stands on."""
    points_of = points.points_of(tallies, rubric)
    sentence_of: dict[Evidence, int | None] = {}
    for at, sign in enumerate(read.signs):
        behaviour = rubric.behaviours.get(sign.behaviour)
        if not rubric.counts(sign.behaviour, sign.probability) and not points_of.get(at):
            continue
        evidence = Evidence(
            skill=behaviour.skill if behaviour else SIGNALS,
            behaviour=sign.behaviour,
            polarity=behaviour.sign if behaviour else 0,
            speaker=sign.speaker,
            turn=sign.turn,
            start_s=sign.start_s,
            end_s=sign.end_s,
            quote=sign.quote,
            confidence=sign.probability,
            points=points_of.get(at, 0.0),
            detector=sign.detector,
        )
        sentence_of[evidence] = sign.sentence
    return tuple(sentence_of), sentence_of


def _auto_fail(signs: tuple[Sign, ...], rubric: Rubric) -> str | None:
    for rule in rubric.auto_fails:
        seen = [s for s in signs if s.behaviour == rule.behaviour and s.speaker == rule.speaker and s.probability >= rule.confidence]
        if len(seen) >= rule.at_least:
            return rule.id
    return None


def _swapped(measures: Measures | None, probability: float | None, settings: ScoringSettings) -> bool | None:
    """Whether two channels hold the sides the other way round than configured; None where there are no two channels or no words."""
    if measures is None or measures.layout != "two_channel" or probability is None:
        return None
    return measures.exchanged or probability <= 1.0 - settings.role_probability


def _unknown(measures: Measures | None, conversation: Conversation | None) -> tuple[tuple[str, str], ...]:
    if measures is None:
        return tuple(
            (name, "no_recording")
            for name in ("duration", "talk", "silence", "overlap", "interruptions", "backchannels", "response_latency", "monologue", "tone")
        )
    return tuple(dict.fromkeys(measures.unknown + (conversation.unknown if conversation else ())))
