"""Where each side speaks: voice activity, sharpened by short-time level, without the other side's leaking voice."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from audio.frames import ChannelFrames
from audio.intervals import Timeline, bridged
from audio.masks import FRAME_S, frame_at, runs, to_intervals, to_mask, widened, without_gaps
from audio.settings import SpeechSettings
from audio.sounds import lasting_sounds
from audio.voicing import voiced_share

Read = Callable[[float, float], np.ndarray]
"""Samples of the channel between two times, float32 at 16 kHz."""

SMOOTHED_FRAMES = 3
"""Levels are averaged over this many frames before they are compared with a threshold: single frames of noise stand out."""


@dataclass(frozen=True)
class ChannelSpeech:
    """What one channel holds. Levels are dB re full scale."""

    speech: Timeline  # inner pauses under `bridged_pause_s` bridged
    sounds: Timeline  # lasting sound that is no speech: music, ringing
    leaked: Timeline  # the other side's voice, heard in this channel and taken out of `speech`
    level_db: float | None  # active speech level; None without speech
    noise_floor_db: float
    leakage_db: float | None  # the other side's voice here, relative to its own channel; None if it is not heard


def channel_speech(own: ChannelFrames, other: ChannelFrames | None, read: Read, settings: SpeechSettings) -> ChannelSpeech:
    """Speech, lasting sounds and leakage of one channel; `other` is the other side's channel, None for mono.

    A frame is speech if the network says so nearby and its level is `above_floor_db` over the noise floor, at most
    `under_level_db` under this side's own level, and more than `leak_margin_db` over what the other side's voice leaks into
    this channel at that moment. The network reacts some 50 ms late at the start of speech and less sharply at its end: level
    decides the boundary within `before_s` and `after_s` of it. Where speech stands less than `noisy_db` out of the
    noise, level cannot, and the network's own boundaries count, `lag_s` earlier. A hummed acknowledgement, which the network
    often misses, is added if it is loud, short and voiced (`hums`).
    """
    core = own.probabilities > settings.threshold
    floor_db = noise_floor_db(own, core)
    leakage_db = None if other is None else leakage(own, other, settings)
    leaking = np.zeros(len(own), dtype=bool)
    if other is not None and leakage_db is not None:
        reach = 2 * frame_at(settings.leak_spread_s) + 1
        leaking = own.levels_db < maximum_filter1d(other.levels_db, reach) + leakage_db + settings.leak_margin_db
    sounding = (_smoothed(own.levels_db) > floor_db + settings.sound_over_floor_db) & ~leaking
    sound = lasting_sounds(own, sounding, core, settings)
    core = core & ~sound
    level_db = active_level_db(own, core & ~leaking & (own.probabilities > 0.5))
    if level_db is None:
        return ChannelSpeech((), to_intervals(sound), to_intervals(core & leaking), None, floor_db, leakage_db)
    threshold_db = max(floor_db + settings.above_floor_db, level_db - settings.under_level_db)
    heard = (_smoothed(own.levels_db) > threshold_db) & widened(core, settings.before_s, settings.after_s) & ~sound
    if level_db - floor_db < settings.noisy_db:
        heard |= widened(core, settings.lag_s, 0.0) & ~sound
    heard &= ~leaking
    loud_db = max(floor_db + settings.hum_over_floor_db, level_db - settings.hum_under_level_db)
    hummed = hums(own, heard, ~(leaking | sound), loud_db, read, settings)
    speech = bridged(to_intervals(heard | hummed), settings.bridged_pause_s)
    sure = (core & ~leaking) | hummed
    kept = tuple(each for each in speech if _frames(sure, each.start_s, each.end_s) >= frame_at(settings.shortest_s))
    leaked = to_intervals(without_gaps(core & leaking & ~to_mask(kept, len(own)), settings.bridged_pause_s))
    return ChannelSpeech(kept, to_intervals(sound), leaked, level_db, floor_db, leakage_db)


def hums(
    own: ChannelFrames, heard: np.ndarray, possible: np.ndarray, threshold_db: float, read: Read, settings: SpeechSettings
) -> np.ndarray:
    """Short loud voiced stretches outside the speech found so far, as a mask: "mm-hmm", or the first syllables of a turn.

    A stretch between `shortest_hum_s` and `longest_hum_s` counts if most of it is voiced, and either the network gave it some
    probability or it touches speech. Clicks and coughs are not voiced; a beep's period is shorter than any voice's.
    """
    found = np.zeros_like(heard)
    loud = without_gaps((_smoothed(own.levels_db) > threshold_db) & possible, settings.hum_gap_s) & ~heard
    for first, after in runs(loud):
        if not frame_at(settings.shortest_hum_s) <= after - first <= frame_at(settings.longest_hum_s):
            continue
        reach = frame_at(settings.bridged_pause_s)
        touches = heard[max(0, first - reach) : after + reach].any()
        if not touches and own.probabilities[first:after].max() < settings.hum_probability:
            continue
        if voiced_share(read(first * FRAME_S, after * FRAME_S)) > settings.hum_voiced_share:
            found[first:after] = True
    return found


def noise_floor_db(own: ChannelFrames, core: np.ndarray) -> float:
    """Level between the speech: first quartile of the frames 0.3 s and more from any, so that music does not raise it."""
    far = own.levels_db[~widened(core, 0.3, 0.3)]
    return float(np.percentile(far, 25)) if far.size >= 100 else float(np.percentile(own.levels_db, 5))


def active_level_db(own: ChannelFrames, speech: np.ndarray) -> float | None:
    """Level while speaking: mean square over the speech frames within 20 dB of their 95th percentile (after ITU-T P.56)."""
    levels = own.levels_db[speech]
    if levels.size < 20:
        return None
    active = levels[levels > np.percentile(levels, 95) - 20.0]
    return float(10.0 * np.log10(np.mean(10.0 ** (active / 10.0))))


def leakage(own: ChannelFrames, other: ChannelFrames, settings: SpeechSettings) -> float | None:
    """How loud the other side's voice is in this channel, dB relative to its own channel; None if it is not heard.

    Over the frames in which the other side speaks and is clearly louder, the level here is the other's level plus a
    constant if its voice leaks, and does not follow it if this is noise: the correlation of the two levels tells.
    """
    voice = other.probabilities > 0.5
    level_db = active_level_db(other, voice)
    if level_db is None:
        return None
    louder = voice & (other.levels_db > level_db - 15.0) & (other.levels_db > own.levels_db + 6.0)
    if np.count_nonzero(louder) < 100:
        return None
    difference = own.levels_db[louder] - other.levels_db[louder]
    usual = float(np.median(difference))
    quiet = difference < usual + 12.0  # the rest is this side speaking at the same time
    here, there = own.levels_db[louder][quiet], other.levels_db[louder][quiet]
    if np.std(here) < 1e-3 or np.std(there) < 1e-3:
        return None
    return usual if np.corrcoef(here, there)[0, 1] > settings.leak_correlation else None


def _smoothed(levels_db: np.ndarray) -> np.ndarray:
    return uniform_filter1d(levels_db, SMOOTHED_FRAMES)


def _frames(mask: np.ndarray, start_s: float, end_s: float) -> int:
    return int(np.count_nonzero(mask[frame_at(start_s) : frame_at(end_s)]))
