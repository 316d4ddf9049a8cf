"""Theano: the functions of `theano.tensor` whose windows are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.dialects.base import limits
from cnncalc.dialects.base.dialect import EVERYWHERE, Dialect
from cnncalc.dialects.base.porting import CONVOLUTIONS, POOLS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Window
    from cnncalc.dialects.base.asked import Asked


def _rounded_padding(dialect: type[Dialect], asked: Asked) -> None:
    if asked.rounding == "ceil" and any(asked.sides):
        raise dialect.refuse("padding works only with ignore_border=True", key="padding")


_POOL = (_rounded_padding, limits.padding_of_kernel, limits.dilation_of_pool)


class Theano(Dialect):
    """Theano. Kernels are turned around by default, which changes no window."""

    title = "Theano"
    version = "1.0.5"
    source = "documentation of theano.tensor.nnet; windows measured in pure Python mode"
    partial = True
    plain = EVERYWHERE

    pairs = ""
    numbers = f"{CONVOLUTIONS} {POOLS} conv_transpose"

    words_for_padding = "valid: valid, full: full, half: half"
    averages: ClassVar = {"counted": "twice", "inputs": "inputs"}
    empties = "conv max_pool avg_pool"
    merges_spread = True

    limits: ClassVar = {
        "max_pool": (limits.padding_words, *_POOL),
        "avg_pool": (limits.padding_words, *_POOL),
    }

    @classmethod
    def sides_of(cls, asked: Asked) -> tuple[int, int]:
        """`half` is half of all that the window spans."""
        if asked.mode == "half":
            return (asked.extent // 2, asked.extent // 2)
        return super().sides_of(asked)

    @classmethod
    def window(cls, asked: Asked, others: Sequence[Asked] = ()) -> Window:
        """Rounded up, there is a window at least, and one for every stride that is not less than it.

        Raises Refusal.
        """
        found = super().window(asked, others)
        if asked.kind == "conv" and asked.n + sum(found.padding) < asked.extent - 1:
            raise cls.refuse("the kernel is larger than the padded input", key="kernel")
        if asked.is_pool and asked.rounding == "ceil":
            begins = asked.n if asked.s >= asked.k else max(0, asked.n - asked.k) + asked.s
            return asked.window(-(-begins // asked.s), 0)
        return found

    told = """
conv | valid, full, half (⌊E/2⌋), numbers; kernels are turned around by default |
    O = ⌊(I + P_start + P_end − E)/S⌋ + 1
max_pool | ignore_border=False without padding: a window for every stride, or one at least |
    S ≥ F: O = ⌈I/S⌉, else ⌈(I − F)/S⌉ + 1
avg_pool | as max pools |
    counted: the elements of the window up to I + 2P
"""
    spelling = """
avg_pool | pool_2d with mode='average_inc_pad' | size: ws
conv | conv2d | kernel: filter_shape, stride: subsample, padding: border_mode, dilation: filter_dilation
max_pool | pool_2d | size: ws
"""
