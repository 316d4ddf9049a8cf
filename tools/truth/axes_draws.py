"""Draws for functions that reduce, move, add or repeat axes: of PyTorch and of Keras alike.

Axes are numbers, the batch being 0, as both frameworks count; negative ones count from the last.
"""

from __future__ import annotations

from typing import Any

from .dice import Dice, Draw

Drawn = tuple[dict[str, Any], list[Any]]
"""Arguments, and the shapes of the inputs."""


def some_shape(dice: Dice, most: int = 6) -> list[int]:
    """A batch of two of one to `most` axes, many of them short."""
    rank = dice.choice([n for n in (1, 2, 2, 3, 3, 3, 4, 4, 5, 6) if n <= most])
    return [2, *(dice.choice([1, 1, 2, 3, 4, 5, 6, 8]) for _ in range(rank))]


def an_axis(dice: Dice, rank: int) -> int:
    """One of `rank` axes, from the front or from the end; once in thirty times there is none."""
    n = dice.between(1, rank) + 10 * dice.chance(30)
    return n if dice.chance(2) else -n


def reduction(dice: Dice) -> Drawn:
    shape = some_shape(dice)
    rank = len(shape) - 1
    axis: Any = an_axis(dice, rank)
    if dice.chance(2):
        axis = [
            n if dice.chance(2) else n - rank - 1
            for n in dice.sample(range(1, rank + 1), dice.between(1, rank))
        ]
    return {"axis": axis, "keep": bool(dice.chance(2))}, [shape]


def squeeze(dice: Dice) -> Drawn:
    shape = some_shape(dice)
    single = [i for i, n in enumerate(shape) if n == 1]
    axis: Any = an_axis(dice, len(shape) - 1)
    if single and not dice.chance(6):
        axis = dice.choice(single)
        if dice.chance(3):
            axis = dice.sample(single, dice.between(1, len(single)))
    return {"axis": axis}, [shape]


def unsqueeze(dice: Dice) -> Drawn:
    shape = some_shape(dice, 5)
    return {"axis": an_axis(dice, len(shape))}, [shape]


def stack(dice: Dice) -> Drawn:
    shape = some_shape(dice, 5)
    others = [list(shape) for _ in range(dice.between(1, 2))]
    if dice.chance(15):
        others[0][-1] += 1
    return {"axis": an_axis(dice, len(shape))}, [shape, *others]


def split(dice: Dice) -> Drawn:
    shape = some_shape(dice)
    axis = an_axis(dice, len(shape) - 1)
    sizes = [dice.between(1, 4) for _ in range(dice.between(1, 4))]
    if abs(axis) < len(shape):
        shape[axis] = sum(sizes) + dice.chance(15)
    return {"axis": axis, "sizes": sizes}, [shape]


def chunk(dice: Dice) -> Drawn:
    shape = some_shape(dice)
    axis, parts = an_axis(dice, len(shape) - 1), dice.between(1, 5)
    if abs(axis) < len(shape):
        shape[axis] = dice.between(1, 3) * parts + dice.chance(3) * dice.between(0, parts)
    return {"axis": axis, "parts": parts}, [shape]


def gather(dice: Dice) -> Drawn:
    shape = some_shape(dice)
    axis = an_axis(dice, len(shape) - 1)
    n = shape[axis] if abs(axis) < len(shape) else 3
    places = [dice.between(-n, n - 1) for _ in range(dice.between(1, 5))]
    if dice.chance(20):
        places.append(n)
    if dice.chance(4):
        step = dice.between(1, 3)
        places = list(range(dice.between(0, n - 1), n, step))
    return {"axis": axis, "indices": places}, [shape]


def tile(dice: Dice) -> Drawn:
    shape = some_shape(dice)
    return {"axis": an_axis(dice, len(shape) - 1), "times": dice.between(1, 4)}, [shape]


def narrow(dice: Dice) -> Drawn:
    shape = some_shape(dice)
    axis = an_axis(dice, len(shape) - 1)
    n = shape[axis] if abs(axis) < len(shape) else 3
    start = dice.between(0, n - 1)
    return {"axis": axis, "start": start, "length": dice.between(1, n - start) + dice.chance(20)}, [
        shape
    ]


def elementwise(dice: Dice) -> Drawn:
    return {}, [some_shape(dice)]


DRAWS: dict[str, Draw] = {
    "Abs": elementwise,
    "Chunk": chunk,
    "Gather": gather,
    "Max": reduction,
    "Mean": reduction,
    "Min": reduction,
    "Narrow": narrow,
    "Split": split,
    "Squeeze": squeeze,
    "Stack": stack,
    "Sum": reduction,
    "Tile": tile,
    "Unsqueeze": unsqueeze,
}

FEW = ("Abs",)
