"""Merges of several tensors, element by element: how they are spread, and the fix where they do not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.arithmetic.windows import Axis, Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, axes_of, not_tokens, with_axes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Merge(Layer):
    """Base of the elementwise merges."""

    periodic = "all"
    keeps_apart = "maps"
    operands: ClassVar[tuple[int, int | None]] = (2, None)
    storage = "over"
    source = "merging layers of Keras; arithmetic of tensors in PyTorch"
    verb: ClassVar[str]
    """What is done to the operands, for messages."""
    in_any_order: ClassVar[bool] = True
    """Whether the operands may change places, and nothing comes of it."""
    each: ClassVar[Mapping[str, int]] = {}
    """The arithmetic per element for every operand after the first."""
    once: ClassVar[Mapping[str, int]] = {}
    """The arithmetic per element, however many operands there are."""

    def facts(self, *inputs: Shape) -> Facts:
        """One element from the elements at the same place of all operands."""
        for x in inputs:
            not_tokens(x, type(self).__name__.lower())
        output = self.merge(inputs)
        pairs = len(inputs) - 1
        work = {kind: n * pairs * output.elements for kind, n in self.each.items()}
        work |= {kind: n * output.elements for kind, n in self.once.items()}
        return Facts(output, work=work)

    def apply_often(self, shapes: Sequence[Shape], places: Sequence[int]) -> Facts:
        """Two operands of the same shape give what any number of them gives."""
        return self.apply(*(shapes if len(shapes) > 1 else [*shapes, *shapes]))

    def tells_channels_apart(self, x: Shape) -> bool:
        """Always: each element by itself."""
        return True

    def merge(self, inputs: tuple[Shape, ...]) -> Shape:
        """The shape that all operands are spread to; raises Refusal if there is none."""
        first = inputs[0]
        if all(x == first for x in inputs):
            return first
        largest = max(inputs, key=lambda x: x.rank)
        rank = len(axes_of(largest))
        alike = [_fill_axes(x, rank) for x in inputs if x.form == largest.form]
        output = with_axes(largest, [max(sizes) for sizes in zip(*alike, strict=True)])
        for x in inputs:
            fits = x == output or (x.copies == output.copies and x.form == output.form
                                   and self.spreads(x, output))  # fmt: skip
            if not fits:
                raise self.different(self.fix(inputs, x, output))
        return output

    def spreads(self, x: Shape, output: Shape) -> bool:
        """Whether `x`, of the same form, is spread to `output`: along axes of size 1 or missing ones."""
        missing = x.rank < output.rank
        if not (self.rules.merges_pad if missing else self.rules.merges_spread):
            return False
        return is_spread(x, output)

    def fix(self, inputs: Sequence[Shape], x: Shape, output: Shape) -> str:
        """What makes the operands fit, of which `x` cannot be spread to `output`."""
        return remedy(inputs[0], next(other for other in inputs if other != inputs[0]))

    def reads(self, operand: int, inputs: Sequence[Shape], facts: Facts) -> tuple[Axis, ...] | None:
        """One element; along an axis that is spread, the only one there is."""
        x, size = inputs[operand], facts.output.size
        if not x.rank or x.size == size:
            return ()
        from cnncalc.arithmetic.moving import Moved, Single

        if x.rank < len(size):
            return tuple(
                Moved(i) if x.size[i - len(size)] > 1 else Single(1)
                for i in range(len(size) - x.rank, len(size))
            )
        return tuple(Single(m) if n < m else Window() for n, m in zip(x.size, size, strict=True))

    def different(self, fix: str) -> Refusal:
        """The refusal of operands whose shapes differ."""
        return Refusal("E306", f"cannot {self.verb} different shapes", operands=True, help=fix)


def _fill_axes(x: Shape, rank: int) -> tuple[int, ...]:
    """Its axes, with axes of size 1 behind the channels until there are `rank`."""
    first, *others = axes_of(x)
    return (first, *(1,) * (rank - 1 - len(others)), *others)


def is_spread(x: Shape, output: Shape) -> bool:
    """Whether every axis of `x`, missing ones filled, has the size of `output`, or 1."""
    wanted = axes_of(output)
    return all(n in {1, m} for n, m in zip(_fill_axes(x, len(wanted)), wanted, strict=True))


def remedy(one: Shape, other: Shape) -> str:
    """What makes the two shapes equal: a shortcut is brought to the shape of the smaller map.

    >>> remedy(Shape(128, (16, 16)), Shape(64, (32, 32)))
    'use a 1×1 conv with stride 2 and 128 filters on the shortcut'
    """
    if one.copies != other.copies:
        return "merge tensors of the same regions of interest"
    if one.rank != other.rank:
        return _ranks(one, other)
    if not one.rank:
        return f"use a dense with {one.channels} units on the shortcut"
    conv = f"use a {_ones(one.rank)} conv"
    if one.size == other.size:
        return f"{conv} with {one.channels} filters on the shortcut"
    small, large = sorted((one, other), key=lambda x: x.size)
    steps = [-(-n // m) for n, m in zip(large.size, small.size, strict=True)]
    if any(-(-n // s) != m for n, s, m in zip(large.size, steps, small.size, strict=True)):
        if all(n - m in range(n // 2) for n, m in zip(large.size, small.size, strict=True)):
            return "do the layers before it shrink the map? `padding: same` keeps its size"
        return "no stride leads from one size to the other: `pad`, `crop` or `resize` one operand"
    stride = steps[0] if len(set(steps)) == 1 else steps
    return f"{conv} with stride {stride} and {small.channels} filters on the shortcut"


def _ones(rank: int) -> str:
    return "×".join("1" * rank) if rank > 1 else "kernel-1"


def _ranks(one: Shape, other: Shape) -> str:
    if one.rank and other.rank:
        return "`reshape` one operand: they have different numbers of axes"
    if one.channels == other.channels:
        return "`multiply` scales a map by a vector; else pool the map to a vector first"
    return "pool or `flatten` the map, then use a dense for as many features on both sides"
