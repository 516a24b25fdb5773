"""Recordings that come with a vCon, checked against the hash that it gives."""

from pathlib import Path

from audio.errors import ContentMismatch
from transcription.importers.vcon_recording import proves


def check_content(path: Path, content_hashes: tuple[str, ...]) -> None:
    """Raises ContentMismatch where a file is not what the hashes of its vCon are of; hashes of unknown kinds prove nothing."""
    if proves(content_hashes, path.read_bytes()) is False:
        raise ContentMismatch(f"{path.name}: its content is not what the vCon's content_hash is of; fetch recording and vCon again")
