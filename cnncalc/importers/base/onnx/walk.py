"""The way through the graph: what is known of every value, and the layers that come of the nodes."""

from __future__ import annotations

import re
from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Entry, Unreadable
from cnncalc.importers.base.onnx.names import Names
from cnncalc.importers.base.onnx.values import Value, load_constant, shape, without

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Graph, Node
    from cnncalc.importers.base.onnx.values import Dims
    from cnncalc.importers.base.wire import Wire


_PARTS = {
    **dict.fromkeys(("conv", "depthwise_conv", "conv_transpose", "dense"), ("", "bias")),
    **dict.fromkeys(("batch_norm", "layer_norm", "group_norm"), ("scale", "center", None, None)),
}
"""The keys that say whether there is a weight, in the order of operands; None for buffers."""


_LARGEST = 2**31
"""No axis that a file states is longer."""


class Walk:
    """What has been found so far. `reads` counts who reads a value, the outputs of the graph included."""

    def __init__(self, graph: Graph, wire: Wire, opset: int, reads: dict[str, int]) -> None:
        """`opset` is the version of the operators."""
        self.graph = graph
        self.wire = wire
        self.opset = opset
        self.reads = reads
        self.values: dict[str, Value] = {}
        self.entries: list[Entry] = []
        self.stated: dict[str, Data] = {}
        self.unknown: dict[str, int] = {}
        self.names = Names()
        self._layers: dict[tuple[str, ...], tuple[str, Data]] = {}
        self._used: set[str] = set()
        self._biases: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        self._first = ""

    def value(self, name: str, node: Node) -> Value | None:
        """What a node reads, None for an operand that is left out; raises Unreadable."""
        if not name:
            return None
        found = self.values.get(name)
        if found is None:
            tensor = self.graph.weights.get(name)
            if tensor is None:
                raise Unreadable(f"{title(node)} reads `{cut(name, NAME)}`, which nothing above it gives",
                                 node.line)  # fmt: skip
            found = self.values[name] = load_constant(self.wire, tensor)
        return found

    def put_input(self, name: str, value: Value) -> None:
        """An input of the network."""
        self.values[name] = value
        self._first = self._first or value.layer

    def add(
        self,
        node: Node,
        kind: str,
        keys: Data,
        operands: Sequence[Value],
        dims: Dims,
        batch: int | None,
        *,
        name: str = "",
        sure: bool = True,
    ) -> Value:
        """A layer of the spec, and what it gives; raises Unreadable."""
        if any(n < 1 for n in dims):
            raise Unreadable(f"{title(node)} gives {_by(dims)}, which has no elements", node.line)
        layer = self.names.take(name or name_of_node(node))
        said = [operand.layer for operand in operands]
        before = self.entries[-1].keys["name"] if self.entries else "input"
        if len(said) != 1:
            keys = {**keys, "from": said or self._first}
        elif said[0] != before:
            keys = {**keys, "from": said[0]}
        self.entries.append(Entry(kind, {"name": layer, **keys}, node.line))
        sure = sure and all(operand.sure for operand in operands)
        return Value(dims, batch, layer, sure=sure)

    def add_weighted(
        self,
        node: Node,
        kind: str,
        keys: Data,
        x: Value,
        weights: Sequence[Value | None],
        dims: Dims,
        batch: int | None,
        *,
        macs: int = 0,
        sure: bool = True,
    ) -> Value:
        """A layer with weights: those that another layer has are counted once.

        The same layer on the same weights is a `reuse`; other uses of a weight are opaque, with the
        parameters that are new and their own `macs`.
        """
        held = [weight for weight in weights if weight is not None]
        sources = tuple(weight.source for weight in held)
        name = name_of_weights([*sources]) or name_of_node(node, short=True)
        key = (kind, *sources)
        known = self._layers.get(key)
        if known is not None and known[1] == keys:
            reuse = {"layer": known[0], "from": x.layer}
            return self.add(node, "reuse", reuse, [x], dims, batch, name=name, sure=sure)
        parts = _PARTS.get(kind, ())
        twice = [i for i, source in enumerate(sources) if source in self._used]
        if any(i >= len(parts) or parts[i] == "" for i in twice):
            new = sum(weight.elements for weight in held if weight.source not in self._used)
            self._used.update(sources)
            return self.opaque(node, [x], dims, batch, params=new, macs=macs, name=name)
        self._used.update(sources)
        # Exporters store equal tensors once: what another layer has is not counted once more.
        said = {**keys, **{part: False for i in twice if (part := parts[i])}}
        made = self.add(node, kind, said, [x], dims, batch, name=name, sure=sure)
        self._layers[key] = made.layer, keys
        return made

    def opaque(
        self,
        node: Node,
        operands: Sequence[Value],
        dims: Dims,
        batch: int | None,
        *,
        params: int | None = None,
        macs: int | None = None,
        local: bool = False,
        name: str = "",
    ) -> Value:
        """A layer of which its shape is known, and what is said; `local` works element by element."""
        said = {"params": params, "buffers": None if params is None else 0, "macs": macs}
        keys: Data = {"output": shape(without(dims, batch))}
        keys |= {key: number for key, number in said.items() if number is not None}
        if local:
            keys["receptive_field"] = 1
        if params is None or macs is None:
            self.unknown[node.op] = self.unknown.get(node.op, 0) + 1
        return self.add(node, "opaque", keys, operands, dims, batch, name=name)

    def stored_bias(self, bias: Value | None) -> Value | None:
        """A bias, unless it is one of zeros that the file does not hold but makes."""
        if (
            bias is None
            or bias.source in self.graph.weights
            or bias.numbers is None
            or any(bias.numbers)
        ):
            return bias
        return None

    def kind_above(self, x: Value, node: Node) -> str:
        """The kind of the layer right above if it gives `x` and could have the bias that is added here."""
        above = self.entries[-1] if self.entries else None
        if above is None or above.keys["name"] != x.layer:
            return ""
        if above.kind == "reuse":
            [bias] = [name for name in node.inputs if self.values[name].constant]
            same = self._biases.get(above.keys["layer"]) == self.values[bias].source
            return self._kinds.get(above.keys["layer"], "") if same else ""
        return above.kind if above.keys.get("bias") is False else ""

    def take_bias(self, bias: Value, x: Value) -> Value:
        """The layer right above with the bias that a node of its own adds."""
        above = self.entries[-1]
        if above.kind != "reuse":
            above.keys["bias"] = True
            self._biases[x.layer] = bias.source
            self._kinds[x.layer] = above.kind
        self.count([bias])
        return x

    def count(self, weights: Sequence[Value | None]) -> int:
        """How many numbers of these are not part of another layer already; they are from now on."""
        new = 0
        for weight in weights:
            if weight is not None and weight.learnt and weight.source not in self._used:
                new += weight.elements
                self._used.add(weight.source)
        return new

    def reshape(self, node: Node, x: Value, dims: Dims, batch: int | None) -> Value:
        """The same numbers in another shape, by a layer only where a spec sees a difference."""
        axes = without(dims, batch)
        if shape(axes) == shape(x.axes, x.form):
            return x._replace(dims=dims, batch=batch)
        if len(axes) <= 1 and len(x.axes) > 1:
            return self.add(node, "flatten", {}, [x], dims, batch)
        return self.add(node, "reshape", {"to": shape(axes)}, [x], dims, batch)

    def permute(
        self, node: Node, x: Value, order: Sequence[int], batch: int | None = None
    ) -> Value:
        """The axes of a value in another order, all of them counted."""
        dims = tuple(x.dims[axis] for axis in order)
        at = None if x.batch is None else list(order).index(x.batch)
        axes = [x.axis(axis) for axis in order if axis != x.batch]
        if axes == sorted(axes):
            return x._replace(dims=dims, batch=at)
        return self.add(node, "permute", {"axes": axes}, [x], dims, at)

    def state(self, name: str, value: Value, layers: int) -> None:
        """Keep what the file says of a shape, if it is of a layer that was added just now."""
        dims = self.graph.stated.get(name)
        # A shape without axes, where there are some, is what exporters write that know none.
        if (
            dims is None
            or len(dims) != len(value.dims)
            or not value.sure
            or len(self.entries) == layers
        ):
            return
        axes = [n for axis, n in enumerate(dims) if axis != value.batch]
        known = [n for n in axes if isinstance(n, int) and 0 < n < _LARGEST]
        if value.layer == self.entries[-1].keys["name"] and len(known) == len(axes):
            self.stated[value.layer] = shape(known)


