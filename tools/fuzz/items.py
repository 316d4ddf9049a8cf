"""Layers of every kind with all their keys, tried on the shape that they are to be given."""

from __future__ import annotations

from random import Random
from typing import Any

from cnncalc import registry
from cnncalc.dialects.base.dialect import find
from cnncalc.errors import Refusal
from cnncalc.language.kinds import layer_class
from cnncalc.layers.base.key_types import REQUIRED, Bad, Kind
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.shape import Shape
from tools.fuzz.values import SMALL, Values

KINDS = registry.names("layers")
USUAL = ("conv", "conv", "max_pool", "avg_pool", "batch_norm", "relu", "dense", "flatten", "conv_transpose",
         "depthwise_conv", "upsample", "pad", "global_avg_pool", "add", "concat")  # fmt: skip
TRIES = 5

Given = dict[str, Any]
"""The keys of a layer and their values, as plain data."""


def takes_layer(kind: Kind) -> bool:
    """Whether the value of a key is a layer."""
    return kind.takes_layer


class Items:
    """Draws layers for a spec of one dialect; `odd` is the share of values that make no sense."""

    def __init__(
        self, dice: Random, dialect: str | None, odd: float, counts: tuple[int, ...] = SMALL
    ) -> None:
        self.dice = dice
        self.counts = counts
        self.dialect = dialect
        self.odd = odd
        covers = find(dialect).covers if dialect else lambda _: True
        self.kinds = [kind for kind in KINDS if covers(kind)]
        self.usual = [kind for kind in USUAL if covers(kind)]

    def kind(self) -> str:
        """A kind of layer: half of the time any, half of the time one that is used much."""
        if self.dice.random() < 0.01:
            return self.dice.choice(KINDS)
        return self.dice.choice(self.kinds if self.dice.random() < 0.6 else self.usual)

    def fitting(self, shapes: list[Shape]) -> tuple[str, Given, list[int], Shape | None]:
        """A kind, its keys, which of the shapes it reads, and what it gives; None if it may fail.

        The last of `shapes` is that of the layer above.
        """
        for _ in range(TRIES):
            kind = self.kind()
            operands = self.operands(kind, shapes)
            given = self.keys(kind, shapes[operands[0]], depth=0)
            found = output(kind, given, [shapes[at] for at in operands], self.dialect)
            # What another layer computes for a kind seldom has the shape that it needs.
            if found is not None or (self._is_choosy(kind) and self.dice.random() < 0.1):
                return kind, given, operands, found
        if self.dice.random() < 0.06:
            return kind, given, operands, None
        return "identity", {}, [len(shapes) - 1], shapes[-1]

    def _is_choosy(self, kind: str) -> bool:
        """Whether it reads operands of different shapes."""
        least, most = layer_class(kind).operands
        return least > 1 and most is not None

    def operands(self, kind: str, shapes: list[Shape]) -> list[int]:
        """What a layer reads: mostly the one above, and what has the same shape."""
        layer, last = layer_class(kind), len(shapes) - 1
        least, most = layer.operands
        first = last if self.dice.random() < 0.88 else self.dice.randint(0, last)
        more = self.dice.choice((0, 0, 1, 2)) if least > 1 and most is None else 0
        same = [at for at, x in enumerate(shapes) if x == shapes[first]]
        others = least - 1 + more + len(layer.references)
        pick = lambda: self.dice.choice(same if self.dice.random() < 0.8 else range(last + 1))  # noqa: E731
        return [first, *(pick() for _ in range(others))]

    def keys(self, kind: str, x: Shape, *, depth: int) -> Given:
        """Keys of a kind: all that it needs, some of the others."""
        given: Given = {}
        values = Values(self.dice, x, self.odd, self.counts)
        layer = layer_class(kind)
        share = self.dice.choice((0, 0.2, 0.5))
        for name, key in layer.keys.items():
            needed = key.default is REQUIRED
            if name in layer.references or not (needed or self.dice.random() < share):
                continue
            if takes_layer(key.kind):
                inner = self.kind() if depth < 2 else "relu"
                given[name] = {inner: self.keys(inner, x, depth=depth + 1)}
            else:
                given[name] = values.of(key.kind)
        return given

    def behind(self, role: str) -> Any:
        """What stands behind `norm:` or `activation:`, as a word or with its keys."""
        kind = self.dice.choice((*(k for k in self.kinds if layer_class(k).role == role), "none"))
        if kind == "none" or self.dice.random() < 0.7:
            return kind
        return {kind: self.keys(kind, Shape(4, (4, 4)), depth=2)}


def built(kind: str, given: Given, dialect: str | None) -> Layer:
    """The layer; raises Bad for a value that a key does not take."""
    layer = layer_class(kind)
    values = {}
    for name, value in given.items():
        if takes_layer(layer.keys[name].kind):
            ((inner, keys),) = value.items()
            values[name] = built(inner, keys, dialect)
        else:
            values[name] = layer.keys[name].kind.parse(value)
    return layer(dialect=dialect, **values)


def output(kind: str, given: Given, operands: list[Shape], dialect: str | None) -> Shape | None:
    """What a layer gives; None if it is refused."""
    try:
        return built(kind, given, dialect).apply(*operands).output
    except (Bad, Refusal):
        return None
    except Exception:
        # What is a fault here will be one in the spec, which is judged.
        return operands[0]
