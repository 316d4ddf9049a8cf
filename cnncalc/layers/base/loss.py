"""What the losses have in common: operands of one shape, one number as the output."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import Everything
from cnncalc.errors import Refusal
from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.shape import Shape, not_tokens

if TYPE_CHECKING:
    from collections.abc import Mapping


def equals(inputs: tuple[Shape, ...], what: str) -> Shape:
    """The shape all operands have; raises Refusal if they differ."""
    for x in inputs:
        not_tokens(x, what)
    if any(x != inputs[0] for x in inputs):
        raise Refusal("E306", f"{what} compares tensors of equal shape", operands=True,
                      help="give every operand the same layers, with `reuse` if they share weights")  # fmt: skip
    return inputs[0]


def squares(x: Shape, times: int = 1) -> dict[str, int]:
    """The arithmetic of `times` sums of squared differences: n subtractions, n products, n − 1 sums."""
    n = x.elements
    return {"subtract": times * n, "multiply": times * n, "add": times * (n - x.copies)}


def distance(x: Shape, times: int = 1) -> dict[str, int]:
    """The arithmetic of `times` Euclidean distances: a square root more than `squares`."""
    return {**squares(x, times), "sqrt": times * x.copies}


def loss(x: Shape, work: Mapping[str, int], once: Mapping[str, int], macs: int = 0) -> Facts:
    """One number from all of `x`; `once` is the arithmetic on the number itself."""
    total = Counter(work)
    for kind, n in once.items():
        total[kind] += n * x.copies
    output = x._replace(channels=1, size=(), form="")
    return Facts(output, windows=(Everything(),) * x.rank, macs=macs, work=dict(total))
