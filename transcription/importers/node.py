"""A JSON document read with its place in mind, so that an error says what is wrong and where, without quoting words."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from audio.measures import Speaker
from transcription.errors import ImportedTranscriptError

_KINDS = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}


@dataclass(frozen=True)
class Node:
    """A value of a JSON document and the place where it stands, such as `Transcript[3].Items[0].Content`."""

    format: str
    place: str
    value: object

    def wrong(self, problem: str) -> ImportedTranscriptError:
        """The error for something wrong at this place."""
        return ImportedTranscriptError(f"{self.format}: {self.place or 'the document'}: {problem}")

    def kind(self) -> str:
        return _KINDS.get(type(self.value), "a number")

    def find(self, *keys: str) -> "Node | None":
        """The first of `keys` that this object has with a value other than null, None if it has none of them."""
        if not isinstance(self.value, dict):
            raise self.wrong(f"expected an object, found {self.kind()}")
        for key in keys:
            if self.value.get(key) is not None:
                return Node(self.format, f"{self.place}.{key}" if self.place else key, self.value[key])
        return None

    def need(self, *keys: str) -> "Node":
        """As `find`, but it must be there."""
        found = self.find(*keys)
        if found is None:
            raise self.wrong(f"{' or '.join(keys)} is missing")
        return found

    def items(self) -> Iterator["Node"]:
        if not isinstance(self.value, list):
            raise self.wrong(f"expected a list, found {self.kind()}")
        for position, value in enumerate(self.value):
            yield Node(self.format, f"{self.place}[{position}]", value)

    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self.wrong(f"expected a string, found {self.kind()}")
        return self.value

    def number(self) -> float:
        """A finite number; a numeral in a string counts, as Amazon Transcribe writes confidences."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float | str):
            raise self.wrong(f"expected a number, found {self.kind()}")
        try:
            number = float(self.value)
        except ValueError:
            raise self.wrong("expected a number, found a string that is none") from None
        if not math.isfinite(number):
            raise self.wrong("expected a finite number")
        return number

    def seconds(self, *, milliseconds: bool = False) -> float:
        """A time from the start of the call, in seconds."""
        number = self.number() / 1000 if milliseconds else self.number()
        if number < 0:
            raise self.wrong(f"expected a time from 0 on, found {number:g} s")
        return number

    def moment(self) -> datetime:
        """A date and time in ISO 8601."""
        try:
            return datetime.fromisoformat(self.text())
        except ValueError:
            raise self.wrong("expected a date and time in ISO 8601, such as 2026-03-02T09:14:00+00:00") from None

    def speaker(self) -> Speaker:
        """`agent` or `customer`, in any case; a few other words for the same are understood."""
        name = self.text().strip().lower()
        if name in ("agent", "advisor", "adviser", "representative", "rep", "operator", "employee"):
            return "agent"
        if name in ("customer", "caller", "client", "end_user", "user"):
            return "customer"
        raise self.wrong("expected a speaker, agent or customer")


def span(start: Node, end: Node, *, milliseconds: bool = False) -> tuple[float, float]:
    """Start and end in seconds; raises where the end is before the start."""
    start_s, end_s = start.seconds(milliseconds=milliseconds), end.seconds(milliseconds=milliseconds)
    if end_s < start_s:
        raise end.wrong(f"the end, {end_s:g} s, is before the start, {start_s:g} s")
    return start_s, end_s


def optional_text(node: Node | None) -> str | None:
    """The text of an optional value."""
    return node.text() if node else None


def language_code(node: Node | None) -> str | None:
    """ISO 639-1 of a language tag such as `en-US`."""
    return node.text().replace("_", "-").split("-")[0].lower() if node else None
