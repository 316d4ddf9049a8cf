"""The layers that come of nodes, as entries of a description: whose weights are whose is known here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.description import Entry, Unreadable
from cnncalc.importers.base.names import Names
from cnncalc.importers.base.onnx.nodes import name_of_node, name_of_weights, sizes_of, title
from cnncalc.importers.base.onnx.values import Value, shape, without

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Dims


_PARTS = {
    **dict.fromkeys(("conv", "depthwise_conv", "conv_transpose", "dense"), ("", "bias")),
    **dict.fromkeys(("batch_norm", "layer_norm", "group_norm", "global_response_norm"),
                    ("scale", "center", None, None)),
}  # fmt: skip
"""The keys that say whether there is a weight, in the order of operands; None for buffers."""


class Entries:
    """The layers so far; `unknown` counts the operators of which numbers are not known."""

    channels_last = False
    """Whether the channels are the last axis of a map, or the first."""
    has_apart_biases = False
    """Whether no layer of the format has a bias: what is added to its result is that."""

    def __init__(self) -> None:
        """None yet."""
        self.entries: list[Entry] = []
        self.unknown: dict[str, int] = {}
        self.names = Names()
        self.first = ""
        """The first input, which is read by what reads no data."""
        self._layers: dict[tuple[str, ...], tuple[str, Data]] = {}
        self._used: set[str] = set()
        self.held_in: dict[str, dict[str, int]] = {}
        """The tensors of the file that a constant holds, or was computed of, and how many numbers each has."""
        self._biases: dict[str, Value] = {}
        self._kinds: dict[str, str] = {}
        self.made: dict[str, Value] = {}
        """What layers give, by their names, if it is kept."""
        self.keeps_made = True
        self.scalings: set[str] = set()
        """Layers that multiply all that they read by one number."""
        self.stated: dict[str, Data] = {}
        """What the file says of the shapes of layers."""
        self.shapes: dict[tuple[int, ...], Data] = {}
        """Each shape of them once."""

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
        if min(dims, default=1) < 1:
            raise Unreadable(
                f"{title(node)} gives {sizes_of(dims)}, which has no elements", node.line
            )
        layer = self.names.unique(name or name_of_node(node))
        said = [operand.layer for operand in operands]
        before = self.entries[-1].keys["name"] if self.entries else "input"
        if len(said) != 1:
            keys = {**keys, "from": said or self.first}
        elif said[0] != before:
            keys = {**keys, "from": said[0]}
        self.entries.append(Entry(kind, {"name": layer, **keys}, node.line))
        sure = sure and all(operand.sure for operand in operands)
        made = Value(dims, batch, layer, sure=sure)
        if self.keeps_made:
            self.made[layer] = made
        return made

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
        name: str = "",
    ) -> Value:
        """A layer with weights: those that another layer has are counted once.

        The same layer on the same weights is a `reuse`; other uses of a weight are opaque, with the
        parameters that are new and their own `macs`.
        """
        held = [weight for weight in weights if weight is not None]
        sources = tuple(weight.source for weight in held)
        name = name or name_of_weights([*sources]) or name_of_node(node, short=True)
        key = (kind, *sources)
        known = self._layers.get(key) if held else None
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
        keys: Data = {"output": self.shape(without(dims, batch))}
        keys |= {key: number for key, number in said.items() if number is not None}
        if local:
            keys["receptive_field"] = 1
        if params is None or macs is None:
            self.unknown[node.op] = self.unknown.get(node.op, 0) + 1
        return self.add(node, "opaque", keys, operands, dims, batch, name=name)

    def shape(self, axes: Sequence[int], form: str = "") -> Data:
        """The shape of so long axes as a spec says it."""
        return shape(axes, form, last=self.channels_last)

    def kind_above(self, x: Value, bias: Value) -> str:
        """The kind of the layer right above if it gives `x` and could have a bias."""
        above = self.entries[-1] if self.entries else None
        if above is None or above.keys["name"] != x.layer:
            return ""
        if above.kind == "reuse":
            owner = above.keys["layer"]
            same = self._is_same(self._biases.get(owner), bias)
            return self._kinds.get(owner, "") if same else ""
        return above.kind if above.keys.get("bias") is False else ""

    def _is_same(self, known: Value | None, bias: Value) -> bool:
        """Whether a layer that is used again adds the bias that it has."""
        if known is None or known.source == bias.source:
            return known is not None
        return self.has_apart_biases and known.numbers is not None and known.numbers == bias.numbers

    def take_bias(self, bias: Value, x: Value) -> Value:
        """The layer right above with the bias that a node of its own adds.

        Exporters store equal tensors once: one that another layer has is not counted once more.
        """
        above = self.entries[-1]
        if above.kind != "reuse":
            # Parts of one tensor are a bias each: they have sources of their own.
            above.keys["bias"] = bias.source not in self._used
            self.count([bias])
            self._used.add(bias.source)
            self._biases[x.layer] = bias
            self._kinds[x.layer] = above.kind
        return x

    def holds(self, weight: Value) -> bool:
        """Whether some of its numbers are those of a layer already, or it is spread from fewer."""
        held = self.tensors_in(weight)
        return not self._used.isdisjoint(held) or weight.elements > sum(held.values())

    def take_shift(self, shift: Value, x: Value) -> Value:
        """The scale right above with the summand that a node of its own adds."""
        self.entries[-1].keys["shift"] = True
        # Another use of the factor may have no summand.
        self._layers = {key: held for key, held in self._layers.items() if held[0] != x.layer}
        self.count([shift])
        return x

    def count(self, weights: Sequence[Value | None]) -> int:
        """How many numbers of these are not part of another layer already; they are from now on."""
        new = 0
        for weight in weights:
            if weight is None or not weight.learnt:
                continue
            for source, elements in self.tensors_in(weight).items():
                if source not in self._used:
                    new += elements
                    self._used.add(source)
        return new

    def tensors_in(self, weight: Value) -> dict[str, int]:
        """The tensors of the file of which a constant was computed, and how many numbers each has."""
        return self.held_in.get(weight.source) or {weight.source: weight.elements}

    def derive(self, made: Value, operands: Sequence[Value | None]) -> None:
        """Keep of what a constant was computed: its numbers are those, and not more or fewer."""
        if made.layer or not made.learnt or made.source in self.held_in:
            return
        found: dict[str, int] = {}
        for operand in operands:
            if operand is not None and operand.learnt and operand.source != made.source:
                found |= self.tensors_in(operand)
        if found:
            self.held_in[made.source] = found


_OF_CHANNELS = ("concat", "split", "softmax", "log_softmax")
_TENSOR = 5
"""So many axes have no meaning."""


def without_usual_axis(kind: str, keys: Data, axes: int) -> Data:
    """The keys of a layer of so many axes, the channels last, without an axis that most kinds take anyway."""
    if kind in _OF_CHANNELS and keys.get("axis") == axes < _TENSOR:
        return {key: value for key, value in keys.items() if key != "axis"}
    return keys
