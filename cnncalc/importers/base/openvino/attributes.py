"""The attributes of a layer, which are texts, as what they must be; and operands that are numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.folding import whole as whole_numbers
from cnncalc.importers.base.onnx.nodes import title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Value

_WHOLE = re.compile(r"-?\d{1,18}")


class Lost(Unreadable):
    """An operand is a constant in a file of weights that is not there."""


def integers(node: Node, name: str) -> list[int]:
    """A list of whole numbers, empty if there is none; raises Unreadable."""
    parts = [part.strip() for part in str(node.attributes.get(name, "")).split(",") if part.strip()]
    if not all(_WHOLE.fullmatch(part) for part in parts) or len(parts) > 64:
        raise Unreadable(f"`{name}` of {title(node)} must be a list of whole numbers", node.line)
    return list(map(int, parts))


def integer(node: Node, name: str, default: int) -> int:
    """A whole number; raises Unreadable."""
    found = integers(node, name) or [default]
    if len(found) != 1:
        raise Unreadable(f"`{name}` of {title(node)} must be a whole number", node.line)
    return found[0]


def number(node: Node, name: str, default: float) -> float:
    """A number; raises Unreadable."""
    text = str(node.attributes.get(name, default))
    try:
        found = float(text)
    except ValueError:
        raise Unreadable(
            f"`{name}` of {title(node)} is `{cut(text, NAME)}`, no number", node.line
        ) from None
    return found


def is_set(node: Node, name: str, *, default: bool = False) -> bool:
    """Whether an attribute is true."""
    return str(node.attributes.get(name, default)).lower() in ("true", "1")


def word(node: Node, name: str, default: str = "") -> str:
    """A word in small letters."""
    return str(node.attributes.get(name, default)).lower()


def opset(node: Node) -> int:
    """The number of the operation set that a layer is of."""
    text = str(node.attributes.get("opset", ""))
    return int(text) if text.isdecimal() and len(text) < 4 else 1


def numbers(node: Node, operands: Sequence[Value | None], index: int, what: str) -> list[int]:
    """The whole numbers of an operand; raises Lost if they are in a file that is not there, Unreadable."""
    value = tensor(node, operands, index)
    if value.is_constant and value.numbers is None:
        raise Lost(f"the {what} of {title(node)} is a constant that is not there", node.line,
                   help="put the .bin file of the model beside its .xml")  # fmt: skip
    return whole_numbers(value, f"the {what} of {title(node)}")
