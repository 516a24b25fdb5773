"""From a decoded recording to everything the waveform says about the call."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from audio.frames import ChannelFrames, channel_frames
from audio.health import channel_health, correlation, redacted
from audio.intervals import Timeline, total_s, union
from audio.measures import MEASURES_VERSION, OVERLAP_UNRESOLVED, Measures, Speaker, Utterance
from audio.networks import networks
from audio.recording import Recording
from audio.settings import AudioSettings
from audio.speech import ChannelSpeech, channel_speech
from audio.utterances import utterances

if TYPE_CHECKING:
    from audio.diarization import Diarization

SIDES: tuple[Speaker, Speaker] = ("agent", "customer")


UNRESOLVED = tuple((each, OVERLAP_UNRESOLVED) for each in ("overlap", "interruptions", "backchannels"))


def measure(recording: Recording, settings: AudioSettings, agent_channel: int, exchanged: bool = False) -> Measures:
    """Measure one call; `agent_channel` is the channel the agent was recorded on (0 or 1), the customer is on the other.

    Where both are on one channel, or two channels carry one sound, the voices are told apart, and the agent is taken for who speaks
    first. Overlaps are unknown then unless the networks are installed. `exchanged`: agent and customer are the other way
    round, as the words have shown.

    Nothing is raised for a recording that cannot be scored: `refusal` says why (`speakers_inseparable`, `one_speaker`,
    `more_than_two_channels`, `silent_channel`, `too_little_speech`, `no_speech`), and what can be measured still is. Memory stays
    bounded: samples pass in blocks of seconds, what stays is a few numbers per 10 ms.
    """
    frames = [channel_frames(recording, channel, settings.speech) for channel in range(recording.channels)]
    if recording.channels > 2:
        return _one_voice_mix(recording, frames, _alone(recording, frames, settings), settings, "more_than_two_channels", None)
    if recording.channels == 2 and correlation(recording) < settings.health.identical_correlation:
        return _two_channels(recording, frames, settings, 1 - agent_channel if exchanged else agent_channel, exchanged)
    found = _alone(recording, frames, settings)
    from audio.diarization import diarize  # scikit-learn is tens of megabytes that only one channel needs

    voices = diarize(found[0].speech, partial(recording.read, 0), settings.diarization, networks())
    if voices.refusal is not None:
        return _one_voice_mix(recording, frames, found, settings, voices.refusal, voices.separation)
    return _one_channel(recording, frames, found, voices, settings, exchanged)


def _two_channels(
    recording: Recording, frames: list[ChannelFrames], settings: AudioSettings, agent_channel: int, exchanged: bool
) -> Measures:
    found = [channel_speech(frames[each], frames[1 - each], partial(recording.read, each), settings.speech) for each in (0, 1)]
    agent, customer = found[agent_channel], found[1 - agent_channel]
    spoken_s: dict[Speaker, float] = {"agent": total_s(agent.speech), "customer": total_s(customer.speech)}
    return _measures(
        recording,
        frames,
        found,
        settings,
        agent_speech=agent.speech,
        customer_speech=customer.speech,
        mono_speech=(),
        utterances=utterances(recording, frames, agent.speech, customer.speech, settings, agent_channel, 1 - agent_channel),
        refusal=_refusal(min(spoken_s.values()), max(spoken_s.values()), settings),
        unknown=_scarce(spoken_s, settings),
        separation=None,
        agent_channel=agent_channel,
        exchanged=exchanged,
    )


def _one_channel(
    recording: Recording, frames: list[ChannelFrames], found: list[ChannelSpeech], voices: Diarization, settings: AudioSettings,
    exchanged: bool,
) -> Measures:  # fmt: skip
    """Both sides on the first channel, told apart by their voices."""
    agent, customer = (voices.second, voices.first) if exchanged else (voices.first, voices.second)
    drowned = voices.drowned or ((), ())
    spoken_s: dict[Speaker, float] = {"agent": total_s(agent), "customer": total_s(customer)}
    return _measures(
        recording,
        frames,
        found,
        settings,
        agent_speech=agent,
        customer_speech=customer,
        mono_speech=(),
        utterances=utterances(recording, frames, agent, customer, settings, 0, 0),
        refusal=_refusal(min(spoken_s.values()), max(spoken_s.values()), settings),
        unknown=_scarce(spoken_s, settings) + (UNRESOLVED if voices.drowned is None else ()),
        separation=voices.separation,
        agent_channel=None,
        exchanged=exchanged,
        agent_drowned=drowned[exchanged],
        customer_drowned=drowned[not exchanged],
    )


def _scarce(spoken_s: dict[Speaker, float], settings: AudioSettings) -> tuple[tuple[str, str], ...]:
    return tuple((f"{side}_speech", "too_little_speech") for side in SIDES if spoken_s[side] < settings.health.least_speech_s)


def _refusal(fewer_s: float, more_s: float, settings: AudioSettings) -> str | None:
    if more_s < settings.health.silent_side_s:
        return "no_speech"
    if fewer_s < settings.health.silent_side_s:
        return "silent_channel"
    return "too_little_speech" if more_s < settings.health.least_speech_s else None


def _alone(recording: Recording, frames: list[ChannelFrames], settings: AudioSettings) -> list[ChannelSpeech]:
    return [channel_speech(each, None, partial(recording.read, number), settings.speech) for number, each in enumerate(frames)]


def _one_voice_mix(
    recording: Recording, frames: list[ChannelFrames], found: list[ChannelSpeech], settings: AudioSettings, refusal: str,
    separation: float | None,
) -> Measures:  # fmt: skip
    """Who spoke is unknown, that somebody spoke is not."""
    loudest = max(found, key=lambda each: total_s(each.speech))
    return _measures(
        recording,
        frames,
        found,
        settings,
        agent_speech=(),
        customer_speech=(),
        mono_speech=loudest.speech,
        utterances=(),
        refusal=refusal if loudest.speech else "no_speech",
        unknown=(("agent_speech", refusal), ("customer_speech", refusal)),
        separation=separation,
        agent_channel=None,
        exchanged=False,
    )


def _measures(
    recording: Recording,
    frames: list[ChannelFrames],
    found: list[ChannelSpeech],
    settings: AudioSettings,
    *,
    agent_speech: Timeline,
    customer_speech: Timeline,
    mono_speech: Timeline,
    utterances: tuple[Utterance, ...],
    refusal: str | None,
    unknown: tuple[tuple[str, str], ...],
    separation: float | None,
    agent_channel: int | None,
    exchanged: bool,
    agent_drowned: Timeline = (),
    customer_drowned: Timeline = (),
) -> Measures:
    return Measures(
        version=MEASURES_VERSION,
        sha256=recording.sha256,
        duration_s=recording.duration_s,
        sample_rate_hz=recording.sample_rate_hz,
        channels=recording.channels,
        codec=recording.codec,
        layout="mono" if mono_speech or separation is not None or recording.channels != 2 else "two_channel",
        health=tuple(
            channel_health(number, recording.sample_rate_hz, recording.levels[number], frames[number], found[number], settings.health)
            for number in range(recording.channels)
        ),
        agent_speech=agent_speech,
        customer_speech=customer_speech,
        mono_speech=mono_speech,
        sounds=union(*(each.sounds for each in found)),
        redacted=redacted(frames, settings.health),
        leaked=union(*(each.leaked for each in found)),
        utterances=utterances,
        refusal=refusal,
        unknown=unknown,
        separation=separation,
        agent_channel=agent_channel,
        exchanged=exchanged,
        agent_drowned=agent_drowned,
        customer_drowned=customer_drowned,
    )
