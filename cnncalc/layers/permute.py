"""Permutation of axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import Listing
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.named_axes import AXIS, Axis, in_order, name_of
from cnncalc.layers.base.regrouping import readings
from cnncalc.layers.base.shape import Shape, axes_of, names_of, not_tokens, with_axes

if TYPE_CHECKING:
    from cnncalc.dialects.base.dialect import Dialect


class Permute(Layer):
    """Puts the axes in another order; [h, w, c] makes channels of h and a size of w and c.

    Output: the lengths of the old axes in their new order, the channels first. Numbers are those of
    the framework, in its order: with channels last, the last of them become the channels.
    Weights: none.
    MACs: none.
    Window: one element along the axis' new place; of an axis that becomes the channels everything.
    """

    periodic = "space"
    source = "Permute documentation of Keras; permute documentation of PyTorch"
    example = "- permute: {axes: [c, w, h]}"

    axes: tuple[Axis, ...] = key(
        Listing(AXIS), help="the old axes in their new order, the channels first: [c, w, h]"
    )

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal unless every axis is named once."""
        x = not_tokens(inputs[0], "permute")
        old, known = self._old(x, self.rules), dict(zip(names_of(x), axes_of(x), strict=True))
        output = with_axes(x, [known[old[new]] for new in names_of(x)])
        return Facts(output, windows=readings(x, output, {name: new for new, name in old.items()}))

    def order(self, x: Shape) -> tuple[int, ...]:
        """For each axis of the output, in the order of `axes_of`, which axis of `x` it is."""
        old, names = self._old(x, self.axis_rules), names_of(x)
        return tuple(names.index(old[new]) for new in names)

    def _old(self, x: Shape, rules: type[Dialect]) -> dict[str, str]:
        """For the name of each axis of the output the name of the axis of `x` that it is."""
        asked = self.axes[1:] if self.axes[0] == 0 else self.axes  # the batch stays where it is
        names = [name_of(x, axis, "axes", rules) for axis in asked]
        if sorted(names) != sorted(names_of(x)):
            shown = ", ".join(map(str, self.axes))
            raise Refusal("E302", f"`axes` must name each of {', '.join(names_of(x))} once, got "
                          f"{shown}", key="axes", operands=True)  # fmt: skip
        # Where they are numbers, they stand in the order of the framework.
        order = in_order(x, rules) if isinstance(asked[0], int) else names_of(x)
        return dict(zip(order, names, strict=True))
