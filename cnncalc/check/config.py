"""What a project settles once for `cnncalc check`: `[tool.cnncalc]` or `.cnncalc.toml`.

Only which files are looked at, which findings are raised, and how they are shown. Nothing here can
change a number.
"""

from __future__ import annotations

import os
import re
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.errors import UsageError
from cnncalc.registry import suggestion
from cnncalc.system.files import upwards

if TYPE_CHECKING:
    from collections.abc import Iterable


class Config(NamedTuple):
    """The settings of a project, and the file that has them."""

    file: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    strict: bool = False
    format: str = ""

    @property
    def root(self) -> str:
        """The folder that patterns are relative to."""
        return os.path.dirname(self.file) or "."


READER = "tomllib" if sys.version_info >= (3, 11) else "tomli"
"""The module that reads TOML: from 3.11 on Python has one; before, it is a dependency."""

_OWN, _SHARED = ".cnncalc.toml", "pyproject.toml"
_MOST = 1_000_000
"""No project settles as much as so many characters."""
_TABLE = re.compile(r"""^[ \t]*(?:\[[ \t]*)?(?:["']?tool["']?[ \t]*\.[ \t]*)?["']?cnncalc["']?[ \t]*[].=]"""
                    r"""|^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*cnncalc\b|^[ \t]*["']?tool["']?[ \t]*=""",
                    re.MULTILINE)  # fmt: skip
_KINDS = {**dict.fromkeys(("include", "exclude", "select", "ignore"), "a list of texts"),
          "strict": "true or false", "format": "a text"}  # fmt: skip


def find(paths: Iterable[str]) -> Config:
    """The settings nearest to `paths`: in the folder they have in common, or the first above it.

    The search ends with the folder of the repository. Raises UsageError for a file that is wrong.
    """
    for folder in upwards(_common(paths)):
        for name in (_OWN, _SHARED):
            file = os.path.join(folder, name)
            if os.path.isfile(file):
                table = _read(file, shared=name == _SHARED)
                if table is not None:
                    return _check_table(table, file)
    return Config()


def _common(paths: Iterable[str]) -> str:
    whole = [os.path.abspath(path) for path in paths]
    folders = [path if os.path.isdir(path) else os.path.dirname(path) for path in whole]
    try:
        return os.path.commonpath(folders)
    except ValueError:
        # On several drives, or none given.
        return os.getcwd()


def _read(file: str, *, shared: bool) -> dict[str, Any] | None:
    """The table of a file; None if it has none."""
    try:
        with open(file, encoding="utf-8") as stream:
            text = stream.read(_MOST + 1)
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from None
    except UnicodeError:
        raise UsageError(f"cannot read {file}: it is not UTF-8") from None
    if shared and not _TABLE.search(text):
        return None
    if len(text) > _MOST:
        raise UsageError(f"cannot read {file}: it has more than {_MOST:,} characters")
    document = _parse(text, file)
    if not shared:
        return document
    tool = document.get("tool")
    table = tool.get("cnncalc") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise UsageError(f"{file}: `tool.cnncalc` must be a table")
    return table


def _parse(text: str, file: str) -> dict[str, Any]:
    """A TOML document."""
    try:
        document: dict[str, Any] = import_module(READER).loads(text)
    except ValueError as error:
        raise UsageError(f"{file} is not valid TOML: {error}") from None
    except RecursionError:
        raise UsageError(f"{file} cannot be understood: it is nested too deep") from None
    return document


def _check_table(table: dict[str, Any], file: str) -> Config:
    """The settings of a table, each of its kind."""
    values: dict[str, Any] = {}
    for name, value in table.items():
        if name == "tool" and os.path.basename(file) == _OWN:
            raise UsageError(f"{file}: settings stand here without the heading [tool.cnncalc]",
                             "take the heading out")  # fmt: skip
        if name not in _KINDS:
            raise UsageError(f"{file}: cnncalc has no setting `{name}`",
                             suggestion(name, _KINDS) or "settings: " + ", ".join(_KINDS))  # fmt: skip
        if not _fits(value, _KINDS[name]):
            raise UsageError(f"{file}: `{name}` must be {_KINDS[name]}")
        values[name] = tuple(value) if isinstance(value, list) else value
    return Config(file, **values)


def _fits(value: Any, kind: str) -> bool:
    if kind == "a list of texts":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, bool if kind == "true or false" else str)
