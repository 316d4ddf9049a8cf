"""Axes of length 1 that go."""

from __future__ import annotations

from cnncalc.errors import Refusal
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.named_axes import AXES, AxisNames, choose_axes
from cnncalc.layers.base.regrouping import memory_axes, readings, shape_with
from cnncalc.layers.base.shape import Shape, not_tokens


class Squeeze(Layer):
    """Leaves out axes of length 1.

    Output: the axes that remain; a map without its channels is a tensor of them. PyTorch skips an
    axis of more elements than one, elsewhere it is a mistake.
    Weights: none.
    MACs: none.
    Window: one element along the axes that remain.
    """

    storage = "view"
    source = "squeeze documentation of PyTorch and keras.ops; Squeeze of ONNX"
    example = "- adaptive_avg_pool: [1, 8]\n- squeeze: h"

    axis: AxisNames | None = key(
        AXES, None, help="the axes that go; all of length 1 but the channels unless stated"
    )

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal for an axis that has more elements than one."""
        x = not_tokens(inputs[0], "squeeze")
        axes = memory_axes(x, self.rules)
        if self.axis is None:
            gone = frozenset(name for name, n in axes if n == 1 and name != "c")
        else:
            gone = choose_axes(x, self.axis, "axis", self.rules)
            for name, n in axes:
                if name in gone and n != 1 and not self.rules.squeeze_skips:
                    raise Refusal("E311", f"axis `{name}` has {n} elements, not 1", key="axis",
                                  operands=True, help="`mean`, `max` or `flatten` makes one of many, "
                                  "`slice` takes one out")  # fmt: skip
            gone = frozenset(name for name, n in axes if name in gone and n == 1)
        if not gone:
            return Facts(x)
        left = [(name, n) for name, n in axes if name not in gone]
        names = [name for name, _ in left]
        at = names.index("c") if "c" in names else None
        output = shape_with(x, [n for _, n in left], at)
        # Where no axis is left, the output is a vector of one number.
        new = [name for name, _ in memory_axes(output, self.rules)]
        goes = dict(zip(names, new, strict=bool(names)))
        return Facts(output, windows=readings(x, output, goes))
