"""Style loss."""

from __future__ import annotations

from cnncalc.layers.base.key_types import NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.loss import equals, loss, squares
from cnncalc.layers.base.shape import Shape, a_map


class StyleLoss(Layer):
    """Compares a generated image with its style by Gram matrices: |G − G'|² / (2·C·H·W)².

    Output: one number.
    Weights: none.
    MACs: the two Gram matrices, each channels² × positions; then a sum of squared differences.
    Window: the number sees everything.
    """

    operands = (2, 2)
    saves = ("inputs",)
    source = "Gatys et al. 2015, arXiv:1508.06576"
    example = """\
- conv: {filters: 8, kernel: 3, name: generated}
- reuse: {layer: generated, from: input, name: style}
- style_loss: [generated, style]"""

    weight: float = key(NUMBER, None, help="changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(equals(inputs, "style_loss"), "style_loss")
        matrix = x._replace(size=(x.channels,))
        return loss(x, squares(matrix), {"divide": 1}, macs=2 * x.channels * x.elements)
