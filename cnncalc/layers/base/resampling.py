"""Interpolation: the words for it, and what it costs."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.resampling import REACH, Resampling
from cnncalc.arithmetic.windows import AdaptiveWindow
from cnncalc.errors import Refusal
from cnncalc.layers.base.adaptive import elements
from cnncalc.layers.base.key_types import LIMIT, Bad, Choice, Number, a_word
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.pooling import averaging, pool_shape

if TYPE_CHECKING:
    from fractions import Fraction

    from cnncalc.layers.base.shape import Shape

ALIGN = "whether the centres of the first and last elements stay where they are"

PRECISION = 10**6
"""A scale factor is taken for a fraction with at most this denominator if there is one."""

RANKED = {"bilinear": ("linear", 2), "trilinear": ("linear", 3), "bicubic": ("cubic", 2)}
"""The words that also say how many axes there are."""


class Mode(Choice):
    """An interpolation; `nearest-exact` may be written as PyTorch does."""

    def __init__(self) -> None:
        """The plain words first: they suit any number of axes."""
        super().__init__("nearest", "linear", "cubic", "nearest_exact", "area", "lanczos3",
                         "lanczos5", *RANKED)  # fmt: skip

    def parse(self, value: Any) -> Any:
        """Hyphens are underscores."""
        return super().parse(value.replace("-", "_") if isinstance(value, str) else value)

    def schema(self) -> dict[str, Any]:
        """The words with underscores are suggested."""
        return a_word(self.words, tuple(word.replace("_", "-") for word in self.words))


class Scale(Number):
    """A factor above 0."""

    noun = "a number above 0"

    def parse(self, value: Any) -> int | float:
        """Whole factors become integers, which are exact; raises Bad unless it is above 0."""
        number = super().parse(value)
        if number <= 0:
            raise Bad(f"must be above 0, got {value}", code="E105")
        return int(number) if number == int(number) else number

    def schema(self) -> dict[str, Any]:
        """A number above 0."""
        return {"type": ["number"], "exclusiveMinimum": 0, "maximum": LIMIT}


MODE = Mode()
SCALE = Scale()


def interpolation(layer: Layer, word: str, rank: int) -> str:
    """The mode a word means for `rank` axes; raises Refusal where it cannot be meant."""
    mode, axes = RANKED.get(word, (word, rank))
    if axes != rank:
        raise Refusal("E302", f"`{word}` is for {axes} axes, the input has {rank}", key="mode",
                      help=f"`{mode}` suits any number of axes", operands=True)  # fmt: skip
    layer.check(mode, rank, at="interpolation")
    return mode


def scale_step(scale: float) -> tuple[int, int] | None:
    """The inputs from one output to the next as a ratio; None where the sizes say it.

    PyTorch places the outputs by a broken factor as given, not by the ratio of the sizes.

    >>> scale_step(0.29)
    (100, 29)
    """
    if isinstance(scale, int):
        return None
    factor = fraction(scale)
    return factor.denominator, factor.numerator


def fraction(number: float) -> Fraction:
    """The fraction that was meant: 1/3 for 0.3333333333333333, else the float as it is."""
    from fractions import Fraction

    exact = Fraction(number)
    simple = exact.limit_denominator(PRECISION)
    return simple if float(simple) == number else exact


def axis(
    n: int,
    target: int,
    mode: str,
    *,
    align_corners: bool = False,
    step: tuple[int, int] | None = None,
) -> Resampling | AdaptiveWindow:
    """How one axis of `n` elements is resampled to `target`; equal readings compare equal."""
    if mode == "area":
        return AdaptiveWindow(target)
    if mode == "nearest_exact" and step is None and target % n == 0:
        mode = "nearest"
    if mode == "linear" and target == n:
        # PyTorch copies then, whatever the scale factor.
        step = None
    return Resampling(n, target, mode, align_corners, step)


def resampling_facts(x: Shape, windows: tuple[Resampling | AdaptiveWindow, ...]) -> Facts:
    """The facts of a resampling: one operation for each input that enters an output."""
    output = pool_shape(x, windows)
    areas = [window for window in windows if isinstance(window, AdaptiveWindow)]
    if areas:
        return Facts(output, windows=windows, work=averaging(elements(x, areas), output.elements))
    reaches = [REACH[window.mode] for window in windows if isinstance(window, Resampling)]
    each = prod(last - first + 1 for first, last in reaches)
    work = {"interpolate": output.elements * each} if each > 1 else {}
    return Facts(output, windows=windows, work=work)


def to_aspect(size: tuple[int, ...], target: tuple[int, ...]) -> tuple[Resampling, ...]:
    """The two axes of `size`, cut around the centre to the proportions of `target`, then resized.

    Source: `keras.utils.image_utils.smart_resize`.
    """
    (height, width), (rows, columns) = size, target
    parts = (min(height, width * rows // columns), min(width, height * columns // rows))
    return tuple(
        Resampling(max(part, 1), t, "linear", start=(n - max(part, 1)) // 2)
        for n, part, t in zip(size, parts, target, strict=True)
    )
