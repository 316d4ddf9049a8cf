"""Multi-head attention."""

from __future__ import annotations

from math import prod

from cnncalc.arithmetic.windows import Everything
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import COUNT, FLAG, NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, a_map

Weights = dict[str, tuple[int, ...]]


class MultiHeadAttention(Layer):
    """Mixes the positions of a value, weighted by how a query matches a key.

    `from:` names query, key and value; two names share key and value, one is self-attention.
    Output: the positions of the query with `output` channels, those of the query by default.
    Weights: query, key and value are projected to heads × key_dim (value_dim), the result to the
    output; a bias for each. PyTorch's key_dim is the channels of the query / heads; Keras must be told.
    MACs: the four projections and, per head, query × key and weights × value for every pair of
    positions; softmax and scaling are other arithmetic.
    Window: everything.
    """

    operands = (1, 3)
    differs = True
    saves = ("inputs",)
    source = "Vaswani et al. 2017, arXiv:1706.03762"
    example = "- multi_head_attention: {heads: 2, key_dim: 16}"

    heads: int = key(COUNT, symbol="h", help="how many side by side")
    key_dim: int | None = key(COUNT, None, symbol="d_k", help="features per head of query and key")
    value_dim: int | None = key(
        COUNT, None, symbol="d_v", help="features per head of the value, else key_dim"
    )
    output: int | None = key(COUNT, None, help="channels of the output")
    bias: bool = key(FLAG, True, help="whether biases are learnt")
    dropout: float = key(NUMBER, None, help="changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        query, k, v = self._operands(inputs)
        d, dv, out = self._dimensions(query)
        h, n, m = self.heads, prod(query.size), prod(k.size)
        weights: Weights = {
            "query": (query.channels, h, d),
            "key": (k.channels, h, d),
            "value": (v.channels, h, dv),
            "output": (h, dv, out),
        }
        positions = {"query": n, "key": m, "value": m, "output": n}
        parts = self.mac_parts(*inputs)
        products = parts["scores"] + parts["mixing"]
        work = {
            "multiply": h * n * d,
            "exp": h * n * m,
            "add": h * n * (m - 1),
            "divide": h * n * m,
        }
        if self.bias:
            # A bias belongs to what a projection gives: heads and features, or output channels.
            biases = {
                name: shape[1:] if name != "output" else (out,) for name, shape in weights.items()
            }
            work["add"] += sum(positions[name] * prod(shape) for name, shape in biases.items())
            weights |= {f"{name}_bias": shape for name, shape in biases.items()}
        return Facts(
            query._replace(channels=out),
            windows=tuple(map(Everything, query.size)),
            weights=weights,
            macs=query.copies * sum(parts.values()),
            work={kind: query.copies * count for kind, count in work.items()},
            # What is projected, the weights of the pairs, and what goes into the last projection.
            saved=query.copies * h * (n * d + m * (d + dv) + n * m + n * dv),
            inner=query.copies * (products + n * h * dv * out),
        )

    def mac_parts(self, *inputs: Shape) -> dict[str, int]:
        """The MACs of one region by what they are for.

        Four projections, the products of query and key (`scores`), and of these and the value
        (`mixing`).
        """
        query, k, v = self._operands(inputs)
        d, dv, out = self._dimensions(query)
        h, n, m = self.heads, prod(query.size), prod(k.size)
        return {
            "query": n * query.channels * h * d,
            "key": m * k.channels * h * d,
            "value": m * v.channels * h * dv,
            "scores": h * n * m * d,
            "mixing": h * n * m * dv,
            "output": n * h * dv * out,
        }

    def _operands(self, inputs: tuple[Shape, ...]) -> tuple[Shape, Shape, Shape]:
        for x in inputs:
            a_map(x, "multi_head_attention")
        query, k, v = inputs[0], inputs[min(1, len(inputs) - 1)], inputs[-1]
        if (k.size, k.copies) != (v.size, v.copies):
            raise Refusal("E306", "key and value must have the same positions", operands=True)
        if k.rank != query.rank or k.copies != query.copies:
            raise Refusal("E302", "query and key must have the same axes", operands=True)
        self.check(query)
        return query, k, v

    def _dimensions(self, query: Shape) -> tuple[int, int, int]:
        """Features per head of key and value, channels of the output."""
        whole, rest = divmod(query.channels, self.heads)
        if rest and (self.rules.heads_divide or self.key_dim is None):
            raise Refusal("E304", f"{query.channels} channels do not divide into {self.heads} heads",
                          key="heads", operands=True)  # fmt: skip
        d = self.key_dim or whole
        found = d, self.value_dim or d, self.output or query.channels
        self.check(query, found, at="features of multi_head_attention")
        return found
