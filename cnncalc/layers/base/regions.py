"""What the layers on regions of interest have in common."""

from __future__ import annotations

from cnncalc.arithmetic.windows import Everything
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import COUNT, NUMBER, PER_AXIS, PerAxis
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.shape import Shape, a_map, per_axis


class Regions(Layer):
    """Base of the layers that cut a map of one size out of every region of interest."""

    size: PerAxis = key(PER_AXIS, symbol="O", help="size of the grid over a region")
    rois: int = key(COUNT, symbol="n", help="how many regions there are")
    scale: float = key(NUMBER, None, symbol="s", help="changes no count")

    def regions(self, x: Shape, what: str) -> tuple[Shape, tuple[Everything, ...]]:
        """All regions of `x` as copies of one map, each of whose cells may lie anywhere in `x`.

        Raises Refusal unless `x` is a map of two axes.
        """
        if a_map(x, what).rank != 2:
            raise Refusal("E302", f"{what} needs a map of two axes, the input has {x.rank}",
                          operands=True)  # fmt: skip
        size = per_axis(self.size, x.rank, "size")
        output = x._replace(size=size, copies=x.copies * self.rois)
        return output, tuple(map(Everything, size))
