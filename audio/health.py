"""Whether the channels are fit to be measured: facts about each, and about the pair."""

import numpy as np

from audio.frames import BLOCK_S, ChannelFrames
from audio.intervals import Timeline, at_least, total_s
from audio.levels import StoredLevels
from audio.masks import runs, to_intervals
from audio.measures import ChannelHealth
from audio.recording import SAMPLE_RATE_HZ, Recording
from audio.settings import HealthSettings
from audio.speech import ChannelSpeech


def channel_health(
    channel: int, sample_rate_hz: int, stored: StoredLevels, frames: ChannelFrames, found: ChannelSpeech, settings: HealthSettings
) -> ChannelHealth:
    """The facts about one channel that stand in `measures.health`; `sample_rate_hz` is the recording's as stored."""
    return ChannelHealth(
        channel=channel,
        level_dbfs=found.level_db,
        peak_dbfs=20.0 * float(np.log10(max(stored.peak, 1e-5))),
        noise_floor_dbfs=found.noise_floor_db,
        clipping_share=stored.clipping_share,
        dc_offset=stored.dc_offset,
        # The resampler lets a little through above half the stored rate, where the recording can hold nothing.
        bandwidth_hz=min(bandwidth_hz(frames.spectrum, settings), sample_rate_hz / 2),
        speech_s=total_s(found.speech),
        leakage_db=found.leakage_db,
    )


def bandwidth_hz(spectrum: np.ndarray, settings: HealthSettings) -> float:
    """Highest frequency whose mean power is within `bandwidth_db` of the strongest; at most 8000, the rate of measuring.

    A telephone channel gives 3400 to 4000, digital silence 0.
    """
    if not spectrum.max() > 0.0:
        return 0.0
    carried = np.flatnonzero(spectrum > spectrum.max() * 10.0 ** (-settings.bandwidth_db / 10.0))
    return float(carried[-1] * SAMPLE_RATE_HZ / (2 * (spectrum.size - 1)))


def correlation(recording: Recording) -> float:
    """Correlation of the first two channels, sample by sample, -1 to 1; 1 is one signal in both. 0 if one is all zero.

    Two people on two channels give about 0; a leak of -10 dB in both about 0.6; a mono call stored twice 1, and still more than
    0.95 after a joint-stereo encoder, or with one side louder.
    """
    both = left = right = 0.0
    for first, second in zip(recording.blocks(0, BLOCK_S), recording.blocks(1, BLOCK_S), strict=True):
        # A constant offset that a sound card puts on both channels is no common signal.
        first, second = first - first.mean(), second - second.mean()
        both += float(np.dot(first, second))
        left += float(np.dot(first, first))
        right += float(np.dot(second, second))
    return both / float(np.sqrt(left * right)) if left > 0.0 and right > 0.0 else 0.0


def redacted(frames: list[ChannelFrames], settings: HealthSettings) -> Timeline:
    """Digital silence on all channels at once that a recorder put there, as pause-and-resume during card payments does.

    Empty if the channels are digitally silent in most of their pauses anyway, as networks with silence suppression
    and clean synthetic recordings are: there it says nothing.
    """
    length = min(len(each) for each in frames)
    constant = np.logical_and.reduce([each.constant[:length] for each in frames])
    pause = np.logical_and.reduce([each.probabilities[:length] < 0.1 for each in frames])
    long = np.zeros_like(constant)
    for first, after in runs(constant):
        long[first:after] = after - first >= settings.redacted_s * 100
    ordinary = pause & ~long
    if np.count_nonzero(constant & ordinary) > 0.05 * max(1, np.count_nonzero(ordinary)):
        return ()
    if np.count_nonzero(ordinary) < 100:  # too few pauses left to tell what they are like
        return ()
    return at_least(to_intervals(long), settings.redacted_s)
