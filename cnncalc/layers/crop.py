"""Cropping."""

from __future__ import annotations

from typing import Any

from cnncalc.arithmetic.windows import Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import AMOUNT, PER_AXIS, TEXT, Axes, PerAxis
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.margins import Margins
from cnncalc.layers.base.resampling import resampling_facts, to_aspect
from cnncalc.layers.base.shape import Shape, a_map, per_axis
from cnncalc.layers.base.sliding import output_sizes, sides


class Crop(Layer):
    """Cuts off the sides of a map: by an amount, or all but its centre.

    Output: the input's channels; per axis n − before − after, or the size asked for.
    Weights: none.
    MACs: none.
    Window: one element, shifted by what is cut before: `offset`, or half of the rest, of an odd
    rest the smaller part. Keras enlarges a map that is too small: cut to the shape of the
    size asked for, it is interpolated linearly.
    """

    periodic = "space"
    references = ("like",)
    source = "Ronneberger et al. 2015, arXiv:1505.04597 (U-Net); Cropping documentation of Keras"
    example = "- crop: 1"

    amount: Any = key(Margins(), None, symbol="P", help="how much is cut from each side")
    size: PerAxis | None = key(
        PER_AXIS, None, help="the size that remains around the centre, or from `offset` on"
    )
    like: str | None = key(TEXT, None, help="the name of a map with the size that remains")
    offset: PerAxis | None = key(
        Axes(AMOUNT), None, help="how much is cut before, if `size` or `like` says what remains"
    )

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; a second input gives its size only.

        Raises Refusal unless exactly one of `amount`, `size` and `like` says how much.
        """
        x = a_map(inputs[0], "crop")
        like = a_map(inputs[1], "crop.like").size if len(inputs) > 1 else None
        if sum(given is not None for given in (self.amount, self.size, like)) != 1:
            raise Refusal("E106", "`crop` needs one of `amount`, `size` and `like`",
                          help="crop: 1, crop: {size: [24, 24]} or crop: {like: name}")  # fmt: skip
        if self.amount is not None:
            if self.offset is not None:
                raise Refusal("E106", "`offset` goes with `size` or `like`: `amount` says it all",
                              key="offset")  # fmt: skip
            return self._crop(x, [self._amount(x, axis) for axis in range(x.rank)])
        if like is not None and len(like) != x.rank:
            raise Refusal("E302", f"`like` has {len(like)} axes, the input has {x.rank}", key="like",
                          operands=True)  # fmt: skip
        target = like or per_axis(self.size or 1, x.rank, "size")
        if any(m > n for n, m in zip(x.size, target, strict=True)):
            return self._enlarge(x, target)
        rest = [n - m for n, m in zip(x.size, target, strict=True)]
        if self.offset is None:
            return self._crop(x, [(r // 2, r - r // 2) for r in rest])
        return self._crop(x, self._behind(rest))

    def _behind(self, rest: list[int]) -> list[tuple[int, int]]:
        """What is cut (before, after) of the rest of each axis if `offset` says what is before."""
        before = per_axis(self.offset or 0, len(rest), "offset")
        for r, b in zip(rest, before, strict=True):
            if b > r:
                raise Refusal("E311", f"`offset: {b}` is more than the {r} that are cut off",
                              key="offset", operands=True)  # fmt: skip
        return [(b, r - b) for r, b in zip(rest, before, strict=True)]

    def _crop(self, x: Shape, cuts: list[tuple[int, int]]) -> Facts:
        windows = tuple(Window(padding=(-a, -b), rule="explicit") for a, b in cuts)
        return Facts(x._replace(size=output_sizes(windows, x.size)), windows=windows)

    def _amount(self, x: Shape, axis: int) -> tuple[int, int]:
        """What is cut (before, after) along one axis."""
        side = sides(self.amount, axis, x.rank, "amount")
        before, after = side if isinstance(side, tuple) else (0, 0)
        if before + after >= x.size[axis]:
            raise Refusal("E311", f"nothing is left of an axis of {x.size[axis]} without {before} "
                          f"before and {after} after", key="amount", operands=True)  # fmt: skip
        return before, after

    def _enlarge(self, x: Shape, target: tuple[int, ...]) -> Facts:
        """What Keras makes of a map that is too small."""
        if self.rules.crop_enlarges and self.size is not None and x.rank == 2:
            return resampling_facts(x, to_aspect(x.size, target))
        raise Refusal("E311", f"a map of {'×'.join(map(str, x.size))} cannot be cropped to "
                      f"{'×'.join(map(str, target))}", key="like" if self.size is None else "size",
                      help="`pad` or `resize` it", operands=True)  # fmt: skip
