r"""The one door through which specs come in: from what a person gives as SPEC to a text.

    resnet50.yaml   gan.yaml::generator   zoo:resnet101   HEAD~1:nets/unet.yaml   torch:net:Net   -

What exists is a file of that name, whatever it looks like. Otherwise a model or variant stands behind
the last `::`, and in front of it `zoo:NAME`, `-` for the standard input, or `REV:path` in git.
`torch:package.module:callable` is a module of PyTorch, whose code runs.
`C:\net.yaml` is a path on a drive.

A file is what is in it: one that is a model of another format is read as such, whatever it is called
(`importing`). What says what is expected of a model stands beside it, as `net.onnx.yaml`.
"""

from __future__ import annotations

import os
import sys
from errno import EBADF, ENOENT
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.errors import Source
from cnncalc.language.tree import BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import BinaryIO

STDIN = "<stdin>"
"""What the standard input is called in messages."""

FILE, ZOO, REVISION, STREAM, MODULE = "file", "zoo", "revision", "stream", "module"

PACKAGE = ".mlpackage"
"""The ending of a model that is a folder."""

PREFIX = "zoo:"
"""Begins the name of a spec that comes with cnncalc."""

TORCH = "torch:"
"""Begins the name of a module of PyTorch."""

SPECS = (".yaml", ".yml")
"""The endings of specs, and of what stands beside model files."""

_KEYS = (b"\nlayers:", b"\ncnncalc:", b"\nblocks:", b"\nmodels:")
"""One of them stands in every spec."""

_HEAD = 4096
"""So many bytes tell what a file is."""

_MOST_OF_MODEL = 1 << 32
"""So many bytes of a model are taken out of a pipe."""

_MOST = 4 * BYTES + 1
"""So many bytes of a spec are read: enough to see that it has more than BYTES characters."""


