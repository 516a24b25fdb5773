"""Settings of redaction. Values, meanings and sources stand in `config/default.toml`, `[transcription.redaction]`."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["card", "security_code", "expiry", "ssn", "bank", "birth_date", "phone", "email", "address", "name"]
"""What is redacted. `ssn` stands for every national identity number, `security_code` for PINs and passcodes too."""


@dataclass(frozen=True)
class RedactionSettings:
    enabled: bool
    kinds: tuple[Kind, ...]
    audio: Literal["silenced", "original", "none"]
    padding_s: float
    phone_regions: tuple[str, ...]  # ISO 3166-1 alpha-2
    expected_turns: int
    expected_s: float
    bridged_s: float
    latest_birth_year: int
