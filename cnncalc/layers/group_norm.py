"""Group normalisation."""

from __future__ import annotations

from typing import Any

from cnncalc.errors import Refusal
from cnncalc.layers.base.dividing import divide_by
from cnncalc.layers.base.key_types import COUNT, FLAG, NUMBER, Kind
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.normalising import everywhere, learnt, measure_work
from cnncalc.layers.base.shape import Shape, with_channels


class Groups(Kind):
    """A count, or -1."""

    noun = "a whole number, or -1 for a group per channel"

    def parse(self, value: Any) -> Any:
        """An integer."""
        if value == -1 and not isinstance(value, bool):
            return -1
        return COUNT.parse(value)

    def schema(self) -> dict[str, Any]:
        """A count from -1."""
        return {**COUNT.schema(), "minimum": -1}


class GroupNorm(Layer):
    """Normalises each group of channels of an example by its mean and variance.

    Output: the shape of the input.
    Weights: a scale and a centre per channel; in MXNet per group.
    MACs: none; 5 operations per element, 4 without weights.
    Window: everything: the statistics are taken over all positions.
    """

    periodic = "space"
    role = "norm"
    saves = ("inputs",)
    kernels = ("scale",)
    short = "gn"
    source = "Wu & He 2018, arXiv:1803.08494"
    example = "- conv: {filters: 32, kernel: 1}\n- group_norm: 8"

    groups: int = key(Groups(), symbol="G", help="how many groups; -1 is one per channel")  # fmt: skip
    scale: bool = key(FLAG, True, help="whether a scale per channel is learnt")
    center: bool = key(FLAG, True, help="whether a shift per channel is learnt")
    eps: float = key(NUMBER, None, help="changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = with_channels(inputs[0], "group_norm")
        self.check(x)
        self._divides(x.channels)
        groups = x.channels if self.groups == -1 else self.groups
        each = groups if self.rules.scales_per_group else x.channels
        weights = learnt((each,), scale=self.scale, center=self.center)
        work = measure_work(x, affine=bool(weights))
        saved = 2 * groups * x.copies
        return Facts(x, windows=everywhere(x), weights=weights, work=work, saved=saved)

    def _divides(self, channels: int) -> None:
        if self.groups != -1 and channels % self.groups:
            raise Refusal("E304", f"groups must divide the channels: {channels} channels, "
                          f"{self.groups} groups", key="groups", operands=True,
                          help=divide_by("groups", channels, near=self.groups))  # fmt: skip
