"""Windows that slide over a map: from a layer's keys to one window per axis."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cnncalc.dialects.base.asked import Asked
from cnncalc.dialects.base.windows import WindowRules
from cnncalc.errors import Refusal
from cnncalc.layers.base.shape import Shape, per_axis

if TYPE_CHECKING:
    from cnncalc.arithmetic.windows import Axis, Window
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
    rules: type[WindowRules] = WindowRules,
    kind: str = "conv",
    ceil: bool = False,
    counted: bool | None = None,
    names: tuple[str, str] = ("kernel", "stride"),
) -> tuple[Window, ...]:
    """The windows of a convolution or pooling over `x`, one per axis, with padding resolved.

    `rules` are those of the framework for a `kind`. Raises Refusal where it refuses them, or a
    window does not fit once; `names` are the keys of kernel and stride.
    """
    keys: tuple[Any, ...] = (kernel, stride, padding, dilation, rules)
    # Numbers that remember how they came about are equal to others that do so otherwise.
    is_plain = _PLAIN.issuperset(map(type, (*x.size, *keys[:4])))
    slide = _slide if is_plain else _slide.__wrapped__
    return slide(x.size, *keys, kind, ceil=ceil, counted=counted, names=names)


_PLAIN = frozenset((int, str))


# Networks have few kinds of windows and few sizes, and channels of any number.
@lru_cache(maxsize=1024)
def _slide(
    size: tuple[int, ...],
    kernel: PerAxis,
    stride: PerAxis,
    padding: PaddingValue,
    dilation: PerAxis,
    rules: type[WindowRules],
    kind: str,
    *,
    ceil: bool,
    counted: bool | None,
    names: tuple[str, str],
) -> tuple[Window, ...]:
    asked = ask(
        Shape(1, size), kernel, stride, padding, dilation,
        kind=kind, ceil=ceil, counted=counted, names=names,
    )  # fmt: skip
    rank = len(asked)
    windows = []
    for axis, along in enumerate(asked):
        window = rules.window(along, asked[:axis] + asked[axis + 1 :] if rank > 1 else ())
        if window.positions(along.n) < 1:
            raise too_large(window, along.n, axis, rank, names[0])
        windows.append(window)
    return tuple(windows)


def ask(
    x: Shape,
    kernel: PerAxis,
    stride: PerAxis,
    padding: PaddingValue,
    dilation: PerAxis = 1,
    *,
    kind: str = "conv",
    ceil: bool = False,
    counted: bool | None = None,
    names: tuple[str, str] = ("kernel", "stride"),
) -> tuple[Asked, ...]:
    """What a framework is asked about each axis of a sliding window; raises Refusal.

    `names` are the keys of kernel and stride.
    """
    rank, rounding, single = x.rank, "ceil" if ceil else "", isinstance(padding, int)
    asked = []
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
        mode, amount = (side, (0, 0)) if isinstance(side, str) else ("", side)
        asked.append(Asked(kind, n, k, s, d, mode, amount, single, rounding, counted))
    return tuple(asked)


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
