"""A learnt factor for every channel."""

from __future__ import annotations

from typing import Any

from cnncalc.layers.base.key_types import NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, with_channels


class LayerScale(Layer):
    """Multiplies every channel by a learnt factor of its own, which starts small.

    Output: the input's shape.
    Weights: one per channel.
    MACs: none; a multiplication per element.
    Window: elementwise.
    """

    periodic = "all"
    saves = ("inputs",)
    source = "Touvron et al. 2021, arXiv:2103.17239"
    example = "- layer_scale"

    init: Any = key(NUMBER, None, help="where the factors start; changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = with_channels(inputs[0], "layer_scale")
        return Facts(x, weights={"scale": (x.channels,)}, work={"multiply": x.elements})

    def tells_channels_apart(self, x: Shape) -> bool:
        """Always: each element by itself."""
        return True
