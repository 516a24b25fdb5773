"""When an answer says back what was heard: the sentence by itself, beside the customer's words before it.

A logistic regression over few features, trained on the pairs of exchanges.<language>.toml: how likely the sentence alone
is a paraphrase or a named feeling, how near its meaning and its words are to what the customer just said, who it speaks
of, whether it asks or directs. How often an agent reflects differs far more from call to call than how reflecting sounds: the
call's own share is estimated from the call and taken for the usual one (Saerens, Latinne and Decaestecker, "Adjusting the outputs of a
classifier to new a priori probabilities", 2002).

Fires:     customer "I've been charged twice."  agent "So the same bill went out two times."
Must not:  customer "I've been charged twice."  agent "Which month were you charged twice for?"
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring import features, text

REFLECTION_VERSION = 6
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
_REGULARISATION = 0.3  # cross-validated over the dialogues and the pairs, as is the next
_USUAL_WORTH = 10.0  # the usual share of reflections weighs as much as this many sentences of the call itself
_STEPS = 50


@dataclass(frozen=True)
class Heard:
    """What the customer said shortly before a sentence: its words, and the embeddings of its sentences."""

    words: frozenset[str]  # content words, see `scoring.text.content_words`
    embeddings: np.ndarray  # (sentences, dimensions); no rows if the customer has said nothing


@dataclass(frozen=True)
class ReflectionModel:
    weights: np.ndarray
    bias: float
    expected: float  # the share of answers that reflect in whole dialogues, as these weights see it ...
    usual: float  # ... and as it is: the pairs reflect far more often

    def probability(self, rows: np.ndarray) -> np.ndarray:
        """Probability 0-1 that each sentence of one call reflects; `rows` (see `row`), shape (rows, features), are all its agent's."""
        odds = rows @ self.weights + self.bias - _log_odds(self.expected)
        share = self.usual
        for _ in range(_STEPS):  # the share that the sentences imply, given that share
            before, reflecting = share, 1.0 / (1.0 + np.exp(-(odds + _log_odds(share))))
            share = (reflecting.sum() + _USUAL_WORTH * self.usual) / (len(rows) + _USUAL_WORTH)
            if abs(share - before) < 1e-6:
                break
        return 1.0 / (1.0 + np.exp(-(odds + _log_odds(share))))


def _log_odds(share: float) -> float:
    return float(np.log(share / (1.0 - share)))


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


def fit(rows: np.ndarray, reflects: np.ndarray, dialogue: np.ndarray) -> ReflectionModel:
    """The model of rows (answers, features), their labels, and the dialogue each comes from (negative for a pair). Deterministic."""
    from sklearn.linear_model import LogisticRegression  # 70 MB that only training needs

    model = LogisticRegression(C=_REGULARISATION, tol=1e-5, max_iter=1000).fit(rows, reflects)
    spoken = dialogue >= 0 if (dialogue >= 0).any() else np.ones(len(rows), dtype=bool)
    expected = float(model.predict_proba(rows[spoken])[:, 1].mean())
    usual = max(float(reflects[spoken].mean()), 1.0 / len(rows))  # dialogues without a reflection do not say that there is none
    return ReflectionModel(model.coef_[0], float(model.intercept_[0]), expected, usual)


def fingerprint() -> str:
    """Changes with whatever would give another model from the same pairs and dialogues."""
    return f"{REFLECTION_VERSION}-{','.join(_SENTENCE_NAMES)}-{','.join(_MARKS)}-{_REGULARISATION}-{_USUAL_WORTH}"
