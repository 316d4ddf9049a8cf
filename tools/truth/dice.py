"""Chances for drawing arguments and shapes."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

Draw = Callable[["Dice"], tuple[dict[str, Any], list[Any]]]
"""From dice to the arguments of a class and the shapes to call it on, batch included."""


class Dice(random.Random):
    """Reproducible chances; sizes are small so that edges are met often."""

    def chance(self, one_in: int) -> bool:
        """True once in so many times."""
        return self.randrange(one_in) == 0

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return self.randint(low, high)

    def axes(self, rank: int, low: int = 1, high: int = 0) -> list[int]:
        """A size for each axis; maps of fewer axes may be larger."""
        return [self.between(low, high or {1: 40, 2: 20, 3: 12}[rank]) for _ in range(rank)]

    def spread(self, rank: int, low: int, high: int) -> Any:
        """One number for all axes, or a list of one per axis."""
        return self.axes(rank, low, high) if self.chance(2) else self.between(low, high)

    def some(self, **options: Any) -> dict[str, Any]:
        """A part of the arguments, each chosen once in two times."""
        return {name: value for name, value in options.items() if self.chance(2)}

    def spoilt(self, args: dict[str, Any]) -> dict[str, Any]:
        """The arguments, once in thirty times with a 0 in the place of a number."""
        # A dilation of 0 means nothing; PyTorch lets it pass where the kernel is 1.
        names = [name for name in args if name != "dilation"]
        numbers = [name for name in names if type(args[name]) is int]
        if numbers and self.chance(30):
            args[self.choice(numbers)] = 0
        return args

    def channels(self) -> int:
        """A number of channels, often divisible."""
        return self.choice([1, 2, 3, 4, 6, 8, 12, 16])
