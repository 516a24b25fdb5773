"""A transcript of another system with times: what its times tell is measured, what they cannot tell is unknown."""

from scoring.rows import rows
from transcription.importers import import_transcript, imported_measures

TURNS = (
    ("agent", "Good morning, how can I help you?", 0.0, 2.5),
    ("customer", "I called about the kettle last week and nobody rang me back, because your", 3.0, 9.0),
    ("agent", "You have to read the manual first, it is all in there, page four.", 7.5, 21.5),
    ("customer", "I did read the manual.", 22.0, 23.0),
    ("agent", "Then I'll send you a new one.", 23.5, 25.0),
)


def test_interruptions_and_monologues_are_read_from_the_turns_times(score):
    document = {"turns": [dict(zip(("speaker", "text", "start_s", "end_s"), turn, strict=True)) for turn in TURNS]}
    transcript, about = import_transcript(document)
    measures = imported_measures(transcript, about, "0" * 64)
    scorecard = score(transcript, measures)
    (call,) = rows(scorecard, measures, transcript, None, None).calls
    assert (call.agent_interruptions, call.customer_interruptions, call.longest_monologue_s) == (1, 0, 14.0)
    assert call.agent_wpm is not None and call.response_latency_s == 0.5
    assert call.agent_backchannels is None and "backchannels:no_recording" in call.unknown
    (sign,) = [each for each in scorecard.evidence if each.behaviour == "interruption"]
    assert sign.quote == TURNS[2][1]
