"""Scores one call: measures and transcript in, scorecard out. Pure: no files, no clock, no audio."""

from audio.conversation import ConversationRules
from audio.measures import Measures
from scoring.detectors import Detectors
from scoring.metadata import CallMetadata
from scoring.rubric import Rubric
from scoring.scorecard import Scorecard
from scoring.settings import ScoringSettings
from transcription.transcript import Transcript


def score_call(
    metadata: CallMetadata,
    measures: Measures | None,
    transcript: Transcript,
    rubric: Rubric,
    detectors: Detectors,
    settings: ScoringSettings,
    conversation_rules: ConversationRules,
) -> Scorecard:
    """The scorecard of one call; a call that the input cannot support gets one with `refusal` set and no scores.

    `measures` is None for a transcript without a recording: what needs the waveform is then null with a reason.
    """
    raise NotImplementedError
