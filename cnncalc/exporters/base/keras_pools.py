"""Pools as Keras writes them."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.exporters.base.averages import split_pads
from cnncalc.exporters.base.keras_windows import EXPLICIT, is_same, pad_explicitly
from cnncalc.exporting.code import Argument, Code, Made, Slot
from cnncalc.layers.base.shape import per_axis

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.arithmetic.windows import Window
    from cnncalc.exporters.base.place import Place

_INSIDE = "what stands outside of the map does not count in an average"


def max_pool(place: Place) -> Code:
    """A maximum pool; raises Refusal of what cannot be said."""
    made, slots, windows = _build(place, "Max")
    pads = [window.padding for window in windows]
    if is_same(windows, place.x.size):
        return _pad_same(made, slots)
    if not any(map(any, pads)):
        return Code("{m}({0})", {"": made}, slots)
    text, more = pad_explicitly("{0}", pads, ', constant_values=float("-inf")')
    return Code(f"{{m}}({text})", {"": made}, slots | more, EXPLICIT)


def avg_pool(place: Place) -> Code:
    """An average pool; what it divides by is the dialect's. Raises Refusal of what cannot be said."""
    made, slots, windows = _build(place, "Average")
    pads = [window.padding for window in windows]
    if is_same(windows, place.x.size) and not place.counts_padding():
        return _pad_same(made, slots)
    counted, rest = _split(place, windows)
    if any(map(any, rest)):
        text, more = _average_inside("{0}", counted, rest)
        return Code(text, {}, slots | more, _INSIDE, ("average_inside",))
    if not any(map(any, pads)):
        return Code("{m}({0})", {"": made}, slots)
    text, more = pad_explicitly("{0}", pads)
    return Code(f"{{m}}({text})", {"": made}, slots | more, EXPLICIT)


def _build(place: Place, what: str) -> tuple[Made, dict[str, Slot], list[Window]]:
    """The layer, its slots, and its windows with all of their padding."""
    windows = place.sliding_windows()
    if any(w.dilation > 1 for w in windows):
        raise place.refuse("Keras' pools have no dilation")
    slots = {
        "size": Slot(tuple(w.kernel for w in windows), "size"),
        "strides": Slot(tuple(w.stride for w in windows), "stride"),
    }
    arguments = (Argument("{size}"), Argument("{strides}", "strides", "{size}"))
    exact = [_whole(w, n) for w, n in zip(windows, place.x.size, strict=True)]
    return Made(f"layers.{what}Pooling{place.rank}D", arguments), slots, exact


def _pad_same(made: Made, slots: dict[str, Slot]) -> Code:
    more = (*made.arguments, Argument('"same"', "padding"))
    return Code("{m}({0})", {"": made._replace(arguments=more)}, slots)


def _split(place: Place, windows: Sequence[Window]) -> tuple[Sequence[tuple[int, int]], ...]:
    """The padding that counts in an average, and what stands behind it and does not."""
    pads = [window.padding for window in windows]
    if place.divisor_rule() == "inputs":
        return [(0, 0)] * len(pads), pads
    return split_pads(place.divisor_rule(), place.sliding_windows(), pads)


def _average_inside(
    text: str, counted: Sequence[tuple[int, int]], rest: Sequence[tuple[int, int]]
) -> tuple[str, dict[str, Slot]]:
    """An average with padding that counts, and some that does not."""
    slots: dict[str, Slot] = {}
    if any(map(any, counted)):
        text, slots = pad_explicitly(text, counted)
    outside = {f"rest_{i}_{k}": Slot(pad[k]) for i, pad in enumerate(rest) for k in (0, 1)}
    sides = ", ".join(f"({{rest_{i}_0}}, {{rest_{i}_1}})" for i in range(len(rest)))
    sides += "," * (len(rest) == 1)
    return f"average_inside({text}, {{size}}, {{strides}}, ({sides}))", slots | outside


def _whole(window: Window, n: int) -> Window:
    """The window with as much padding behind it as its last position needs."""
    before, after = window.padding
    needed = (window.positions(n) - 1) * window.stride + window.extent - n - before
    if window.rounding == "floor":
        needed = max(after, needed)
    return window._replace(padding=(before, max(0, needed)))


def max_unpool(place: Place) -> Code:
    """Values back where they were largest in their windows; raises Refusal where that is not known."""
    if len(place.inputs) < 2:
        raise place.refuse("where the values were largest is known of what the pool read",
                           help="max_unpool: {like: NAME} names it")  # fmt: skip
    layer, rank = place.layer, place.rank
    size = per_axis(layer.size, rank, "size")
    stride = size if layer.stride is None else per_axis(layer.stride, rank, "stride")
    if stride != size or any(per_axis(layer.padding, rank, "padding")):
        raise place.refuse("only windows side by side are written, for Keras' pools do not say "
                           "where the largest value was")  # fmt: skip
    comma = "," * (rank == 1)
    sizes = ", ".join(f"{{size_{i}}}" for i in range(rank))
    slots = {f"size_{i}": Slot(n, "size") for i, n in enumerate(size)}
    return Code(f"max_unpool({{0}}, {{1}}, ({sizes}{comma}))", slots=slots, needs=("max_unpool",))


def adaptive(what: str) -> Callable[[Place], Code]:
    """A pool to a given size."""

    def translate(place: Place) -> Code:
        made = Made(f"layers.Adaptive{what}Pooling{place.rank}D", (Argument("{size}"),))
        return Code("{m}({0})", {"": made}, {"size": Slot(place.output.size, "size")})

    return translate


def global_pool(what: str) -> Callable[[Place], Code]:
    """A pool over all of a map."""

    def translate(place: Place) -> Code:
        if not place.rank:
            return Code("{0}")
        keep = (Argument("True", "keepdims"),) if place.output.size else ()
        return Code("{m}({0})", {"": Made(f"layers.Global{what}Pooling{place.rank}D", keep)})

    return translate


def lp_pool(place: Place) -> Code:
    """A power-average pool: the root of the mean of powers, times how many there are."""
    _, slots, windows = _build(place, "Average")
    counted, rest = _split(place, windows)
    slots |= {"count": Slot(prod(w.kernel for w in windows)), "p": Slot(place.layer.p, "p")}
    text = "ops.power({0}, {p})"
    if any(map(any, rest)):
        text, more = _average_inside(text, counted, rest)
        return Code(f"ops.power({{count}} * {text}, 1 / {{p}})", {}, slots | more, _INSIDE,
                    ("average_inside",))  # fmt: skip
    if any(map(any, counted)):
        text, more = pad_explicitly(text, counted)
        slots |= more
    return Code(f"ops.power({{count}} * ops.average_pool({text}, {{size}}, {{strides}}), 1 / {{p}})",
                slots=slots)  # fmt: skip
