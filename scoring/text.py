"""Words as they are compared: one spelling of case, apostrophes, hesitations and repeats."""

import re
from collections.abc import Iterable

_HESITATIONS = re.compile(r"\b(?:u+m+|u+h+|e+r+m*|a+h+m*)\b,?\s*")
_REPEATS = re.compile(r"\b([a-z']+(?: [a-z']+)?)(?:,? \1\b)+")
_KEPT_REPEATS = {"very", "really", "so", "that", "had", "no", "yes", "bye", "okay", "right", "sorry", "far", "long"}
_NOT_WORDS = re.compile(r"[^a-z0-9' \[\]]+")
_SPACES = re.compile(r"\s+")
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "`": "'", "\u201c": '"', "\u201d": '"'})
_TOKEN = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_UNCAPITALISED = re.compile(r"\b[a-z][a-z']*\b")


def lower(text: str) -> str:
    """Lower case, straight apostrophes and quotes, single spaces; punctuation stays."""
    return _SPACES.sub(" ", text.translate(_APOSTROPHES).lower()).strip()


def plain(text: str) -> str:
    """The words alone: lower case, no punctuation but apostrophes, no "um", no word said twice in a row.

    "I, I'm um so sorry!" gives "i'm so sorry"... only where the repeat is exact: "the the bill" gives "the bill".
    """
    cleaned = _HESITATIONS.sub(" ", lower(text).replace("mm-hmm", "mmhmm").replace("uh-huh", "uhhuh"))
    cleaned = _SPACES.sub(" ", _NOT_WORDS.sub(" ", cleaned.replace("-", " "))).strip()
    return _REPEATS.sub(_without_repeat, cleaned)


def _without_repeat(match: re.Match[str]) -> str:
    return match[0] if match[1] in _KEPT_REPEATS else match[1]


def tokens(text: str) -> list[str]:
    """Words of a text in lower case, contractions whole: "I'm sorry." gives ["i'm", "sorry"]."""
    return _TOKEN.findall(lower(text))


_FUNCTION_WORDS = frozenset(
    """a about after again all also am an and any are aren't as at be because been before being but by can can't could
    couldn't did didn't do does doesn't doing don't done down each even ever few for from get gets getting go goes going
    gone got had has hasn't have haven't having he he's her here him his how i i'd i'll i'm i've if in into is isn't it
    it's its just know like let let's lot made make many may me might more most much my need no not now of off oh ok
    okay on one only or other our out over own put really right said same say see she should so some something still
    such take than that that's the their them then there there's these they they're thing things think this those to
    too up us very want was wasn't way we we'd we'll we're we've well went were what what's when where which while who
    why will with won't would wouldn't yeah yes yet you you'd you'll you're you've your mean kind sort bit feel
    """.split()
)  # fmt: skip


def content_words(text: str) -> set[str]:
    """The words that carry the subject, cut to a rough stem, so that "charged" meets "charge"."""
    return {_stem(word) for word in tokens(text) if word not in _FUNCTION_WORDS and len(word) > 2}


def ordinary_words(sentences: Iterable[str]) -> frozenset[str]:
    """Words that sentences written with capitals write without: no names. "Bill" is one only where somebody introduced himself so.
    An address ("tina dot marsh at ...") is written without, too."""
    written = (sentence for sentence in sentences if sentence[:1].isupper() and " dot " not in sentence)
    return frozenset(word for sentence in written for word in _UNCAPITALISED.findall(sentence))


def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ings", "ing", "edly", "ed", "ies", "es", "ly", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
