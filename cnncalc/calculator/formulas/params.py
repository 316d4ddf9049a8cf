"""Parameters of a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.derivations.facts import derive_buffers, derive_params
from cnncalc.calculator.of_layer import Family
from cnncalc.layers.base.key_types import Bad

if TYPE_CHECKING:
    from cnncalc.working.steps import Plain


class Params(Family):
    """Learnable parameters of one layer, tensor by tensor; running statistics are buffers."""

    topic = "counting"
    unit = "parameters"
    examples = (
        "params conv --channels 3 --filters 64 --kernel 7",
        "params lstm --features 28 --units 64 --dialect keras",
        "params batch-norm --channels 64",
    )

    def work(self, w: Plain) -> Any:
        """See the class; raises Bad if the parameters are unknown."""
        found = self.trace(w, sized=False)
        params = derive_params(w, found)
        derive_buffers(w, found)
        if params is None:
            raise Bad("the parameters of this layer are not known", sentence=True)
        return params
