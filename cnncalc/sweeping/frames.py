"""Rows of settings and numbers in Python: as a table, and as frames of pandas and Polars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import registry
from cnncalc.errors import UsageError
from cnncalc.sweeping import kinds
from cnncalc.system.installing import import_needed, install_command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.sweeping.job import Row
    from cnncalc.tables.table import Table


class Framed:
    """Rows, flat dictionaries that all have the same `columns`."""

    columns: tuple[str, ...]
    numbers: tuple[str, ...]
    """The columns of numbers, which are whole ones or not known."""

    def __iter__(self) -> Iterator[Row]:
        """The rows."""
        raise NotImplementedError

    @property
    def table(self) -> Table:
        """All rows as a table."""
        raise NotImplementedError

    def to_pandas(self) -> Any:
        """A frame of pandas, whose numbers are `Int64` where some are not known.

        Raises UsageError if pandas is not installed.
        """
        pandas = import_needed("pandas", "", "a frame")
        rows = list(self)
        found = {}
        for name, kind in self._kinds(rows).items():
            values = [row[name] for row in rows]
            whole = "Int64" if None in values else "int64"
            types = {kinds.WHOLE: whole, kinds.REAL: "float64", kinds.WORD: None}
            found[name] = pandas.Series(values, dtype=types.get(kind, "object"))
        return pandas.DataFrame(found)

    def to_polars(self) -> Any:
        """A frame of Polars; lists, and values of several types, are text in it.

        Raises UsageError if Polars is not installed, or has no whole numbers as large as one of these.
        """
        polars = import_needed("polars", "", "a frame")
        rows = list(self)
        found = self._kinds(rows)
        if kinds.WIDE in found.values() and not hasattr(polars, "Int128"):
            raise UsageError("numbers of more than 64 bits need polars 1.18 or newer",
                             install_command("--upgrade polars"))  # fmt: skip
        types = {
            kinds.TRUTH: polars.Boolean,
            kinds.WHOLE: polars.Int64,
            kinds.WIDE: getattr(polars, "Int128", None),
            kinds.REAL: polars.Float64,
        }
        schema = {name: types.get(kind, polars.String) for name, kind in found.items()}
        return polars.DataFrame(kinds.columns_of(rows, found), schema=schema)

    def _kinds(self, rows: list[Row]) -> dict[str, str]:
        return kinds.kinds_of(self.columns, self.numbers, rows)

    def to_dict(self) -> dict[str, Any]:
        """The document of `--format json`."""
        return self.table.to_dict()

    def _repr_html_(self) -> str:
        """The table, for notebooks."""
        return str(registry.load("formats", "html").render(self.table))
