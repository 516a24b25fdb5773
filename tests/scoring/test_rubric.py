"""The rubric's files: every mistake is found in one reading and said in words; the fingerprint follows the values."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scoring.errors import RubricError
from scoring.rubric import RubricFiles, load_rubric
from scoring.rubric_check import check_rubric

CONFIG = Path(__file__).resolve().parents[2] / "config"
Edited = Callable[..., RubricFiles]


@pytest.fixture
def edited(tmp_path) -> Edited:
    """edited(file=[(old, new), ...]): a copy of the packaged files with texts replaced, each once."""

    def edit(**changes: list[tuple[str, str]]) -> RubricFiles:
        files = RubricFiles.in_folder(tmp_path, "en")
        for path in vars(files).values():
            shutil.copy(CONFIG / path.name, path)
        for name, replacements in changes.items():
            path = getattr(files, name)
            content = path.read_text(encoding="utf-8")
            for old, new in replacements:
                assert old in content, old
                content = content.replace(old, new, 1)
            path.write_text(content, encoding="utf-8")
        return files

    return edit


def problems(files: RubricFiles) -> tuple[str, ...]:
    with pytest.raises(RubricError) as raised:
        load_rubric(files)
    return raised.value.problems


def test_the_packaged_rubric_is_without_fault():
    assert check_rubric(RubricFiles.in_folder(CONFIG, "en")) == ((), ())


def test_an_unknown_key_is_an_error_with_the_likeliest_meant(edited):
    files = edited(
        rubric=[('polarity = "credit"', 'polarity = "credit"\napplys_when = "always"'), ("good_share = 0.80", "good_shere = 0.80")],
        flags=[("at_least = 1", "atleast = 1")],
    )
    found = " | ".join(problems(files))
    assert "unknown key 'applys_when'; did you mean 'applies_when'?" in found
    assert "unknown key 'good_shere'; did you mean 'good_share'?" in found and "good_share is missing" in found
    assert "flags.toml [[flag]] number 3 (abuse): unknown key 'atleast'; did you mean 'at_least'?" in found


def test_a_rubric_from_before_is_told_where_the_good_share_stands_now(edited):
    (found,) = problems(edited(rubric=[("good_score = 85", "good_share = 0.60\ngood_score = 85")]))
    assert found == "rubric.toml [scale]: good_share now stands in each [skill.…] table"


def test_a_key_that_resembles_nothing_gets_no_suggestion(edited):
    (found,) = problems(edited(rubric=[('language = "en"', 'language = "en"\nqqq = 1')]))
    assert found == "rubric.toml: unknown key 'qqq'"


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("rubric", 'title = "Listening"\nweight = 35', 'title = "Listening"\nweight = 36', "add up to 101; they have to add up to 100"),
        ("rubric", "weight = 0 ", "weight = 5 ", "conduct: weight has to be 0"),
        ("rubric", 'name = "poor"\nfrom = 0', 'name = "poor"\nfrom = 5', "lowest band has to begin at 0"),
        ("rubric", 'name = "good"\nfrom = 70', 'name = "good"\nfrom = 85', "each needs its own limit"),
        ("rubric", "good_share = 0.80", "good_share = 1.0", "skill.listening: good_share has to lie between 0 and 1"),
        ("rubric", "agent_share_to = 0.62", "agent_share_to = 0.10", "have to rise"),
        ("rubric", "short_turn_words = 35", "short_turn_words = 90", "less than long_turn_words"),
        ("rubric", 'id = "paraphrase"', 'id = "open_question"', "the id 'open_question' is there 2 times"),
        ("rubric", "points = 18", "points = 0", "points = 0; has to be above 0"),
        ("rubric", "at_most = 24", "at_most = 1", "a debit needs at_most, at least its points (6)"),
        ("rubric", "enough = 2", "enough = 0", "enough = 0; has to be above 0"),
        ("rubric", "enough = 2", "at_most = 9", "at_most belongs to debits"),
        ("rubric", 'skill = "listening"', 'skill = "patience"', "unknown skill 'patience'"),
        ("rubric", 'decided_by = "timing"', 'decided_by = "words"', "decided_by = 'words'; Rapport decides it by timing or voice"),
        ("rubric", 'applies_when = "recording"', 'applies_when = "sometimes"', "applies_when = 'sometimes'; allowed are always, "),
        ("rubric", '"names_feeling", "validation"', '"naming", "validation"', "names 'naming', which is no behaviour"),
        ("rubric", 'behaviour = "abuse"', 'behaviour = "rudeness"', "names 'rudeness', which is neither behaviour nor signal"),
        ("rubric", "version = 1", "version = 2", "this version of Rapport reads version = 1"),
        ("rubric", "points = 14", 'points = "14"', "points = '14'; has to be a number"),
        ("rubric", "usual_agent_turns = 12", "usual_agent_turns = 12.5", "has to be a whole number"),
        ("rubric", "grows = true", 'grows = "yes"', "grows = 'yes'"),
        ("rubric", "[scale]", "[scale", "is not valid TOML"),
        ("flags", 'when = "outcome"', 'when = "mood"', "when = 'mood'; known facts are"),
        ("flags", "below = 50", "below = 50\nabove = 70", "needs exactly one of below, above, at_least, is"),
        ("flags", 'behaviours = ["greeting"]', "behaviours = []", "needs the list behaviours"),
        ("flags", 'behaviours = ["greeting"]', 'behaviours = ["greetings"]', "names 'greetings', which is no behaviour"),
        ("phrases", "[apology]", "[apologies]", "[apology] has no examples"),
        ("exchanges", "reflects = [", "reflects = []\nunused = [", "has to be a list of at least 20 pairs"),
        ("dialogues", "C: My bill has gone", "Customer: My bill has gone", "number 1: a line has to read 'A: what is said"),
        ("dialogues", "[greeting open_question]", "[greeting open_questions]", "number 1: 'open_questions' is none that an agent shows"),
        ("dialogues", 'outcome = "resolved"', 'outcome = "solved"', "outcome = 'solved'; allowed are resolved, follow_up_due"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said(edited, file, old, new, words):
    assert words in " | ".join(problems(edited(**{file: [(old, new)]})))


def test_a_sentence_on_both_sides_is_a_contradiction_whatever_its_spelling(edited, rubric):
    example = rubric.phrases["apology"].examples[0]
    near_miss = rubric.phrases["apology"].counter_examples[0]
    files = edited(phrases=[(f'"{near_miss}"', f'"{example.upper().rstrip(".")}!"')])
    (found,) = problems(files)
    assert found.startswith("phrases [apology]: stands among both examples and counter_examples")


def test_a_dialogue_that_is_there_twice_is_named(edited):
    content = (CONFIG / "dialogues.en.toml").read_text(encoding="utf-8")
    first, second = (at for at in (content.index("[[dialogue]]"), content.index("[[dialogue]]", content.index("[[dialogue]]") + 1)))
    (found,) = problems(edited(dialogues=[(content[first:second], content[first:second] * 2)]))
    assert found == "dialogues [[dialogue]] number 2: says the same as number 1"


def test_a_pattern_that_is_none_is_named(edited):
    content = (CONFIG / "phrases.en.toml").read_text(encoding="utf-8")
    first = content.index("patterns = [")
    files = edited(phrases=[(content[first : first + 12], "patterns = ['(open', ")])
    assert "the pattern '(open' is no regular expression" in " | ".join(problems(files))


def test_every_problem_is_found_in_one_reading(edited):
    rubric = [("good_score = 85", "good_score = 850"), ("enough = 2", "enough = -2")]
    files = edited(rubric=rubric, flags=[('when = "abuse"', 'when = "x"')])
    assert len(problems(files)) == 3


def test_a_missing_file_is_named(edited):
    files = edited()
    files.flags.unlink()
    (found,) = problems(files)
    assert found.startswith("flags.toml: cannot be read")


def test_thin_or_doubled_examples_are_warnings(edited, rubric):
    first, second = rubric.phrases["apology"].examples[:2]
    errors, warnings = check_rubric(edited(phrases=[(f'"{second}"', f'"{first}"')]))
    assert errors == ()
    assert len(warnings) == 1 and warnings[0].startswith("phrases [apology]: is there twice")


def test_the_check_gives_the_problems_that_loading_raises(edited):
    files = edited(rubric=[("enough = 2", "enough = 0")])
    assert check_rubric(files) == (problems(files), ())


def test_the_fingerprint_follows_values_and_not_comments(edited, rubric):
    assert load_rubric(edited(rubric=[("[scale]", "# another comment\n\n[scale]")])).fingerprint == rubric.fingerprint
    changed = [
        load_rubric(edited(rubric=[("points = 18", "points = 17")])).fingerprint,
        load_rubric(edited(flags=[("at_least = 3", "at_least = 4")])).fingerprint,
        load_rubric(edited(phrases=[(rubric.phrases["apology"].examples[0], "I'm so sorry the lamp was broken.")])).fingerprint,
        load_rubric(edited(exchanges=[(rubric.exchanges.reflects[0][1], "So that went wrong for you.")])).fingerprint,
    ]
    assert len({rubric.fingerprint, *changed}) == 5


@pytest.mark.parametrize(("score", "band"), [(100.0, "excellent"), (85.0, "excellent"), (84.99, "good"), (50.0, "fair"), (0.0, "poor")])
def test_a_band_begins_at_its_limit(rubric, score, band):
    assert rubric.band(score) == band


def test_a_debit_needs_a_surer_sign_than_a_credit_or_a_signal(rubric):
    credit, debit = rubric.scale.least_confidence, rubric.scale.least_confidence_debit
    assert credit < debit
    between = (credit + debit) / 2
    assert rubric.counts("apology", credit) and not rubric.counts("apology", credit - 0.001)
    assert not rubric.counts("calm_down", between) and rubric.counts("calm_down", debit)
    assert rubric.counts("distress", between) and not rubric.counts("distress", credit - 0.001)


def test_the_behaviours_of_a_skill(rubric):
    listed = [behaviour for skill in rubric.skills for behaviour in rubric.of_skill(skill)]
    assert sorted(behaviour.id for behaviour in listed) == sorted(rubric.behaviours)
    assert {behaviour.sign for behaviour in listed} == {1, -1}
