"""Pooling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.calculator.derivations.facts import derive_shape, derive_unread
from cnncalc.calculator.of_layer import SHARED, OfLayer
from cnncalc.errors import Refusal
from cnncalc.language.kinds import layer_class
from cnncalc.layers.base.key_types import REQUIRED, Choice
from cnncalc.layers.base.keys import key

if TYPE_CHECKING:
    from cnncalc.layers.base.layer import Layer
    from cnncalc.working.steps import Plain

_LAYER = layer_class("max_pool")


class Pool(OfLayer):
    """Output size of a max or average pooling, and what its windows drop.

    O = ⌊(I + P_start + P_end − F) / S⌋ + 1 per axis; with `--ceil` rounded up, without a last window
    that would start beyond the input. The stride is the kernel unless it is given.
    """

    topic = "convolution"
    kind = "max_pool"
    unit = "px"
    source = "pooling documentation of Keras and PyTorch"
    examples = (
        "pool --input 112 --kernel 3 --stride 2 --padding 1",
        "pool --input 7 --kernel 2 --ceil",
    )
    keys: ClassVar = {
        "input": SHARED["input"]._replace(default=REQUIRED),
        "kernel": _LAYER.keys["size"]._replace(name="kernel", also="pool_size, size, kernel_size"),
        **{name: _LAYER.keys[name] for name in ("stride", "padding", "dilation", "ceil")},
        "mode": key(Choice("max", "avg"), "max", help="what is taken of a window")._replace(name="mode"),
        "dialect": SHARED["dialect"],
    }  # fmt: skip

    def layer(self) -> Layer:
        """The pooling layer; raises Refusal if an average pooling is given a dilation."""
        given = self.__dict__
        names = ["stride", "padding", "ceil", *(["dilation"] if given["mode"] == "max" else [])]
        if given["mode"] == "avg" and given["dilation"] != 1:
            raise Refusal("E102", "an average pooling has no dilation")
        values = {name: given[name] for name in names}
        kind = layer_class(f"{given['mode']}_pool")
        return kind(dialect=given["dialect"], size=given["kernel"], **values)

    def work(self, w: Plain) -> Any:
        """See the class."""
        self.__dict__.setdefault("channels", 1)
        found = self.trace(w, sized=True)
        output = derive_shape(w, found, sizes_alone=True)
        derive_unread(w, found)
        return output.size if isinstance(self.__dict__["input"], tuple) else output.size[0]
