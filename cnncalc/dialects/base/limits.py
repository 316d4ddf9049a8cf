"""What several frameworks refuse of windows: functions of a dialect and of what it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnncalc.dialects.base.asked import Asked
    from cnncalc.dialects.base.dialect import Dialect


def dilation_with_stride(dialect: type[Dialect], asked: Asked) -> None:
    """Raises Refusal for a stride with a dilation."""
    if asked.s > 1 and asked.d > 1:
        raise dialect.refuse("a stride and a dilation are not taken together", key="dilation")


def dilation_of_pool(dialect: type[Dialect], asked: Asked) -> None:
    """Raises Refusal for a dilation."""
    if asked.d > 1:
        raise dialect.refuse("its pools have no dilation", key="dilation")


def rounding_up(dialect: type[Dialect], asked: Asked) -> None:
    """Raises Refusal for a count of windows that is rounded up."""
    if asked.rounding == "ceil":
        raise dialect.refuse("its pools have no ceil", key="ceil")


def padding_of_kernel(dialect: type[Dialect], asked: Asked) -> None:
    """Raises Refusal for padding that is not less than the kernel."""
    most = max(asked.sides)
    if not asked.mode and most >= asked.k:
        raise dialect.refuse(f"pad must be less than the kernel {asked.k}, and is {most}",
                             key="padding")  # fmt: skip


def padding_of_half(dialect: type[Dialect], asked: Asked) -> None:
    """Raises Refusal for padding of more than half of the kernel."""
    most = max(asked.sides)
    if not asked.mode and most > asked.k // 2:
        raise dialect.refuse(f"padding may be at most half of the window, {asked.k // 2} for "
                             f"size {asked.k}, and is {most}", key="padding")  # fmt: skip


def padding_in_numbers(dialect: type[Dialect], asked: Asked) -> None:
    """Raises Refusal for padding in numbers, where there are only words for it."""
    if not asked.mode and any(asked.sides):
        raise dialect.refuse("its padding is a word", key="padding",
                             help="`pad` before the layer")  # fmt: skip


def extra_output(dialect: type[Dialect], asked: Asked) -> None:
    """Raises Refusal for an output padding."""
    if asked.extra is not None:
        raise dialect.refuse("its transposed convolutions have no output_padding",
                             key="output_padding", help="`pad` after the layer")  # fmt: skip


def extra_of_stride(dialect: type[Dialect], asked: Asked) -> None:
    """Raises Refusal for an output padding that is not less than the stride."""
    if (asked.extra or 0) >= asked.s:
        raise dialect.refuse(f"output_padding {asked.extra} must be less than the stride {asked.s}",
                             key="output_padding")  # fmt: skip


def extra_of_either(dialect: type[Dialect], asked: Asked) -> None:
    """Raises Refusal for an output padding that is less than neither the stride nor the dilation."""
    if (asked.extra or 0) >= max(asked.s, asked.d):
        raise dialect.refuse(f"output_padding {asked.extra} must be less than the stride {asked.s} "
                             f"or the dilation {asked.d}", key="output_padding")  # fmt: skip


def padding_words(dialect: type[Dialect], asked: Asked) -> None:
    """Raises Refusal for padding that is a word, where there are only numbers."""
    if asked.mode and asked.mode != "valid":
        raise dialect.refuse("its padding is a number", key="padding",
                             help="write how much is added")  # fmt: skip
