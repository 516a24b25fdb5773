"""Where both speak at once on one channel, by the segmentation network and who speaks when, and whether it hears two voices at all.

The network says of every moment which of up to three voices of its window speak. Whose voices these are is found by agreement with
the speakers as told apart before; then a moment in which the voices of both speak is one in which both do.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from audio.intervals import Interval, Timeline, at_least, intersection
from audio.masks import runs
from audio.segmentation_network import CENTRE, SAMPLE_RATE_HZ, SPEAKING, STEP, WINDOW, SegmentationNetwork

HOP = 7 * WINDOW // 10 // STEP * STEP
"""Samples from window to window, 7 s. Every 2.5 s and every 5 s did no better on tuning calls, and cost more."""

AT_ONCE = 16
"""Windows given to the network together; the memory they need is some 70 MB."""

SURE = 0.5
"""Both speak where that is more probable than not; from 0.3 to 0.7 tuning calls came out alike."""

SHORTEST_S = 0.1
"""Shorter ones are no overlap by the rules of the conversation (`shortest_overlap_s`), and must not become an utterance of their own."""

DISTINCT = 0.01
"""What tips the balance where agreement does not tell whether a voice is heard again or for the first time."""

NOBODY, FIRST, SECOND, BOTH = range(4)

ENOUGH_FRAMES = 30
"""Half a second of each speaker in a window is needed to see whether the network hears them as two voices."""


@dataclass(frozen=True)
class Simultaneous:
    """What the segmentation network says of two speakers told apart."""

    both: Timeline  # where both speak
    agreement: float
    """0-1: how far the network hears two voices where two speakers were told apart. In each window with both of them, the share of
    its speech that the worse recognised speaker is heard in; over these windows, of which one more counts as 0."""


def _owners() -> np.ndarray:
    """Who speaks (`NOBODY` to `BOTH`) by each answer of the network, for each way to give its voices to two speakers, shape (8, 7, 4)."""
    ways = list(itertools.product((FIRST, SECOND), repeat=3))
    found = np.zeros((len(ways), len(SPEAKING), 4), np.float32)
    for way, owner in enumerate(ways):
        for answer, voices in enumerate(SPEAKING):
            found[way, answer, sum({owner[voice] for voice in voices})] = 1.0
    return found


OWNERS = _owners()


def simultaneous(
    first: Timeline, second: Timeline, read: Callable[[float, float], np.ndarray], network: SegmentationNetwork
) -> Simultaneous:
    """What the network says of two speakers, both of whom speak; `read` gives the channel's samples between two times (float32, 16 kHz)."""
    duration_s = max(first[-1].end_s, second[-1].end_s)
    frames = 1 + max(0, int(duration_s * SAMPLE_RATE_HZ) - CENTRE) // STEP
    alone = np.stack([_on_frames(each, frames) for each in (first, second)], axis=1)
    total, weight = np.zeros(frames), np.zeros(frames)
    agreements: list[float] = []
    for start, probabilities in _heard(duration_s, read, network):
        after = min(frames, start + len(probabilities))
        own = alone[start:after]
        by_way = probabilities[: after - start] @ OWNERS  # (8, frames, 4)
        heard = (by_way[:, :, [FIRST, SECOND]] + by_way[:, :, [BOTH]]) * own  # each speaker where it speaks
        way = int(np.argmax(heard.sum(axis=(1, 2)) + DISTINCT * by_way[:, :, BOTH].sum(axis=1)))
        trusted = np.hamming(len(probabilities))[: after - start]  # a window knows its edges less well
        total[start:after] += trusted * by_way[way, :, BOTH]
        weight[start:after] += trusted
        spoken = own.sum(axis=0)
        if spoken.min() >= ENOUGH_FRAMES:
            agreements.append(float((heard[way].sum(axis=0) / spoken).min()))
    both = at_least(intersection(_intervals(total > SURE * weight), first + second), SHORTEST_S)
    return Simultaneous(both, sum(agreements) / (len(agreements) + 1))


def _heard(
    duration_s: float, read: Callable[[float, float], np.ndarray], network: SegmentationNetwork
) -> Iterator[tuple[int, np.ndarray]]:
    """First frame of every window, and what the network says of its frames; the last window is filled up with silence."""
    count = 1 + max(0, int(np.ceil((duration_s * SAMPLE_RATE_HZ - WINDOW) / HOP)))
    for at in range(0, count, AT_ONCE):
        starts = [number * HOP for number in range(at, min(count, at + AT_ONCE))]
        sound = np.zeros((len(starts), WINDOW), np.float32)
        for row, start in zip(sound, starts, strict=True):
            samples = read(start / SAMPLE_RATE_HZ, (start + WINDOW) / SAMPLE_RATE_HZ)[:WINDOW]
            row[: samples.size] = samples
        yield from zip((start // STEP for start in starts), network.speaking(sound), strict=True)


def _on_frames(speech: Timeline, frames: int) -> np.ndarray:
    centres_s = (CENTRE + STEP * np.arange(frames)) / SAMPLE_RATE_HZ
    found = np.zeros(frames, bool)
    for each in speech:
        found[slice(*np.searchsorted(centres_s, (each.start_s, each.end_s)))] = True
    return found


def _intervals(marked: np.ndarray) -> Timeline:
    edges = ([round((CENTRE + STEP * (at - 0.5)) / SAMPLE_RATE_HZ, 3) for at in run] for run in runs(marked))
    return tuple(Interval(start_s, end_s) for start_s, end_s in edges)
