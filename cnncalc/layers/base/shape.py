"""The shape of a tensor, and what layers ask of the shapes that they are given."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Literal, NamedTuple

from cnncalc.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.key_types import PerAxis


MOST_AXES = 4
"""A map has at most three axes of space, and one of time."""


MOST_OF_TENSOR = 6
"""A general tensor has at most so many axes."""


LETTERS = ("", "l", "hw", "dhw", "tdhw", "12345", "123456")
"""What the axes of a map are called, by how many they are; only a tensor has more than four."""


LARGEST = 2**63
"""No tensor may have more elements."""


class Shape(NamedTuple):
    """The shape of one example: a map, a vector, token ids, or a general tensor.

    A map has `channels` and a `size` of one to three axes, four with time; a vector has `channels` features and
    no axes; `tokens` are `size` ids without channels; the axes of a general `tensor` have no
    meaning, so that all of them are `size` and `channels` is 1. `copies` counts regions of interest: a
    tensor of that many such examples, which multiplies work but no weights.
    """

    channels: int
    size: tuple[int, ...] = ()
    form: Literal["", "tokens", "tensor"] = ""
    copies: int = 1

    @property
    def rank(self) -> int:
        """The number of axes along which windows move: 0 for a vector, all of a tensor."""
        return len(self.size)

    @property
    def elements(self) -> int:
        """How many numbers the tensor holds."""
        return self.channels * prod(self.size) * self.copies

    @property
    def is_tokens(self) -> bool:
        """Whether it is ids, not numbers."""
        return self.form == "tokens"

    @property
    def kind(self) -> str:
        """`map`, `vector`, `tokens` or `tensor`."""
        return self.form or ("map" if self.size else "vector")

    def __str__(self) -> str:
        """`64×112×112`, `1000` for a vector, `100 tokens`, `[12×197×64]` for a tensor."""
        sizes = "×".join(map(str, self.size))
        if self.form == "tensor":
            text = f"[{sizes}]"
        else:
            text = f"{sizes} tokens" if self.is_tokens else f"{self.channels}×{sizes}".rstrip("×")
        return text if self.copies == 1 else f"{self.copies} × ({text})"

    def to_dict(self) -> dict[str, object]:
        """As in JSON and in a spec: channels and size, features, tokens, or shape."""
        if self.form == "tensor":
            shape: dict[str, object] = {"shape": list(self.size)}
        elif self.is_tokens:
            shape = {"tokens": self.size[0] if self.rank == 1 else self.size}
        elif self.size:
            shape = {"channels": self.channels, "size": list(self.size)}
        else:
            shape = {"features": self.channels}
        if self.copies != 1:
            shape["copies"] = self.copies
        return shape


def names_of(x: Shape) -> tuple[str, ...]:
    """The names of the axes of `x`, channels first; those of a tensor are numbers from 1."""
    if x.form == "tensor":
        return tuple(map(str, range(1, x.rank + 1)))
    return ("c", *LETTERS[x.rank])


def axes_of(x: Shape) -> tuple[int, ...]:
    """The lengths of all axes of `x`, channels first."""
    return x.size if x.form == "tensor" else (x.channels, *x.size)


def with_axes(x: Shape, lengths: Sequence[int]) -> Shape:
    """The same with other lengths of the axes that `axes_of` gives, or with others."""
    if x.form == "tensor":
        return x._replace(size=tuple(lengths))
    return x._replace(channels=lengths[0], size=tuple(lengths[1:]))


def per_axis(value: PerAxis, rank: int, key: str) -> tuple[int, ...]:
    """`value` for each of `rank` axes; raises Refusal if it is a list of another length."""
    if isinstance(value, tuple):
        if len(value) != rank:
            axes = "1 axis" if len(value) == 1 else f"{len(value)} axes"
            raise Refusal("E302", f"`{key}` has {axes}, the input has {rank}", key=key,
                          help=f"write one number for each of the {rank}, or one for all")  # fmt: skip
        return value
    return (value,) * rank


def a_map(x: Shape, what: str, *, axes: int = 3) -> Shape:
    """`x`; raises Refusal unless it is a map of one axis to `axes` axes."""
    if x.is_tokens:
        raise Refusal("E303", f"{what} needs a map, got token ids", help="put an `embedding` first",
                      operands=True)  # fmt: skip
    if x.form == "tensor":
        raise Refusal("E303", f"{what} needs a map, got a tensor of {x.rank} axes", operands=True,
                      help="say which axis the channels are: reshape: {to: {channels: …, "
                      "size: […]}}, or `permute` them to the front first")  # fmt: skip
    if not x.size:
        raise Refusal("E303", f"{what} needs a map, got a vector of {x.channels} features",
                      help="put it before `flatten`, or `reshape` the vector to a map",
                      operands=True)  # fmt: skip
    if x.rank > axes:
        raise Refusal("E302", f"{what} takes a map of one to three axes, got {x.rank}",
                      help="`time_distributed` applies a layer to each step of the first axis",
                      operands=True)  # fmt: skip
    return x


def not_tokens(x: Shape, what: str) -> Shape:
    """`x`, whatever its form; raises Refusal if it is token ids, not numbers."""
    if x.is_tokens:
        raise Refusal("E303", f"{what} needs numbers, got token ids",
                      help="put an `embedding` first", operands=True)  # fmt: skip
    return x


def with_channels(x: Shape, what: str) -> Shape:
    """`x`; raises Refusal unless it is a map or a vector, whose channels are known."""
    if not_tokens(x, what).form:
        raise Refusal("E303", f"{what} needs channels, got a tensor of {x.rank} axes", operands=True,
                      help="say which axis they are: reshape: {to: {channels: …, size: […]}}")  # fmt: skip
    return x
