"""The shape asked of a reshape: as any other, but one number may be -1, for what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.key_types import COUNT, Bad, Kind
from cnncalc.layers.base.shape import axes_of
from cnncalc.layers.base.shape_key import ShapeKind

if TYPE_CHECKING:
    from cnncalc.layers.base.shape import Shape

REST = -1


class CountOrRest(Kind):
    """A count, or -1."""

    noun = "a whole number, or -1 for the rest"

    def parse(self, value: Any) -> int:
        """-1 stays -1."""
        return REST if value == REST else COUNT.parse(value)

    def schema(self) -> dict[str, Any]:
        """A count from -1."""
        return {**COUNT.schema(), "minimum": REST}


class TargetKind(ShapeKind):
    """A map, a vector or a tensor in which one number may be -1."""

    noun = "a shape: {channels: C, size: [H, W]}, {features: N} or {shape: [A, B, C]}; one number may be -1"

    def __init__(self) -> None:
        """Token ids cannot be made from numbers."""
        super().__init__(CountOrRest(), tokens=False)

    def parse(self, value: Any) -> Shape:
        """The shape; raises Bad if more than one number is left open."""
        shape = super().parse(value)
        if axes_of(shape).count(REST) > 1:
            raise Bad("may leave only one number open", "write -1 once")
        return shape


TARGET = TargetKind()
