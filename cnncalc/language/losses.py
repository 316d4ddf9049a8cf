"""Where maps that meet have lost their common size, and what brings them together again.

Two maps are followed up to the layer that both come from. On the way every layer is asked how it scales
an axis: if both maps are scaled alike and their sizes differ all the same, a layer in between has
rounded, or has cut the borders off. If not, one of them has a stride that the other one has not.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.arithmetic.resampling import Resampling
from cnncalc.arithmetic.windows import SLIDING, TransposedWindow
from cnncalc.errors import UNSOLVED
from cnncalc.layers.base.shape import per_axis

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Node

ROUNDED, CUT, STRIDED = "rounded", "cut", "strided"
"""A stride left a rest; windows without padding took the borders; one map has a stride more."""

_LONGEST = 4096
"""Maps are followed up through so many layers."""

_MERGES = ("E305", "E306")


class Loss(NamedTuple):
    """The layer at which the sizes of two maps part, and how.

    `maps` are the positions of the two among the operands, that whose size was lost first, and
    `shapes` their shapes. `scale` is by what the layer scales the axis that parts.
    """

    how: str
    node: Node
    before: tuple[int, ...]
    scale: Fraction
    maps: tuple[int, int]
    shapes: tuple[Shape, Shape]

    @property
    def change(self) -> str:
        """`max_pool3` makes 44×44 of 89×89."""
        node = self.node
        return f"`{node.declared_name}` makes {_sizes(node.output.size)} of {_sizes(self.before)}"

    @property
    def cause(self) -> str:
        """`max_pool3` makes 44×44 of 89×89, which is no multiple of its stride 2."""
        said = self.change
        if self.how == ROUNDED:
            return f"{said}, which is no multiple of its stride {self.scale.denominator}"
        return said


def find_loss(nodes: Sequence[Node], inputs: Sequence[int], code: str) -> Loss | None:
    """Why the maps that a layer with these inputs refuses with this code are not of one size.

    None if they are, or if it cannot be said.
    """
    if code not in _MERGES or len(inputs) < 2:
        return None
    shapes = [nodes[i].output for i in inputs]
    other = next((n for n, x in enumerate(shapes) if x.size != shapes[0].size), 0)
    if not other or shapes[other].rank != shapes[0].rank or shapes[0].form or shapes[other].form:
        return None
    chains = _part(nodes, inputs[0], inputs[other])
    if chains is None:
        return None
    pairs = zip(shapes[0].size, shapes[other].size, strict=True)
    axis = next(axis for axis, (n, m) in enumerate(pairs) if n != m)
    told = _find_layer(nodes, chains, axis)
    if told is None:
        return None
    how, index, loser, scale = told
    node = nodes[index]
    places = (other, 0) if loser else (0, other)
    return Loss(how, node, nodes[node.inputs[0]].output.size, scale, places,
                (shapes[places[0]], shapes[places[1]]))  # fmt: skip


def fix_of_apart(nodes: Sequence[Node], inputs: Sequence[int], code: str) -> str:
    """What to do about maps that are of different inputs and sizes; "" of others."""
    shapes = [nodes[i].output for i in inputs]
    if code not in _MERGES or len({x.rank for x in shapes}) > 1 or any(x.form for x in shapes):
        return ""
    if len({x.size for x in shapes}) < 2 or len({_input_of(nodes, i) for i in inputs}) < 2:
        return ""
    return f"they come from different inputs: {UNSOLVED}; to keep any size, `resize` one of them"


def _input_of(nodes: Sequence[Node], index: int) -> int:
    """Where a map comes from, by way of first operands."""
    while nodes[index].inputs:
        index = nodes[index].inputs[0]
    return index


def fix_of(loss: Loss, fix: str, names: Sequence[str]) -> str:
    """What to do about it: `names` are those by which the operands can be referred to, or empty.

    `fix` is what the layer itself says.
    """
    if loss.how == STRIDED:
        if "with stride" in fix:
            return f"{loss.cause}, and the shortcut has no stride: {fix}"
        return f"{loss.cause}, and the other map has no such stride: {_bring(loss, names, exactly=False)}"
    either = _bring(loss, names, exactly=True)
    if loss.how == ROUNDED:
        return f"{loss.cause}: {UNSOLVED}; to keep any size, {either}"
    layer = loss.node.layer
    if layer is None or "padding" not in layer.keys:
        return f"{loss.cause}: {either}"
    if loss.scale == 1:
        return f"{loss.cause}: `padding: same` keeps the size; or {either}"
    wanted = [n * loss.scale for n in loss.before]
    return f"{loss.cause}: {_padding_for(loss, wanted)} {_sizes(wanted)}; or {either}"


def _padding_for(loss: Loss, wanted: Sequence[int | Fraction]) -> str:
    """What the layer must be given to make so much: a transposed convolution may lack a rest at the end."""
    node = loss.node
    if node.layer is None or "output_padding" not in node.layer.keys:
        return "another `padding` makes it"
    size = node.output.size
    given = per_axis(getattr(node.layer, "output_padding", None) or 0, len(size), "output_padding")
    ends = [end + int(n) - made for end, n, made in zip(given, wanted, size, strict=True)]
    if all(0 <= end < loss.scale for end in ends):
        return f"`output_padding: {ends[0] if len(set(ends)) == 1 else ends}` makes it"
    return "another `padding`, with `output_padding` for what is left, makes it"


def _bring(loss: Loss, names: Sequence[str], *, exactly: bool) -> str:
    """The layer that brings one map to the size of the other; `exactly` by `pad` or `crop` as well."""
    lost, other = loss.maps
    pairs = list(zip(loss.shapes[0].size, loss.shapes[1].size, strict=True))
    to, at = (other, lost) if names[other] or not names[lost] else (lost, other)
    larger = all(n >= m for n, m in pairs) if at == lost else all(n <= m for n, m in pairs)
    smaller = all(n <= m for n, m in pairs) if at == lost else all(n >= m for n, m in pairs)
    words = [
        "resize",
        *(["pad"] if exactly and smaller else ["crop"] if exactly and larger else []),
    ]
    name = names[to] or "NAME"
    layers = " or ".join(f"`{word}: {{like: {name}}}`" for word in words)
    where = f"`{names[at]}`" if names[at] else "the layer above" if at == lost else "the other map"
    named = "" if names[to] else ", and give the other map a `name`"
    return f"put {layers} behind {where}{named}"


def _part(nodes: Sequence[Node], one: int, other: int) -> tuple[list[int], list[int]] | None:
    """The layers from where two maps part down to each; None if they come from different inputs."""
    chains: tuple[list[int], list[int]] = ([], [])
    ends = [one, other]
    for _ in range(_LONGEST):
        if ends[0] == ends[1]:
            return chains[0][::-1], chains[1][::-1]
        later = int(ends[1] > ends[0])
        node = nodes[ends[later]]
        if not node.inputs:
            return None
        chains[later].append(ends[later])
        ends[later] = node.inputs[0]
    return None


def _find_layer(
    nodes: Sequence[Node], chains: Sequence[list[int]], axis: int
) -> tuple[str, int, int, Fraction] | None:
    """How the sizes part, at which layer of which chain, and by what it scales the axis."""
    scales = [[_scale(nodes, nodes[index], axis) for index in chain] for chain in chains]
    if any(None in steps for steps in scales):
        return None
    whole = [_product(steps) for steps in scales]
    layers = sorted(_steps(chains, scales))
    if whole[0] == whole[1]:
        for index, loser, scale in layers:
            if scale < 1 and (_before(nodes, index, axis) * scale).denominator > 1:
                return ROUNDED, index, loser, scale
        for index, loser, scale in layers:
            if _before(nodes, index, axis) * scale != nodes[index].output.size[axis]:
                return CUT, index, loser, scale
        return None
    strided = [one for one in layers if one[2] < 1 and whole[1 - one[1]] == 1]
    return (STRIDED, *strided[0]) if strided else None


def _steps(
    chains: Sequence[list[int]], scales: Sequence[Sequence[Fraction | None]]
) -> Iterator[tuple[int, int, Fraction]]:
    """Each layer, the number of its chain, and by what it scales the axis."""
    for number, (chain, steps) in enumerate(zip(chains, scales, strict=True)):
        for index, step in zip(chain, steps, strict=True):
            yield index, number, step or Fraction(1)


def _product(steps: Sequence[Fraction | None]) -> Fraction:
    whole = Fraction(1)
    for step in steps:
        whole *= step or 1
    return whole


def _before(nodes: Sequence[Node], index: int, axis: int) -> int:
    return nodes[nodes[index].inputs[0]].output.size[axis]


def _scale(nodes: Sequence[Node], node: Node, axis: int) -> Fraction | None:
    """By what a layer scales an axis, roundings and borders aside; None if it gives a size of its own."""
    before, windows = nodes[node.inputs[0]].output, node.facts.windows
    if before.rank != node.output.rank or axis >= before.rank or before.form or node.output.form:
        return None
    scale = _scale_of(windows[axis]) if axis < len(windows) and node.op != "resize" else None
    if scale is None and before.size[axis] == node.output.size[axis]:
        return Fraction(1)
    return scale


def _scale_of(window: Axis) -> Fraction | None:
    if isinstance(window, SLIDING):
        return Fraction(1, window.stride)
    if isinstance(window, TransposedWindow):
        return Fraction(window.stride)
    if isinstance(window, Resampling):
        inputs, outputs = window.step or (window.source, window.target)
        return Fraction(outputs, inputs)
    return None


def _sizes(size: Sequence[int | Fraction]) -> str:
    return "×".join(map(str, size))
