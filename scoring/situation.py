"""What the place of a sentence in the conversation says about it: who spoke before and what, what stands beside it, where in the call.

A sentence's own probability is moved by a small logistic model of its situation, one per behaviour, trained on the
dialogues: odds = own odds + situation @ weights + bias. The own odds keep weight 1, so that with little to learn from a
behaviour stays as heard.

Fires more:  "The first one, then." after two options (accepts_solution); "I see." first in the answer (acknowledgement)
Fires less:  "The first one was broken." to open a call (accepts_solution); "I see." after a yes-or-no question
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scoring import features, text
from scoring.sentences import Sentence

SITUATION_VERSION = 5
"""Raised whenever the features or the training change."""

_SAID_BEFORE = (
    "distress", "abuse", "escalation_request", "indecision", "can_do", "options", "asks_preference", "clear_step", "goodwill",
    "confirms_resolved", "open_question", "asks_permission", "hold_notice", "apology",
)  # fmt: skip
"""Behaviours of the other side's last turn whose probability is a feature."""

_MANNER = (
    "passive_aggression", "distress", "indecision", "unreasonable_demand", "abuse", "paraphrase", "names_feeling", "validation",
    "reassurance", "dismissing", "arguing", "blaming", "bare_refusal", "pressure",
)  # fmt: skip
"""Behaviours that run through a call: how much of each the same side shows elsewhere is a feature. Who has been sarcastic
twice is more likely to mean "how lovely" as a reproach."""
_MUCH = 2.0  # this many elsewhere are as much as counts

_LEAST_TURNS = 4  # the dialogues that this is learned from have five and more

_PENALTY = 2.0  # weight of the squared coefficients against the summed loss (cross-validated over the dialogues)
_ENOUGH_SHOWN = 40.0  # a behaviour shown less often than this is moved less
_POSITIVE_WEIGHT = 1.5  # a missed behaviour and a false one are to be about as frequent
_STEPS = 30


@dataclass(frozen=True)
class SituationModel:
    weights: np.ndarray  # (features, names)
    bias: np.ndarray  # (names,)

    def adjusted(self, probabilities: np.ndarray, situations: np.ndarray) -> np.ndarray:
        """Probabilities moved by the situations; shapes (sentences, names) and (sentences, features)."""
        return 1.0 / (1.0 + np.exp(-(_odds(probabilities) + situations @ self.weights + self.bias)))


def _odds(probabilities: np.ndarray) -> np.ndarray:
    bounded = np.clip(probabilities, 1e-4, 1.0 - 1e-4)
    return np.log(bounded / (1.0 - bounded))


