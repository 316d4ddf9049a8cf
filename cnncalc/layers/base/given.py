"""Tensors that are given: they read nothing."""

from __future__ import annotations

from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import COUNT, Axes, PerAxis
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.shape import MOST_AXES, MOST_OF_TENSOR, Shape


class Given(Layer):
    """Base of layers without operands, whose shape is written with the words of `input:`."""

    operands = (0, 0)
    independent = True

    features: int | None = key(COUNT, None, help="features of a vector")
    channels: int | None = key(COUNT, None, help="channels of a map, which has a `size` too")
    size: PerAxis | None = key(Axes(COUNT, MOST_AXES), None, help="size of a map, a list")
    shape: PerAxis | None = key(
        Axes(COUNT, MOST_OF_TENSOR), None, help="axes of a general tensor, a list"
    )

    def read_shape(self) -> Shape:
        """The shape that is stated; raises Refusal unless it is one."""
        words = ("features", "channels", "size", "shape")
        stated = {word: self.__dict__[word] for word in words if self.__dict__[word] is not None}
        for word in ("size", "shape"):
            if isinstance(stated.get(word), int):
                raise Refusal("E111", f"`{word}: {stated[word]}` is ambiguous: of one axis, or more?",
                              key=word, help=f"write [{stated[word]}] for one axis")  # fmt: skip
        if stated.keys() == {"features"}:
            return Shape(stated["features"])
        if stated.keys() == {"channels", "size"}:
            return Shape(stated["channels"], stated["size"])
        if stated.keys() == {"shape"}:
            return Shape(1, stated["shape"], "tensor")
        raise Refusal("E110", f"`{self.kind}` needs a shape: {{features: N}}, {{channels: C, size: [H, W]}} or "
                      "{shape: [A, B, C]}")  # fmt: skip
