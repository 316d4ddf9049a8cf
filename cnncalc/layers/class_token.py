"""Learnt tokens in front of a sequence."""

from __future__ import annotations

from cnncalc.arithmetic.moving import Stretch
from cnncalc.layers.base.key_types import COUNT, FLAG
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, a_map


class ClassToken(Layer):
    """Puts learnt positions in front of a sequence, as for the class in a vision transformer.

    Output: `count` positions more.
    Weights: a vector of all channels for each of them.
    MACs: none.
    Window: one element; the new positions read nothing.
    """

    source = "Devlin et al. 2018, arXiv:1810.04805; Dosovitskiy et al. 2020, arXiv:2010.11929"
    example = "- reshape: {to: {channels: 3, size: [-1]}}\n- class_token"

    count: int = key(COUNT, 1, symbol="n", help="how many; more are registers or prompts")
    last: bool = key(FLAG, False, help="whether they stand behind the sequence, not in front")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "class_token", axes=1)
        before, after = (0, self.count) if self.last else (self.count, 0)
        return Facts(
            x._replace(size=(x.size[0] + self.count,)),
            windows=(Stretch(before, after),),
            weights={"tokens": (x.channels, self.count)},
        )
