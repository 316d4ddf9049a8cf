"""Settings out of a file: CSV with a line of names, or JSON Lines."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any

from cnncalc.errors import UsageError
from cnncalc.language.given import setting as read_setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.sweeping.spaces import Setting

MOST = 1_000_000
"""A list has no more settings."""

_LONGEST = 100_000
"""No line of it has more characters."""

_WRITTEN = re.compile(r'("(?:[^"]|"")*"|[^,]*)(?:,|$)')
"""A cell as it is written."""

_EXAMPLE = '{"w": 0.5, "res": 96}'


def read_list(path: str) -> list[Setting]:
    """The settings in a file, each once; raises UsageError where they cannot be read, OSError."""
    found: dict[str, Setting] = {}
    with open(path, encoding="utf-8-sig", newline="") as file:
        try:
            for setting in _settings(path, file):
                found.setdefault(repr(setting), setting)
                if len(found) > MOST:
                    raise UsageError(f"{path} has more than {MOST:,} settings")
        except UnicodeDecodeError:
            raise UsageError(f"{path} is not UTF-8") from None
    if not found:
        raise UsageError(f"{path} has no settings", "a line of names and a line for each setting")
    return list(found.values())


def _settings(path: str, file: Any) -> Iterator[Setting]:
    lines = _lines(path, file)
    first = next(lines, None)
    if first is None:
        return
    if first[1].lstrip()[:1] == "{":
        yield _object(path, *first)
        for number, line in lines:
            yield _object(path, number, line)
        return
    if first[1].lstrip()[:1] == "[":
        raise UsageError(f"{path} begins with an array", "one setting a line, without brackets and "
                         "commas around them: " + _EXAMPLE)  # fmt: skip
    names = [name.strip() for name, _ in _cells(path, *first)]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"{path}:{first[0]}: two columns are called `{name}`")
    for number, line in lines:
        cells = _cells(path, number, line)
        if len(cells) != len(names):
            raise UsageError(f"{path}:{number}: {len(cells)} values for {len(names)} names")
        values = ["" if is_empty_text else read_setting(cell) for cell, is_empty_text in cells]
        yield dict(zip(names, values, strict=True))


def _lines(path: str, file: Any) -> Iterator[tuple[int, str]]:
    """The lines that say something, each with its number."""
    number = 0
    while line := file.readline(_LONGEST + 1):
        number += 1
        if len(line) > _LONGEST:
            raise UsageError(f"{path}:{number}: a line has at most {_LONGEST:,} characters")
        if line.strip():
            yield number, line


def _cells(path: str, number: int, line: str) -> list[tuple[str, bool]]:
    """The cells of a line, each with whether it is written as an empty text, `""`."""
    try:
        cells = next(csv.reader([line], strict=True))
    except csv.Error as error:
        raise UsageError(f"{path}:{number}: {error}") from None
    # The reader of Python cannot tell nothing from an empty text.
    written = _WRITTEN.findall(line.rstrip("\r\n"))
    return [(cell, text == '""') for cell, text in zip(cells, written, strict=False)]


def _object(path: str, number: int, line: str) -> Setting:
    try:
        found = json.loads(line, object_pairs_hook=lambda pairs: _once(path, number, pairs))
    except UsageError:
        raise
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise UsageError(f"{path}:{number}: not an object of JSON", _EXAMPLE)
    return found


def _once(path: str, number: int, pairs: list[tuple[str, Any]]) -> Setting:
    found: Setting = {}
    for name, value in pairs:
        if name in found:
            raise UsageError(f"{path}:{number}: `{name}` is given twice")
        found[name] = value
    return found
