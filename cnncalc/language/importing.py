"""Model files of other formats: which importer reads one, and what comes of it as a source.

A file is told by what is in it, whatever it is called; only what says nothing of itself is told by its
ending. What begins as a spec does is one.
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
from cnncalc.importers.base.description import Unchosen, Unreadable
from cnncalc.importers.base.looks import is_text, look_at, look_at_archive
from cnncalc.importers.base.model_file import Asked, ModelFile
from cnncalc.importers.base.package import find_model
from cnncalc.language.described import BESIDE, place_in, tree
from cnncalc.language.model import refuse_unchosen
from cnncalc.language.roots import find_root
from cnncalc.language.tree import Mapping, Scalar, Sequence
from cnncalc.system.gc_pause import pause

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as Given
    from types import ModuleType

    from cnncalc.importers.base.description import Description

_SPEC = re.compile(rb"^(?:cnncalc|name|description|dialect|vars|defaults|blocks|models|inputs?|layers)[ \t]*:",
                   re.MULTILINE)  # fmt: skip

_MESSAGE = re.compile(rb"^[ \t]*\w+[ \t]*\{", re.MULTILINE)
"""A line of protobuf's text format, which has names and colons, too: `layer {` is no YAML."""

_KEYS_OF_SPECS = (b"\nlayers:", b"\ncnncalc:", b"\nmodels:", b'"layers"', b'"models"')


@pause
def read_model(
    name: str,
    path: str,
    stream: BinaryIO,
    origin: object,
    beside: Callable[[], Source | None] = lambda: None,
    asked: Asked | None = None,
    *,
    is_file: bool = False,
    given: Given[str, Any] | None = None,
) -> Source | None:
    """The network of a model file; None for what is no file of a known format.

    `name` is what messages call it, `path` what it is called where it lies, `origin` where that is;
    `beside` reads the spec beside it that says what is expected of it; `asked` are lengths that a person
    gives. Of what `is_file` other files in its folder may be read, too. `given` is what is asked for of
    formats that are read for one size or setting, as for `open_spec`.

    Raises SpecError if it is one and cannot be read, OSError.
    """
    file = ModelFile(name, stream, path if is_file else None)
    file.given = given or {}
    head = file.head()
    is_protobuf = path.endswith(".prototxt") or _MESSAGE.search(head)
    if _SPEC.search(head) and not is_protobuf and b"\0" not in head:
        return None
    try:
        importer = _find_or_refuse(path, head)
        if importer is None:
            return None
        says = _read_beside(beside())
        file.model, says = _choose_model(origin, says)
        sizes = _sizes_in(says)
        file.asked = asked or Asked(sizes or None, channels=_channels_in(says) if sizes else None)
        description = _describe_by_content(importer, file, origin, head)
    except Unreadable as error:
        raise report_unreadable(name, error) from None
    source = Source(name, description.text, origin)
    source.tree, source.stated = tree(description, says), description.stated
    if says is not None:
        source.beside = getattr(says.span, "source", None)
    keys = {key.text for key, _ in says.pairs} if says is not None else set()
    if keys.isdisjoint(("input", "inputs")) or (description.symbols is not None and not sizes):
        source.open = description.open
    source.symbols = description.symbols or ()
    lengths = description.open or description.symbols or asked is not None
    if description.symbols is not None and lengths:
        place = path if is_file else BytesIO(file.read(0, file.size))
        source.again = partial(_read_again, name, path, place, origin, beside, given)
    return source


def find_in_package(name: str, path: str) -> str:
    """The file of a package that is its model; `name` is what messages call it. Raises SpecError, OSError."""
    try:
        return find_model(path)
    except Unreadable as error:
        raise report_unreadable(name, error) from None


def _find_or_refuse(path: str, head: bytes) -> ModuleType | None:
    """The importer of a file; None for what may be a spec. Raises Unreadable of what is called as a model is."""
    if look := look_at(head):
        raise Unreadable(look.says, help=look.help)
    importer = find_importer(path, head)
    if importer is None:
        _refuse(path, head)
    return importer


def _describe_by_content(
    importer: ModuleType, file: ModelFile, origin: object, head: bytes
) -> Description:
    """What a file holds, by another importer if it is only called as those of this one are."""
    try:
        return _describe(importer, file, origin)
    except Unreadable:
        # To load the others takes longer than most files: they are asked where there is a fault.
        modules = (registry.load("importers", name) for name in registry.names("importers"))
        other = next((m for m in modules if m.recognises("", head)), importer)
        if other is importer:
            raise
        return _describe(other, file, origin)


def _describe(importer: ModuleType, file: ModelFile, origin: object) -> Description:
    """What a file holds; raises Unreadable, and UsageError if it is not said which of its networks.

    What is named with the file may be a variant, what the spec beside it says may not.
    """
    try:
        found: Description = importer.describe(file)
    except Unchosen as error:
        names = [cut(model, NAME) for model in error.names]
        raise refuse_unchosen(names, file.name, file.model) from None
    if getattr(origin, "model", None) is None and file.model not in (None, found.name):
        known = cut(found.name, NAME) or os.path.splitext(file.base)[0]
        raise refuse_unchosen([known], file.name, file.model)
    return found


