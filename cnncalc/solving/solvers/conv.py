"""Convolutions by the sizes before and after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.language.kinds import layer_class
from cnncalc.solving.sliding import SlidingSolver

if TYPE_CHECKING:
    from cnncalc.solving.choices import Choice


class Conv(SlidingSolver):
    """All kernels, strides, paddings and dilations of a convolution that takes one size to another.

    Along one axis. Tried are kernels from 1 to 11, strides up to 11 or the ratio of the sizes,
    whichever is larger, dilations up to 4, and all paddings, on both sides alike or one more at the
    end; a window that stops once is told with its smallest stride alone. Where nothing else will do,
    dilation is tried up to 16, the smallest that does it. What is given is fixed.

    The simplest comes first: what is least unusual, each step of dilation counting one and each
    element of padding beyond the window's extent less one (`full`) as well, for windows there see
    nothing but zeros. Then a stride that the window covers; the same padding on both sides; padding
    none, half the kernel or full; an odd kernel; nothing left over at the end; then the smaller
    kernel, stride and padding. Keras takes no dilation with a stride.
    """

    what = "convolution"
    source = "Dumoulin & Visin 2016, arXiv:1603.07285"
    examples = ("conv --input 224 --output 112", "conv --input 224 --output 112 --kernel 7")

    def output_of(self, choice: Choice) -> int | None:
        """What a convolution gives."""
        padding: Any = self.padding if isinstance(self.padding, str) else (choice.padding,)
        return self.apply(layer_class("conv")(
            filters=1, kernel=choice.kernel, stride=choice.stride, padding=padding,
            dilation=choice.dilation))  # fmt: skip

    def simplicity(self, choice: Choice) -> tuple[Any, ...]:
        """See the class."""
        before, after = choice.padding
        return (
            choice.unusual,
            choice.stride > choice.extent,
            before != after,
            before not in (0, choice.half, choice.full),
            choice.kernel % 2 == 0,
            self.window(choice).count_dropped(self.input) > 0,
            choice.kernel,
            choice.stride,
            before,
            choice.dilation,
        )
