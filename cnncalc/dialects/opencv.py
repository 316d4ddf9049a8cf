"""OpenCV 5: the layers of its dnn module whose windows are known, as an ONNX file has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.arithmetic.rounding import ROUNDING
from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect
from cnncalc.dialects.base.onnx import WINDOWS, OnnxWindows
from cnncalc.dialects.base.transposing import cut_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import TransposedWindow, Window
    from cnncalc.dialects.base.asked import Asked, Resizing


def _both_ways(dialect: type[Dialect], asked: Asked) -> None:
    if asked.mode and any(asked.sides):
        raise dialect.refuse("auto_pad and pads exclude each other", key="padding")


def _size_of_valid(dialect: type[Dialect], asked: Asked) -> None:
    if asked.mode and asked.target is not None:
        raise dialect.refuse("auto_pad and output_shape exclude each other", key="output_size")


class Opencv(OnnxWindows, Dialect):
    """OpenCV 5. SAME pads half of the kernel in front, whatever the stride; no window is dropped."""

    title = "OpenCV"
    version = "5.0.0.93"
    source = "documentation of its dnn module; windows measured with the default engine on the CPU"
    partial = True
    plain = EVERYWHERE

    converters: ClassVar = {"onnx": ""}
    padding_words = "valid same same_upper same_lower"

    conv_same = "centred"
    pool_same = "centred"
    conv_rounding = "truncated"
    pool_rounding = "truncated"
    ceil_unpadded = "full"
    ceil_padded = "full"
    averages: ClassVar = {"inputs": "inputs", "counted": "kernel"}
    merges_spread = True
    limits: ClassVar = {
        "conv": (_both_ways,),
        "conv_transpose": (_size_of_valid,),
    }

    @classmethod
    def window(cls, asked: Asked, others: Sequence[Asked] = ()) -> Window:
        """A window that is rounded up may be too long by less than two strides; raises Refusal."""
        found = super().window(asked, others)
        if found.rounding == "full":
            room = asked.n + sum(found.padding) - asked.extent
            if room < 0:
                return asked.window(
                    ROUNDING["truncated"](room + asked.s - 1, asked.s, 0), found.padding[0]
                )
        return found

    @classmethod
    def spread(cls, asked: Asked) -> TransposedWindow:
        """`same` gives (n − 1)·stride + 1, and cuts half of the kernel in front."""
        if not asked.mode.startswith("same"):
            return super().spread(asked)
        extra = asked.extra or 0
        size = (asked.n - 1) * asked.s + 1 + extra
        # Where windows leave holes, and the output is extended, the dilation is forgotten.
        span = asked.k if extra and asked.extent < asked.s else asked.extent - extra % asked.s
        return cut_to(asked, size, (span - 1) // 2)

    @classmethod
    def transpose(cls, asked: Asked) -> TransposedWindow:
        """A size that is asked for adds an element, whatever it is; raises Refusal."""
        if asked.target is not None and not asked.mode:
            return cls.spread(asked._replace(target=None, extra=asked.extra or 1))
        return super().transpose(asked)

    @classmethod
    def resize(cls, asked: Resizing) -> tuple[int, ...]:
        """No axis is resized to 0, nor some of them; raises Refusal."""
        if asked.some or asked.coordinates == "tf_crop_and_resize":
            raise cls.refuse("it resizes whole maps", key="size")
        sizes = super().resize(asked)
        if min(sizes) < 1:
            raise cls.refuse("nothing is left of the map", key="scale")
        return sizes

    told = """
conv | SAME pads half of the kernel in front, whatever the stride: sizes are right, windows are
    shifted |
    SAME: P_start = ⌊(F − 1)/2⌋, O = ⌈I/S⌉
max_pool | `ceil` keeps every window; SAME as for convolutions |
    O = ⌈(I + P_start + P_end − E)/S⌉ + 1
avg_pool | as max pools |
    counted: F, whatever is read
conv_transpose | SAME is no inverse of a convolution's; a given size adds one element, whatever it
    is |
    SAME: O = (I − 1)·S + 1 + output_padding
upsample | the product in 32 bits; an empty map is refused |
    O = ⌊float32(I · float32(scale))⌋
resize | whole maps; no tf_crop_and_resize |
    O = the size
"""
    spelling = WINDOWS
