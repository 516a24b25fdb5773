"""Short windows of a call's speech as the speaker network hears them, and what they say about who speaks.

Half a second is enough to hear a change of speaker and short enough to hold mostly one; windows overlap, and a frame is judged by
all that cover it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from audio.intervals import Interval, Timeline
from audio.recording import SAMPLE_RATE_HZ
from audio.speaker_features import FRAME_S, SpeakerFrames
from audio.speaker_network import DIMENSIONS, SpeakerNetwork

MEL_BANDS = 40
MEL_HOP, MEL_WINDOW = 160, 400
"""Samples at 16 kHz: 10 and 25 ms, as the network was trained."""

SPEECH_LEVEL_DB = -30.0
"""Speech is brought to this level (RMS, over the whole call), as the network was trained; 6 dB less is heard much worse."""

WINDOW, STEP, SHORTEST = 60, 15, 10
"""Frames of 10 ms. Windows of 0.5 to 0.6 s did best on the tuning calls; speech shorter than that is one window."""

AT_ONCE = 64
"""Windows given to the network together; the memory they need is some 35 MB."""

PIECE_FRAMES = 1000
CLUSTERED = 2000
"""The first guess is made from at most this many windows, evenly taken; the others join the nearer voice."""

STARTS = 50
"""Of k-means; the best is kept. With ten, chance decided in short calls which it was."""

PURE = 0.1
"""A window with at most this share of the other voice belongs to one."""


@dataclass(frozen=True)
class SpeakerWindows:
    """Window k covers the speaker frames [first[k], after[k]) and sounds like `embeddings[k]` (unit vectors, 256 numbers)."""

    first: np.ndarray  # (n,) int
    after: np.ndarray  # (n,) int
    embeddings: np.ndarray  # (n, 256) float32
    frames: int

    def first_guess(self) -> np.ndarray:
        """One label (0 or 1) per frame: two clusters of windows by k-means, each frame as most windows over it."""
        from sklearn.cluster import KMeans

        some = self.embeddings[:: 1 + len(self.embeddings) // CLUSTERED]
        found = KMeans(2, n_init=STARTS, random_state=0).fit(some).predict(self.embeddings)
        return (self.on_frames(found - 0.5) > 0).astype(np.int8)

    def on_frames(self, values: np.ndarray) -> np.ndarray:
        """The mean, for every frame, of a value per window over the windows that cover it; 0 where none does."""
        changes = np.zeros((2, self.frames + 1))
        for row, each in enumerate((values, np.ones(len(values)))):
            np.add.at(changes[row], self.first, each)
            np.subtract.at(changes[row], self.after, each)
        total, covering = np.cumsum(changes[:, :-1], axis=1)
        return total / np.maximum(covering, 1.0)

    def leaning(self, labels: np.ndarray) -> np.ndarray:
        """How much nearer each window is to voice 0 than to voice 1, -2 to 2: cosines with the mean windows of the voices."""
        purity = 1.0 - 2.0 * self._shares(labels)  # a window of both voices teaches neither
        middles = [np.maximum(each, 0.0) @ self.embeddings for each in (purity, -purity)]
        one, other = (each / max(float(np.linalg.norm(each)), 1e-9) for each in middles)
        return self.embeddings @ (one - other)

    def _shares(self, labels: np.ndarray) -> np.ndarray:
        """Share of voice 1 in every window."""
        total = np.concatenate(([0], np.cumsum(labels)))
        return (total[self.after] - total[self.first]) / (self.after - self.first)

    def apart(self, labels: np.ndarray) -> float:
        """How far apart the leanings of the two voices' own windows lie, in standard deviations (d'); 0 with too few windows."""
        shares, leaning = self._shares(labels), self.leaning(labels)
        one, other = leaning[shares < PURE], leaning[shares > 1.0 - PURE]
        if min(one.size, other.size) < 2:
            return 0.0
        return float((one.mean() - other.mean()) / np.sqrt((one.var() + other.var()) / 2.0 + 1e-6))


def speaker_windows(
    speech: Timeline, read: Callable[[float, float], np.ndarray], frames: SpeakerFrames, network: SpeakerNetwork
) -> SpeakerWindows:
    """The windows of one channel's speech; `read` gives its samples between two times (float32, 16 kHz), `frames` are this speech's."""
    gain = 10.0 ** (SPEECH_LEVEL_DB / 10.0) / max(_mean_square(speech, read), 1e-12)
    starts: list[float] = []
    ends: list[float] = []
    found: list[np.ndarray] = []
    waiting: dict[int, list[tuple[int, np.ndarray]]] = {}

    def through(length: int) -> None:
        numbers, windows = zip(*waiting.pop(length), strict=True)
        for number, embedding in zip(numbers, network.embeddings(np.stack(windows)), strict=True):
            found[number] = embedding

    for start_s, end_s, power in (each for interval in speech for each in _windows(interval, read)):
        starts.append(start_s)
        ends.append(end_s)
        found.append(np.zeros(DIMENSIONS, np.float32))
        waiting.setdefault(len(power), []).append((len(found) - 1, power * np.float32(gain)))
        if len(waiting[len(power)]) == AT_ONCE:
            through(len(power))
    for length in [*waiting]:
        through(length)
    first, after = (np.searchsorted(frames.starts_s, np.array(each) - FRAME_S / 2.0) for each in (starts, ends))
    after = np.maximum(first + 1, after)
    first = np.minimum(first, len(frames) - 1)
    return SpeakerWindows(first, np.minimum(after, len(frames)), np.stack(found), len(frames))


def _mean_square(speech: Timeline, read: Callable[[float, float], np.ndarray]) -> float:
    total, count = 0.0, 0
    piece_s = PIECE_FRAMES * MEL_HOP / SAMPLE_RATE_HZ
    for interval in speech:
        for start_s in np.arange(interval.start_s, interval.end_s, piece_s):
            sound = read(float(start_s), min(float(start_s) + piece_s, interval.end_s))
            total, count = total + float(np.square(sound).sum()), count + sound.size
    return total / max(count, 1)


def _windows(interval: Interval, read: Callable[[float, float], np.ndarray]) -> Iterator[tuple[float, float, np.ndarray]]:
    """(start, end, power in mel bands) of the windows of one interval of speech, evenly spaced, `STEP` apart at most."""
    rate = SAMPLE_RATE_HZ // MEL_HOP
    begin = round(interval.start_s * rate)
    power = _mel_power(read, begin, max(SHORTEST, round(interval.end_s * rate) - begin))
    if len(power) <= WINDOW:
        length = len(power) // SHORTEST * SHORTEST
        cut = (len(power) - length) // 2
        yield interval.start_s, interval.end_s, power[cut : cut + length]
        return
    count = 1 + int(np.ceil((len(power) - WINDOW) / STEP))
    for at in np.linspace(0, len(power) - WINDOW, count).round().astype(int).tolist():
        yield (begin + at) / rate, (begin + at + WINDOW) / rate, power[at : at + WINDOW]


def _mel_power(read: Callable[[float, float], np.ndarray], begin: int, count: int) -> np.ndarray:
    """Power in 40 mel bands of `count` frames of 10 ms from frame `begin` on, each frame around its time, shape (count, 40)."""
    import librosa  # compiled by now: the speaker frames have needed its YIN

    filters = librosa.filters.mel(sr=SAMPLE_RATE_HZ, n_fft=MEL_WINDOW, n_mels=MEL_BANDS).T
    window = np.hanning(MEL_WINDOW + 1)[:-1].astype(np.float32)
    pieces = []
    for first in range(begin, begin + count, PIECE_FRAMES):
        number = min(PIECE_FRAMES, begin + count - first)
        start, length = first * MEL_HOP - MEL_WINDOW // 2, (number - 1) * MEL_HOP + MEL_WINDOW
        sound = read(max(start, 0) / SAMPLE_RATE_HZ, (start + length) / SAMPLE_RATE_HZ)
        before = max(-start, 0)
        sound = np.pad(sound, (before, max(0, length - before - sound.size)))
        steps = np.lib.stride_tricks.sliding_window_view(sound, MEL_WINDOW)[::MEL_HOP][:number]
        pieces.append(np.abs(np.fft.rfft(steps * window, axis=1)).astype(np.float32) ** 2 @ filters)
    return np.concatenate(pieces)
