"""Average pooling."""

from __future__ import annotations

from cnncalc.layers.base.key_types import FLAG
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.pooling import SlidingPool, averaging, pool_shape, reads
from cnncalc.layers.base.shape import Shape, a_map

COUNTING = {True: "counted", False: "inputs"}
"""What the rules of dialects call averages that count the padding, or do not."""


class AvgPool(SlidingPool):
    """Averages each window.

    Output: the input's channels; per axis ⌊(n + before + after − size) / stride⌋ + 1. With
    `ceil`, ⌈…⌉ + 1, less a last window that would start beyond the input.
    Weights: none.
    MACs: none; ∏ size operations per output.
    Window: size, stride and the resolved padding of each axis.
    """

    saves = ("inputs",)
    example = "- avg_pool: 2"

    count_padding: bool | None = key(
        FLAG,
        None,
        help="whether averages count the padding; as the framework does, unless given",
    )

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "avg_pool")
        self._check_count()
        windows = self.slide(x)
        output = pool_shape(x, windows)
        return Facts(
            output,
            windows=windows,
            work=averaging(reads(output, windows), output.elements),
        )

    def _check_count(self) -> None:
        """Raises Refusal if the framework averages in one way only, and here is the other."""
        counts = self.count_padding
        if counts is not None and COUNTING[counts] not in self.rules.averages:
            raise self.rules.refuse(f"its averages {'never' if counts else 'always'} count the padding",
                                    key="count_padding", help="leave it out")  # fmt: skip
