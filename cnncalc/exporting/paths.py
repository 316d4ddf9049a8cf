"""Where the weights of a layer lie that stands in a block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Refusal

if TYPE_CHECKING:
    from cnncalc.exporting.bodies import Body
    from cnncalc.exporting.classes import Classes
    from cnncalc.exporting.parts import Class


def find_path(classes: Classes, made: Class, index: int) -> str:
    """The path from a class to the part that is made of a node: `layer1[0].conv1`.

    Raises Refusal if it does not lie in it.
    """
    found = find_inside(classes, made.bodies[0], index)
    if not found:
        raise Refusal(
            "E801", "weights that are used again lie in a block that is used again itself"
        )
    return found


def find_inside(classes: Classes, body: Body, index: int) -> str:
    """The path in a body; empty if the node does not stand there."""
    for name, step in zip(classes.step_names(body), body.steps, strict=True):
        if step.node is not None and step.node.index == index:
            return name
        for number, use in enumerate(step.uses if step.again is None else ()):
            below = find_inside(classes, use, index)
            if below:
                return f"{name}[{number}].{below}" if step.is_row else f"{name}.{below}"
    return ""
