"""What the convolutions have in common: their keys, their groups, and what they learn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.errors import Refusal
from cnncalc.layers.base.dividing import divide_both
from cnncalc.layers.base.key_types import COUNT, FLAG, PADDING, PER_AXIS
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts

if TYPE_CHECKING:
    from cnncalc.arithmetic.windows import Axis
    from cnncalc.layers.base.shape import Shape

FILTERS = key(COUNT, symbol="K", help="output channels")
KERNEL = key(PER_AXIS, symbol="F", help="window size")
STRIDE = key(PER_AXIS, 1, symbol="S", help="step of the window")
PADDED = key(PADDING, "valid", symbol="P", help="how much is added around the input")
DILATION = key(PER_AXIS, 1, symbol="D", help="distance of the taps")
GROUPS = key(COUNT, 1, symbol="G", help="how many separate convolutions side by side")
BIAS = key(FLAG, True, help="whether a bias is learnt")


def divide_into(groups: int, channels: int, filters: int) -> None:
    """Raises Refusal if the input channels or the filters do not divide into the groups."""
    if channels % groups:
        raise Refusal("E304", f"{channels} input channels do not divide into {groups} groups",
                      help=divide_both("groups", channels, filters, "filters", near=groups),
                      key="groups", operands=True)  # fmt: skip
    if filters % groups:
        raise Refusal("E304", f"{filters} filters do not divide into {groups} groups", key="groups",
                      help=divide_both("groups", filters, channels, "input channels", near=groups))  # fmt: skip


def convolution_facts(
    output: Shape,
    windows: tuple[Axis, ...],
    weights: dict[str, tuple[int, ...]],
    *,
    bias: bool,
    **facts: Any,
) -> Facts:
    """The facts of a convolution; with a `bias`, each output channel has one that is added."""
    if bias:
        weights = {**weights, "bias": (output.channels,)}
    work = {"add": output.elements} if bias else {}
    return Facts(output, windows=windows, weights=weights, work=work, **facts)
