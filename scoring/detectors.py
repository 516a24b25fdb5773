"""Everything learned from the rubric's phrases, ready to read calls: load once, use for every call."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scoring import classifier, reflection, situation, text, whole_call
from scoring.classifier import Classifier, Trained
from scoring.embeddings import Encoder, RememberingEncoder
from scoring.roles import ROLES_VERSION, RoleModel, learn_roles
from scoring.rubric import Rubric
from scoring.sentences import Sentence
from scoring.settings import ScoringSettings
from scoring.situation import SituationModel
from scoring.whole_call import FactModel

_CENTRE_STEP = 10
"""Every tenth sentence of the rubric tells where the usual sentence lies."""


@dataclass(frozen=True)
class Detectors:
    """What reads a call: the encoder, the classifier of every behaviour, signal, cause and outcome, the decisive patterns."""

    encoder: Encoder
    classifier: Classifier
    reflection: reflection.ReflectionModel
    situation: SituationModel
    whole_call: Mapping[str, FactModel]
    patterns: Mapping[str, re.Pattern[str]]  # any of a behaviour's decisive patterns
    of_agent: np.ndarray  # (names of the classifier,), bool: shown by the agent, not by the customer
    credits: tuple[str, ...]  # behaviours that have to be meant to count
    roles: RoleModel
    ordinary_words: frozenset[str]  # no names


def load_detectors(rubric: Rubric, settings: ScoringSettings, cache: Path | None) -> Detectors:
    """The detectors of this rubric, from the folder `cache` if they were trained before, else trained and kept there.

    Training takes two minutes and is deterministic; the cache holds arrays only and is named by the fingerprint of what
    decides them. `cache` None trains every time. Raises EmbeddingModelError if the embedding weights are absent.
    """
    encoder = Encoder(settings.embedding_batch, settings.embedding_threads)
    arrays = _stored(rubric, encoder, cache)
    encoder = encoder.around(arrays["centre"])
    names = tuple(str(name) for name in arrays["names"])
    return Detectors(
        encoder=encoder,
        classifier=Classifier(
            names, {str(gram): row for row, gram in enumerate(arrays["vocabulary"])},
            *(arrays[part] for part in ("weights", "gram_weights", "bias", "slope", "offset")),
        ),  # fmt: skip
        reflection=reflection.ReflectionModel(
            arrays["reflection_weights"], *(float(arrays[f"reflection_{part}"]) for part in ("bias", "expected", "usual"))
        ),
        situation=SituationModel(arrays["situation_weights"], arrays["situation_bias"]),
        whole_call={
            fact: FactModel(
                tuple(str(label) for label in arrays[f"{fact}_labels"]), *(arrays[f"{fact}_{part}"] for part in ("weights", "bias"))
            )
            for fact in whole_call.FACTS
        },
        patterns={
            name: re.compile("|".join(f"(?:{pattern})" for pattern in phrases.patterns))
            for name, phrases in rubric.phrases.items()
            if phrases.patterns
        },
        of_agent=np.array([name in rubric.behaviours or name == classifier.NOT_MEANT for name in names]),
        credits=tuple(name for name in names if name in rubric.behaviours and rubric.behaviours[name].polarity == "credit"),
        roles=RoleModel(
            {str(gram): row for row, gram in enumerate(arrays["roles_vocabulary"])}, arrays["roles_weights"], float(arrays["roles_bias"])
        ),
        ordinary_words=text.ordinary_words(rubric.sentences()),
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
    """Changes with whatever changes the trained numbers: phrases, pairs, dialogues, polarity and allies, and the training itself."""
    phrases = {name: [entry.examples, entry.counter_examples] for name, entry in rubric.phrases.items()}
    allied = {name: [behaviour.polarity, behaviour.with_] for name, behaviour in rubric.behaviours.items()}
    pairs = [rubric.exchanges.reflects, rubric.exchanges.does_not, rubric.exchanges.not_meant]
    dialogues = [
        [[getattr(each, fact) for fact in whole_call.FACTS], [(line.speaker, line.sentence, sorted(line.shows)) for line in each.spoken]]
        for each in rubric.exchanges.dialogues
    ]
    models = [classifier.fingerprint(), reflection.fingerprint(), situation.fingerprint(), whole_call.fingerprint()]
    facts = [_CENTRE_STEP, *models, ROLES_VERSION, phrases, allied, pairs, dialogues]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def _train(rubric: Rubric, encoder: Encoder) -> dict[str, np.ndarray]:
    centre = encoder.encode(sorted({text.plain(sentence) for sentence in rubric.sentences()})[::_CENTRE_STEP]).mean(axis=0)
    remembering = RememberingEncoder(encoder.around(centre))
    trained = classifier.train(rubric, remembering)
    model = reflection.fit(*reflection_material(rubric, remembering, trained))
    roles = learn_roles(rubric)
    situations, unseen, *_, dialogue_of = material = situation_material(rubric, remembering, trained)
    placed = situation.fit(*material[:4])
    facts = _facts(rubric, trained.classifier.names, unseen, placed.adjusted(unseen, situations), dialogue_of)
    return {
        "centre": centre,
        "names": np.array(trained.classifier.names),
        "vocabulary": np.array(list(trained.classifier.vocabulary)),
        "weights": trained.classifier.weights,
        "gram_weights": trained.classifier.gram_weights,
        "bias": trained.classifier.bias,
        "slope": trained.classifier.slope,
        "offset": trained.classifier.offset,
        "reflection_weights": model.weights,
        **{f"reflection_{part}": np.array(getattr(model, part)) for part in ("bias", "expected", "usual")},
        "situation_weights": placed.weights,
        "situation_bias": placed.bias,
        **{f"{fact}_labels": np.array(model.labels) for fact, model in facts.items()},
        **{f"{fact}_{part}": getattr(model, part) for fact, model in facts.items() for part in ("weights", "bias")},
        "roles_vocabulary": np.array(list(roles.vocabulary)),
        "roles_weights": roles.weights,
        "roles_bias": np.array(roles.bias),
    }


def situation_material(
    rubric: Rubric, encoder: Encoder | RememberingEncoder, trained: Trained
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(situations, unseen probabilities, what is shown, where that counts, dialogue) of every dialogue sentence."""
    names = trained.classifier.names
    column = {name: position for position, name in enumerate(names)}
    situations, first = [], 0
    for dialogue in rubric.exchanges.dialogues:
        sentences = [Sentence(each.speaker, 0, at, 0, 0, each.sentence, 0.0, 0.0, None) for at, each in enumerate(dialogue.spoken)]
        embeddings = encoder.encode([sentence.plain for sentence in sentences])
        probabilities = trained.unseen[first : first + len(sentences)]
        situations.append(situation.situations(sentences, embeddings, probabilities, column))
        first += len(sentences)
    spoken = [each for dialogue in rubric.exchanges.dialogues for each in dialogue.spoken]
    shown = np.array([[name in each.shows for name in names] for each in spoken])
    by_agent = np.array([name in rubric.behaviours for name in names])
    single = np.array(["." not in name for name in names])
    counted = np.array([(by_agent == (each.speaker == "agent")) & single for each in spoken])
    dialogue_of = np.array([number for number, dialogue in enumerate(rubric.exchanges.dialogues) for _ in dialogue.spoken])
    return np.vstack(situations), trained.unseen, shown, counted, dialogue_of


