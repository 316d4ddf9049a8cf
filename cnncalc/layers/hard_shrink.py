"""Hard shrinkage."""

from __future__ import annotations

from cnncalc.layers.base.key_types import NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Activation


class HardShrink(Activation):
    """x where |x| is above the threshold, 0 elsewhere."""

    source = "activation documentation of Keras and PyTorch"
    example = "- hard_shrink"

    threshold: float = key(NUMBER, None, help="changes no count")