def title(node: Node) -> str:
    """A node in messages."""
    name = f" `{cut(node.name, NAME)}`" if node.name else ""
    return f"the node {cut(node.op, NAME)}{name}"


def _by(dims: Dims) -> str:
    return "×".join(map(str, dims))


_MADE_UP = re.compile(r"onnx::|val_\d|_val_|\d+$|/|const|_to_copy|t_?\d*$")
_ROLES = re.compile(
    r"[./_](?:weight|bias|kernel|gamma|beta|scale|running_\w+|moving_\w+|weight_\w+|in_proj_weight"
    r"|in_proj_bias|W|B|w|b|g)$"
)


def name_of_weights(sources: list[str]) -> str:
    """What a layer is called by the weights that it holds; "" if their names say nothing."""
    for source in sources:
        if source and not _MADE_UP.match(source) and _ROLES.search(source):
            return _ROLES.sub("", source)
    return ""


def name_of_node(node: Node, *, short: bool = False) -> str:
    """What a layer is called by its node; `short` leaves out the operator behind the module."""
    text = node.name.removeprefix("node_")
    if not text:
        return node.op.lower()
    found: list[str] = []
    for part in text.strip("/").split("/"):
        # Scripts write the whole name of a module at each level: /layer1/layer1.0/conv1/Conv.
        if found and part.startswith(f"{found[-1]}."):
            found.pop()
        found.append(part)
    if short and len(found) > 1:
        found.pop()
    return ".".join(found)


def batch_behind(x: Value, dims: Dims, node: Node) -> int | None:
    """Where the batch is after a reshape, None where it is merged; raises Unreadable if it is not 1 then."""
    many = 1 if x.batch is None else x.dims[x.batch]
    if x.batch is not None:
        before = prod(x.dims[: x.batch])
        for axis, n in enumerate(dims):
            if n == many and prod(dims[:axis]) == before:
                return axis
    if many == 1:
        return 0 if dims and dims[0] == 1 else None
    raise Unreadable(f"{title(node)} merges the batch of {many} with another axis", node.line,
                     help="export the model with a batch of 1")  # fmt: skip


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
    if not isinstance(found, list) or not all(isinstance(n, int) for n in found):
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
