"""Turns cut into sentences, with times and verbatim text, also where the recogniser wrote no punctuation.

A sentence is a slice of the turn's text: `turn.text[first:last] == sentence.quote`. Its times come from its words.
"""

import bisect
import re
from dataclasses import dataclass
from functools import cached_property

from audio.measures import Speaker
from scoring import text
from transcription.transcript import Transcript, Turn

_ENDS = re.compile(r"[.?!\u2026]+[\"')\]]*(?=\s|$)")
_ABBREVIATION = re.compile(r"(?:\b(?:mr|mrs|ms|dr|st|no|vs|etc|e\.g|i\.e|approx)|\b[a-z]|\b[ap]\.m)\.$", re.IGNORECASE)
_DASH = re.compile(r"--+\s+|\s[-\u2013\u2014]\s")

_CLAUSE_START = re.compile(
    r"^(?:(?:so|and|but|okay|ok|alright|well|right|now|then|also|because)\b,?\s+)*"
    r"(?:i|i'm|i'll|i've|i'd|we|we'll|we've|we're|you|you're|you've|let me|let's|can|could|would|will|do|did|are|is|was|"
    r"what|how|why|when|where|which|who|thank|thanks|please|if|there's|it's|that's|that must|my|sorry|okay|ok|alright)\b",
    re.IGNORECASE,
)
_CONNECTED_START = re.compile(
    r"^(?:so|and|but|okay|ok|alright|well|now)\b,?\s+(?:i|i'm|i'll|i've|i'd|we|we'll|we've|we're|you|you're|you've|let|what|how|why|"
    r"can|could|would|do|did|thank|that's|that|it's|if|is|are|the|my)\b",
    re.IGNORECASE,
)
_FRESH_START = re.compile(
    r"^(?:(?:i'm|i am)(?: so| very| really| terribly)? sorry|"
    r"i (?:completely |totally |really |can )*(?:understand|apologi[sz]e|appreciate|hear)|"
    r"thank you|thanks for|let me|what i can do|(?:could|can|would) you (?:please |tell|give|confirm|walk)|"
    r"is there anything|may i|how can i|okay so|alright so)\b",
    re.IGNORECASE,
)
_HANGING = frozenset(
    """a an the to of and or but so my your our their his her its this these those for with from at in on by as if that
    than is are was were be been i you we they he she it i'm i'll i've you're we're can could will would do does did
    have has had not very really just about into because when what which who how why where who's while""".split()
)

_LONG_WORDS = 14  # in a turn without a single sentence mark, a stretch longer than this is searched for clause starts
_LONG_MARKED_WORDS = 32  # ... in a turn whose writer did mark sentences
_LONGEST_WORDS = 45  # a stretch longer than this is cut at its best pause whatever it says
_SHORT_WORDS = 3  # no cut leaves fewer words than this on a side
_CLEAR_PAUSE_S = 0.45  # a pause before a clause start that is taken for a full stop


@dataclass(frozen=True)
class Sentence:
    """One sentence of one turn. `first` and `last` are character positions in the turn's text."""

    speaker: Speaker
    turn: int
    position: int  # within the turn, from 0
    first: int
    last: int
    quote: str
    start_s: float
    end_s: float
    confidence: float | None  # mean word confidence

    @cached_property
    def lower(self) -> str:
        return text.lower(self.quote)

    @cached_property
    def plain(self) -> str:
        return text.plain(self.quote)

    @cached_property
    def word_count(self) -> int:
        return len(self.plain.split())


@dataclass(frozen=True)
class _Spoken:
    """A word's slice of the turn's text, with its times."""

    first: int
    last: int
    start_s: float
    end_s: float
    confidence: float | None


def segment(transcript: Transcript) -> tuple[Sentence, ...]:
    """All sentences of the call in time order of their turns; turns without words give none."""
    return tuple(sentence for turn in transcript.turns for sentence in sentences_of(turn))


def sentences_of(turn: Turn) -> tuple[Sentence, ...]:
    """The sentences of one turn; every word of the turn lies in exactly one."""
    spoken = _spoken_words(turn)
    if not spoken:
        return ()
    cuts = _cuts(turn.text, spoken)
    sentences = []
    for position, (begin, end) in enumerate(zip([0, *cuts], [*cuts, len(spoken)], strict=True)):
        part = spoken[begin:end]
        known = [word.confidence for word in part if word.confidence is not None]
        start_s = min(max(part[0].start_s, turn.start_s), turn.end_s)
        sentences.append(
            Sentence(
                speaker=turn.speaker,
                turn=turn.turn,
                position=position,
                first=part[0].first,
                last=part[-1].last,
                quote=turn.text[part[0].first : part[-1].last],
                start_s=start_s,
                end_s=max(min(part[-1].end_s, turn.end_s), start_s),
                confidence=sum(known) / len(known) if known else None,
            )
        )
    return tuple(sentences)


