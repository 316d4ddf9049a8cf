"""What OLD and NEW mean: a file, a directory, a revision of either, the standard input, a document."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.check.marking import is_spec
from cnncalc.check.search import specs
from cnncalc.errors import Source, UsageError
from cnncalc.foreign import visible
from cnncalc.language import git
from cnncalc.language.source import (
    FILE,
    REVISION,
    SPECS,
    Origin,
    content,
    is_package,
    locate,
    model_beside,
    read,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


_NAMES_ANOTHER = re.compile(rb"\bnet[\"']?\s*:").search
_ALL = -1
"""A document that was saved may be longer than any spec."""


class File(NamedTuple):
    """A spec of a side: where it is, and its bytes."""

    origin: Origin
    data: bytes
    in_place: bool = False
    """Whether it is read where it lies: a model file, or what stands beside one."""

    @property
    def name(self) -> str:
        """What to call it."""
        return self.origin.name

    @property
    def stands_alone(self) -> bool:
        """Whether it names no other file, so that its numbers change with its own text only."""
        return not self.in_place and _NAMES_ANOTHER(self.data) is None

    def source(self) -> Source:
        """Its text; raises SpecError if it is not UTF-8."""
        source = read(self.origin) if self.in_place else read(self.origin, self.data)
        source.judged = source.beside is None
        return source


class Side(NamedTuple):
    """All that is on one side of a comparison.

    `files` are by their paths below the directory, or one file by "" if one is meant; `model` is
    the one of it that is meant. `documents` are saved ones by path. `label` heads its column.
    `changes` are further arguments of `build`: settings, size, channels.
    """

    label: str
    files: dict[str, File]
    model: str | None = None
    documents: dict[str, dict[str, Any]] | None = None
    changes: dict[str, Any] | None = None

    @property
    def is_single(self) -> bool:
        """Whether it is one file and no directory."""
        return "" in self.files or self.documents is not None

    @property
    def is_model_file(self) -> bool:
        """Whether it is a file of a framework, which has no variants."""
        return "" in self.files and self.files[""].in_place


def side(text: str, label: str, allowed: Iterable[str] = ()) -> Side:
    """What OLD or NEW means; raises UsageError where it is nothing, OSError if it cannot be read.

    Its specs may name other files of their folders, and in those that are `allowed`.
    """
    origin = locate(text, allowed)
    name, model = origin.path, origin.model
    if os.path.isdir(name) and not is_package(name):
        _no_model(name, model)
        return _of_folder(name, dict(_in_folder(name, origin.allowed)), label)
    place = git.parse(name) if origin.kind == REVISION else None
    if place is not None:
        return _of_revision(origin, place)
    if origin.kind == FILE and not os.path.exists(name):
        raise UsageError(f"there is no {visible(name)}",
                         "a file, a directory, REV:path in git, zoo:NAME, or -")  # fmt: skip
    if is_package(name) or (origin.kind == FILE and os.path.isfile(name) and _is_model(origin)):
        return Side(label, {"": File(origin, b"", in_place=True)}, model)
    return _of_file(File(origin, content(origin, _ALL)), model, label)


def _is_model(origin: Origin) -> bool:
    """Whether a file may be that of a model, or stands beside one: these may be long, and are not read whole."""
    if origin.path.endswith(SPECS):
        return model_beside(origin) is not None
    return content(origin, 100).lstrip()[:1] != b"{"


def _in_folder(folder: str, allowed: tuple[str, ...]) -> Iterator[tuple[str, File]]:
    """The specs of a folder, by their paths in it."""
    for origin, _, fault in specs([folder]):
        if fault:
            raise UsageError(f"cannot read {visible(origin.path)}: {fault}")
        place = os.path.relpath(origin.path, folder).replace(os.sep, "/")
        beside = model_beside(origin) is not None
        yield place, File(origin._replace(allowed=allowed), content(origin, _ALL), beside)


def _of_revision(origin: Origin, place: git.Place) -> Side:
    """A file in git, or all specs of a folder there; the revision heads its column."""
    tracked, name = git.files(place), origin.path
    if isinstance(tracked, bytes):
        return _of_file(File(origin, tracked), origin.model, place.revision)
    _no_model(name, origin.model)
    inside = {}
    for path, data in tracked.items():
        if is_spec(data):
            where = origin._replace(path=f"{name.rstrip('/')}/{path}")
            inside[path] = File(where, data, model_beside(where) is not None)
    return _of_folder(name, inside, place.revision)


def change_side(old: Side, label: str, changes: dict[str, Any]) -> Side:
    """The one spec of a side with other settings or another input; raises UsageError if it is none."""
    if "" not in old.files:
        raise UsageError("what-if takes one spec", "a file, REV:path in git, zoo:NAME, or -")
    return old._replace(label=label, changes=changes)


def _of_folder(name: str, files: dict[str, File], label: str) -> Side:
    if not files:
        raise UsageError(f"no spec found in {visible(name)}",
                         "in a directory, specs are the YAML files that carry `cnncalc: 1`")  # fmt: skip
    return Side(label, files)


def _no_model(name: str, model: str | None) -> None:
    if model is not None:
        raise UsageError(f"{visible(name)} is a directory, and has no model {visible(model)}")


def _of_file(file: File, model: str | None, label: str) -> Side:
    """A file that is a spec or, if it says so, a document that was saved."""
    if file.data.lstrip()[:1] == b"{" and b'"analysis"' in file.data:
        try:
            document = json.loads(file.data)
        except ValueError:
            document = None
        if isinstance(document, dict) and "analysis" in document:
            return Side(label, {}, model, _documents(document, file.name))
    return Side(label, {"": file}, model)


def _documents(document: Mapping[str, Any], name: str) -> dict[str, dict[str, Any]]:
    """The networks of a document: one of an analysis, or all models of `check`."""
    if isinstance(document.get("layers"), list):
        return {"": dict(document)}
    models = document.get("models")
    if document["analysis"] == "check" and isinstance(models, list):
        named = {f"{m.get('path')}::{m.get('name')}": m for m in models if isinstance(m, dict)}
        if named:
            return named
    raise UsageError(f"{visible(name)} is a document without a network",
                     "cnncalc summary SPEC --format json makes one, or check SPEC… --format json")  # fmt: skip
