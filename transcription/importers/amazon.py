"""Amazon Transcribe Call Analytics and Contact Lens for Amazon Connect: two near relatives.

Call Analytics names a turn's speaker by `ParticipantRole`, has `Items` with times and confidences, and `LoudnessScores`.
Contact Lens names a participant whose role stands in `Participants`, has no words, and `LoudnessScore`. Both have been
seen with offsets called `BeginOffsetMillis` and `BeginOffsetInMillis`.
Source: the services' documentation of their output files.
"""

from transcription.importers.imported import ImportedMetadata, ImportedTurn, imported
from transcription.importers.node import Node, language_code, optional_text, span
from transcription.transcript import Transcript, Word

_BEGIN = ("BeginOffsetMillis", "BeginOffsetInMillis")
_END = ("EndOffsetMillis", "EndOffsetInMillis")
_LOUDNESS = ("LoudnessScores", "LoudnessScore")


def import_call_analytics(document: Node) -> tuple[Transcript, ImportedMetadata]:
    """A post-call output file of Amazon Transcribe Call Analytics."""
    turns = [_turn(node, node.need("ParticipantRole")) for node in document.need("Transcript").items()]
    return imported(
        document.format,
        [turn for turn in turns if turn.text],
        language=language_code(document.find("LanguageCode")),
        call_id=optional_text(document.find("JobName", "SessionId")),
        duration_s=_duration_s(document),
    )


def import_contact_lens(document: Node) -> tuple[Transcript, ImportedMetadata]:
    """A post-call analysis file of Contact Lens."""
    _voice_only(document)
    roles = {node.need("ParticipantId").text(): node.need("ParticipantRole") for node in document.need("Participants").items()}
    turns = []
    for node in document.need("Transcript").items():
        participant = node.need("ParticipantId")
        role = roles.get(participant.text())
        if role is None:
            raise participant.wrong("no participant with this id stands in Participants")
        if role.text().upper() in ("AGENT", "CUSTOMER"):  # SYSTEM speaks prompts, CUSTOM_BOT is a machine
            turns.append(_turn(node, role))
    about = document.find("CustomerMetadata")
    return imported(
        document.format,
        [turn for turn in turns if turn.text],
        language=language_code(document.find("LanguageCode")),
        call_id=optional_text(about.find("ContactId")) if about else None,
        duration_s=_duration_s(document),
    )


def _voice_only(document: Node) -> None:
    channel = document.find("Channel")
    if channel and channel.text().upper() != "VOICE":
        raise channel.wrong("only voice contacts are scored; this file is of another channel")


def _turn(node: Node, role: Node) -> ImportedTurn:
    start_s, end_s = span(node.need(*_BEGIN), node.need(*_END), milliseconds=True)
    items = node.find("Items")
    loudness = node.find(*_LOUDNESS)
    return ImportedTurn(
        speaker=role.speaker(),
        text=node.need("Content").text().strip(),
        start_s=start_s,
        end_s=end_s,
        words=_words(items) if items else (),
        loudness_db=tuple(None if score.value is None else score.number() for score in loudness.items()) if loudness else (),
    )


def _words(items: Node) -> tuple[Word, ...]:
    """Words with their punctuation, which stands as items of its own without times (or with its neighbour's)."""
    words: list[Word] = []
    for item in items.items():
        content = item.need("Content").text()
        kind = item.find("Type")
        begin, end = item.find(*_BEGIN), item.find(*_END)
        if (kind and kind.text().lower() == "punctuation") or not any(character.isalnum() for character in content):
            if words:
                last = words[-1]
                words[-1] = Word(last.word + content, last.start_s, last.end_s, last.confidence)
            continue
        if begin is None or end is None:
            raise item.wrong(f"{_BEGIN[0]} and {_END[0]} are missing")
        start_s, end_s = span(begin, end, milliseconds=True)
        confidence = item.find("Confidence")
        words.append(Word(content, start_s, end_s, confidence.number() if confidence else None))
    return tuple(words)


def _duration_s(document: Node) -> float | None:
    characteristics = document.find("ConversationCharacteristics")
    total = characteristics.find("TotalConversationDurationMillis") if characteristics else None
    return total.seconds(milliseconds=True) if total else None
