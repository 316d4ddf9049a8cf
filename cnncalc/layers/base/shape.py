"""The shape of a tensor, and what layers ask of the shapes that they are given."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.errors import Refusal

if TYPE_CHECKING:
    from cnncalc.layers.base.key_types import PerAxis


MOST_AXES = 4
"""A map has at most three axes of space, and one of time."""


LARGEST = 2**63
"""No tensor may have more elements."""


class Shape(NamedTuple):
    """The shape of one example: a map, a vector or token ids.

    A map has `channels` and a `size` of one to three axes, four with time; a vector has `channels` features and
    no axes; `tokens` are `size` ids without channels. `copies` counts regions of interest: a
    tensor of that many such examples, which multiplies work but no weights.
    """

    channels: int
    size: tuple[int, ...] = ()
    tokens: bool = False
    copies: int = 1

    @property
    def rank(self) -> int:
        """The number of spatial axes: 0 for a vector."""
        return len(self.size)

    @property
    def elements(self) -> int:
        """How many numbers the tensor holds."""
        return self.channels * prod(self.size) * self.copies

    @property
    def kind(self) -> str:
        """`map`, `vector` or `tokens`."""
        return "tokens" if self.tokens else "map" if self.size else "vector"

    def __str__(self) -> str:
        """`64×112×112`, `1000` for a vector, `100 tokens`."""
        sizes = "×".join(map(str, self.size))
        text = f"{sizes} tokens" if self.tokens else f"{self.channels}×{sizes}".rstrip("×")
        return text if self.copies == 1 else f"{self.copies} × ({text})"

    def to_dict(self) -> dict[str, object]:
        """As in JSON and in a spec: channels and size, features, or tokens."""
        if self.tokens:
            shape: dict[str, object] = {"tokens": self.size[0] if self.rank == 1 else self.size}
        elif self.size:
            shape = {"channels": self.channels, "size": list(self.size)}
        else:
            shape = {"features": self.channels}
        if self.copies != 1:
            shape["copies"] = self.copies
        return shape


def per_axis(value: PerAxis, rank: int, key: str) -> tuple[int, ...]:
    """`value` for each of `rank` axes; raises Refusal if it is a list of another length."""
    if isinstance(value, tuple):
        if len(value) != rank:
            raise Refusal("E302", f"`{key}` has {len(value)} axes, the input has {rank}", key=key)
        return value
    return (value,) * rank


def a_map(x: Shape, what: str, *, axes: int = 3) -> Shape:
    """`x`; raises Refusal unless it is a map of one axis to `axes` axes."""
    if x.tokens:
        raise Refusal("E303", f"{what} needs a map, got token ids", help="put an `embedding` first",
                      operands=True)  # fmt: skip
    if not x.size:
        raise Refusal("E303", f"{what} needs a map, got a vector of {x.channels} features",
                      help="put it before `flatten`, or `reshape` the vector to a map",
                      operands=True)  # fmt: skip
    if x.rank > axes:
        raise Refusal("E302", f"{what} takes a map of one to three axes, got {x.rank}",
                      help="`time_distributed` applies a layer to each step of the first axis",
                      operands=True)  # fmt: skip
    return x


def numbers(x: Shape, what: str) -> Shape:
    """`x`; raises Refusal if it is token ids, not a map or a vector."""
    if x.tokens:
        raise Refusal("E303", f"{what} needs numbers, got token ids",
                      help="put an `embedding` first", operands=True)  # fmt: skip
    return x
