"""Grids by an affine map."""

from __future__ import annotations

from math import prod

from cnncalc.arithmetic.windows import Everything
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import COUNT, FLAG, TEXT, Listing
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.resampling import ALIGN
from cnncalc.layers.base.sampling import grid_work, is_affine, two_or_three
from cnncalc.layers.base.shape import Shape, a_map, with_channels


class AffineGrid(Layer):
    """Makes a grid of places out of the numbers of an affine map, for `grid_sample`.

    The input holds 6 numbers, a matrix of 2×3, for a grid of two axes, and 12 for three.
    Output: `size`, or the size of the map `like`; one channel per axis.
    Weights: none.
    MACs: none; a multiplication and an addition per position, axis and axis.
    Window: every place depends on all of the numbers.
    """

    references = ("like",)
    source = "affine_grid documentation of PyTorch; Jaderberg et al. 2015, arXiv:1506.02025"
    example = (
        "- flatten\n- dense: {units: 6}\n- affine_grid: {size: [28, 28], name: grid}\n"
        "- grid_sample: [input, grid]"
    )

    size: tuple[int, ...] | None = key(
        Listing(COUNT), None, help="the size of the grid: [H, W] or [D, H, W]"
    )
    like: str | None = key(TEXT, None, help="the name of a map that has the size of the grid")
    align_corners: bool = key(FLAG, False, help=ALIGN)

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; a second input gives its size only; raises Refusal."""
        x = with_channels(inputs[0], "affine_grid")
        if (self.size is None) == (len(inputs) == 1):
            raise Refusal("E106", "`affine_grid` needs one of `size` and `like`",
                          help="affine_grid: {size: [28, 28]} or affine_grid: {like: name}")  # fmt: skip
        size = self.size or a_map(inputs[1], "affine_grid.like").size
        rank = len(size)
        two_or_three(rank, "a grid", "size" if self.size else "like")
        if not is_affine(x, rank):
            raise Refusal("E311", f"an affine map of {rank} axes has {rank} × {rank + 1} = "
                          f"{rank * (rank + 1)} numbers, the input has {x.channels * prod(x.size)}",
                          help=f"give the dense before it `units: {rank * (rank + 1)}`",
                          operands=True)  # fmt: skip
        return Facts(
            x._replace(channels=rank, size=size),
            windows=tuple(Everything() for _ in x.size),
            work=grid_work(rank, prod(size) * x.copies),
        )
