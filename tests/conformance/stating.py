"""Stating a framework's call as a spec: the words that the tables of both frameworks share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from .cases import Case, Dims

Entry = dict[str, Any]
"""One item of `layers:`, or a shape of `input:`."""


class Unstated(Exception):
    """The language cannot say this call; the message is the reason, a few words."""


class View(NamedTuple):
    """How a framework's tensor is read: which axis holds the channels, which the batch.

    `channels` counts the axes without the batch; `batch` is None where there is none.
    """

    channels: int = -1
    batch: int | None = 0

    def axes(self, shape: Dims) -> Dims:
        """The axes of one example."""
        return [n for i, n in enumerate(shape) if i != self.batch]

    def read(self, shape: Dims) -> Entry:
        """A framework's tensor as `input:` has it."""
        axes = self.axes(shape)
        if not axes:
            raise Unstated("no axis besides the batch")
        channels = axes.pop(self.channels)
        return tensor(channels, axes)

    def write(self, channels: int, size: tuple[int, ...]) -> Dims:
        """Our tensor in the framework's order, without the batch."""
        axes = list(size)
        axes.insert(self.channels % (len(size) + 1), channels)
        return axes

    def name(self, axis: int, rank: int) -> str:
        """Our name of the framework's axis `axis` of `rank`, neither counting the batch."""
        axis, channels = axis % rank, self.channels % rank
        if axis == channels:
            return "c"
        return {2: "l", 3: "hw", 4: "dhw", 5: "tdhw"}[rank][axis - (axis > channels)]


LAST = View(-1)
FIRST = View(0)


class Stated(NamedTuple):
    """A call in our words. `outputs` names layers; without names the last one is meant."""

    inputs: tuple[Entry, ...]
    layers: list[Entry]
    view: View = LAST
    outputs: tuple[str, ...] = ()

    def spec(self, dialect: str | None) -> Entry:
        """The whole spec as plain data."""
        spec: Entry = {"cnncalc": 1}
        if dialect:
            spec["dialect"] = dialect
        if len(self.inputs) == 1:
            spec["input"] = self.inputs[0]
        else:
            spec["inputs"] = dict(zip(NAMES, self.inputs, strict=False))
        spec["layers"] = self.layers
        if self.outputs:
            spec["outputs"] = list(self.outputs)
        return spec


NAMES = ("a", "b", "c")
"""What the inputs are called where there are several."""

Statement = Callable[[Case], Stated]
"""From a call to its spec; raises Unstated."""


def embedded(case: Case, entry: Entry, dim: int) -> Stated:
    """An embedding of ids on one axis or several."""
    _, *axes = case.shapes[0]
    return Stated(({"tokens": axes},), [entry], LAST)


def tensor(channels: int, size: Dims) -> Entry:
    """A map, or a vector where there is no size."""
    if len(size) > 4:
        raise Unstated("more than four axes of a map")
    return {"channels": channels, "size": size} if size else {"features": channels}


def layer(kind: str, args: Entry, *drop: str, **keys: Any) -> Entry:
    """An item: the framework's own arguments without those of `drop`, and `keys`.

    Argument names stay as the framework has them, so that the aliases are tested too.
    """
    given = {name: value for name, value in args.items() if name not in drop and value is not None}
    given.update({name: value for name, value in keys.items() if value is not None})
    return {kind: given}


def ranked(kind: str, case: Case) -> str:
    """`conv2d` for a class with a 2 in its name: the kind that insists on that many axes."""
    return f"{kind}{case.rank}d" if case.rank else kind

