"""Unit fields of the frameworks, by gradients, and ours: which positions every position sees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import cnncalc
from cnncalc.network import Network
from cnncalc.receptive_field import cells as sets
from cnncalc.receptive_field.exact import find_seen

from .cases import Dims, Fields
from .judge import state
from .stating import FIRST, LAST, View

Place = tuple[int, ...]
Field = dict[Place, set[Place]]
"""By a position of the output, the positions of an input that it sees."""

UPPER = {
    "DeformConv2d": "it reads where its offsets say",
    "GridSample2d": "it reads where its grid says",
    "GridSample3d": "it reads where its grid says",
    "CondConv2d": "what is multiplied by padding is read, and changes nothing",
    "Involution2d": "what is multiplied by padding is read, and changes nothing",
    "Stack": "the new axis counts as one from which all operands are seen",
    "VisionTransformer": "an axis that is put together of several counts as seen whole",
}
"""Classes whose fields hold what is seen, and may hold more, and why."""


INPUTS = {
    "GridSample2d": (FIRST, LAST),
    "GridSample3d": (FIRST, LAST),
    "VisionTransformer": (FIRST,),
}
"""Where inputs have their channels, if not where the output has them."""


class Compared(NamedTuple):
    """An output and an input, and what the framework and what we say."""

    which: str
    theirs: Field
    ours: Field


def compared(fields: Fields) -> Iterator[Compared]:
    """Every output of a call with every input."""
    stated = state(fields.case)
    network = cnncalc.loads(json.dumps(stated.spec("torch")))
    sources = [node for node in network.nodes if node.layer is None]
    indices = network.outputs.values()
    for index, shape, each in zip(indices, fields.shapes, fields.seen, strict=True):
        node = network.nodes[index]
        made = kept(stated.view, shape, tensor=node.output.form == "tensor")
        for at, seen in enumerate(each):
            source, (_, *axes) = sources[at], fields.case.shapes[at]
            view = INPUTS.get(fields.case.cls, (stated.view,) * len(each))[at]
            given = kept(view, axes, tensor=source.output.form == "tensor")
            yield Compared(
                f"{node.name} of {source.name}",
                projected(seen, places(shape), places(axes), made, given),
                found(network, index, source.name),
            )


def kept(view: View, shape: Dims, *, tensor: bool) -> list[int]:
    """The axes of a tensor that are positions: all but the channels."""
    axes = list(range(len(shape)))
    if not tensor and axes:
        del axes[view.channels]
    return axes


def places(shape: Dims) -> list[Place]:
    """All elements in the order of memory."""
    return list(product(*map(range, shape)))


def projected(seen: list[list[int]], outputs: list[Place], inputs: list[Place],
              made: list[int], given: list[int]) -> Field:  # fmt: skip
    """What is seen in any channel by any channel."""
    field: Field = {}
    for element, reads in zip(outputs, seen, strict=True):
        unit = tuple(element[axis] for axis in made)
        places = field.setdefault(unit, set())
        places |= {tuple(inputs[i][axis] for axis in given) for i in reads}
    return field


def found(network: Network, index: int, source: str) -> Field:
    """Our exact sets."""
    field: Field = {}
    for unit in places(list(network.nodes[index].output.size)):
        seen = find_seen(network, index, unit).get(source)
        rank = next(n.output.rank for n in network.nodes if n.name == source)
        field[unit] = {
            (*lead, last)[:rank]
            for lead, bits in (seen.cells if seen else {}).items()
            for last in sets.places(bits)
        }
    return field


def agrees(cls: str, one: Compared) -> bool:
    """Whether the sets are equal, or for some classes ours hold all that was seen."""
    if cls not in UPPER:
        return one.theirs == one.ours
    return one.theirs.keys() == one.ours.keys() and all(
        seen <= one.ours[unit] for unit, seen in one.theirs.items()
    )
