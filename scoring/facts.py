"""What the words say that the timing of a conversation needs to know."""

from audio.facts import ConversationFacts, UtteranceFacts
from scoring import features, text
from scoring.call_text import CallText, acknowledges
from scoring.metadata import CallMetadata
from scoring.sentences import sentences_of
from transcription.transcript import Transcript, Turn

_HANGING = frozenset(
    "a an the to of and or but so my your our their his her its this these for from with at in on by as if that than is are was were "
    "i you we they he she i'm i'll i've you're we're can could will would do does did have has had very because into".split()
)
_LEAST_CONFIDENCE = 0.35  # under this mean confidence the words of an utterance decide nothing


def conversation_facts(transcript: Transcript, metadata: CallMetadata, call: CallText, least_confidence: float) -> ConversationFacts:
    """Facts about the words of every utterance, and when the agent asked to wait."""
    return ConversationFacts(
        utterances=tuple(_utterance(turn, turn.utterance) for turn in transcript.turns if turn.utterance is not None),
        hold_announced_s=tuple(
            call.sentences[position].end_s
            for position in call.of("agent")
            if call.probability(position, "hold_notice") >= least_confidence
        ),
        holds=metadata.holds,
    )


def _utterance(turn: Turn, utterance: int) -> UtteranceFacts:
    plain = text.plain(turn.text)
    if not turn.text.strip() or (turn.confidence is not None and turn.confidence < _LEAST_CONFIDENCE):
        return UtteranceFacts(utterance, None, None, None, None)
    return UtteranceFacts(
        utterance=utterance,
        sentence_complete=_complete(turn.text),
        asks=_asks(turn),
        acknowledges=acknowledges(plain),
        words=len(turn.text.split()),
    )


def _complete(turn_text: str) -> bool | None:
    """Whether the words end as a sentence. True with a mark and a word that can end one; False on a dash, dots, a comma or a
    word that needs another after it ("because", "the"); None without any mark."""
    ending = turn_text.rstrip(" \"'")
    words = text.tokens(ending)
    if not words:
        return None
    if ending.endswith(("-", "\u2013", "\u2014", "...", "\u2026", ",")) or words[-1] in _HANGING:
        return False
    return True if ending.endswith((".", "?", "!")) else None


def _asks(turn: Turn) -> bool:
    last = sentences_of(turn)[-1]
    return last.quote.rstrip().endswith("?") or features.has(last.plain, "opens_with_question_word", "opens_like_yes_no")
