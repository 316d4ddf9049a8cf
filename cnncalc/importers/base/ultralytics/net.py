"""The layers of a network while its modules are gone through; every map knows its channels and its size."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.importers.base.description import Entry, Unreadable
from cnncalc.importers.base.names import Names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.base.description import Data

_MOST_CHANNELS = 2**20


class Map(NamedTuple):
    """What a layer gives: its name in the spec, channels and size."""

    name: str
    channels: int
    size: tuple[int, int]


def divisible(x: float, by: int = 8) -> int:
    """The multiple of `by` that is not below a number.

    >>> divisible(60), divisible(64)
    (64, 64)
    """
    return -int(-x // by) * by


class Net:
    """The layers so far: `path` is what stands before their names, `line` where the module stands."""

    def __init__(self, activation: str | None) -> None:
        """`activation` is that of the convolutions that do not say another."""
        self.names = Names()
        self.entries: list[Entry] = []
        self.path = ""
        self.line = 1
        self.activation = activation
        self._above = "input"

    def add(
        self, kind: str, keys: Data, reads: Sequence[Map], channels: int, size: tuple[int, int] | None = None,
        name: str = "",
    ) -> Map:  # fmt: skip
        """A layer that reads these, of so many channels; of the size of the first unless it is said.

        Raises Unreadable.
        """
        size = reads[0].size if size is None and reads else size or (1, 1)
        if not 0 < channels < _MOST_CHANNELS or min(size) < 1:
            raise Unreadable(
                f"`{self.path}` gives {channels} channels of {size[0]}×{size[1]}", self.line
            )
        parts = ("norm", "act") if "norm" in keys or "activation" in keys else ()
        said = self.names.unique(f"{self.path}.{name or kind}", parts=parts)
        data: Data = {"name": said, **keys}
        sources = [read.name for read in reads]
        if len(sources) > 1:
            data["from"] = sources
        elif sources and sources[0] != self._above:
            data["from"] = sources[0]
        self.entries.append(Entry(kind, data, self.line))
        self._above = said
        return Map(said, channels, size)

    def conv(
        self, x: Map, filters: int, kernel: int = 1, stride: int = 1, *, padding: int | None = None,
        groups: int = 1, act: Any = True, norm: bool = True, name: str = "conv",
    ) -> Map:  # fmt: skip
        """A convolution with its norm and activation, padded by half of its kernel unless it is said."""
        pad = kernel // 2 if padding is None else padding
        keys: Data = {"filters": filters, "kernel": kernel}
        if groups == x.channels == filters and groups > 1:
            kind = "depthwise_conv"
            keys = {"kernel": kernel}
        else:
            kind = "conv"
            if groups > 1:
                keys["groups"] = groups
        if stride > 1:
            keys["stride"] = stride
        if pad:
            keys["padding"] = pad
        if norm:
            keys |= {"bias": False, "norm": "batch_norm"}
        word = self.activation if act is True else act
        if word:
            keys["activation"] = word
        height, width = ((n + 2 * pad - kernel) // stride + 1 for n in x.size)
        return self.add(kind, keys, [x], filters, (height, width), name)

    def depthwise(self, x: Map, filters: int, kernel: int = 1, stride: int = 1, **keys: Any) -> Map:
        """A convolution of as many groups as channels on both sides have in common."""
        return self.conv(x, filters, kernel, stride, groups=gcd(x.channels, filters), **keys)

    def plain(self, x: Map, filters: int, name: str = "conv") -> Map:
        """A 1×1 convolution with a bias, and nothing behind it."""
        return self.conv(x, filters, act=None, norm=False, name=name)

    def concat(self, maps: Sequence[Map]) -> Map:
        """Maps side by side."""
        if len(maps) == 1:
            return maps[0]
        return self.add("concat", {}, maps, sum(x.channels for x in maps))

    def sum(self, *maps: Map) -> Map:
        """The sum of maps."""
        return self.add("add", {}, maps, maps[0].channels)

    def halves(self, x: Map) -> tuple[Map, Map]:
        """A map cut in two along its channels; raises Unreadable."""
        if x.channels % 2:
            raise Unreadable(f"`{self.path}` cuts {x.channels} channels in two", self.line)
        half = x.channels // 2
        return self.part(x, 0, half), self.part(x, half, x.channels)

    def part(self, x: Map, start: int, stop: int, axis: int = 1) -> Map:
        """Some channels of a map."""
        keys = {"axis": axis, "range": [start, stop]}
        return self.add("slice", keys, [x], stop - start if axis == 1 else x.channels, name="part")

    def pool(self, x: Map, kernel: int, stride: int, padding: int, kind: str = "max_pool") -> Map:
        """A pool."""
        keys: Data = {"size": kernel, "stride": stride}
        if padding:
            keys["padding"] = padding
        height, width = ((n + 2 * padding - kernel) // stride + 1 for n in x.size)
        return self.add(kind, keys, [x], x.channels, (height, width))

    def upsample(self, x: Map, scale: int, mode: str = "nearest") -> Map:
        """A map so many times as large."""
        size = x.size[0] * scale, x.size[1] * scale
        return self.add("upsample", {"scale": scale, "mode": mode}, [x], x.channels, size)

    def parameter(self, count: int, name: str, *, learnt: bool = True) -> None:
        """Numbers that no layer of ours has."""
        if count:
            keys: Data = {"features": count}
            if not learnt:
                keys["learnt"] = False
            self.add("parameter", keys, [], 1, name=name)
