"""Layers over every step of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.moving import Moved
from cnncalc.arithmetic.regrouped import Regrouped
from cnncalc.arithmetic.windows import Axis, Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.nested import Wrapper
from cnncalc.layers.base.shape import MOST_AXES, a_map

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.layer import Facts
    from cnncalc.layers.base.shape import Shape


class TimeDistributed(Wrapper):
    """Applies layers to each step of the first axis of `size`, with the same weights.

    It takes a layer, with its norm and activation, a block, or a list of layers, of which each is
    then one over every step.
    Output: what the layer gives for one step, behind the axis of the steps.
    Weights: those of the layer, once.
    MACs: those of the layer, for each step.
    Window: one step of the first axis, then the windows of the layer.
    """

    steps = 1
    source = "TimeDistributed documentation of Keras"
    example = "- time_distributed: {layer: {conv: {filters: 8, kernel: 3}}}"

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal if the steps differ, or the output has too many axes."""
        steps, inner = self._inner(inputs)
        found = self.apply_inner(*inner)
        size = (steps, *found.output.size)
        if len(size) > MOST_AXES:
            raise Refusal("E302", f"the output would have {len(size)} axes, there may be four",
                          key="layer")  # fmt: skip
        return found.replace(
            output=found.output._replace(size=size, copies=found.output.copies // steps),
            windows=_behind_time(found.windows, inner[0], found.output) or (),
        )

    def reads(self, operand: int, inputs: Sequence[Shape], facts: Facts) -> tuple[Axis, ...] | None:
        """The same step, and of it what the layer reads."""
        _, inner = self._inner(inputs)
        found = self.layer.apply(*inner)
        return _behind_time(self.layer.reads(operand, inner, found), inner[operand], found.output)

    def _inner(self, inputs: Sequence[Shape]) -> tuple[int, list[Shape]]:
        """How many steps there are, and the operands of all of them."""
        maps = [a_map(x, "time_distributed", axes=MOST_AXES) for x in inputs]
        steps = maps[0].size[0]
        if any(x.size[0] != steps for x in maps):
            raise Refusal("E306", "the operands have different numbers of steps", operands=True)
        return steps, [x._replace(size=x.size[1:], copies=x.copies * steps) for x in maps]


def _behind_time(
    windows: tuple[Axis, ...] | None, x: Shape, output: Shape
) -> tuple[Axis, ...] | None:
    """The windows of one step `x`, and before them that of the steps; None reads nothing."""
    if windows is None or (not windows and output.rank == x.rank):
        return windows
    return (Window(), *(_one_further(axis) for axis in windows or (Window(),) * x.rank))


def _one_further(axis: Axis) -> Axis:
    """What leads to another axis of the output leads to the one behind it."""
    if isinstance(axis, Regrouped):
        return axis.behind(1)
    return axis._replace(to=axis.to + 1) if isinstance(axis, Moved) else axis
