"""What 1×1 and depthwise separable convolutions save."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.formula import Formula
from cnncalc.calculator.kinds import Sizes
from cnncalc.language.kinds import layer_class
from cnncalc.layers.base.key_types import COUNT, FLAG, Bad
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.shape import Shape

if TYPE_CHECKING:
    from cnncalc.working.steps import Plain


class MacSaving(Formula):
    """The multiply-accumulates of a convolution, and of one of two ways round it.

    `--bottleneck N` goes through a 1×1 convolution with N filters first, as in Inception;
    `--separable` is a depthwise convolution and a 1×1 convolution behind it, as in MobileNet, whose
    share is 1/K + 1/F² with K filters and a kernel of F. Padding is `same`, the stride is 1. The
    value has the MACs of both and their ratio.
    """

    topic = "architectures"
    source = "Szegedy et al. 2014, arXiv:1409.4842; Howard et al. 2017, arXiv:1704.04861"
    examples = ("mac-saving --input 28,28,192 --filters 32 --kernel 5 --bottleneck 16",
                "mac-saving --input 6,6,3 --filters 5 --kernel 3 --separable")  # fmt: skip

    input: tuple[int, ...] = key(Sizes(3), help="height, width and channels: 28,28,192")
    filters: int = key(COUNT, help="K: the filters of the convolution")
    kernel: int = key(COUNT, help="F: the side of its kernel")
    bottleneck: int | None = key(COUNT, None, help="N: the filters of a 1×1 convolution before it")
    separable: bool = key(FLAG, False, help="compare with a depthwise separable convolution")

    def work(self, w: Plain) -> Any:
        """See the class; raises Bad unless one of bottleneck and separable is given."""
        if self.separable == (self.bottleneck is not None):
            raise Bad("mac-saving needs either --bottleneck or --separable", sentence=True)
        height, width, channels = map(w.add_given, ("H", "W", "C"), self.input)
        x = Shape(channels, (height, width))
        filters, kernel = (
            w.add_given("K", self.filters, "filters"),
            w.add_given("F", self.kernel, "kernel"),
        )
        direct = w.let("direct", _macs("conv", x, filters, kernel), unit="MACs")
        if self.separable:
            saving = w.let("separable", _macs("separable_conv", x, filters, kernel), unit="MACs")
            w.remark("the ratio is 1/K + 1/F², whatever the input")
        else:
            count = w.add_given("N", self.bottleneck, "filters of the 1×1 convolution")
            narrow = w.let(
                "narrow", _macs("conv", x, count, 1), unit="MACs", note="the 1×1 convolution"
            )
            wide = w.let("wide", _macs("conv", Shape(count, x.size), filters, kernel), unit="MACs")
            saving = w.let("through", narrow + wide, unit="MACs")
        return {"direct": direct, "instead": saving, "ratio": w.let("ratio", saving / direct)}


def _macs(kind: str, x: Shape, filters: int, kernel: int) -> int | None:
    """What the layer itself says; padding keeps the size."""
    layer = layer_class(kind)(filters=filters, kernel=kernel, padding="same")
    return layer.apply(x).macs
