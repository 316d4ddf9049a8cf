"""Transposed convolution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.calculator.derivations.facts import derive_shape
from cnncalc.calculator.of_layer import SHARED, OfLayer
from cnncalc.language.kinds import layer_class
from cnncalc.layers.base.key_types import REQUIRED

if TYPE_CHECKING:
    from cnncalc.working.steps import Plain

_KEYS = ("kernel", "stride", "padding", "output_padding", "output_size", "dilation")


class ConvTranspose(OfLayer):
    """Output size of a transposed convolution in one to three dimensions.

    O = (I − 1)·S + E − P_start − P_end + P_out per axis, with the extent E = D·(F − 1) + 1.
    `--padding` is how much is cut from the output: a number, pairs of sides, or valid, same, full, half.
    """

    topic = "convolution"
    kind = "conv_transpose"
    unit = "px"
    source = "Dumoulin & Visin 2016, arXiv:1603.07285, §4"
    examples = (
        "conv-transpose --input 16 --kernel 4 --stride 2 --padding 1",
        "conv-transpose --input 7,7 --kernel 3 --stride 2 --padding same --dialect keras",
    )
    keys: ClassVar = {
        "input": SHARED["input"]._replace(default=REQUIRED),
        **{name: layer_class("conv_transpose").keys[name] for name in _KEYS},
        "channels": SHARED["channels"]._replace(default=1),
        "filters": layer_class("conv_transpose").keys["filters"]._replace(default=1),
        "dialect": SHARED["dialect"],
    }

    def work(self, w: Plain) -> Any:
        """See the class."""
        output = derive_shape(w, self.trace(w, sized=True), sizes_alone=True)
        return output.size if isinstance(self.__dict__["input"], tuple) else output.size[0]