def _read_again(
    name: str,
    path: str,
    place: str | BytesIO,
    origin: object,
    beside: Callable[[], Source | None],
    given: Given[str, Any] | None,
    sizes: Any,
    symbols: Any,
) -> Source:
    """The network of a model file for lengths that a person gives; raises SpecError, OSError."""
    asked = Asked(sizes, symbols)
    if isinstance(place, str):
        with open(place, "rb") as stream:
            found = read_model(name, path, stream, origin, beside, asked, is_file=True, given=given)
    else:
        found = read_model(name, path, place, origin, beside, asked, given=given)
    if found is None:
        raise OSError(f"{name} is another file by now")
    return found


def _choose_model(origin: object, says: Mapping | None) -> tuple[str | None, Mapping | None]:
    """Which network of a file is meant, and what the spec beside it says of that one.

    What is named where the file is goes before the `model` that it is about.
    """
    named = getattr(origin, "model", None)
    about = says.get("model") if says is not None else None
    if says is None or not isinstance(about, Scalar):
        return named, says
    if named not in (None, about.text):
        return named, None
    pairs = [pair for pair in says.pairs if pair[0].text != "model"]
    return about.text, Mapping(pairs, says.start, says.end)


def _sizes_in(beside: Mapping | None) -> dict[str, tuple[int, ...]]:
    """The sizes that a spec beside a model file gives its inputs, as far as they are numbers."""
    found: dict[str, tuple[int, ...]] = {}
    for name, value in _inputs_in(beside):
        size = value.get("size")
        items = size.items if isinstance(size, Sequence) else []
        lengths = [
            item.value for item in items if isinstance(item, Scalar) and isinstance(item.value, int)
        ]
        if lengths and len(lengths) == len(items):
            found[name] = tuple(lengths)
    return found


def _channels_in(beside: Mapping | None) -> dict[str, int]:
    """The channels that it gives its inputs, as far as they are numbers."""
    said = {name: value.get("channels") for name, value in _inputs_in(beside)}
    return {
        name: item.value
        for name, item in said.items()
        if isinstance(item, Scalar) and isinstance(item.value, int)
    }


def _inputs_in(beside: Mapping | None) -> list[tuple[str, Mapping]]:
    """The inputs of which a spec beside a model file says something."""
    if beside is None:
        return []
    one, several = beside.get("input"), beside.get("inputs")
    inputs = [("input", one)] if one is not None else []
    if isinstance(several, Mapping):
        inputs += [(key.text, value) for key, value in several.pairs]
    return [(name, value) for name, value in inputs if isinstance(value, Mapping)]


def _read_beside(source: Source | None) -> Mapping | None:
    """What the spec beside a model file says of it; raises SpecError if it is bad."""
    if source is None:
        return None
    root, findings = find_root(source)
    for key, _ in root.pairs if isinstance(root, Mapping) else ():
        if key.text not in BESIDE and key.text[:2] != "x-":
            findings.append(
                Diagnostic("E103", f"unknown key `{cut(key.text, NAME)}` beside a model file", source, key.span,
                           help="known here: " + ", ".join(BESIDE))
            )  # fmt: skip
    model = root.get("model") if isinstance(root, Mapping) else None
    if model is not None and not (isinstance(model, Scalar) and isinstance(model.value, str)):
        findings.append(
            Diagnostic("E104", "`model` must be the name of a network of the file", source, model.span,
                       help="model: encode")
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


def _refuse(path: str, head: bytes) -> None:
    """Say what a file is that is called as a model is, and is none; raises Unreadable."""
    if look := look_at_archive(head):
        raise Unreadable(look.says, help=look.help)
    if path.endswith("saved_model.pb"):
        raise Unreadable("this is the graph of a SavedModel, which holds no layers",
                         help="keras_metadata.pb beside it is read, if Keras 2 has saved it")  # fmt: skip
    importer = importer_for(path)
    if importer is None or any(word in b"\n" + head for word in _KEYS_OF_SPECS):
        return
    help = "cnncalc formats lists what is read, and how files are called"
    if not head:
        raise Unreadable("the file is empty", help=help)
    what = "a text" if is_text(head) else "a file"
    raise Unreadable(
        f"this is {what} that does not begin as files of {importer.TITLE} do", help=help
    )


def importer_for(path: str) -> ModuleType | None:
    """The importer whose files are called so, whatever is in them; what is called as a spec is one."""
    if path.lower().endswith((".yaml", ".yml")):
        return None
    for format in registry.names("importers"):
        module = registry.load("importers", format)
        if path.lower().endswith(module.SUFFIXES):
            return module
    return None


def check_alone(source: Source, path: str) -> None:
    """A spec that is about the model file `net.onnx` is nothing without it; raises SpecError.

    It is called `net.onnx.yaml`, and has no layers.
    """
    model = path.rpartition(".")[0]
    text = source.text
    if any(word.decode() in f"\n{text}" for word in _KEYS_OF_SPECS[:1] + _KEYS_OF_SPECS[2:]):
        return
    if importer_for(model) is not None:
        says = f"there is no {os.path.basename(model)}, the model file that this is about"
        help = "put it beside, or give `layers` here: then it is a spec"
        raise SpecError([Diagnostic("E701", cut(says), source, help=help)])


def report_unreadable(name: str, error: Unreadable) -> SpecError:
    """The finding that a model file, called `name`, cannot be read, in the line where it is so."""
    source = Source(name, error.text)
    line = source.line(error.line) if error.line else ""
    span = None
    if error.line:
        start = len(line) - len(line.lstrip()) + 1
        span = Span(error.line, start, error.line, max(len(line.rstrip()) + 1, start + 1))
    return SpecError([Diagnostic(error.code, str(error), source, span, help=error.help)])
