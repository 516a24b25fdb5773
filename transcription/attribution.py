"""Which side said a word that was recognised on a channel with both sides: by when it was spoken. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from audio.intervals import Interval, Timeline, difference
from audio.measures import Measures, Speaker
from transcription.timing import distance_s
from transcription.transcript import Word

SENTENCE_END = (".", "?", "!")
RAGGED_WORDS = 2
"""Recognisers place words 0.2 s off, speakers change between sentences: so many words at a sentence's edge may be on the wrong side."""


@dataclass(frozen=True)
class SaidBy:
    speaker: Speaker
    word: Word


def said_by(words: Sequence[Word], measures: Measures) -> list[SaidBy]:
    """The speaker of each of a window's words: whose speech it overlaps most, else whose is nearest, with ragged sentence edges mended.

    Of "[agent] ... the number? [customer] It's | four" with "It's" spoken at 0.1 s before the change, "It's" goes to the customer, since
    a sentence has one speaker. Of two people who speak at once the recogniser writes the louder.
    """
    agent = difference(measures.agent_speech, measures.agent_drowned)
    customer = difference(measures.customer_speech, measures.customer_drowned)
    speakers = [_speaker(word, agent, customer) for word in words]
    first = 0
    for position, word in enumerate(words):
        if word.word.endswith(SENTENCE_END) or position == len(words) - 1:
            speakers[first : position + 1] = _mended(speakers[first : position + 1])
            first = position + 1
    return [SaidBy(speaker, word) for speaker, word in zip(speakers, words, strict=True)]


def _speaker(word: Word, agent: Timeline, customer: Timeline) -> Speaker:
    by_agent, by_customer = _covered_s(word, agent), _covered_s(word, customer)
    if by_agent != by_customer:
        return "agent" if by_agent > by_customer else "customer"
    return "agent" if distance_s(word, agent) <= distance_s(word, customer) else "customer"


def _covered_s(word: Word, speech: Sequence[Interval]) -> float:
    return sum(max(0.0, min(word.end_s, each.end_s) - max(word.start_s, each.start_s)) for each in speech)


def _mended(speakers: list[Speaker]) -> list[Speaker]:
    """A sentence whose first or last few words are the other side's alone becomes the side's that says the rest."""
    changes = [at for at in range(1, len(speakers)) if speakers[at] != speakers[at - 1]]
    if len(changes) != 1:
        return speakers
    before, after = changes[0], len(speakers) - changes[0]
    if min(before, after) > RAGGED_WORDS or before == after:
        return speakers
    return [speakers[0] if before > after else speakers[-1]] * len(speakers)