def situations(
    sentences: Sequence[Sentence], embeddings: np.ndarray, probabilities: np.ndarray, column: Mapping[str, int]
) -> np.ndarray:
    """Features of every sentence's situation, shape (sentences, features); `column` finds a behaviour in `probabilities`, which
    are 0 where a behaviour is one of the other side."""
    runs = _runs(sentences)
    words = [text.content_words(sentence.plain) for sentence in sentences]
    asks = [float(features.asks(sentence.lower, sentence.plain)) for sentence in sentences]
    said = [column[name] for name in _SAID_BEFORE]
    rows = np.zeros((len(sentences), len(_SAID_BEFORE) + 16 + len(_MANNER)))
    manner = probabilities[:, [column[name] for name in _MANNER]]
    speakers = np.array([sentence.speaker for sentence in sentences])
    shown = {side: manner[speakers == side].sum(axis=0) for side in ("agent", "customer")}
    for number, run in enumerate(runs):
        before = runs[number - 1] if number else []
        earlier = runs[number - 2] if number > 1 else []
        heard = set().union(*(words[at] for at in before)) if before else set()
        heard_words = sum(sentences[at].word_count for at in before)
        strongest = probabilities[before][:, said].max(axis=0) if before else np.zeros(len(said))
        own_before = probabilities[earlier][:, said].max(axis=0)[: len(said)] if earlier else np.zeros(len(said))
        asked = asks[before[-1]] if before else 0.0
        for at in run:
            own = words[at]
            near = float(np.max(embeddings[before] @ embeddings[at])) if before else 0.0
            count = sentences[at].word_count
            place = at / max(len(sentences) - 1, 1)
            rows[at] = [
                *strongest,
                place, float(place > 0.66), float(number <= 1), float(number >= len(runs) - 3), float(at == run[0]), float(at == run[-1]),
                min(count, 30) / 15.0, float(count <= 3), float(heard_words >= 8), float(heard_words <= 2),
                asked, asked * float(at == run[0]),
                len(own & heard) / len(own) if own else 0.0, near, float(own_before[_SAID_BEFORE.index("hold_notice")]), asks[at],
                *(np.minimum(shown[sentences[at].speaker] - manner[at], _MUCH) / _MUCH),
            ]  # fmt: skip
    single = probabilities[:, [at for name, at in column.items() if "." not in name]]
    # the sentence after counts, but not the agent's answer to the customer: what a customer feels is not to hang on it
    told = np.append((speakers[1:] == speakers[:-1]) | (speakers[:-1] == "agent"), False)[:, None]
    previous, following = np.zeros_like(single), np.zeros_like(single)
    previous[1:], following[:-1] = single[:-1], single[1:]
    return np.hstack([rows, previous, following * told])


def tells(sentences: Sequence[Sentence]) -> bool:
    """Whether there are turns enough for a place among them to mean anything: in a question and its answer all is first and last."""
    return len(_runs(sentences)) >= _LEAST_TURNS


def _runs(sentences: Sequence[Sentence]) -> list[list[int]]:
    """Positions of sentences that one side says in a row."""
    runs: list[list[int]] = []
    for at, sentence in enumerate(sentences):
        if runs and sentences[runs[-1][-1]].speaker == sentence.speaker:
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs


def fit(rows: np.ndarray, probabilities: np.ndarray, shown: np.ndarray, counted: np.ndarray) -> SituationModel:
    """The model from dialogue sentences: their situations, own probabilities, what they show, and where that counts.

    `probabilities`, `shown`, `counted` have shape (sentences, names); a behaviour counts for sentences of its speaker.
    """
    columns = [
        _fit_one(rows[use], _odds(probabilities[use, name]), shown[use, name]) if shown[use, name].any() else np.zeros(rows.shape[1] + 1)
        for name in range(shown.shape[1])
        for use in (counted[:, name],)
    ]
    stacked = np.stack(columns, axis=1)
    return SituationModel(stacked[:-1], stacked[-1])


def _fit_one(rows: np.ndarray, odds: np.ndarray, shown: np.ndarray) -> np.ndarray:
    """Coefficients and bias of logistic regression with the own odds as offset, by Newton's method; the bias is not penalised."""
    design = np.hstack([rows, np.ones((len(rows), 1))])
    weight = np.where(shown, _POSITIVE_WEIGHT, 1.0)
    penalty = np.full(design.shape[1], _PENALTY * (1.0 + (_ENOUGH_SHOWN / shown.sum()) ** 2))
    penalty[-1] = penalty[0] / 10.0
    coefficients = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chance = 1.0 / (1.0 + np.exp(-(odds + design @ coefficients)))
        slope = design.T @ (weight * (chance - shown)) + penalty * coefficients
        curvature = (design * (weight * chance * (1.0 - chance))[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.solve(curvature, slope)
        coefficients -= step
        if np.max(np.abs(step)) < 1e-6:
            break
    return coefficients


def fingerprint() -> str:
    """Changes with whatever would give another model from the same dialogues."""
    return f"{SITUATION_VERSION}-{','.join(_SAID_BEFORE)}-{','.join(_MANNER)}-{_MUCH}-{_POSITIVE_WEIGHT}-{_PENALTY}-{_ENOUGH_SHOWN}"
