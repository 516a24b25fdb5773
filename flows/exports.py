"""A scored call as other systems read it: a vCon, or a file like those of Amazon Transcribe Call Analytics. Pure.

What is said and measured keeps Rapport's definitions under the other system's names; what was not measured is left out, never guessed.
"""

import dataclasses
import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from scoring.rows import Rows
from scoring.tables import CallRow, TurnRow, WordRow

VCON_VERSION = "0.3.0"
PARTIES = ("agent", "customer")
FINDINGS = ("listening", "empathy", "solution_focus", "overall", "band", "flags", "outcome", "agent_emotion", "rubric", "engine")
"""Columns of the table `calls` that Amazon's form has no place for."""

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:rapport:call")


def vcon(date: str, rows: Rows) -> dict[str, Any]:
    """A vCon of one call: parties, dialog without the recording itself, and two analyses, the transcript and Rapport's findings.

    Source: draft-ietf-vcon-vcon-core. Its `uuid` is made of date and call id, so that a second export is the same conversation.
    """
    call = rows.calls[0]
    started = call.started_at.isoformat() if call.started_at else None
    made_by = {"dialog": 0, "vendor": "rapport", "encoding": "json"}
    findings = {
        "call": _plain(call),
        **{table: [_plain(row) for row in getattr(rows, table)] for table in ("scores", "evidence", "overlaps", "silences")},
    }
    return {
        "vcon": VCON_VERSION,
        "uuid": str(uuid.uuid5(NAMESPACE, f"{date}/{call.call_id}")),
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "parties": [
            _known({"role": "agent", "id": call.agent_id}),
            _known({"role": "customer", "id": call.customer_id}),
        ],
        "dialog": [
            _known({"type": "recording", "start": started, "duration": call.duration_s, "parties": _on_channels(call), "originator": 1})
        ],
        "analysis": [
            {"type": "transcript", "product": call.engine, **made_by, "body": _conversation(rows)},
            {"type": "rapport", "product": call.rubric, **made_by, "body": findings},
        ],
    }


def _on_channels(call: CallRow) -> list[Any] | None:
    """Which parties are on each channel, the agent party 0; None where it is not known or there is no recording."""
    if call.layout == "mono":
        return [[0, 1]]
    return None if call.agent_channel is None else [call.agent_channel, 1 - call.agent_channel]


def call_analytics(date: str, rows: Rows) -> dict[str, Any]:
    """A call in the form of a post-call output file of Amazon Transcribe Call Analytics.

    Evidence stands under `Categories`, by the names of the rubric, scores under a key of their own. Sentiment and loudness scores are
    left out: Amazon's are on scales that nothing here is measured on. `NonTalkTime` holds silences of 1 s and longer, holds too; Amazon's
    own are of 3 s and longer.
    Source: Amazon Transcribe developer guide, "Post-call analytics output".
    """
    call = rows.calls[0]
    words = _words_by_turn(rows.words)
    points = defaultdict(list)
    shown = {row.criterion for row in rows.scores if row.shown}  # what is only suspected is no category
    for sign in (sign for sign in rows.evidence if not sign.polarity or sign.behaviour in shown):
        points[sign.behaviour].append(_offsets(sign.start_s, sign.end_s))
    return _known(
        {
            "JobStatus": "COMPLETED",
            "JobName": call.call_id,
            "LanguageCode": call.language,
            "Channel": "VOICE",
            "Participants": [{"ParticipantRole": side.upper()} for side in PARTIES],
            "Transcript": [_amazon_turn(date, turn, words[turn.turn]) for turn in rows.turns if turn.text],
            "ConversationCharacteristics": _characteristics(rows),
            "Categories": {
                "MatchedCategories": list(points),
                "MatchedDetails": {name: {"PointsOfInterest": found} for name, found in points.items()},
            },
            "Rapport": {name: getattr(call, name) for name in FINDINGS},
        }
    )


