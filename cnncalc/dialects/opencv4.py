"""OpenCV 4: the layers that its dnn module reads from files of Caffe and Darknet."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.dialects.base import limits
from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import TransposedWindow, Window
    from cnncalc.dialects.base.asked import Asked


def _too_large(dialect: type[Dialect], asked: Asked) -> None:
    if asked.way == "caffe" and asked.extent > asked.n + sum(asked.sides):
        raise dialect.refuse("the kernel is larger than the padded input", key="size")


class Opencv4(Dialect):
    """OpenCV 4, the last that reads Caffe and Darknet. Each axis drops windows by its own padding."""

    title = "OpenCV 4"
    version = "4.14.0.94"
    source = "documentation of its dnn module; windows measured with files of Caffe and Darknet"
    partial = True
    plain = EVERYWHERE

    converters: ClassVar = {"onnx": "", "caffe": "", "darknet": ""}
    padding_words = "valid same same_upper same_lower"

    ceil_unpadded = "full"
    ceil_padded = "full"
    averages: ClassVar = {"counted": "padded"}
    zeros_win = "alone"
    dense_flattens = True

    defaults: ClassVar = {"max_pool": {"ceil": True}, "avg_pool": {"ceil": True}}
    limits: ClassVar = {
        "max_pool": (_too_large, limits.dilation_of_pool),
        "avg_pool": (_too_large, limits.dilation_of_pool),
    }

    @classmethod
    def sides_of(cls, asked: Asked) -> tuple[int, int]:
        """The default of a pool of Darknet is its size less one."""
        if asked.mode == "default":
            return ((asked.k - 1) // 2, asked.k - 1 - (asked.k - 1) // 2)
        return super().sides_of(asked)

    @classmethod
    def window(cls, asked: Asked, others: Sequence[Asked] = ()) -> Window:
        """Of a padded axis one window is dropped that starts too far, rounded up or not.

        Raises Refusal.
        """
        found = super().window(asked, others)
        count, last = found.positions(asked.n), asked.n + found.padding[1]
        if not asked.is_pool or not any(found.padding) or (count - 1) * asked.s < last:
            return found
        if (count - 2) * asked.s >= last:
            raise cls.refuse("two windows start behind the input", key="padding")
        return asked.window(count - 1, found.padding[0])

    @classmethod
    def spread(cls, asked: Asked) -> TransposedWindow:
        """A transposed convolution loses its dilation."""
        return super().spread(asked._replace(d=1))

    told = """
conv | a window larger than the padded input is refused |
    O = ⌊(I + P_start + P_end − E)/S⌋ + 1
max_pool | each axis drops one window by its own padding, rounded up or not; a window without
    inputs is 0 |
    O = ⌈(I + 2P − F)/S⌉ + 1, less 1 if (O − 1)·S ≥ I + P
avg_pool | as max pools |
    divided by the elements of the window within the padded input
conv_transpose | forgets the dilation |
    O = (I − 1)·S + F − 2P
"""
    spelling = """
avg_pool | Pooling with pool: AVE | size: kernel_size, padding: pad, ceil: ceil_mode
conv | Convolution | filters: num_output, kernel: kernel_size, padding: pad, groups: group, bias: bias_term
conv_transpose | Deconvolution |
    filters: num_output, kernel: kernel_size, padding: pad, groups: group, bias: bias_term
depthwise_conv | Convolution with group = channels | kernel: kernel_size, padding: pad, bias: bias_term
max_pool | Pooling with pool: MAX | size: kernel_size, padding: pad, ceil: ceil_mode
"""
