"""Which numbers a setting may have. Its name carries the unit, and the unit the range, so that no section needs a list of its own."""

import dataclasses
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

AT_LEAST_1 = r"threads|.*batch(_s)?|.*beam_size|places|interval_draws|chunk_audio_s|call_time_cap_s|worker_memory_cap_mb"
"""Where nothing would be done, or nothing would fit, with less."""

RANGES: tuple[tuple[str, float, float], ...] = (
    (r"agent_channel", 0, 1),
    (r"day_begins_h", 0, 23),
    (r"latest_birth_year", 1900, 2100),
    (r".*(_share|probability|correlation|_prior|threshold|no_speech)", 0, 1),
    (AT_LEAST_1, 1, math.inf),
    (r".*logprob", -math.inf, 0),
    (r".*separation_(weights|offset)", -math.inf, math.inf),
    (r"least_separation", 0, 1),
    (r"components|rounds", 1, math.inf),
    (r".*(_shift|spread)", -math.inf, math.inf),
    (r".*", 0, math.inf),
)
"""Pattern of the name, least and greatest value; the first that matches counts. Lengths, counts, levels and factors are not negative."""


def out_of_range(values: Any, prefix: str = "") -> Iterator[str]:
    """For every number of these settings (nested dataclasses) that makes no sense, its name, its value and what would do."""
    for field in dataclasses.fields(values):
        value, name = getattr(values, field.name), f"{prefix}{field.name}"
        if dataclasses.is_dataclass(value):
            yield from out_of_range(value, f"{name}.")
            continue
        least, greatest = next((low, high) for pattern, low, high in RANGES if re.fullmatch(pattern, field.name))
        for number in value if isinstance(value, tuple) else (value,):
            if isinstance(number, int | float) and not (math.isfinite(number) and least <= number <= greatest):
                yield f"{name} is {number:g}; {_wanted(least, greatest)}"


def _wanted(least: float, greatest: float) -> str:
    bounds: Mapping[tuple[bool, bool], str] = {
        (True, True): f"it must lie between {least:g} and {greatest:g}",
        (True, False): f"it must be {least:g} or more",
        (False, True): f"it must be {greatest:g} or less",
        (False, False): "it must be a finite number",
    }
    return bounds[math.isfinite(least), math.isfinite(greatest)]