def _conversation(rows: Rows) -> dict[str, Any]:
    words = _words_by_turn(rows.words)
    segments = [
        {
            "speaker": PARTIES.index(turn.speaker),
            "start": turn.start_s,
            "end": turn.end_s,
            "text": turn.text,
            "words": [_known({"word": w.word, "start": w.start_s, "end": w.end_s, "confidence": w.confidence}) for w in words[turn.turn]],
        }
        for turn in rows.turns
        if turn.text
    ]
    return _known({"language": rows.calls[0].language, "segments": segments})


def _amazon_turn(date: str, turn: TurnRow, words: list[WordRow]) -> dict[str, Any]:
    items = [
        _known(
            {
                "Type": "pronunciation",
                "Content": word.word,
                "Confidence": None if word.confidence is None else f"{word.confidence:.4f}",
                **_offsets(word.start_s, word.end_s),
            }
        )
        for word in words
    ]
    about = {"Id": str(uuid.uuid5(NAMESPACE, f"{date}/{turn.call_id}/{turn.turn}")), "ParticipantRole": turn.speaker.upper()}
    return about | _offsets(turn.start_s, turn.end_s) | {"Content": turn.text, "Items": items}


def _characteristics(rows: Rows) -> dict[str, Any]:
    call = rows.calls[0]
    talk = {"AGENT": _milliseconds(call.agent_talk_s), "CUSTOMER": _milliseconds(call.customer_talk_s)}
    speed = {"AGENT": call.agent_wpm, "CUSTOMER": call.customer_wpm}
    interruptions = {
        side.upper(): [_instance(each.start_s, each.end_s) for each in rows.overlaps if each.kind == "interruption" and each.by == side]
        for side in PARTIES
    }
    silences = [_instance(each.start_s, each.end_s) for each in rows.silences if each.kind != "redacted"]  # somebody spoke there
    together = [each for found in interruptions.values() for each in found]
    found: dict[str, Any] = {"TotalConversationDurationMillis": _milliseconds(call.duration_s)}
    if None not in talk.values():
        by_side = {side: {"TotalTimeMillis": time} for side, time in talk.items()}
        found["TalkTime"] = {"TotalTimeMillis": sum(time or 0 for time in talk.values()), "DetailsByParticipant": by_side}
    if call.silence_s is not None:
        found["NonTalkTime"] = {"TotalTimeMillis": _total(silences), "Instances": silences}
    if call.agent_interruptions is not None and call.customer_interruptions is not None:
        found["Interruptions"] = {
            "TotalCount": len(together),
            "TotalTimeMillis": _total(together),
            "InterruptionsByInterrupter": {side: instances for side, instances in interruptions.items() if instances},
        }
    found["TalkSpeed"] = {"DetailsByParticipant": {side: {"AverageWordsPerMinute": round(wpm)} for side, wpm in speed.items() if wpm}}
    return _known(found)


def _words_by_turn(words: Iterable[WordRow]) -> dict[int, list[WordRow]]:
    found: dict[int, list[WordRow]] = defaultdict(list)
    for word in words:
        found[word.turn].append(word)
    return found


def _offsets(start_s: float, end_s: float) -> dict[str, int | None]:
    return {"BeginOffsetMillis": _milliseconds(start_s), "EndOffsetMillis": _milliseconds(end_s)}


def _instance(start_s: float, end_s: float) -> dict[str, int | None]:
    return _offsets(start_s, end_s) | {"DurationMillis": _milliseconds(end_s - start_s)}


def _total(instances: Iterable[dict[str, int | None]]) -> int:
    return sum(each["DurationMillis"] or 0 for each in instances)


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)


def _known(values: dict[str, Any]) -> dict[str, Any]:
    """What is known: nulls are left out."""
    return {key: value for key, value in values.items() if value is not None}


def _plain(row: Any) -> dict[str, Any]:
    """A row as JSON values; where the recording lies is nobody else's matter, and which call it is stands above."""
    values = {key: value for key, value in dataclasses.asdict(row).items() if key not in ("recording", "call_id")}
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in values.items()}
