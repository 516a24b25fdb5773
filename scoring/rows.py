"""Scorecards as rows of the tables."""

from dataclasses import dataclass
from typing import Literal

from audio.conversation import Conversation
from audio.measures import Measures, Speaker, Utterance
from scoring.metadata import CallMetadata
from scoring.scorecard import Scorecard
from scoring.tables import CallRow, EvidenceRow, OverlapRow, ScoreRow, SilenceRow, TurnRow, WordRow
from transcription.transcript import Transcript

_LEAST_SPEECH_S = 1.0  # words per minute of a shorter stretch say nothing
_PEAK_PROBABILITY = 0.6  # a tone this sure counts as the peak of the call
_MOST_AGITATED_FIRST = ("raised", "even", "subdued")


@dataclass(frozen=True)
class Rows:
    """The rows of one call, by table."""

    calls: tuple[CallRow, ...]
    turns: tuple[TurnRow, ...]
    words: tuple[WordRow, ...]
    overlaps: tuple[OverlapRow, ...]
    silences: tuple[SilenceRow, ...]
    evidence: tuple[EvidenceRow, ...]
    scores: tuple[ScoreRow, ...]


def rows(
    scorecard: Scorecard, measures: Measures | None, transcript: Transcript, settings: str | None, compute_s: float | None
) -> Rows:
    """Every row of a scored or refused call. `settings` is the fingerprint of the settings it was processed with."""
    call_id = scorecard.metadata.call_id
    utterances = {utterance.utterance: utterance for utterance in measures.utterances} if measures else {}
    conversation = scorecard.conversation
    return Rows(
        calls=(_call_row(scorecard, measures, transcript, settings, compute_s),),
        turns=_turn_rows(scorecard, transcript, utterances),
        words=tuple(
            WordRow(call_id=call_id, turn=turn.turn, word=word.word, start_s=word.start_s, end_s=word.end_s, confidence=word.confidence)
            for turn in transcript.turns
            for word in turn.words
        ),
        overlaps=_overlap_rows(call_id, conversation),
        silences=tuple(
            SilenceRow(call_id=call_id, start_s=each.start_s, end_s=each.end_s, kind=each.kind, music=each.music)
            for each in (conversation.silences if conversation else ())
        ),
        evidence=tuple(
            EvidenceRow(
                call_id=call_id, skill=each.skill, behaviour=each.behaviour, polarity=each.polarity, speaker=each.speaker, turn=each.turn,
                start_s=each.start_s, end_s=each.end_s, quote=each.quote, confidence=each.confidence, points=each.points,
                detector=each.detector,
            )
            for each in scorecard.evidence
        ),
        scores=_score_rows(scorecard),
    )  # fmt: skip


def unscored_rows(
    metadata: CallMetadata, status: Literal["refused", "failed"], reason: str, reason_text: str, duration_s: float | None,
    settings: str | None, compute_s: float | None,
) -> Rows:  # fmt: skip
    """The one row of a call that never reached scoring: refused or failed while decoding, measuring or transcribing."""
    row = CallRow(
        **_identity(metadata), **_NOTHING_MEASURED, **_NOTHING_SCORED, duration_s=duration_s, layout=None,
        speaker_separation=None, role_probability=None, agent_channel=None, channels_swapped=None, language=None, status=status,
        reason=reason, reason_text=reason_text, unknown=[], asr_confidence=None, hallucination_share=None, loss_share=None,
        control_arm=None, rubric=None, engine=None, settings=settings, compute_s=compute_s,
    )  # fmt: skip
    return Rows((row,), (), (), (), (), (), ())


def _identity(metadata: CallMetadata) -> dict[str, object]:
    names = ("call_id", "recording", "sha256", "started_at", "agent_id", "team", "customer_id", "queue")
    return {name: getattr(metadata, name) for name in names}


_NOTHING_MEASURED: dict[str, object] = {
    "agent_talk_s": None, "customer_talk_s": None, "agent_talk_share": None, "silence_s": None, "longest_silence_s": None,
    "hold_s": None, "overlap_s": None, "agent_interruptions": None, "customer_interruptions": None,
    "agent_interruptions_per_min": None, "customer_interruptions_per_min": None, "agent_backchannels": None, "agent_wpm": None,
    "customer_wpm": None, "response_latency_s": None, "longest_monologue_s": None, "customer_tone_start": None,
    "customer_tone_peak": None, "customer_tone_end": None, "agent_emotion": False,
}  # fmt: skip

