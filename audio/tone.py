"""Whether a turn is raised, even or subdued against its speaker's own baseline, with a probability. Pure.

Vocal effort is what a voice does when it is raised: louder, higher, and with more energy above 1 kHz (flatter in spectrum). Each
tone is a shift of these three from the speaker's even voice; how far a turn lies along them gives its probability. It is a
statement about the voice, not about a feeling: people also speak up on a bad line.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from audio.measures import Tone
from audio.settings import ToneSettings
from audio.voice import Voice

TONES: tuple[Tone, ...] = ("even", "raised", "subdued")
BASELINE_STEPS = np.linspace(-0.5, 1.25, 36)
SHARE_ROUNDS = 10


@dataclass(frozen=True)
class Turn:
    """One utterance of a speaker: its voice and how long they spoke in it."""

    voice: Voice
    speech_s: float


@dataclass(frozen=True)
class Judged:
    """Tone of one turn with its probability; or None with the reason: `too_short`, `unvoiced`, `no_baseline`."""

    tone: Tone | None
    probability: float | None
    reason: str | None


def tones(turns: Sequence[Turn], settings: ToneSettings) -> tuple[Judged, ...]:
    """The tone of every turn of one speaker, against the baseline that the turns themselves show.

    A turn needs `shortest_turn_s` of speech; a baseline needs `least_turns` such turns with `least_speech_s` of speech together.
    """
    reasons = [_reason(turn, settings) for turn in turns]
    usable = [turn for turn, reason in zip(turns, reasons, strict=True) if reason is None]
    if len(usable) < settings.least_turns or sum(turn.speech_s for turn in usable) < settings.least_speech_s:
        return tuple(Judged(None, None, reason or "no_baseline") for reason in reasons)
    features = np.array([_features(turn.voice) for turn in usable])
    likely = iter(probabilities(features, baseline(features, settings), settings))
    return tuple(_judged(next(likely)) if reason is None else Judged(None, None, reason) for reason in reasons)


def probabilities(features: np.ndarray, even: np.ndarray, settings: ToneSettings) -> np.ndarray:
    """Probability of each of `TONES`, shape (turns, 3), for turns with (level dB, pitch st, tilt dB) against an even voice."""
    weighted = np.log(usual_shares(settings)) + _log_likelihood(features, even, settings)
    share = np.exp(weighted - weighted.max(axis=1, keepdims=True))
    return share / share.sum(axis=1, keepdims=True)


def usual_shares(settings: ToneSettings) -> np.ndarray:
    """How often a customer's turns are even, raised, subdued before anything is heard of the call."""
    return np.array([1.0 - settings.raised_prior - settings.subdued_prior, settings.raised_prior, settings.subdued_prior])


def baseline(features: np.ndarray, settings: ToneSettings) -> np.ndarray:
    """The speaker's even voice: the median turn, moved along the effort axis to where the three tones explain all turns best.

    The median alone would call a caller who is loud in most turns even when loud and subdued when calm. How often each tone
    occurs in the call is estimated along the way, from `usual_shares` counted as `prior_turns` turns.
    """
    median = np.median(features, axis=0)
    counted = settings.prior_turns * usual_shares(settings)
    fits = []
    for step in BASELINE_STEPS:
        even = median - step * np.array(settings.raised_shift)
        likelihood = _log_likelihood(features, even, settings)
        shares = usual_shares(settings)
        for _ in range(SHARE_ROUNDS):
            held = np.exp(np.log(shares) + likelihood - np.logaddexp.reduce(np.log(shares) + likelihood, axis=1)[:, None])
            shares = (counted + held.sum(axis=0)) / (settings.prior_turns + len(features))
        fit = np.logaddexp.reduce(np.log(shares) + likelihood, axis=1).sum() + (counted * np.log(shares)).sum()
        fits.append(fit - 0.5 * (step / settings.baseline_spread) ** 2)
    return median - BASELINE_STEPS[int(np.argmax(fits))] * np.array(settings.raised_shift)


def _log_likelihood(features: np.ndarray, even: np.ndarray, settings: ToneSettings) -> np.ndarray:
    shifts = np.array([(0.0, 0.0, 0.0), settings.raised_shift, settings.subdued_shift])
    distance = (features[:, None, :] - even - shifts) / np.array(settings.spread)
    return -0.5 * np.square(distance).sum(axis=2) / settings.shared_evidence


def _features(voice: Voice) -> tuple[float, float, float]:
    assert voice.level_db is not None and voice.high_pitch_st is not None and voice.tilt_db is not None
    return voice.level_db, voice.high_pitch_st, voice.tilt_db


def _reason(turn: Turn, settings: ToneSettings) -> str | None:
    if turn.speech_s < settings.shortest_turn_s:
        return "too_short"
    if turn.voice.high_pitch_st is None or turn.voice.level_db is None or turn.voice.tilt_db is None:
        return "unvoiced"
    return None


def _judged(likely: np.ndarray) -> Judged:
    best = int(np.argmax(likely))
    return Judged(TONES[best], float(likely[best]), None)
