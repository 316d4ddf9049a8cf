"""Multiply-accumulates of a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.derivations.facts import derive_flops, derive_macs, derive_shape
from cnncalc.calculator.of_layer import Family
from cnncalc.layers.base.key_types import Bad

if TYPE_CHECKING:
    from cnncalc.working.steps import Plain


class Macs(Family):
    """Multiply-accumulates of one layer for one example, and its FLOPs: two a MAC, and other work."""

    topic = "counting"
    unit = "MACs"
    examples = (
        "macs conv --input 224,224 --channels 3 --filters 64 --kernel 7 --stride 2 --padding 3",
        "macs dense --features 2048 --units 1000",
        "macs depthwise --input 112,112 --channels 32 --kernel 3 --padding same",
    )

    def work(self, w: Plain) -> Any:
        """See the class; raises Bad if the MACs are unknown."""
        found = self.trace(w, sized=True)
        derive_shape(w, found)
        macs = derive_macs(w, found)
        derive_flops(w, found, macs)
        if macs is None:
            raise Bad("the MACs of this layer are not known", sentence=True)
        return macs
