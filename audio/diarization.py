"""Two speakers on one channel told apart: who speaks when, from the voices alone, and how sure that is.

The call itself teaches what its two voices are like. Stretches of speech are clustered, each cluster gets a model, the models share
the call out between them, and from that new models are made, until nothing changes. Where the networks are installed, one of them
makes the clusters and has its say in every round; without it spectra and pitch do, which mixes up similar voices far more often. Where
two people speak at once only the louder is found that way; the other network finds both.
Sources: Ward clustering and Viterbi resegmentation as in Anguera et al. 2012; telephone calls are the easy case, since the number of
speakers is known.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from audio.intervals import Interval, Timeline, difference, union
from audio.networks import Networks
from audio.settings import DiarizationSettings
from audio.simultaneous import Simultaneous, simultaneous
from audio.speaker_features import FRAME_S, SpeakerFrames, speaker_frames
from audio.speaker_models import adapted, best_sequence, fit_mixture, fit_voice, log_likelihoods
from audio.speaker_windows import SpeakerWindows, speaker_windows

SHRINKAGE = 0.1
"""Share of the mean variance added to the within-speaker covariance, which a few windows describe badly."""

LEAST_PAIRS = 40
"""So many pairs of neighbouring windows are needed to learn how a speaker varies."""

LARGEST_GAIN = 4.0
"""Of a frame: digital silence and clicks must not decide."""

PITCH_APART_ST, FAR_APART, ENOUGH_MIN = 8.0, 10.0, 1.0
"""Pitch or windows (d') farther apart and more speech than this tell no more."""


@dataclass(frozen=True)
class Diarization:
    """Who speaks when; `first` is who speaks first. Both are empty where the speakers cannot be told apart."""

    first: Timeline
    second: Timeline
    separation: float | None  # probability that two voices were told apart, 0-1; None with too little speech
    refusal: str | None  # one_speaker | speakers_inseparable
    drowned: tuple[Timeline, Timeline] | None = None
    """Of each, where the other speaks louder at the same time; None where such speech was not looked for and only the louder is there."""


def diarize(
    speech: Timeline, read: Callable[[float, float], np.ndarray], settings: DiarizationSettings, networks: Networks | None
) -> Diarization:
    """The two speakers of one channel's speech; `read` gives its samples between two times (float32, 16 kHz).

    `one_speaker`: the smaller part is under `least_side_s`. `speakers_inseparable`: it is not probable enough (`least_separation`) that
    two voices were told apart; a single voice split in two ends there too.
    """
    frames = speaker_frames(speech, read)
    least = max(settings.components, round(settings.least_side_s / FRAME_S))
    if len(frames) < 2 * least:
        return Diarization((), (), None, "one_speaker")
    cepstra = (frames.cepstra - frames.cepstra.mean(axis=0)) / frames.cepstra.std(axis=0)
    windows = None if networks is None else speaker_windows(speech, read, frames, networks.speaker)
    attempts = [] if windows is None else [_resegmented(frames, cepstra, windows, windows.first_guess(), least, settings)]
    if not attempts or attempts[0][1] == -np.inf:  # without the network, or where it hears one voice
        attempts += [_resegmented(frames, cepstra, windows, start, least, settings) for start in _starts(frames, cepstra, settings)]
    labels, _ = max(attempts, key=lambda each: each[1])
    if _smaller(labels) < least:
        return Diarization((), (), None, "one_speaker")
    labels = labels if labels[0] == 0 else 1 - labels
    first, second = (_timeline(speech, frames, labels == each) for each in (0, 1))
    together = None if networks is None else simultaneous(first, second, read, networks.segmentation)
    separation = _separation(frames, cepstra, windows, together, labels, settings)
    if separation < settings.least_separation:
        return Diarization((), (), separation, "speakers_inseparable")
    if together is None:
        return Diarization(first, second, separation, None)
    drowned = difference(together.both, first), difference(together.both, second)
    return Diarization(union(first, drowned[0]), union(second, drowned[1]), separation, None, drowned)


def _smaller(labels: np.ndarray) -> int:
    return int(min(np.count_nonzero(labels == 0), np.count_nonzero(labels == 1)))


def _starts(frames: SpeakerFrames, cepstra: np.ndarray, settings: DiarizationSettings) -> Iterator[np.ndarray]:
    """First guesses, one label per frame: Ward clusters of windows, in two measures of distance, and high against low pitch.

    The first measure divides by how neighbouring windows of one stretch of speech differ: that is the same speaker saying other
    words, so that what is left between windows is the speaker.
    """
    windows = _windows(frames, settings)
    usual = float(np.nanmedian(frames.semitones)) if np.isfinite(frames.semitones).any() else 0.0
    rows = np.array([[*cepstra[first:after].mean(axis=0), _pitch(frames, first, after, usual)] for first, after, _ in windows])
    stretch = np.array([each for *_, each in windows])
    neighbours = np.flatnonzero(stretch[1:] == stretch[:-1])
    scaled = rows / np.maximum(rows.std(axis=0), 1e-6)
    guesses = [_ward(scaled)]
    if len(neighbours) >= LEAST_PAIRS:
        guesses.append(_ward(scaled @ _whitening(scaled[neighbours + 1] - scaled[neighbours])))
    guesses.append((rows[:, -1] > np.median(rows[:, -1])).astype(np.int8))
    for guess in guesses:
        labels = np.empty(len(frames), dtype=np.int8)
        for (first, after, _), label in zip(windows, guess, strict=True):
            labels[first:after] = label
        yield labels


def _windows(frames: SpeakerFrames, settings: DiarizationSettings) -> list[tuple[int, int, int]]:
    """First frame, frame after the last and stretch of speech of every window; a stretch is cut into parts of equal length."""
    edges = [*np.flatnonzero(frames.begins).tolist(), len(frames)]
    windows = []
    for stretch, (first, after) in enumerate(zip(edges, edges[1:], strict=False)):
        count = max(1, round((after - first) * FRAME_S / settings.window_s))
        cuts = np.linspace(first, after, count + 1).astype(int).tolist()
        windows += [(start, end, stretch) for start, end in zip(cuts, cuts[1:], strict=False)]
    return windows


def _pitch(frames: SpeakerFrames, first: int, after: int, usual: float) -> float:
    known = frames.semitones[first:after]
    known = known[np.isfinite(known)]
    return float(np.median(known)) if known.size >= 5 else usual


def _ward(rows: np.ndarray) -> np.ndarray:
    if len(rows) < 2:
        return np.zeros(len(rows), dtype=np.int8)
    return (fcluster(linkage(rows, "ward"), 2, "maxclust") - 1).astype(np.int8)


def _whitening(differences: np.ndarray) -> np.ndarray:
    within = np.cov(differences.T) / 2.0
    within += SHRINKAGE * np.trace(within) / len(within) * np.eye(len(within))
    return np.linalg.cholesky(np.linalg.inv(within))


def _resegmented(
    frames: SpeakerFrames,
    cepstra: np.ndarray,
    windows: SpeakerWindows | None,
    labels: np.ndarray,
    least: int,
    settings: DiarizationSettings,
) -> tuple[np.ndarray, float]:
    """The labels after rounds of modelling and sharing out, and their score; minus infinity where one speaker is left."""
    score = -np.inf
    for _ in range(settings.rounds):
        if _smaller(labels) < least:
            return labels, -np.inf
        voices = [fit_voice(cepstra[labels == each], frames.semitones[labels == each], settings) for each in (0, 1)]
        likelihoods = log_likelihoods(frames, cepstra, voices, settings)
        if windows is not None:
            favour = settings.network_weight / 2.0 * windows.on_frames(windows.leaning(labels))
            likelihoods += np.stack([favour, -favour], axis=1)
        found, score = best_sequence(likelihoods, frames.begins, settings)
        if np.array_equal(found, labels):
            break
        labels = found
    return labels, score


def _separation(
    frames: SpeakerFrames, cepstra: np.ndarray, windows: SpeakerWindows | None, together: Simultaneous | None, labels: np.ndarray,
    settings: DiarizationSettings,
) -> float:  # fmt: skip
    """Probability that these are two voices rightly told apart, by logistic regression on how much speech there was to learn from and
    how far apart the voices are: in the networks' ears, or by how much better two models explain unseen speech, and in pitch."""
    minutes = min(len(frames) * FRAME_S / 60.0, ENOUGH_MIN)
    if windows is not None and together is not None:  # both or neither: the networks are used together
        apart, agreement, length = settings.network_separation_weights
        distance = min(windows.apart(labels), FAR_APART)
        odds = settings.network_separation_offset + apart * distance + agreement * together.agreement + length * minutes
    else:
        gain, pitch, length = settings.separation_weights
        better = held_out_gain(cepstra, labels, _folds(frames, labels), settings)
        odds = settings.separation_offset + gain * better + pitch * _pitches_apart_st(frames, labels) + length * minutes
    return float(1.0 / (1.0 + np.exp(-odds)))


def _pitches_apart_st(frames: SpeakerFrames, labels: np.ndarray) -> float:
    voiced = np.isfinite(frames.semitones)
    pitches = [np.median(frames.semitones[voiced & (labels == each)]) for each in (0, 1) if (voiced & (labels == each)).any()]
    return min(abs(float(pitches[0] - pitches[1])), PITCH_APART_ST) if len(pitches) == 2 else 0.0


def _folds(frames: SpeakerFrames, labels: np.ndarray) -> np.ndarray:
    """0 or 1 for every frame: the stretches of each speaker in alternation."""
    changes = frames.begins | np.concatenate(([True], labels[1:] != labels[:-1]))
    owner = labels[changes]
    fold = np.zeros(len(owner), dtype=np.int8)
    for speaker in (0, 1):
        fold[owner == speaker] = np.arange(np.count_nonzero(owner == speaker)) % 2
    return fold[np.cumsum(changes) - 1]


def held_out_gain(cepstra: np.ndarray, labels: np.ndarray, fold: np.ndarray, settings: DiarizationSettings) -> float:
    """Mean gain in log-likelihood a frame of the speaker's own model over a model of everything, on the fold that neither has seen.

    The speaker's model is the common one with its means moved towards that speaker's speech, so that little speech moves it little.
    """
    gains = np.zeros(len(cepstra))
    for held in (0, 1):
        seen, unseen = fold != held, fold == held
        if not unseen.any() or np.count_nonzero(seen) < 2 * settings.components:
            continue
        common = fit_mixture(cepstra[seen], 2 * settings.components)
        for speaker in (0, 1):
            own, told = seen & (labels == speaker), unseen & (labels == speaker)
            if own.any() and told.any():
                gains[told] = adapted(common, cepstra[own]).score_samples(cepstra[told]) - common.score_samples(cepstra[told])
    return float(np.clip(gains, -LARGEST_GAIN, LARGEST_GAIN).mean())


def _timeline(speech: Timeline, frames: SpeakerFrames, own: np.ndarray) -> Timeline:
    """The stretches of speech of one speaker; those ends that no change of speaker made are the speech's own."""
    found: list[Interval] = []
    edges = [*np.flatnonzero(frames.begins).tolist(), len(frames)]
    spoken = iter(speech)
    for first, after in zip(edges, edges[1:], strict=False):
        interval = next(each for each in spoken if each.end_s > frames.starts_s[first] + FRAME_S / 2)
        changes = np.flatnonzero(np.diff(own[first:after])) + 1
        cuts = [interval.start_s, *(round(float(frames.starts_s[first + each]), 3) for each in changes), interval.end_s]
        mine = own[[first, *(first + changes)]]
        found += [Interval(start, end) for start, end, here in zip(cuts, cuts[1:], mine, strict=False) if here and end > start]
    return tuple(found)
