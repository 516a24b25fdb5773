"""`rapport check`: what would be refused or fail, without scoring anything."""

from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.text import Text

from audio.errors import RecordingError
from audio.measure import measure
from audio.recording import open_recording
from flows.call import fetched
from flows.errors import InputError
from flows.manifest import CallInput, discover
from flows.refusals import refusal_text
from flows.settings import Settings, find_config, load_settings
from flows.tools import agent_channel, checked_networks


def check_recordings(recordings: str, asked_for: Path | None) -> int:
    """Decode and measure every recording and print each that cannot be scored, with the reason; 1 where there is one, else 0.

    What only the words can tell, such as another language, comes out when the call is scored.
    """
    config = find_config(asked_for)
    console = Console()
    console.print(f"Configuration: {config}", soft_wrap=True, highlight=False)
    settings = load_settings(config)
    found = discover(recordings, settings.input)
    if not found.calls:
        raise InputError(f"{recordings} holds no recording and no transcript of a known format ({found.ignored} other files)")
    checked_networks()
    wrong = 0
    for call in track(found.calls, "Checking", console=console, transient=True):
        if problem := _problem(call, settings):
            wrong += 1
            console.print(Text(f"{call.call_id}: {problem}"), soft_wrap=True)
    console.print(
        f"{len(found.calls)} calls, {wrong} of them cannot be scored; {found.ignored} other files are left alone, "
        f"{len(found.growing)} are still being written.",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    return 1 if wrong else 0


def _problem(call: CallInput, settings: Settings) -> str | None:
    if call.problem is not None:
        return f"would be {call.problem.status} ({call.problem.reason}): {call.problem.text}"
    if call.kind == "transcript":
        return None
    try:
        with fetched(call) as path, open_recording(path) as recording:
            measures = measure(recording, settings.audio, agent_channel(call.metadata, settings))
            return f"would be refused ({measures.refusal}): {refusal_text(measures)}" if measures.refusal else None
    except RecordingError as error:
        return f"would fail ({error.reason}): {error}"
    except OSError as error:
        return f"would fail (recording_unreadable): {error.strerror or type(error).__name__}"
