"""One calibrated classifier per behaviour, trained in seconds on the phrases file and kept as plain arrays.

A sentence is its embedding (384 numbers, scaled) beside the features of its wording (`scoring.features`). Each behaviour
gets a logistic regression: its examples against its counter-examples, the other behaviours' examples (except those the
rubric names in `with`) and everyday sentences. Its margin becomes a probability by Platt scaling on margins of sentences
that were left out of training (five folds).

Reference: Platt, "Probabilistic outputs for support vector machines", 1999.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from scoring import features, text
from scoring.embeddings import DIMENSIONS, MODEL, Encoder
from scoring.rubric import Rubric

CLASSIFIER_VERSION = 1
"""Raised whenever training would give other numbers from the same phrases."""

NEUTRAL = "neutral"
_EMBEDDING_SCALE = 3.0  # puts the spread of the embedding on a level with the 0/1 features (cross-validated on the phrases)
_REGULARISATION = 0.3
_POSITIVE_SHARE = 0.25  # the positives together weigh this share of the negatives
_COUNTER_WEIGHT = 5.0  # a near miss teaches more than an unrelated sentence
_CALIBRATION_POSITIVE_WEIGHT = 4.0  # calls hold a behaviour more often than the 1 in 90 of the phrases
_FOLDS = 5


@dataclass(frozen=True)
class Classifier:
    """Weights of all behaviours: probability = sigmoid(slope * (X @ weights + bias) + offset), one column per name."""

    names: tuple[str, ...]
    weights: np.ndarray  # (features, names)
    bias: np.ndarray  # (names,)
    slope: np.ndarray
    offset: np.ndarray

    def probabilities(self, inputs: np.ndarray) -> np.ndarray:
        """Probabilities 0-1, shape (sentences, names), of inputs of shape (sentences, features)."""
        margins = inputs @ self.weights + self.bias
        return 1.0 / (1.0 + np.exp(-(self.slope * margins + self.offset)))


def inputs(embeddings: np.ndarray, lower: list[str], plain: list[str]) -> np.ndarray:
    """Classifier inputs of sentences: scaled embeddings beside wording features, float32."""
    if not lower:
        return np.zeros((0, DIMENSIONS + len(features.NAMES)), dtype=np.float32)
    wording = np.stack([features.wording(*pair) for pair in zip(lower, plain, strict=True)])
    return np.hstack([embeddings * _EMBEDDING_SCALE, wording]).astype(np.float32)


@dataclass(frozen=True)
class _Sentences:
    """All sentences of the phrases file: the section each stands in, and whether it is an example there."""

    inputs: np.ndarray
    section: np.ndarray
    example: np.ndarray


def train(rubric: Rubric, encoder: Encoder) -> Classifier:
    """Classifiers for every behaviour and signal that has phrases. Deterministic; takes a few seconds."""
    sentences = _embed_phrases(rubric, encoder)
    names = tuple(name for name in rubric.phrases if name != NEUTRAL)
    fold = np.arange(len(sentences.section)) % _FOLDS
    columns = [_train_one(name, rubric, sentences, fold) for name in names]
    weights, bias, slope, offset = (np.stack(part, axis=-1) for part in zip(*columns, strict=True))
    return Classifier(names, weights, bias, slope, offset)


def _embed_phrases(rubric: Rubric, encoder: Encoder) -> _Sentences:
    rows = [
        (name, example, sentence)
        for name, phrases in rubric.phrases.items()
        for example, group in ((True, phrases.examples), (False, phrases.counter_examples))
        for sentence in group
    ]
    plain = [text.plain(sentence) for _, _, sentence in rows]
    lower = [text.lower(sentence) for _, _, sentence in rows]
    return _Sentences(
        inputs(encoder.encode(plain), lower, plain),
        np.array([name for name, _, _ in rows]),
        np.array([example for _, example, _ in rows]),
    )


def _train_one(name: str, rubric: Rubric, sentences: _Sentences, fold: np.ndarray) -> tuple[np.ndarray, ...]:
    """(weights, bias, slope, offset) of one behaviour."""
    own = sentences.section == name
    allied = rubric.behaviours[name].with_ if name in rubric.behaviours else ()
    used = own | (sentences.example & ~np.isin(sentences.section, allied) & _comparable(sentences.section, name))
    inputs_used, positive = sentences.inputs[used], (own & sentences.example)[used]
    weights = np.where(positive, (~positive).sum() / max(positive.sum(), 1) * _POSITIVE_SHARE, 1.0)
    weights[(own & ~sentences.example)[used]] = _COUNTER_WEIGHT
    margins = np.empty(len(positive))
    for number in range(_FOLDS):
        out = fold[used] == number
        margins[out] = _fit(inputs_used[~out], positive[~out], weights[~out]).decision_function(inputs_used[out])
    scaling = LogisticRegression(C=1e3, tol=1e-4, max_iter=300)
    scaling.fit(margins[:, None], positive, sample_weight=np.where(positive, _CALIBRATION_POSITIVE_WEIGHT, 1.0))
    model = _fit(inputs_used, positive, weights)
    return model.coef_[0], model.intercept_[0], scaling.coef_[0, 0], scaling.intercept_[0]


def _comparable(section: np.ndarray, name: str) -> np.ndarray:
    """Sections that speak against `name`: a cause or outcome is set against its sisters and everyday sentences, a behaviour
    against all but causes and outcomes, which may well be said in the same words."""
    group, dot, _ = name.partition(".")
    if dot:
        return np.char.startswith(section.astype(str), f"{group}.") | (section == NEUTRAL)
    return np.char.find(section.astype(str), ".") < 0


def _fit(rows: np.ndarray, positive: np.ndarray, weights: np.ndarray) -> LogisticRegression:
    model = LogisticRegression(C=_REGULARISATION / weights.mean(), tol=1e-4, max_iter=500)
    return model.fit(rows, positive, sample_weight=weights)


def fingerprint() -> str:
    """Changes with whatever in features, model or training would give other numbers from the same phrases."""
    return f"{CLASSIFIER_VERSION}-{MODEL.sha256[:16]}-{features.fingerprint()}"
