"""Recordings that come in a vCon: unpacked where they are inline, checked against the hash that the vCon gives."""

import json
from pathlib import Path

from audio.errors import ContentMismatch, DamagedRecording
from flows.foreign import recording_in
from transcription.importers.vcon_recording import inline_audio, proves


def unpacked(vcon: Path, folder: Path) -> Path:
    """The inline audio of a vCon as a file in `folder`. Raises DamagedRecording where its body is no base64url."""
    recording = recording_in(json.loads(vcon.read_bytes()))
    audio = inline_audio(recording) if recording else None
    if recording is None or not audio:
        raise DamagedRecording(f"{vcon.name}: its dialog of type recording holds no audio in base64url; export the vCon again")
    path = folder / f"inline{recording.suffix}"
    path.write_bytes(audio)
    return path


def check_content(path: Path, content_hashes: tuple[str, ...]) -> None:
    """Raises ContentMismatch where a file is not what the hashes of its vCon are of; hashes of unknown kinds prove nothing."""
    if proves(content_hashes, path.read_bytes()) is False:
        raise ContentMismatch(f"{path.name}: its content is not what the vCon's content_hash is of; fetch recording and vCon again")
