"""What is known about a call besides its recording."""

from dataclasses import dataclass
from datetime import datetime

from audio.intervals import Interval


@dataclass(frozen=True)
class CallMetadata:
    """Facts that a manifest, a sidecar, a vCon or a file name gives about one call; None where it says nothing.

    `customer_name` and `agent_name` serve the behaviours that turn on a name and are stored in no table.
    `holds` are holds that the telephone system recorded. `agent_channel` (0 or 1) is where the agent is on this recording, if not where
    the configuration says.
    """

    call_id: str
    recording: str | None = None
    sha256: str | None = None
    started_at: datetime | None = None
    agent_id: str | None = None
    team: str | None = None
    customer_id: str | None = None
    queue: str | None = None
    agent_name: str | None = None
    customer_name: str | None = None
    holds: tuple[Interval, ...] = ()
    agent_channel: int | None = None
