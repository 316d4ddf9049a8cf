"""Pools over whole maps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import Everything
from cnncalc.layers.base.key_types import FLAG
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Layer

if TYPE_CHECKING:
    from cnncalc.layers.base.shape import Shape


class GlobalPool(Layer):
    """Base of global_avg_pool and global_max_pool."""

    periodic = "space"
    keeps_apart = "maps"
    keep_size: bool = key(FLAG, False, help="whether the output stays a map, of size 1")

    def reduce(self, x: Shape) -> tuple[Shape, tuple[Everything, ...]]:
        """One value for each channel of `x`, and the windows that see all of it."""
        size = (1,) * x.rank if self.keep_size else ()
        return x._replace(size=size), (Everything(),) * x.rank
