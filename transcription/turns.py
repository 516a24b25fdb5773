"""Words of both sides become turns: the utterances of the measures, in time order, with what was said in each. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from audio.intervals import Interval, difference
from audio.measures import Speaker, Utterance
from transcription.transcript import SuspectWord, Transcript, Turn, Word


def turns_from_words(utterances: Sequence[Utterance], words: Iterable[tuple[Speaker, Word]]) -> tuple[Turn, ...]:
    """One turn per utterance, with the words of its speaker that overlap it most, or that are nearest to it.

    An utterance without words is a turn with empty text: somebody spoke, and what they said is unknown.
    Raises `ValueError` for a word of a side without any utterance.
    """
    ordered = sorted(utterances, key=lambda utterance: (utterance.start_s, utterance.end_s))
    by_side: dict[Speaker, list[Utterance]] = {"agent": [], "customer": []}
    for utterance in ordered:
        by_side[utterance.speaker].append(utterance)
    spoken: dict[int, list[Word]] = {utterance.utterance: [] for utterance in ordered}
    for speaker, word in words:
        spoken[_utterance_of(word, by_side[speaker]).utterance].append(word)
    return tuple(
        _turn(position, utterance, sorted(spoken[utterance.utterance], key=lambda word: (word.start_s, word.end_s)))
        for position, utterance in enumerate(ordered)
    )


def exchanged(transcript: Transcript, utterances: Sequence[Utterance]) -> Transcript:
    """The transcript of a call whose sides turned out to be the other way round, by its utterances after they were exchanged too."""
    other: dict[Speaker, Speaker] = {"agent": "customer", "customer": "agent"}
    return replace(
        transcript,
        turns=turns_from_words(utterances, ((other[turn.speaker], word) for turn in transcript.turns for word in turn.words)),
        suspect_words=tuple(replace(word, speaker=other[word.speaker]) for word in transcript.suspect_words),
    )


def _utterance_of(word: Word, utterances: Sequence[Utterance]) -> Utterance:
    if not utterances:
        raise ValueError("a word was given for a side that has no utterance")
    position = bisect_right(utterances, word.start_s, key=lambda utterance: utterance.start_s)
    around = utterances[max(0, position - 2) : position + 2]
    return max(
        around,
        key=lambda utterance: min(word.end_s, utterance.end_s) - max(word.start_s, utterance.start_s),
    )


def _turn(position: int, utterance: Utterance, words: list[Word]) -> Turn:
    return Turn(
        turn=position,
        utterance=utterance.utterance,
        speaker=utterance.speaker,
        start_s=utterance.start_s,
        end_s=utterance.end_s,
        text=" ".join(word.word for word in words),
        words=tuple(words),
        confidence=mean_confidence(words),
    )


def mean_confidence(words: Sequence[Word]) -> float | None:
    """Mean confidence of words, 0-1; None where no word has one."""
    known = [word.confidence for word in words if word.confidence is not None]
    return sum(known) / len(known) if known else None


def speech_without_words(speech: Sequence[Interval], words: Sequence[Word], reach_s: float) -> tuple[Interval, ...]:
    """One side's speech that is farther than `reach_s` from every word of that side."""
    return difference(speech, (Interval(word.start_s - reach_s, word.end_s + reach_s) for word in words))


def hallucination_share(turns: Iterable[Turn], suspects: Sequence[SuspectWord]) -> float | None:
    """Suspect words by all words written, 0-1; None where nothing was written."""
    kept = sum(len(turn.words) for turn in turns)
    return len(suspects) / (kept + len(suspects)) if kept + len(suspects) else None
