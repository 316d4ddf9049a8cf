"""Gated linear unit."""

from __future__ import annotations

from cnncalc.arithmetic.windows import Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.named_axes import AXIS, Axis, choose_axes, lengths
from cnncalc.layers.base.shape import Shape, names_of, not_tokens
from cnncalc.layers.base.sliding import output_sizes


class Glu(Layer):
    """Multiplies the first half of an axis by the sigmoid of the second half.

    Output: half of `axis`, which must be even.
    Weights: none.
    MACs: none; a sigmoid and a multiplication per output.
    Window: elementwise over channels; along a spatial axis two elements, half of it apart.
    """

    periodic = "space"
    role = "activation"
    saves = ("inputs",)
    source = "Dauphin et al. 2016, arXiv:1612.08083"
    example = "- conv: {filters: 32, kernel: 1}\n- glu"

    axis: Axis = key(AXIS, "channels", help="the axis that is halved")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal if the axis has an odd length."""
        x = not_tokens(inputs[0], "glu")
        axes = choose_axes(x, self.axis, "axis", self.rules)
        (length,) = lengths(x, axes)
        if length % 2:
            raise Refusal("E304", f"glu halves its axis, and {length} is odd", key="axis",
                          operands=True)  # fmt: skip
        half = length // 2
        windows: tuple[Window, ...] = ()
        output = x._replace(channels=half)
        if "c" not in axes:
            # Output u reads u, the value, and u + half, its gate.
            windows = tuple(
                Window(kernel=2, dilation=half) if name in axes else Window()
                for name in names_of(x)[-x.rank :]
            )
            output = x._replace(size=output_sizes(windows, x.size))
        n = output.elements
        return Facts(output, windows=windows, work={"exp": n, "multiply": n})

    def tells_channels_apart(self, x: Shape) -> bool:
        """Unless they are among the `axis`."""
        return names_of(x)[0] not in choose_axes(x, self.axis, "axis", self.axis_rules)
