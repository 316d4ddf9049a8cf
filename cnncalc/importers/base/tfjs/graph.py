"""The JSON of a graph model: nodes as TensorFlow's GraphDef has them, and where their weights are.

Sources: graph.proto, attr_value.proto and types.proto of TensorFlow; the weights manifest of TensorFlow.js.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from itertools import accumulate
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.model import Graph, Model, Node, Tensor, listing
from cnncalc.importers.base.onnx.order import in_order
from cnncalc.importers.base.onnx.values import SMALL, Value
from cnncalc.importers.base.tfjs.steps import (
    WHILE,
    Step,
    arguments,
    call_functions,
    join_loops,
    reference,
)
from cnncalc.importers.base.wire import Field
from cnncalc.protobuf import BYTES
from cnncalc.work import LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cnncalc.importers.base.model_file import ModelFile

_TYPES = {"DT_FLOAT": 1, "DT_DOUBLE": 11, "DT_INT32": 6, "DT_UINT8": 2, "DT_INT16": 5, "DT_INT8": 3,
          "DT_STRING": 8, "DT_INT64": 7, "DT_BOOL": 9, "DT_HALF": 10, "DT_BFLOAT16": 16}  # fmt: skip
"""TensorFlow's types as ONNX numbers them."""

_STORED = {"float32": (1, 4), "int32": (6, 4), "bool": (9, 1), "complex64": (14, 8), "float16": (10, 2),
           "uint8": (2, 1), "uint16": (4, 2)}  # fmt: skip
"""Types of the manifest as ONNX numbers them, and bytes of a number."""

_RAW = 9
_LIST = 10_000
_INPUTS = ("Placeholder", "PlaceholderV2")


class Shards:
    """The files of the weights, one behind the other, as far as they are there."""

    def __init__(self, file: ModelFile, names: Sequence[str]) -> None:
        """`names` are files that lie beside `file`."""
        self._file = file
        sizes = [file.size_beside(name) for name in names]
        self.missing = [name for name, size in zip(names, sizes, strict=True) if size is None]
        known = sizes[: sizes.index(None)] if None in sizes else sizes
        lengths = [size or 0 for size in known]
        starts = [0, *accumulate(lengths)]
        self._parts = list(zip(starts, lengths, names, strict=False))
        self.size = starts[-1]

    def read(self, start: int, length: int) -> bytes:
        """So many bytes from a place in all of them, or as many as there are."""
        found = b""
        for first, size, name in self._parts:
            if first <= start < first + size and length > 0:
                data = self._file.read_beside(
                    name, start - first, min(length, first + size - start)
                )
                found, start, length = found + data, start + len(data), length - len(data)
        return found


class Read(NamedTuple):
    """A graph, the files of its weights, and the constants that stand in the JSON itself."""

    model: Model
    shards: Shards
    constants: dict[str, Value]
    text: str


def read_graph(data: dict[str, Any], file: ModelFile) -> Read:
    """The graph of a model; raises Unreadable, LookupError, TypeError, ValueError for what is none."""
    topology = data["modelTopology"]
    said = topology["node"]
    if len(said) > LIMITS["nodes"].most:
        raise Unreadable(f"the graph has more than {LIMITS['nodes'].most:,} nodes")
    weights, shards = _manifest(data.get("weightsManifest") or [], file)
    graph, constants = Graph(), dict[str, Value]()
    nodes = _nodes(said, graph, weights, constants, _reference)
    functions = _functions(topology, weights) if any(node.op in WHILE for node in nodes) else {}
    nodes = join_loops(call_functions(nodes, functions), graph.weights, constants)
    _add_outputs(nodes)
    graph.nodes += [node._replace(line=line) for line, node in enumerate(in_order(nodes), 1)]
    _read_signature(data, graph)
    producer = data.get("convertedBy") or data.get("generatedBy") or ""
    return Read(Model(str(producer), 0, graph), shards, constants, listing(graph))


