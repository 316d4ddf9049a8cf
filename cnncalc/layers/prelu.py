"""Parametric rectified linear unit."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.layers.base.kernels import Kernel
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.named_axes import AxesKind, AxisNames, choose_axes
from cnncalc.layers.base.shape import Shape, axes_of, names_of, not_tokens

if TYPE_CHECKING:
    from collections.abc import Mapping


class Prelu(Layer):
    """x where x is positive, slope·x elsewhere, with a slope that is learnt.

    Output: the shape of the input.
    Weights: one slope per element; one for all along the axes in `shared`. Unless `shared` says,
    Keras shares none and PyTorch all.
    MACs: none; one operation per element.
    Window: elementwise.
    """

    periodic = "space"
    role = "activation"
    differs = True
    storage = "over"
    saves = ("inputs",)
    kernels = ("slope",)
    source = "He et al. 2015, arXiv:1502.01852"
    example = "- prelu: space"

    shared: AxisNames | None = key(
        AxesKind(empty=True),
        None,
        help="the axes along which one slope serves all: all, space, names; [] is none",
    )

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = not_tokens(inputs[0], "prelu")
        names = names_of(x)
        shared = self.rules.slopes_shared if self.shared is None else self.shared
        axes = choose_axes(x, shared, "shared", self.rules)
        sizes = axes_of(x)
        slopes = tuple(1 if name in axes else n for name, n in zip(names, sizes, strict=True))
        self.check(slopes)
        return Facts(x, weights={"slope": slopes}, work={"compare": x.elements})

    def tells_channels_apart(self, x: Shape) -> bool:
        """Always: each element by itself."""
        return True

    def matrices(self, weights: Mapping[str, tuple[int, ...]]) -> dict[str, Kernel]:
        """The slopes as a vector."""
        slopes = prod(weights["slope"])
        return {"slope": Kernel((slopes,), slopes)}
