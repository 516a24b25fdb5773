"""What a call is as a whole: said where it is likely, None where it is not."""

import numpy as np
import pytest

from scoring import whole_call
from scoring.classifier import NOT_MEANT

CAUSES, OUTCOMES = ("conflict_cause.quality", "conflict_cause.communication"), ("outcome.resolved", "outcome.unresolved")
NAMES = ("distress", "apology", *CAUSES, *OUTCOMES, NOT_MEANT)


def described(rows: list[dict[str, float]], by_customer: list[bool]) -> dict[str, np.ndarray]:
    probabilities = np.array([[row.get(name, 0.0) for name in NAMES] for row in rows])
    return whole_call.describe(probabilities, probabilities, np.array(by_customer), NAMES)


def test_a_cause_counts_where_the_customer_tells_it_first():
    rows = [{"conflict_cause.quality": 0.9}, {"conflict_cause.quality": 0.8}, {}, {"conflict_cause.communication": 0.9}]
    features = described(rows, [True, False, False, True])["conflict_cause"]
    assert features[:4] == pytest.approx([0.9, 0.0, 0.9, 0.0])  # surest, then the opening; the agent's and the late one are left out


def test_an_outcome_counts_the_more_the_later_it_is_said():
    rows = [{"outcome.unresolved": 0.9}, {"outcome.unresolved": 0.9}, {}, {"outcome.unresolved": 0.9}, {"outcome.resolved": 0.9}]
    features = described(rows, [True] * 5)["outcome"]
    assert features[:2] == pytest.approx([0.9, 0.45])


def test_a_long_call_has_no_more_to_say_than_a_short_one():
    noise = np.random.default_rng(1).uniform(0.0, 0.15, 300)
    rows = [{"distress": 0.5}] * 3 + [{"distress": chance, "apology": chance} for chance in noise]
    short, long = (described(rows[:count], [True] * count)["customer_state"] for count in (3, 303))
    assert short == pytest.approx([1.5, 0.0])
    assert long == pytest.approx(short)


def test_a_call_without_a_customer_has_features():
    assert np.isfinite(np.concatenate([*described([{"apology": 0.9}], [False]).values()])).all()


@pytest.mark.parametrize("labels", [("angry", "none"), ("angry", "indecisive", "none")])
def test_the_model_says_what_it_learned_and_nothing_where_it_cannot_tell(labels):
    generator = np.random.default_rng(1)
    centres = np.eye(len(labels), 4) * 3.0
    features = np.vstack([centre + generator.normal(0.0, 0.3, (100, 4)) for centre in centres])
    model = whole_call.fit(features, [label for label in labels for _ in range(100)])
    assert [model.label(centre) for centre in centres] == list(labels)
    if len(labels) > 2:
        assert model.label(centres.mean(axis=0)) is None


def test_with_one_label_only_that_one_is_said():
    assert whole_call.fit([np.ones(3)] * 5, ["none"] * 5).label(np.zeros(3)) == "none"
