"""A network back to a spec: everything expanded, every name and number stated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cnncalc import foreign, metrics
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.number_types import plain_type
from cnncalc.layers.base.shape import Shape
from cnncalc.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.network import Network, Node

_PLAIN = re.compile(r"[A-Za-z_][\w./×-]*(?: [\w./×-]+)*").fullmatch
_WORDS = {"true", "false", "null", "none"}


def write(network: Network) -> str:
    """A spec without variables, blocks or defaults that gives the same network."""
    lines = ["cnncalc: 1", f"name: {_text(network.name)}"]
    if network.description:
        lines.append(f"description: {_text(network.description)}")
    if network.dialect:
        lines.append(f"dialect: {network.dialect}")
    if network.targets:
        lines.append(f"targets: {_flow(list(network.targets))}")
    inputs = [node for node in network.nodes if node.layer is None]
    if [node.name for node in inputs] == ["input"]:
        lines.append(f"input: {_flow(inputs[0].output.to_dict())}")
    else:
        lines.append("inputs:")
        lines += [f"  {node.name}: {_flow(node.output.to_dict())}" for node in inputs]
    names = _names(network)
    lines += ["layers:", *_idle(network)]
    for index, node in enumerate(network.nodes):
        if node.layer is not None:
            lines.append(_item(network, index, node, names))
    # Several outputs may be one tensor: those of layers that are not there.
    outputs = list(dict.fromkeys(names[index] for index in network.outputs.values()))
    if len(outputs) > 1:
        lines.append(f"outputs: {_flow(outputs)}")
    elif outputs and outputs != names[-1:]:
        lines.append(f"outputs: {_flow(outputs[0])}")
    lines += _claims(network, names)
    return "\n".join(lines) + "\n"


def _names(network: Network) -> list[str]:
    """The names of all nodes; of one that blocks within blocks have made too long, the end.

    The number of the node before it keeps it apart from others.
    """
    return [
        node.name if len(node.name) <= foreign.NAME else _shorten(node) for node in network.nodes
    ]


def _shorten(node: Node) -> str:
    at = node.name.find(".", len(node.name) - _TAIL)
    return f"n{node.index}{node.name[at:] if at >= 0 else ''}"


_TAIL = 80
"""So much of the end of a long name is looked at for the beginning of a part."""


def _idle(network: Network) -> list[str]:
    """Layers that are not there, for the inputs that only such layers read: unread ones are errors."""
    read = {i for node in network.nodes for i in node.inputs} | set(network.outputs.values())
    inputs = [node for node in network.nodes if node.layer is None]
    idle = [node for node in inputs if node.index not in read]
    if len(inputs) == len(network.nodes):
        idle = inputs
    return [f"  - identity: {_flow({'from': node.name, 'when': False})}" for node in idle]


def _item(network: Network, index: int, node: Node, names: list[str]) -> str:
    """`  - conv: {name: stem, filters: 64, kernel: 7, stride: 2, padding: half}`."""
    layer = node.layer
    keys: dict[str, Any] = {"name": names[index]}
    inputs = [names[i] for i in node.inputs]
    references = layer.references if layer else ()
    extra = len([r for r in references if len(inputs) > layer.operands[0]]) if layer else 0
    operands = inputs[: len(inputs) - extra]
    above = names[index - 1] if index else ""
    if node.inputs and (
        operands != [above] or node.shared_with is not None or _is_first(network, index)
    ):
        keys["from"] = operands[0] if len(operands) == 1 else operands
    kind = node.op
    if node.shared_with is not None:
        kind = "reuse"
        keys["layer"] = names[node.shared_with]
    elif layer is not None:
        keys.update(zip(references, inputs[len(operands) :], strict=False))
        keys.update(_values(layer))
        if not node.trainable:
            keys["trainable"] = False
        if node.dtype:
            keys["dtype"] = plain_type(node.dtype)
    return f"  - {kind}: {_flow(keys)}"


def _is_first(network: Network, index: int) -> bool:
    """Whether a node stands where there is no layer above: below several inputs."""
    return network.nodes[index - 1].layer is None and index > 1


def plain_keys(node: Node) -> dict[str, Any]:
    """The keys of a layer as plain data, what is the default left out; not what it reads."""
    found = {key: plain(value) for key, value in _values(node.layer).items()} if node.layer else {}
    if not node.trainable:
        found["trainable"] = False
    if node.dtype:
        found["dtype"] = plain_type(node.dtype)
    return found


def plain(value: Any) -> Any:
    """A value as the data of which YAML is made."""
    found = _plain_data(value)
    if isinstance(found, dict):
        return {key: plain(item) for key, item in found.items()}
    return [plain(item) for item in found] if isinstance(found, (list, tuple)) else found


def flow(value: Any) -> str:
    """Data in YAML's flow style."""
    return _flow(value)


def claims(network: Network, outputs: Mapping[int, str]) -> list[str]:
    """What the network expects of itself, a line for each kind; its `outputs` are called so, by node."""
    names = [outputs.get(node.index, node.name) for node in network.nodes]
    return _claims(network, names)


def _values(layer: Layer) -> dict[str, Any]:
    return {
        name: value for name, value in layer.chosen_keys().items() if name not in layer.references
    }


def _claims(network: Network, names: list[str]) -> list[str]:
    """The network's own `expect` and `budget`, as they were written."""
    found: dict[str, Any] = {}
    for claim in network.claims:
        if claim.node is not None:
            continue
        place = found.setdefault(claim.kind, {})
        named = len(claim.keys) == 3 and claim.keys[0] == "output"
        for key in claim.keys[:-1]:
            is_name = named and key != "output"
            name = names[network.outputs[key]] if is_name else key
            place = place.setdefault(name, {})
        wanted = Written(claim.text) if claim.text[:1] != "$" and claim.text else claim.wanted
        last = claim.keys[-1]
        if metrics.parts(last) and isinstance(plain := _plain_data(wanted), dict):
            # Bounds of the whole stand beside its parts, and how the network is run beside both.
            place.setdefault(last, {}).update(plain)
            place = place[last]
        else:
            place[last] = wanted
        place.update(claim.way)
    return [f"{kind}: {_flow(value)}" for kind, value in found.items()]


class Written(str):
    """What is written without quotes: a number as it was read, an expression."""

    __slots__ = ()


def _flow(value: Any) -> str:
    """Data in YAML's flow style."""
    value = _plain_data(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str) and not isinstance(value, Written):
        return _text(value)
    if value is None or isinstance(value, bool):
        return {True: "true", False: "false", None: "null"}[value]
    return str(value)


def _plain_data(value: Any) -> Any:
    """Shapes, layers and claims as what they are in a spec."""
    if isinstance(value, Quantity):
        return value.value
    if isinstance(value, tuple) and any(isinstance(item, Quantity) for item in value):
        bounds = zip(("min", "max"), value, strict=True)
        return {word: bound for word, bound in bounds if bound is not None}
    if isinstance(value, Shape):
        return value.to_dict()
    if isinstance(value, Layer):
        return {value.kind: _values(value)}
    return value


def _text(text: str) -> str:
    """A word as it is, anything else quoted."""
    if _PLAIN(text) and text.lower() not in _WORDS:
        return text
    return foreign.yaml(text)
