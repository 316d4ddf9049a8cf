"""Vectors by name: a mapping, a JSON file of one, or a CSV file with a column of names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.files import (
    Loaded,
    check_file,
    is_file,
    load,
    read_text,
    rows,
    to_number,
)
from cnncalc.calculator.kinds import VECTOR
from cnncalc.layers.base.key_types import Bad, Kind, show

if TYPE_CHECKING:
    from collections.abc import Sequence

Entries = dict[str, tuple[float, ...]]


class Database(Kind):
    """Names and vectors of one length; no name stands twice."""

    noun = "a mapping of names to vectors, or a .json or .csv file of them"

    def parse(self, value: Any) -> Entries:
        """A mapping in the order of the file."""
        return check_file(str(value), _entries, _read) if is_file(value) else _entries(value)

    def schema(self) -> dict[str, Any]:
        """A mapping, or the name of a file."""
        return {"type": ["object", "string"]}


def _entries(value: Any) -> Entries:
    if not isinstance(value, dict):
        raise Bad(f"must be {Database.noun}, got {show(value)}")
    if not value:
        raise Bad("is empty")
    found: Entries = {}
    for name, vector in value.items():
        try:
            found[str(name)] = VECTOR.parse(vector)
        except Bad as bad:
            raise bad.inside(name) from None
    first, *others = found
    for name in others:
        if len(found[name]) != len(found[first]):
            raise Bad(
                f"has the length {len(found[name])}, {show(first)} {len(found[first])}", at=(name,)
            )
    return found


def _read(path: str) -> Loaded:
    if path.lower().endswith((".csv", ".txt")):
        return _read_csv(path, *rows(path, read_text(path)))
    return load(path)


def _read_csv(path: str, found: Sequence[list[str]], lines: Sequence[int]) -> Loaded:
    """A row for each name; a first row without a number is a header, which may say where names are."""
    header = [cell.strip().lower() for cell in found[0]]
    has_header = not any(isinstance(to_number(cell), (int, float)) for cell in header)
    column = header.index("name") if has_header and "name" in header else 0
    entries: dict[str, Any] = {}
    places: dict[Any, int] = {}
    for row, line in list(zip(found, lines, strict=True))[has_header:]:
        if len(row) <= column:
            raise Bad(f"{path}:{line}: there is no name in column {column + 1}", sentence=True)
        name = row[column].strip()
        if name in entries:
            raise Bad(f"{path}:{line}: the name {show(name)} stands twice", sentence=True)
        entries[name] = [to_number(cell) for i, cell in enumerate(row) if i != column]
        places[name] = line
    return Loaded(entries, lambda at: places.get(at[0], 0) if at else 0)


DATABASE = Database()