def _spoken_words(turn: Turn) -> list[_Spoken]:
    """The turn's text as words with times: from the recogniser's words where they are found in the text, else spread evenly."""
    pieces = [(match.start(), match.end()) for match in re.finditer(r"\S+", turn.text)]
    if not pieces:
        return []
    times = _times_by_character(turn)
    spoken = []
    for first, last in pieces:
        start_s, end_s, confidence = times(first, last)
        spoken.append(_Spoken(first, last, start_s, end_s, confidence))
    return spoken


def _times_by_character(turn: Turn):
    """A function from a slice of the text to (start_s, end_s, confidence)."""
    placed = []
    cursor = 0
    for word in turn.words:
        found = turn.text.find(word.word.strip(), cursor)
        if found < 0 or not word.word.strip():
            continue
        cursor = found + len(word.word.strip())
        placed.append((found, cursor, word))
    ends = [last for _, last, _ in placed]
    length = max(len(turn.text), 1)

    def times(first: int, last: int) -> tuple[float, float, float | None]:
        begin = bisect.bisect_right(ends, first)
        inside = [entry for entry in placed[begin : begin + 8] if entry[0] < last]
        if inside:
            known = [entry[2].confidence for entry in inside if entry[2].confidence is not None]
            return inside[0][2].start_s, inside[-1][2].end_s, sum(known) / len(known) if known else None
        if placed:  # a word the recogniser's list lacks, such as a redaction mark: it lies between its neighbours
            before_s = placed[begin - 1][2].end_s if begin else turn.start_s
            after_s = placed[begin][2].start_s if begin < len(placed) else turn.end_s
            return before_s, max(after_s, before_s), None
        span_s = turn.end_s - turn.start_s
        return turn.start_s + span_s * first / length, turn.start_s + span_s * last / length, None

    return times


def _cuts(turn_text: str, spoken: list[_Spoken]) -> list[int]:
    """Positions in `spoken` before which a sentence begins (the first sentence's 0 left out)."""
    strong = [0]
    for position in range(1, len(spoken)):
        before = turn_text[spoken[position - 1].first : spoken[position].first]
        ended = _ENDS.search(before)
        if (ended and not _ABBREVIATION.search(before.rstrip())) or _DASH.search(before):
            strong.append(position)
    longest = _LONG_MARKED_WORDS if len(strong) > 1 or _ENDS.search(turn_text) else _LONG_WORDS
    cuts: list[int] = []
    for begin, end in zip(strong, [*strong[1:], len(spoken)], strict=True):
        if begin:
            cuts.append(begin)
        cuts += _cuts_inside(turn_text, spoken, begin, end, longest)
    return cuts


def _cuts_inside(turn_text: str, spoken: list[_Spoken], begin: int, end: int, longest: int) -> list[int]:
    """Cuts in a stretch without a sentence mark: where a clause starts after a pause, or starts afresh in a long stretch."""
    cuts: list[int] = []
    last = begin
    for position in range(begin + _SHORT_WORDS, end - _SHORT_WORDS + 1):
        if position - last < _SHORT_WORDS:
            continue
        ahead = turn_text[spoken[position].first : spoken[min(position + 4, end) - 1].last]
        previous = turn_text[spoken[position - 1].first : spoken[position - 1].last].lower()
        bare = previous.strip(".,;:!?\"'")
        if bare in _HANGING:
            continue
        pause_s = spoken[position].start_s - spoken[position - 1].end_s
        comma = previous.endswith((",", ";", ":"))
        paused = pause_s >= _CLEAR_PAUSE_S and _CLAUSE_START.match(ahead)
        long = end - last > longest
        afresh = long and (_FRESH_START.match(ahead) or (_CONNECTED_START.match(ahead) and (comma or position - last >= 6)))
        if paused or afresh:
            cuts.append(position)
            last = position
    return _cut_overlong(spoken, begin, end, cuts)


def _cut_overlong(spoken: list[_Spoken], begin: int, end: int, cuts: list[int]) -> list[int]:
    """Cuts any stretch that is still over `_LONGEST_WORDS` at its longest pause, away from its ends."""
    done: list[int] = []
    pending = list(zip([begin, *cuts], [*cuts, end], strict=True))
    while pending:
        left, right = pending.pop()
        if right - left > _LONGEST_WORDS:
            inner = range(left + 8, right - 7)
            middle = max(inner, key=lambda p: (spoken[p].start_s - spoken[p - 1].end_s, -abs(2 * p - left - right)))
            pending += [(left, middle), (middle, right)]
        elif left != begin:
            done.append(left)
    return sorted(done)
