"""A node of the graph: what it is called, and its attributes as what they must be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable

if TYPE_CHECKING:
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Dims


def title(node: Node) -> str:
    """A node in messages."""
    name = f" `{cut(node.name, NAME)}`" if node.name else ""
    return f"the node {cut(node.op, NAME)}{name}"


def sizes_of(dims: Dims) -> str:
    """Sizes in messages."""
    return "×".join(map(str, dims))


_MADE_UP = re.compile(r"onnx::|val_\d|_val_|\d+$|/|const|_to_copy|t_?\d*$")
_NUMBERED = re.compile(r"val_\d+", re.ASCII)
_ROLES = re.compile(
    r"[./_](?:weight|bias|kernel|gamma|beta|scale|running_\w+|moving_\w+|weight_\w+|in_proj_weight"
    r"|in_proj_bias|W|B|w|b|g)$"
)


_PARAMETER = re.compile(r"[\w.]+\.[A-Za-z_]\w*", re.ASCII)


def is_parameter(name: str) -> bool:
    """Whether a constant is called as a parameter of a module: then it counts, also if it is one number.

    >>> is_parameter("0.gamma"), is_parameter("val_12"), is_parameter("model/mul/y:0")
    (True, False, False)
    """
    return _PARAMETER.fullmatch(name) is not None


def is_made_up(name: str) -> bool:
    """Whether PyTorch's exporter numbers a constant so that it made itself.

    >>> is_made_up("val_12"), is_made_up("1.weight")
    (True, False)
    """
    return _NUMBERED.fullmatch(name) is not None


def name_of_weights(sources: list[str]) -> str:
    """What a layer is called by the weights that it holds; "" if their names say nothing."""
    for source in sources:
        if source and not _MADE_UP.match(source) and _ROLES.search(source):
            return _ROLES.sub("", source)
    return ""


def name_of_node(node: Node, *, short: bool = False) -> str:
    """What a layer is called by its node; `short` leaves out the operator behind the module."""
    text = node.name.removeprefix("node_")
    if "/" not in text:
        return text or node.op.lower()
    found: list[str] = []
    for part in text.strip("/").split("/"):
        # Scripts write the whole name of a module at each level: /layer1/layer1.0/conv1/Conv.
        if found and part.startswith(f"{found[-1]}."):
            found.pop()
        found.append(part)
    if short and len(found) > 1:
        found.pop()
    return ".".join(found)


def integer(node: Node, name: str, default: int) -> int:
    """An attribute that is a whole number; raises Unreadable."""
    found = node.attributes.get(name, default)
    if not isinstance(found, int):
        raise Unreadable(f"`{name}` of {title(node)} must be a whole number", node.line)
    return found


def integers(node: Node, name: str) -> list[int] | None:
    """An attribute that is a list of whole numbers, None if there is none; raises Unreadable."""
    found: Any = node.attributes.get(name)
    if found is None or found == []:
        return None
    if not isinstance(found, list) or not {int}.issuperset(map(type, found)):
        raise Unreadable(f"`{name}` of {title(node)} must be a list of whole numbers", node.line)
    return found


def word(node: Node, name: str, default: str = "") -> str:
    """An attribute that is a text."""
    found = node.attributes.get(name, default)
    return found if isinstance(found, str) else default


def axis_of(number: int, rank: int, node: Node) -> int:
    """An axis counted from 0; raises Unreadable if there is no such."""
    if not -rank <= number < rank:
        raise Unreadable(f"{title(node)} names axis {number} of {rank}", node.line)
    return number % rank
