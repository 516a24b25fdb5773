"""The words of one call, read: sentences, what each sounds like by itself, and who had the word when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from audio.measures import Speaker
from scoring import classifier, guards, sentences, situation, text
from scoring.detectors import Detectors
from scoring.sentences import Sentence
from transcription.transcript import Transcript

_PATTERN_PROBABILITY = 0.95  # a decisive pattern is wrong as often as a careful reader
_MISTRUST = 3.5  # weight of the odds that a sentence only sounds like service (how it was chosen: benchmarks/RESULTS.md)
_WORTH_GUARDING = 0.1
_TURN_PARTICLES = frozenset(
    "mmhmm mhm mm hmm hm uhhuh uh huh yeah yes yep yup right okay ok sure i see got it gotcha of course exactly absolutely alright "
    "all oh ah wow no dear really understand understood great good fine definitely true know".split()
)


def acknowledges(plain: str) -> bool:
    """Whether all words are acknowledgements: "yeah okay", "I see", "mm-hmm"; not "no problem with that"."""
    words = plain.split()
    return 0 < len(words) <= 5 and all(word in _TURN_PARTICLES for word in words)


@dataclass(frozen=True)
class Stretch:
    """What one side says until the other side takes the word. Short acknowledgements of the other side do not end it."""

    number: int
    speaker: Speaker
    sentences: tuple[int, ...]  # positions in `CallText.sentences`
    start_s: float
    end_s: float
    words: int


@dataclass(frozen=True)
class CallText:
    """`alone[i, names.index(b)]` is how likely sentence i by itself shows behaviour b; `placed` where it stands in the call;
    `probabilities` with patterns, guards and suspicion; `by_pattern` says where a decisive pattern raised it."""

    sentences: tuple[Sentence, ...]
    embeddings: np.ndarray  # (sentences, dimensions)
    names: tuple[str, ...]
    alone: np.ndarray  # (sentences, names)
    placed: np.ndarray  # (sentences, names), 0 for what only the other side can show
    probabilities: np.ndarray  # (sentences, names)
    by_pattern: np.ndarray  # (sentences, names), bool
    utterance_of_turn: Mapping[int, int]  # turns of an imported transcript have none

    def probability(self, sentence: int, behaviour: str) -> float:
        return float(self.probabilities[sentence, self._column[behaviour]])

    def detector(self, sentence: int, behaviour: str) -> str:
        return "pattern" if self.by_pattern[sentence, self._column[behaviour]] else "meaning"

    def most(self, positions: Iterator[int] | tuple[int, ...] | list[int], *behaviours: str) -> float:
        """The highest probability of any of the behaviours in any of the sentences; 0 for no sentences."""
        return max((self.probability(position, name) for position in positions for name in behaviours), default=0.0)

    @cached_property
    def _column(self) -> dict[str, int]:
        return {name: column for column, name in enumerate(self.names)}

    @cached_property
    def stretches(self) -> tuple[Stretch, ...]:
        groups: list[tuple[Speaker, list[int]]] = []
        for position, sentence in enumerate(self.sentences):
            if groups and groups[-1][0] == sentence.speaker:
                groups[-1][1].append(position)
            elif len(groups) > 1 and groups[-2][0] == sentence.speaker and self._only_acknowledges(groups[-1][1]):
                groups[-2][1].append(position)
            else:
                groups.append((sentence.speaker, [position]))
        return tuple(
            Stretch(
                number, speaker, tuple(positions), min(self.sentences[p].start_s for p in positions),
                max(self.sentences[p].end_s for p in positions), sum(self.sentences[p].word_count for p in positions),
            )
            for number, (speaker, positions) in enumerate(groups)
        )  # fmt: skip

    def _only_acknowledges(self, positions: list[int]) -> bool:
        return all(acknowledges(self.sentences[position].plain) for position in positions)

    @cached_property
    def stretch_of(self) -> dict[int, Stretch]:
        """The stretch each sentence belongs to."""
        return {position: stretch for stretch in self.stretches for position in stretch.sentences}

    def of(self, speaker: Speaker) -> tuple[int, ...]:
        return tuple(position for position, sentence in enumerate(self.sentences) if sentence.speaker == speaker)

    def rest_of_stretch(self, sentence: int) -> tuple[int, ...]:
        """Sentences the same side still says before the other takes the word."""
        return tuple(position for position in self.stretch_of[sentence].sentences if position > sentence)

    def stretches_before(self, sentence: int, speaker: Speaker, count: int) -> tuple[Stretch, ...]:
        """The last `count` stretches of `speaker` before the stretch of this sentence, latest first."""
        own = self.stretch_of[sentence].number
        return tuple(stretch for stretch in reversed(self.stretches[:own]) if stretch.speaker == speaker)[:count]

    def stretches_after(self, sentence: int, speaker: Speaker, count: int) -> tuple[Stretch, ...]:
        own = self.stretch_of[sentence].number
        return tuple(stretch for stretch in self.stretches[own + 1 :] if stretch.speaker == speaker)[:count]

    def place(self, sentence: int) -> float:
        """Where in the call a sentence stands: 0 first, 1 last."""
        return sentence / max(len(self.sentences) - 1, 1)


def read_call(transcript: Transcript, detectors: Detectors) -> CallText:
    """The sentences of a transcript with the probability of every behaviour, alone and where they stand.

    A decisive pattern raises a probability to 0.95; what only sounds like service lowers that of every credit; a guard
    (denied, reported, supposed, empty) puts it to 0.
    """
    found = sentences.segment(transcript)
    plain = [sentence.plain for sentence in found]
    lower = [sentence.lower for sentence in found]
    names = detectors.classifier.names
    distinct = sorted(set(plain))
    vectors = detectors.encoder.encode(distinct)
    at = {sentence: position for position, sentence in enumerate(distinct)}
    embeddings = vectors[[at[sentence] for sentence in plain]]
    alone = detectors.classifier.probabilities(embeddings, lower, plain)
    column = {name: position for position, name in enumerate(names)}
    probabilities = alone.copy()
    mine = detectors.of_agent == np.array([sentence.speaker == "agent" for sentence in found])[:, None]
    if situation.tells(found):
        possible = np.where(mine, alone, 0.0)
        probabilities = detectors.situation.adjusted(alone, situation.situations(found, embeddings, possible, column))
    placed = np.where(mine, probabilities, 0.0)
    by_pattern = np.zeros(probabilities.shape, dtype=bool)
    for name, pattern in detectors.patterns.items():
        if name in column:
            by_pattern[:, column[name]] = [bool(pattern.search(a) or pattern.search(b)) for a, b in zip(lower, plain, strict=True)]
    probabilities = np.where(by_pattern, np.maximum(probabilities, _PATTERN_PROBABILITY), probabilities)
    credits = [column[name] for name in detectors.credits]
    mocking = alone[:, [column[classifier.NOT_MEANT]]]
    probabilities[:, credits] *= (1.0 - mocking) / (1.0 - mocking + _MISTRUST * mocking)
    for row, position in zip(*np.nonzero(probabilities > _WORTH_GUARDING), strict=True):
        if guards.not_meant(names[position], plain[row]):
            probabilities[row, position] = 0.0
            by_pattern[row, position] = False
    utterances = {turn.turn: turn.utterance for turn in transcript.turns if turn.utterance is not None}
    return CallText(found, embeddings, names, alone, placed, probabilities, by_pattern, utterances)


def content_of(call: CallText, stretches: tuple[Stretch, ...]) -> frozenset[str]:
    """Content words said in the stretches."""
    return frozenset(
        word for stretch in stretches for position in stretch.sentences for word in text.content_words(call.sentences[position].plain)
    )
