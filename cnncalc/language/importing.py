"""Model files of other formats: which importer reads one, and what comes of it as a source.

A file is told by what is in it, then by its ending; what begins as a spec does is one.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, BinaryIO

from cnncalc import registry
from cnncalc.errors import Diagnostic, Source, Span, SpecError
from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.model_file import ModelFile
from cnncalc.language.compose import BYTES, Mapping, compose
from cnncalc.language.described import BESIDE, place_in, tree

if TYPE_CHECKING:
    from collections.abc import Mapping as Given
    from types import ModuleType

_SPEC = re.compile(rb"^(?:cnncalc|name|description|dialect|vars|defaults|blocks|models|inputs?|layers)[ \t]*:",
                   re.MULTILINE)  # fmt: skip

_MESSAGE = re.compile(rb"^[ \t]*\w+[ \t]*\{", re.MULTILINE)
"""A line of protobuf's text format, which has names and colons, too: `layer {` is no YAML."""

_POINTER = b"version https://git-lfs"
_PICKLE = re.compile(rb"\x80[\x02-\x05]")


def read_model(
    name: str,
    path: str,
    stream: BinaryIO,
    origin: object,
    *,
    is_file: bool = False,
    given: Given[str, Any] | None = None,
) -> Source | None:
    """The network of a model file; None for what is no file of a known format.

    `given` is what is asked for of formats that are read for one size or setting, as for `open_spec`.
    `name` is what messages call it, `path` what it is called where it lies, `origin` where that is. If it
    `is_file`, a spec may stand beside it.

    Raises SpecError if it is one and cannot be read, OSError.
    """
    file = ModelFile(name, stream)
    file.given = given or {}
    head = file.head()
    is_protobuf = path.endswith(".prototxt") or _MESSAGE.search(head)
    if _SPEC.search(head) and not is_protobuf:
        return None
    try:
        if head.startswith(_POINTER):
            raise Unreadable(
                "this is a pointer of Git LFS, not the file itself", help="git lfs pull"
            )
        importer = find_importer(path, head)
        if importer is None:
            _refuse_pickle(head)
            return None
        description = importer.describe(file)
    except Unreadable as error:
        raise report_unreadable(name, error) from None
    source = Source(name, description.text, origin)
    beside = _read_beside(path, origin) if is_file else None
    source.tree, source.stated = tree(description, beside), description.stated
    if beside is not None:
        source.beside = getattr(beside.span, "source", None)
    says = {key.text for key, _ in beside.pairs} if beside is not None else set()
    if says.isdisjoint(("input", "inputs")):
        source.open = description.open
    return source


def _read_beside(path: str, origin: object) -> Mapping | None:
    """What the spec `NAME.yaml` beside a model file NAME says of it; raises SpecError if it is bad."""
    name = f"{path}.yaml"
    if not os.path.isfile(name):
        return None
    with open(name, "rb") as stream:
        source = Source(name, stream.read(4 * BYTES + 1).decode("utf-8-sig", "replace"), origin)
    root, findings = compose(source)
    for key, _ in root.pairs if isinstance(root, Mapping) else ():
        if key.text not in BESIDE and key.text[:2] != "x-":
            findings.append(
                Diagnostic("E103", f"unknown key `{cut(key.text, NAME)}` beside a model file", source, key.span,
                           help="known here: " + ", ".join(BESIDE))
            )  # fmt: skip
    if findings or not isinstance(root, Mapping):
        says = "what is said of a model file must be a mapping"
        help = f"known here: {', '.join(BESIDE)}"
        raise SpecError(findings or [Diagnostic("E101", says, source, help=help)])
    place_in(root, source)
    return root


def find_importer(name: str, head: bytes) -> ModuleType | None:
    """The importer that knows a file of this name and these first bytes."""
    for format in registry.names("importers"):
        module = registry.load("importers", format)
        if module.recognises(name, head):
            return module
    return None


def _refuse_pickle(head: bytes) -> None:
    """A pickle is a program, and is not run; raises Unreadable."""
    if _PICKLE.match(head):
        raise Unreadable("this is a pickle, which is a program: it is not run",
                         help="export the model: torch.onnx.export, or torch.export.save")  # fmt: skip


def report_unreadable(name: str, error: Unreadable) -> SpecError:
    """The finding that a model file, called `name`, cannot be read, in the line where it is so."""
    source = Source(name, error.text)
    line = source.line(error.line) if error.line else ""
    span = None
    if error.line:
        start = len(line) - len(line.lstrip()) + 1
        span = Span(error.line, start, error.line, max(len(line.rstrip()) + 1, start + 1))
    return SpecError([Diagnostic(error.code, str(error), source, span, help=error.help)])
