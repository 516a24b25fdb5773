"""Our own plain JSON of turns: what a team writes when its transcripts are in no other format.

    {"call_id": "c-17", "language": "en", "turns": [{"speaker": "agent", "text": "...", "start_s": 0.4, "end_s": 3.1}, ...]}

Also understood: `duration_s`, and what a sidecar may say: `started_at`, `agent_id`, `team`, `customer_id`, `queue`, ...; per turn
`words` with `word`, `start_s`, `end_s`, `confidence`. Times may be left out of all turns.
"""

from transcription.importers.imported import ImportedMetadata, ImportedTurn, imported
from transcription.importers.node import Node, language_code, optional_text, span
from transcription.transcript import Transcript, Word


def import_turns(document: Node) -> tuple[Transcript, ImportedMetadata]:
    """A plain JSON of turns."""
    turns = [_turn(node) for node in document.need("turns").items()]
    started, duration = document.find("started_at"), document.find("duration_s")
    return imported(
        document.format,
        [turn for turn in turns if turn.text],
        language=language_code(document.find("language")),
        call_id=optional_text(document.find("call_id")),
        started_at=started.moment() if started else None,
        duration_s=duration.seconds() if duration else None,
        agent_id=optional_text(document.find("agent_id")),
        customer_id=optional_text(document.find("customer_id")),
        queue=optional_text(document.find("queue")),
    )


def _turn(node: Node) -> ImportedTurn:
    start, end, words = node.find("start_s"), node.find("end_s"), node.find("words")
    if (start is None) != (end is None):
        raise node.wrong("start_s and end_s go together, one of them is missing")
    times = span(start, end) if start and end else (None, None)
    if words and times[0] is None:
        raise node.wrong("words have times, so the turn needs start_s and end_s")
    return ImportedTurn(
        node.need("speaker").speaker(),
        node.need("text").text().strip(),
        *times,
        tuple(_word(word) for word in words.items()) if words else (),
    )


def _word(node: Node) -> Word:
    confidence = node.find("confidence")
    start_s, end_s = span(node.need("start_s"), node.need("end_s"))
    return Word(node.need("word").text(), start_s, end_s, confidence.number() if confidence else None)
