"""What a call was as a whole: the cause of the conflict, the outcome, the customer's state.

Each is a multinomial logistic regression over what the sentences sound like, learned from the dialogues of the configuration, where
they are told. What is not more likely than everything else together is not said: None.

    conflict_cause  the surest signs of every cause in what the customer tells first, and of every behaviour and signal
    outcome         the same of every outcome, behaviour and signal in the last part of the call, the later the more
    customer_state  the surest signs of every behaviour and signal
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.classifier import NOT_MEANT

WHOLE_CALL_VERSION = 1
"""Raised whenever the features or the training change."""

FACTS = ("conflict_cause", "outcome", "customer_state")

_NOISE = 0.2  # what many ordinary sentences reach; set by judgement, not measured
_SUREST = 3  # signs of one kind that count: a long call has no more to say than a short one
_OPENING = 3  # the customer's first sentences
_TOLD = 0.7  # the cause is told in this first part of the call
_END = 0.5  # the outcome shows after this
_REGULARISATION = 0.02  # cross-validated over the dialogues (benchmarks/RESULTS.md)
_SAID_FROM = 0.5


@dataclass(frozen=True)
class FactModel:
    """Probabilities of the labels are softmax(features @ weights + bias)."""

    labels: tuple[str, ...]
    weights: np.ndarray  # (features, labels)
    bias: np.ndarray  # (labels,)

    def label(self, features: np.ndarray) -> str | None:
        """The likeliest label, None where it is not likely enough to be said."""
        odds = features @ self.weights + self.bias
        scores = np.exp(odds - odds.max())
        best = int(np.argmax(scores))
        return self.labels[best] if scores[best] >= _SAID_FROM * scores.sum() else None


def describe(alone: np.ndarray, placed: np.ndarray, by_customer: np.ndarray, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Features of a call for each of the `FACTS`.

    `alone` and `placed` hold the probability of every name for every sentence, by itself and in its place, shape (sentences, names), 0 in
    `placed` where a name is one of the other side; `by_customer` is bool, shape (sentences,).
    """
    place = np.arange(len(alone)) / max(len(alone) - 1, 1)
    late = np.clip((place - _END) / (1.0 - _END), 0.0, 1.0)[:, None]
    causes, outcomes = ([at for at, name in enumerate(names) if name.startswith(f"{fact}.")] for fact in FACTS[:2])
    shown = placed[:, [at for at, name in enumerate(names) if "." not in name and name != NOT_MEANT]]
    told = alone[by_customer & (place < _TOLD)][:, causes]
    opening = told[:_OPENING].max(axis=0, initial=0.0)
    return {
        "conflict_cause": np.concatenate([_surest(told), opening, _surest(shown)]),
        "outcome": np.concatenate([_surest(late * alone[:, outcomes]), _surest(late * shown)]),
        "customer_state": _surest(shown),
    }


def _surest(probabilities: np.ndarray) -> np.ndarray:
    """Sum of the `_SUREST` highest probabilities of every column that are more than the noise of many sentences."""
    return np.sort(np.where(probabilities >= _NOISE, probabilities, 0.0), axis=0)[-_SUREST:].sum(axis=0)


def fit(calls: Sequence[np.ndarray], labels: Sequence[str]) -> FactModel:
    """The model of one fact from the features of calls and what they were. With one label only, that one is always said."""
    from sklearn.linear_model import LogisticRegression  # 70 MB that only training needs

    features = np.stack(calls)
    known = tuple(sorted(set(labels)))
    if len(known) == 1:
        return FactModel(known, np.zeros((features.shape[1], 1)), np.zeros(1))
    mean, spread = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-3)
    # balanced: how often a label is met in the dialogues says nothing about how often it is met in a company's calls
    model = LogisticRegression(C=_REGULARISATION, class_weight="balanced", max_iter=2000).fit((features - mean) / spread, labels)
    coefficients, bias = model.coef_, model.intercept_
    if len(known) == 2:
        coefficients, bias = np.vstack([-coefficients, coefficients]) / 2.0, np.concatenate([-bias, bias]) / 2.0
    weights = (coefficients / spread).T
    return FactModel(known, weights, bias - mean @ weights)


def said(models: Mapping[str, FactModel], features: Mapping[str, np.ndarray]) -> dict[str, str | None]:
    """Every fact of a call, None where it is unclear."""
    return {fact: models[fact].label(features[fact]) for fact in FACTS}


def fingerprint() -> str:
    """Changes with whatever would give other models from the same dialogues."""
    return f"{WHOLE_CALL_VERSION}-{_NOISE}-{_SUREST}-{_OPENING}-{_TOLD}-{_END}-{_REGULARISATION}"
