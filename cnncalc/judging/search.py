"""Which files a command is about: those that are named, and in directories those that are specs."""

from __future__ import annotations

import os
import re
from functools import cache
from typing import TYPE_CHECKING

from cnncalc.spec.source import locate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_MARK = re.compile(rb"^(?:\xef\xbb\xbf)?cnncalc[ \t]*:", re.MULTILINE)
_MOST = 5_000_000
_FOREIGN = ("node_modules", "__pycache__", "site-packages")


def specs(
    paths: Iterable[str],
    *,
    root: str = ".",
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> list[str]:
    """The specs that `paths` mean, each once: files as they are named, directories searched.

    In a directory every *.yaml and *.yml is a spec that has a line beginning with `cnncalc:`.
    What begins with a dot, virtual environments and the packages of other languages are passed
    over. `include` and `exclude` are patterns relative to `root`; they concern only what is found.
    """
    found: dict[tuple[str, str], str] = {}
    for path in paths:
        file, _, model = locate(path)
        if model is None and os.path.isdir(file):
            for spec in _in_folder(file, _Filter(root, include, exclude)):
                found.setdefault((os.path.realpath(spec), ""), spec)
        else:
            found.setdefault((os.path.realpath(file), model or ""), path)
    return list(found.values())


class _Filter:
    """Patterns on paths relative to a root."""

    def __init__(self, root: str, include: Sequence[str], exclude: Sequence[str]) -> None:
        self.root = os.path.abspath(root)
        self.include = [_pattern(text) for text in include]
        self.exclude = [_pattern(text) for text in exclude]

    def leaves_out(self, path: str) -> bool:
        """Whether a file or a folder is excluded."""
        place = self._place(path)
        return any(pattern.fullmatch(place) for pattern in self.exclude)

    def takes(self, path: str) -> bool:
        """Whether a file is included."""
        place = self._place(path)
        return not self.include or any(pattern.fullmatch(place) for pattern in self.include)

    def _place(self, path: str) -> str:
        return os.path.relpath(os.path.abspath(path), self.root).replace(os.sep, "/")


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """A pattern of paths: `*` stays within a folder, `**` does not; a folder means all in it.

    One without a slash is a name anywhere. The standard library does this from Python 3.13 on, in
    `glob.translate`; before, a `*` of `fnmatch` goes through folders, and there is no `**`.
    """
    text = text.removeprefix("./").rstrip("/")
    regex = "".join(_GLOB.get(part) or _literal(part) for part in _PARTS.findall(text))
    anywhere = "" if "/" in text else "(?:.*/)?"
    return re.compile(f"{anywhere}{regex}(?:/.*)?", re.DOTALL)


_PARTS = re.compile(r"\*\*/|\*\*|\*|\?|\[!?[^]]+\]|.", re.DOTALL)
_GLOB = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _literal(part: str) -> str:
    """A set of characters, or a character that means itself."""
    if len(part) == 1:
        return re.escape(part)
    inside = part[1:-1].replace("\\", "\\\\").replace("[", "\\[")
    return f"[^{inside[1:]}]" if inside[0] == "!" else f"[{inside.replace('^', chr(92) + '^')}]"


def _in_folder(path: str, chosen: _Filter) -> Iterator[str]:
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(
            name for name in folders
            if not name.startswith(".")
            and name not in _FOREIGN
            and not os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))
            and not chosen.leaves_out(os.path.join(folder, name))
        )  # fmt: skip
        for name in sorted(files):
            file = os.path.normpath(os.path.join(folder, name))
            if not name.endswith((".yaml", ".yml")) or not chosen.takes(file):
                continue
            if not chosen.leaves_out(file) and _is_marked(file):
                yield file


def _is_marked(path: str) -> bool:
    """Whether a file in a directory says that it is a spec."""
    try:
        with open(path, "rb") as file:
            return is_spec(file.read(_MOST))
    except OSError:
        return False


def is_spec(data: bytes) -> bool:
    """Whether what is in a file says that it is a spec."""
    return _MARK.search(data) is not None
