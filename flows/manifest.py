"""Which calls there are: recordings and transcripts told apart from everything else, each with what is known about it."""

import itertools
import json
import os
import posixpath
import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from flows.errors import InputError
from flows.facts import Facts, ManifestRow, as_metadata, compile_pattern, facts_of_name, merged, read_manifest
from flows.foreign import document_facts, is_transcript, recording_in
from flows.listing import FoundFile, is_url, list_files, read_file, settle, sha256_of_address
from flows.pseudonyms import pseudonym_key, under_pseudonym
from flows.settings import InputSettings
from scoring.metadata import CallMetadata
from transcription.errors import ImportedTranscriptError

Kind = Literal["recording", "transcript"]

COPY_OF = "copy_of:"
"""Begins the reason of a refused call that has the content of another one, whose id follows."""


@dataclass(frozen=True)
class Problem:
    """Why a call is not even opened."""

    status: Literal["refused", "failed"]
    reason: str
    text: str


@dataclass(frozen=True)
class CallInput:
    """A call to process: a recording, or a transcript of another system without one."""

    call_id: str
    recording: str  # path or address of the recording or transcript
    kind: Kind
    size_bytes: int
    metadata: CallMetadata
    problem: Problem | None = None
    content_tag: str | None = None  # of an object store: the same for two copies of a file
    content_hashes: tuple[str, ...] = ()  # what a vCon says of the recording's content


@dataclass(frozen=True)
class Discovery:
    """What a look at the recordings found, calls in order of their ids."""

    calls: tuple[CallInput, ...]
    ignored: int  # files that are neither recording nor known transcript nor sidecar
    growing: tuple[str, ...]  # names of files still being written, left for the next run


def discover(asked_for: str, settings: InputSettings, results: Path | None = None) -> Discovery:
    """The calls in a folder, a glob, a manifest, a single file or an fsspec URL.

    Every call has its own id: where two files claim one, the first in order of name keeps it and the others are refused, as
    are later copies of the same content. Raises InputError where nothing can be listed or a manifest is none.
    """
    manifest = _manifest_rows(asked_for)
    if manifest is not None:
        calls = [_call_of_row(row, asked_for, settings) for row in manifest]
        return Discovery(_each_once(_named_as_wanted(calls, settings)), 0, ())
    files, growing = settle(list_files(asked_for, results), settings.settle_s)
    calls, ignored = _calls_among(files, settings)
    return Discovery(_each_once(_named_as_wanted(calls, settings)), ignored, tuple(file.name for file in growing))


def _named_as_wanted(calls: list[CallInput], settings: InputSettings) -> list[CallInput]:
    """The calls with their agents by name or, where that is configured, by pseudonym."""
    if not settings.pseudonymise_agents:
        return calls
    key = pseudonym_key()
    return [replace(call, metadata=under_pseudonym(call.metadata, key)) for call in calls]


def _manifest_rows(asked_for: str) -> list[ManifestRow] | None:
    """The rows where a manifest was asked for: a CSV, or a JSON file that holds a list. None otherwise."""
    suffix = os.path.splitext(asked_for)[1].lower()
    if suffix not in (".csv", ".json") or (not is_url(asked_for) and not Path(asked_for).is_file()):
        return None
    content = read_file(asked_for)
    if suffix == ".json" and not content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"["):
        return None
    return read_manifest(content, asked_for.rsplit("/", 1)[-1])


