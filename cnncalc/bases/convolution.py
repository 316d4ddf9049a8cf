"""What the frameworks refuse of every sliding convolution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Refusal
from cnncalc.layer import refuse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import TransposedWindow, Window
    from cnncalc.keys import PaddingValue
    from cnncalc.layer import Dialect


def no_strided_same(
    dialect: Dialect | None, padding: PaddingValue, windows: Sequence[Window]
) -> None:
    """Refuse what PyTorch refuses: two rules for `same` exist, and it will not choose."""
    if dialect == "torch" and padding == "same" and any(w.stride > 1 for w in windows):
        raise refuse("torch", "padding='same' is not supported for strided convolutions",
                     key="padding", help="`half` gives ⌈n/stride⌉ for odd kernels; "
                     "`same_upper` pads as TensorFlow does")  # fmt: skip


def no_strided_dilation(
    dialect: Dialect | None, windows: Sequence[Window | TransposedWindow]
) -> None:
    """Refuse what Keras refuses: a stride along any axis with a dilation along any axis."""
    if dialect != "keras" or all(w.stride == 1 for w in windows):
        return
    if any(w.dilation > 1 for w in windows):
        raise refuse("keras", "`strides > 1` not supported in conjunction with `dilation_rate > 1`",
                     key="dilation")  # fmt: skip


def no_causal(dialect: Dialect | None, padding: PaddingValue, layer: str) -> None:
    """Refuse what Keras refuses: only its Conv1D knows causal padding."""
    if dialect == "keras" and padding == "causal":
        raise refuse("keras", f"{layer} has no causal padding", key="padding",
                     help="`pad` before the layer, or `conv` along one axis")  # fmt: skip


def divide_into(groups: int, channels: int, filters: int) -> None:
    """Refuse groups into which the input channels or the filters do not divide."""
    if channels % groups:
        raise Refusal("E304", f"{channels} input channels do not divide into {groups} groups",
                      key="groups", operands=True)  # fmt: skip
    if filters % groups:
        raise Refusal("E304", f"{filters} filters do not divide into {groups} groups",
                      key="groups")  # fmt: skip
