"""Content loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.key_types import NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.loss import equals, loss, squares

if TYPE_CHECKING:
    from cnncalc.layers.base.shape import Shape


class ContentLoss(Layer):
    """Compares a generated image with its content by their features: ½·|a − b|².

    Output: one number.
    Weights: none.
    MACs: none; a sum of squared differences and its half.
    Window: the number sees everything.
    """

    operands = (2, 2)
    saves = ("inputs",)
    source = "Gatys et al. 2015, arXiv:1508.06576"
    example = """\
- conv: {filters: 8, kernel: 3, name: generated}
- reuse: {layer: generated, from: input, name: content}
- content_loss: [generated, content]"""

    weight: float = key(NUMBER, None, help="changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = equals(inputs, "content_loss")
        return loss(x, squares(x), {"multiply": 1})
