"""Which files a command reads: those that are named, and the specs in directories."""

from __future__ import annotations

import os
from stat import S_ISREG
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.check.marking import is_claim_about, is_spec_file
from cnncalc.check.patterns import matches
from cnncalc.language.source import Origin, is_package, locate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_FOREIGN = ("node_modules", "__pycache__", "site-packages")


class Found(NamedTuple):
    """A spec that was named, or one that was found in a directory.

    `fault` says why something in a directory, a file or a folder, cannot be read.
    """

    origin: Origin
    is_named: bool = True
    fault: str = ""


def specs(
    paths: Iterable[str],
    *,
    root: str = ".",
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> list[Found]:
    """The specs that `paths` mean, each once: files as they are named, directories searched.

    In a directory every *.yaml and *.yml is a spec that holds a mapping with the key `cnncalc`, or stands beside
    a model file and says what is expected of it.
    Folders that begin with a dot, virtual environments and the packages of other languages are
    passed over, and so are links to folders, devices and pipes. `include` and `exclude` are
    patterns relative to `root`; they concern only what is found.
    """
    found: dict[tuple[str, str], Found] = {}
    for path in paths:
        origin = locate(path)
        if origin.model is None and os.path.isdir(origin.path) and not is_package(origin.path):
            for spec in _in_folder(origin.path, _Filter(root, include, exclude)):
                found.setdefault((os.path.realpath(spec.origin.path), ""), spec)
        else:
            found.setdefault((os.path.realpath(origin.path), origin.model or ""), Found(origin))
    return list(found.values())


class _Filter:
    """Patterns on paths relative to a root."""

    def __init__(self, root: str, include: Sequence[str], exclude: Sequence[str]) -> None:
        self.root = os.path.abspath(root)
        self.include = include
        self.exclude = exclude

    def leaves_out(self, path: str) -> bool:
        """Whether a file or a folder is excluded."""
        return self._is_meant(path, self.exclude)

    def takes(self, path: str) -> bool:
        """Whether a file is included."""
        return not self.include or self._is_meant(path, self.include)

    def _is_meant(self, path: str, patterns: Sequence[str]) -> bool:
        if not patterns:
            return False
        place = os.path.relpath(os.path.abspath(path), self.root).replace(os.sep, "/")
        return any(matches(pattern, place) for pattern in patterns)


def _in_folder(path: str, chosen: _Filter) -> Iterator[Found]:
    """The specs of a folder, those of the folders in it behind its own."""
    waiting = [path]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                inside = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield Found(Origin(folder), is_named=False, fault=_reason(error))
            continue
        folders = [entry.path for entry in inside if _is_searched(entry, chosen)]
        waiting += reversed(folders)
        for entry in inside:
            file = os.path.normpath(entry.path)
            if not entry.name.endswith((".yaml", ".yml")) or not chosen.takes(file):
                continue
            if not chosen.leaves_out(file):
                yield from _as_spec(file)


def _is_searched(entry: os.DirEntry[str], chosen: _Filter) -> bool:
    """Whether what is in a folder is a folder to search."""
    return (
        entry.is_dir(follow_symlinks=False)
        and entry.name[0] != "."
        and entry.name not in _FOREIGN
        and not os.path.exists(os.path.join(entry.path, "pyvenv.cfg"))
        and not chosen.leaves_out(entry.path)
    )


def _as_spec(path: str) -> Iterator[Found]:
    """A file of a folder, if it is a spec; and if nobody can tell, for it cannot be read."""
    try:
        # To open a pipe or a terminal would wait for ever.
        is_file = S_ISREG(os.stat(path).st_mode)
        if is_file and (is_spec_file(path) or is_claim_about(path)):
            yield Found(Origin(path), is_named=False)
    except OSError as error:
        # Editors lock a file by a link that leads nowhere.
        if not os.path.basename(path).startswith(".#"):
            yield Found(Origin(path), is_named=False, fault=_reason(error))


def _reason(error: OSError) -> str:
    return error.strerror or "it cannot be opened"
