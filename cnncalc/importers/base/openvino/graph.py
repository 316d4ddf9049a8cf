"""A network of OpenVINO as a graph of nodes, and where in the `.bin` its constants are."""

from __future__ import annotations

import re
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.model import Graph, Node, Tensor
from cnncalc.importers.base.onnx.order import in_order
from cnncalc.importers.base.wire import Field
from cnncalc.protobuf import BYTES

if TYPE_CHECKING:
    from cnncalc.importers.base.model_file import ModelFile
    from cnncalc.importers.base.openvino.xml import Inside, Layer, Net

_TYPES = {"f32": 1, "f16": 10, "f64": 11, "bf16": 16, "f8e4m3": 17, "f8e5m2": 19, "i64": 7, "i32": 6, "i16": 5,
          "i8": 3, "u64": 13, "u32": 12, "u16": 4, "u8": 2, "boolean": 9, "string": 8}  # fmt: skip
"""Its types as ONNX numbers them."""

_PRECISIONS = {"I32": 6, "I64": 7}
_UNKNOWN_TYPE = 8
_RAW = 9
_MOST = 2**62
_LONGEST = 2**20
"""So many bytes of a vector are looked at."""
_MODULE = re.compile(r"^(?:__module\.|model\.)+|/(?:aten|prim)::.*$|/WithoutBiases$|/fq_\w+$")
"""What converters write around the names of layers."""


LOOP = "loop"
"""The attribute of a node that is a loop."""


class Loop(NamedTuple):
    """A loop: what its file says of it, the graph of a step, and the ports by which it reads, in their order."""

    inside: Inside
    body: Graph
    ports: list[str]


class Weights:
    """The file of the weights, if it is there."""

    def __init__(self, file: ModelFile) -> None:
        """It is called as the description, and lies beside it."""
        self._file = file
        self._name = re.sub(r"\.xml$", "", file.base, flags=re.IGNORECASE) + ".bin"
        size = file.size_beside(self._name)
        self.missing = self._name if size is None else ""
        self.size = size or 0
        self.first_at: dict[tuple[object, ...], str] = {}
        """What the first constant of each place, type and shape is called: they are one tensor."""

    def read(self, start: int, length: int) -> bytes:
        """So many bytes, or as many as there are."""
        return self._file.read_beside(self._name, start, length)


def as_graph(net: Net, weights: Weights) -> Graph:
    """The nodes of a network, whose layers are used up: both together are large; raises Unreadable."""
    graph = Graph()
    graph.name = net.name
    nodes: list[Node] = []
    names: dict[str, int] = {}
    for number in list(net.layers):
        layer = net.layers.pop(number)
        outputs = [f"{layer.id}:{port}" for port in layer.outputs]
        for name, (_, dims) in zip(outputs, layer.outputs.values(), strict=True):
            graph.stated[name] = dims
        if layer.type == "Const":
            names[layer.name] = names.get(layer.name, 0) + 1
            called = layer.name if names[layer.name] == 1 else f"{layer.name}#{layer.id}"
            for name in outputs[:1]:
                graph.weights[name] = _constant(layer, called, weights)
        elif layer.type == "Parameter":
            for name, (precision, dims) in zip(outputs, layer.outputs.values(), strict=True):
                graph.inputs[name] = _PRECISIONS.get(precision, 1), dims
        elif layer.type == "Result":
            graph.outputs += [f"{source}:{port}" for source, port in layer.inputs.values()][:1]
        else:
            nodes.append(_node(layer, outputs, weights))
    graph.nodes += in_order(nodes)
    if not graph.outputs:
        read = {name for node in nodes for name in node.inputs}
        graph.outputs += [
            node.outputs[0] for node in nodes if node.outputs and read.isdisjoint(node.outputs)
        ]
    return graph


def _node(layer: Layer, outputs: list[str], weights: Weights) -> Node:
    """A layer; those of other operation sets than OpenVINO's have a domain."""
    ports = sorted(layer.inputs, key=lambda port: (len(port), port))
    inputs = ["{}:{}".format(*layer.inputs[port]) for port in ports]
    known = layer.opset.startswith("opset")
    name = _MODULE.sub("", _MODULE.sub("", layer.name))
    said: dict[str, Any] = {**layer.data, "opset": layer.opset.removeprefix("opset")}
    if layer.inside is not None and layer.inside.net is not None:
        body = as_graph(layer.inside.net, weights)
        loop = Loop(layer.inside, body, ports)
        return Node(
            layer.type, "", name or layer.name, inputs, outputs, {**said, LOOP: loop}, layer.line
        )
    domain = "" if known else layer.opset or "-"
    return Node(layer.type, domain, name or layer.name, inputs, outputs, said, layer.line)


def _constant(layer: Layer, called: str, weights: Weights) -> Tensor:
    said = layer.data
    dims = _whole(said.get("shape", ""), layer)
    kind = _TYPES.get(said.get("element_type", ""), _UNKNOWN_TYPE)
    [start] = _whole(said.get("offset", ""), layer) or (0,)
    [size] = _whole(said.get("size", ""), layer) or (0,)
    whole = not weights.missing and start + size <= weights.size and kind != _UNKNOWN_TYPE
    place = Field(_RAW, BYTES, start, start + size) if whole else None
    if sum(n > 1 for n in dims) > 1 or (whole and not _is_filled(weights, start, size, prod(dims))):
        # Equal tensors are written once. Vectors of one number, such as zeros, are equal by chance.
        called = weights.first_at.setdefault((start, size, kind, dims), called)
    return Tensor(called, dims, kind, place)


def _is_filled(weights: Weights, start: int, size: int, count: int) -> bool:
    """Whether the numbers of a vector are all the same, or too many to look."""
    if count <= 1 or size > _LONGEST:
        return True
    data = weights.read(start, size)
    return data == data[: size // count] * count


def _whole(text: str, layer: Layer) -> tuple[int, ...]:
    """The whole numbers of a constant's attribute; raises Unreadable."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > 64 or not all(
        part.isdecimal() and part.isascii() and len(part) < 20 for part in parts
    ):
        raise Unreadable("a constant has a shape or a place that is none", layer.line)
    found = tuple(map(int, parts))
    if prod(found) >= _MOST:
        raise Unreadable("a constant has a shape or a place that is none", layer.line)
    return found
