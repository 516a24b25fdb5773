"""The configuration at the edge: TOML files become the frozen dataclasses of the core, or a message says which key is wrong."""

import dataclasses
import difflib
import os
import tomllib
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import TypeAdapter, ValidationError

from audio.settings import AudioSettings
from flows.errors import ConfigError
from flows.places import PACKAGES
from flows.ranges import out_of_range
from scoring.rubric import RubricFiles
from scoring.settings import ScoringSettings
from transcription.settings import TranscriptionSettings

PACKAGED = PACKAGES / "config"
"""The defaults: beside the packages in a checkout and in an installed wheel alike."""


Runner = Literal["inline", "processes", "dask"]
RUNNERS = typing.get_args(Runner)
CatchUp = Literal["skip", "latest", "all"]


@dataclass(frozen=True)
class InputSettings:
    agent_channel: int
    correct_swapped: bool
    recording_suffixes: tuple[str, ...]
    name_pattern: str
    pseudonymise_agents: bool
    settle_s: float
    time_zone: str
    day_begins_h: int


@dataclass(frozen=True)
class RunSettings:
    runner: Runner
    workers: int
    chunk_audio_s: float
    call_time_cap_s: float
    call_time_cap_factor: float
    worker_memory_cap_mb: int
    dask_address: str
    cost_per_compute_hour: float
    catch_up: CatchUp
    webhook_url: str


@dataclass(frozen=True)
class RetentionSettings:
    """Days after its business date that something is kept; 0: for ever."""

    calls: int
    turns: int
    words: int
    overlaps: int
    silences: int
    evidence: int
    scores: int
    runs: int


@dataclass(frozen=True)
class Settings:
    """Everything in `default.toml`, and the folder that the other configuration files are taken from."""

    input: InputSettings
    run: RunSettings
    retention: RetentionSettings
    audio: AudioSettings
    transcription: TranscriptionSettings
    scoring: ScoringSettings


@dataclass(frozen=True)
class ConfigFolder:
    """Where the configuration comes from. `folder` is None for the packaged defaults; `named_by` says who named it."""

    folder: Path | None
    named_by: str

    def file(self, name: str) -> Path:
        """The file `name` of this configuration: the folder's own where it has one, else the packaged default."""
        if self.folder is not None and (self.folder / name).is_file():
            return self.folder / name
        return PACKAGED / name

    def __str__(self) -> str:
        return f"packaged defaults ({PACKAGED})" if self.folder is None else f"{self.folder} ({self.named_by})"


def find_config(asked_for: Path | None) -> ConfigFolder:
    """The configuration to use: --config, then RAPPORT_CONFIG, then ./config where it is one of ours, then the packaged defaults.

    Raises ConfigError where a folder is named that is none, or that holds none of the configuration's files.
    """
    named = [(asked_for, "--config"), (os.environ.get("RAPPORT_CONFIG") or None, "RAPPORT_CONFIG")]
    for folder, named_by in named:
        if folder is None:
            continue
        folder = Path(folder)
        if not folder.is_dir():
            raise ConfigError(f"{named_by} names {folder}, which is no folder; `rapport init {folder}` makes one to edit")
        if not _is_config(folder):
            raise ConfigError(f"{named_by} names {folder}, which holds none of {', '.join(_file_names())}")
        return ConfigFolder(folder.resolve(), named_by)
    here = Path("config")
    if here.is_dir() and _is_config(here):
        return ConfigFolder(here.resolve(), "./config")
    return ConfigFolder(None, "packaged")


def load_settings(config: ConfigFolder | Path | None = None) -> Settings:
    """The settings of a configuration folder, laid key by key over the packaged defaults.

    Raises ConfigError for an unknown key (with the likeliest meant), a missing, ill-typed or impossible value, an unknown time zone.
    """
    folder = config.folder if isinstance(config, ConfigFolder) else config
    values = read_toml(PACKAGED / "default.toml")
    source = PACKAGED / "default.toml"
    if folder is not None and (folder / "default.toml").is_file():
        source = folder / "default.toml"
        values = _laid_over(values, read_toml(source))
    settings = _checked(values, source)
    if wrong := next(out_of_range(settings), None):
        raise ConfigError(f"{source}: {wrong}")
    url = settings.run.webhook_url
    if url and not url.startswith(("https://", "http://")):
        raise ConfigError(f"{source}: run.webhook_url is no address that begins with https:// or http://")
    try:
        ZoneInfo(settings.input.time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(
            f"{source}: input.time_zone is {settings.input.time_zone!r}, which is no IANA time zone; for example 'Europe/Berlin'"
        ) from error
    return settings


def rubric_files(config: ConfigFolder) -> RubricFiles:
    """The files of the rubric in this configuration."""
    return RubricFiles(
        rubric=config.file("rubric.toml"),
        phrases=config.file("phrases.en.toml"),
        exchanges=config.file("exchanges.en.toml"),
        dialogues=config.file("dialogues.en.toml"),
        flags=config.file("flags.toml"),
    )


def read_toml(path: Path) -> dict[str, typing.Any]:
    """The content of a TOML file; ConfigError with the place where it is not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error


def _checked(values: Mapping[str, typing.Any], source: Path) -> Settings:
    _refuse_unknown_keys(values, Settings, source, "")
    try:
        return _adapter().validate_python(values)
    except ValidationError as error:
        wrong = error.errors()[0]
        place = ".".join(str(part) for part in wrong["loc"])
        got = "" if wrong["type"] == "missing" else f" (it is {wrong['input']!r})"
        raise ConfigError(f"{source}: {place}: {wrong['msg'].lower()}{got}") from error


@lru_cache
def _adapter() -> TypeAdapter[Settings]:
    return TypeAdapter(Settings)


def _refuse_unknown_keys(values: Mapping[str, typing.Any], shape: type, source: Path, prefix: str) -> None:
    hints = typing.get_type_hints(shape)
    for key, value in values.items():
        if key not in hints:
            near = difflib.get_close_matches(key, hints, n=1, cutoff=0.5)
            meant = f"; did you mean {prefix}{near[0]}?" if near else f"; known here: {', '.join(sorted(hints))}"
            raise ConfigError(f"{source}: unknown key {prefix}{key}{meant}")
        if dataclasses.is_dataclass(hints[key]) and isinstance(value, Mapping):
            _refuse_unknown_keys(value, hints[key], source, f"{prefix}{key}.")


def _laid_over(below: Mapping[str, typing.Any], above: Mapping[str, typing.Any]) -> dict[str, typing.Any]:
    both = dict(below)
    for key, value in above.items():
        if isinstance(value, Mapping) and isinstance(both.get(key), Mapping):
            both[key] = _laid_over(both[key], value)
        else:
            both[key] = value
    return both


def _file_names() -> list[str]:
    return sorted(path.name for path in PACKAGED.glob("*.toml"))


def _is_config(folder: Path) -> bool:
    return any((folder / name).is_file() for name in _file_names())
