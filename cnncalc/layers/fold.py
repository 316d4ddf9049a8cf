"""Columns back into a map."""

from __future__ import annotations

from math import prod

from cnncalc.arithmetic.windows import Axis, Everything, TransposedWindow
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import COUNT, PADDING, PER_AXIS, Listing, PaddingValue, PerAxis
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, a_map
from cnncalc.layers.base.sliding import output_sizes, sliding


class Fold(Layer):
    """Adds columns up where the windows they came from overlap: the reverse of `unfold`.

    Output: channels / ∏ kernel, and `size`; the input must have one position for each window of
    a convolution over that size.
    Weights: none.
    MACs: none; one addition per input element.
    Window: the transposed window in one dimension; in more, where one axis becomes several,
    everything.
    """

    source = "Fold documentation of PyTorch (col2im)"
    example = "- resize: 4\n- unfold: {kernel: 2, stride: 2}\n- fold: {size: [4, 4], kernel: 2, stride: 2}"

    size: tuple[int, ...] = key(Listing(COUNT), help="the output's size: [L], [H, W] or [D, H, W]")
    kernel: PerAxis = key(PER_AXIS, symbol="F", help="window size")
    stride: PerAxis = key(PER_AXIS, 1, symbol="S", help="step of the window")
    padding: PaddingValue = key(PADDING, 0, symbol="P", help="what was added around the map")
    dilation: PerAxis = key(PER_AXIS, 1, symbol="D", help="distance of the taps")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal unless the input has the columns of a map of `size`."""
        x = a_map(inputs[0], "fold")
        if x.rank != 1:
            raise Refusal("E302", f"fold needs one axis of columns, the input has {x.rank}",
                          help="`reshape` the axes to one", operands=True)  # fmt: skip
        if not 1 <= len(self.size) <= 3:
            raise Refusal(
                "E302", f"`size` takes one to three axes, got {len(self.size)}", key="size"
            )
        self.check()
        whole = x._replace(size=self.size)
        windows = sliding(whole, self.kernel, self.stride, self.padding, self.dilation)
        cells, columns = prod(w.kernel for w in windows), prod(output_sizes(windows, self.size))
        if x.channels % cells:
            raise Refusal("E304", f"{x.channels} channels do not divide into the {cells} elements "
                          "of a window", key="kernel", operands=True,
                          help=f"give the layer before it a multiple of {cells} channels")  # fmt: skip
        if x.size != (columns,):
            raise Refusal("E311", f"a map of {'×'.join(map(str, self.size))} has {columns} windows, "
                          f"the input has {x.size[0]} columns", key="size", operands=True)  # fmt: skip
        reads: Axis = Everything()
        if len(windows) == 1:
            (w,) = windows
            full = (columns - 1) * w.stride + w.extent
            cut = (w.padding[0], full - w.padding[0] - self.size[0])
            reads = TransposedWindow(w.kernel, w.stride, w.dilation, cut, w.rule)
        return Facts(
            whole._replace(channels=x.channels // cells),
            windows=(reads,),
            work={"add": x.elements},
        )
