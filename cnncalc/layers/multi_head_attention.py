"""Multi-head attention."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.arithmetic.sequences import Blocks
from cnncalc.arithmetic.windows import Everything
from cnncalc.errors import Refusal
from cnncalc.layers.base.dividing import divide_by
from cnncalc.layers.base.kernels import Kernel
from cnncalc.layers.base.key_types import (
    AMOUNT,
    COUNT,
    FLAG,
    NUMBER,
    PER_AXIS,
    Axes,
    Choice,
    Kind,
    Listing,
    PerAxis,
    either,
)
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, a_map, per_axis

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from cnncalc.arithmetic.windows import Axis

Tensors = dict[str, tuple[int, ...]]

PROJECTIONS = ("query", "key", "value", "output")


class Biases(Kind):
    """`true`, `false`, or the projections that have a bias."""

    noun = "true, false, or a list out of " + ", ".join(PROJECTIONS)

    def parse(self, value: Any) -> bool | tuple[str, ...]:
        """A list becomes a tuple."""
        return _NAMES.parse(value) if isinstance(value, list) else FLAG.parse(value)

    def schema(self) -> dict[str, Any]:
        """A boolean or a list."""
        return either(FLAG.schema(), _NAMES.schema())


_NAMES = Listing(Choice(*PROJECTIONS))


class Sizes(NamedTuple):
    """The positions of the query, of the key, and those that each query is compared with."""

    queries: int
    keys: int
    compared: int


class MultiHeadAttention(Layer):
    """Mixes the positions of a value, weighted by how a query matches a key.

    `from:` names query, key and value; two names share key and value, one is self-attention.
    With fewer `kv_heads` than heads, several heads share a key and a value. With `window`, a
    position is compared with those of its own window only: windows lie side by side from the first
    position, or from `shift` on, and a map that they do not fill is padded; in three axes a window
    that is larger than the map is cut to it.
    Output: the positions of the query with `output` channels, those of the query by default.
    Weights: query, key and value are projected to heads × key_dim (value_dim), the result to the
    output; a bias for each. With `relative_bias`, a number for each head and distance between
    positions, and a buffer that says which pair has which. PyTorch's key_dim is the channels of the
    query / heads; Keras must be told.
    MACs: the four projections and, per head, query × key and weights × value for every pair of
    positions; softmax and scaling are other arithmetic.
    Window: everything; the own window, if there are such.
    """

    operands = (1, 3)
    differs = True
    saves = ("inputs",)
    kernels = PROJECTIONS
    source = (
        "Vaswani et al. 2017, arXiv:1706.03762; Liu et al. 2021, arXiv:2103.14030, arXiv:2106.13230"
    )
    example = "- multi_head_attention: {heads: 2, key_dim: 16}"

    heads: int = key(COUNT, symbol="h", help="how many side by side")
    key_dim: int | None = key(COUNT, None, symbol="d_k", help="features per head of query and key")
    value_dim: int | None = key(
        COUNT, None, symbol="d_v", help="features per head of the value, else key_dim"
    )
    output: int | None = key(COUNT, None, help="channels of the output")
    kv_heads: int | None = key(
        COUNT, None, symbol="h_kv", help="heads of key and value, which divide the heads"
    )
    window: PerAxis | None = key(PER_AXIS, None, help="positions that are compared, per axis")
    shift: PerAxis = key(Axes(AMOUNT), 0, help="where the first whole window begins")
    relative_bias: bool = key(FLAG, False, help="whether distances have a learnt bias")
    bias: bool | tuple[str, ...] = key(
        Biases(), True, help="whether biases are learnt, or which projections have one"
    )
    dropout: float = key(NUMBER, None, help="changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        query, k, v = self._operands(inputs)
        d, dv, out = self._dimensions(query)
        h, kv = self.heads, self._heads_of_key()
        n, m, pairs = self._sizes(query, k)
        weights: Tensors = {
            "query": (query.channels, h, d),
            "key": (k.channels, kv, d),
            "value": (v.channels, kv, dv),
            "output": (h, dv, out),
        }
        positions = {"query": n, "key": m, "value": m, "output": n}
        parts = self.mac_parts(*inputs)
        products = parts["scores"] + parts["mixing"]
        work = {
            "multiply": h * n * d,
            "exp": h * n * pairs,
            "add": h * n * (pairs - 1),
            "divide": h * n * pairs,
        }
        # A bias belongs to what a projection gives: heads and features, or output channels.
        biases = {
            name: shape[1:] if name != "output" else (out,)
            for name, shape in weights.items()
            if self.bias is True or (self.bias and name in self.bias)
        }
        work["add"] += sum(positions[name] * prod(shape) for name, shape in biases.items())
        weights |= {f"{name}_bias": shape for name, shape in biases.items()}
        buffers: Tensors = {}
        if self.relative_bias:
            extent = self._extent(query)
            weights["relative_bias"] = (prod(2 * w - 1 for w in extent), h)
            buffers["relative_index"] = (prod(extent) ** 2,)
            work["add"] += h * n * pairs
        return Facts(
            query._replace(channels=out),
            windows=self._windows(query),
            weights=weights,
            buffers=buffers,
            macs=query.copies * sum(parts.values()),
            work={kind: query.copies * count for kind, count in work.items()},
            # What is projected, the weights of the pairs, and what goes into the last projection.
            saved=query.copies * (h * n * d + kv * m * (d + dv) + h * n * pairs + h * n * dv),
            inner=query.copies * (products + n * h * dv * out),
        )

    def matrices(self, weights: Mapping[str, tuple[int, ...]]) -> dict[str, Kernel]:
        """The projections; those of equal query, key and value are one matrix, as in PyTorch."""
        shapes = {name: _as_matrix(name, weights[name]) for name in PROJECTIONS}
        if len({shapes[name] for name in PROJECTIONS[:-1]}) == 1:
            rows, columns = shapes["query"]
            shapes = {"projection": (3 * rows, columns), "output": shapes["output"]}
        return {name: Kernel(shape, shape[0]) for name, shape in shapes.items()}

    def mac_parts(self, *inputs: Shape) -> dict[str, int]:
        """The MACs of one region by what they are for.

        Four projections, the products of query and key (`scores`), and of these and the value
        (`mixing`).
        """
        query, k, v = self._operands(inputs)
        d, dv, out = self._dimensions(query)
        h, kv = self.heads, self._heads_of_key()
        n, m, pairs = self._sizes(query, k)
        return {
            "query": n * query.channels * h * d,
            "key": m * k.channels * kv * d,
            "value": m * v.channels * kv * dv,
            "scores": h * n * pairs * d,
            "mixing": h * n * pairs * dv,
            "output": n * h * dv * out,
        }

    def _heads_of_key(self) -> int:
        """The heads of key and value."""
        kv = self.kv_heads or self.heads
        if self.heads % kv:
            raise Refusal("E304", f"{self.heads} heads do not divide into {kv} of key and value",
                          help=divide_by("heads", self.heads, near=kv), key="kv_heads")  # fmt: skip
        return kv

    def _extent(self, query: Shape) -> tuple[int, ...]:
        """The positions along each axis that are compared with each other."""
        if self.window is None:
            return query.size
        return per_axis(self.window, query.rank, "window")

    def _sizes(self, query: Shape, k: Shape) -> Sizes:
        """How many positions there are; a map that windows do not fill is padded."""
        if self.window is None:
            return Sizes(prod(query.size), prod(k.size), prod(k.size))
        extent = self._extent(query)
        if query.rank == 3:
            # As in Video Swin; maps of two axes are padded up to one whole window.
            extent = tuple(map(min, extent, query.size))
        padded = prod(-(-n // w) * w for n, w in zip(query.size, extent, strict=True))
        return Sizes(padded, padded, prod(extent))

    def _windows(self, query: Shape) -> tuple[Axis, ...]:
        if self.window is None:
            return tuple(map(Everything, query.size))
        shifts = per_axis(self.shift, query.rank, "shift")
        axes: list[Axis] = []
        for n, w, shift in zip(query.size, self._extent(query), shifts, strict=True):
            if shift >= w:
                raise Refusal("E311", f"a shift of {shift} is no less than the window of {w}",
                              key="shift", help=f"{w // 2} is usual")  # fmt: skip
            # A single window is not shifted.
            axes.append(Everything(n) if w >= n else Blocks(w, shift))
        return tuple(axes)

    def _operands(self, inputs: tuple[Shape, ...]) -> tuple[Shape, Shape, Shape]:
        for x in inputs:
            a_map(x, "multi_head_attention")
        query, k, v = inputs[0], inputs[min(1, len(inputs) - 1)], inputs[-1]
        if (k.size, k.copies) != (v.size, v.copies):
            raise Refusal("E306", "key and value must have the same positions", operands=True)
        if len(inputs) > 1 and (self.window is not None or self.relative_bias):
            raise Refusal("E311", "windows and distances are those of one map: self-attention",
                          key="window" if self.window is not None else "relative_bias")  # fmt: skip
        if k.rank != query.rank or k.copies != query.copies:
            raise Refusal("E302", "query and key must have the same axes", operands=True)
        self.check(query)
        return query, k, v

    def _dimensions(self, query: Shape) -> tuple[int, int, int]:
        """Features per head of key and value, channels of the output."""
        whole, rest = divmod(query.channels, self.heads)
        if rest and (self.rules.heads_divide or self.key_dim is None):
            raise Refusal("E304", f"{query.channels} channels do not divide into {self.heads} heads",
                          help=divide_by("heads", query.channels, near=self.heads),
                          key="heads", operands=True)  # fmt: skip
        d = self.key_dim or whole
        found = d, self.value_dim or d, self.output or query.channels
        self.check(query, found, at="features of multi_head_attention")
        return found


def _as_matrix(name: str, shape: tuple[int, ...]) -> tuple[int, int]:
    """What a projection gives × what it reads."""
    if name == "output":
        return shape[-1], prod(shape[:-1])
    return prod(shape[1:]), shape[0]