def _nodes(
    said: Any,
    graph: Graph,
    weights: Mapping[str, Tensor],
    constants: dict[str, Value],
    reference: Callable[[str], str],
) -> list[Node]:
    """The nodes of a graph, or of a function; its inputs and constants are put into `graph`."""
    nodes: list[Node] = []
    for part in said:
        name, op, attributes = (
            str(part["name"]),
            str(part["op"]),
            _attributes(part.get("attr") or {}),
        )
        if op == "Const":
            found = weights.get(name)
            tensor = found or _inline(name, attributes.get("value"), constants)
            graph.weights[name] = tensor
        elif op in _INPUTS:
            graph.inputs[name] = attributes.get("dtype", 1), attributes.get("shape")
        else:
            names = part.get("input") or []
            if len(names) > _LIST:
                raise Unreadable(f"the node `{cut(name, NAME)}` reads more than {_LIST:,} values")
            inputs = [reference(text) for text in names if not text.startswith("^")]
            _note_shapes(graph, inputs, attributes.get("_input_shapes"))
            nodes.append(Node(op, "", name, inputs, [name], attributes, 0))
    return nodes


def _functions(topology: dict[str, Any], weights: Mapping[str, Tensor]) -> dict[str, Step]:
    """The functions that come with a graph, by their names."""
    found: dict[str, Step] = {}
    many = 0
    for said in (topology.get("library") or {}).get("function") or []:
        parts = said.get("nodeDef") or []
        many += len(parts)
        if many > LIMITS["nodes"].most:
            raise Unreadable(f"the functions have more than {LIMITS['nodes'].most:,} nodes")
        own, constants = Graph(), dict[str, Value]()
        nodes = _nodes(parts, own, weights, constants, reference)
        signature, given = said["signature"], said.get("ret") or {}
        outputs = [reference(str(given[name])) for name in arguments(signature.get("outputArg"))]
        inputs = arguments(signature.get("inputArg"))
        _add_outputs(nodes)
        found[str(signature["name"])] = Step(nodes, inputs, outputs, own.weights, constants)
    return found


def _reference(text: str) -> str:
    """What an input is called: the first output of a node as the node itself."""
    return text.removesuffix(":0")


def _note_shapes(graph: Graph, inputs: Sequence[str], shapes: Any) -> None:
    """What optimisers note of the shapes that a node reads."""
    for name, dims in zip(inputs, shapes or (), strict=False):
        if dims is not None:
            graph.stated[name] = dims


def _add_outputs(nodes: list[Node]) -> None:
    """Further outputs, as far as anything reads them."""
    by_name = {node.name: node for node in nodes}
    for node in nodes:
        for text in node.inputs:
            name, mark, number = text.rpartition(":")
            if not mark or not number.isdecimal() or len(number) > 4 or name not in by_name:
                continue
            outputs = by_name[name].outputs
            outputs += [f"{name}:{i}" for i in range(len(outputs), int(number) + 1)]


def _read_signature(data: dict[str, Any], graph: Graph) -> None:
    """What goes in and out, as the file says; without it what nothing reads goes out."""
    signature = (
        data.get("signature") or (data.get("userDefinedMetadata") or {}).get("signature") or {}
    )
    for said in (signature.get("inputs") or {}).values():
        name = _reference(str(said.get("name", "")))
        dims = _dims(said.get("tensorShape"))
        if name in graph.inputs and dims is not None:
            graph.inputs[name] = graph.inputs[name][0], dims
    given = {name for node in graph.nodes for name in node.outputs}
    for said in (signature.get("outputs") or {}).values():
        name = _reference(str(said.get("name", "")))
        if name in given and name not in graph.outputs:
            graph.outputs.append(name)
    if not graph.outputs:
        read = {name for node in graph.nodes for name in node.inputs}
        graph.outputs += [node.name for node in graph.nodes if read.isdisjoint(node.outputs)]


