"""Which of the two speakers is the agent, from what they say: agents greet, ask for the account, look things up and thank.

A logistic regression over words and pairs of words, learned from the rubric's phrases and dialogues, says of every sentence how much
more like an agent's than like a customer's it is; the call's odds are their sum. The same number tells on two channels whether the
recorder has the sides the other way round.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from scoring import text
from scoring.classifier import grams_of, vocabulary_of
from scoring.metadata import CallMetadata
from scoring.rubric import Rubric
from scoring.sentences import Sentence

_SHARED = 0.5
"""Sentences of one call share their subject and its mistakes, so that they say less together than apart. On unseen dialogues 0.93 would
be calibrated (stretches of 2 to 24 sentences); recognised words given to sides by their voices are worse than those."""

_STRONGEST = 4.0  # of one sentence, in odds: a single odd phrase must not decide
_OWN_NAME = 4.0  # odds of somebody who says the name that the metadata gives the agent, as their own
_SPEAKS_FIRST = 0.5  # agents answer most calls; of those that call out, customers speak first
_INTRODUCES = r"(?:my name is|my name's|this is|i'm|i am|speaking (?:to|with)) (?:\w+ )?{name}\b|\b{name} speaking\b"
ROLES_VERSION = 1
"""Raised whenever learning would give other numbers from the same phrases."""

_NOT_SAID = ("neutral", "outcome.")
"""Sections of the phrases that either side may say."""


@dataclass(frozen=True)
class RoleModel:
    """Weights of words and pairs of words: positive is the agent's."""

    vocabulary: Mapping[str, int]
    weights: np.ndarray
    bias: float

    def odds(self, plain: Sequence[str]) -> np.ndarray:
        """Log-odds that an agent says each sentence, shape (sentences,)."""
        return np.clip(_counted(plain, self.vocabulary) @ self.weights + self.bias, -_STRONGEST, _STRONGEST)


def learn_roles(rubric: Rubric) -> RoleModel:
    """The model of this rubric: a second of work, the same every time."""
    from sklearn.linear_model import LogisticRegression  # 70 MB that only training needs

    spoken = [(each.sentence, each.speaker == "agent") for dialogue in rubric.exchanges.dialogues for each in dialogue.spoken]
    for name, phrases in rubric.phrases.items():
        if not name.startswith(_NOT_SAID):
            spoken += [(example, name in rubric.behaviours) for example in phrases.examples]
    plain = [text.plain(sentence) for sentence, _ in spoken]
    vocabulary = vocabulary_of(plain)
    fitted = LogisticRegression(C=1.0, max_iter=200).fit(_counted(plain, vocabulary), [by_agent for _, by_agent in spoken])
    return RoleModel(vocabulary, fitted.coef_[0].astype(np.float32), float(fitted.intercept_[0]))


def role_probability(sentences: Sequence[Sentence], metadata: CallMetadata, model: RoleModel) -> float | None:
    """Probability that the side called the agent is the agent, 0-1; None where either side says nothing.

    High:  "Thank you for calling, how can I help?" by the agent, "Hi, my parcel never came" by the customer
    Low:   the same the other way round
    Near 0.5: "Hello?" and "Hello, can you hear me?"
    """
    said = [sentence for sentence in sentences if sentence.plain]
    if {sentence.speaker for sentence in said} != {"agent", "customer"}:
        return None
    side = np.array([1.0 if sentence.speaker == "agent" else -1.0 for sentence in said])
    odds = _SHARED * float(side @ model.odds([sentence.plain for sentence in said]))
    odds += _SPEAKS_FIRST * side[0]
    if metadata.agent_name and text.tokens(metadata.agent_name):
        introduces = re.compile(_INTRODUCES.format(name=re.escape(text.tokens(metadata.agent_name)[0])))
        own = [each for each, sentence in zip(side, said, strict=True) if introduces.search(sentence.plain)]
        odds += _OWN_NAME * own[0] if own else 0.0
    return float(1.0 / (1.0 + np.exp(-odds)))


def _counted(plain: Sequence[str], vocabulary: Mapping[str, int]) -> csr_matrix:
    columns: list[int] = []
    starts = [0]
    for sentence in plain:
        columns += sorted({vocabulary[gram] for gram in grams_of(sentence) if gram in vocabulary})
        starts.append(len(columns))
    shape = (len(plain), len(vocabulary))
    return csr_matrix((np.ones(len(columns), dtype=np.float32), np.array(columns, dtype=np.int32), starts), shape=shape)
