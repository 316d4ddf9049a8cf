"""Reductions: one number out of all along some axes, channels included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import Everything, Window
from cnncalc.layers.base.key_types import FLAG
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.named_axes import AXES, AxisNames, choose_axes, in_order
from cnncalc.layers.base.regrouping import memory_axes, readings, shape_with
from cnncalc.layers.base.shape import Shape, axes_of, names_of, not_tokens, with_axes

if TYPE_CHECKING:
    from cnncalc.arithmetic.windows import Axis


class Reduction(Layer):
    """Base of mean, max, min and sum."""

    periodic = "space"
    source = "ReduceMean, ReduceMax, ReduceMin and ReduceSum of ONNX; torch.mean; keras.ops.mean"
    axis: AxisNames = key(AXES, "channels", help="the axes that are reduced")
    keep: bool = key(FLAG, True, help="whether they stay, with length 1")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = not_tokens(inputs[0], self.kind)
        gone = choose_axes(x, self.axis, "axis", self.rules)
        output, windows = self._keep_axes(x, gone) if self.keep else self._drop_axes(x, gone)
        return Facts(output, windows=windows, work=self.work(x.elements, output.elements))

    def work(self, read: int, made: int) -> dict[str, int]:
        """The arithmetic that makes so many numbers of those that are read."""
        raise NotImplementedError

    def _keep_axes(self, x: Shape, gone: frozenset[str]) -> tuple[Shape, tuple[Axis, ...]]:
        names = names_of(x)
        pairs = zip(names, axes_of(x), strict=True)
        output = with_axes(x, [1 if name in gone else n for name, n in pairs])
        spatial = names[len(names) - x.rank :]
        if gone.isdisjoint(spatial):
            return output, ()
        return output, tuple(Everything() if name in gone else Window() for name in spatial)

    def _drop_axes(self, x: Shape, gone: frozenset[str]) -> tuple[Shape, tuple[Axis, ...]]:
        order = [name for name in in_order(x, self.rules) if name not in gone]
        known = dict(zip(names_of(x), axes_of(x), strict=True))
        at = order.index("c") if "c" in order else None
        output = shape_with(x, [known[name] for name in order], at)
        new = [name for name, _ in memory_axes(output, self.rules)]
        return output, readings(x, output, dict(zip(order, new, strict=bool(order))))


class Extreme(Reduction):
    """Base of max and min."""

    saves = ("inputs",)

    def work(self, read: int, made: int) -> dict[str, int]:
        """A comparison for each element but one per output."""
        return {"compare": read - made}
