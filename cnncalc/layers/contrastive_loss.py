"""Contrastive loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.key_types import NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.loss import distance, equals, loss

if TYPE_CHECKING:
    from cnncalc.layers.base.shape import Shape


class ContrastiveLoss(Layer):
    """Compares two embeddings: d² if they are of a kind, else max(margin − d, 0)².

    Output: one number.
    Weights: none.
    MACs: none; a Euclidean distance, the margin, a comparison and a square.
    Window: the number sees everything.
    """

    operands = (2, 2)
    saves = ("inputs",)
    source = "Hadsell et al. 2006, Dimensionality Reduction by Learning an Invariant Mapping"
    example = """\
- dense: {units: 64, name: one}
- reuse: {layer: one, from: input, name: other}
- contrastive_loss: [one, other]"""

    margin: float = key(NUMBER, None, help="changes no count")
    weight: float = key(NUMBER, None, help="changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = equals(inputs, "contrastive_loss")
        return loss(x, distance(x), {"subtract": 1, "compare": 1, "multiply": 1})
