"""Statistical models of two voices, and the sequence of speakers that explains the frames best."""

import copy
import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from audio.settings import DiarizationSettings
from audio.speaker_features import SpeakerFrames

FITTED_FRAMES = 20_000
"""A model is fitted to at most this many frames, evenly taken: more change nothing but the time."""

STEPS, TOLERANCE, FLOOR = 30, 1e-2, 1e-2
RELEVANCE = 16.0
"""So many frames move a component half-way."""

LEAST_SPREAD_ST = 1.0
DEGREES_OF_FREEDOM = 3.0
"""Of the t distribution of pitch: octave errors are outliers that must not decide."""


@dataclass(frozen=True)
class VoiceModel:
    """One speaker: a mixture over cepstra, and where the pitch lies."""

    spectra: GaussianMixture
    semitones: float
    spread_st: float


def fit_voice(cepstra: np.ndarray, semitones: np.ndarray, settings: DiarizationSettings) -> VoiceModel:
    """The model of the frames given, cepstra (n, d) and pitch (n,) with NaN where unvoiced; n at least the number of components."""
    known = semitones[np.isfinite(semitones)]
    middle = float(np.median(known)) if known.size else 0.0
    spread = 1.4826 * float(np.median(np.abs(known - middle))) if known.size else LEAST_SPREAD_ST
    return VoiceModel(fit_mixture(cepstra, settings.components), middle, max(LEAST_SPREAD_ST, spread))


def fit_mixture(cepstra: np.ndarray, components: int) -> GaussianMixture:
    """A mixture of Gaussians with diagonal covariances. The same frames give the same mixture."""
    mixture = GaussianMixture(components, covariance_type="diag", reg_covar=FLOOR, random_state=0, max_iter=STEPS, tol=TOLERANCE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a few steps are enough to tell two voices apart
        return mixture.fit(cepstra[:: 1 + len(cepstra) // FITTED_FRAMES])


def adapted(common: GaussianMixture, cepstra: np.ndarray) -> GaussianMixture:
    """The common mixture with means and weights moved towards these frames, the more the more of them a component has.

    Source: Reynolds, Quatieri and Dunn 2000.
    """
    shares = common.predict_proba(cepstra)
    counts = shares.sum(axis=0)
    means = shares.T @ cepstra / np.maximum(counts, 1e-6)[:, None]
    moved = (counts / (counts + RELEVANCE))[:, None]
    own = copy.copy(common)
    own.means_ = moved * means + (1.0 - moved) * common.means_
    own.weights_ = (counts + RELEVANCE * common.weights_) / (len(cepstra) + RELEVANCE)
    return own


def log_likelihoods(frames: SpeakerFrames, cepstra: np.ndarray, voices: list[VoiceModel], settings: DiarizationSettings) -> np.ndarray:
    """Of every frame under every voice, shape (frames, voices); an unvoiced frame has no pitch to judge by."""
    voiced = np.isfinite(frames.semitones)
    columns = []
    for voice in voices:
        away = (np.where(voiced, frames.semitones, voice.semitones) - voice.semitones) / voice.spread_st
        tail = (DEGREES_OF_FREEDOM + 1.0) / 2.0
        pitch = np.where(voiced, -np.log(voice.spread_st) - tail * np.log1p(away**2 / DEGREES_OF_FREEDOM), 0.0)
        columns.append(voice.spectra.score_samples(cepstra) + settings.pitch_weight * pitch)
    return np.stack(columns, axis=1)


def best_sequence(likelihoods: np.ndarray, begins: np.ndarray, settings: DiarizationSettings) -> tuple[np.ndarray, float]:
    """Speaker 0 or 1 of every frame, and the score of that sequence (Viterbi).

    Frames 20 ms apart say much the same, so a change costs far more than its probability: `switch` inside speech, less where
    there was a pause (`switch_pause`).
    """
    costs = np.where(begins, settings.switch_pause, settings.switch).tolist()
    first_from: list[bool] = []
    second_from: list[bool] = []
    first = second = 0.0
    for cost, (in_first, in_second) in zip(costs, likelihoods.tolist(), strict=True):
        first_stays, second_stays = first >= second - cost, second >= first - cost
        first_from.append(first_stays)
        second_from.append(second_stays)
        first, second = (
            (first if first_stays else second - cost) + in_first,
            (second if second_stays else first - cost) + in_second,
        )
    at = 0 if first >= second else 1
    sequence = np.empty(len(costs), dtype=np.int8)
    for frame in range(len(costs) - 1, -1, -1):
        sequence[frame] = at
        stays = first_from[frame] if at == 0 else second_from[frame]
        at = at if stays else 1 - at
    return sequence, max(first, second)
