"""Layers around a layer: the one within at its place, and what of its code is the same for every step."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, TypeVar

from cnncalc.network import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cnncalc.exporters.base.place import Place
    from cnncalc.exporting.code import Code

    P = TypeVar("P", bound=Place)
    T = TypeVar("T")

_MERGES = ("add", "average", "maximum", "minimum", "multiply", "subtract")


def look_inside(place: P) -> P:
    """The layer within, on what it reads of one step."""
    outer, inner = place.node, place.layer.layer
    steps = place.layer.steps
    found = copy(place)
    found.inputs = [
        x._replace(size=x.size[steps:], copies=x.copies * x.size[0]) if steps else x
        for x in place.inputs
    ]
    facts = inner.apply(*found.inputs)
    found.output = facts.output
    found.node = Node(outer.name, inner.kind, inner, outer.inputs, facts, outer.index)
    return found


def find_inside(
    place: P, layers: Mapping[str, Callable[[P], T]], why: Mapping[str, str], title: str
) -> tuple[P, Callable[[P], T]]:
    """The layer within at its place, and what writes it; raises Refusal if nothing of the target does."""
    inner = look_inside(place)
    if inner.node.op not in layers:
        unknown = f"`{inner.node.op}` is not among the layers that are written for {title}"
        raise place.refuse(why.get(inner.node.op, unknown))
    return inner, layers[inner.node.op]


def find_length_axis(place: Place, inner: Place) -> int | None:
    """The axis of PyTorch's kernels along which there are learnt lengths; None for one length in all.

    Raises Refusal where the dialect has them along an axis that those kernels have not.
    """
    if not place.plain.rules.channels_last:
        return None if place.layer.dim == "none" else int(place.layer.dim)
    axis = 1 if inner.node.op == "embedding" else 0
    for kernel in inner.plain.matrices(inner.node.facts.weights or {}).values():
        if kernel.shape[axis] != kernel.last:
            raise place.refuse("its lengths are those along the last axis of a kernel that has its channels "
                               "last, where the one written here has no axis of that length")  # fmt: skip
    return axis


def put_inside(code: Code) -> Code:
    """The code of a layer as that of one within another, where the spec says its keys."""
    slots = {
        name: slot._replace(key=slot.key and f"layer.{slot.key}")
        for name, slot in code.slots.items()
    }
    return code._replace(slots=slots)


def is_same_everywhere(inner: Place) -> bool:
    """Whether each number of the output follows from those at its place, however many axes there are."""
    if inner.node.facts.weights or inner.plain.axis_keys:
        return False
    if inner.node.op in _MERGES:
        return all(x == inner.output for x in inner.inputs)
    return inner.plain.role == "activation"


def over_steps(inner: Place, code: Code, axis: int) -> Code:
    """The code of a layer for every step: steps are examples, and then steps again, along `axis`."""
    given = code.given.replace("{all}", ", ".join(f"{{{i}}}" for i in range(len(inner.inputs))))
    for i in range(len(inner.inputs)):
        given = given.replace(f"{{{i}}}", f"fold_steps({{{i}}})")
    given = f"unfold_steps({given}, {{0}}.shape[{axis}])"
    return code._replace(given=given, needs=(*code.needs, "fold_steps", "unfold_steps"))