def _call_of_row(row: ManifestRow, manifest: str, settings: InputSettings) -> CallInput:
    zone = ZoneInfo(settings.time_zone)
    if row.recording is None:
        return CallInput(
            row.place, row.place, "recording", 0, CallMetadata(row.place, row.place), Problem("failed", "bad_metadata", row.wrong or "")
        )
    address = row.recording
    if not is_url(address):
        address = f"{manifest.rsplit('/', 1)[0]}/{address}" if is_url(manifest) else str(Path(manifest).resolve().parent / address)
    size = os.path.getsize(address) if os.path.isfile(address) else 0
    file = FoundFile(address, row.recording, size, None)
    kind = "transcript" if file.suffix == ".json" else "recording"
    facts, wrong = row.facts or Facts(), row.wrong
    try:
        facts = merged(facts, facts_of_name(file.name, compile_pattern(settings.name_pattern)))
    except InputError as error:
        wrong = wrong or str(error)
    call_id = facts.call_id or file.stem
    problem = Problem("failed", "bad_metadata", wrong) if wrong else None
    return CallInput(call_id, address, kind, size, as_metadata(facts, call_id, address, zone), problem)


def _calls_among(files: Sequence[FoundFile], settings: InputSettings) -> tuple[list[CallInput], int]:
    """The calls among listed files, and how many files are left alone."""
    pattern, zone = compile_pattern(settings.name_pattern), ZoneInfo(settings.time_zone)
    recordings = [file for file in files if file.suffix in settings.recording_suffixes]
    beside = {os.path.splitext(file.name)[0] for file in recordings}
    documents = {file.name: file for file in files if file.suffix == ".json"}
    calls, ignored = [], len(files) - len(recordings) - len(documents)

    apart = {name: _json(file) for name, file in documents.items() if not {_base(name), _base(name).removesuffix(".vcon")} & beside}
    vcons = {name: found for name, document in apart.items() if (found := recording_in(document))}
    named: defaultdict[str, list[FoundFile]] = defaultdict(list)  # vCons by the recording they name
    for name, vcon in vcons.items():
        if vcon.file_name is not None:
            named[posixpath.join(posixpath.dirname(name), vcon.file_name)].append(documents[name])

    for file in recordings:
        base = os.path.splitext(file.name)[0]
        names = (f"{base}.json", f"{base}.vcon.json")
        sidecars = [documents[name] for name in names if name in documents] or _beside(file)
        calls.append(_call(file, "recording", [*sidecars, *named.pop(file.name, [])], pattern, zone))
    lacking = {file.name for files in named.values() for file in files}
    for name, document in apart.items():
        if name in vcons and vcons[name].body is not None:
            calls.append(_call(documents[name], "recording", [documents[name]], pattern, zone))
        elif is_transcript(document) and (name in lacking or name not in vcons or vcons[name].file_name is None):
            calls.append(_call(documents[name], "transcript", [documents[name]], pattern, zone))
        elif name in lacking:
            text = f"{name} names the recording {vcons[name].file_name}, which does not lie beside it, and holds no transcript"
            call = _call(documents[name], "recording", [documents[name]], pattern, zone)
            calls.append(replace(call, problem=call.problem or Problem("failed", "recording_missing", text)))
        elif name not in vcons or vcons[name].file_name is None:
            ignored += 1
    return calls, ignored


def _base(name: str) -> str:
    return name.removesuffix(".json")


def _beside(file: FoundFile) -> list[FoundFile]:
    """Sidecars of a recording that was named by itself or by a glob, so that they were not listed."""
    if is_url(file.address):
        return []
    base, name = os.path.splitext(file.address)[0], os.path.splitext(file.name)[0]
    return [FoundFile(base + end, name + end, 0, None) for end in (".json", ".vcon.json") if os.path.isfile(base + end)]


