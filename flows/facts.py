"""What manifests, sidecars and file names say about calls: rows become `CallMetadata`, or a message with the line."""

import contextlib
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, FiniteFloat, NonNegativeFloat, ValidationError, model_validator

from audio.intervals import Interval
from flows.errors import ConfigError, InputError
from scoring.metadata import CallMetadata


def _time(value: object) -> object:
    if value is None or isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(str(value).strip())
    except ValueError as error:
        raise ValueError(f"{value!r} is no date and time such as 2026-03-01T14:02:00+01:00") from error


class Hold(BaseModel):
    start_s: NonNegativeFloat
    end_s: FiniteFloat

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> "Hold":
        if self.end_s <= self.start_s:
            raise ValueError(f"a hold ends at {self.end_s:g} s, which is not after its start at {self.start_s:g} s")
        return self


class Facts(BaseModel):
    """The fields that a manifest row, a sidecar or a file name may give; others are left alone."""

    model_config = ConfigDict(coerce_numbers_to_str=True, str_strip_whitespace=True)

    call_id: str | None = None
    started_at: Annotated[datetime | None, BeforeValidator(_time)] = None
    agent_id: str | None = None
    team: str | None = None
    customer_id: str | None = None
    queue: str | None = None
    agent_name: str | None = None
    customer_name: str | None = None
    holds: tuple[Hold, ...] = ()
    agent_channel: Annotated[int | None, Field(ge=0, le=1)] = None


FIELDS = tuple(Facts.model_fields)


@dataclass(frozen=True)
class ManifestRow:
    """A row of a manifest: where it stands, the recording it names, and its facts or what is wrong with it."""

    place: str
    recording: str | None
    facts: Facts | None
    wrong: str | None


def read_facts(values: Mapping[str, Any], place: str) -> Facts:
    """Facts of one call. Raises InputError naming the place and the field that is wrong."""
    known = {key: value for key, value in values.items() if key in FIELDS and not _blank(value)}
    try:
        return Facts.model_validate(known)
    except ValidationError as error:
        wrong = error.errors()[0]
        field = ".".join(str(part) for part in wrong["loc"])
        raise InputError(f"{place}: {field}: {wrong['msg'].removeprefix('Value error, ')}") from error


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def merged(first: Facts, *others: Facts) -> Facts:
    """The first facts, completed field by field by the others in order."""
    values = {}
    for facts in reversed((first, *others)):
        values |= {field: getattr(facts, field) for field in facts.model_fields_set}
    return Facts.model_construct(_fields_set=set(values), **values)


def as_metadata(facts: Facts, call_id: str, recording: str, zone: ZoneInfo) -> CallMetadata:
    """The facts as the core wants them; a start without an offset is a local time of `zone`, stored in UTC."""
    started_at = facts.started_at
    if started_at is not None:
        with contextlib.suppress(OverflowError):  # the first and last day of the calendar have no time in every zone
            started_at = (started_at if started_at.tzinfo else started_at.replace(tzinfo=zone)).astimezone(UTC)
    metadata = CallMetadata(
        call_id=call_id,
        recording=recording,
        started_at=started_at,
        agent_id=facts.agent_id,
        team=facts.team,
        customer_id=facts.customer_id,
        queue=facts.queue,
        agent_name=facts.agent_name,
        customer_name=facts.customer_name,
        agent_channel=facts.agent_channel,
    )
    return replace(metadata, holds=tuple(Interval(hold.start_s, hold.end_s) for hold in facts.holds))


def read_manifest(content: bytes, name: str) -> list[ManifestRow]:
    """The rows of a manifest, CSV with a header line or a JSON list of objects, each with a `recording`.

    Spreadsheets write a CSV with semicolons or tabs in many countries: the header tells. Its case and spaces do not matter.
    Raises InputError where it is neither, or has no column `recording`. A bad row is returned with what is wrong.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not UTF-8 text: {error}; spreadsheets save it as CSV UTF-8") from error
    rows = _json_rows(text, name) if name.lower().endswith(".json") else _csv_rows(text, name)
    return [_manifest_row(place, values) for place, values in rows]


def _csv_rows(text: str, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    header = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=header.count), skipinitialspace=True)
    columns = [column.strip().lower() for column in reader.fieldnames or []]
    if "recording" not in columns:
        raise InputError(f"{name}: the first line names no column `recording` (it names {', '.join(columns) or 'nothing'})")
    twice = sorted({column for column in columns if column in ("recording", *FIELDS) and columns.count(column) > 1})
    if twice:
        raise InputError(f"{name}: the first line names the column `{twice[0]}` more than once")
    reader.fieldnames = columns
    try:
        yield from ((f"{name} line {reader.line_num}", values) for values in reader)
    except csv.Error as error:
        raise InputError(f"{name} line {reader.line_num}: not CSV ({error})") from error


def _json_rows(text: str, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        rows = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{name} line {error.lineno}: not JSON ({error.msg})") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"{name}: a JSON manifest is a list of objects, each with a `recording`")
    if rows and not any("recording" in row for row in rows):
        raise InputError(f"{name}: no object names a `recording`")
    yield from ((f"{name} entry {number}", row) for number, row in enumerate(rows, start=1))


def _manifest_row(place: str, values: Mapping[str, Any]) -> ManifestRow:
    named = values.get("recording")
    recording = named.strip() or None if isinstance(named, str) else None
    if None in values:
        return ManifestRow(place, recording, None, f"{place}: more values than columns ({len(values[None])} too many)")
    if recording is None:
        return ManifestRow(place, None, None, f"{place}: no recording is named")
    try:
        return ManifestRow(place, recording, read_facts(values, place), None)
    except InputError as error:
        return ManifestRow(place, recording, None, str(error))


def compile_pattern(pattern: str) -> re.Pattern[str] | None:
    """The file-name pattern of the configuration; ConfigError where it is no regular expression or has unknown groups."""
    if not pattern:
        return None
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ConfigError(f"input.name_pattern is no regular expression: {error}") from error
    unknown = set(compiled.groupindex) - set(FIELDS)
    if unknown:
        raise ConfigError(f"input.name_pattern: unknown group {sorted(unknown)[0]}; known: {', '.join(FIELDS)}")
    return compiled


def facts_of_name(name: str, pattern: re.Pattern[str] | None) -> Facts:
    """What a file's name says; nothing where the pattern does not match it."""
    match = pattern.match(name) if pattern else None
    return read_facts(match.groupdict() if match else {}, f"file name {name}")
