"""A layer around another layer, which is the value of a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import Kind
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Layer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.layer import Facts
    from cnncalc.layers.base.shape import Shape


class LayerKind(Kind):
    """One layer, written as in a layer list; the spec builds it and hands it over."""

    noun = "one layer, such as {conv: {filters: 8, kernel: 3}}"
    takes_layer = True
    """Tells the spec to build the value."""

    def parse(self, value: Any) -> Layer:
        """The layer, which is built already; raises Bad for anything else."""
        if not isinstance(value, Layer):
            raise self._wrong(value)
        return value


LAYER = LayerKind()


class Wrapper(Layer):
    """Base of layers that apply another one, and change as much of its facts as they say."""

    applies_to_each: ClassVar[bool] = False
    """Whether a block or a list of layers may stand for the layer: it is then applied to each."""

    layer: Layer = key(LAYER, help="the layer to apply, written as in a layer list")

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
