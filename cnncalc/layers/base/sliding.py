"""Windows that slide over a map: from a layer's keys to one window per axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.padding import by_mode
from cnncalc.arithmetic.windows import Axis, Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.shape import Shape, per_axis

if TYPE_CHECKING:
    from cnncalc.layers.base.key_types import PaddingValue, PerAxis


def sides(
    padding: PaddingValue, axis: int, rank: int, key: str = "padding"
) -> str | tuple[int, int]:
    """What `padding` says for one axis: a mode, or (before, after).

    Raises Refusal if it has another number of axes than the input.
    """
    if not isinstance(padding, tuple):
        return padding if isinstance(padding, str) else (padding, padding)
    if rank == 1 and len(padding) == 2 and not any(isinstance(p, tuple) for p in padding):
        before, after = padding
        raise Refusal("E112", f"`{key}: [{before}, {after}]` gives two axes, the input has one",
                      key=key, help=f"write [[{before}, {after}]] for before and after")  # fmt: skip
    if len(padding) != rank:
        raise Refusal("E302", f"`{key}` has {len(padding)} axes, the input has {rank}", key=key)
    item = padding[axis]
    return item if isinstance(item, (str, tuple)) else (item, item)


def sliding(
    x: Shape,
    kernel: PerAxis,
    stride: PerAxis,
    padding: PaddingValue,
    dilation: PerAxis = 1,
    *,
    rounding: str = "floor",
    names: tuple[str, str] = ("kernel", "stride"),
) -> tuple[Window, ...]:
    """The windows of a convolution or pooling over `x`, one per axis, with padding resolved.

    Raises Refusal where a window does not fit once; `names` are the keys of kernel and stride.
    """
    rank = x.rank
    windows = []
    for axis, (n, k, s, d) in enumerate(
        zip(
            x.size,
            per_axis(kernel, rank, names[0]),
            per_axis(stride, rank, names[1]),
            per_axis(dilation, rank, "dilation"),
            strict=True,
        )
    ):
        side = sides(padding, axis, rank)
        if isinstance(side, str):
            window = Window(k, s, d, by_mode(side, n, k, s, d), rounding, side)
        else:
            window = Window(k, s, d, side, rounding, "explicit")
        if window.positions(n) < 1:
            raise too_large(window, n, axis, rank, names[0])
        windows.append(window)
    return tuple(windows)


def too_large(window: Window, n: int, axis: int, rank: int, key: str) -> Refusal:
    """The refusal of a window that does not fit once."""
    where = f" along axis {'DHW'[-rank:][axis] if rank > 1 else 'L'}"
    spans = f"{key} {window.kernel}"
    if window.dilation > 1:
        spans += f" with dilation {window.dilation} spans {window.extent}"
    padded = n + sum(window.padding)
    room = f"the padded input has {padded}" if padded != n else f"the input has {n}"
    return Refusal("E301", f"{spans} does not fit: {room}{where}", key=key, operands=True,
                   help="a smaller kernel, more padding, less pooling before it, or a larger input")  # fmt: skip


def output_sizes(windows: tuple[Axis, ...], size: tuple[int, ...]) -> tuple[int, ...]:
    """The output size of `windows` over an input of `size`."""
    return tuple(w.positions(n) for w, n in zip(windows, size, strict=True))
