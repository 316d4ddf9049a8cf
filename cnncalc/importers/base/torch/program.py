"""An exported program of PyTorch as plain data, wherever it comes from: a live module, or a file.

Source: torch/_export/serde/schema.py of PyTorch 2.14, schema 8.20, and the graphs of torch.export.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from cnncalc.importers.base.onnx.values import Dims


WRAPPERS = ("wrap_with_autocast", "wrap_with_set_grad_enabled")
"""Functions that call a graph as it stands: blocks of `with` that change how it is computed."""


class Ref(NamedTuple):
    """An argument that is the value of this name; all others are numbers, texts, None, or lists of these."""

    name: str


class Held(NamedTuple):
    """A tensor that the module holds: what it is called in it, whether it is learnt, and whether it is kept.

    A tensor of two names has the first of them. What is neither `learnt` nor `stored` is part of the program.
    """

    name: str
    learnt: bool
    stored: bool = True


class Call(NamedTuple):
    """An operator that is called: `aten.conv2d`, its arguments by the names of its schema, and what it gives.

    `path` is the module that calls it, `3.block.conv1`, and `cls` the class of that. `line` is its place
    in the listing, from 1.
    """

    op: str
    args: dict[str, Any]
    outputs: list[str]
    path: str
    cls: str
    line: int


class Program:
    """What is known of a program."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.calls: list[Call] = []
        self.held: dict[str, Held] = {}
        self.inputs: list[str] = []
        self.outputs: list[str] = []
        self.dims: dict[str, Dims] = {}
        self.whole: set[str] = set()
        """The values that are whole numbers: indices, ids and masks."""
        self.aliases: dict[str, str] = {}
        """Other names of values."""
        self.told = ""
        """What made it."""


def listing(program: Program) -> str:
    """A line for each call: what it reads and gives."""
    return "\n".join(
        f"{_short(call.op)} {_short(call.path)}: {_few(call.args)} → "
        f"{'×'.join(map(str, program.dims.get(call.outputs[0], ()))) if call.outputs else ''}"
        for call in program.calls
    )


def references(value: Any) -> list[str]:
    """The names of all values in an argument."""
    if isinstance(value, Ref):
        return [value.name]
    return [ref.name for ref in value if isinstance(ref, Ref)] if isinstance(value, list) else []


def _few(args: dict[str, Any]) -> str:
    names = [name for value in args.values() for name in references(value)]
    more = f", … ({len(names) - 8} more)" if len(names) > 8 else ""
    return ", ".join(_short(name) for name in names[:8]) + more


def _short(name: str) -> str:
    text = name if len(name) <= 60 else f"{name[:57]}…"
    return text if text.isprintable() else repr(text)
