"""Reshaping."""

from __future__ import annotations

from math import prod

from cnncalc.errors import Refusal
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.regrouping import windows_of_reshape
from cnncalc.layers.base.reshaping import REST, TARGET
from cnncalc.layers.base.shape import Shape, axes_of, not_tokens, with_axes


class Reshape(Layer):
    """Gives the same numbers another shape.

    Output: the shape asked for; a -1 in it is what the other numbers leave.
    Weights: none.
    MACs: none.
    Window: one element, found by its place in memory, along axes that move, are split or put together; all
    of what becomes channels.
    """

    periodic = "all"
    storage = "view"
    source = "Reshape documentation of Keras; view documentation of PyTorch"
    example = "- flatten\n- reshape: {to: {channels: -1, size: [1, 1]}}"

    to: Shape = key(
        TARGET,
        help="{channels: C, size: [H, W]}, {features: N} or {shape: [A, B, C]}; one may be -1",
    )

    @property
    def modulus(self) -> int:
        """All numbers that are asked for, which those of the input must divide by."""
        return prod(n for n in axes_of(self.to) if n != REST)

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal if the new shape has a different number of elements."""
        x = not_tokens(inputs[0], "reshape")
        wanted = axes_of(self.to)
        have, fixed = prod(axes_of(x)), self.modulus
        if (have % fixed) if REST in wanted else (have != fixed):
            rule = f"do not divide by {fixed}" if REST in wanted else f"are not {fixed}"
            raise Refusal("E311", f"{have} numbers {rule}", key="to", operands=True,
                          help="a reshape keeps all numbers; write -1 for the size to infer")  # fmt: skip
        target = with_axes(self.to, [have // fixed if n == REST else n for n in wanted])
        output = target._replace(copies=x.copies)
        if output == x:
            return Facts(output)
        return Facts(output, windows=windows_of_reshape(x, output, self.rules))