_NOTHING_SCORED: dict[str, object] = {
    **{f"{name}{end}": None for name in ("listening", "empathy", "solution_focus", "overall") for end in ("", "_low", "_high")},
    "band": None, "auto_fail": None, "flags": [], "flag_reasons": [], "outcome": None, "customer_state": None, "conflict_cause": None,
    "turnaround": None, "distress_moments": None, "distress_answered": None, "went_well": None, "went_well_quote": None,
    "went_well_s": None, "try_next": None, "try_next_quote": None, "try_next_s": None, "try_next_wording": None,
}  # fmt: skip


def _call_row(
    scorecard: Scorecard, measures: Measures | None, transcript: Transcript, settings: str | None, compute_s: float | None
) -> CallRow:
    refused = scorecard.refusal is not None
    return CallRow(
        **_identity(scorecard.metadata),
        **(_measured(scorecard.conversation, measures, transcript) if measures is not None else _NOTHING_MEASURED),
        **(_NOTHING_SCORED if refused else _scored(scorecard)),
        duration_s=measures.duration_s if measures else None,
        layout=measures.layout if measures else "imported",
        speaker_separation=measures.separation if measures else None,
        role_probability=scorecard.role_probability,
        agent_channel=measures.agent_channel if measures else None,
        channels_swapped=scorecard.channels_swapped,
        language=transcript.language,
        status="refused" if refused else "scored",
        reason=scorecard.refusal,
        reason_text=scorecard.refusal_text,
        unknown=[f"{measure}:{reason}" for measure, reason in scorecard.unknown],
        asr_confidence=transcript.asr_confidence,
        hallucination_share=transcript.hallucination_share,
        loss_share=transcript.loss_share,
        control_arm=scorecard.control_arm,
        rubric=scorecard.rubric,
        engine=transcript.engine,
        settings=settings,
        compute_s=compute_s,
    )


def _measured(conversation: Conversation | None, measures: Measures, transcript: Transcript) -> dict[str, object]:
    tones = _tones(measures)
    values = dict(_NOTHING_MEASURED) | {
        "agent_wpm": _wpm("agent", measures, transcript),
        "customer_wpm": _wpm("customer", measures, transcript),
        "customer_tone_start": tones[0],
        "customer_tone_peak": tones[1],
        "customer_tone_end": tones[2],
        "agent_emotion": any(u.tone is not None for u in measures.utterances if u.speaker == "agent"),
    }
    if conversation is None:
        return values
    return values | {
        "agent_talk_s": conversation.agent.talk_s,
        "customer_talk_s": conversation.customer.talk_s,
        "agent_talk_share": conversation.agent_talk_share,
        "silence_s": conversation.silence_s,
        "longest_silence_s": conversation.longest_silence_s,
        "hold_s": conversation.hold_s,
        "overlap_s": conversation.overlap_s,
        "agent_interruptions": conversation.agent.interruptions,
        "customer_interruptions": conversation.customer.interruptions,
        "agent_interruptions_per_min": conversation.agent.interruptions_per_min,
        "customer_interruptions_per_min": conversation.customer.interruptions_per_min,
        "agent_backchannels": conversation.agent.backchannels,
        "response_latency_s": conversation.agent.response_latency_s,
        "longest_monologue_s": conversation.agent.longest_monologue_s,
    }


def _wpm(side: Speaker, measures: Measures, transcript: Transcript) -> float | None:
    """Words per minute of that side's own speech; None without words or with under a second of speech."""
    words = sum(len(turn.text.split()) for turn in transcript.turns if turn.speaker == side)
    speech_s = sum(utterance.speech_s for utterance in measures.utterances if utterance.speaker == side)
    return words / speech_s * 60.0 if words and speech_s >= _LEAST_SPEECH_S else None


