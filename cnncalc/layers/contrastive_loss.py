"""Contrastive loss."""

from __future__ import annotations

from cnncalc.bases.loss import distance, equals, loss
from cnncalc.keys import NUMBER, key
from cnncalc.layer import Facts, Layer, Shape


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
