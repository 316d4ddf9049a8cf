"""Sampling at places that the data say."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import Axis, Everything
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import FLAG, PER_AXIS, TEXT, Choice, PerAxis
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.resampling import ALIGN
from cnncalc.layers.base.sampling import grid_work, is_affine, two_or_three
from cnncalc.layers.base.shape import Shape, a_map, not_tokens, per_axis

if TYPE_CHECKING:
    from collections.abc import Sequence

_READ = {"nearest": 0, "bilinear": 2, "linear": 2, "bicubic": 4, "cubic": 4}
"""The inputs along each axis that enter an output with a weight."""


class GridSample(Layer):
    """Reads a map at the places that a second operand says, between the elements too.

    The second operand is a grid, a channel per axis at every position of the output, or the
    numbers of an affine map (6 for two axes, 12 for three), of which `affine_grid` would make one.
    Output: the input's channels; the size of the grid, or behind an affine map `size`, the size
    of the map `like`, or that of the input.
    Weights: none.
    MACs: none; reading linearly takes 4 operations per output in two axes and 8 in three, bicubic
    16, and an affine map a multiplication and an addition per position, axis and axis.
    Window: everything, as the places depend on the data; the grid is read elementwise.
    """

    operands = (2, 2)
    references = ("like",)
    saves = ("inputs",)
    source = "grid_sample documentation of PyTorch; Jaderberg et al. 2015, arXiv:1506.02025"
    example = (
        "- flatten\n- dense: {units: 6, name: theta}\n"
        "- grid_sample: {from: [input, theta], size: [28, 28]}"
    )

    size: PerAxis | None = key(PER_AXIS, None, help="the output's size")
    like: str | None = key(TEXT, None, help="the name of a map that has the output's size")
    mode: str = key(Choice(*_READ), "bilinear", help="how values in between are found")
    padding_mode: str = key(
        Choice("zeros", "border", "reflection"),
        "zeros",
        help="what is read outside; no count changes",
    )
    align_corners: bool = key(FLAG, False, help=ALIGN)

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; a third input gives its size only; raises Refusal."""
        x, grid = a_map(inputs[0], "grid_sample"), not_tokens(inputs[1], "grid_sample")
        two_or_three(x.rank, "grid_sample")
        if x.copies != grid.copies:
            raise Refusal("E306", "cannot sample regions of interest by a grid of others",
                          help="use tensors of the same regions", operands=True)  # fmt: skip
        if self.mode in {"bicubic", "cubic"} and x.rank != 2:
            raise Refusal("E302", f"`{self.mode}` is for two axes, the input has {x.rank}", key="mode",
                          help="`bilinear` suits both numbers of axes", operands=True)  # fmt: skip
        asked = self._target(x, inputs[2:])
        work: dict[str, int] = {}
        if grid.channels == x.rank == grid.rank:
            if asked not in {None, grid.size}:
                raise Refusal("E311", "the grid says the size of the output: "
                              f"{'×'.join(map(str, grid.size))}", key=self._key, operands=True,
                              help=f"leave `{self._key}` out")  # fmt: skip
            size = grid.size
        elif is_affine(grid, x.rank):
            size = asked or x.size
            work = grid_work(x.rank, prod(size) * x.copies)
        else:
            raise self._no_grid(x, grid)
        output = x._replace(size=size)
        if each := _READ[self.mode] ** x.rank:
            work["interpolate"] = each * output.elements
        return Facts(output, windows=tuple(map(Everything, size)), work=work)

    def reads(self, operand: int, inputs: Sequence[Shape], facts: Facts) -> tuple[Axis, ...] | None:
        """All of the map; its own place of a grid, and all of an affine map."""
        if operand != 1:
            return super().reads(operand, inputs, facts)
        x, grid = inputs[0], inputs[1]
        if grid.channels == x.rank == grid.rank:
            return ()
        return tuple(Everything() for _ in grid.size)

    @property
    def _key(self) -> str:
        return "like" if self.size is None else "size"

    def _target(self, x: Shape, like: tuple[Shape, ...]) -> tuple[int, ...] | None:
        """The size asked for, if there is one."""
        if self.size is not None and like:
            raise Refusal("E106", "`size` and `like` exclude each other", key="size")
        if self.size is not None:
            return per_axis(self.size, x.rank, "size")
        if not like:
            return None
        target = a_map(like[0], "grid_sample.like").size
        if len(target) != x.rank:
            raise Refusal("E302", f"`like` has {len(target)} axes, the input has {x.rank}", key="like",
                          operands=True)  # fmt: skip
        return target

    def _no_grid(self, x: Shape, grid: Shape) -> Refusal:
        numbers_ = x.rank * (x.rank + 1)
        return Refusal("E311", f"{grid} is no grid of {x.rank} axes and no affine map: a grid has "
                       f"{x.rank} channels at each position of the output, a map {numbers_} numbers",
                       operands=True, help=f"`dense: {{units: {numbers_}}}` or `conv: {{filters: "
                       f"{x.rank}, …}}` makes one")  # fmt: skip
