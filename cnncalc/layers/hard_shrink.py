"""Hard shrinkage."""

from __future__ import annotations

from cnncalc.keys import NUMBER, key
from cnncalc.layer import Activation


class HardShrink(Activation):
    """x where |x| is above the threshold, 0 elsewhere."""

    source = "activation documentation of Keras and PyTorch"
    example = "- hard_shrink"

    threshold: float = key(NUMBER, None, help="changes no count")
