"""Pools by the sizes before and after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.language.kinds import layer_class
from cnncalc.layers.base.key_types import FLAG
from cnncalc.layers.base.keys import key
from cnncalc.solving.sliding import SlidingSolver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.solving.choices import Choice


class Pool(SlidingSolver):
    """All windows, strides and paddings of a max pool that takes one size to another.

    Along one axis, within the bounds of `solve conv`; but padding is at most half of the kernel, as
    PyTorch demands of pools, unless it is given as a word. An average pool gives the same sizes,
    without dilation. The kernel is called `size` in a spec.

    The simplest comes first: no dilation; a stride that the window covers; the same padding on both
    sides; padding none or half the kernel; nothing left over at the end; a stride of the window's
    size; no padding; then the smaller window, stride and padding.
    """

    what = "pool"
    source = "documentation of the pools of Keras and PyTorch"
    examples = ("pool --input 112 --output 56", "pool --input 112 --output 56 --kernel 3 --ceil")

    ceil: bool = key(FLAG, False, help="whether a last window that sticks out counts")

    def most_padding(self, kernel: int, dilation: int) -> int:
        """Half of the kernel, however dilated."""
        half = kernel // 2
        return half if self.max_padding is None else min(half, self.max_padding)

    @property
    def never(self) -> str:
        """See the base."""
        if isinstance(self.padding, str) or not self.padding:
            return super().never
        return f"a pool pads at most half of its kernel; if it does, {super().never}"

    def describe_fixed(self) -> list[str]:
        """See the base."""
        return [*super().describe_fixed(), *(["ceil"] if self.ceil else [])]

    def bounds(self) -> list[str]:
        """See the base."""
        words = isinstance(self.padding, str)
        return [*super().bounds(), *([] if words else ["padding up to half the kernel"])]

    def single_strides(self, choice: Choice, room: int) -> Sequence[int]:
        """The size of the window first, as a pool has it unless told."""
        return [choice.kernel, *super().single_strides(choice, room)]

    def predict(self, choice: Choice) -> int | None:
        """None where it is padded by more than half of its kernel."""
        if not isinstance(self.padding, str) and max(choice.padding) > choice.kernel // 2:
            return None
        return super().predict(choice)

    def output_of(self, choice: Choice) -> int | None:
        """What a max pool gives."""
        if self.predict(choice) is None:
            return None
        padding: Any = self.padding if isinstance(self.padding, str) else (choice.padding,)
        return self.apply(layer_class("max_pool")(
            size=choice.kernel, stride=choice.stride, padding=padding, dilation=choice.dilation,
            ceil=self.ceil))  # fmt: skip

    def simplicity(self, choice: Choice) -> tuple[Any, ...]:
        """See the class."""
        before, after = choice.padding
        return (
            choice.unusual,
            choice.stride > choice.extent,
            before != after,
            before not in (0, choice.half),
            self.window(choice).count_dropped(self.input) > 0,
            choice.stride != choice.kernel,
            before,
            choice.kernel,
            choice.stride,
            choice.dilation,
        )
