"""A network as it is written down layer by layer: what each blob of the file is called in the spec.

For formats whose layers name the blobs that they read and write, as Caffe and ncnn. Of each tensor its axes
are known as far as they say what a later layer means.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Entry, Unreadable
from cnncalc.importers.base.names import Names
from cnncalc.layers.base.shape import LETTERS, MOST_AXES, MOST_OF_TENSOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.base.description import Data

Axes = tuple[int, ...]


class Tensor(NamedTuple):
    """What a blob is: its name in the spec, its axes without the batch, channels first, and the batch."""

    name: str
    axes: Axes
    batch: int = 1
    constant: int = 0
    """How many numbers the file holds for it, if it is no layer's but a constant."""
    folded: int = 1
    """How many examples the first axis stands for, of which one is shown: steps and examples were one batch."""

    @property
    def size(self) -> Axes:
        """The axes of space."""
        return self.axes[1:]


def shape_of(axes: Axes) -> Data:
    """Axes as the shape of a spec: a vector, a map, or a tensor of many axes.

    >>> shape_of((1000,)), shape_of((3, 224, 224))
    ({'features': 1000}, {'channels': 3, 'size': [224, 224]})
    """
    if len(axes) <= 1:
        return {"features": axes[0] if axes else 1}
    if len(axes) <= MOST_AXES + 1:
        return {"channels": axes[0], "size": list(axes[1:])}
    return {"shape": list(axes)}


def axis_name(axes: Axes, place: int) -> str:
    """What the axis at a place of `axes` is called in a spec.

    >>> axis_name((8, 5, 5), 0), axis_name((8, 5, 5), 2)
    ('channels', 'w')
    """
    return "channels" if place == 0 else LETTERS[len(axes) - 1][place - 1]


def alike(values: Sequence[int]) -> Any:
    """One number if all are the same, else the list of them."""
    return values[0] if len(set(values)) == 1 else list(values)


class Graph:
    """The layers of a spec so far, and what the blobs of the file are in it."""

    def __init__(self) -> None:
        """Nothing is known yet; `owners` are the layers whose weights have a name."""
        self.names = Names()
        self.entries: list[Entry] = []
        self._inputs: dict[str, Data] = {}
        self.blobs: dict[str, Tensor] = {}
        self.owners: dict[tuple[str, ...], Entry] = {}
        self._read: set[str] = set()
        self._named: set[str] = set()
        self._order: dict[str, None] = {}
        self._above = ""

    def add_input(self, blob: str, axes: Axes, line: int, batch: int = 1) -> None:
        """A blob that goes in; raises Unreadable for axes that cannot be one."""
        if len(axes) > MOST_OF_TENSOR or any(n < 1 for n in axes):
            raise Unreadable(f"{list(axes)} is not a shape of `{cut(blob, NAME)}`", line)
        name = "input" if blob == "input" and not self._inputs else self.names.unique(blob, "data")
        self._inputs[name] = shape_of(axes)
        self.blobs[blob] = Tensor(name, axes or (1,), batch)

    def read(self, blob: str, line: int) -> Tensor:
        """The tensor of a blob; raises Unreadable if nothing above has written it."""
        found = self.blobs.get(blob)
        if found is None:
            raise Unreadable(f"nothing above gives `{cut(blob, NAME)}`", line)
        self._read.add(found.name)
        return found

    def forget(self, tensor: Tensor) -> None:
        """A tensor that is thrown away: it is no output."""
        self._read.add(tensor.name)

    def add(
        self,
        kind: str,
        keys: Data,
        reads: Sequence[Tensor],
        axes: Axes,
        name: str,
        line: int,
        parts: Sequence[str] = (),
    ) -> Tensor:
        """Write a layer, and give what comes out of it; what it reads is left out if it is the one above.

        `parts` are what belongs to it by name. Raises Unreadable if it reads constants alone.
        """
        if not reads:
            raise Unreadable(f"`{cut(name, NAME)}` reads constants alone", line)
        parts = ("act",) if "activation" in keys else parts
        said: Data = {"name": self.names.unique(name, kind, parts), **keys}
        sources = [tensor.name for tensor in reads]
        if len(sources) > 1:
            said["from"] = sources
        elif sources[0] != self._above:
            said["from"] = sources[0]
        self.entries.append(Entry(kind, said, line))
        self._above = said["name"]
        self._order[said["name"]] = None
        self._read.update(sources)
        self._named.update(sources, [keys["like"]] if "like" in keys else [])
        x = reads[0]
        return Tensor(said["name"], axes, x.batch, folded=x.folded if axes[:1] == (1,) else 1)

    def add_known(
        self,
        reads: Sequence[Tensor],
        axes: Axes,
        name: str,
        line: int,
        *,
        params: int = 0,
        buffers: int = 0,
        macs: int = 0,
        each: bool = False,
    ) -> Tensor:
        """A layer that has no kind of its own, of which the shape and the counts are known.

        `each` says that an output reads one element, not everything. Raises Unreadable if nothing comes out.
        """
        if prod(axes) < 1:
            raise Unreadable(f"nothing comes out of `{cut(name, NAME)}`: {list(axes)}", line)
        keys: Data = {"output": shape_of(axes), "params": params, "buffers": buffers, "macs": macs}
        if each:
            keys["receptive_field"] = 1
        return self.add("opaque", keys, reads, axes, name, line)

    def add_rescaling(self, keys: Data | None, x: Tensor, name: str, line: int) -> Tensor:
        """A layer of these keys, none if nothing is changed; without them it has no kind of its own."""
        if keys is None:
            return self.add_known([x], x.axes, name, line, each=True)
        return self.add("rescaling", keys, [x], x.axes, name, line) if keys else x

    def add_parts(
        self, keys: Data, tensor: Tensor, parts: Sequence[Axes], name: str, line: int
    ) -> list[Tensor]:
        """Cut a tensor into parts."""
        numbers = [str(number) for number in range(len(parts))]
        whole = self.add("split", keys, [tensor], tensor.axes, name, line, numbers)
        del self._order[whole.name]
        self._above = ""
        found = []
        for number, axes in enumerate(parts):
            part = f"{whole.name}.{number}"
            self._order[part] = None
            found.append(Tensor(part, axes, tensor.batch))
        return found

    def inputs(self) -> dict[str, Data]:
        """What goes in and is read; of the only one the first layer need not say that it reads it."""
        found = {name: shape for name, shape in self._inputs.items() if name in self._named}
        keys = self.entries[0].keys if self.entries else {}
        if [keys.get("from")] == list(found):
            del keys["from"]
        return found

    def outputs(self) -> list[str]:
        """What nothing reads, in the order of the file; empty if it is the last layer alone."""
        left = [name for name in self._order if name not in self._read]
        return [] if left == [self._above] else left
