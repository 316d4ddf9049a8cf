"""Permutation of axes."""

from __future__ import annotations

from cnncalc.arithmetic.windows import Axis, Everything, Window
from cnncalc.bases.named_axes import AXIS, names_of
from cnncalc.bases.places import axes_of, place
from cnncalc.errors import Refusal
from cnncalc.keys import Listing, key
from cnncalc.layer import Facts, Layer, Shape, numbers


class Permute(Layer):
    """Puts the axes in another order; [h, w, c] makes channels of h and a size of w and c.

    Output: the lengths of the old axes in their new order, the channels first.
    Weights: none.
    MACs: none.
    Window: one element along an axis that stays in its place; along the others everything.
    """

    keras = "Permute"
    torch = "permute"
    source = "Permute documentation of Keras; permute documentation of PyTorch"
    example = "- permute: {axes: [c, w, h]}"

    axes: tuple[str, ...] = key(
        Listing(AXIS), help="the old axes in their new order, the channels first: [c, w, h]"
    )

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = numbers(inputs[0], "permute")
        places = [place(x, name, "axes") for name in self.axes]
        if sorted(places) != list(range(x.rank + 1)):
            raise Refusal("E302", f"`axes` must name each of {', '.join(names_of(x))} once, got "
                          f"{', '.join(self.axes)}", key="axes", operands=True)  # fmt: skip
        channels, *size = (axes_of(x)[at] for at in places)
        output = x._replace(channels=channels, size=tuple(size))
        if places == sorted(places):
            return Facts(output)
        windows: list[Axis] = [
            Window() if old == new else Everything(n)
            for new, (old, n) in enumerate(zip(places[1:], size, strict=True), start=1)
        ]
        return Facts(output, windows=tuple(windows))
