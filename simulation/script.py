"""The script of a simulated call: what `docs/simulate.md` describes, read from TOML."""

import dataclasses
import difflib
import math
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from audio.measures import Speaker, Tone
from simulation.errors import ScriptError

Role = Literal["turn", "backchannel", "interruption", "failed_interruption", "terminal_overlap", "crosstalk", "hold"]
Codec = Literal["pcm", "mulaw", "alaw", "gsm", "flac", "opus16", "mp3_24"]
Percent = Annotated[float, Field(ge=0, le=100)]

MARK = "|"
"""In a text: here the other side comes in. Not spoken."""

AT_MARK = ("backchannel", "interruption", "failed_interruption", "crosstalk")
"""Roles that begin at a mark in the other side's line."""

FLOOR = ("turn", "interruption", "terminal_overlap", "crosstalk")
"""Roles after which the line's speaker has the floor, so that others can accompany it."""


def _call_id(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", value):
        raise ValueError("use letters, digits, _ and - only: it names the files")
    return value


@dataclass(frozen=True)
class Voices:
    agent: str
    customer: str


@dataclass(frozen=True)
class Gains:
    agent: float = 0.0
    customer: float = 0.0


@dataclass(frozen=True)
class ScriptMetadata:
    agent_id: str | None = None
    team: str | None = None
    customer_id: str | None = None
    queue: str | None = None
    started_at: str | None = None


@dataclass(frozen=True)
class Quality:
    listening: Percent | None = None
    empathy: Percent | None = None
    solution_focus: Percent | None = None
    overall: Percent | None = None


@dataclass(frozen=True)
class Sensitive:
    kind: Literal["card", "security_code", "expiry", "phone", "email", "bank", "ssn", "birth_date"]
    value: str


@dataclass(frozen=True)
class Line:
    speaker: Speaker
    text: str = ""
    role: Role = "turn"
    pause_s: Annotated[float, Field(ge=0)] = 0.4
    tone: Tone = "even"
    behaviours: tuple[str, ...] = ()
    yield_s: Annotated[float, Field(gt=0, lt=2)] = 0.6
    overlap_s: Annotated[float, Field(gt=0, le=0.3)] = 0.2
    hold_s: Annotated[float, Field(ge=2)] | None = None
    music: bool = False
    announced: bool = False


@dataclass(frozen=True)
class Script:
    call_id: Annotated[str, AfterValidator(_call_id)]
    title: str
    voices: Voices
    line: Annotated[tuple[Line, ...], Field(min_length=1)]
    sample_rate_hz: Literal[8000, 16000, 24000, 48000] = 8000
    codec: Codec = "mulaw"
    container: Literal["wav", "flac"] | None = None
    noise_snr_db: float = 50.0
    leakage_db: Annotated[float, Field(lt=0)] | None = None
    gains_db: Gains = Gains()
    seed: int = 1
    metadata: ScriptMetadata = ScriptMetadata()
    intended_quality: Quality = Quality()
    outcome: Literal["resolved", "follow_up_due", "escalated", "unresolved"] = "resolved"
    customer_state: Literal["angry", "indecisive", "unreasonable_demand", "passive_aggressive", "none"] = "none"
    conflict_cause: Literal[
        "communication", "quality", "pricing_or_billing", "unmet_expectation", "complaint_handling", "none"
    ] = "none"
    sensitive: tuple[Sensitive, ...] = ()


_TABLES = {
    "voices": Voices,
    "gains_db": Gains,
    "metadata": ScriptMetadata,
    "intended_quality": Quality,
    "line": Line,
    "sensitive": Sensitive,
}


def read_script(path: Path) -> Script:
    """The script in a TOML file.

    Raises:
        ScriptError: not TOML, an unknown key (with the nearest known one), a missing or impossible value, a hold without
            `hold_s`, a line without text, or marks and accompanying lines that do not match.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ScriptError(f"{path.name}: not a TOML file: {error}") from error
    return parse_script(table, path.name)


def parse_script(table: dict, where: str) -> Script:
    """The script in a parsed TOML table; `where` names it in errors. Raises like `read_script`."""
    _refuse_unknown_keys(table, Script, where)
    try:
        script = TypeAdapter(Script).validate_python(table)
    except ValidationError as error:
        first = error.errors()[0]
        raise ScriptError(f"{where}: {_place(first['loc'])}: {first['msg']}") from error
    if math.isnan(script.noise_snr_db):
        raise ScriptError(f"{where}: noise_snr_db: a number or inf")
    check_lines(script.line, where)
    return script


def check_lines(lines: tuple[Line, ...], where: str) -> None:
    """Raises ScriptError where a line cannot be laid: no text, no length, or nothing to accompany."""
    floor, marks = None, 0
    for number, line in enumerate(lines, start=1):
        here = f"{where}: line {number} ({line.role})"
        if line.role == "hold":
            if line.hold_s is None:
                raise ScriptError(f"{here}: give hold_s, the length of the hold in seconds")
            if number in (1, len(lines)) or lines[number - 2].role == "hold":
                raise ScriptError(f"{here}: a hold lies between two spoken lines")
            continue
        if line.role != "turn" and number > 1 and lines[number - 2].role == "hold":
            raise ScriptError(f"{here}: the line after a hold is a turn")
        if not spoken_text(line.text):
            raise ScriptError(f"{here}: give text, what is said")
        if line.role in (*AT_MARK, "terminal_overlap"):
            if floor is None or floor.speaker == line.speaker:
                raise ScriptError(f"{here}: there is no line of the other speaker before it to accompany")
            if line.role in AT_MARK:
                marks -= 1
            if marks < 0:
                raise ScriptError(f"{here}: the accompanied line has no {MARK} left that says where to come in")
        if line.role in FLOOR:
            if marks > 0:
                raise ScriptError(f"{here}: {marks} {MARK} of the line before it are not used by any line")
            floor, marks = line, line.text.count(MARK)
        elif MARK in line.text:
            raise ScriptError(f"{here}: nothing can accompany a {line.role}, remove the {MARK}")
    if marks > 0:
        raise ScriptError(f"{where}: {marks} {MARK} of the last line are not used by any line")


def spoken_text(text: str) -> str:
    """The text without marks, with single spaces."""
    return " ".join(text.replace(MARK, " ").split())


def _refuse_unknown_keys(table: dict, kind: type, where: str) -> None:
    known = [field.name for field in dataclasses.fields(kind)]
    for key, value in table.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
            raise ScriptError(f"{where}: unknown key {key!r}: {hint}")
        if kind is Script and key in _TABLES:
            for number, inner in enumerate(value if isinstance(value, list) else [value], start=1):
                if isinstance(inner, dict):
                    place = f"{where}: {key} {number}" if isinstance(value, list) else f"{where}: [{key}]"
                    _refuse_unknown_keys(inner, _TABLES[key], place)


def _place(loc: tuple) -> str:
    return " ".join(str(part + 1) if isinstance(part, int) else str(part) for part in loc)
