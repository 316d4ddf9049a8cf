"""Coordinates as channels."""

from __future__ import annotations

from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import COUNT, FLAG
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, a_map


class Coordinates(Layer):
    """Makes channels that say where a position is: x, y and, if asked for, the distance r.

    They depend on no value. A `concat` with the map and a conv are CoordConv.
    Output: the size of the input; one channel per axis, one more with `radius`, or `channels`.
    Weights: none.
    MACs: none; the channels are constants.
    Window: none: nothing of the input is read but its size.
    """

    independent = True
    source = "Liu et al. 2018, arXiv:1807.03247 (CoordConv)"
    example = "- coordinates: {name: xy}\n- concat: [input, xy]\n- conv: {filters: 8, kernel: 3}"

    channels: int | None = key(COUNT, None, help="how many there are; one per axis unless given")
    radius: bool = key(FLAG, False, help="whether the distance from the centre is one more")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal."""
        x = a_map(inputs[0], "coordinates")
        if self.channels is not None and self.radius:
            raise Refusal("E106", "`radius` adds to one channel per axis: `channels` says it all",
                          key="radius")  # fmt: skip
        channels = self.channels or x.rank + (1 if self.radius else 0)
        return Facts(x._replace(channels=channels))
