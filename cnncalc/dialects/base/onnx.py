"""The windows of ONNX's operators: what those who run its files have in common, unless their files differ."""

from __future__ import annotations

import struct
from math import floor
from typing import TYPE_CHECKING, ClassVar

from cnncalc.dialects.base.transposing import cut_to
from cnncalc.dialects.base.windows import WindowRules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.arithmetic.windows import TransposedWindow
    from cnncalc.dialects.base.asked import Asked, Resizing


def single(number: float) -> float:
    """The number in 32 bits.

    >>> single(2.1) < 2.1
    True
    """
    found: float = struct.unpack("f", struct.pack("f", number))[0]
    return found


WINDOWS = """
avg_pool | AveragePool | size: kernel_shape, stride: strides, padding: pads, ceil: ceil_mode,
    count_padding: count_include_pad
conv | Conv |
    kernel: kernel_shape, stride: strides, padding: pads, dilation: dilations, groups: group
conv_transpose | ConvTranspose |
    kernel: kernel_shape, stride: strides, padding: pads, dilation: dilations, groups: group,
    output_size: output_shape
depthwise_conv | Conv with group = channels |
    kernel: kernel_shape, stride: strides, padding: pads, dilation: dilations
max_pool | MaxPool |
    size: kernel_shape, stride: strides, padding: pads, dilation: dilations, ceil: ceil_mode
resize | Resize with sizes
upsample | Resize with scales | scale: scales
"""
"""How the operators with windows are spelled, for runtimes of which no others are known."""


class OnnxWindows(WindowRules):
    """The text of the operators, and what their runtimes made of it where it is not clear."""

    words_for_padding: ClassVar[str] = (
        "SAME_UPPER: same_upper, SAME_LOWER: same_lower, VALID: valid, NOTSET: valid"
    )

    averages: ClassVar[Mapping[str, str]] = {"inputs": "inputs", "counted": "padded"}

    @classmethod
    def transpose(cls, asked: Asked) -> TransposedWindow:
        """What is left of the full output is cut on both sides; raises Refusal.

        Of an odd number, the end loses more for `same_upper`, the begin for all else.
        """
        cls.assert_limits(asked)
        if asked.target is None:
            return cls.spread(asked)
        return cls.cut(asked, asked.target, asked.extra or 0)

    @classmethod
    def spread(cls, asked: Asked) -> TransposedWindow:
        """Without a size, `same` gives n·stride, or as much as the windows cover if that is less."""
        if not asked.mode.startswith("same"):
            return super().spread(asked)
        extra = asked.extra or 0
        size = (asked.n - 1) * asked.s + min(asked.s, asked.extent + extra)
        return cls.cut(asked, size, extra)

    @classmethod
    def resize(cls, asked: Resizing) -> tuple[int, ...]:
        """Proportions are kept if that is asked; which part is resized changes no size."""
        if asked.sizes is None or asked.policy == "stretch":
            return super().resize(asked)
        factors = [size / n for size, n in zip(asked.sizes, asked.n, strict=True)]
        factor = min(factors) if asked.policy == "not_larger" else max(factors)
        return tuple(floor(n * factor + 0.5) for n in asked.n)

    @classmethod
    def scale(cls, n: int, factor: float) -> int:
        """The product is one of 32 bits."""
        return floor(single(n * single(factor)))

    @classmethod
    def cut(cls, asked: Asked, size: int, extra: int) -> TransposedWindow:
        """The window that gives `size` outputs, of which the end loses more if the word says so."""
        total = max(0, (asked.n - 1) * asked.s + asked.extent + extra - size)
        upper = asked.mode in cls.upper
        return cut_to(asked, size, total // 2 if upper else total - total // 2)

    upper: ClassVar[tuple[str, ...]] = ("same", "same_upper")
    """The words for padding under which the end of a transposed convolution loses more."""
