"""Model files of other formats: which importer reads one, and what comes of it as a source.

A file is told by what is in it, then by its ending; what begins as a spec does is one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

from cnncalc import registry
from cnncalc.errors import Diagnostic, Source, Span, SpecError
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.model_file import ModelFile
from cnncalc.language.described import tree

if TYPE_CHECKING:
    from types import ModuleType

_SPEC = re.compile(rb"^(?:cnncalc|name|description|dialect|vars|defaults|blocks|models|inputs?|layers)[ \t]*:",
                   re.MULTILINE)  # fmt: skip

_MESSAGE = re.compile(rb"^[ \t]*\w+[ \t]*\{", re.MULTILINE)
"""A line of protobuf's text format, which has names and colons, too: `layer {` is no YAML."""

_POINTER = b"version https://git-lfs"
_PICKLE = re.compile(rb"\x80[\x02-\x05]")


def read_model(name: str, path: str, stream: BinaryIO, origin: object) -> Source | None:
    """The network of a model file; None for what is no file of a known format.

    `name` is what messages call it, `path` what it is called where it lies, `origin` where that is.
    Raises SpecError if it is one and cannot be read, OSError.
    """
    file = ModelFile(name, stream)
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
        raise _report(name, error) from None
    source = Source(name, description.text, origin)
    source.tree, source.stated = tree(description), description.stated
    return source


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


def _report(name: str, error: Unreadable) -> SpecError:
    source = Source(name, error.text)
    line = source.line(error.line) if error.line else ""
    span = None
    if error.line:
        start = len(line) - len(line.lstrip()) + 1
        span = Span(error.line, start, error.line, max(len(line.rstrip()) + 1, start + 1))
    return SpecError([Diagnostic("E701", str(error), source, span, help=error.help)])
