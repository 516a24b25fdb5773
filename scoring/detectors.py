"""Everything learned from the rubric's phrases, ready to read calls: load once, use for every call."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scoring import classifier, reflection, text
from scoring.classifier import Classifier
from scoring.embeddings import Encoder
from scoring.rubric import Rubric
from scoring.settings import ScoringSettings


@dataclass(frozen=True)
class Detectors:
    """What reads a call: the encoder, the classifier of every behaviour, signal, cause and outcome, the decisive patterns."""

    encoder: Encoder
    classifier: Classifier
    reflection: reflection.ReflectionModel
    patterns: Mapping[str, tuple[re.Pattern[str], ...]]


def load_detectors(rubric: Rubric, settings: ScoringSettings, cache: Path | None) -> Detectors:
    """The detectors of this rubric, from the folder `cache` if they were trained before, else trained and kept there.

    Training takes seconds and is deterministic; the cache holds arrays only and is named by the fingerprint of what
    decides them. `cache` None trains every time. Raises EmbeddingModelError if the embedding weights are absent.
    """
    encoder = Encoder(settings.embedding_batch, settings.embedding_threads)
    arrays = _stored(rubric, encoder, cache)
    names = tuple(str(name) for name in arrays["names"])
    return Detectors(
        encoder=encoder,
        classifier=Classifier(names, arrays["weights"], arrays["bias"], arrays["slope"], arrays["offset"]),
        reflection=reflection.ReflectionModel(arrays["reflection_weights"], float(arrays["reflection_bias"])),
        patterns={
            name: tuple(re.compile(pattern, re.IGNORECASE) for pattern in phrases.patterns)
            for name, phrases in rubric.phrases.items()
            if phrases.patterns
        },
    )


def _stored(rubric: Rubric, encoder: Encoder, cache: Path | None) -> dict[str, np.ndarray]:
    if cache is None:
        return _train(rubric, encoder)
    path = cache / f"detectors-{_fingerprint(rubric)}.npz"
    if path.is_file():
        with np.load(path, allow_pickle=False) as stored:
            return {key: stored[key] for key in stored.files}
    arrays = _train(rubric, encoder)
    cache.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.stem}.{id(arrays):x}.part.npz")
    np.savez(part, **arrays)
    part.replace(path)
    return arrays


def _fingerprint(rubric: Rubric) -> str:
    """Changes with whatever changes the trained numbers: phrases, pairs, who is allied with whom, and the training itself."""
    phrases = {name: [entry.examples, entry.counter_examples] for name, entry in rubric.phrases.items()}
    allied = {name: behaviour.with_ for name, behaviour in rubric.behaviours.items()}
    pairs = [rubric.exchanges.reflects, rubric.exchanges.does_not]
    facts = [classifier.fingerprint(), phrases, allied, pairs]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def _train(rubric: Rubric, encoder: Encoder) -> dict[str, np.ndarray]:
    trained = classifier.train(rubric, encoder)
    model = _train_reflection(rubric, encoder, trained)
    return {
        "names": np.array(trained.names),
        "weights": trained.weights,
        "bias": trained.bias,
        "slope": trained.slope,
        "offset": trained.offset,
        "reflection_weights": model.weights,
        "reflection_bias": np.array(model.bias),
    }


def _train_reflection(rubric: Rubric, encoder: Encoder, trained: Classifier) -> reflection.ReflectionModel:
    pairs = [*rubric.exchanges.reflects, *rubric.exchanges.does_not]
    plain = [text.plain(agent) for _, agent in pairs]
    lower = [text.lower(agent) for _, agent in pairs]
    embeddings = encoder.encode(plain)
    said = encoder.encode([text.plain(customer) for customer, _ in pairs])
    probabilities = trained.probabilities(classifier.inputs(embeddings, lower, plain))
    chosen = [trained.names.index(name) for name in reflection.SENTENCE_NAMES]
    rows = [
        reflection.row(
            plain[at], lower[at], embeddings[at], probabilities[at, chosen],
            reflection.Heard(frozenset(text.content_words(customer)), said[at : at + 1]),
        )
        for at, (customer, _) in enumerate(pairs)
    ]  # fmt: skip
    return reflection.fit(np.stack(rows), np.arange(len(pairs)) < len(rubric.exchanges.reflects))
