"""What a layer refuses, told at the place where it stands, with the fix that is nearest to its cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Label
from cnncalc.language.losses import find_loss, fix_of, fix_of_apart
from cnncalc.language.tree import Mapping
from cnncalc.network import Failure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.errors import Refusal, Span
    from cnncalc.language.context import ExpandContext
    from cnncalc.language.item import Item
    from cnncalc.network import Node


def report_refusal(
    refusal: Refusal,
    name: str,
    item: Item,
    inputs: tuple[int, ...],
    nodes: list[Node],
    context: ExpandContext,
) -> Failure:
    """A layer's refusal as a finding, with its place and, if asked for, its operands."""
    texts, labels = [], []
    refs = item.refs or ()
    words = [refs[n].text if n < len(refs) else "prev" for n in range(len(inputs))]
    for word, index in zip(words, inputs, strict=True):
        node = nodes[index]
        shown_as = _local(node.declared_name) if word == "prev" else word
        texts.append(f"{shown_as} {node.output}")
        labels.append(Label(node.span or item.span, f"`{shown_as}` is {node.output}"))
    shown = _telling(nodes, inputs)
    operands = ", ".join(texts[position] for position in shown)
    if len(shown) < len(texts):
        operands += f" and {len(texts) - len(shown)} more"
    labels = [labels[position] for position in shown]
    message = f"{refusal.message}: {operands}" if refusal.operands else refusal.message
    span, report = _culprit(refusal, item), context.report
    # A block that is used a thousand times is refused a thousand times, and told once.
    if report.has(refusal.code, span):
        report.find(refusal.code, message, span)
    else:
        fix = _fix(refusal, words, inputs, nodes, labels)
        report.find(refusal.code, message, span, help=fix, layer=name,
                    related=labels if refusal.operands else ())  # fmt: skip
    return Failure(name, item.op, inputs, refusal.code, operands)


def _fix(
    refusal: Refusal,
    words: Sequence[str],
    inputs: tuple[int, ...],
    nodes: list[Node],
    labels: list[Label],
) -> str:
    """What the layer says, or better what follows from where the sizes of its operands part.

    That place gets a label, unless it is an operand and has one.
    """
    loss = find_loss(nodes, inputs, refusal.code)
    if loss is None:
        return fix_of_apart(nodes, inputs, refusal.code) or refusal.help
    node = loss.node
    if node.span is not None and all(label.span != node.span for label in labels):
        labels.append(Label(node.span, loss.change))
    return fix_of(loss, refusal.help, ["" if word == "prev" else word for word in words])


def _telling(nodes: list[Node], inputs: tuple[int, ...]) -> list[int]:
    """The positions of the operands to show: of many, the first and some that differ from it."""
    if len(inputs) <= _SHOWN:
        return list(range(len(inputs)))
    first = nodes[inputs[0]].output
    others = [n for n, index in enumerate(inputs) if nodes[index].output != first]
    return [0, *others[: _SHOWN - 1]]


_SHOWN = 6


def _culprit(refusal: Refusal, item: Item) -> Span:
    """The value of the key at fault, the operands of a merge, or the kind of layer."""
    if place := item.place_of(refusal.key):
        return place
    if refusal.operands and item.refs and len(item.refs) > 1:
        node = item.node.pairs[0][1] if isinstance(item.node, Mapping) else item.op_node
        named = node.get("from") if isinstance(node, Mapping) else node
        return (named or node).span
    return item.op_node.span


def _local(name: str) -> str:
    """The last part of a name: `main` of `stage2.main`, `main.0` of `stage2.main.0`."""
    parts = name.split(".")
    return ".".join(parts[-2:]) if parts[-1].isdigit() else parts[-1]
