"""What several frameworks refuse of windows: functions of a dialect and of what it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.dialects.base.porting import CONVOLUTIONS, POOLS

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def padding_without_words(
    dialect: type[Dialect], asked: Asked, others: Sequence[Asked] = ()
) -> None:
    """Raises Refusal for padding that the layer cannot say: a word, a number, or more on one side.

    Where both sides have a number of their own, any word is short for two numbers.
    """
    if asked.kind not in _PADDED or asked.kind in dialect.pairs.split():
        return
    in_numbers = asked.kind in dialect.numbers.split()
    word, words = _word(asked), dialect.own_words()
    if word in words and (word == "valid" or {word, *map(_word, others)} == {word}):
        return
    if word in words:
        raise dialect.refuse("a word is the padding of all axes", key="padding",
                             help=f"write `{word}` for all, or {_instead(dialect, asked)}")  # fmt: skip
    if word and words == ["valid"]:
        padding_words(dialect, asked)
    if word:
        raise dialect.refuse(f"it has no padding `{word}`", key="padding",
                             help=f"write {_instead(dialect, asked)}")  # fmt: skip
    if not in_numbers:
        raise dialect.refuse("its padding is a word", key="padding",
                             help="`pad` before the layer")  # fmt: skip
    before, after = asked.sides
    if before != after:
        raise dialect.refuse("its padding is as much before as after", key="padding",
                             help=f"write {_instead(dialect, asked)}")  # fmt: skip


_PADDED = f"{CONVOLUTIONS} {POOLS} conv_transpose".split()


def _word(asked: Asked) -> str:
    """The word for its padding; `valid` if nothing is padded, "" for a number."""
    return asked.mode or ("" if any(asked.sides) else "valid")


def _instead(dialect: type[Dialect], asked: Asked) -> str:
    """What can be written: words, one number for both sides, a layer."""
    ways = [f"`{word}`" for word in dialect.own_words() if word != asked.mode]
    if asked.kind in dialect.numbers.split():
        ways.append("one number for both sides")
    if dialect.pad_layer and dialect.covers("pad"):
        ways.append("`pad` before the layer")
    return f"{', '.join(ways[:-1])} or {ways[-1]}"
