"""What timing and voice decide: who lets whom finish, who talks how much, who stays steady."""

import statistics
from dataclasses import dataclass

from audio.conversation import Conversation
from audio.measures import Measures, Utterance
from scoring import features
from scoring.call_text import CallText, Stretch, acknowledges
from scoring.rubric import Timing
from scoring.signs import Sign
from transcription.transcript import Transcript, Turn

_SURE = 0.9  # an overlap whose words agree with its timing
_UNSURE = 0.75  # ... whose words are unknown
_RAISED = 0.6  # a customer turn raised with at least this probability calls for a steady voice


@dataclass(frozen=True)
class Occasion:
    """How much of a timed credit was reached: `reached` of `possible`, 0-1, with the signs that say so."""

    share: float | None  # None: the call cannot tell
    possible: int
    reason: str | None


def overlap_signs(conversation: Conversation | None, transcript: Transcript) -> tuple[Sign, ...]:
    """The agent's interruptions and the times the agent talked over the customer.

    Fires:     interruption: the customer stops mid-sentence and the agent goes on; talking_over: the agent starts, and gives up
    Must not:  "mm-hmm" under the customer's words; an answer that begins as the question ends
    """
    if conversation is None:
        return ()
    turns = {turn.utterance: turn for turn in transcript.turns}
    signs = []
    for overlap in conversation.overlaps:
        if overlap.by != "agent" or overlap.kind not in ("interruption", "failed_interruption", "crosstalk"):
            continue
        behaviour = "interruption" if overlap.kind == "interruption" else "talking_over"
        sure = overlap.sentence_complete is not None or overlap.kind != "interruption"
        signs.append(_turn_sign(behaviour, turns.get(overlap.by_utterance), overlap.start_s, overlap.end_s, _SURE if sure else _UNSURE))
    return tuple(signs)


def backchannel_signs(conversation: Conversation | None, transcript: Transcript, call: CallText) -> tuple[Sign, ...]:
    """The agent's short acknowledgements while the customer keeps the word: from the waveform, else from the words."""
    if conversation is not None:
        turns = {turn.utterance: turn for turn in transcript.turns}
        return tuple(
            _turn_sign("acknowledgement", turns.get(each.utterance), each.start_s, each.end_s, _SURE)
            for each in conversation.backchannels
            if each.by == "agent"
        )
    return tuple(
        Sign("acknowledgement", "agent", turn.turn, turn.start_s, turn.end_s, turn.text.strip(), _UNSURE, 1.0, "meaning", position)
        for turn, position in _acknowledging_turns(transcript, call)
    )


def _acknowledging_turns(transcript: Transcript, call: CallText) -> list[tuple[Turn, int]]:
    first = {sentence.turn: position for position, sentence in reversed(list(enumerate(call.sentences)))}
    words = {turn.turn: turn for turn in transcript.turns}
    return [
        (words[sentence.turn], position)
        for position, sentence in enumerate(call.sentences)
        if sentence.speaker == "agent"
        and first[sentence.turn] == position
        and acknowledges(" ".join(other.plain for other in call.sentences if other.turn == sentence.turn))
        and 0 < position < len(call.sentences) - 1
        and call.sentences[position - 1].speaker == "customer"
        and call.sentences[position - 1].word_count >= 4
    ]


def _turn_sign(behaviour: str, turn: Turn | None, start_s: float, end_s: float, probability: float) -> Sign:
    """A sign on a turn: quoted with its words, inside its times."""
    if turn is None:
        return Sign(behaviour, "agent", None, start_s, end_s, "", probability, 1.0, "timing", None)
    start_s = min(max(start_s, turn.start_s), turn.end_s)
    end_s = turn.end_s if turn.text.strip() else max(min(end_s, turn.end_s), start_s)
    return Sign(behaviour, "agent", turn.turn, start_s, end_s, turn.text.strip(), probability, 1.0, "timing", None)


def monologue_signs(conversation: Conversation | None, call: CallText, timing: Timing) -> tuple[Sign, ...]:
    """Stretches in which the agent alone has the word for longer than the rubric allows.

    Fires:     a minute of plan prices in one go
    Must not:  forty seconds with the customer's "yes ... okay ... yes, go on please" as turns of their own in between
    """
    long = []
    if conversation is not None and conversation.monologues:
        spans = [(each.start_s, each.end_s) for each in conversation.monologues if each.speaker == "agent"]
        long = [(start_s, end_s) for start_s, end_s in spans if end_s - start_s > timing.monologue_s]
    elif conversation is None:
        stretches = [stretch for stretch in call.stretches if stretch.speaker == "agent"]
        too_many = timing.monologue_s / 60.0 * timing.words_per_min
        long = [(stretch.start_s, stretch.end_s) for stretch in stretches if stretch.words > too_many]
    signs = []
    for start_s, end_s in sorted(long):
        inside = [at for at in call.of("agent") if start_s - 0.01 <= call.sentences[at].start_s <= end_s]
        if inside:
            sentence = call.sentences[inside[0]]
            signs.append(
                Sign("monologue", "agent", sentence.turn, sentence.start_s, sentence.end_s, sentence.quote, _SURE, 1.0, "timing", inside[0])
            )  # fmt: skip
    return tuple(signs)


