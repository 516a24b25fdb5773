"""Word error rate of telephone talk: what was said against what was written, however numbers are written.

"three hundred and twelve dollars" and "$312", "q x seven" and "QX7", "mills at example dot com" and "mills@example.com"
are the same words said, so both sides are brought to the same spelling before they are compared: numbers digit by digit.
"""

import re
from dataclasses import dataclass

import jiwer

_DIGITS = dict(zero=0, one=1, two=2, three=3, four=4, five=5, six=6, seven=7, eight=8, nine=9)
_TEENS = dict(
    ten=10, eleven=11, twelve=12, thirteen=13, fourteen=14, fifteen=15, sixteen=16, seventeen=17, eighteen=18, nineteen=19
)  # fmt: skip
_TENS = dict(twenty=20, thirty=30, forty=40, fifty=50, sixty=60, seventy=70, eighty=80, ninety=90)
_ORDINALS = {
    "first": "1 st", "third": "3 rd", "fourth": "4 th", "fifth": "5 th", "sixth": "6 th", "seventh": "7 th",
    "eighth": "8 th", "ninth": "9 th", "tenth": "1 0 th", "eleventh": "1 1 th", "twelfth": "1 2 th",
    "thirteenth": "1 3 th", "fourteenth": "1 4 th", "fifteenth": "1 5 th", "sixteenth": "1 6 th",
    "seventeenth": "1 7 th", "eighteenth": "1 8 th", "nineteenth": "1 9 th", "twentieth": "2 0 th", "thirtieth": "3 0 th",
}  # fmt: skip
_SPELLINGS = {
    "mr": "mister", "mrs": "missus", "dr": "doctor", "st": "saint", "ok": "okay", "cannot": "can not", "gonna": "going to",
    "wanna": "want to", "mhm": "", "hmm": "", "mm": "", "um": "", "uh": "", "oh": "", "ah": "", "mmhmm": "", "email": "e mail",
    "emails": "e mails", "alright": "all right", "grey": "gray", "colour": "color", "cheque": "check", "programme": "program",
    "favourite": "favorite", "honour": "honor", "neighbour": "neighbor", "labour": "labor", "travelling": "traveling",
    "cancelled": "canceled", "anyone": "any one", "someone": "some one", "everyone": "every one",
}  # fmt: skip
_CONTRACTIONS = (
    (r"\bwon't\b", "will not"), (r"\bcan't\b", "can not"), (r"n't\b", " not"), (r"'re\b", " are"), (r"'ll\b", " will"),
    (r"'ve\b", " have"), (r"'m\b", " am"), (r"'d\b", " would"), (r"\b(it|that|what|there|here|who|he|she|let)'s\b", r"\1 is"),
)  # fmt: skip


@dataclass(frozen=True)
class WordErrors:
    """Errors over any number of texts; `words` is the number of words said."""

    substitutions: int
    deletions: int
    insertions: int
    words: int

    @property
    def rate(self) -> float:
        """Word error rate, 0 is perfect, above 1 is possible."""
        return (self.substitutions + self.deletions + self.insertions) / self.words


def normalise(text: str) -> str:
    """A text in the spelling in which texts are compared: lower case, no punctuation, numbers digit by digit."""
    text = text.lower().replace("’", "'").replace("‘", "'")
    text = re.sub(r"(?<=\w)@(?=\w)", " at ", text)
    text = re.sub(r"(?<=[a-z])\.(?=[a-z]{2,})", " dot ", text)
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    text = re.sub(r"\$\s*(\d[\d.]*)", r"\1 dollars", text)
    text = re.sub(r"£\s*(\d[\d.]*)", r"\1 pounds", text)
    text = text.replace("%", " percent ").replace("&", " and ")
    for pattern, spelled in _CONTRACTIONS:
        text = re.sub(pattern, spelled, text)
    text = re.sub(r"(?<=\d)(st|nd|rd|th)\b", r" \1", text)
    text = re.sub(r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)", " ", text)
    text = re.sub(r"'(?=s\b)", "", text)
    words = [_SPELLINGS.get(word, word) for word in re.sub(r"[^a-z0-9]+", " ", text).split()]
    return _letters_joined(_numbers_as_digits(" ".join(words).split()))


def _numbers_as_digits(words: list[str]) -> list[str]:
    written: list[str] = []
    position = 0
    while position < len(words):
        value, used = _number(words[position:])
        if used:
            written.extend(str(value))
            position += used
            if position < len(words) and words[position] == "second" and value % 10 == 0 and value:
                written[-1:] = ["2", "nd"]
                position += 1
            continue
        word = words[position]
        if word in _ORDINALS:
            ordinal = _ORDINALS[word].split()
            if written and written[-1] == "0" and len(ordinal) == 2 and position and words[position - 1] in _TENS:
                written.pop()
            written.extend(ordinal)
        elif word.isdigit():
            written.extend(word)
        else:
            written.append(word)
        position += 1
    return written


def _number(words: list[str]) -> tuple[int, int]:
    """The number that the first words say and how many words say it, (0, 0) where they say none."""
    total, current, used = 0, 0, 0
    last = ""  # what kind of word came last: decides which may follow
    for position, word in enumerate(words):
        if word in _DIGITS and last in ("", "tens", "hundred", "thousand"):
            if word == "zero" and last:
                break
            current, last = current + _DIGITS[word], "digit"
        elif word in _TEENS and last in ("", "hundred", "thousand"):
            current, last = current + _TEENS[word], "teen"
        elif word in _TENS and last in ("", "hundred", "thousand"):
            current, last = current + _TENS[word], "tens"
        elif word == "hundred" and last in ("digit", "teen"):
            current, last = current * 100, "hundred"
        elif word == "thousand" and last in ("digit", "teen", "tens", "hundred"):
            total, current, last = total + current * 1000, 0, "thousand"
        elif word == "and" and last in ("hundred", "thousand") and _says_number(words[position + 1 :]):
            continue
        else:
            break
        used = position + 1
    return total + current, used


def _says_number(words: list[str]) -> bool:
    return bool(words) and (words[0] in _DIGITS or words[0] in _TEENS or words[0] in _TENS)


def _letters_joined(words: list[str]) -> str:
    """Letters said one by one become one word, as they are where a name is spelled or written together."""
    text = " ".join(words)
    return re.sub(r"\b[b-hj-z](?: [a-z])+\b|\b[a-z](?: [b-hj-z])+\b", lambda run: run.group().replace(" ", ""), text)


def word_errors(said: list[str], written: list[str]) -> WordErrors:
    """Errors of written texts against what was said, text by text."""
    pairs = [(normalise(one), normalise(other)) for one, other in zip(said, written, strict=True)]
    result = jiwer.process_words([one for one, _ in pairs], [other for _, other in pairs])
    return WordErrors(
        substitutions=result.substitutions,
        deletions=result.deletions,
        insertions=result.insertions,
        words=result.hits + result.substitutions + result.deletions,
    )
