"""Sequences of tensors, which exporters write where a tensor is cut into parts: no layer ever sees them.

A sequence is a constant without numbers, whose parts are kept beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.folding import whole
from cnncalc.importers.base.onnx.moving import concat, drop_axes, split, unsqueeze
from cnncalc.importers.base.onnx.nodes import axis_of, integer, title
from cnncalc.importers.base.onnx.values import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.walk import Walk

    Operands = list[Value | None]


def split_to_sequence(walk: Walk, node: Node, operands: Operands) -> Value:
    """SplitToSequence: into parts of one length, of the lengths that are said, or of 1; raises Unreadable."""
    x = tensor(node, operands)
    axis = axis_of(integer(node, "axis", 0), len(x.dims), node)
    said = operands[1] if len(operands) > 1 else None
    sizes = [1] if said is None else whole(said, f"the split of {title(node)}")
    if said is None or not said.dims:
        [each] = sizes
        many, rest = divmod(x.dims[axis], max(each, 1))
        sizes = [each] * many + ([rest] if rest else [])
    cut = node._replace(attributes={"axis": axis, "split": sizes}, outputs=[node.name] * len(sizes))
    parts = split(walk, cut, [x])
    if said is None and not integer(node, "keepdims", 1):
        parts = [drop_axes(walk, node, part, {axis}) for part in parts]
    return _keep(walk, node, parts)


def construct(walk: Walk, node: Node, operands: Operands) -> Value:
    """SequenceConstruct: a sequence of what it reads."""
    return _keep(walk, node, [value for value in operands if value is not None])


def element(walk: Walk, node: Node, operands: Operands) -> Value:
    """SequenceAt: one part; raises Unreadable if there is none there."""
    parts = _parts(walk, node)
    [place] = whole(tensor(node, operands, 1), f"the place of {title(node)}")
    if not -len(parts) <= place < len(parts):
        raise Unreadable(f"{title(node)} takes part {place} of {len(parts)}", node.line)
    return parts[place]


def length(walk: Walk, node: Node, operands: Operands) -> Value:
    """SequenceLength."""
    return Value((), numbers=(len(_parts(walk, node)),), source=node.outputs[0])


def concat_from_sequence(walk: Walk, node: Node, operands: Operands) -> Value:
    """ConcatFromSequence: its parts one behind the other, or along a new axis; raises Unreadable."""
    parts = _parts(walk, node)
    new = integer(node, "new_axis", 0)
    axis = axis_of(integer(node, "axis", 0), len(parts[0].dims) + new, node)
    if new:
        parts = [
            unsqueeze(walk, node._replace(attributes={"axes": [axis]}), [part]) for part in parts
        ]
    return concat(walk, node._replace(attributes={"axis": axis}), [*parts])


def _keep(walk: Walk, node: Node, parts: Sequence[Value]) -> Value:
    if not parts:
        raise Unreadable(f"{title(node)} makes a sequence of nothing", node.line)
    walk.sequences[node.outputs[0]] = list(parts)
    return Value((), source=node.outputs[0])


def _parts(walk: Walk, node: Node) -> list[Value]:
    found = walk.sequences.get(node.inputs[0]) if node.inputs else None
    if found is None:
        raise Unreadable(f"{title(node)} reads no sequence that is known here", node.line)
    return found
