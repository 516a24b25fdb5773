"""Speech intervals of one side joined to utterances: what is read, transcribed and judged as one."""

from dataclasses import dataclass
from functools import partial

from audio.frames import ChannelFrames
from audio.intervals import Interval, Timeline, difference, intersection, total_s
from audio.measures import Speaker, Utterance
from audio.recording import Recording
from audio.settings import AudioSettings
from audio.tone import Judged, Turn, tones
from audio.voice import Voice, relative, usual, voice_of

UNHEARD = Voice(None, None, None, None, None, None, None)
AGENT_EMOTION_OFF = Judged(None, None, "agent_emotion_off")


@dataclass(frozen=True)
class _Spoken:
    side: Speaker
    speech: Timeline
    turn: Turn
    judged: Judged


def utterances(
    recording: Recording, frames: list[ChannelFrames], agent: Timeline, customer: Timeline, settings: AudioSettings, agent_channel: int,
    customer_channel: int,
) -> tuple[Utterance, ...]:  # fmt: skip
    """The utterances of both sides in time order, each with its voice against what is usual for that speaker.

    On one channel a voice is measured where it speaks alone; an utterance in which it never does has no voice.
    """
    both = intersection(agent, customer) if agent_channel == customer_channel else ()
    own = _side("agent", agent, customer, both, recording, frames, settings, agent_channel)
    theirs = _side("customer", customer, agent, both, recording, frames, settings, customer_channel)
    return _numbered(own, theirs)


def _side(
    side: Speaker, own: Timeline, other: Timeline, mixed: Timeline, recording: Recording, frames: list[ChannelFrames],
    settings: AudioSettings, channel: int,
) -> list[_Spoken]:  # fmt: skip
    groups = joined(own, other, settings.speech.joined_pause_s)
    read = partial(recording.read, channel)
    alone = [difference(each, mixed) for each in groups]
    turns = [Turn(voice_of(each, frames[channel], read) if each else UNHEARD, total_s(each)) for each in alone]
    has_tone = side == "customer" or settings.tone.agent_emotion
    judged = tones(turns, settings.tone) if has_tone else tuple(AGENT_EMOTION_OFF for _ in turns)
    return [_Spoken(side, *each) for each in zip(groups, turns, judged, strict=True)]


def _numbered(*sides: list[_Spoken]) -> tuple[Utterance, ...]:
    levels_db = {spoken[0].side: usual([each.turn.voice.level_db for each in spoken]) for spoken in sides if spoken}
    tilts_db = {spoken[0].side: usual([each.turn.voice.tilt_db for each in spoken]) for spoken in sides if spoken}
    ordered = sorted((each for spoken in sides for each in spoken), key=lambda each: (each.speech[0].start_s, each.side))
    return tuple(
        Utterance(
            utterance=number,
            speaker=each.side,
            start_s=each.speech[0].start_s,
            end_s=each.speech[-1].end_s,
            speech_s=total_s(each.speech),
            pitch_hz=each.turn.voice.pitch_hz,
            pitch_range_st=each.turn.voice.pitch_range_st,
            pitch_slope_st_per_s=each.turn.voice.pitch_slope_st_per_s,
            level_db=relative(each.turn.voice.level_db, levels_db[each.side]),
            spectral_tilt_db=relative(each.turn.voice.tilt_db, tilts_db[each.side]),
            voiced_share=each.turn.voice.voiced_share,
            tone=each.judged.tone,
            tone_probability=each.judged.probability,
            tone_reason=each.judged.reason,
        )
        for number, each in enumerate(ordered)
    )


def joined(own: Timeline, other: Timeline, pause_s: float) -> tuple[Timeline, ...]:
    """Group one side's speech intervals to utterances: inner pauses under `pause_s` are joined.

    A pause in which the other side says something from beginning to end ("mm-hmm", "yes") is not inner: who reads
    the call has to read that in between.
    """
    groups: list[list[Interval]] = []
    replies = iter(other)
    reply = next(replies, None)
    for interval in own:
        if groups:
            gap = Interval(groups[-1][-1].end_s, interval.start_s)
            while reply is not None and reply.start_s < gap.start_s:
                reply = next(replies, None)
            answered = reply is not None and reply.end_s <= gap.end_s
            if gap.duration_s < pause_s and not answered:
                groups[-1].append(interval)
                continue
        groups.append([interval])
    return tuple(tuple(group) for group in groups)
