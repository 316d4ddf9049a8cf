"""What an importer yields: the data of a spec, and where in the file each layer stands.

It takes the way that every spec takes. An importer makes no layers, and computes no shapes but those
that it needs to say what a node means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

Data = dict[str, Any]
"""Plain data, as YAML would give it."""


class Entry(NamedTuple):
    """A layer: its kind and keys as a spec has them, and the line of the text where it stands, from 1."""

    kind: str
    keys: Data
    line: int


class Description(NamedTuple):
    """A network as plain data.

    `text` is what lines count: the file itself, or a listing of its nodes where the file is no text.
    `inputs` are shapes by name, `{"channels": 3, "size": [224, 224]}`; `stated` are the shapes that
    the file says of layers, by their names. `outputs` are names; without any the last layer is it.
    """

    text: str
    inputs: Mapping[str, Data]
    layers: Sequence[Entry]
    outputs: Sequence[str] = ()
    dialect: str | None = None
    name: str = ""
    """What the network is called; without one, it is called as the file."""
    description: str = ""
    line: int = 1
    """Where the file says what goes in."""
    stated: Mapping[str, Data] = {}
    variables: Mapping[str, Any] = {}
    """What of the file may be set, and what it is."""
    open: Mapping[str, str] = {}
    """The inputs whose size the file leaves open, and how far it says it, `?,?` or `?,80`: in `inputs`
    what is open is 1. Lengths that are no size are told by their symbols, `steps=?`."""
    symbols: Collection[str] | None = None
    """What the file calls its open lengths, if it is read anew with what is asked for; else None."""


def keep_lines(text: str, wanted: Collection[int]) -> str:
    r"""A text of as many lines, of which only those that are `wanted` say something: it is kept.

    >>> keep_lines("a\nb\nc\nd", {2})
    '\nb\n\n'
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    pieces: list[str] = []
    start, empty = 0, 0
    for number in range(1, max(wanted, default=0) + 1):
        end = text.find("\n", start)
        if number in wanted:
            pieces += ["\n" * empty, text[start : end if end >= 0 else None]]
            empty = 0
        if end < 0:
            break
        start, empty = end + 1, empty + 1
    return "".join(pieces) + "\n" * (empty + text.count("\n", start))


class Unchosen(Exception):
    """A file holds several networks, and none of those that are called `names` is asked for."""

    def __init__(self, names: Sequence[str]) -> None:
        """In the order of the file."""
        super().__init__()
        self.names = names


class Unreadable(Exception):
    """Why a file cannot be read as what it looks like: `line` is that of the text, if it is one."""

    def __init__(
        self,
        message: str,
        line: int | None = None,
        *,
        help: str = "",
        text: str = "",
        code: str = "E701",
    ) -> None:
        """`text` is the file, where it is one that can be shown; `code` that of the finding."""
        super().__init__(message)
        self.line = line
        self.help = help
        self.text = text
        self.code = code


class AlongBatch(Unreadable):
    """A file computes along the axis that is taken for that of the examples, and there are several of them."""

    def __init__(self, message: str, line: int | None = None) -> None:
        """`message` says what does so."""
        said = "export the model with one example, of which the batch is the first axis"
        super().__init__(message, line, help=f"{said}, or the second one of a sequence")


def is_batch_second(inputs: Iterable[Sequence[int | str]]) -> bool:
    """Whether the second axis can be that of one example: it is of length 1 in all, and the first is longer.

    So sequences are that have their steps first, as `nn.MultiheadAttention` of PyTorch reads them.
    """
    shapes = list(inputs)
    return bool(shapes) and all(
        len(dims) > 2 and dims[1] == 1 and isinstance(dims[0], int) and dims[0] > 1
        for dims in shapes
    )