def lets_finish(conversation: Conversation | None, timing: Timing) -> Occasion:
    """1 without interruptions, falling to 0 at the rubric's worst rate per minute of the customer's speech."""
    if conversation is None:
        return Occasion(None, 0, "no_recording")
    rate = conversation.agent.interruptions_per_min
    if rate is None:
        return Occasion(None, 0, _reason(conversation, "agent_interruptions_per_min", "interruptions"))
    return Occasion(max(0.0, 1.0 - rate / timing.interruptions_per_min_worst), 1, None)


def balance(conversation: Conversation | None, call: CallText, timing: Timing) -> Occasion:
    """Mean of two parts: how balanced the talk is, and how short the agent's turns are. By words where there is no recording."""
    agent = [stretch for stretch in call.stretches if stretch.speaker == "agent"]
    spoken = {side: sum(stretch.words for stretch in call.stretches if stretch.speaker == side) for side in ("agent", "customer")}
    share = conversation.agent_talk_share if conversation is not None else None
    if share is None:
        if not spoken["agent"] or not spoken["customer"]:
            return Occasion(None, 0, "too_few_words")
        share = spoken["agent"] / (spoken["agent"] + spoken["customer"])
    substantial = [stretch.words for stretch in agent if stretch.words >= 4]
    if not substantial:
        return Occasion(None, 0, "too_few_words")
    balanced = _falling(share, timing.agent_share_to, timing.agent_share_worst)
    if share < timing.agent_share_from:
        balanced = share / timing.agent_share_from
    short = _falling(statistics.mean(substantial), timing.short_turn_words, timing.long_turn_words)
    return Occasion((balanced + short) / 2.0, 1, None)


def _falling(value: float, full: float, none: float) -> float:
    """1 up to `full`, 0 from `none` on, a straight line between."""
    return min(1.0, max(0.0, (none - value) / (none - full)))


def room_to_answer(call: CallText, timing: Timing) -> Occasion:
    """Share of the agent's questions after which the agent stops and the customer answers in time.

    Fires:     "What happened then?" and the customer speaks
    Must not:  "What happened then? Was it the cable? I think it was the cable, it usually is."
    """
    asked = answered = 0
    for stretch in call.stretches:
        if stretch.speaker != "agent" or stretch.number + 1 >= len(call.stretches):
            continue
        for position in stretch.sentences:
            if not _is_question(call, position):
                continue
            asked += 1
            last = position == stretch.sentences[-1]
            trailing = sum(call.sentences[at].word_count for at in stretch.sentences if at > position)
            answer: Stretch = call.stretches[stretch.number + 1]
            in_time = answer.start_s - call.sentences[position].end_s <= timing.answer_begins_within_s
            answered += (last or trailing <= 3) and in_time
    return Occasion(answered / asked, asked, None) if asked else Occasion(None, 0, "no_question")


def _is_question(call: CallText, position: int) -> bool:
    sentence = call.sentences[position]
    if acknowledges(sentence.plain):
        return False
    return "?" in sentence.lower or features.has(sentence.plain, "opens_like_yes_no")


def steadiness(measures: Measures | None, transcript: Transcript, timing: Timing) -> tuple[Occasion, tuple[Sign, ...]]:
    """Share of the agent's turns right after a raised customer turn that keep the agent's own level and pitch range.

    Acoustic description only, no emotion is inferred: level within `steady_level_db` above the agent's own median and pitch
    range within `steady_range_st` of the agent's own median range.
    """
    if measures is None:
        return Occasion(None, 0, "no_recording"), ()
    agent_ranges = [u.pitch_range_st for u in measures.utterances if u.speaker == "agent" and u.pitch_range_st is not None]
    usual = statistics.median(agent_ranges) if agent_ranges else None
    turns = {turn.utterance: turn for turn in transcript.turns}
    signs, possible, raised = [], 0, False
    for utterance in measures.utterances:
        if utterance.speaker == "customer":
            if utterance.tone is not None:
                raised = utterance.tone == "raised" and (utterance.tone_probability or 0.0) >= _RAISED
            continue
        turn = turns.get(utterance.utterance)
        if not raised or utterance.level_db is None or turn is None or len(turn.text.split()) < 3:
            continue
        possible += 1
        raised = False
        if _steady(utterance, usual, timing):
            sign = _turn_sign("steady_voice", turn, utterance.start_s, utterance.end_s, 0.8)
            signs.append(Sign(**{**sign.__dict__, "detector": "acoustics"}))
    if not possible:
        return Occasion(None, 0, "no_raised_customer"), ()
    return Occasion(len(signs) / possible, possible, None), tuple(signs)


def _steady(utterance: Utterance, usual_range_st: float | None, timing: Timing) -> bool:
    wide = (
        usual_range_st is not None
        and utterance.pitch_range_st is not None
        and utterance.pitch_range_st > usual_range_st + timing.steady_range_st
    )
    return utterance.level_db is not None and utterance.level_db <= timing.steady_level_db and not wide


def _reason(conversation: Conversation, *measures: str) -> str:
    return next((reason for measure, reason in conversation.unknown if measure in measures), "unknown")