class Origin(NamedTuple):
    """Where a spec is, nothing of it read: its path, what kind of place that is, what is meant there.

    `path` is `-` for the standard input, the STREAM, and that of a file for a spec of the ZOO.
    `model` is a model or a variant. A MODULE is one of PyTorch. A FILE may be a folder, and need not be
    there. `allowed` are folders in which it may name other files, beside its own.
    """

    path: str
    kind: str = FILE
    model: str | None = None
    allowed: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What messages call it."""
        return STDIN if self.kind == STREAM else self.path


class Opened(NamedTuple):
    """A spec that was read: its text, the model or variant that is meant in it, where it is from."""

    source: Source
    model: str | None
    origin: Origin


def open_spec(
    text: str, allowed: Iterable[str] = (), given: Mapping[str, Any] | None = None
) -> Opened:
    """The spec that SPEC means; it may name other files of its folder, and in those that are `allowed`.

    `given` are the `size` and `channels` of what goes in and the `settings`, where they must be known
    before it is read: for a module that is followed, and for a file that describes several networks.
    Raises SpecError if it is not UTF-8, OSError if it cannot be read, UsageError for what the zoo or
    a revision does not have.
    """
    origin = locate(text, allowed)
    source = read(origin, given=given)
    source.judged = source.beside is None
    return Opened(source, origin.model, origin)


def locate(text: str, allowed: Iterable[str] = ()) -> Origin:
    """Where the spec is that SPEC means; raises UsageError for what the zoo does not have."""
    return _locate(os.fspath(text))._replace(allowed=tuple(allowed))


def _locate(text: str) -> Origin:
    if is_package(text):
        return Origin(_without_slash(text))
    if text != "-" and os.path.exists(text):
        return Origin(text)
    if text.startswith(TORCH):
        return Origin(text, MODULE)
    name, mark, part = text.rpartition("::")
    model: str | None = part
    if not (mark and name and part):
        name, model = text, None
    if name == "-":
        return Origin(name, STREAM, model)
    if name.startswith(PREFIX):
        from cnncalc.language import zoo

        name, variant = zoo.locate(name.removeprefix(PREFIX))
        return Origin(name, ZOO, model or variant)
    if ":" in name and not os.path.exists(name):
        from cnncalc.language import git

        return Origin(name, REVISION if git.parse(name) else FILE, model)
    return Origin(name, FILE, model)


def is_package(path: str) -> bool:
    """Whether it is a folder that is one model."""
    return _without_slash(path).endswith(PACKAGE) and os.path.isdir(path)


def _without_slash(path: str) -> str:
    """A path as its folder is called: shells complete it with a slash."""
    return path.rstrip("/" + os.sep)


def read(
    origin: Origin, data: bytes | None = None, given: Mapping[str, Any] | None = None
) -> Source:
    """The text of a spec, or what a model file is as a spec; `data` stands for what is there.

    `given` is as for `open_spec`.

    Raises SpecError if it is not UTF-8, or cannot be read as what it is; otherwise as `content`.
    """
    if origin.kind == MODULE:
        return _of_module(origin, given or {})
    if data is not None:
        return _read(origin, BytesIO(data), given, alone=True)
    model = model_beside(origin)
    if model is not None:
        with _open(model) as stream:
            found = _read_model(model, stream, given)
        if found is not None:
            return found
    with _open(origin) as stream:
        return _read(origin, stream, given)


def _of_module(origin: Origin, given: Mapping[str, Any]) -> Source:
    """What a module of PyTorch is as a spec."""
    from cnncalc.language.live import read_torch

    size, channels = given.get("size"), given.get("channels")
    return read_torch(origin.path.removeprefix(TORCH), origin.path, origin, size, channels)


def _read_model(
    origin: Origin,
    stream: BinaryIO,
    given: Mapping[str, Any] | None = None,
    *,
    alone: bool = False,
) -> Source | None:
    """What a model file is as a spec; None if it is a spec. Nothing stands beside it if it is `alone`."""
    if origin.path.endswith(SPECS) and _is_plain(stream.read(_HEAD)):
        return None
    from cnncalc.language.importing import read_model

    beside = (lambda: None) if alone else (lambda: _spec_beside(origin))
    is_file = origin.kind in (FILE, ZOO) and not alone and os.path.isfile(origin.path)
    return read_model(
        origin.name, origin.path, stream, origin, beside, is_file=is_file, given=given
    )


def _read(
    origin: Origin,
    stream: BinaryIO,
    given: Mapping[str, Any] | None = None,
    *,
    alone: bool = False,
) -> Source:
    found = _read_model(origin, stream, given, alone=alone)
    if found is not None:
        return found
    stream.seek(0)
    source = decode(origin, stream.read(_MOST))
    if _is_called_beside(origin.path):
        from cnncalc.language.importing import check_alone

        check_alone(source, origin.path)
    return source


def _is_plain(head: bytes) -> bool:
    """Whether a file is a spec without doubt, as nearly all are: then no importer is asked."""
    return b"\0" not in head and any(key in b"\n" + head for key in _KEYS)


def _open(origin: Origin) -> BinaryIO:
    """A file that can be read at any place, of whatever kind its origin is; raises as `content`."""
    if origin.kind == REVISION:
        return BytesIO(_read_tracked(origin.path))
    if origin.kind == STREAM:
        if sys.stdin is None:
            raise OSError(EBADF, os.strerror(EBADF), STDIN)
        try:
            return _keep(origin, sys.stdin.buffer)
        except OSError as error:
            raise OSError(error.errno, error.strerror, STDIN) from None
    path = origin.path
    if is_package(path):
        from cnncalc.language.importing import find_in_package

        path = find_in_package(origin.name, path)
    file = open(path, "rb")  # noqa: SIM115 - who asks for it closes it
    if file.seekable():
        return file
    with file:
        return _keep(origin, file)


def _keep(origin: Origin, pipe: BinaryIO) -> BinaryIO:
    """What comes out of a pipe. Of what is neither a spec nor a model no more is taken than a spec may have."""
    first = pipe.read(_MOST)
    if len(first) < _MOST:
        return BytesIO(first)
    from cnncalc.language.importing import find_importer

    if find_importer(origin.path, first[:_HEAD]) is None:
        return BytesIO(first)
    from tempfile import TemporaryFile

    kept = TemporaryFile()  # noqa: SIM115 - who asks for it closes it
    while first and kept.tell() < _MOST_OF_MODEL:
        kept.write(first)
        first = pipe.read(_MOST)
    kept.seek(0)
    return kept


def model_beside(origin: Origin) -> Origin | None:
    """The model file that a spec beside it is about: `net.onnx` for `net.onnx.yaml`."""
    path = origin.path.rpartition(".")[0]
    there = _is_called_beside(origin.path) and _is_there(origin._replace(path=path))
    return origin._replace(path=path) if there else None


def _is_called_beside(path: str) -> bool:
    """Whether it is called as what stands beside a model file is: `net.onnx.yaml`, and not `net.yaml`."""
    stem, _, _ = path.rpartition(".")
    return path.endswith(SPECS) and "." in os.path.basename(stem)[1:]


def _spec_beside(origin: Origin) -> Source | None:
    """The text of the spec `NAME.yaml` beside a model file NAME."""
    for ending in SPECS:
        place = origin._replace(path=origin.path + ending)
        if origin.kind in (FILE, REVISION) and _is_there(place):
            return decode(place, content(place))
    return None


def _is_there(origin: Origin) -> bool:
    """Whether there is a file, on the disk or in a revision."""
    if origin.kind == REVISION:
        from cnncalc.language import git

        place = git.parse(origin.path)
        return place is not None and git.has(place)
    return origin.kind == FILE and (os.path.isfile(origin.path) or is_package(origin.path))


def content(origin: Origin, most: int = _MOST) -> bytes:
    """The bytes of a spec; of more than `most` the first, all of them for -1.

    Raises OSError if it cannot be read, UsageError if a revision does not have it.
    """
    if origin.kind == MODULE:
        return b""
    if origin.kind == STREAM:
        if sys.stdin is None:
            raise OSError(EBADF, os.strerror(EBADF), STDIN)
        try:
            return sys.stdin.buffer.read(most)
        except OSError as error:
            raise OSError(error.errno, error.strerror, STDIN) from None
    if origin.kind == REVISION:
        return _read_tracked(origin.path)[: None if most < 0 else most]
    with open(origin.path, "rb") as file:
        return file.read(most)


def decode(origin: Origin, data: bytes) -> Source:
    """The bytes that are in a place as a text; raises SpecError if they are not UTF-8."""
    # So many bytes are too many characters in any case, and the last one may be cut in two.
    errors = "replace" if len(data) >= _MOST else "strict"
    try:
        return Source(origin.name, data.decode("utf-8-sig", errors), origin)
    except UnicodeDecodeError as error:
        from cnncalc.language.syntax_errors import refuse_bytes

        before = data[: error.start].decode("utf-8", "replace")
        raise refuse_bytes(Source(origin.name, ""), before, error.reason) from None


def _read_tracked(path: str) -> bytes:
    """A file in a revision. What git knows no revision for was meant as the name of a file."""
    from cnncalc.language import git

    place = git.parse(path)
    if place is None or not git.knows(place.revision):
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT), path)
    return git.file(place)
