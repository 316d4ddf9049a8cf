"""What regularisers by chance have in common: the identity at inference."""

from __future__ import annotations

from typing import Any, ClassVar

from cnncalc.layers.base.key_types import Bad, Number
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, not_tokens


class Rate(Number):
    """A number from 0 to 1."""

    noun = "a number from 0 to 1"

    def parse(self, value: Any) -> int | float:
        """Integers stay integers; raises Bad unless it is from 0 to 1."""
        rate = super().parse(value)
        if not 0 <= rate <= 1:
            raise Bad(f"must be {self.noun}, got {rate}", code="E105")
        return rate

    def schema(self) -> dict[str, Any]:
        """A number from 0 to 1."""
        return {"type": ["number"], "minimum": 0, "maximum": 1}


RATE = Rate()


class Noise(Layer):
    """Base of dropouts and noises: nothing learnt, and nothing done once training is over."""

    periodic = "all"
    keeps_apart = "maps"
    storage = "idle"
    saves: ClassVar[tuple[str, ...]] = ("mask",)
    rate: float = key(RATE, 0.5, help="changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """The input's shape; no work at inference."""
        return Facts(not_tokens(inputs[0], self.kind))

    def tells_channels_apart(self, x: Shape) -> bool:
        """Always: each element by itself."""
        return True
