"""Lasting sound that is no speech: hold music and ringing."""

import numpy as np
from scipy.ndimage import uniform_filter1d

from audio.frames import ChannelFrames
from audio.masks import frame_at, runs, without_gaps
from audio.settings import SpeechSettings

EDGE_FRAMES = 5
"""A tone needs this long to rise and to die away."""

BEAT_FRAMES = 5
"""Ringing tones are two tones 10 to 40 Hz apart, whose level beats: looked at over 50 ms it is steady."""


def lasting_sounds(own: ChannelFrames, sounding: np.ndarray, core: np.ndarray, settings: SpeechSettings) -> np.ndarray:
    """Music and ringing as a mask; `sounding`: well over the noise floor, `core`: the network hears speech.

    Music is unbroken steady sound of at least `sound_s` that the network takes for speech less than half of the time: it keeps
    its level within a few decibels, an engine held to the telephone, a door, a keyboard do not. Ringing is the same tone at
    least twice, pauses included.
    """
    unbroken = without_gaps(sounding, settings.sound_gap_s)
    found = np.zeros_like(core)
    for first, after in runs(unbroken):
        if after - first >= frame_at(settings.sound_s) and _no_speech(core, first, after, settings):
            found[first:after] = np.std(own.levels_db[first:after]) < settings.sound_unsteady_db
    return found | _ringing(own, sounding, core, settings)


def _ringing(own: ChannelFrames, sounding: np.ndarray, core: np.ndarray, settings: SpeechSettings) -> np.ndarray:
    """From the first to the last of at least `ring_tones` tones of one level with pauses of one cadence in between."""
    levels_db = uniform_filter1d(own.levels_db, BEAT_FRAMES)
    rings: list[list[tuple[int, int]]] = []
    for first, after in runs(sounding):
        inside = levels_db[first + EDGE_FRAMES : after - EDGE_FRAMES]
        if after - first < frame_at(settings.ring_tone_s) or np.std(inside) > settings.ring_unsteady_db:
            continue
        if not _no_speech(core, first, after, settings):
            continue
        if rings and _continues(rings[-1], (first, after), levels_db, core, settings):
            rings[-1].append((first, after))
        else:
            rings.append([(first, after)])
    found = np.zeros_like(core)
    for tones in rings:
        if len(tones) >= settings.ring_tones:
            found[tones[0][0] : tones[-1][1]] = True
    return found


def _continues(
    tones: list[tuple[int, int]], tone: tuple[int, int], levels_db: np.ndarray, core: np.ndarray, settings: SpeechSettings
) -> bool:
    last = tones[-1]
    pause = slice(last[1], tone[0])
    level_change_db = abs(float(np.median(levels_db[slice(*last)]) - np.median(levels_db[slice(*tone)])))
    near = tone[0] - last[1] <= frame_at(settings.ring_pause_s)
    return near and level_change_db < settings.ring_unsteady_db and not core[pause].any()


def _no_speech(core: np.ndarray, first: int, after: int, settings: SpeechSettings) -> bool:
    return bool(np.mean(core[first:after]) < settings.sound_speech_share)
