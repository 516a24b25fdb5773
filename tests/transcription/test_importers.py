"""Foreign transcripts become ours; what is wrong with one is said with its place and without its words."""

import json

import pytest

from transcription.errors import ImportedTranscriptError
from transcription.importers import detect_format, import_transcript, imported_measures

CALL_ANALYTICS = {
    "JobStatus": "COMPLETED",
    "JobName": "job-17",
    "LanguageCode": "en-US",
    "Channel": "VOICE",
    "Participants": [{"ParticipantRole": "AGENT"}, {"ParticipantRole": "CUSTOMER"}],
    "ConversationCharacteristics": {"TotalConversationDurationMillis": 9500},
    "Transcript": [
        {
            "ParticipantRole": "CUSTOMER",
            "Content": "The kettle leaks.",
            "BeginOffsetMillis": 4000,
            "EndOffsetMillis": 5600,
            "LoudnessScores": [71.5, None],
            "Items": [],
        },
        {
            "ParticipantRole": "AGENT",
            "Content": "Good morning, Mara.",
            "BeginOffsetMillis": 500,
            "EndOffsetMillis": 2100,
            "LoudnessScores": [80.1, 78.25],
            "Items": [
                {"Content": "Good", "Confidence": "0.98", "BeginOffsetMillis": 500, "EndOffsetMillis": 800},
                {"Content": "morning", "Confidence": "0.9", "BeginOffsetMillis": 800, "EndOffsetMillis": 1400},
                {"Content": ",", "Confidence": "0.0", "BeginOffsetMillis": 1400, "EndOffsetMillis": 1400},
                {"Content": "Mara", "Confidence": "0.7", "BeginOffsetMillis": 1500, "EndOffsetMillis": 2100},
                {"Content": ".", "Confidence": "0.0", "Type": "punctuation"},
            ],
        },
    ],
}

CONTACT_LENS = {
    "Version": "1.1.0",
    "Channel": "VOICE",
    "LanguageCode": "en-GB",
    "Participants": [
        {"ParticipantId": "p-1", "ParticipantRole": "AGENT"},
        {"ParticipantId": "p-2", "ParticipantRole": "CUSTOMER"},
        {"ParticipantId": "p-3", "ParticipantRole": "SYSTEM"},
    ],
    "CustomerMetadata": {"ContactId": "contact-5", "InstanceId": "instance"},
    "Transcript": [
        {"ParticipantId": "p-3", "Content": "Please hold.", "BeginOffsetInMillis": 0, "EndOffsetInMillis": 400},
        {"ParticipantId": "p-1", "Content": "Hello there.", "BeginOffsetInMillis": 500, "EndOffsetInMillis": 1500, "LoudnessScore": [66.5]},
        {"ParticipantId": "p-2", "Content": "Hi.", "BeginOffsetInMillis": 1700, "EndOffsetInMillis": 2000, "LoudnessScore": [70.0]},
    ],
}

WHISPERX = {
    "language": "en",
    "segments": [
        {
            "start": 0.2,
            "end": 2.0,
            "text": " It is 42 today.",
            "speaker": "SPEAKER_01",
            "words": [
                {"word": "It", "start": 0.2, "end": 0.4, "score": 0.9, "speaker": "SPEAKER_01"},
                {"word": "is", "start": 0.4, "end": 0.6, "score": 0.8},
                {"word": "42"},
                {"word": "today.", "start": 1.5, "end": 2.0, "score": 0.7},
            ],
        },
        {"start": 2.5, "end": 3.0, "text": "Right.", "speaker": "SPEAKER_00", "words": []},
    ],
    "word_segments": [],
}

VCON = {
    "vcon": "0.0.1",
    "uuid": "v-9",
    "created_at": "2026-03-02T09:14:00+00:00",
    "parties": [{"name": "Ida Holm", "meta": {"role": "agent"}}, {"name": "Tom Berg", "tel": "+4550505050"}],
    "dialog": [{"type": "recording", "start": "2026-03-02T09:13:00+00:00", "duration": 12.5, "parties": [0, 1]}],
    "analysis": [
        {
            "type": "transcript",
            "dialog": 0,
            "encoding": "none",
            "body": [{"speaker": "Agent", "message": "Hello, Tom."}, {"speaker": "Customer", "message": "Hello, my boiler died."}],
        }
    ],
}

TURNS = {
    "call_id": "c-17",
    "language": "en",
    "turns": [
        {"speaker": "agent", "text": "How can I help?", "start_s": 0.4, "end_s": 1.4},
        {"speaker": "customer", "text": "My parcel is lost.", "start_s": 1.2, "end_s": 3.0},
    ],
}

ALL = {
    "transcribe_call_analytics": CALL_ANALYTICS,
    "contact_lens": CONTACT_LENS,
    "whisperx": WHISPERX,
    "vcon": VCON,
    "turns": TURNS,
}


