"""A layer around another layer, which is the value of a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import Kind
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Layer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.layers.base.kernels import Kernel
    from cnncalc.layers.base.layer import Facts
    from cnncalc.layers.base.shape import Shape


class LayerKind(Kind):
    """One layer, written as in a layer list; the spec builds it and hands it over."""

    noun = "one layer, such as {conv: {filters: 8, kernel: 3}}"
    takes_layer = True

    def parse(self, value: Any) -> Layer:
        """The layer, which is built already; raises Bad for anything else."""
        if not isinstance(value, Layer):
            raise self._wrong(value)
        return value


LAYER = LayerKind()


class Wrapper(Layer):
    """Base of layers that apply another one, and change as much of its facts as they say."""

    operands = (1, None)
    steps: ClassVar[int] = 0
    """How many axes in front the layer within does not see."""
    chooses: ClassVar[bool] = False
    """Whether of a block or a list only the layers with kernels are put into it."""

    layer: Layer = key(LAYER, help="what it is put around: a layer, a block, or a list of layers")

    @property
    def kernels(self) -> Sequence[str]:  # type: ignore[override]
        """Those of the layer within."""
        return self.layer.kernels

    def matrices(self, weights: Mapping[str, tuple[int, ...]]) -> dict[str, Kernel]:
        """Those of the layer within."""
        return self.layer.matrices(weights)

    @property
    def saves(self) -> Sequence[str] | None:  # type: ignore[override]
        """What the layer within saves."""
        return self.layer.saves

    def is_disputed(self) -> bool:
        """Whether the frameworks may disagree on this, or on the layer within."""
        return super().is_disputed() or self.layer.is_disputed()

    def apply_inner(self, *inputs: Shape) -> Facts:
        """The facts of the layer within; raises Refusal if it takes more or fewer inputs."""
        least, most = self.layer.operands
        if len(inputs) < least or (most is not None and len(inputs) > most):
            takes = least if len(inputs) < least else most
            raise Refusal("E207", f"{self.kind} gives its layer {len(inputs)} "
                          f"{'input' if len(inputs) == 1 else 'inputs'}, this one needs {takes}",
                          key="layer")  # fmt: skip
        return self.layer.apply(*inputs)


class WeightNormalisation(Wrapper):
    """Base of what normalises the kernels of a layer.

    Of a block or a list it concerns the layers that have kernels; norms and activations, whose
    weights are no kernels, stay as they are unless they are all that is given.
    """

    hosts = True
    differs = True
    chooses = True

    def facts(self, *inputs: Shape) -> Facts:
        """The facts of the layer, and what is kept besides; raises Refusal without a kernel."""
        inner = self.apply_inner(*inputs)
        kernels = self.layer.matrices(inner.weights or {})
        if not kernels:
            raise Refusal("E303", f"{self.kind} needs a layer with a kernel, {self.layer.kind} has none",
                          key="layer", help="a conv of any kind, dense, embedding, …")  # fmt: skip
        self.check(kernels)
        return self.normalise(inner, kernels)

    def normalise(self, inner: Facts, kernels: Mapping[str, Kernel]) -> Facts:
        """The facts of the layer within, changed by what belongs to its kernels."""
        raise NotImplementedError

    def reads(self, operand: int, inputs: Sequence[Shape], facts: Facts) -> tuple[Axis, ...] | None:
        """As the layer within does."""
        return self.layer.reads(operand, inputs, facts)


def name_each(
    tensors: Mapping[tuple[str, str], tuple[int, ...]], taken: Mapping[str, object]
) -> dict[str, tuple[int, ...]]:
    """Names for what belongs to kernels, by kernel and word: `u`, or `recurrent_u` of several.

    A name that is `taken`, because the layer within is normalised as well, is put behind `outer`.
    """
    one = len({kernel for kernel, _ in tensors}) == 1
    found = {}
    for (kernel, word), shape in tensors.items():
        name = word if one else f"{kernel}_{word}"
        while name in taken:
            name = f"outer_{name}"
        found[name] = shape
    return found
