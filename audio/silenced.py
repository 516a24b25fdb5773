"""A copy of a recording in which stretches are digital silence: what reviewers hear of a call whose words were redacted."""

import math
import os
import pathlib
from collections.abc import Mapping, Sequence

import numpy as np
import soundfile

from audio.intervals import Interval
from audio.recording import SAMPLE_RATE_HZ, Recording

_BLOCK_S = 30.0


def silenced_copy(recording: Recording, silenced: Mapping[int, Sequence[Interval]], path: str | os.PathLike) -> None:
    """Write a recording to `path` at 16 kHz with every sample of the given stretches set to zero.

    `silenced` names stretches per channel, seconds from the start; a channel that is not in it is copied as it is. Start
    and end are widened to whole samples. The suffix decides the format: `.flac`, which keeps zeros zero at about half the
    size, or `.wav`. Memory stays bounded: samples pass in blocks of 30 s. Raises `ValueError` for another suffix or for a
    channel that the recording does not have, `OSError` where the file cannot be written.
    """
    path = pathlib.Path(path)
    suffix = path.suffix.lower()
    if suffix not in (".flac", ".wav"):
        raise ValueError(
            f"a silenced copy is written as .flac or .wav, which keep silence silent, not as {suffix or 'a file without suffix'}"
        )
    if unknown := [channel for channel in silenced if not 0 <= channel < recording.channels]:
        raise ValueError(f"channel {unknown[0]} is to be silenced, but the recording has {recording.channels} (counted from 0)")
    with (
        path.open("wb") as file,
        soundfile.SoundFile(file, "w", SAMPLE_RATE_HZ, recording.channels, "PCM_16", format=suffix[1:].upper()) as copy,
    ):
        for number in range(math.ceil(recording.duration_s / _BLOCK_S)):
            start_s = number * _BLOCK_S
            block = np.stack([recording.read(channel, start_s, start_s + _BLOCK_S) for channel in range(recording.channels)], axis=1)
            for channel, stretches in silenced.items():
                for stretch in stretches:
                    first = math.floor((stretch.start_s - start_s) * SAMPLE_RATE_HZ)
                    last = math.ceil((stretch.end_s - start_s) * SAMPLE_RATE_HZ)
                    block[max(0, first) : max(0, last), channel] = 0.0
            copy.write(np.round(block * 32768.0).clip(-32768, 32767).astype(np.int16))