@pytest.mark.parametrize("name", ALL)
def test_format_is_known_by_content(name):
    assert detect_format(ALL[name]) == name
    transcript, metadata = import_transcript(ALL[name])
    assert transcript.engine == f"imported:{name}"
    assert metadata.format == name
    assert {turn.speaker for turn in transcript.turns} == {"agent", "customer"}
    assert [turn.turn for turn in transcript.turns] == list(range(len(transcript.turns)))
    assert [turn.utterance for turn in transcript.turns] == ([turn.turn if metadata.timed else None for turn in transcript.turns])
    assert transcript.turns == tuple(sorted(transcript.turns, key=lambda turn: turn.start_s))


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "text",
        {},
        {"call_id": "c", "agent_id": "a"},
        {"Transcript": []},
        {"segments": [{"id": 1}]},
        {"vcon": "0.0.1", "parties": [], "dialog": [{"type": "recording"}]},
    ],
)
def test_other_documents_are_no_transcripts(document):
    assert detect_format(document) is None
    with pytest.raises(ImportedTranscriptError, match="no known transcript format; known are transcribe_call_analytics"):
        import_transcript(document)


def test_call_analytics_words_loudness_and_metadata():
    transcript, metadata = import_transcript(CALL_ANALYTICS)
    greeting = transcript.turns[0]
    assert [word.word for word in greeting.words] == ["Good", "morning,", "Mara."]
    assert [(word.start_s, word.end_s) for word in greeting.words] == [(0.5, 0.8), (0.8, 1.4), (1.5, 2.1)]
    assert greeting.confidence == pytest.approx((0.98 + 0.9 + 0.7) / 3)
    assert transcript.language == "en"
    assert metadata.call_id == "job-17"
    assert metadata.duration_s == 9.5
    assert [(each.turn, each.scores_db) for each in metadata.loudness] == [(0, (80.1, 78.25)), (1, (71.5, None))]


@pytest.mark.parametrize("begin, end", [("BeginOffsetMillis", "EndOffsetMillis"), ("BeginOffsetInMillis", "EndOffsetInMillis")])
@pytest.mark.parametrize("loudness", ["LoudnessScores", "LoudnessScore"])
def test_both_spellings_of_offsets_and_loudness(begin, end, loudness):
    spelled = json.loads(json.dumps(CONTACT_LENS).replace("BeginOffsetInMillis", begin).replace("EndOffsetInMillis", end))
    spelled = json.loads(json.dumps(spelled).replace("LoudnessScore", loudness))
    transcript, metadata = import_transcript(spelled)
    assert [(turn.speaker, turn.start_s, turn.end_s) for turn in transcript.turns] == [("agent", 0.5, 1.5), ("customer", 1.7, 2.0)]
    assert [each.scores_db for each in metadata.loudness] == [(66.5,), (70.0,)]
    assert metadata.call_id == "contact-5"


def test_a_prompt_of_the_system_is_nobodys_turn():
    transcript, _ = import_transcript(CONTACT_LENS)
    assert [turn.text for turn in transcript.turns] == ["Hello there.", "Hi."]


def test_words_without_times_are_spread_over_their_turn():
    transcript, _ = import_transcript(TURNS)
    words = transcript.turns[1].words
    assert [word.word for word in words] == ["My", "parcel", "is", "lost."]
    assert words[0].start_s == 1.2
    assert words[-1].end_s == pytest.approx(3.0)
    assert all(word.confidence is None for word in words)


def test_whisperx_numerals_lie_between_their_neighbours_and_who_answers_is_the_agent():
    transcript, _ = import_transcript(WHISPERX)
    assert [turn.speaker for turn in transcript.turns] == ["agent", "customer"]
    numeral = transcript.turns[0].words[2]
    assert (numeral.word, numeral.start_s, numeral.end_s, numeral.confidence) == ("42", 0.6, 1.5, None)


def test_a_vcon_without_times_is_in_order_but_not_timed():
    transcript, metadata = import_transcript(VCON)
    assert not metadata.timed
    assert [turn.speaker for turn in transcript.turns] == ["agent", "customer"]
    assert transcript.turns[0].end_s <= transcript.turns[1].start_s
    assert metadata.started_at.isoformat() == "2026-03-02T09:13:00+00:00"
    assert metadata.duration_s == 12.5
    assert metadata.agent_id == "Ida Holm"
    assert metadata.customer_id is None  # a telephone number is no id to store
    assert imported_measures(transcript, metadata, "0" * 64) is None


def test_a_vcon_names_parties_by_number_in_a_json_string():
    body = {"transcript": {"language": "en"}, "segments": [
        {"speaker": 1, "start": 0.0, "end": 1.0, "text": "Hello?"},
        {"speaker": 0, "start": 1.5, "end": 2.0, "text": "Hello.", "words": [{"word": "Hello.", "start": 1.5, "end": 2.0}]},
    ]}  # fmt: skip
    document = VCON | {"analysis": [{"type": "wtf_transcription", "encoding": "json", "body": json.dumps(body)}]}
    transcript, metadata = import_transcript(document)
    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [("customer", "Hello?"), ("agent", "Hello.")]
    assert metadata.timed
    assert transcript.language == "en"


