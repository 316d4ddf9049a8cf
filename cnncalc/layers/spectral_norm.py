"""Layers whose kernels are divided by their largest singular value."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.layers.base.key_types import COUNT
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.nested import WeightNormalisation, name_each

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.layers.base.kernels import Kernel
    from cnncalc.layers.base.layer import Facts


class SpectralNorm(WeightNormalisation):
    """Applies layers whose kernels are divided by an estimate of their largest singular value.

    A kernel is read as a matrix; the estimate is made in training, and kept. Of a block or a list it
    concerns each layer with a kernel; norms and activations stay as they are.
    Output: that of the layer.
    Weights: those of the layer. Buffers: the singular vectors of each kernel: in PyTorch both, in
    Keras the one along the last axis of its kernel. Weights of one axis have none.
    MACs: those of the layer. The division is done once for all inputs and not counted.
    Window: that of the layer.
    """

    source = "Miyato et al. 2018, arXiv:1802.05957; spectral normalisation of Keras and PyTorch"
    example = "- spectral_norm: {conv: {filters: 8, kernel: 3}}"

    power_iterations: int = key(COUNT, 1, help="changes no count")

    def normalise(self, inner: Facts, kernels: Mapping[str, Kernel]) -> Facts:
        """See the class."""
        vectors: dict[tuple[str, str], tuple[int, ...]] = {}
        for name, kernel in kernels.items():
            rows = kernel.shape[kernel.rows]
            if self.rules.singular_vectors == 1:
                vectors[name, "u"] = (kernel.last,)
            elif len(kernel.shape) > 1:
                vectors[name, "u"] = (*kernel.copies, rows)
                vectors[name, "v"] = (*kernel.copies, prod(kernel.shape) // rows)
        buffers = inner.buffers or {}
        return inner.replace(buffers={**buffers, **name_each(vectors, buffers)})
