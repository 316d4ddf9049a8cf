"""Convolution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.calculator.derivations.facts import (
    derive_macs,
    derive_params,
    derive_shape,
    derive_unread,
)
from cnncalc.calculator.of_layer import SHARED, OfLayer
from cnncalc.calculator.question import flag
from cnncalc.language.kinds import layer_class
from cnncalc.layers.base.key_types import REQUIRED, Bad

if TYPE_CHECKING:
    from cnncalc.working.steps import Plain


class Conv(OfLayer):
    """Output size of a convolution in one to three dimensions, and what its windows drop.

    O = ⌊(I + P_start + P_end − E) / S⌋ + 1 per axis, with the extent E = D·(F − 1) + 1. `--padding`
    is a number, pairs of sides, or one of valid, same, full, half, causal. With `--channels` and
    `--filters` the parameters and MACs are worked out as well. The value is the output size.
    """

    topic = "convolution"
    kind = "conv"
    unit = "px"
    source = "Dumoulin & Visin 2016, arXiv:1603.07285"
    examples = (
        "conv --input 224 --kernel 7 --stride 2 --padding 3",
        "conv --input 5,8 --kernel 3 --padding same",
        "conv --input 32,32 --channels 3 --filters 16 --kernel 3 --dilation 2",
    )
    keys: ClassVar = {
        "input": SHARED["input"]._replace(default=REQUIRED),
        **{name: layer_class("conv").keys[name] for name in ("kernel", "stride", "padding", "dilation")},
        "channels": SHARED["channels"],
        "filters": layer_class("conv").keys["filters"]._replace(default=None),
        "groups": layer_class("conv").keys["groups"],
        "bias": layer_class("conv").keys["bias"],
        "dialect": SHARED["dialect"],
    }  # fmt: skip

    def work(self, w: Plain) -> Any:
        """See the class."""
        given = self.__dict__
        whole = self._is_whole()
        made = self if whole else type(self)(**{**given, "channels": given["channels"] or given["groups"],
                                                "filters": given["filters"] or given["groups"]})  # fmt: skip
        found = made.trace(w, sized=True)
        output = derive_shape(w, found, sizes_alone=not whole)
        dropped = derive_unread(w, found)
        if whole:
            derive_params(w, found)
            derive_macs(w, found)
        if any(dropped):
            w.remark("what is dropped is read by no window: pad it, or choose another size")
        return output.size if isinstance(given["input"], tuple) else output.size[0]

    def _is_whole(self) -> bool:
        """Whether both numbers are given of which parameters and MACs depend; one alone is refused."""
        for name, other in (("channels", "filters"), ("filters", "channels")):
            if self.__dict__[name] is None and self.__dict__[other] is not None:
                raise Bad(
                    f"is needed with {flag(other)}: parameters and MACs depend on both", at=(name,)
                )
        return self.__dict__["channels"] is not None
