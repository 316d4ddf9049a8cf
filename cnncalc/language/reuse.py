"""`reuse`: the nodes behind a name once more, on other inputs, with the same weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.language.env import POISON, Env, Named
from cnncalc.language.item import Item
from cnncalc.language.limits import LAYERS
from cnncalc.language.values import Failed

if TYPE_CHECKING:
    from cnncalc.language.context import ExpandContext
    from cnncalc.language.names import Ref
    from cnncalc.language.nodes import Nodes
    from cnncalc.network import Frame


def expand(item: Item, ref: Ref, env: Env, named: Named, frame: Frame | None, nodes: Nodes) -> None:
    """Weights used again: sets `named.out`. Raises Failed after reporting, and TooMuch."""
    original = env.lookup(ref)
    if original is None or original.out == POISON:
        raise Failed
    if len(named.operands) != len(original.operands):
        env.context.report.find("E207", f"`{ref.text}` takes {len(original.operands)} inputs, got "
                                f"{len(named.operands)}", item.op_node.span)  # fmt: skip
        raise Failed
    more = original.stop - original.start
    if len(nodes.list) + more > LAYERS:
        nodes.limits.stop(item, more)
    _repeat(original, named, item, nodes, frame, env.context)


def _repeat(
    original: Named,
    named: Named,
    item: Item,
    nodes: Nodes,
    frame: Frame | None,
    context: ExpandContext,
) -> None:
    """Append copies of the nodes of `original` that read the operands of `named`.

    Raises Failed after reporting if their weights do not fit.
    """
    moved = dict(zip(original.operands, named.operands, strict=True))
    frames: dict[int, Frame | None] = {}
    for index in range(original.start, original.stop):
        inside = _moved_frame(nodes.list[index].frame, original, named, frame, moved, frames)
        moved[index] = _again(index, original, named, moved, item, nodes, inside, context)
    named.out = moved.get(original.out, original.out)
    named.is_row = original.is_row
    _move_children(original, named, moved, nodes, item)


def _again(
    index: int,
    original: Named,
    named: Named,
    moved: dict[int, int],
    item: Item,
    nodes: Nodes,
    frame: Frame | None,
    context: ExpandContext,
) -> int:
    """One node once more; its weights must have the same shapes."""
    node = nodes.list[index]
    if node.layer is None:
        raise Failed
    if not node.inputs:
        # What reads nothing is the same tensor.
        return index
    name = named.name + node.name[len(original.name) :]
    # A norm may be used again without its layer.
    host = moved[node.host] if node.host is not None and node.host >= original.start else None
    copy = Item(node.op, item.node, item.op_node)
    has_weights = node.facts.params != 0 or node.facts.buffer_count != 0
    nodes.limits.spend(item, 1, len(name), len(node.inputs))
    first = node.shared_with if node.shared_with is not None else index
    out = nodes.add(name, copy, node.layer, tuple(moved.get(i, i) for i in node.inputs), frame, context,
                    given=named.given if name == named.name else node.given, host=host,
                    trainable=node.trainable, dtype=node.dtype,
                    shared_with=first if has_weights else None)  # fmt: skip
    made = nodes.list[out].facts
    if made.weights != node.facts.weights:
        context.report.find("E310", f"the weights of `{node.name}` do not fit this input: it would have "
                    f"{made.params:,} weights, not {node.facts.params:,}", item.op_node.span,
                    help="shared weights need inputs of the same channels")  # fmt: skip
        raise Failed
    return out


def _moved_frame(
    frame: Frame | None,
    old: Named,
    new: Named,
    parent: Frame | None,
    moved: dict[int, int],
    done: dict[int, Frame | None],
) -> Frame | None:
    """The frames of a reused node under its new name; each is made once."""
    if frame is None or not f"{frame.name}.".startswith(f"{old.name}."):
        return parent
    made = id(frame)
    if made not in done:
        above = _moved_frame(frame.parent, old, new, parent, moved, done)
        name = new.name + frame.name[len(old.name) :]
        given = new.given if name == new.name else frame.given
        use = frame.use
        if use is not None:
            use = use._replace(operands=tuple(moved.get(i, i) for i in use.operands))
        done[made] = frame._replace(name=name, parent=above, given=given, use=use)
    return done[made]


def _move_children(old: Named, new: Named, moved: dict[int, int], nodes: Nodes, item: Item) -> None:
    """The names inside, so that they can be referred to under the new name too."""
    stack = [(old, new)]
    while stack:
        source, target = stack.pop()
        for name, child in source.children.items():
            start = moved.get(child.start, child.start)
            copy = Named(moved.get(child.out, child.out), f"{target.name}.{name}",
                         [moved.get(i, i) for i in child.operands],
                         start, start + child.stop - child.start)  # fmt: skip
            copy.is_row = child.is_row
            nodes.limits.visit(item, copy.name)
            target.children[name] = copy
            stack.append((child, copy))
