"""A layer whose kernel is divided by its largest singular value."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import TransposedWindow
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import COUNT
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.nested import Wrapper

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.layers.base.layer import Facts
    from cnncalc.layers.base.shape import Shape


class SpectralNorm(Wrapper):
    """Applies a layer whose kernel is divided by an estimate of its largest singular value.

    The kernel is read as a matrix; the estimate is made in training, and kept.
    Output: that of the layer.
    Weights: those of the layer. Buffers: the singular vectors of the kernel: in PyTorch both, in
    Keras the one along the last axis of its kernel.
    MACs: those of the layer. The division is done once for all inputs and not counted.
    Window: that of the layer.
    """

    hosts = True
    differs = True
    source = "Miyato et al. 2018, arXiv:1802.05957; spectral normalisation of Keras and PyTorch"
    example = "- spectral_norm: {conv: {filters: 8, kernel: 3}}"

    power_iterations: int = key(COUNT, 1, help="changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        inner = self.apply_inner(inputs[0])
        transposed = any(isinstance(w, TransposedWindow) for w in inner.windows)
        vectors = self._vectors(inner.weights or {}, transposed)
        return inner.replace(buffers={**(inner.buffers or {}), **vectors})

    def _vectors(
        self, weights: Mapping[str, tuple[int, ...]], transposed: bool
    ) -> dict[str, tuple[int, ...]]:
        """One per side of the kernel as a matrix: `u` and `v` in PyTorch, `u` in Keras."""
        table = weights.get("embedding")
        kernel = table or weights.get("kernel")
        if kernel is None:
            raise Refusal("E303", "spectral_norm needs a layer with one kernel, or an embedding",
                          key="layer", help="a conv of any kind, dense or embedding")  # fmt: skip
        if self.rules.singular_vectors == 1:
            # The last axis of Keras' kernel: the filters, of a depthwise convolution those of one
            # channel, of a transposed one the channels that enter, of an embedding its features.
            last = kernel[-1] if table else getattr(self.layer, "multiplier", kernel[0])
            return {"u": (last,)}
        rows = kernel[1 if transposed else 0]
        return {"u": (rows,), "v": (prod(kernel) // rows,)}