def _facts(
    rubric: Rubric, names: tuple[str, ...], alone: np.ndarray, placed: np.ndarray, dialogue_of: np.ndarray
) -> dict[str, FactModel]:
    """The models of what a call is as a whole, from the probabilities of the dialogues' sentences, shapes (sentences, names)."""
    dialogues = rubric.exchanges.dialogues
    by_customer = np.array([each.speaker == "customer" for dialogue in dialogues for each in dialogue.spoken])
    placed = np.where(alone > 0.0, placed, 0.0)  # what only the other side can show is 0 in both
    described = [
        whole_call.describe(alone[own], placed[own], by_customer[own], names)
        for own in (dialogue_of == number for number in range(len(dialogues)))
    ]
    models = {}
    for fact in whole_call.FACTS:
        told = [(each[fact], label) for each, dialogue in zip(described, dialogues, strict=True) if (label := getattr(dialogue, fact))]
        models[fact] = whole_call.fit([features for features, _ in told], [label for _, label in told])
    return models


@dataclass(frozen=True)
class _Answer:
    """An agent's sentence after what the customer said in the two turns before; `spoken` is its place there, or among the pairs."""

    sentence: str
    heard: tuple[str, ...]
    reflects: bool
    spoken: int
    dialogue: int  # negative for a pair


def reflection_material(
    rubric: Rubric, encoder: Encoder | RememberingEncoder, trained: Trained
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(rows, whether each reflects, dialogue or pair each comes from): the pairs, and the agent's sentences of the dialogues."""
    answers = _answers(rubric)
    plain = [text.plain(answer.sentence) for answer in answers]
    lower = [text.lower(answer.sentence) for answer in answers]
    said = sorted({text.plain(sentence) for answer in answers for sentence in answer.heard})
    vectors = dict(zip(said, encoder.encode(said), strict=True))
    embeddings = encoder.encode(plain)
    pairs = len(trained.unseen_pairs)
    probabilities = np.vstack([trained.unseen_pairs, trained.unseen[[answer.spoken for answer in answers[pairs:]]]])
    chosen = [trained.classifier.names.index(name) for name in reflection.SENTENCE_NAMES]
    rows = [
        reflection.row(
            plain[at], lower[at], embeddings[at], probabilities[at, chosen],
            reflection.Heard(
                frozenset(word for sentence in answer.heard for word in text.content_words(sentence)),
                np.stack([vectors[text.plain(sentence)] for sentence in answer.heard]),
            ),
        )
        for at, answer in enumerate(answers)
    ]  # fmt: skip
    return np.stack(rows), np.array([answer.reflects for answer in answers]), np.array([answer.dialogue for answer in answers])


def _answers(rubric: Rubric) -> list[_Answer]:
    """First the pairs, then the dialogues."""
    pairs = [(pair, True) for pair in rubric.exchanges.reflects] + [(pair, False) for pair in rubric.exchanges.does_not]
    answers = [_Answer(agent, (customer,), reflects, at, -1 - at) for at, ((customer, agent), reflects) in enumerate(pairs)]
    place = 0
    for number, dialogue in enumerate(rubric.exchanges.dialogues):
        turns: list[tuple[str, list[str]]] = []
        for spoken in dialogue.spoken:
            if not turns or turns[-1][0] != spoken.speaker:
                turns.append((spoken.speaker, []))
            turns[-1][1].append(spoken.sentence)
            heard = tuple(sentence for speaker, sentences in turns[-4:] if speaker == "customer" for sentence in sentences)
            if spoken.speaker == "agent" and heard:
                answers.append(_Answer(spoken.sentence, heard, "paraphrase" in spoken.shows, place, number))
            place += 1
    return answers
