r"""The one door through which specs come in: from what a person gives as SPEC to a text.

    resnet50.yaml   gan.yaml::generator   zoo:resnet101   HEAD~1:nets/unet.yaml   torch:net:Net   -

What exists is a file of that name, whatever it looks like. Otherwise a model or variant stands behind
the last `::`, and in front of it `zoo:NAME`, `-` for the standard input, or `REV:path` in git.
`torch:package.module:callable` is a module of PyTorch, whose code runs.
`C:\net.yaml` is a path on a drive.

Whoever reads a file in another format enters here: between `content` and `decode` the bytes are
known and nothing is taken for YAML yet, so this is where an importer can be chosen, by the content
first and by the ending of the name second.
"""

from __future__ import annotations

import os
import re
import sys
from errno import EBADF, ENOENT
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.errors import Source
from cnncalc.language.compose import BYTES, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

STDIN = "<stdin>"
"""What the standard input is called in messages."""

FILE, ZOO, REVISION, STREAM, MODULE = "file", "zoo", "revision", "stream", "module"

PREFIX = "zoo:"
"""Begins the name of a spec that comes with cnncalc."""

TORCH = "torch:"
"""Begins the name of a module of PyTorch."""

SPECS = (".yaml", ".yml")
"""The endings of specs, which are read as such whatever they hold."""

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
    return Opened(read(origin, given=given), origin.model, origin)


def locate(text: str, allowed: Iterable[str] = ()) -> Origin:
    """Where the spec is that SPEC means; raises UsageError for what the zoo does not have."""
    return _locate(os.fspath(text))._replace(allowed=tuple(allowed))


def _locate(text: str) -> Origin:
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


def read(
    origin: Origin, data: bytes | None = None, given: Mapping[str, Any] | None = None
) -> Source:
    """The text of a spec, or what a model file is as a spec; `data` stands for what is there.

    `given` is as for `open_spec`.

    Raises SpecError if it is not UTF-8, or cannot be read as what it is; otherwise as `content`.
    """
    if origin.kind == MODULE:
        return _of_module(origin, given or {})
    if origin.path.endswith(SPECS):
        model = model_beside(origin.path) if origin.kind == FILE and data is None else None
        found = _of_model(origin._replace(path=model), given) if model else None
        if found is None:
            data = content(origin) if data is None else data
            found = _of_bytes(origin, data, given) if _OTHER_YAML.search(data) else None
        return found or decode(origin, data or b"")
    if origin.kind == FILE and data is None:
        return _of_model(origin, given) or decode(origin, content(origin))
    data = content(origin, -1) if data is None else data
    return _of_bytes(origin, data, given) or decode(origin, data[:_MOST])


_OTHER_YAML = re.compile(rb"^backbone:", re.MULTILINE)
"""A line that no spec has, and descriptions of networks by others do."""


def _of_model(origin: Origin, given: Mapping[str, Any] | None) -> Source | None:
    """What a model file is as a spec; None if it is no file of a known format."""
    from cnncalc.language.importing import read_model

    with open(origin.path, "rb") as file:
        return read_model(origin.name, origin.path, file, origin, is_file=True, given=given)


def _of_bytes(origin: Origin, data: bytes, given: Mapping[str, Any] | None) -> Source | None:
    """The same of bytes that were read."""
    from cnncalc.language.importing import read_model

    return read_model(origin.name, origin.path, BytesIO(data), origin, given=given)


def _of_module(origin: Origin, given: Mapping[str, Any]) -> Source:
    """What a module of PyTorch is as a spec."""
    from cnncalc.language.live import read_torch

    size, channels = given.get("size"), given.get("channels")
    return read_torch(origin.path.removeprefix(TORCH), origin.path, origin, size, channels)


def model_beside(path: str) -> str | None:
    """The model file that a spec beside it is about: `net.onnx` for `net.onnx.yaml`."""
    model = path.rpartition(".")[0]
    return model if "." in os.path.basename(model)[1:] and os.path.isfile(model) else None


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
        before = data[: error.start].decode("utf-8", "replace")
        raise unreadable(Source(origin.name, ""), before, error.reason) from None


def _read_tracked(path: str) -> bytes:
    """A file in a revision. What git knows no revision for was meant as the name of a file."""
    from cnncalc.language import git

    place = git.parse(path)
    if place is None or not git.knows(place.revision):
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT), path)
    return git.file(place)
