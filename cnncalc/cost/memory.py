"""What a network needs in memory: weights, and the tensors that are alive at a time.

Everything is in bytes and follows from the facts of the layers. Nothing is added for the work
space of kernels, for fragments between tensors or for a framework.
"""

from __future__ import annotations

from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.cost.eager import find_held
from cnncalc.cost.liveness import Graph, Manner, Step, Timeline, timeline
from cnncalc.errors import UsageError
from cnncalc.layers.base.key_types import BITS
from cnncalc.layers.base.number_types import type_of_biases, type_of_output, type_of_weights
from cnncalc.network import Total
from cnncalc.registry import suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.layers.base.layer import Facts
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Network, Node

_IDS = "int32"


def known_dtype(name: str, option: str = "--dtype") -> str:
    """A type of numbers by its name; raises UsageError if there is none."""
    if name not in BITS:
        raise UsageError(f"{option} takes a type of numbers, got {name}",
                         suggestion(str(name), BITS) or "types: " + ", ".join(BITS))  # fmt: skip
    return name


def known_batch(batch: int) -> int:
    """A number of examples; raises UsageError below 1."""
    if batch < 1:
        raise UsageError(f"--batch takes a number from 1, got {batch}")
    return batch


class Way(NamedTuple):
    """How a network is run: `dtype` is the type of what has none of its own.

    `bias_dtype` is the type of biases; where it is empty it is that of their layer, of integers of at most
    8 bits int32, in which their products are added up. `eager` is as PyTorch runs it, layer by layer.
    """

    batch: int = 1
    dtype: str = "fp32"
    inplace: bool = False
    fold_norm: bool = False
    bias_dtype: str = ""
    eager: bool = False


def known_way(way: Way) -> Way:
    """A way that there is; raises UsageError for a type or a batch that is none."""
    known_batch(way.batch)
    known_dtype(way.dtype)
    if way.bias_dtype:
        known_dtype(way.bias_dtype, "--bias-dtype")
    return way


QUANTIZED = frozenset(("int8", "uint8", "int4", "int1"))
"""Types whose biases are deployed as int32.

Source: "TensorFlow Lite 8-bit quantization specification"; ONNX, QLinearConv."""


_FRACTIONS = frozenset(("fp64", "fp32", "tf32", "fp16", "bf16", "fp8"))


def bias_type(dtype: str, given: str = "") -> str:
    """The type in which the biases of a layer of a type are stored."""
    return given or ("int32" if dtype in QUANTIZED else dtype)


def is_bias(name: str) -> bool:
    """Whether a tensor of weights is added to the results of a layer."""
    return name == "bias" or (name.endswith("_bias") and name != "relative_bias")


