"""Apache Parquet: a file of typed columns. It is made when all rows are known, which wait as JSON Lines."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

from cnncalc.sweeping import kinds
from cnncalc.system.installing import check_installed, import_needed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WAITS_AS = "jsonl"
"""The format in which rows wait until all of them are known."""

_GROUP = 1 << 16
"""So many rows are a row group; no more are in memory."""

_KEY = b"cnncalc"
"""Under which a file says which sweep it holds."""

_NEEDS = ("pyarrow", "parquet", "a Parquet file")


def check() -> None:
    """Raise UsageError if such a file cannot be made here: before the work is done that it is to hold."""
    check_installed(*_NEEDS)


def write(
    lines: str, path: str, columns: Sequence[str], metrics: Sequence[str], digest: str
) -> None:
    """Make a file of the rows that wait in another one; `digest` tells their sweep.

    Whole numbers are of 64 bits, where one is larger of 38 digits. Raises OSError.
    """
    arrow, parquet = _import()
    types = {
        kinds.TRUTH: arrow.bool_(),
        kinds.WHOLE: arrow.int64(),
        kinds.WIDE: arrow.decimal128(38),
        kinds.REAL: arrow.float64(),
    }
    found = kinds.kinds_of(columns, metrics, _rows(lines))
    fields = [(name, types.get(found[name], arrow.string())) for name in columns]
    schema = arrow.schema(fields, {_KEY: digest.encode()})
    rows = _rows(lines)
    with parquet.ParquetWriter(path, schema) as file:
        while group := list(islice(rows, _GROUP)):
            values = kinds.columns_of(group, found)
            file.write_table(arrow.table({name: values[name] for name in columns}, schema))


def read_digest(path: str) -> str:
    """What a file says of the sweep that it holds; nothing if it is none of ours."""
    arrow, parquet = _import()
    try:
        about = parquet.read_schema(path).metadata or {}
    except arrow.ArrowInvalid:
        return ""
    found: bytes = about.get(_KEY, b"")
    return found.decode("latin-1")


def _import() -> tuple[Any, Any]:
    return import_needed(*_NEEDS), import_needed("pyarrow.parquet", *_NEEDS[1:])


def _rows(path: str) -> Iterator[dict[str, Any]]:
    with open(path, encoding="utf-8") as file:
        yield from map(json.loads, file)
