"""tract: the operators of ONNX as it runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect
from cnncalc.dialects.base.onnx import WINDOWS, OnnxWindows
from cnncalc.dialects.base.transposing import cut_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import TransposedWindow, Window
    from cnncalc.dialects.base.asked import Asked


def _short_same(dialect: type[Dialect], asked: Asked) -> None:
    if asked.mode.startswith("same") and asked.extent <= asked.s:
        raise dialect.refuse(f"SAME needs a kernel that spans more than the stride {asked.s}",
                             key="padding")  # fmt: skip


class Tract(OnnxWindows, Dialect):
    """tract. It gives empty maps where a window does not fit."""

    title = "tract"
    version = "0.23.9"
    source = "Operators.md of ONNX; windows measured on the CPU"
    partial = True
    plain = EVERYWHERE

    converters: ClassVar = {"onnx": ""}
    padding_words = "valid same same_upper same_lower"

    empties = "conv max_pool avg_pool conv_transpose"
    clamps = True
    merges_spread = True
    limits: ClassVar = {"conv_transpose": (_short_same,)}

    @classmethod
    def window(cls, asked: Asked, others: Sequence[Asked] = ()) -> Window:
        """A pool has a window at least, and only numbers are rounded up; raises Refusal."""
        if asked.mode == "valid":
            asked = asked._replace(rounding="", mode="" if any(asked.sides) else "valid")
        found = super().window(asked, others)
        if asked.is_pool and not asked.mode and found.positions(asked.n) < 1:
            return asked.window(1, found.padding[0])
        return found

    @classmethod
    def spread(cls, asked: Asked) -> TransposedWindow:
        """What is added to the output of `same` is taken off instead."""
        if not asked.mode.startswith("same"):
            return super().spread(asked)
        extra = asked.extra or 0
        begin = cls.cut(asked, asked.n * asked.s, extra).padding[0]
        return cut_to(asked, asked.n * asked.s - extra, begin)

    @classmethod
    def cut(cls, asked: Asked, size: int, extra: int) -> TransposedWindow:
        """A size that is asked for is cut at the end alone."""
        if asked.target is None:
            return super().cut(asked, size, extra)
        return cut_to(asked, size, asked.sides[0])

    @classmethod
    def divisor_of(cls, asked: Asked) -> str:
        """Where nothing is rounded up, averages that count the padding divide by the kernel."""
        found = super().divisor_of(asked)
        return "kernel" if found == "padded" and not asked.rounding else found

    told = """
conv | a window that does not fit gives an empty map |
    O = ⌊(I + P_start + P_end − E)/S⌋ + 1
max_pool | a pool in numbers has a window at least; VALID is never rounded up |
    O = max(1, ⌊(I + P_start + P_end − E)/S⌋ + 1)
avg_pool | as max pools |
    counted: F, with `ceil` the elements of the window within the padded input
conv_transpose | SAME needs a window that spans more than the stride, and output_padding shortens
    it; a given size is cut at the end |
    SAME: O = I·S − output_padding
upsample | the product in 32 bits |
    O = ⌊float32(I · float32(scale))⌋
resize | proportions are kept if asked |
    O = the size
"""
    spelling = WINDOWS
