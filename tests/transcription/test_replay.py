"""The replay engine gives back what is stored, or says that nothing is."""

import pytest

from transcription.errors import TranscriptMissing
from transcription.importers import import_transcript
from transcription.replay import ReplayEngine


def test_a_stored_transcript_is_given_back_unchanged(measures_of):
    transcript, _ = import_transcript({"turns": [{"speaker": "agent", "text": "Hello."}]})
    measures = measures_of(agent=[(0.0, 1.0)])
    assert ReplayEngine({measures.sha256: transcript}).transcribe(None, measures, {"agent": 0}) is transcript


def test_an_unknown_recording_is_named_by_its_sha256(measures_of):
    with pytest.raises(TranscriptMissing, match="sha256 000000000000… among 0 stored"):
        ReplayEngine({}).transcribe(None, measures_of(), {"agent": 0})
