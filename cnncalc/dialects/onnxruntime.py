"""onnxruntime: the operators of ONNX as its CPU provider runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.arithmetic.padding import half_of
from cnncalc.dialects.base import limits
from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect
from cnncalc.dialects.base.onnx import WINDOWS, OnnxWindows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Window
    from cnncalc.dialects.base.asked import Asked, Resizing


def _same_with_dilation(dialect: type[Dialect], asked: Asked) -> None:
    if asked.mode.startswith("same") and asked.d > 1:
        raise dialect.refuse("SAME_UPPER and SAME_LOWER are not taken with a dilation",
                             key="padding", help="write the padding as numbers")  # fmt: skip


def _same_of_less(dialect: type[Dialect], asked: Asked) -> None:
    if asked.mode.startswith("same") and asked.d == 1 and min(dialect.sides_of(asked)) < 0:
        raise dialect.refuse("a stride that skips elements at the border would need padding below 0",
                             key="padding", help="write the padding as numbers")  # fmt: skip


def _both_ways(dialect: type[Dialect], asked: Asked) -> None:
    if asked.mode and any(asked.sides):
        raise dialect.refuse("auto_pad and pads exclude each other", key="padding")


def _size_of_no_conv(dialect: type[Dialect], asked: Asked) -> None:
    # Its convolution must lead back: with what was cut, as many windows as there are inputs.
    if asked.target is not None:
        full = (asked.n - 1) * asked.s + asked.extent + (asked.extra or 0)
        room = max(asked.target, full) - asked.extent
        if room // asked.s + 1 != asked.n:
            raise dialect.refuse(f"no convolution makes {asked.n} of {asked.target} elements",
                                 key="output_size")  # fmt: skip


class Onnxruntime(OnnxWindows, Dialect):
    """onnxruntime."""

    title = "onnxruntime"
    version = "1.32.0"
    source = "Operators.md of ONNX; windows measured with the CPU provider"
    partial = True
    plain = EVERYWHERE

    converters: ClassVar = {"onnx": ""}
    padding_words = "valid same same_upper same_lower"

    conv_same = "unclamped"
    pool_same = "unclamped and undilated"
    pool_rounding = "truncated"
    merges_spread = True

    limits: ClassVar = {
        "conv": (_both_ways, _same_with_dilation),
        "max_pool": (limits.padding_of_kernel, _same_of_less),
        "avg_pool": (limits.padding_of_kernel,),
        "lp_pool": (limits.padding_of_kernel,),
        "conv_transpose": (limits.extra_of_either, limits.extra_of_stride, _size_of_no_conv),
    }

    @classmethod
    def window(cls, asked: Asked, others: Sequence[Asked] = ()) -> Window:
        """What is cut off at the end is read all the same, but by averages; raises Refusal."""
        found = super().window(asked, others)
        if found.padding[1] < 0 and asked.kind in ("max_pool", "lp_pool"):
            return asked.window(found.positions(asked.n), found.padding[0])
        return found

    @classmethod
    def sides_of(cls, asked: Asked) -> tuple[int, int]:
        """A convolution cuts off an element less than there are too many, pools all."""
        total = sum(super().sides_of(asked))
        if asked.is_pool or not asked.mode.startswith("same") or total >= 0:
            return super().sides_of(asked)
        before = half_of(total + 1 + (asked.mode == "same_lower"))
        return (before, total - before)

    @classmethod
    def length(cls, asked: Asked, others: Sequence[Asked] = ()) -> int:
        """Pools give an empty map if they are one window short; raises Refusal."""
        n = cls.reading(asked, others).positions(asked.n)
        if n < 0 or (n == 0 and not asked.is_pool):
            raise cls.refuse("nothing is left of the map", key="padding")
        return n

    @classmethod
    def resize(cls, asked: Resizing) -> tuple[int, ...]:
        """No axis is resized to 0; raises Refusal."""
        if asked.sizes is not None and min(asked.sizes) < 1:
            raise cls.refuse("a size must be above 0", key="size")
        return super().resize(asked)

    told = """
conv | SAME with a dilation is refused; a negative total of SAME moves the first window inside |
    O = ⌊(I + P_start + P_end − E)/S⌋ + 1
max_pool | padding of a kernel or more is refused; a window longer than the input by less than a
    stride counts; SAME forgets the dilation |
    ceil: O = ⌈(I + P_start + P_end − E)/S⌉ + 1, less 1 if (O − 1)·S ≥ I + P_start
avg_pool | as max pools |
    counted: the elements of the window within the padded input
lp_pool | as max pools |
    O as for max pools
conv_transpose | output_padding must be below the stride; a given size must lead back to the input |
    SAME: O = (I − 1)·S + min(S, E + output_padding)
upsample | the product in 32 bits, so 100 × 2.1 is 209 |
    O = ⌊float32(I · float32(scale))⌋
resize | sizes above 0; proportions are kept if asked |
    O = the size
"""
    spelling = f"""{WINDOWS}lp_pool | LpPool | size: kernel_shape, stride: strides, ceil: ceil_mode
"""
