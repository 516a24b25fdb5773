"""One calibrated classifier per behaviour, trained in seconds on the phrases and exchanges, kept as plain arrays.

A sentence is its embedding (384 numbers, scaled) beside the features of its wording (`scoring.features`). Each behaviour
gets a logistic regression: its examples and the dialogue sentences that show it, against its counter-examples, the other
behaviours' examples (except those the rubric names in `with`), everyday sentences, and the dialogue sentences of the same
speaker that do not show it. Its margin becomes a probability by Platt scaling on margins of sentences that were left out
of training (five folds, a dialogue never split), weighted towards the dialogues, where behaviours are as frequent as in
calls.

Reference: Platt, "Probabilistic outputs for support vector machines", 1999.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from scoring import features, text
from scoring.embeddings import DIMENSIONS, MODEL, Encoder
from scoring.rubric import Rubric

CLASSIFIER_VERSION = 3
"""Raised whenever training would give other numbers from the same phrases."""

NEUTRAL = "neutral"
_DIALOGUE = "dialogue"
_NOT_MEANT = "not_meant"
# The weights below were chosen by cross-validation over the dialogues of exchanges.en.toml; none is sensitive.
_EMBEDDING_SCALE = 3.0  # puts the spread of the embedding on a level with the 0/1 features
_REGULARISATION = 0.3
_POSITIVE_SHARE = 0.25  # the positives together weigh this share of the negatives
_COUNTER_WEIGHT = 5.0  # a near miss teaches more than an unrelated sentence
_DIALOGUE_WEIGHT = 3.0  # so does a sentence of a whole dialogue ...
_DIALOGUE_POSITIVE_WEIGHT = 4.0  # ... and one that shows the behaviour
_PHRASE_CALIBRATION = (0.5, 0.25)  # weight in calibration of an example and of another phrase, against 1 in a dialogue
_CALIBRATION_POSITIVE_WEIGHT = 1.5  # a missed behaviour and a false one are to be about as frequent
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
class _Material:
    """All sentences to learn from. A phrase stands in the section of its name; a dialogue sentence in the section "dialogue"
    with its speaker and the behaviours it shows."""

    inputs: np.ndarray
    section: np.ndarray
    example: np.ndarray  # bool; False for counter-examples
    speaker: np.ndarray  # "" for phrases
    shows: tuple[frozenset[str], ...]
    fold: np.ndarray


@dataclass(frozen=True)
class Trained:
    """`unseen` holds, for every dialogue sentence in order, the probabilities by models that had not seen its dialogue,
    shape (sentences, names): what later training may learn from without believing the classifiers too much."""

    classifier: Classifier
    unseen: np.ndarray


def train(rubric: Rubric, encoder: Encoder) -> Trained:
    """Classifiers for every behaviour, signal, cause and outcome that has phrases. Deterministic; takes seconds."""
    material = _embed(rubric, encoder)
    names = tuple(name for name in rubric.phrases if name != NEUTRAL)
    columns = [_train_one(name, rubric, material) for name in names]
    weights, bias, slope, offset, unseen = (np.stack(part, axis=-1) for part in zip(*columns, strict=True))
    return Trained(Classifier(names, weights, bias, slope, offset), unseen)


def _embed(rubric: Rubric, encoder: Encoder) -> _Material:
    phrases = [
        (sentence, name, example)
        for name, entry in rubric.phrases.items()
        for example, group in ((True, entry.examples), (False, entry.counter_examples))
        for sentence in group
    ]
    phrases += [(sentence, _NOT_MEANT, False) for sentence in rubric.exchanges.not_meant]
    spoken = [(each, number) for number, dialogue in enumerate(rubric.exchanges.dialogues) for each in dialogue]
    sentences = [sentence for sentence, _, _ in phrases] + [each.sentence for each, _ in spoken]
    plain = [text.plain(sentence) for sentence in sentences]
    lower = [text.lower(sentence) for sentence in sentences]
    none: frozenset[str] = frozenset()
    return _Material(
        inputs=inputs(encoder.encode(plain), lower, plain),
        section=np.array([name for _, name, _ in phrases] + [_DIALOGUE] * len(spoken)),
        example=np.array([example for _, _, example in phrases] + [True] * len(spoken)),
        speaker=np.array([""] * len(phrases) + [each.speaker for each, _ in spoken]),
        shows=(none,) * len(phrases) + tuple(each.shows for each, _ in spoken),
        fold=np.array([at % _FOLDS for at in range(len(phrases))] + [number % _FOLDS for _, number in spoken]),
    )


def _train_one(name: str, rubric: Rubric, material: _Material) -> tuple[np.ndarray, ...]:
    """(weights, bias, slope, offset, probability of every dialogue sentence unseen) of one behaviour."""
    own = material.section == name
    spoken = material.section == _DIALOGUE
    allied = rubric.behaviours[name].with_ if name in rubric.behaviours else ()
    used = own | (material.example & ~spoken & ~np.isin(material.section, allied) & _comparable(material.section, name))
    if name in rubric.behaviours and rubric.behaviours[name].polarity == "credit":
        used |= material.section == _NOT_MEANT
    if "." not in name:
        used |= material.speaker == ("agent" if name in rubric.behaviours else "customer")
    positive = ((own & material.example) | np.array([name in shows for shows in material.shows]))[used]
    spoken, near_miss = spoken[used], ((own | (material.section == _NOT_MEANT)) & ~material.example)[used]
    weights = np.where(spoken, np.where(positive, _DIALOGUE_POSITIVE_WEIGHT, _DIALOGUE_WEIGHT), 1.0)
    weights[near_miss] = _COUNTER_WEIGHT
    weights[positive] *= weights[~positive].sum() * _POSITIVE_SHARE / weights[positive].sum()
    rows, fold = material.inputs[used], material.fold[used]
    margins = np.empty(len(positive))
    for number in range(_FOLDS):
        out = fold == number
        margins[out] = _fit(rows[~out], positive[~out], weights[~out]).decision_function(rows[out])
    example, other = _PHRASE_CALIBRATION
    trust = np.where(spoken, 1.0, np.where(positive, example, other)) * np.where(positive, _CALIBRATION_POSITIVE_WEIGHT, 1.0)
    scaling = LogisticRegression(C=1e3, tol=1e-4, max_iter=300).fit(margins[:, None], positive, sample_weight=trust)
    model = _fit(rows, positive, weights)
    unseen = np.zeros(len(used))
    unseen[used] = scaling.predict_proba(margins[:, None])[:, 1]
    return model.coef_[0], model.intercept_[0], scaling.coef_[0, 0], scaling.intercept_[0], unseen[material.section == _DIALOGUE]


def _comparable(section: np.ndarray, name: str) -> np.ndarray:
    """Sections that speak against `name`: a cause or outcome is set against its sisters and everyday sentences, a behaviour
    against all but causes and outcomes, which may well be said in the same words."""
    group, dot, _ = name.partition(".")
    if dot:
        return np.char.startswith(section.astype(str), f"{group}.") | (section == NEUTRAL)
    return np.char.find(section.astype(str), ".") < 0


def _fit(rows: np.ndarray, positive: np.ndarray, weights: np.ndarray) -> LogisticRegression:
    model = LogisticRegression(C=_REGULARISATION / weights.mean(), tol=1e-3, max_iter=500)
    return model.fit(rows, positive, sample_weight=weights)


def fingerprint() -> str:
    """Changes with whatever in features, model or training would give other numbers from the same phrases."""
    return f"{CLASSIFIER_VERSION}-{MODEL.sha256[:16]}-{features.fingerprint()}"
