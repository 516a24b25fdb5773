"""When an answer says back what was heard: the sentence by itself, beside the customer's words before it.

A logistic regression over few features, trained on the pairs of exchanges.<language>.toml: how likely the sentence alone
is a paraphrase or a named feeling, how near its meaning and its words are to what the customer just said, who it speaks
of, whether it asks or directs.

Fires:     customer "I've been charged twice."  agent "So the same bill went out two times."
Must not:  customer "I've been charged twice."  agent "Which month were you charged twice for?"
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring import features, text

REFLECTION_VERSION = 4
"""Raised whenever the rows or the training change."""

_SENTENCE_NAMES = (
    "paraphrase", "names_feeling", "validation", "open_question", "clarifying_question", "asks_permission", "lecturing",
    "reassurance", "acknowledgement", "clear_step", "options", "recap", "apology", "blaming", "dismissing", "arguing",
)  # fmt: skip
_MARKS = (
    "says_you", "opens_with_you", "opens_with_so", "says_i", "opens_with_i", "seems", "inner_state", "two_sides", "feeling_word",
    "directive", "suggests", "can_do", "i_will", "opens_with_question_word", "opens_like_yes_no", "tag_question", "takes_in", "permission",
    "says_we", "supposes", "invites", "praise", "owns", "gesture", "sums_up",
)  # fmt: skip
_REGULARISATION = 1.0
_REFLECTING_WEIGHT = 2.0  # a missed reflection and a false one are to be as frequent (cross-validated over the dialogues)


@dataclass(frozen=True)
class Heard:
    """What the customer said shortly before a sentence: its words, and the embeddings of its sentences."""

    words: frozenset[str]  # content words, see `scoring.text.content_words`
    embeddings: np.ndarray  # (sentences, dimensions); no rows if the customer has said nothing


@dataclass(frozen=True)
class ReflectionModel:
    weights: np.ndarray
    bias: float

    def probability(self, rows: np.ndarray) -> np.ndarray:
        """Probability 0-1 that each row (see `row`) reflects; shape (rows,)."""
        return 1.0 / (1.0 + np.exp(-(rows @ self.weights + self.bias)))


def row(plain: str, lower: str, embedding: np.ndarray, probabilities: Sequence[float], heard: Heard) -> np.ndarray:
    """The features of one agent sentence after what the customer said. `probabilities` go with `SENTENCE_NAMES`."""
    words = text.content_words(plain)
    shared = len(words & heard.words) / len(words) if words else 0.0
    near = float(np.max(heard.embeddings @ embedding)) if len(heard.embeddings) else 0.0
    odds = [float(np.log(max(p, 1e-3) / max(1.0 - p, 1e-3))) / 4.0 for p in probabilities]
    count = min(plain.count(" ") + 1, 40)
    marks = [float(features.has(plain, mark)) for mark in _MARKS]
    you = features.has(plain, "says_you") and not features.has(plain, "says_i")
    asks = features.asks(lower, plain)
    return np.array(
        [*odds, *marks, shared, near, shared * near, float(len(words) == 0), count / 20.0, float(count <= 3), float(asks),
         float(you), float(you and not asks) * (0.5 + near)],
        dtype=np.float64,
    )  # fmt: skip


SENTENCE_NAMES = _SENTENCE_NAMES
"""The behaviours whose probability for the sentence alone is a feature, in order."""


def fit(rows: np.ndarray, reflects: np.ndarray) -> ReflectionModel:
    """The model of rows (pairs, features) and their labels. Deterministic."""
    weights = {False: 1.0, True: _REFLECTING_WEIGHT}
    from sklearn.linear_model import LogisticRegression  # 70 MB that only training needs

    model = LogisticRegression(C=_REGULARISATION, tol=1e-5, max_iter=1000, class_weight=weights).fit(rows, reflects)
    return ReflectionModel(model.coef_[0], float(model.intercept_[0]))


def fingerprint() -> str:
    """Changes with whatever would give another model from the same pairs and dialogues."""
    return f"{REFLECTION_VERSION}-{','.join(_SENTENCE_NAMES)}-{','.join(_MARKS)}-{_REGULARISATION}"
