"""What the words say that timing needs to know: plain facts, handed in by the stage that has the words."""

from dataclasses import dataclass

from audio.intervals import Interval


@dataclass(frozen=True)
class UtteranceFacts:
    """Facts about the words of one utterance; None is unknown (no words recognised, low confidence)."""

    utterance: int  # `audio.measures.Utterance.utterance`
    sentence_complete: bool | None  # its words end as a complete sentence
    asks: bool | None  # its words end with a question
    acknowledges: bool | None  # all of its words are acknowledgements ("mm-hmm", "right", "I see")
    words: int | None


@dataclass(frozen=True)
class ConversationFacts:
    """Facts about a call. `NO_FACTS` is a call without words: timing and voice decide alone."""

    utterances: tuple[UtteranceFacts, ...]
    hold_announced_s: tuple[float, ...]  # when the agent asked to wait: the end of that sentence
    holds: tuple[Interval, ...]  # holds that the metadata of the call names


NO_FACTS = ConversationFacts((), (), ())