def _tones(measures: Measures) -> tuple[str | None, str | None, str | None]:
    """Customer's tone at the start, at its most agitated and at the end; None where no turn's tone is known.

    Start and end: the tone with the most probability, by speech time, in the first and the last third of the customer's turns.
    """
    known = [u for u in measures.utterances if u.speaker == "customer" and u.tone is not None]
    if not known:
        return None, None, None
    third = max(1, len(known) // 3)
    peak = next(
        (tone for tone in _MOST_AGITATED_FIRST if any(u.tone == tone and (u.tone_probability or 0.0) >= _PEAK_PROBABILITY for u in known)),
        None,
    )
    return _usual_tone(known[:third]), peak, _usual_tone(known[-third:])


def _usual_tone(utterances: list[Utterance]) -> str:
    weights = {
        tone: sum((u.tone_probability or 0.0) * u.speech_s for u in utterances if u.tone == tone) for tone in _MOST_AGITATED_FIRST
    }
    return max(weights, key=lambda tone: weights[tone])


def _scored(scorecard: Scorecard) -> dict[str, object]:
    values: dict[str, object] = {}
    totals = [(skill.skill, skill.score) for skill in scorecard.skills if skill.weight] + [("overall", scorecard.overall)]
    for name, score in totals:
        values[name] = score.value if score else None
        values[f"{name}_low"] = score.low if score else None
        values[f"{name}_high"] = score.high if score else None
    customer, coaching = scorecard.customer, scorecard.coaching
    if customer is None or coaching is None:
        raise ValueError(f"call {scorecard.metadata.call_id}: a scored call has a customer view and a coaching note")
    return values | {
        "band": scorecard.band,
        "auto_fail": scorecard.auto_fail,
        "flags": [flag.id for flag in scorecard.flags],
        "flag_reasons": [flag.reason for flag in scorecard.flags],
        "outcome": customer.outcome,
        "customer_state": customer.state,
        "conflict_cause": customer.conflict_cause,
        "turnaround": customer.turnaround,
        "distress_moments": len(customer.distress_moments),
        "distress_answered": customer.distress_answered,
        **coaching.__dict__,
    }


def _turn_rows(scorecard: Scorecard, transcript: Transcript, utterances: dict[int, Utterance]) -> tuple[TurnRow, ...]:
    distress = dict(scorecard.customer.distress_by_turn) if scorecard.customer else {}
    result = []
    for turn in transcript.turns:
        utterance = utterances.get(turn.utterance) if turn.utterance is not None else None
        words = len(turn.text.split())
        speech_s = utterance.speech_s if utterance else turn.end_s - turn.start_s
        result.append(
            TurnRow(
                call_id=scorecard.metadata.call_id,
                turn=turn.turn,
                speaker=turn.speaker,
                start_s=turn.start_s,
                end_s=turn.end_s,
                text=turn.text,
                words=words,
                wpm=words / speech_s * 60.0 if words and speech_s >= _LEAST_SPEECH_S else None,
                confidence=turn.confidence,
                pitch_hz=utterance.pitch_hz if utterance else None,
                pitch_range_st=utterance.pitch_range_st if utterance else None,
                level_db=utterance.level_db if utterance else None,
                tone=utterance.tone if utterance else None,
                tone_probability=utterance.tone_probability if utterance else None,
                distress=distress.get(turn.turn),
            )
        )
    return tuple(result)


def _overlap_rows(call_id: str, conversation: Conversation | None) -> tuple[OverlapRow, ...]:
    return tuple(
        OverlapRow(
            call_id=call_id, start_s=each.start_s, end_s=each.end_s, by=each.by, kind=each.kind, floor_held_s=each.floor_held_s,
            yielded_after_s=each.yielded_after_s, continued_s=each.continued_s, by_speech_s=each.by_speech_s, by_holds_s=each.by_holds_s,
            by_silent_before_s=each.by_silent_before_s, by_silent_after_s=each.by_silent_after_s, in_pause=each.in_pause,
            sentence_complete=each.sentence_complete, by_words=each.by_words, by_acknowledges=each.by_acknowledges,
        )
        for each in (conversation.overlaps if conversation else ())
    )  # fmt: skip


def _score_rows(scorecard: Scorecard) -> tuple[ScoreRow, ...]:
    """One row per behaviour, per skill and for the whole call."""
    call_id = scorecard.metadata.call_id
    totals = [(skill.skill, skill.skill, skill.score, skill.weight, skill.reason) for skill in scorecard.skills]
    if scorecard.refusal is None:
        totals.append(("overall", "overall", scorecard.overall, 100.0, None if scorecard.overall else "no_occasion"))
    result = [
        ScoreRow(
            call_id=call_id, skill=each.skill, criterion=each.behaviour, value=each.score.value if each.score else None,
            low=each.score.low if each.score else None, high=each.score.high if each.score else None, weight=each.weight,
            not_applicable=each.score is None, opportunities=each.opportunities, shown=each.shown, reason=each.reason,
        )
        for each in scorecard.criteria
    ]  # fmt: skip
    result += [
        ScoreRow(
            call_id=call_id, skill=skill, criterion=criterion, value=score.value if score else None, low=score.low if score else None,
            high=score.high if score else None, weight=weight, not_applicable=score is None, opportunities=None, shown=None, reason=reason,
        )
        for skill, criterion, score, weight, reason in totals
    ]  # fmt: skip
    return tuple(result)
