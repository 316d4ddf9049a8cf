"""How a layer is written in another dialect, and what its averages divide by there."""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.arithmetic.resampling import Border
from cnncalc.arithmetic.windows import SLIDING, BorderedWindow, TransposedWindow, Window
from cnncalc.layers.base.pooling import stride_of
from cnncalc.layers.base.sliding import ask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.dialects.base.asked import Asked
    from cnncalc.dialects.base.dialect import Dialect
    from cnncalc.layers.base.layer import Facts, Layer
    from cnncalc.layers.base.shape import Shape


class Target(NamedTuple):
    """A dialect and its name."""

    name: str
    rules: type[Dialect]


class Unsayable(Exception):
    """The target has no words for a layer, or for a key of it."""

    def __init__(self, reason: str) -> None:
        """`reason` is a sentence about the target."""
        super().__init__(reason)
        self.reason = reason


class Way(NamedTuple):
    """A layer as it is written in a target: itself, and what pads before or crops behind it.

    `keys` are those that are not as the source has them. `is_kept` says that a converter writes it so
    without a thought.
    """

    layer: Layer
    pad: Layer | None = None
    crop: Layer | None = None
    keys: tuple[tuple[str, Any], ...] = ()
    is_kept: bool = False

    @property
    def is_several(self) -> bool:
        """Whether there is a layer besides."""
        return self.pad is not None or self.crop is not None

    def apply(self, *inputs: Shape) -> Facts:
        """The facts of all its layers together, read as one; raises Refusal."""
        if self.pad is not None:
            padded = self.pad.apply(inputs[0])
            found = self.layer.apply(padded.output, *inputs[1:])
            return found.replace(windows=_windows_behind_pad(padded.windows, found.windows))
        found = self.layer.apply(*inputs)
        if self.crop is not None:
            cut = self.crop.apply(found.output)
            windows = tuple(
                axis._replace(padding=_add(axis.padding, _negative(w.padding)))
                for axis, w in zip(found.windows, cut.windows, strict=True)
                if isinstance(axis, TransposedWindow) and isinstance(w, Window)
            )
            return found.replace(output=cut.output, windows=windows)
        return found

    def divisors(self, target: Target, x: Shape) -> list[Sequence[Any]]:
        """What its averages divide by along each axis; raises Refusal."""
        padded = x if self.pad is None else self.pad.apply(x).output
        return divisors(target.rules, self.layer, padded)


def borders(rules: type[Dialect], layer: Layer, x: Shape, *, converted: bool = False) -> list[str]:
    """What windows read beyond the ends of each axis, "" where nothing is padded; raises Refusal.

    What is `converted` says that the padding of a max pool takes no part, where that can be said.
    """
    values = layer.__dict__
    if layer.kind == "max_pool":
        asked = ask(x, values["size"], stride_of(values["size"], values["stride"]), values["padding"],
                    values["dilation"], kind=layer.kind, ceil=values["ceil"],
                    counted=False if converted else None, names=("size", "stride"))  # fmt: skip
    else:
        asked = ask(x, values["kernel"], values["stride"], values["padding"], values["dilation"])
    return [rules.border_of(along) if max(rules.sides_of(along)) > 0 else "" for along in asked]


def counts_padding(rules: type[Dialect], layer: Layer, x: Shape) -> bool:
    """Whether an average counts what is padded; raises Refusal."""
    along = _ask_average(layer, x)[0]
    return rules.divisor_of(along) != "inputs"


def divisors(rules: type[Dialect], layer: Layer, x: Shape) -> list[Sequence[Any]]:
    """What an average divides by along each axis; raises Refusal."""
    asked = _ask_average(layer, x)
    return [
        rules.divisors(along, asked[:axis] + asked[axis + 1 :]) for axis, along in enumerate(asked)
    ]


def _ask_average(layer: Layer, x: Shape) -> tuple[Asked, ...]:
    values = layer.__dict__
    counted = values["count_padding"]
    return ask(x, values["size"], stride_of(values["size"], values["stride"]), values["padding"],
               kind=layer.kind, ceil=values["ceil"], counted=counted, names=("size", "stride"))  # fmt: skip


def _add(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    return a[0] + b[0], a[1] + b[1]


def _negative(side: tuple[int, int]) -> tuple[int, int]:
    return -side[0], -side[1]


def _windows_behind_pad(before: Sequence[Axis], windows: Sequence[Axis]) -> tuple[Axis, ...]:
    """The windows over a map to which something is added, as windows over the map itself."""
    return tuple(starmap(_behind, zip(before, windows, strict=True)))


def _behind(added: Axis, window: Axis) -> Axis:
    if not isinstance(window, SLIDING) or not isinstance(added, (Window, Border)):
        return window
    found = window._replace(padding=_add(window.padding, added.padding))
    if isinstance(added, Border) and isinstance(found, Window):
        return BorderedWindow(*found, added.mode)
    return found
