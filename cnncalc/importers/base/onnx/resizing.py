"""Operators that change the size of a map by numbers: paddings and resizings."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.folding import whole
from cnncalc.importers.base.onnx.moving import choose
from cnncalc.importers.base.onnx.nodes import axis_of, integers, title, word
from cnncalc.importers.base.onnx.values import FromData, Value
from cnncalc.importers.base.single import shortest, single

if TYPE_CHECKING:
    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.walk import Walk

_PADS = {"constant": "zeros", "edge": "replicate", "reflect": "reflect", "wrap": "circular"}


def pad(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """Pad, whose amounts are an operand from version 11 on; negative ones cut off; raises Unreadable."""
    x = tensor(node, operands)
    rank = len(x.dims)
    pads = integers(node, "pads") or integers(node, "paddings")
    if pads is None:
        pads = whole(tensor(node, operands, 1), f"the amounts of {title(node)}")
    axes = list(range(rank))
    if len(operands) > 3 and operands[3] is not None:
        axes = [axis_of(n, rank, node) for n in whole(operands[3], f"the axes of {title(node)}")]
    if len(pads) != 2 * len(axes):
        raise Unreadable(f"{title(node)} pads {len(axes)} axes by {pads}", node.line)
    amounts = [[0, 0]] * rank
    for i, axis in enumerate(axes):
        amounts[axis] = [pads[i], pads[i + len(axes)]]
    dims = tuple(n + sum(amount) for n, amount in zip(x.dims, amounts, strict=True))
    if x.is_constant:
        return Value(dims, source=node.outputs[0], learnt=x.learnt)
    mode = word(node, "mode", "constant")
    if mode not in _PADS:
        raise Unreadable(f"{title(node)} has the mode `{mode[:50]}`", node.line)
    return _apply_pads(walk, node, x, amounts, _PADS[mode])


def _apply_pads(walk: Walk, node: Node, x: Value, amounts: list[list[int]], mode: str) -> Value:
    for axis, amount in enumerate(amounts):
        if min(amount) < 0:
            before, after = (max(-n, 0) for n in amount)
            x = choose(walk, node, x, axis, range(before, x.dims[axis] - after))
    amounts = [[max(n, 0) for n in amount] for amount in amounts]
    if not any(map(any, amounts)):
        return x
    dims = tuple(n + sum(amount) for n, amount in zip(x.dims, amounts, strict=True))
    if x.batch is not None and any(amounts.pop(x.batch)):
        raise Unreadable(f"{title(node)} pads the batch", node.line)
    channels, *sides = amounts
    if not sides or len(sides) > 3 or (any(channels) and mode != "zeros"):
        return walk.opaque(node, [x], dims, x.batch, params=0, macs=0)
    keys: Data = {}
    if any(map(any, sides)):
        keys["amount"] = sides
    if mode != "zeros":
        keys["mode"] = mode
    if any(channels):
        keys["channels"] = channels
    return walk.add(node, "pad", keys, [x], dims, x.batch)


_OLD = 2
"""The operands of Resize in version 10."""

_MODES = {"nearest": "nearest", "linear": "linear", "cubic": "cubic", "bilinear": "linear"}


def resize(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """Resize and Upsample: by scales that are stored as float32, or to sizes; raises Unreadable."""
    x = tensor(node, operands)
    rank = len(x.dims)
    axes = [axis_of(n, rank, node) for n in integers(node, "axes") or range(rank)]
    scales, sizes = _scales_and_sizes(node, operands)
    if sizes is not None and len(sizes) == len(axes):
        sizes = _keep_ratio(node, [x.dims[axis] for axis in axes], sizes)
    said = sizes if sizes is not None else scales
    if said is None or len(said) != len(axes):
        raise Unreadable(f"{title(node)} does not say a size for {len(axes)} axes", node.line)
    dims: list[int] = list(x.dims)
    for axis, n in zip(axes, said, strict=True):
        if not 0 < n < 1e9:
            raise Unreadable(f"{title(node)} resizes by {n}", node.line)
        dims[axis] = int(n) if sizes is not None else floor(single(x.dims[axis] * single(n)))
    if x.is_constant:
        return Value(tuple(dims), source=node.outputs[0], learnt=x.learnt)
    if x.batch != 0 or rank < 3 or tuple(dims[:2]) != x.dims[:2] or rank > 5:
        return walk.opaque(node, [x], tuple(dims), x.batch, params=0, macs=0)
    ratios = [1.0] * rank
    if scales is not None and sizes is None:
        for axis, ratio in zip(axes, scales, strict=True):
            ratios[axis] = _decimal(ratio)
    grows = sizes is None and all(
        floor(n * ratio) == m for n, ratio, m in zip(x.dims, ratios, dims, strict=True)
    )
    kind = "upsample" if grows else "resize"
    keys: Data = {"size": dims[2:]}
    if grows:
        keys = {"scale": ratios[2] if len(set(ratios[2:])) == 1 else ratios[2:]}
    keys["mode"] = _mode(node)
    coordinates = word(node, "coordinate_transformation_mode", "half_pixel")
    if coordinates == "align_corners" and keys["mode"] in ("linear", "cubic"):
        keys["align_corners"] = True
    # What a scale makes of a size is the rule's to say, for exporters declare another.
    exact = all(n == int(n) for n in ratios)
    return walk.add(node, kind, keys, [x], tuple(dims), 0, sure=exact)


def _decimal(ratio: float) -> float:
    """The shortest number that is stored as this one; whole, if it is."""
    found = shortest(single(ratio))
    return int(found) if found == int(found) else found


def _scales_and_sizes(
    node: Node, operands: list[Value | None]
) -> tuple[list[float] | None, list[int] | None]:
    """Scales and sizes, one of which is None."""
    attribute: Any = node.attributes.get("scales")
    if isinstance(attribute, list):
        return [float(n) for n in attribute], None
    at = 1 if node.op == "Upsample" or len(operands) == 2 else 2
    scales = operands[at] if len(operands) > at else None
    sizes = operands[3] if len(operands) > 3 else None
    if sizes is not None and sizes.elements:
        return None, whole(sizes, f"the size of {title(node)}")
    if scales is None or scales.numbers is None:
        raise FromData(f"the scales of {title(node)} are computed from data", node.line)
    return list(scales.numbers), None


def _keep_ratio(node: Node, before: list[int], sizes: list[int]) -> list[int]:
    """The sizes of a map that keeps its proportions, at most or at least as large as said."""
    choose = {"not_larger": min, "not_smaller": max}.get(word(node, "keep_aspect_ratio_policy"))
    if choose is None or min(before, default=0) < 1:
        return sizes
    ratio = choose(Fraction(n, m) for n, m in zip(sizes, before, strict=True))
    return [floor(n * ratio + Fraction(1, 2)) for n in before]


def _mode(node: Node) -> str:
    """The mode; of the nearest elements those under the centre, unless sizes are counted from the start."""
    mode = _MODES.get(word(node, "mode", "nearest"), "nearest")
    usual = "asymmetric" if len(node.inputs) == _OLD else "half_pixel"
    coordinates = word(node, "coordinate_transformation_mode", usual)
    if mode == "nearest" and coordinates.startswith("half_pixel"):
        return "nearest_exact"
    return mode
