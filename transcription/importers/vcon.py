"""vCon: a conversation container. Its transcript stands in `analysis`, its people in `parties`.

Bodies are not prescribed; understood are lists of turns with a speaker (`Agent`, a party's number or name) and a
message, segments with start and end as speech recognisers write them, and the draft World Transcription Format. A
call's text may also stand in `dialog` entries of type text, one per turn.
Source: draft-ietf-vcon-vcon-container, draft-howe-vcon-wtf-extension.
"""

import json
from datetime import datetime

from audio.measures import Speaker
from transcription.importers.imported import ImportedMetadata, ImportedTurn, imported
from transcription.importers.node import Node, language_code, optional_text, span
from transcription.importers.vcon_recording import role_of
from transcription.transcript import Transcript, Word

_TRANSCRIPTS = ("transcript", "wtf_transcription", "transcription")
_SPEAKER = ("speaker", "party", "role", "participant")
_TEXT = ("message", "text", "transcript", "content")
_START = ("start", "start_time", "start_s")
_END = ("end", "end_time", "end_s")


def import_vcon(document: Node) -> tuple[Transcript, ImportedMetadata]:
    """A vCon with a transcript. Raises `ImportedTranscriptError` where it holds none."""
    people = _People(document)
    recording = next((each for each in _entries(document, "dialog") if _type(each) == "recording"), None)
    turns, language = _turns(document, people)
    started = recording.find("start") if recording else document.find("created_at")
    duration = recording.find("duration") if recording else None
    return imported(
        document.format,
        turns,
        language=language,
        call_id=optional_text(document.find("uuid")),
        started_at=started.moment() if started else None,
        duration_s=duration.seconds() if duration else None,
        agent_id=people.identity("agent"),
        customer_id=people.identity("customer"),
    )


class _People:
    """Who of the parties is the agent and who the customer."""

    def __init__(self, document: Node) -> None:
        self._parties = _entries(document, "parties")
        self._sides: list[Speaker | None] = [_side_of_party(party) for party in self._parties]
        if len(self._sides) == 2 and self._sides.count(None) == 1:
            known = self._sides[0] or self._sides[1]
            other: Speaker = "customer" if known == "agent" else "agent"
            self._sides = [side or other for side in self._sides]

    def side(self, speaker: Node) -> Speaker:
        """The side that a turn's speaker means: a party's number, its name, or a role."""
        if isinstance(speaker.value, int) and not isinstance(speaker.value, bool):
            if not 0 <= speaker.value < len(self._sides):
                raise speaker.wrong(f"party {speaker.value} of {len(self._sides)} parties")
            side = self._sides[speaker.value]
            if side is None:
                raise speaker.wrong(f"parties[{speaker.value}] has no role; give it a role, agent or customer")
            return side
        for party, side in zip(self._parties, self._sides, strict=True):
            name = party.find("name")
            if side and name and name.value == speaker.value:
                return side
        return speaker.speaker()

    def identity(self, side: Speaker) -> str | None:
        """A party's id, for the agent else the name; never a customer's name, e-mail address or number. None without one."""
        if side not in self._sides:
            return None
        party = self._parties[self._sides.index(side)]
        return optional_text(party.find("uuid", "id", "name") if side == "agent" else party.find("uuid", "id"))


def _side_of_party(party: Node) -> Speaker | None:
    role = role_of(party.value)
    return role if role in ("agent", "customer") else None


def _turns(document: Node, people: _People) -> tuple[list[ImportedTurn], str | None]:
    for analysis in _entries(document, "analysis"):
        if _type(analysis) in _TRANSCRIPTS:
            body = _body(analysis)
            inner = body.find("transcript") if isinstance(body.value, dict) else None
            about = inner if inner and isinstance(inner.value, dict) else body
            language = about.find("language") if isinstance(about.value, dict) else None
            return [turn for turn in _spoken(body, people) if turn.text], language_code(language)
    texts = [each for each in _entries(document, "dialog") if _type(each) == "text"]
    if not texts:
        raise document.wrong("neither analysis holds an entry of type transcript nor dialog one of type text")
    return [turn for turn in _written(texts, people) if turn.text], None


def _spoken(body: Node, people: _People) -> list[ImportedTurn]:
    if isinstance(body.value, dict):
        body = body.need("segments", "turns", "utterances", "conversation")
    turns = []
    for node in body.items():
        start, end, words = node.find(*_START), node.find(*_END), node.find("words")
        times = span(start, end) if start and end else (None, None)
        timed_words = words if words and isinstance(words.value, list) and times[0] is not None else None
        turns.append(
            ImportedTurn(
                people.side(node.need(*_SPEAKER)), node.need(*_TEXT).text().strip(), *times, _words(timed_words) if timed_words else ()
            )
        )
    return turns


def _words(words: Node) -> tuple[Word, ...]:
    read = []
    for word in words.items():
        confidence = word.find("confidence", "probability", "score")
        read.append(
            Word(
                word.need("punctuated_word", "word", "text").text().strip(),
                *span(word.need(*_START), word.need(*_END)),
                confidence.number() if confidence else None,
            )
        )
    return tuple(read)


def _written(texts: list[Node], people: _People) -> list[ImportedTurn]:
    """Dialog entries of type text, one per turn: `start` is a date, `duration` seconds."""
    first: datetime | None = None
    turns = []
    for node in texts:
        parties = node.need("parties")
        speaker = next(parties.items()) if isinstance(parties.value, list) and parties.value else parties
        start, duration = node.find("start"), node.find("duration")
        start_s = end_s = None
        if start and duration:
            moment = start.moment()
            first = first or moment
            start_s = (moment - first).total_seconds()
            end_s = start_s + duration.seconds()
        turns.append(ImportedTurn(people.side(speaker), node.need("body").text().strip(), start_s, end_s))
    return turns


def _body(analysis: Node) -> Node:
    """The body of an analysis; with encoding `json` it is JSON in a string."""
    body = analysis.need("body")
    if isinstance(body.value, str):
        try:
            return Node(body.format, body.place, json.loads(body.value))
        except json.JSONDecodeError:
            raise body.wrong("a transcript without speakers cannot be scored; expected a list of turns as JSON") from None
    return body


def _entries(document: Node, key: str) -> list[Node]:
    found = document.find(key)
    return list(found.items()) if found else []


def _type(node: Node) -> str:
    found = node.find("type")
    return found.text().lower() if found else ""
