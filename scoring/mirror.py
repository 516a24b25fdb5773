"""The customer's words turned round, for a wording that fits the very moment: "I've been charged" to "you've been charged"."""

import re

from scoring import text

_SWAPS = {
    "i": "you", "i'm": "you're", "i've": "you've", "i'd": "you'd", "i'll": "you'll", "me": "you", "my": "your", "mine": "yours",
    "myself": "yourself", "we": "you", "we're": "you're", "we've": "you've", "we'd": "you'd", "we'll": "you'll", "us": "you",
    "our": "your", "ours": "yours", "am": "are", "your": "our", "yours": "ours", "you're": "we're", "you've": "we've",
    "you'd": "we'd", "you'll": "we'll", "yourself": "ourselves", "yourselves": "ourselves",
}  # fmt: skip
_OPENERS = re.compile(
    r"^(?:(?:and|but|so|because|well|hi|hello|hey|yes|yeah|no|okay|ok|oh|look|listen|honestly|actually|basically|like|right|"
    r"sorry|please|um|uh|i mean|you know|as i was saying|to be honest)\b[, ]*)+"
)
_UNFIT = re.compile(r"\?|\bas if\b|\b(?:hello|my name|this is|calling (?:about|because|to)|thank|thanks|bye|please|you people)\b|\[")
_TAIL = re.compile(r",? (?:though|you know|right|honestly|to be honest|at all|please|anyway|actually)$")
_NEXT_CLAUSE = re.compile(r",? (?:and|but|so|because|which|only) (?=\w+ \w+)|, (?=(?:i|i'm|i've|we|it|it's|that|the|my|there) )")
_OWN_STATE = re.compile(r"^(?:i|i'm|we|we're)(?: am| are| feel| felt| just| really| so|'ve been)* (?:feel|feeling|felt|so|sorry|not sure|afraid|sure|don't know|think|thought|hope)\b")
"""Nobody is sorry *that* the customer feels so; nobody says back a doubt as a fact."""
_OBJECT_BEFORE = re.compile(r"\b(?:to|for|with|from|at|by|of|about|than|told|tell|ask|asked|called|call|paid|pay|gave|give|sent|send|rang|ring)$")
_FEELINGS = (
    (r"frustrat", "frustrating", "frustrated"), (r"worr|anxious|nervous|concern", "worrying", "worried"),
    (r"stress|overwhelm", "stressful", "stressed"), (r"disappoint|let down", "disappointing", "disappointed"),
    (r"annoy|irritat", "annoying", "annoyed"), (r"exhaust|tired|fed up|sick of|worn", "exhausting", "fed up"),
    (r"scar|afraid|fright|terrif", "frightening", "frightened"), (r"confus", "confusing", "confused"),
    (r"embarrass|humiliat", "embarrassing", "embarrassed"), (r"angr|furious|mad\b|ridiculous|unacceptable|disgrace|outrag", "infuriating", "angry"),
    (r"upset|hurt|cry|ruin|heartbr|awful|terrible", "upsetting", "upset"), (r"lonely|alone|sad", "hard", "sad"),
)  # fmt: skip


def mirrored(sentences: list[str]) -> str | None:
    """The most telling of the customer's sentences, turned to "you"; None where none can be turned without guessing.

    "And I've been charged twice for my phone." gives "you've been charged twice for your phone".
    """
    fit = [turned for sentence in sentences if (turned := _turned(sentence)) is not None]
    return max(fit, key=lambda turned: min(len(turned.split()), 14), default=None)


def _first_clauses(sentence: str) -> str:
    """As much of a long sentence as one would say back: whole clauses from its start, up to fourteen words."""
    if len(sentence.split()) <= 14:
        return sentence
    cuts = [found.start() for found in _NEXT_CLAUSE.finditer(sentence) if 5 <= len(sentence[: found.start()].split()) <= 14]
    return sentence[: cuts[-1]] if cuts else sentence


def _turned(sentence: str) -> str | None:
    lowered = _OPENERS.sub("", text.lower(sentence)).rstrip(" .!,;-")
    lowered = _TAIL.sub("", _first_clauses(lowered))
    words = lowered.split()
    if _OWN_STATE.search(lowered) or _UNFIT.search(lowered) or not 5 <= len(words) <= 16 or not re.match(r"^(?:i|i'm|i've|i'd|my|we|we've|we're|our|the|it|it's|nobody|somebody|they|every)\b", lowered):
        return None
    turned = []
    for position, word in enumerate(words):
        bare = word.strip(",;:")
        if bare == "you":
            before = " ".join(words[:position])
            swapped = "us" if position == len(words) - 1 or _OBJECT_BEFORE.search(before) else "we"
        elif bare == "was" and position and words[position - 1] == "i":
            swapped = "were"
        else:
            swapped = _SWAPS.get(bare, bare)
        turned.append(word.replace(bare, swapped, 1) if bare else word)
    return " ".join(turned)


def feeling(sentences: list[str]) -> tuple[str, str]:
    """(what the situation is, how the customer feels) from the customer's words; frustrating and upset where they name nothing."""
    said = text.lower(" ".join(sentences))
    for pattern, situation, felt in _FEELINGS:
        if re.search(pattern, said):
            return situation, felt
    return "frustrating", "upset"
