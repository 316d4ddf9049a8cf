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
Step = str | Strides | None
"""What a layer moves by along each axis of an operand, None if it cannot be said."""
STAYS, ALL = "stays", "all"
"""It reads the place of its own; or all of the operand, or nothing of it."""


def _may_differ(network: Network) -> bool:
    """Whether strides over the input may differ where maps meet; False is certain."""
    if all(len(node.inputs) < 2 for node in network.nodes):
        return False
    ranks = [node.output.rank for node in network.nodes if node.layer is None]
    least = min((rank for rank in ranks if rank), default=0)
    strides: list[Strides | None] = []
    steps: dict[int, list[Step]] = {}
    for node in network.nodes:
        layer, inputs, facts = node.layer, node.inputs, node.facts
        if layer is None:
            strides.append((1,) * node.output.rank)
            continue
        if len(inputs) == 1 and not facts.windows and not layer.independent:
            strides.append(strides[inputs[0]])
            continue
        # Equal layers on equal shapes have the same facts.
        known = steps.get(id(facts))
        if known is None or len(known) != len(inputs):
            known = steps[id(facts)] = _steps(network, node)
        if len(known) == 1:
            strides.append(_behind(known[0], strides[inputs[0]]))
            continue
        seen = [_behind(step, strides[source]) for source, step in zip(inputs, known, strict=True)]
        found = [stride for stride in seen if stride != ()]
        if len(found) < 2 or (None not in found and len(set(found)) == 1):
            strides.append(found[0] if found else ())
        elif node.output.rank < least:
            # Lists of places meet: see above. What comes of them may become a map again.
            strides.append(None)
        else:
            return True
    return False


def _steps(network: Network, node: Node) -> list[Step]:
    """What a layer moves by along the axes of each operand."""
    found: list[Step] = []
    for source, axes in zip(node.inputs, readings(network, node), strict=True):
        if axes is None:
            found.append(ALL)
        elif not axes:
            found.append(STAYS)
        elif all(isinstance(axis, Everything) for axis in axes):
            # A norm reads its own place besides.
            found.append(STAYS if node.layer is not None and node.layer.role else ALL)
        else:
            size = network.nodes[source].output.size
            moves = [_step(axis, n) for axis, n in zip(axes, size, strict=False)]
            known = tuple([move for move in moves if move is not None])
            found.append(known if len(known) == len(moves) else None)
    return found


def _behind(step: Step, strides: Strides | None) -> Strides | None:
    """The strides behind a layer; () where all of the input is seen, None if it cannot be said."""
    if isinstance(step, str):
        return () if step == ALL else strides
    if not strides:
        return strides
    if step is None or len(step) != len(strides):
        return None
    return tuple([stride * move for stride, move in zip(strides, step, strict=True)])


def _step(axis: Axis, n: int) -> int | Fraction | None:
    """How many inputs further the next output reads, on average; None if it cannot be said."""
    holes = isinstance(axis, TransposedWindow) and (axis.kernel < axis.stride or axis.dilation > 1)
    period = None if holes or isinstance(axis, (Moved, Regrouped, Single)) else axis.period(n)
    if period is None:
        return None
    outputs, inputs = period
    return inputs if outputs == 1 else Fraction(inputs, outputs)
