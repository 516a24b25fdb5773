"""TOML tables into frozen dataclasses, collecting every problem instead of stopping at the first."""

import dataclasses
import difflib
import types
import typing
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


class Reader:
    """Reads tables and keeps `problems`, each one sentence that names file, table and key."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def add(self, problem: str) -> None:
        self.problems.append(problem)

    def known_keys(self, table: Mapping[str, Any], known: Sequence[str], where: str) -> None:
        for key in table:
            if key not in known:
                near = difflib.get_close_matches(key, known, 1)
                self.add(f"{where}: unknown key {key!r}" + (f"; did you mean {near[0]!r}?" if near else ""))

    def unique(self, ids: Iterable[str], where: str) -> None:
        for name, count in Counter(ids).items():
            if count > 1:
                self.add(f"{where}: the id {name!r} is there {count} times; each id may stand once")

    def many(self, row_class: type[T], tables: Any, where: str) -> tuple[T, ...]:
        if not isinstance(tables, list):
            self.add(f"{where}: has to be written with double brackets, one table per entry")
            return ()
        return tuple(
            self.one(row_class, table, f"{where} number {number} ({table.get('id') or table.get('name') or 'without id'})")
            for number, table in enumerate(tables, 1)
        )

    def one(self, row_class: type[T], table: Any, where: str) -> T:
        """The dataclass of a table; where something is wrong a problem is added and the value is left out."""
        if not isinstance(table, dict):
            self.add(f"{where}: has to be a table")
            table = {}
        hints = typing.get_type_hints(row_class)
        declared = {entry.metadata.get("key", entry.name): entry for entry in dataclasses.fields(row_class)}  # type: ignore[arg-type]
        self.known_keys(table, list(declared), where)
        values: dict[str, Any] = {}
        for key, entry in declared.items():
            if key in table:
                values[entry.name] = self._value(hints[entry.name], table[key], f"{where}: {key}")
            elif entry.default is dataclasses.MISSING:
                self.add(f"{where}: {key} is missing")
                values[entry.name] = None
        return row_class(**values)

    def _value(self, hint: Any, value: Any, where: str) -> Any:
        allowed = typing.get_args(hint)
        if typing.get_origin(hint) is typing.Literal:
            if value not in allowed:
                self.add(f"{where} = {value!r}; allowed are {', '.join(allowed)}")
        elif typing.get_origin(hint) is tuple:
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                self.add(f"{where}: has to be a list of texts in quotes")
                return ()
            return tuple(value)
        elif isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:  # the latter of a Literal or None
            return self._value(allowed[0], value, where)
        elif hint is float:
            if isinstance(value, bool) or not isinstance(value, int | float):
                self.add(f"{where} = {value!r}; has to be a number")
                return None
            return float(value)
        elif not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
            self.add(f"{where} = {value!r}; has to be {'a whole number' if hint is int else 'a text in quotes'}")
        return value
