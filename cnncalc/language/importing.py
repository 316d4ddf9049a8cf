"""Model files of other formats: which importer reads one, and what comes of it as a source.

A file is told by what is in it, then by its ending; what begins as a spec does is one.
"""

from __future__ import annotations

import os
import re
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

from cnncalc import registry
from cnncalc.errors import Diagnostic, Source, Span, SpecError
from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.model_file import Asked, ModelFile
from cnncalc.language.compose import BYTES, Mapping, Scalar, Sequence, compose
from cnncalc.language.described import BESIDE, place_in, tree
from cnncalc.system.gc_pause import pause

if TYPE_CHECKING:
    from types import ModuleType

_SPEC = re.compile(rb"^(?:cnncalc|name|description|dialect|vars|defaults|blocks|models|inputs?|layers)[ \t]*:",
                   re.MULTILINE)  # fmt: skip

_MESSAGE = re.compile(rb"^[ \t]*\w+[ \t]*\{", re.MULTILINE)
"""A line of protobuf's text format, which has names and colons, too: `layer {` is no YAML."""

_POINTER = b"version https://git-lfs"
_PICKLE = re.compile(rb"\x80[\x02-\x05]")


@pause
def read_model(
    name: str,
    path: str,
    stream: BinaryIO,
    origin: object,
    *,
    is_file: bool = False,
    asked: Asked | None = None,
) -> Source | None:
    """The network of a model file; None for what is no file of a known format.

    `name` is what messages call it, `path` what it is called where it lies, `origin` where that is. If it
    `is_file`, a spec may stand beside it. `asked` are lengths that a person gives.

    Raises SpecError if it is one and cannot be read, OSError.
    """
    file = ModelFile(name, stream, path if is_file else None)
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
        beside = _read_beside(path, origin) if is_file else None
        file.asked = asked or Asked(_sizes_in(beside) or None)
        description = importer.describe(file)
    except Unreadable as error:
        raise _report(name, error) from None
    source = Source(name, description.text, origin)
    source.tree, source.stated = tree(description, beside), description.stated
    if beside is not None:
        source.beside = getattr(beside.span, "source", None)
    says = {key.text for key, _ in beside.pairs} if beside is not None else set()
    if says.isdisjoint(("input", "inputs")) or (
        description.symbols is not None and not _sizes_in(beside)
    ):
        source.open = description.open
    anew = description.symbols is not None
    if anew and (description.open or description.symbols or asked is not None):
        place = path if is_file else BytesIO(file.read(0, file.size))
        source.again = partial(_read_again, name, path, place, origin)
        source.symbols = description.symbols or ()
    return source


def _read_again(
    name: str, path: str, place: str | BytesIO, origin: object, sizes: Any, symbols: Any
) -> Source:
    """The network of a model file for lengths that a person gives; raises SpecError, OSError."""
    asked = Asked(sizes, symbols)
    if isinstance(place, str):
        with open(place, "rb") as stream:
            found = read_model(name, path, stream, origin, is_file=True, asked=asked)
    else:
        found = read_model(name, path, place, origin, asked=asked)
    if found is None:
        raise OSError(f"{name} is another file by now")
    return found


def _sizes_in(beside: Mapping | None) -> dict[str, tuple[int, ...]]:
    """The sizes that a spec beside a model file gives its inputs, as far as they are numbers."""
    found: dict[str, tuple[int, ...]] = {}
    if beside is None:
        return found
    one, several = beside.get("input"), beside.get("inputs")
    inputs = [("input", one)] if one is not None else []
    if isinstance(several, Mapping):
        inputs += [(key.text, value) for key, value in several.pairs]
    for name, value in inputs:
        size = value.get("size") if isinstance(value, Mapping) else None
        items = size.items if isinstance(size, Sequence) else []
        lengths = [
            item.value for item in items if isinstance(item, Scalar) and isinstance(item.value, int)
        ]
        if lengths and len(lengths) == len(items):
            found[name] = tuple(lengths)
    return found


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
    # The one that is called as the ending comes first: to load the others takes longer than most files.
    ending = name.lower().rpartition(".")[2]
    for format in sorted(registry.names("importers"), key=lambda format: format != ending):
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
