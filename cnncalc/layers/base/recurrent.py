"""What the recurrent layers have in common: gates over the steps of a sequence.

Symbols: `i` features in, `h` units, `r` features that the state feeds back (h, or the projection).
A step of one direction costs gates·h·(i + r) MACs, and r·h for a projection.
"""

from __future__ import annotations

from collections import Counter
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.arithmetic.windows import Everything, Prefix
from cnncalc.errors import Refusal
from cnncalc.layers.base.kernels import Kernel
from cnncalc.layers.base.key_types import COUNT, FLAG, NUMBER, Choice, a_word, either
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, a_map

if TYPE_CHECKING:
    from collections.abc import Mapping


class Returned(Choice):
    """`last` or `sequence`; Keras' `return_sequences` says it with a flag."""

    def parse(self, value: Any) -> Any:
        """True is the sequence."""
        if isinstance(value, bool):
            return "sequence" if value else "last"
        return super().parse(value)

    def schema(self) -> dict[str, Any]:
        """A word or a flag."""
        return either(super().schema(), FLAG.schema())


class Direction(Choice):
    """How the two directions are merged; PyTorch's flag means concat, Keras abbreviates."""

    def parse(self, value: Any) -> Any:
        """True is concat."""
        if isinstance(value, bool):
            return "concat" if value else "none"
        if isinstance(value, str):
            value = _SHORT.get(value, value)
        return super().parse(value)

    def schema(self) -> dict[str, Any]:
        """A word, which Keras may have shortened, or a flag."""
        return either(a_word(self.words, tuple(_SHORT)), FLAG.schema())


RETURNED = Returned("last", "sequence")
DIRECTION = Direction("none", "concat", "sum", "average", "multiply")

_SHORT = {"mul": "multiply", "ave": "average"}

_MERGING = {
    "sum": {"add": 1},
    "average": {"add": 1, "divide": 1},
    "multiply": {"multiply": 1},
}
"""The work per element of merging two directions."""


class Recurrent(Layer):
    """Base of the recurrent layers: `gates` per unit, and the arithmetic of a unit besides them."""

    periodic = "space"
    differs = True
    saves = ("inputs",)
    kernels = ("kernel", "kernel_above", "recurrent", "projection")
    gates: ClassVar[int]
    gate_names: ClassVar[tuple[str, ...]]
    """What each gate is called, in the order of the framework's weights."""
    cell: ClassVar[Mapping[str, int]]
    """The work of one unit in one step, biases aside."""

    units: int = key(COUNT, symbol="U", help="features of the state")
    return_: str = key(RETURNED, "last", help="the last state, or the state after every step")
    bias: bool = key(FLAG, True, help="whether biases are learnt")
    bidirectional: str = key(DIRECTION, "none", help="a pass from the end, and how it is merged")
    layers: int = key(COUNT, 1, symbol="L", help="how many are stacked")
    dropout: float = key(NUMBER, None, help="changes no count")

    projection: int | None = None
    """The features a state is reduced to, where a kind of layer can do that."""

    @property
    def feedback(self) -> int:
        """The features of the state that is fed back and given out."""
        return self.projection or self.units

    @property
    def biases(self) -> int:
        """How many biases a gate has: PyTorch keeps one for the input and one for the state."""
        return self.rules.recurrent_biases

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = sequence(inputs[0])
        self.check()
        width = self.feedback * (2 if self.bidirectional == "concat" else 1)
        output = x._replace(channels=width)
        if self.return_ == "last":
            output = output._replace(size=())
        weights = self._weights(x.channels, width)
        biases = prod(weights.get("bias", (0,))) + prod(weights.get("bias_new", (0,)))
        steps = x.size[0] * x.copies
        learnt = sum(map(prod, weights.values())) - biases
        return Facts(
            output,
            windows=(self._window(x.size[0]),),
            weights=self._with_copies(weights, learnt + biases),
            macs=steps * learnt,
            work=self._work(steps, x.copies, biases),
            saved=steps * self.layers * self.directions * self.units * (self.gates + 1),
            inner=steps * (learnt - prod(weights["kernel"])),
        )

    def _with_copies(
        self, weights: dict[str, tuple[int, ...]], numbers: int
    ) -> dict[str, tuple[int, ...]]:
        """The weights as the framework lists them: all of these numbers, and maybe once more."""
        return {**weights, "listed_again": (numbers,)} if self.rules.recurrent_twice else weights

    def matrices(self, weights: Mapping[str, tuple[int, ...]]) -> dict[str, Kernel]:
        """The matrices of each layer and direction."""
        found = {name: weights[name] for name in self.kernels if name in weights}
        return {n: Kernel(shape[-2:], shape[-2], copies=shape[:-2]) for n, shape in found.items()}

    @property
    def directions(self) -> int:
        """How many passes over the sequence."""
        return 1 if self.bidirectional == "none" else 2

    def _weights(self, i: int, above: int) -> dict[str, tuple[int, ...]]:
        """The weights of all layers and directions; layers but the first read `above` features."""
        rows = self.gates * self.units
        across = (2,) if self.directions == 2 else ()
        each = (self.layers, *across) if self.layers > 1 else across
        weights: dict[str, tuple[int, ...]] = {"kernel": (*across, rows, i)}
        if self.layers > 1:
            weights["kernel_above"] = (self.layers - 1, *across, rows, above)
        weights["recurrent"] = (*each, rows, self.feedback)
        if self.bias:
            weights["bias"] = (*each, self.biases, rows) if self.biases > 1 else (*each, rows)
        if self.projection is not None:
            weights["projection"] = (*each, self.projection, self.units)
        return weights

    def _window(self, n: int) -> Everything | Prefix:
        if self.return_ == "last":
            return Everything()
        return Prefix() if self.bidirectional == "none" else Everything(n)

    def _work(self, steps: int, copies: int, biases: int) -> dict[str, int]:
        """Biases and gates in every step, and the merging of the two directions."""
        times = steps * self.layers * self.directions * self.units
        work = Counter({name: n * times for name, n in self.cell.items()})
        work["add"] += steps * biases
        merged = steps * (self.layers - 1) + (copies if self.return_ == "last" else steps)
        for name, n in _MERGING.get(self.bidirectional, {}).items():
            work[name] += n * merged * self.feedback
        return {name: n for name, n in work.items() if n}


def sequence(x: Shape) -> Shape:
    """`x`; raises Refusal unless it is a map of one axis."""
    if a_map(x, "a recurrent layer").rank != 1:
        raise Refusal("E302", f"a recurrent layer needs a sequence, a map of one axis; this has {x.rank}",
                      help="`reshape` it to {channels: C, size: [L]}, or use conv_lstm or time_distributed",
                      operands=True)  # fmt: skip
    return x
