"""Keras' merges. Keras broadcasts; our merges want equal shapes, so what is broadcast is written."""

from __future__ import annotations

from ..cases import Case, Dims
from ..stating import LAST, NAMES, Entry, Stated, Statement, Unstated


def inputs(case: Case) -> tuple[Entry, ...]:
    """All operands, the channels last."""
    if len(case.shapes) > len(NAMES):
        raise Unstated("more than three operands")
    return tuple(LAST.read(shape) for shape in case.shapes)


def merge(kind: str) -> Statement:
    """The operands brought to one shape, then merged."""

    def state(case: Case) -> Stated:
        layers: list[Entry] = []
        common = broadcast(case.shapes)
        names = [
            spread(name, shape[1:], common, layers) if common else name
            for name, shape in zip(NAMES, case.shapes, strict=False)
        ]
        return Stated(inputs(case), [*layers, {kind: names}])

    return state


def broadcast(shapes: tuple[Dims, ...]) -> Dims | None:
    """The shape that all broadcast to, the batch left out; None if there is none."""
    rank = max(map(len, shapes)) - 1
    full = [[1] * (rank + 1 - len(shape)) + shape[1:] for shape in shapes]
    common = [max(sizes) for sizes in zip(*full, strict=True)]
    fits = all(n in (1, m) for axes in full for n, m in zip(axes, common, strict=True))
    return common if fits else None


def spread(name: str, axes: Dims, common: Dims, layers: list[Entry]) -> str:
    """The name of operand `name` brought to the shape `common`; appends the layers that do it."""
    if axes == common:
        return name
    steps: list[Entry] = []
    if len(axes) < len(common):
        axes = [1] * (len(common) - len(axes)) + axes
        steps.append({"reshape": {"to": LAST.read([None, *axes])}})
    scale = [m if n != m else 1 for n, m in zip(axes, common, strict=True)][:-1]
    if any(s > 1 for s in scale):
        steps.append({"upsample": {"scale": scale}})
    for i, step in enumerate(steps):
        (keys,) = step.values()
        keys.update({"from": name if i == 0 else f"{name}{i - 1}", "name": f"{name}{i}"})
    result = f"{name}{len(steps) - 1}" if steps else name
    layers += steps
    if axes[-1] != common[-1]:
        layers.append({"concat": {"from": [result] * common[-1], "name": f"{name}s"}})
        result = f"{name}s"
    return result


def multiply(case: Case) -> Stated:
    """`multiply` takes a vector, and axes of size 1, as Keras does."""
    stated = merge("multiply")(case)
    wide = max(case.shapes, key=len)
    if all(len(shape) in (2, len(wide)) and shape[-1] == wide[-1] for shape in case.shapes):
        return stated._replace(layers=[{"multiply": list(NAMES[: len(case.shapes)])}])
    return stated


def concatenate(case: Case) -> Stated:
    """`axis` counts the batch."""
    rank = len(case.shapes[0]) - 1
    axis = case.args.get("axis", -1)
    index = axis if axis < 0 else axis - 1
    if not -rank <= index < rank:
        raise Unstated("no such axis")
    word = "channels" if index % rank == rank - 1 else LAST.name(index, rank)
    operands = list(NAMES[: len(case.shapes)])
    return Stated(inputs(case), [{"concat": {"from": operands, "axis": word}}])


TABLE: dict[str, Statement] = {
    "Add": merge("add"),
    "Subtract": merge("subtract"),
    "Multiply": multiply,
    "Average": merge("average"),
    "Maximum": merge("maximum"),
    "Minimum": merge("minimum"),
    "Concatenate": concatenate,
}
