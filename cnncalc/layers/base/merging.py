"""Merges of several tensors, element by element: equal shapes, and the fix where they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnncalc.errors import Refusal
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Merge(Layer):
    """Base of the elementwise merges."""

    operands: ClassVar[tuple[int, int | None]] = (2, None)
    storage = "over"
    source = "merging layers of Keras; arithmetic of tensors in PyTorch"
    verb: ClassVar[str]
    """What is done to the operands, for messages."""
    each: ClassVar[Mapping[str, int]] = {}
    """The arithmetic per element for every operand after the first."""
    once: ClassVar[Mapping[str, int]] = {}
    """The arithmetic per element, however many operands there are."""

    def facts(self, *inputs: Shape) -> Facts:
        """One element from the elements at the same place of all operands."""
        for x in inputs:
            numbers(x, type(self).__name__.lower())
        output = self.merge(inputs)
        pairs = len(inputs) - 1
        work = {kind: n * pairs * output.elements for kind, n in self.each.items()}
        work |= {kind: n * output.elements for kind, n in self.once.items()}
        return Facts(output, work=work)

    def apply_often(self, shapes: Sequence[Shape], places: Sequence[int]) -> Facts:
        """Two operands of the same shape give what any number of them gives."""
        return self.apply(*(shapes if len(shapes) > 1 else [*shapes, *shapes]))

    def merge(self, inputs: tuple[Shape, ...]) -> Shape:
        """The shape all operands have; raises Refusal if they differ."""
        for x in inputs:
            if x != inputs[0]:
                raise self.different(remedy(inputs[0], x))
        return inputs[0]

    def different(self, fix: str) -> Refusal:
        """The refusal of operands whose shapes differ."""
        return Refusal("E306", f"cannot {self.verb} different shapes", operands=True, help=fix)


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
