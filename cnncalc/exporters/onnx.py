"""ONNX: a graph with the shapes of all layers, and weights if they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import UsageError
from cnncalc.exporters.base.onnx.fills import fill
from cnncalc.exporters.base.onnx.graph import Graph, OnnxNode
from cnncalc.exporters.base.onnx.spot import Spot, dims_of
from cnncalc.exporters.base.onnx.table import LAYERS, WHY
from cnncalc.exporters.base.place import says, translate
from cnncalc.protobuf.onnx import FLOAT, INT64

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from cnncalc.network import Network

TITLE = "ONNX"
ENDINGS = ("onnx",)
BINARY = True
"""It is no text, and has no blocks."""
WORDS = {"weights": ("none", "zeros", "random")}

_MOST = 2**31 - 2**20
"""A file of protobuf is smaller than 2 GiB."""


def export(
    network: Network,
    *,
    weights: Literal["none", "zeros", "random"] = "none",
    seed: int = 0,
    batch: int | str = 1,
) -> bytes:
    """The bytes of a file.

    `weights` are left out, zeros, or drawn with `seed`; `batch` is the number of examples, or the name of
    an open one. Raises SpecError with a finding for each kind of layer that ONNX cannot say, and UsageError
    if the file would be too large.
    """
    graph = make_graph(network, batch)
    if weights != "none" and graph.size > _MOST:
        raise UsageError(f"the weights of {network.name} are {graph.size:,} bytes, and a file of ONNX has "
                         "less than 2 GiB", "--weights none leaves them out")  # fmt: skip
    return graph.to_bytes(fill(weights, seed))


def make_graph(network: Network, batch: int | str = 1) -> Graph:
    """The graph of a network; raises SpecError as `export` does."""
    graph = Graph(network.name, says(network), batch)
    for node in network.nodes:
        dims = dims_of(node.output, batch)
        if node.layer is None:
            graph.inputs[node.name] = INT64 if node.output.is_tokens else FLOAT, dims
    layers = {kind: _name_result(write) for kind, write in LAYERS.items()}
    translate(network, layers, WHY, TITLE, lambda network, node: Spot(network, node, graph))
    for index in dict.fromkeys(network.outputs.values()):
        node = network.nodes[index]
        name = node.name
        if node.layer is None:
            name = f"{node.name}/output"
            graph.nodes.append(OnnxNode("Identity", name, (node.name,), (name,), {}))
        graph.values.pop(name, None)
        kind = INT64 if node.output.is_tokens else FLOAT
        graph.outputs[name] = kind, dims_of(node.output, batch)
    return graph


def _name_result(write: Callable[[Spot], str]) -> Callable[[Spot], str]:
    """What a layer gives is called as the layer."""

    def translate(spot: Spot) -> str:
        name = spot.node.name
        spot.graph.rename(write(spot), name)
        spot.graph.values[name] = FLOAT, spot.dims(spot.output)
        return name

    return translate
