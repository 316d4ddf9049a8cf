"""Layers whose kernels are learnt as directions and lengths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import AMOUNT, Choice
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.nested import WeightNormalisation, name_each

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.layers.base.kernels import Kernel
    from cnncalc.layers.base.layer import Facts


class WeightNorm(WeightNormalisation):
    """Applies layers whose kernels are products of a learnt length and a learnt direction.

    Of a block or a list it concerns each layer with a kernel; norms and activations stay as they are.
    Output: that of the layer.
    Weights: those of the layer, and the lengths `g` of each kernel: one per filter, or along another
    axis of PyTorch's kernel (`dim`). A transposed convolution has its inputs first: its lengths are
    one per channel of the input. Where channels are the last axis, there is one along the last axis
    of the kernel: for a depthwise convolution one per `multiplier`.
    MACs: those of the layer. The kernel is computed once for all inputs and not counted.
    Window: that of the layer.
    """

    source = (
        "Salimans & Kingma 2016, arXiv:1602.07868; weight_norm documentation of PyTorch; "
        "WeightNormalization of TensorFlow Addons"
    )
    example = "- weight_norm: {conv: {filters: 8, kernel: 3}}"

    dim: int | str = key(
        Choice("none", other=AMOUNT),
        0,
        help="the axis of PyTorch's kernel along which there are lengths; none: one for all",
    )

    def normalise(self, inner: Facts, kernels: Mapping[str, Kernel]) -> Facts:
        """See the class; raises Refusal if a kernel has no such axis."""
        lengths = {(name, "g"): self._lengths(kernel) for name, kernel in kernels.items()}
        weights = inner.weights or {}
        return inner.replace(weights={**weights, **name_each(lengths, weights)})

    def _lengths(self, kernel: Kernel) -> tuple[int, ...]:
        """The shape of the lengths of one kernel."""
        if self.rules.channels_last:
            return (*kernel.copies, kernel.last)
        if isinstance(self.dim, str):
            return kernel.copies
        if self.dim >= len(kernel.shape):
            rank = len(kernel.shape)
            raise Refusal("E302", f"the axes of the kernel are 0 to {rank - 1}, there is no axis {self.dim}",
                          key="dim", help="`none` for one length in all")  # fmt: skip
        return (*kernel.copies, kernel.shape[self.dim])
