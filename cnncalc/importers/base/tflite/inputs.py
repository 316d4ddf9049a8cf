"""What goes into a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.names import legal
from cnncalc.importers.base.onnx.values import Value
from cnncalc.importers.base.tflite.codes import IDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.tflite.model import Graph, Tensor
    from cnncalc.importers.base.tflite.walk import MapWalk


def put_inputs(walk: MapWalk, graph: Graph, called: Mapping[int, str]) -> dict[str, Data]:
    """Begin the walk with what goes in and is read; gives its shapes, the batch left out.

    `called` are names by the numbers of tensors. Raises Unreadable if a size is open.
    """
    read = [number for number in dict.fromkeys(graph.inputs) if walk.reads.get(str(number))]
    ids = _ids(graph)
    inputs: dict[str, Data] = {}
    for number in read:
        tensor = graph.tensors[number]
        name = called.get(number) or tensor.name.removeprefix("serving_default_").partition(":")[0]
        layer = "input" if len(read) == 1 else walk.names.unique(legal(name).replace(".", "_"))
        batch = 0 if len(tensor.dims) > 1 else None
        _refuse_open(name, tensor, batch)
        dims = tuple(max(n, 1) for n in tensor.dims)
        form = "tokens" if tensor.type.name in IDS and number in ids and len(dims) <= 2 else ""
        value = Value(dims, batch, layer, form=form)
        walk.put_input(str(number), value)
        inputs[layer] = walk.shape(value.axes, form)
    if not inputs:
        raise Unreadable("nothing goes in: no input of the graph is read")
    return inputs


def open_inputs(graph: Graph) -> list[int]:
    """The inputs that are maps of which an axis of space is open."""
    return [
        number
        for number in dict.fromkeys(graph.inputs)
        if any(
            0 < axis < len(graph.tensors[number].dims) - 1 for axis in graph.tensors[number].open
        )
    ]


def with_sizes(graph: Graph, numbers: Sequence[int], size: int) -> Graph:
    """The same graph with inputs whose open axes of space are so long."""
    tensors = list(graph.tensors)
    for number in numbers:
        tensor = tensors[number]
        space = {axis for axis in tensor.open if 0 < axis < len(tensor.dims) - 1}
        dims = tuple(size if axis in space else n for axis, n in enumerate(tensor.dims))
        rest = tuple(axis for axis in tensor.open if axis not in space)
        tensors[number] = tensor._replace(dims=dims, open=rest)
    return graph._replace(tensors=tensors)


def open_shapes(
    inputs: Mapping[str, Data], others: Mapping[str, Data]
) -> tuple[dict[str, Data], dict[str, str]]:
    """The shapes of what goes in, 1 where they differ, and how far they are known, as `?,80`."""
    found, told = dict(inputs), {}
    for name, shape in inputs.items():
        pairs = list(zip(shape.get("size", ()), others[name].get("size", ()), strict=True))
        if any(n != m for n, m in pairs):
            found[name] = {**shape, "size": [n if n == m else 1 for n, m in pairs]}
            told[name] = ",".join(str(n) if n == m else "?" for n, m in pairs)
    return found, told


def _refuse_open(name: str, tensor: Tensor, batch: int | None) -> None:
    """Raises Unreadable if an axis other than the batch has no length."""
    unknown = {axis for axis, n in enumerate(tensor.dims) if axis in tensor.open or n < 1}
    if unknown <= {batch}:
        return
    told = ", ".join("?" if axis in unknown else str(n) for axis, n in enumerate(tensor.dims))
    raise Unreadable(f"the input `{cut(name, NAME)}` has open sizes: {told}",
                     help="convert the model with fixed sizes")  # fmt: skip


_ON_THE_WAY = ("CAST", "RESHAPE", "SELECT", "SELECT_V2", "ADD", "LESS", "EXPAND_DIMS", "SQUEEZE", "MAXIMUM",
               "MINIMUM")  # fmt: skip


def _ids(graph: Graph) -> set[int]:
    """The tensors whose numbers are places in a table."""
    found: set[str] = set()
    for node in reversed(graph.nodes):
        if node.op == "GATHER" and len(node.inputs) > 1 and node.inputs[0]:
            if graph.tensors[int(node.inputs[0].rstrip("~"))].place is not None:
                found.add(node.inputs[1])
        elif node.op == "EMBEDDING_LOOKUP":
            found.update(node.inputs[:1])
        elif node.op in _ON_THE_WAY and not found.isdisjoint(node.outputs):
            found.update(node.inputs)
    return {int(name) for name in found if name and "~" not in name}