def _call(
    file: FoundFile, kind: Kind, documents: Sequence[FoundFile], pattern: re.Pattern[str] | None, zone: ZoneInfo
) -> CallInput:
    facts, wrong, hashes = Facts(), None, ()
    written = file.address.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if written != file.address:  # no table can hold this name
        call_id = os.path.splitext(written.rsplit("/", 1)[-1])[0]
        problem = Problem("failed", "bad_file_name", f"{written}: the file's name is not UTF-8; rename it")
        return CallInput(call_id, written, kind, file.size_bytes, CallMetadata(call_id, written), problem)
    try:
        read = [(_read(document), document.name) for document in documents]
        facts = merged(facts, *(_facts_in(*each) for each in read), facts_of_name(file.name, pattern))
        hashes = tuple(each for document, _ in read if (vcon := recording_in(document)) for each in vcon.content_hashes)
    except InputError as error:
        wrong = str(error)
    call_id = facts.call_id or file.stem.removesuffix(".vcon")
    problem = Problem("failed", "bad_metadata", wrong) if wrong else None
    metadata = as_metadata(facts, call_id, file.address, zone)
    return CallInput(call_id, file.address, kind, file.size_bytes, metadata, problem, file.content_tag, hashes)


def _read(file: FoundFile) -> dict[str, Any]:
    """A document about a call. Raises InputError where it cannot be read."""
    try:
        values = json.loads(read_file(file.address))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file.name}: not JSON ({error})") from error
    except OSError as error:
        raise InputError(f"{file.name}: cannot be read ({error.strerror})") from error
    if not isinstance(values, dict):
        raise InputError(f"{file.name}: holds no JSON object")
    return values


def _facts_in(document: dict[str, Any], name: str) -> Facts:
    """What a document says about its call. Raises InputError where something in it is wrong."""
    try:
        return document_facts(document, name)
    except ImportedTranscriptError as error:
        raise InputError(f"{name}: {error}") from error


def _json(file: FoundFile) -> object:
    try:
        return json.loads(read_file(file.address))
    except (ValueError, RecursionError, OSError):
        return None


def _each_once(calls: Sequence[CallInput]) -> tuple[CallInput, ...]:
    """The calls in order of id, each id and each content once; what comes again is refused under an id of its own."""
    first_of: dict[str, CallInput] = {}
    unique = []
    for call in calls:
        if call.call_id in first_of:
            other = first_of[call.call_id]
            text = (
                f"{call.recording} has the call id {call.call_id} of {other.recording}; name it apart by a manifest, a sidecar or "
                "input.name_pattern (a group call_id may take in the folder's name)"
                if call.recording != other.recording
                else f"{call.recording} is named more than once; it is scored as {other.call_id}, with the facts of its first line"
            )
            call = _under_own_id(call, Problem("refused", "call_id_taken", text), first_of)
        first_of[call.call_id] = call
        unique.append(call)
    return tuple(sorted(_without_copies(unique), key=lambda call: call.call_id))


def _under_own_id(call: CallInput, problem: Problem, taken: Collection[str]) -> CallInput:
    """The call under its place as id, numbered where a manifest names the same place again and again."""
    numbered = (f"{call.recording} ({number})" for number in itertools.count(2))
    own_id = next(name for name in itertools.chain([call.recording], numbered) if name not in taken)
    return replace(call, call_id=own_id, metadata=replace(call.metadata, call_id=own_id), problem=problem)


def _without_copies(calls: Sequence[CallInput]) -> list[CallInput]:
    """Calls whose content another call has already are refused.

    Only files of equal size are read for this, and of an object store only those that it tags alike.
    """
    alike: defaultdict[tuple[int, str | None], list[CallInput]] = defaultdict(list)
    for call in calls:
        if call.problem is None and call.size_bytes and (call.content_tag or not is_url(call.recording)):
            alike[call.size_bytes, call.content_tag].append(call)
    copies: dict[str, Problem] = {}
    for group in alike.values():
        first_with: dict[str, CallInput] = {}
        for call in group if len(group) > 1 else []:
            try:
                first = first_with.setdefault(sha256_of_address(call.recording), call)
            except OSError:  # unreadable: its own outcome will say so
                continue
            if first is not call:
                text = f"{call.recording} has the same content as {first.recording}, which is scored as {first.call_id}"
                copies[call.call_id] = Problem("refused", f"{COPY_OF}{first.call_id}", text)
    return [replace(call, problem=copies.get(call.call_id, call.problem)) for call in calls]
