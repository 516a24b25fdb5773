"""Which files there are: a folder, a glob, one file or an fsspec URL, listed in a fixed order with what a listing tells."""

import glob
import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.errors import InputError
from flows.remote import file_system, os_errors


@dataclass(frozen=True)
class FoundFile:
    """A file as listed. `name` is its path below what was asked for, with forward slashes.

    Object stores give no `modified_s`, but a `content_tag` that is the same for two copies of a file.
    """

    address: str
    name: str
    size_bytes: int
    modified_s: float | None
    content_tag: str | None = None

    @property
    def suffix(self) -> str:
        return os.path.splitext(self.name)[1].lower()

    @property
    def stem(self) -> str:
        """The file's name without folder and suffix."""
        return os.path.splitext(self.name.rsplit("/", 1)[-1])[0]


def is_url(address: str) -> bool:
    return "://" in address


def must_be_there(asked_for: str) -> None:
    """Raise InputError for a local place where nothing is; costs no listing of a folder."""
    there = asked_for and (is_url(asked_for) or Path(asked_for).exists() or any(glob.iglob(asked_for, recursive=True)))
    if not there:
        raise _not_there(asked_for)


def _not_there(asked_for: str) -> InputError:
    if not asked_for:  # of an unset variable in a script, and a path to the present folder
        return InputError("no recordings are named; name a folder, a glob, a manifest, a file or an fsspec URL")
    return InputError(f"{asked_for}: no such file or folder")


def list_files(asked_for: str, apart_from: Path | None = None) -> list[FoundFile]:
    """Every file below a folder, matching a glob, or the one file named, in order of name; hidden files are left out.

    `apart_from` is a local folder whose content is not listed (results that lie among the recordings).
    Raises InputError where nothing is there or a listing is refused.
    """
    try:
        if is_url(asked_for):
            found = list(_list_url(asked_for))
        else:
            found = list(_list_local(asked_for, apart_from.resolve() if apart_from else None))
    except OSError as error:
        raise InputError(f"{asked_for} cannot be listed: {error.strerror or error}") from error
    return sorted(found, key=lambda file: file.name)


def read_file(address: str) -> bytes:
    fs, path = file_system(address)
    with os_errors():
        return fs.cat_file(path)


def sha256_of_address(address: str) -> str:
    """SHA-256 of the content of a local or remote file."""
    fs, path = file_system(address)
    with os_errors(), fs.open(path, "rb") as file:
        digest = hashlib.sha256()
        while block := file.read(1 << 20):
            digest.update(block)
        return digest.hexdigest()


def settle(files: Sequence[FoundFile], settle_s: float) -> tuple[list[FoundFile], list[FoundFile]]:
    """Files that are complete, and files still being written.

    A file changed less than `settle_s` ago is looked at again once that time has passed; where size or time of change
    differ, it is still growing. Waits at most `settle_s`, and not at all where every file is older.
    """
    now = time.time()
    young = [file for file in files if file.modified_s is not None and now - file.modified_s < settle_s]
    if young:
        time.sleep(min(settle_s, max(settle_s - (now - (file.modified_s or now)) for file in young)))
    growing = [file for file in young if _state(file) != (file.size_bytes, file.modified_s)]
    left = {file.address for file in growing}
    return [file for file in files if file.address not in left], growing


def _state(file: FoundFile) -> tuple[int, float] | None:
    try:
        now = os.stat(file.address)
    except OSError:
        return None
    return now.st_size, now.st_mtime


def _list_local(asked_for: str, apart_from: Path | None) -> Iterator[FoundFile]:
    path = Path(asked_for)
    if not asked_for:
        raise _not_there(asked_for)
    if path.is_dir():
        root, paths = path.resolve(), _walk(path.resolve(), apart_from)
    elif path.is_file():
        found = Path(os.path.abspath(path))  # not resolved: a link names its call
        root, paths = found.parent, iter([found])
    elif glob.has_magic(asked_for):
        root = Path(os.path.abspath(_before_magic(asked_for)))
        matches = (Path(os.path.abspath(match)) for match in glob.glob(asked_for, recursive=True))
        paths = (match for match in matches if not match.is_dir() and not (apart_from and match.resolve().is_relative_to(apart_from)))
    else:
        raise _not_there(asked_for)
    for found in paths:
        name = found.relative_to(root).as_posix() if found.is_relative_to(root) else found.name
        try:
            facts = found.stat()
        except OSError:  # a link that leads nowhere, or moved away since it was listed: its own outcome will say so
            yield FoundFile(str(found), name, 0, None)
        else:
            yield FoundFile(str(found), name, facts.st_size, facts.st_mtime)


def _walk(root: Path, apart_from: Path | None) -> Iterator[Path]:
    """Files below a folder. Links to folders are followed, each folder is entered once, so that a link to one above it ends there."""
    entered = {apart_from}
    for folder, folders, names in os.walk(root, followlinks=True):
        here = Path(folder)
        if here.resolve() in entered:
            folders.clear()
            continue
        entered.add(here.resolve())
        folders[:] = sorted((name for name in folders if not name.startswith(".")), key=lambda name: ((here / name).is_symlink(), name))
        files = (here / name for name in names if not name.startswith("."))
        yield from (file for file in files if file.is_file() or file.is_symlink())


def _before_magic(pattern: str) -> str:
    parts = Path(pattern).parts
    plain = next(position for position, part in enumerate(parts) if glob.has_magic(part))
    return os.path.join(*parts[:plain]) if plain else "."


def _list_url(asked_for: str) -> Iterator[FoundFile]:
    fs, root = file_system(asked_for)
    with os_errors():
        found = fs.glob(root, detail=True) if glob.has_magic(root) else fs.find(root, detail=True)
    root = _before_magic(root) if glob.has_magic(root) else root
    if not found:
        raise InputError(f"{asked_for}: nothing there")
    for path, facts in found.items():
        name = path.removeprefix(root).lstrip("/") or path.rsplit("/", 1)[-1]
        if facts["type"] == "file" and not any(part.startswith(".") for part in name.split("/")):
            yield FoundFile(fs.unstrip_protocol(path), name, facts["size"], None, facts.get("ETag"))
