"""One calibrated classifier per behaviour, trained on phrases, pairs and dialogues in two minutes, kept as plain arrays.

A sentence is its embedding (scaled) beside the features of its wording (`scoring.features`) and its words and
pairs of words, as far as they were met in training. Each behaviour gets a logistic regression: its examples and the dialogue
sentences that show it, against its counter-examples, the other behaviours' examples (except those the rubric names in
`with`), everyday sentences, the answers of the pairs (for `paraphrase`), and the dialogue sentences of the same speaker that do
not show it. Its margin becomes a
probability by Platt scaling on margins of sentences that were left out of training (folds that never split a dialogue),
weighted towards the dialogues, where behaviours are as frequent as in calls. One more classifier, `not_meant`, knows what
only sounds like service: mockery, denial, report, supposition.

Reference: Platt, "Probabilistic outputs for support vector machines", 1999.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from scoring import features, text
from scoring.embeddings import DIMENSIONS, Encoder, RememberingEncoder
from scoring.embeddings import fingerprint as embeddings_fingerprint
from scoring.rubric import Rubric

CLASSIFIER_VERSION = 7
"""Raised whenever training would give other numbers from the same phrases."""

NEUTRAL = "neutral"
NOT_MEANT = "not_meant"
_DIALOGUE = "dialogue"
_REFLECTION = "paraphrase"  # what the pairs teach
# The weights below were chosen by leaving out portions of dialogues.en.toml (benchmarks/RESULTS.md); none is sensitive.
_EMBEDDING_SCALE = 2.8  # puts the spread of the embedding on a level with the 0/1 features
_GRAM_SCALE = 1.0  # a word weighs as much as a feature
_GRAM_LEAST = 3  # words and pairs met in fewer sentences are left out
_REGULARISATION = 0.25  # the larger, the closer the fit
_POSITIVE_SHARE = 0.25  # the positives together weigh this share of the negatives
_COUNTER_WEIGHT = 5.0  # a near miss teaches more than an unrelated sentence
_PHRASE_CALIBRATION = (0.5, 0.25)  # weight in calibration of an example and of another phrase, against 1 in a dialogue
_CALIBRATION_POSITIVE_WEIGHT = 2.0  # a missed behaviour and a false one are to be about as frequent
_FOLDS = 3
_STEPS = 60  # of the optimiser: the margins have settled, and stopping early is one more penalty on rare words


@dataclass(frozen=True)
class Inputs:
    """What is known of sentences by themselves: `dense` (sentences, embedding and features), `grams` (sentences, vocabulary)."""

    dense: np.ndarray
    grams: csr_matrix

    def rows(self, chosen: np.ndarray) -> "Inputs":
        return Inputs(self.dense[chosen], self.grams[chosen])


@dataclass(frozen=True)
class Classifier:
    """Weights of all behaviours: probability = sigmoid(slope * margin + offset), one column per name, with
    margin = dense @ weights + grams @ gram_weights + bias."""

    names: tuple[str, ...]
    vocabulary: Mapping[str, int]  # word or pair of words -> row of `gram_weights`
    weights: np.ndarray  # (embedding and features, names)
    gram_weights: np.ndarray  # (vocabulary, names)
    bias: np.ndarray  # (names,)
    slope: np.ndarray
    offset: np.ndarray

    def probabilities(self, embeddings: np.ndarray, lower: Sequence[str], plain: Sequence[str]) -> np.ndarray:
        """Probabilities 0-1, shape (sentences, names), of sentences with these embeddings, in both spellings of `scoring.text`."""
        given = _inputs(embeddings, lower, plain, self.vocabulary)
        margins = given.dense @ self.weights + given.grams @ self.gram_weights + self.bias
        return 1.0 / (1.0 + np.exp(-(self.slope * margins + self.offset)))


def _inputs(embeddings: np.ndarray, lower: Sequence[str], plain: Sequence[str], vocabulary: Mapping[str, int]) -> Inputs:
    wording = np.zeros((len(plain), len(features.NAMES)), dtype=np.float32)
    columns: list[int] = []
    starts = [0]
    for row, pair in enumerate(zip(lower, plain, strict=True)):
        wording[row] = features.wording(*pair)
        columns += sorted({vocabulary[gram] for gram in grams_of(pair[1]) if gram in vocabulary})
        starts.append(len(columns))
    values = np.full(len(columns), _GRAM_SCALE, dtype=np.float32)
    grams = csr_matrix((values, np.array(columns, dtype=np.int32), starts), shape=(len(plain), len(vocabulary)), dtype=np.float32)
    return Inputs(np.hstack([embeddings.reshape(-1, DIMENSIONS) * _EMBEDDING_SCALE, wording]).astype(np.float32), grams)


def grams_of(plain: str) -> set[str]:
    """Words and pairs of neighbouring words, with marks for the start and the end: "thank you" gives "^ thank", "thank", ..."""
    words = ["^", *plain.split(), "$"]
    return {*words[1:-1], *map(" ".join, zip(words, words[1:], strict=False))}


def vocabulary_of(plain: Sequence[str]) -> dict[str, int]:
    met = Counter(gram for sentence in plain for gram in grams_of(sentence))
    return {gram: row for row, gram in enumerate(sorted(gram for gram, count in met.items() if count >= _GRAM_LEAST))}


@dataclass(frozen=True)
class _Material:
    """All sentences to learn from. A phrase stands in the section of its name; a dialogue sentence in the section "dialogue"
    with its speaker and the behaviours it shows."""

    inputs: Inputs
    vocabulary: dict[str, int]
    section: np.ndarray
    example: np.ndarray  # bool; False for counter-examples
    speaker: np.ndarray  # "" for phrases
    shows: tuple[frozenset[str], ...]
    pair: np.ndarray  # bool; the answer of a pair that reflects or does not
    fold: np.ndarray


@dataclass(frozen=True)
class Trained:
    """`unseen` holds, for every dialogue sentence in order, the probabilities by models that had not seen its dialogue,
    shape (sentences, names), 0 for what only the other side can show, `unseen_pairs` the same for the answers of the pairs (those
    that reflect, then those that do not): what later training may learn from without believing the classifiers too much."""

    classifier: Classifier
    unseen: np.ndarray
    unseen_pairs: np.ndarray


@dataclass(frozen=True)
class _Lesson:
    """What one behaviour learns from: `weights` 0 where a sentence takes no part; `trust` its weight in calibration."""

    positive: np.ndarray
    weights: np.ndarray
    trust: np.ndarray


def train(rubric: Rubric, encoder: Encoder | RememberingEncoder) -> Trained:
    """Classifiers for every behaviour, signal, cause and outcome that has phrases, and for what is not meant. Deterministic."""
    material = _embed(rubric, encoder)
    names = (*(name for name in rubric.phrases if name != NEUTRAL), NOT_MEANT)
    lessons = [_lesson(name, rubric, material) for name in names]
    positive, weights, trust = (np.stack([getattr(each, part) for each in lessons], axis=1) for part in ("positive", "weights", "trust"))
    margins = np.empty(positive.shape)
    for number in range(_FOLDS):
        out = material.fold == number
        dense, grams, bias = _fit(material.inputs.rows(~out), positive[~out], weights[~out])
        left_out = material.inputs.rows(out)
        margins[out] = left_out.dense @ dense + left_out.grams @ grams + bias
    dense, grams, bias = _fit(material.inputs, positive, weights)
    scaled = [_scaling(margins[:, at], positive[:, at], trust[:, at]) for at in range(len(names))]
    slope, offset = np.array(scaled).T
    unseen = 1.0 / (1.0 + np.exp(-(slope * margins + offset)))
    classifier = Classifier(names, material.vocabulary, dense, grams, bias, slope, offset)
    told = weights[material.section == _DIALOGUE] > 0
    told[:, ["." in name for name in names]] = True
    return Trained(classifier, np.where(told, unseen[material.section == _DIALOGUE], 0.0), unseen[material.pair])


def _embed(rubric: Rubric, encoder: Encoder | RememberingEncoder) -> _Material:
    phrases = [
        (sentence, name, example)
        for name, entry in rubric.phrases.items()
        for example, group in ((True, entry.examples), (False, entry.counter_examples))
        for sentence in group
    ]
    phrases += [(sentence, NOT_MEANT, False) for sentence in rubric.exchanges.not_meant]
    pairs = [(pair, True) for pair in rubric.exchanges.reflects] + [(pair, False) for pair in rubric.exchanges.does_not]
    phrases += [(answer, _REFLECTION, reflects) for (_, answer), reflects in pairs]
    spoken = [(each, number) for number, dialogue in enumerate(rubric.exchanges.dialogues) for each in dialogue.spoken]
    sentences = [sentence for sentence, _, _ in phrases] + [each.sentence for each, _ in spoken]
    plain = [text.plain(sentence) for sentence in sentences]
    lower = [text.lower(sentence) for sentence in sentences]
    none: frozenset[str] = frozenset()
    vocabulary = vocabulary_of(plain)
    return _Material(
        inputs=_inputs(encoder.encode(plain), lower, plain, vocabulary),
        vocabulary=vocabulary,
        section=np.array([name for _, name, _ in phrases] + [_DIALOGUE] * len(spoken)),
        example=np.array([example for _, _, example in phrases] + [True] * len(spoken)),
        speaker=np.array([""] * len(phrases) + [each.speaker for each, _ in spoken]),
        shows=(none,) * len(phrases) + tuple(each.shows for each, _ in spoken),
        pair=(np.arange(len(sentences)) >= len(phrases) - len(pairs)) & (np.arange(len(sentences)) < len(phrases)),
        fold=np.array([at % _FOLDS for at in range(len(phrases))] + [number % _FOLDS for _, number in spoken]),
    )


def _lesson(name: str, rubric: Rubric, material: _Material) -> _Lesson:
    own = material.section == name
    spoken = material.section == _DIALOGUE
    mocked = material.section == NOT_MEANT
    behaviour = rubric.behaviours.get(name)
    if name == NOT_MEANT:
        credits = {other.id for other in rubric.behaviours.values() if other.polarity == "credit"}
        earned = np.array([bool(credits & shows) for shows in material.shows])
        sincere = material.example & (np.isin(material.section, list(credits)) | earned)
        used = own | (material.speaker == "agent") | sincere
        positive = own
        near_miss = sincere
    else:
        allied = behaviour.with_ if behaviour else ()
        used = own | (material.example & ~spoken & ~np.isin(material.section, allied) & _comparable(material.section, name))
        if behaviour is not None and behaviour.polarity == "credit":
            used |= mocked
        if "." not in name:
            used |= material.speaker == ("agent" if behaviour is not None else "customer")
        positive = used & ((own & material.example) | np.array([name in shows for shows in material.shows]))
        near_miss = (own | mocked) & ~material.example & ~positive
    weights = np.ones(len(positive))
    weights[near_miss] = _COUNTER_WEIGHT
    weights[positive] *= weights[used & ~positive].sum() * _POSITIVE_SHARE / weights[positive].sum()
    weights *= used * _REGULARISATION / weights[used].mean()
    example, other = _PHRASE_CALIBRATION
    trust = np.where(spoken, 1.0, np.where(positive, example, other)) * np.where(positive, _CALIBRATION_POSITIVE_WEIGHT, 1.0)
    return _Lesson(positive, weights, trust * used)


def _comparable(section: np.ndarray, name: str) -> np.ndarray:
    """Sections that speak against `name`: a cause or outcome is set against its sisters and everyday sentences, a behaviour
    against all but causes and outcomes, which may well be said in the same words."""
    group, dot, _ = name.partition(".")
    if dot:
        return np.char.startswith(section.astype(str), f"{group}.") | (section == NEUTRAL)
    return np.char.find(section.astype(str), ".") < 0


def _fit(given: Inputs, positive: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(weights, gram weights, bias) of logistic regressions with squared penalty, all names at once: one product of matrices
    serves them all, which is far quicker than one regression after the other. The bias is not penalised."""
    names = positive.shape[1]
    wide, long = given.dense.shape[1], given.grams.shape[1]
    sign = np.where(positive, 1.0, -1.0).astype(np.float32)
    weights = weights.astype(np.float32)
    turned = given.grams.T.tocsr()

    def parted(flat: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        whole = flat.reshape(-1, names)
        return whole[:wide], whole[wide : wide + long], whole[-1]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        dense, grams, bias = parted(flat.astype(np.float32))
        margins = sign * (given.dense @ dense + given.grams @ grams + bias)
        error = -sign * weights / (1.0 + np.exp(np.minimum(margins, 80.0)))
        slope = np.concatenate([given.dense.T @ error + dense, turned @ error + grams, error.sum(axis=0)[None]])
        value = float((weights * np.logaddexp(0.0, -margins)).sum(dtype=np.float64)) + 0.5 * float(np.square(flat[: -names]).sum())
        return value, slope.astype(np.float64).ravel()

    found = minimize(loss, np.zeros((wide + long + 1) * names), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS, "maxcor": 10})
    return parted(found.x)


def _scaling(margins: np.ndarray, positive: np.ndarray, trust: np.ndarray) -> tuple[float, float]:
    """Slope and offset that turn margins of unseen sentences into probabilities."""
    from sklearn.linear_model import LogisticRegression  # 70 MB that only training needs

    used = trust > 0
    model = LogisticRegression(C=1e3, tol=1e-4, max_iter=300).fit(margins[used, None], positive[used], sample_weight=trust[used])
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def fingerprint() -> str:
    """Changes with whatever in features, model or training would give other numbers from the same phrases."""
    return f"{CLASSIFIER_VERSION}-{embeddings_fingerprint()}-{features.fingerprint()}"
