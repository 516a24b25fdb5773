import pytest

from scoring import text


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("I\u2019m SO sorry!", "i'm so sorry"),
        ("um, the the bill, uh, was wrong", "the bill was wrong"),
        ("can you can you hold", "can you hold"),
        ("very very sorry", "very very sorry"),
        ("Mm-hmm.", "mmhmm"),
        ("a call-out charge", "a call out charge"),
        ("my card is [CARD], thanks", "my card is [card] thanks"),
        ("...", ""),
        ("umbrella and error", "umbrella and error"),
    ],
)
def test_plain_words(said, plain):
    assert text.plain(said) == plain


def test_lower_keeps_marks_and_straightens_quotes():
    assert text.lower("  \u201cIt\u2019s  LATE\u201d, she said? ") == "\"it's late\", she said?"


def test_tokens_keep_contractions_whole():
    assert text.tokens("I'm sorry, it's 4 o'clock.") == ["i'm", "sorry", "it's", "4", "o'clock"]


def test_content_words_meet_across_endings_and_leave_out_function_words():
    assert text.content_words("They charged me twice") & text.content_words("the charges are wrong")
    assert text.content_words("what is it that you would do about this") == set()
