"""Triplet loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.key_types import NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.loss import distance, equals, loss

if TYPE_CHECKING:
    from cnncalc.layers.base.shape import Shape


class TripletLoss(Layer):
    """Compares anchor, positive and negative: max(|a − p| − |a − n| + margin, 0).

    Output: one number.
    Weights: none.
    MACs: none; two Euclidean distances, their difference, the margin and a comparison.
    Window: the number sees everything.
    """

    operands = (3, 3)
    saves = ("inputs",)
    source = "Schroff et al. 2015, arXiv:1503.03832"
    example = """\
- dense: {units: 64, name: anchor}
- reuse: {layer: anchor, from: input, name: positive}
- reuse: {layer: anchor, from: input, name: negative}
- triplet_loss: [anchor, positive, negative]"""

    margin: float = key(NUMBER, None, help="changes no count")
    weight: float = key(NUMBER, None, help="changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = equals(inputs, "triplet_loss")
        return loss(x, distance(x, 2), {"subtract": 1, "add": 1, "compare": 1})
