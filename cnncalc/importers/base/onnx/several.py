"""Several maps of one example that are looked at alike, as two pictures, or the windows of an attention.

A spec knows one map of an example: they are one with an axis more, along which all windows are of length 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.onnx.nodes import integers
from cnncalc.layers.base.shape import MOST_AXES

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Value
    from cnncalc.importers.base.onnx.walk import Walk

_OF_ONE = {"kernel_shape": [1], "strides": [1], "dilations": [1], "pads": [0],
           "output_padding": [0]}  # fmt: skip
"""What a window of length 1 has for each attribute of windows."""


def is_several(x: Value | None, rank: int) -> bool:
    """Whether it is a row of maps that belong to one example."""
    return (
        x is not None
        and bool(x.layer)
        and len(x.dims) == rank + 2
        and x.batch is None
        and x.dims[0] > 1
    )


def fits_side_by_side(x: Value) -> bool:
    """Whether a map with an axis more is one that windows can go over."""
    return len(x.dims) <= MOST_AXES


def read_side_by_side(
    walk: Walk, node: Node, x: Value, read: Callable[[Node, Value], Value]
) -> Value:
    """What a node gives for each map; `read` is asked for that of the one map which they are."""
    order = (0, 2, 1, *range(3, len(x.dims) + 1))
    one = walk.reshape(node, x, (1, *x.dims), 0)
    one = walk.permute(node, one, order, joins=True)
    made = read(node._replace(attributes=_widen(node)), one)
    back = walk.permute(node, made, order)
    return back._replace(dims=back.dims[1:], batch=None)


def with_axis(weight: Value | None) -> Value | None:
    """A kernel that is of length 1 along the axis of the maps."""
    return weight and weight._replace(dims=(*weight.dims[:2], 1, *weight.dims[2:]))


def _widen(node: Node) -> dict[str, object]:
    """The attributes for an axis more, in front of the others."""
    found = dict(node.attributes)
    for name, first in _OF_ONE.items():
        said = integers(node, name)
        if said is not None and name == "pads":
            half = len(said) // 2
            found[name] = first + said[:half] + first + said[half:]
        elif said is not None:
            found[name] = first + said
    return found
