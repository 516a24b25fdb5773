"""What a foreign transcript says about its call besides the words."""

from dataclasses import dataclass
from datetime import datetime

from audio.measures import Speaker


@dataclass(frozen=True)
class ImportedLoudness:
    """Loudness of one turn as the other system measured it, one value per second from the turn's start."""

    speaker: Speaker
    start_s: float
    scores_db: tuple[float | None, ...]  # None where the system gave none


@dataclass(frozen=True)
class ImportedMetadata:
    """Facts about an imported call. None where the document does not say."""

    format: str  # transcribe_call_analytics | contact_lens | vcon | whisperx | turns
    call_id: str | None
    started_at: datetime | None
    duration_s: float | None
    agent_id: str | None
    customer_id: str | None
    queue: str | None
    loudness: tuple[ImportedLoudness, ...]
