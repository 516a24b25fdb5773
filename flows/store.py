"""Where results lie. Everything that is known about a call is in small files that a person can open; the tables are made from them.

    RESULTS/artefacts/<first two of sha256>/<sha256>/measures-<fingerprint>.json.gz      what the waveform says
                                                     transcript-<fingerprint>.json.gz    the words, after redaction
                                                     redacted-<fingerprint>.json.gz      where words were redacted
                                                     used-by/<date>~<call id>            the calls of this content
    RESULTS/outcomes/date=YYYY-MM-DD/<call id>.json.gz                                   what became of the call
    RESULTS/ledger/date=YYYY-MM-DD/<run id>.json.gz                                      what became of the run
    RESULTS/stale/YYYY-MM-DD                                                             the tables of this date must be made anew
    RESULTS/holds/<call id>.json.gz                                                      calls on legal hold
    RESULTS/receipts/<time>-<number>.json                                                what was erased, and who asked
    RESULTS/<table>/date=YYYY-MM-DD/part-0.parquet                                       the tables
    RESULTS/.temporary/                                                                  what is being written at this moment

A file is whole or absent: it is written in `.temporary` and moved to its place (object stores publish whole objects only).
"""

import contextlib
import gzip
import hashlib
import os
import tempfile
import uuid
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from fsspec.implementations.local import LocalFileSystem
from pydantic import TypeAdapter, ValidationError

from flows.errors import ResultsError
from flows.remote import file_system, os_errors

T = TypeVar("T")
SUFFIX = ".json.gz"
TEMPORARY = ".temporary"
LONGEST_NAME = 180
"""Longer call ids are cut in file names and told apart by a hash: file systems allow 255 bytes."""


class Store:
    """A results folder on a local disk or, by fsspec URL, on object storage."""

    def __init__(self, results: str | os.PathLike) -> None:
        self.url = os.fspath(results)
        self._fs, self._root = file_system(self.url)
        self._root = self._root.rstrip("/")
        self.local = Path(self._root) if isinstance(self._fs, LocalFileSystem) else None
        self._reaching = contextlib.nullcontext if self.local else os_errors

    def create(self) -> None:
        """Make the folder; ResultsError where that or writing into it is refused."""
        try:
            probe = f"stale/.probe-{uuid.uuid4().hex}"
            self.write_bytes(probe, b"")
            self.remove(probe)
        except OSError as error:
            raise cannot_write(error, self) from error

    def exists(self, path: str) -> bool:
        with self._reaching():
            return self._fs.exists(f"{self._root}/{path}")

    def read_bytes(self, path: str) -> bytes | None:
        """The content of a file; None where there is none."""
        try:
            with self._reaching():
                return self._fs.cat_file(f"{self._root}/{path}")
        except FileNotFoundError:
            return None

    def write_bytes(self, path: str, content: bytes) -> None:
        """Write a file, whole or not at all."""
        if self.local is None:
            with os_errors():
                self._fs.pipe_file(f"{self._root}/{path}", content)
            return
        with self.replacing(path) as file:
            file.write(content)

    @contextlib.contextmanager
    def replacing(self, path: str) -> Iterator[Any]:
        """A file to write to, that takes the place of `path` when the block ends well, and leaves no trace otherwise."""
        if self.local is None:
            with tempfile.NamedTemporaryFile(prefix="rapport-") as file:
                yield file
                file.flush()
                with os_errors():
                    self._fs.put_file(file.name, f"{self._root}/{path}")
            return
        target, temporary = self.local / path, self.local / TEMPORARY / uuid.uuid4().hex
        temporary.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)

    def remove(self, path: str) -> None:
        """Remove a file or folder; nothing happens where there is none."""
        with contextlib.suppress(FileNotFoundError), self._reaching():
            self._fs.rm(f"{self._root}/{path}", recursive=True)

    def names(self, folder: str) -> list[str]:
        """Names in a folder, sorted, without hidden ones; empty where there is no such folder."""
        try:
            with self._reaching():
                found = self._fs.ls(f"{self._root}/{folder}", detail=False)
        except (FileNotFoundError, NotADirectoryError):
            return []
        names = (path.rstrip("/").rsplit("/", 1)[-1] for path in found)
        return sorted(name for name in names if not name.startswith("."))

    def read(self, path: str, shape: type[T]) -> T | None:
        """The dataclass stored in a file; None where there is none or where its content is of another version."""
        content = self.read_bytes(path)
        if content is None:
            return None
        try:
            return adapter(shape).validate_json(gzip.decompress(content))
        except (ValidationError, gzip.BadGzipFile, EOFError, zlib.error):
            return None

    def write(self, path: str, value: Any) -> None:
        """Store a dataclass. The same value always gives the same bytes."""
        self.write_bytes(path, gzip.compress(adapter(type(value)).dump_json(value), compresslevel=6, mtime=0))


def cannot_write(error: OSError, store: Store) -> ResultsError:
    """What a run says that cannot store its results, or its temporary files."""
    place = f" ({error.filename})" if error.filename else ""
    return ResultsError(f"results cannot be written to {store.url}: {error.strerror or error}{place}; the next run goes on from here")


@contextlib.contextmanager
def written_to(store: Store) -> Iterator[None]:
    """What cannot be written in the block ends the run with one message: ResultsError in place of OSError."""
    try:
        yield
    except OSError as error:
        raise cannot_write(error, store) from error


@lru_cache(maxsize=64)
def adapter(shape: type[T]) -> TypeAdapter[T]:
    return TypeAdapter(shape)


def fingerprint(*parts: Any) -> str:
    """Sixteen hexadecimal digits that change when any of the parts (dataclasses, text, numbers) does."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(adapter(type(part)).dump_json(part) + b"\0")
    return digest.hexdigest()[:16]


def artefact_folder(sha256: str) -> str:
    return f"artefacts/{sha256[:2]}/{sha256}"


def measures_path(sha256: str, fingerprint: str) -> str:
    return f"{artefact_folder(sha256)}/measures-{fingerprint}{SUFFIX}"


def transcript_path(sha256: str, fingerprint: str) -> str:
    return f"{artefact_folder(sha256)}/transcript-{fingerprint}{SUFFIX}"


def redaction_path(sha256: str, fingerprint: str) -> str:
    return f"{artefact_folder(sha256)}/redacted-{fingerprint}{SUFFIX}"


def outcomes_folder(date: str) -> str:
    return f"outcomes/date={date}"


def outcome_path(date: str, call_id: str) -> str:
    return f"{outcomes_folder(date)}/{file_name(call_id)}{SUFFIX}"


def file_name(call_id: str) -> str:
    """The call id as a file name, its own for each: quoted, so that it cannot leave its folder, and cut where it is too long."""
    name = quote(call_id, safe=" ()+,=@[]_-").replace("%20", " ")
    name = name.replace(".", "%2E", 1) if name.startswith(".") else name
    if len(name) > LONGEST_NAME:
        name = f"{name[:LONGEST_NAME]}~{hashlib.sha256(call_id.encode()).hexdigest()[:16]}"
    return name

