"""A tensor cut into several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Refusal
from cnncalc.layers.base.cutting import cut
from cnncalc.layers.base.key_types import COUNT, Listing
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.named_axes import AXIS, Axis, place
from cnncalc.layers.base.shape import Shape, axes_of, not_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.layers.base.layer import Piece

_MOST = 10_000
"""Into so many parts a tensor is cut at most: each is a layer of the network."""


class Split(Layer):
    """Cuts a tensor into parts along an axis; they are called `name.0`, `name.1` and so on.

    `from: name.*` are all of them.
    Output: several tensors, of equal length along `axis`, or of the lengths in `sizes`. With `parts`
    that do not divide the axis, the last part is shorter, as PyTorch's chunk gives it.
    Weights: none.
    MACs: none.
    Window: one element, shifted by what lies before the part.
    """

    has_pieces = True
    source = "chunk and split documentation of PyTorch; keras.ops.split; Split of ONNX"
    example = "- conv: {filters: 8, kernel: 1}\n- split: {parts: 2, name: s}\n- add: [s.0, s.1]"

    parts: int | None = key(COUNT, None, help="into how many equal parts")
    sizes: tuple[int, ...] | None = key(Listing(COUNT), None, help="the length of each part")
    axis: Axis = key(AXIS, "channels", help="the axis that is cut")

    def facts(self, *inputs: Shape) -> Facts:
        """Those of the first part: a network has a node for each."""
        _, keys = next(self.pieces(inputs[0]))
        return cut(inputs[0], keys["axis"], keys["range"], self.rules)

    def pieces(self, x: Shape) -> Iterator[Piece]:
        """A slice for each part; raises Refusal if `x` has no such axis, or does not divide."""
        at = place(not_tokens(x, "split"), self.axis, "axis", self.rules)
        start = 0
        for size in self._sizes(axes_of(x)[at]):
            yield "slice", {"axis": self.axis, "range": (start, start + size)}
            start += size

    def _sizes(self, n: int) -> tuple[int, ...]:
        if (self.parts is None) == (self.sizes is None):
            raise Refusal(
                "E106", "`split` needs `parts` or `sizes`", help="- split: {parts: 2, name: s}"
            )
        if self.sizes is not None:
            if sum(self.sizes) != n:
                raise Refusal("E311", f"the parts have {sum(self.sizes)} of {n}", key="sizes",
                              operands=True)  # fmt: skip
            return self.sizes
        parts = self.parts or 1
        if parts > _MOST:
            raise Refusal("E105", f"a split has at most {_MOST:,} parts, got {parts:,}", key="parts",
                          help="each part is a layer of its own; `reshape` makes an axis of many")  # fmt: skip
        if parts > n:
            raise Refusal(
                "E304", f"{n} do not divide into {parts} parts", key="parts", operands=True
            )
        each = -(-n // parts)
        if n % parts and not self.rules.splits_unevenly:
            raise Refusal("E304", f"{n} do not divide into {parts} equal parts", key="parts",
                          help="`sizes: […]` says how long each is", operands=True)  # fmt: skip
        return tuple(min(each, n - start) for start in range(0, n, each))
