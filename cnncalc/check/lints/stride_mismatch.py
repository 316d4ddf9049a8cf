"""Maps that meet with different strides: what a unit sees of each drifts apart."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from cnncalc.arithmetic.moving import Moved, Single
from cnncalc.arithmetic.regrouped import Regrouped
from cnncalc.arithmetic.windows import Everything, TransposedWindow
from cnncalc.errors import Diagnostic
from cnncalc.receptive_field.axis_map import readings
from cnncalc.receptive_field.merges import MISMATCH
from cnncalc.receptive_field.survey import survey_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.network import Network, Node

CODE = "W622"


def judge(network: Network) -> Iterator[Diagnostic]:
    """A warning for every merge whose operands have different strides over the same input."""
    if not _may_differ(network):
        return
    told: set[int] = set()
    for meeting in survey_of(network).meetings:
        if meeting.kind != MISMATCH or meeting.node in told:
            continue
        told.add(meeting.node)
        node = network.nodes[meeting.node]
        if node.output.rank < _rank(network, meeting.source):
            # A list of places, such as the boxes of several maps, has no stride.
            continue
        field = survey_of(network).views[meeting.node][meeting.source][meeting.axis].field
        low, high = field.sizes if field else (0, 0)
        yield Diagnostic(CODE, f"the operands of `{node.name}` have different strides over "
                         f"{meeting.source}: its units see {low} to {high}",
                         network.source, node.span, layer=node.name, severity="warning",
                         help="bring the operands to one stride before they meet")  # fmt: skip
    survey_of(network).complete("field", "alignment")


def _rank(network: Network, source: str) -> int:
    """How many axes an input has."""
    return next(node.output.rank for node in network.nodes if node.name == source)


# The stride of a field is the product of what every layer moves by, and that is little work beside the
# fields themselves. It rules most networks out.

Strides = tuple["int | Fraction", ...]


def _may_differ(network: Network) -> bool:
    """Whether strides over the input may differ where maps meet; False is certain."""
    if all(len(node.inputs) < 2 for node in network.nodes):
        return False
    strides: list[Strides] = []
    for node in network.nodes:
        if node.layer is None:
            strides.append((1,) * node.output.rank)
            continue
        if len(node.inputs) == 1 and not node.facts.windows and not node.layer.independent:
            strides.append(strides[node.inputs[0]])
            continue
        found: set[Strides | None] = {
            _behind(node, axes, network.nodes[source].output.size, strides[source])
            for source, axes in zip(node.inputs, readings(network, node), strict=True)
            if axes is not None
        }
        found.discard(())
        if None in found or len(found) > 1:
            return True
        strides.append(next((stride for stride in found if stride), ()))
    return False


def _behind(
    node: Node, axes: tuple[Axis, ...], size: tuple[int, ...], strides: Strides
) -> Strides | None:
    """The strides behind a layer; () where all of the input is seen, None if it cannot be said."""
    if not axes or not strides:
        return strides
    if all(isinstance(axis, Everything) for axis in axes):
        # A norm reads its own place besides.
        return strides if node.layer is not None and node.layer.role else ()
    steps = [_step(axis, n) for axis, n in zip(axes, size, strict=False)]
    if len(steps) != len(strides) or None in steps:
        return None
    return tuple(stride * step for stride, step in zip(strides, steps, strict=True) if step)


def _step(axis: Axis, n: int) -> int | Fraction | None:
    """How many inputs further the next output reads, on average; None if it cannot be said."""
    holes = isinstance(axis, TransposedWindow) and (axis.kernel < axis.stride or axis.dilation > 1)
    period = None if holes or isinstance(axis, (Moved, Regrouped, Single)) else axis.period(n)
    if period is None:
        return None
    outputs, inputs = period
    return inputs if outputs == 1 else Fraction(inputs, outputs)