def test_a_vcon_of_text_messages():
    dialog = [
        {"type": "text", "start": "2026-03-02T09:13:00+00:00", "duration": 2.0, "parties": 0, "body": "Hello."},
        {"type": "text", "start": "2026-03-02T09:13:03+00:00", "duration": 1.0, "parties": [1], "body": "Hi."},
    ]
    transcript, _ = import_transcript({"vcon": "0.0.1", "parties": VCON["parties"], "dialog": dialog})
    assert [(turn.speaker, turn.start_s, turn.end_s) for turn in transcript.turns] == [("agent", 0.0, 2.0), ("customer", 3.0, 4.0)]


def test_measures_of_a_timed_transcript_are_its_turns_times():
    transcript, metadata = import_transcript(TURNS)
    measures = imported_measures(transcript, metadata, "0" * 64)
    assert measures.layout == "imported"
    assert [(each.start_s, each.end_s) for each in measures.agent_speech] == [(0.4, 1.4)]
    assert [(each.start_s, each.end_s) for each in measures.customer_speech] == [(1.2, 3.0)]
    assert measures.duration_s == 3.0
    assert ("tone", "no_recording") in measures.unknown
    assert [(each.speaker, each.start_s, each.end_s) for each in measures.utterances] == [("agent", 0.4, 1.4), ("customer", 1.2, 3.0)]



def _changed(document, path, value):
    copy = json.loads(json.dumps(document))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return copy


@pytest.mark.parametrize(
    "document, path, value, message",
    [
        (CALL_ANALYTICS, ("Transcript", 1, "BeginOffsetMillis"), ..., r"\[1\]: BeginOffsetMillis or BeginOffsetInMillis is missing"),
        (CALL_ANALYTICS, ("Transcript", 1, "EndOffsetMillis"), 100, r"\[1\].EndOffsetMillis: the end, 0.1 s, is before the start"),
        (CALL_ANALYTICS, ("Transcript", 1, "Items", 0, "Confidence"), "high", r"Items\[0\].Confidence: expected a number"),
        (CALL_ANALYTICS, ("Transcript", 0, "ParticipantRole"), "ROBOT", r"Transcript\[0\].ParticipantRole: expected a speaker"),
        (CALL_ANALYTICS, ("Transcript", 0, "LoudnessScores"), 3, r"Transcript\[0\].LoudnessScores: expected a list, found a number"),
        (CONTACT_LENS, ("Transcript", 1, "ParticipantId"), "p-9", r"Transcript\[1\].ParticipantId: no participant with this id"),
        (CONTACT_LENS, ("Channel",), "CHAT", r"Channel: only voice contacts"),
        (WHISPERX, ("segments", 1, "speaker"), ..., r"segments\[1\]: speaker is missing"),
        (WHISPERX, ("segments", 0, "start"), -1, r"segments\[0\].start: expected a time from 0 on, found -1 s"),
        (VCON, ("analysis", 0, "body"), "just words", r"analysis\[0\].body: a transcript without speakers"),
        (VCON, ("analysis", 0, "body", 1, "speaker"), 7, r"body\[1\].speaker: party 7 of 2 parties"),
        (TURNS, ("turns", 0, "text"), 5, r"turns\[0\].text: expected a string, found a number"),
        (TURNS, ("turns", 1, "end_s"), ..., r"turns\[1\]: start_s and end_s go together"),
        (TURNS, ("turns", 1, "start_s"), float("nan"), r"turns\[1\].start_s: expected a finite number"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(document, path, value, message):
    with pytest.raises(ImportedTranscriptError, match=message) as caught:
        import_transcript(_changed(document, path, value))
    assert "kettle" not in str(caught.value)


def test_a_third_speaker_is_refused():
    document = _changed(WHISPERX, ("segments",), WHISPERX["segments"] + [{"start": 4, "end": 5, "text": "Yes.", "speaker": "SPEAKER_02"}])
    with pytest.raises(ImportedTranscriptError, match="3 speakers, a call has 2"):
        import_transcript(document)


def test_times_for_some_turns_only_are_refused():
    turns = [TURNS["turns"][0], {"speaker": "customer", "text": "Hi."}]
    with pytest.raises(ImportedTranscriptError, match="turn 1 has no start and end, 1 of 2 turns have"):
        import_transcript({"turns": turns})


def test_no_turn_with_text_is_refused():
    with pytest.raises(ImportedTranscriptError, match="holds no turn with text"):
        import_transcript({"turns": [{"speaker": "agent", "text": " "}]})