def tensor_bytes(elements: int, dtype: str) -> int:
    """The bytes of a tensor: elements of less than a byte share one, and the last is filled up."""
    return -(-(elements * BITS[dtype]) // 8)


class Memory:
    """The memory of one network run in one way."""

    def __init__(self, network: Network, way: Way | None = None) -> None:
        """By default one example in fp32, each layer writing a tensor of its own."""
        self.network = network
        self.way = way or Way()
        self.dtypes = _dtypes(network, self.way.dtype)
        self.weight_dtypes = [
            type_of_weights(node.dtype) or dtype
            for node, dtype in zip(network.nodes, self.dtypes, strict=True)
        ]
        """The type of the weights of each node, where `dtypes` are those of what it gives."""
        self.folded = _find_folded(network, self.dtypes) if self.way.fold_norm else {}
        self._hosts = set(self.folded.values())
        self._known: dict[tuple[int, str, str, bool], int | None] = {}

    @property
    def types(self) -> str:
        """The types there are, those of token ids aside: `fp32`, or `int8, int4`."""
        nodes = self.network.nodes
        types = [t for t, node in zip(self.dtypes, nodes, strict=True) if not node.output.is_tokens]
        return ", ".join(dict.fromkeys(types)) or self.way.dtype

    def weight_bytes(self, index: int) -> int | None:
        """The weights of a node: a norm that is folded away leaves its host a bias."""
        node = self.network.nodes[index]
        if index in self.folded:
            return 0
        host = index in self._hosts
        dtype, bias = self.weight_dtypes[index], self.bias_type(index)
        key = (id(node.facts), dtype, bias, host)
        if key not in self._known:
            weights = self.stored_weights(index, node.facts.weights, node.output)
            self._known[key] = stored_bytes(weights, dtype, bias)
        return self._known[key]

    def bias_type(self, index: int) -> str:
        """The type of the biases of a node."""
        said = type_of_biases(self.network.nodes[index].dtype)
        output = self.dtypes[index]
        # What is computed with fractions has biases with fractions, however its weights are stored.
        dtype = output if output in _FRACTIONS else self.weight_dtypes[index]
        return said or bias_type(dtype, self.way.bias_dtype)

    @property
    def weight_types(self) -> str:
        """The types of weights that are not those of what their layers give; empty if there is none."""
        pairs = zip(self.weight_dtypes, self.dtypes, self.network.nodes, strict=True)
        found = [held for held, given, node in pairs if held != given and node.facts.weights]
        return ", ".join(dict.fromkeys(found))

    @property
    def bias_types(self) -> str:
        """The types of biases that are not those of the other weights: `int32`, empty if there is none."""
        found = []
        for index, node in enumerate(self.network.nodes):
            weights = self.stored_weights(index, node.facts.weights, node.output) or {}
            apart = self.bias_type(index) != self.weight_dtypes[index] and index not in self.folded
            found += [self.bias_type(index)] if apart and any(map(is_bias, weights)) else []
        return ", ".join(dict.fromkeys(found))

    def stored_weights(
        self, index: int, weights: Mapping[str, tuple[int, ...]] | None, output: Shape
    ) -> Mapping[str, tuple[int, ...]] | None:
        """The weights of a node with the bias that a norm folded into it leaves behind."""
        if weights is not None and index in self._hosts and "bias" not in weights:
            return {**weights, "bias": (output.channels,)}
        return weights

    def buffer_bytes(self, index: int) -> int | None:
        """What a node stores without learning it."""
        node = self.network.nodes[index]
        return (
            0
            if index in self.folded
            else stored_bytes(node.facts.buffers, self.weight_dtypes[index])
        )

    def output_bytes(self, index: int) -> int:
        """The output of a node, for the whole batch."""
        elements = self.network.nodes[index].output.elements * self.way.batch
        return tensor_bytes(elements, self.dtypes[index])

    def total(self, part: str) -> Total:
        """The sum of `weight_bytes` or `buffer_bytes`; what is shared counts once."""
        number = getattr(self, part)
        known, gaps = 0, []
        for index, node in enumerate(self.network.nodes):
            if node.shared_with is None:
                value = number(index)
                known += value or 0
                gaps += [node.name] if value is None else []
        return Total(known, tuple(gaps))

    def moved_bytes(self, index: int) -> int | None:
        """What a node reads and writes, each tensor and weight once; a view moves nothing."""
        parts = self.moved_parts(index)
        return None if parts is None else sum(parts.values())

    def moved_parts(self, index: int) -> dict[str, int] | None:
        """The bytes of what is `read`, `learnt` and `written`; nothing of a view."""
        node, nodes = self.network.nodes[index], self.network.nodes
        if node.layer is None or node.layer.storage in ("view", "idle", "stored"):
            return {}
        reads = _reads(node, nodes)
        stored = self.weight_bytes(index), self.buffer_bytes(index)
        if None in stored:
            return None
        learnt = sum(size or 0 for size in stored)
        if reads and nodes[reads[0]].output.is_tokens:
            # Of a table only the rows are read that the ids name.
            rows = nodes[reads[0]].output.elements * self.way.batch
            width = sum(prod(shape[1:]) for shape in (node.facts.weights or {}).values())
            learnt = min(learnt, tensor_bytes(rows * width, self.weight_dtypes[index]))
        return {
            "read": sum(map(self.output_bytes, reads)),
            "learnt": learnt,
            "written": self.output_bytes(index),
        }

    @property
    def inputs(self) -> int:
        """How many of the first nodes are inputs."""
        return sum(node.layer is None for node in self.network.nodes)

    def graph(self, *, training: bool = False, fixed: frozenset[int] = frozenset()) -> Graph:
        """The network as steps that write tensors; nothing is written over those in `fixed`."""
        nodes = self.network.nodes
        views = ("view",) if training else ("view", "idle")
        eager = self.way.eager and not training
        steps, within = [], set()
        for index, node in enumerate(nodes):
            reads = _reads(node, nodes)
            alike = all(self.dtypes[i] == self.dtypes[index] for i in reads)
            storage = node.layer.storage if node.layer else "own"
            view = index in self.folded or (storage in views and alike)
            if (
                storage == "channels"
                and not (training or eager)
                and is_depthwise(node, nodes[reads[0]])
            ):
                within.add(index)
            free = storage == "over" or index in within
            over = self.way.inplace and free and alike and not fixed & {*reads}
            # A weight that is given out is in memory as a weight.
            size = 0 if storage == "stored" else self.output_bytes(index)
            steps.append(Step(size, reads, view and bool(reads), over))
        manner = Manner(within=frozenset(within))
        if eager:
            aside = {index: self._indices(node) for index, node in enumerate(nodes)}
            manner = Manner(find_held(self.network), aside)
        return Graph(steps, self.network.outputs.values(), manner)

    def _indices(self, node: Node) -> int:
        """What PyTorch writes beside the output of a max pooling: where each number comes from."""
        found = node.layer is not None and "indices" in (node.layer.saves or ())
        return 8 * node.output.elements * self.way.batch if found else 0

    @cached_property
    def timeline(self) -> Timeline:
        """What is alive when, in the order of the network."""
        return timeline(self.graph())


def stored_total(memory: Memory) -> Total:
    """Weights and buffers together: what a device has in its flash."""
    return together(memory.total("weight_bytes"), memory.total("buffer_bytes"))


def inference(memory: Memory) -> Total:
    """Weights, buffers and the peak together."""
    return together(stored_total(memory), Total(memory.timeline.peak))


def together(*totals: Total) -> Total:
    """The sum of sums: unknown if one of them is."""
    gaps = dict.fromkeys(gap for total in totals for gap in total.gaps)
    return Total(sum(total.known for total in totals), tuple(gaps))


def stored_bytes(
    tensors: Mapping[str, tuple[int, ...]] | None, dtype: str, bias_dtype: str = ""
) -> int | None:
    """The bytes of tensors, each filled up to whole bytes; None where they are unknown.

    Biases may be of another type.
    """
    if tensors is None:
        return None
    return sum(
        tensor_bytes(prod(shape), bias_dtype if bias_dtype and is_bias(name) else dtype)
        for name, shape in tensors.items()
    )


def is_depthwise(node: Node, operand: Node) -> bool:
    """Whether each channel of a convolution follows from the same one of several it reads."""
    kernel = (node.facts.weights or {}).get("kernel", ())
    channels = operand.output.channels
    return channels > 1 and kernel[:2] == (channels, 1)


def _reads(node: Node, nodes: tuple[Node, ...]) -> tuple[int, ...]:
    """The nodes whose tensors a node reads: not those of which it takes the shape alone."""
    layer = node.layer
    if layer is None or not (layer.references or layer.independent):
        return node.inputs
    shapes = [nodes[i].output for i in node.inputs]
    places = enumerate(node.inputs)
    return tuple(i for place, i in places if layer.reads(place, shapes, node.facts) is not None)


def _dtypes(network: Network, default: str) -> list[str]:
    """The type of what each node gives and learns.

    A layer without weights gives the type it reads, an input has the type of its first reader,
    unless that converts it.
    """
    types: list[str | None] = []
    for node in network.nodes:
        if node.output.is_tokens:
            types.append(_IDS)
        elif (said := type_of_output(node.dtype)) or node.layer is None:
            types.append(said)
        elif (
            node.facts.params == 0
            and node.inputs
            and not network.nodes[node.inputs[0]].output.is_tokens
        ):
            types.append(types[node.inputs[0]])
        else:
            types.append(default)
        for i in node.inputs:
            said = None if node.layer and node.layer.converts else type_of_output(node.dtype)
            types[i] = types[i] or said or default
    return [dtype or default for dtype in types]


def _find_folded(network: Network, dtypes: list[str]) -> dict[int, int]:
    """The norms with fixed statistics that disappear into the weights of the layer before them."""
    outputs = set(network.outputs.values())
    found: dict[int, int] = {}
    norms: dict[int, set[int | None]] = {}
    for index, node in enumerate(network.nodes):
        if not (node.layer and node.layer.hosts and node.facts.macs):
            continue
        readers = network.readers[index]
        last = readers[0] if len(readers) == 1 and index not in outputs else None
        fits = last is not None and _is_fixed(network.nodes[last], node.facts)
        norm = last if fits and dtypes[last] == dtypes[index] else None  # type: ignore[index]
        # Weights that are used again can take up one norm alone, the same in each use.
        norms.setdefault(_root(network, index), set()).add(norm and _root(network, norm))
        if norm is not None:
            found[norm] = index
    return {n: i for n, i in found.items() if len(norms[_root(network, i)]) == 1}


def _is_fixed(node: Node, host: Facts) -> bool:
    facts = node.facts
    norm = node.layer is not None and node.layer.role == "norm"
    return norm and bool(facts.buffers) and not facts.windows and facts.output == host.output


def _root(network: Network, index: int) -> int:
    shared = network.nodes[index].shared_with
    return index if shared is None else shared
