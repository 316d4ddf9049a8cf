"""One layer over every step of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import Axis, Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.nested import Wrapper
from cnncalc.layers.base.shape import MOST_AXES, a_map

if TYPE_CHECKING:
    from cnncalc.layers.base.layer import Facts
    from cnncalc.layers.base.shape import Shape


class TimeDistributed(Wrapper):
    """Applies one layer to each step of the first axis of `size`, with the same weights.

    Output: what the layer gives for one step, behind the axis of the steps.
    Weights: those of the layer, once.
    MACs: those of the layer, for each step.
    Window: one step of the first axis, then the windows of the layer.
    """

    source = "TimeDistributed documentation of Keras"
    example = "- time_distributed: {layer: {conv: {filters: 8, kernel: 3}}}"

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal if the output has too many axes."""
        x = a_map(inputs[0], "time_distributed", axes=MOST_AXES)
        steps, step = x.size[0], x.size[1:]
        inner = self.apply_inner(x._replace(size=step, copies=x.copies * steps))
        size = (steps, *inner.output.size)
        if len(size) > MOST_AXES:
            raise Refusal("E302", f"the output would have {len(size)} axes, there may be four",
                          key="layer")  # fmt: skip
        return inner.replace(
            output=inner.output._replace(size=size, copies=inner.output.copies // steps),
            windows=self._windows(inner, step),
        )

    def _windows(self, inner: Facts, step: tuple[int, ...]) -> tuple[Axis, ...]:
        if not inner.windows and inner.output.rank == len(step):
            return ()
        return (Window(), *(inner.windows or (Window(),) * len(step)))