def _manifest(groups: Any, file: ModelFile) -> tuple[dict[str, Tensor], Shards]:
    """Where in the files of weights each tensor is."""
    found: dict[str, Tensor] = {}
    names: list[str] = []
    start = 0
    whole = True
    for group in groups:
        names += [str(name) for name in group.get("paths") or []]
        for said in group.get("weights") or []:
            dims = tuple(_length(n) for n in said["shape"])
            how = said.get("quantization") or {}
            kind = str(how.get("dtype") or said.get("dtype"))
            code, size = _STORED.get(kind, (8, 0))
            # The length of texts stands in the weights, so nothing behind them is found.
            whole = whole and size > 0
            stop = start + prod(dims) * size
            place = (
                Field(_RAW, BYTES, start, stop)
                if whole and (not how or kind == "float16")
                else None
            )
            real = _STORED.get(str(said.get("dtype")), (8, 0))[0]
            found[str(said["name"])] = Tensor(
                str(said["name"]), dims, code if place else real, place
            )
            start = stop
    shards = Shards(file, names)
    return {
        name: tensor
        if tensor.place and tensor.place.stop <= shards.size
        else tensor._replace(place=None)
        for name, tensor in found.items()
    }, shards


def _inline(name: str, value: Any, constants: dict[str, Value]) -> Tensor:
    """A constant that is not among the weights: its numbers stand in the JSON, or are not known."""
    if not isinstance(value, dict):
        raise Unreadable(f"the constant `{cut(name, NAME)}` has no value")
    tensor = Tensor(name, value["dims"] or (), value["dtype"], None)
    numbers = value["numbers"]
    if len(numbers) == 1 and 1 < tensor.elements <= SMALL:
        numbers = numbers * tensor.elements
    known = tuple(numbers) if numbers and len(numbers) == tensor.elements else None
    constants[name] = Value(
        tensor.dims, numbers=known, source=name, learnt=tensor.type in (1, 10, 11, 16)
    )
    return tensor


def _attributes(said: dict[str, Any]) -> dict[str, Any]:
    return {str(key): _attribute(value) for key, value in said.items()}


def _attribute(said: Any) -> Any:
    """An attribute as what it is: its one field says of which kind."""
    for kind, value in said.items() if isinstance(said, dict) else ():
        if kind in _READS:
            return _READS[kind](value)
    return None


def _list(said: Any) -> list[Any]:
    for kind, values in (said or {}).items():
        if kind in _READS and isinstance(values, list) and len(values) <= _LIST:
            return [_READS[kind](value) for value in values]
    return []


def _text(said: Any) -> str:
    """A text, which JSON holds in base 64, or as a list of bytes."""
    try:
        data = bytes(said) if isinstance(said, list) else b64decode(str(said), validate=True)
        return data.decode()
    except (binascii.Error, ValueError):
        return str(said)


def _type(said: Any) -> int:
    return _TYPES.get(str(said), said if isinstance(said, int) else 8)


def _dims(said: Any) -> tuple[int | str, ...] | None:
    """The lengths of a shape, "" for open ones; None if it has no known rank."""
    if not isinstance(said, dict) or said.get("unknownRank"):
        return None
    lengths = [_open_length(axis.get("size", -1)) for axis in said.get("dim") or []]
    return tuple(n if n >= 0 else "" for n in lengths)


def _open_length(said: Any) -> int:
    found = int(said)
    if found >= 2**62:
        raise Unreadable(f"an axis has the length {cut(str(said), NAME)}")
    return found


def _length(said: Any) -> int:
    found = _open_length(said)
    if found < 0:
        raise Unreadable("a weight has an axis of the length -1")
    return found


def _tensor(said: dict[str, Any]) -> dict[str, Any]:
    """A constant: its shape and type, and its numbers if they stand here."""
    shape = said.get("tensorShape") or {}
    numbers = [
        float(value) if key in ("floatVal", "doubleVal") else int(value)
        for key in ("intVal", "int64Val", "floatVal", "doubleVal", "boolVal")
        for value in (said.get(key) or [])[: SMALL + 1]
    ]
    dims = tuple(_length(axis.get("size", 1)) for axis in shape.get("dim") or [])
    return {"dims": dims, "dtype": _type(said.get("dtype")), "numbers": numbers}


_READS: dict[str, Callable[[Any], Any]] = {
    "s": _text, "i": int, "f": float, "b": bool, "type": _type, "shape": _dims, "tensor": _tensor,
    "list": _list, "func": lambda said: str(said["name"]),
}  # fmt: skip
"""How the value of an attribute is read, by the field that holds it."""
