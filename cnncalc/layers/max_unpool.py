"""Max unpooling."""

from __future__ import annotations

from cnncalc.arithmetic.windows import TransposedWindow
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import AMOUNT, PER_AXIS, TEXT, Axes, PerAxis
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.pooling import pool_shape, stride_of
from cnncalc.layers.base.shape import Shape, a_map, per_axis


class MaxUnpool(Layer):
    """Puts the values of a max pool back where they were largest, zeros elsewhere.

    `size`, `stride` and `padding` are those of the pool. What it read has a size that the pool's
    output does not tell: `like` names a map of that size, or `output_size` says it.
    Output: the input's channels; per axis (n − 1)·stride + size − 2·padding, or the size asked
    for, which differs from that by less than a stride.
    Weights: none.
    MACs: none; values are copied. Where they go, the pool remembers, which `memory` leaves out.
    Window: the transposed window of each axis: the inputs whose windows an output lies in.
    """

    periodic = "space"
    references = ("like",)
    source = "MaxUnpool documentation of PyTorch; Badrinarayanan et al. 2015, arXiv:1511.00561"
    example = "- max_pool: {size: 2}\n- max_unpool: {size: 2, like: input}"

    size: PerAxis = key(PER_AXIS, symbol="F", help="the window size of the pool")
    stride: PerAxis | None = key(
        PER_AXIS, None, symbol="S", help="the step of the pool; `size` unless given"
    )
    padding: PerAxis = key(Axes(AMOUNT), 0, symbol="P", help="what the pool added on each side")
    output_size: PerAxis | None = key(PER_AXIS, None, help="the size of what the pool read")
    like: str | None = key(TEXT, None, help="the name of a map of that size: what the pool read")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; a second input gives its size only."""
        x = a_map(inputs[0], "max_unpool")
        targets = self._targets(x.rank, inputs[1:])
        given = zip(
            x.size,
            per_axis(self.size, x.rank, "size"),
            per_axis(stride_of(self.size, self.stride), x.rank, "stride"),
            per_axis(self.padding, x.rank, "padding"),
            targets,
            strict=True,
        )
        windows = tuple(self._window(*axis) for axis in given)
        return Facts(pool_shape(x, windows), windows=windows)

    def _targets(self, rank: int, like: tuple[Shape, ...]) -> tuple[int | None, ...]:
        """The size asked for along each axis; None where nothing is asked."""
        if like and self.output_size is not None:
            raise Refusal("E106", "`like` and `output_size` exclude each other", key="output_size")
        if self.output_size is not None:
            return per_axis(self.output_size, rank, "output_size")
        if not like:
            return (None,) * rank
        target = a_map(like[0], "max_unpool.like").size
        if len(target) != rank:
            raise Refusal("E302", f"`like` has {len(target)} axes, the input has {rank}", key="like",
                          operands=True)  # fmt: skip
        return target

    def _window(self, n: int, k: int, s: int, p: int, target: int | None) -> TransposedWindow:
        window = TransposedWindow(k, s, 1, (p, p), "explicit")
        usual = window.positions(n)
        if target is not None:
            low, high = max(usual - s + 1, 1), usual + s - 1
            if not low <= target <= high:
                key = "like" if self.output_size is None else "output_size"
                raise Refusal("E311", f"{n} windows of {k} with stride {s} and padding {p} do not "
                              f"come from {target}: sizes range from {low} to {high}", key=key,
                              operands=True, help="name what the pool read, and give its `size`, "
                              "`stride` and `padding`")  # fmt: skip
            return window._replace(padding=(p, p - (target - usual)))
        if usual < 1:
            raise Refusal("E311", f"nothing is left of {n} windows of {k} with stride {s} without "
                          f"{p} on each side", key="padding", operands=True)  # fmt: skip
        return window
