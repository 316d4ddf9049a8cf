"""The configuration of a Keras model as the description of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base import keras_layers, keras_ops
from cnncalc.importers.base.description import Description, Entry, Unreadable
from cnncalc.importers.base.keras_graph import Graph, Value
from cnncalc.importers.base.keras_layout import Layouts
from cnncalc.importers.base.keras_seen import LETTERS, Part, Seen, as_data, names_of
from cnncalc.importers.base.keras_tables import is_reverse
from cnncalc.importers.base.keras_words import activation, classes
from cnncalc.importers.base.names import Names, legal

if TYPE_CHECKING:
    from cnncalc.importers.base.keras_graph import Call

Data = dict[str, Any]

_WEIGHTY = frozenset((
    "conv", "depthwise_conv", "separable_conv", "conv_transpose", "locally_connected", "dense",
    "batch_norm", "layer_norm", "group_norm", "rms_norm", "normalization", "embedding", "lstm", "gru",
    "simple_rnn", "conv_lstm", "multi_head_attention", "prelu", "layer_scale", "spectral_norm", "opaque",
))  # fmt: skip
"""The kinds with weights, which a second call shares."""

_DTYPES = {"float16": "fp16", "bfloat16": "bf16", "float64": "fp64"}


def describe_model(config: Data) -> Description:
    """The network of a model; raises Unreadable, whose text is the list of its layers."""
    graph = Graph(config)
    return _Writer(graph).run(_title(config))


def _title(config: Data) -> str:
    own = config.get("config")
    name = own.get("name") if isinstance(own, dict) else None
    return legal(name) if isinstance(name, str) else ""


class _Writer:
    """Writes the layers of one graph, each as one line of a listing and as items."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.layouts = Layouts(graph.calls, graph.inputs)
        self.names = Names()
        self.text: list[str] = []
        self.entries: list[Entry] = []
        self.stated: dict[str, Data] = {}
        self.results: dict[Value, str] = {}
        self.turned: dict[tuple[str, int], str] = {}
        self.parts: dict[Call, tuple[str, list[Part]]] = {}
        self.above = ""
        reads = [value for call in graph.calls for value in call.values]
        self.used: dict[Call, set[int]] = {}
        for value in [*reads, *graph.outputs]:
            if value.output:
                self.used.setdefault(value.call, set()).add(value.output)
        self.ids = _ids(graph)

    def run(self, title: str) -> Description:
        """Describe them all; raises Unreadable, with the line of the layer at fault."""
        try:
            inputs, opened = self._inputs()
            for call in self.graph.calls:
                self._write(call)
            outputs = self._outputs()
        except Unreadable as error:
            error.text, error.line = "\n".join(self.text), len(self.text) or None
            raise
        if not self.entries:
            raise Unreadable("the model has no layer")
        last = [self.entries[-1].keys["name"]]
        return Description(
            "\n".join(self.text),
            inputs,
            self.entries,
            outputs if outputs != last else (),
            "keras",
            name=title,
            stated=self.stated,
            open=opened,
        )

    def _inputs(self) -> tuple[dict[str, Data], dict[str, str]]:
        """The shapes of what goes in; an open length is 1, and told by the name of the input."""
        found: dict[str, Data] = {}
        opened: dict[str, str] = {}
        only = len(self.graph.inputs) == 1
        for call in self.graph.inputs:
            name = "input" if only else self.names.unique(call.name)
            shape = call.stated[0]
            self._note(name, call.cls, [], shape)
            self.results[call_output(call)] = name
            layout = self.layouts.layout_of(call)
            data, lengths = _read_input(call, layout, is_ids=call in self.ids)
            if lengths:
                opened[name] = lengths
            found[name] = data
        if only:
            self.above = "input"
        return found, opened

    def _outputs(self) -> list[str]:
        """The names of what goes out; what goes in is passed on by a layer."""
        found = []
        inputs = {self.results[call_output(call)] for call in self.graph.inputs}
        for value in self.graph.outputs:
            name = self._ref(value)
            if name in inputs:
                passed = self.names.unique(f"{name}_out")
                self._note(passed, "Identity", [name], None)
                self._add(Part("identity", {}, [name]), passed)
                name = passed
            if name not in found:
                found.append(name)
        return found

    def _write(self, call: Call) -> None:
        name = self.names.unique(call.name, parts=_suffixes(call))
        layout = self.layouts.read(call)
        shape = call.stated.get(0)
        refs = [self._ref(value) for value in call.operands]
        self._note(name, call.cls, refs, shape)
        refs = [self._turn(self._ref(value), value, layout) for value in call.operands]
        named = {
            key: self._turn(self._ref(value), value, layout) for key, value in call.named.items()
        }
        ranks = [self.layouts.rank(value) for value in call.operands]
        after = self.layouts.layout_of(call)
        seen = Seen(
            name,
            call.cls,
            call.config,
            refs,
            named,
            call.arguments,
            [None if rank is None else rank - call.steps for rank in ranks],
            [_without(value.call.stated.get(value.output), call.steps) for value in call.operands],
            layout if layout < 0 else layout - call.steps,
            after if after < 0 else after - call.steps,
            _without(shape, call.steps),
            {index: found for index, found in call.stated.items() if index},
            sorted(self.used.get(call, ())),
        )
        reader = keras_ops if keras_ops.is_operation(call.cls, call.module) else keras_layers
        parts = reader.parts_of(seen)
        if call in self.ids:
            # Ids that a number is added to are ids.
            parts = [
                p._replace(kind="identity", keys={}) if p.kind == "rescaling" else p for p in parts
            ]
        self.parts[call] = name, parts
        for part in parts:
            self._add_part(call, part, name)
        data = as_data(shape or [], at=after)
        # A single number has no shape in a spec, and one of more axes no channels.
        if (
            data is not None
            and "shape" not in data
            and not parts[-1].suffix
            and parts[-1].kind not in _LOOSE
        ):
            self.stated[name] = data

    def _add_part(self, call: Call, part: Part, name: str) -> None:
        """An item of a call: as it is, or that of the first call once more."""
        own = f"{name}{part.suffix}"
        if call.first is not None and part.kind in _WEIGHTY:
            first, parts = self.parts[call.first]
            if any(other.suffix == part.suffix and other.kind == part.kind for other in parts):
                self._add(Part("reuse", {"layer": f"{first}{part.suffix}"}, part.refs), own)
                return
        keys = part.keys
        kind = part.kind
        for _ in range(call.steps):
            kind, keys = "time_distributed", {"layer": {kind: keys} if keys else kind}
        keys = dict(keys)
        if part.kind in _WEIGHTY:
            if not call.trainable:
                keys["trainable"] = False
            if (dtype := _dtype(call.config)) is not None:
                keys["dtype"] = dtype
        self._add(Part(kind, keys, part.refs), own)

    def _add(self, part: Part, name: str) -> None:
        keys = dict(part.keys)
        if part.refs != [self.above] or part.kind == "reuse":
            keys["from"] = part.refs[0] if len(part.refs) == 1 else part.refs
        self.entries.append(Entry(part.kind, {"name": name, **keys}, len(self.text)))
        self.above = name if part.kind != "split" else ""

    def _note(self, name: str, cls: str, refs: list[str], shape: Any) -> None:
        self.text.append(_line(name, cls, refs, shape))

    def _ref(self, value: Value) -> str:
        """What a spec calls a tensor; raises Unreadable if the layer does not give it."""
        if value in self.results:
            return self.results[value]
        if value.call not in self.parts:
            raise Unreadable(
                f"the input `{cut(value.call.name, NAME)}` has no output {value.output}"
            )
        name, parts = self.parts[value.call]
        if parts[-1].kind == "split":
            return f"{name}.{value.output}"
        suffixes = {part.suffix for part in parts}
        wanted = f".state{value.output}" if value.output else ""
        if "" not in suffixes:
            wanted = {0: ".forward", 1: ".backward"}.get(value.output, "")
        if wanted not in suffixes:
            raise Unreadable(f"output {value.output} of `{name}` is not known here")
        return f"{name}{wanted}"

    def _turn(self, ref: str, value: Value, layout: int) -> str:
        """A tensor whose channels stand where they are asked for."""
        given, rank = self.layouts.layout_of(value.call), self.layouts.rank(value)
        if given == layout or rank is None or rank < 2 or rank > len(LETTERS) or layout >= rank:
            return ref
        if (ref, layout) not in self.turned:
            order = names_of(rank, given)
            order.insert(0, order.pop(layout))
            if order == names_of(rank, 0):
                return ref
            name = self.names.unique(f"{legal(ref)}.{'last' if layout < 0 else 'first'}")
            self._add(Part("permute", {"axes": order}, [ref]), name)
            self.turned[ref, layout] = name
        return self.turned[ref, layout]


_LOOSE = ("reduction", "split")


def _read_input(call: Call, layout: int, *, is_ids: bool) -> tuple[Data, str]:
    """The shape of what goes in, 1 where it is open, and the lengths of its axes if one is: `?,80`.

    Raises Unreadable if its channels are open.
    """
    shape = call.stated[0]
    closed = [1 if n is None else n for n in shape]
    data = as_data(closed, at=layout)
    if is_ids and closed:
        data = {"tokens": closed[0] if len(closed) == 1 else closed}
    if data is None:
        raise Unreadable(f"the input `{cut(call.name, NAME)}` is a single number")
    if None not in shape:
        return data, ""
    if not is_ids and shape[layout] is None:
        raise Unreadable(f"the channels of the input `{cut(call.name, NAME)}` are open")
    lengths = list(shape)
    if not is_ids:
        lengths.pop(layout)
    return data, ",".join("?" if n is None else str(n) for n in lengths)


def _line(name: str, cls: str, refs: list[str], shape: Any) -> str:
    """A call in the listing: `conv = Conv2D(image) → 30×30×8`."""
    shown = "" if shape is None else f" → {'×'.join('?' if n is None else str(n) for n in shape)}"
    word = "".join(c if c.isprintable() else "?" for c in cut(cls, NAME))
    return f"{name} = {word}({cut(', '.join(refs), 4 * NAME)}){shown}"


def _without(shape: Any, steps: int) -> Any:
    """A shape without its axes of time, if it is known."""
    return None if shape is None else shape[steps:]


def call_output(call: Call) -> Value:
    """The first output of a call."""
    return Value(call, 0)


def _ids(graph: Graph) -> set[Call]:
    """The inputs that are token ids: what an embedding reads."""
    found = set()
    for call in reversed(graph.calls):
        looks_up = classes().get(call.cls) == "embedding" or (
            call.cls == "ReversibleEmbedding" and not is_reverse(call.arguments)
        )
        if looks_up or call in found:
            found |= {value.call for value in call.operands[:1]}
    return found


_STATES = ("state1", "state2", "state3", "state4")


def _suffixes(call: Call) -> tuple[str, ...]:
    """What may stand behind the name of a call in those of its items."""
    if call.cls == "Bidirectional":
        return ("forward", "backward", *_STATES)
    if call.config.get("return_state"):
        return _STATES
    if call.cls == "EinsumDense":
        return ("act", "linear", "flat")
    if call.cls == "CustomScaleLayer":
        return ("scaled",)
    if activation(call.config.get("activation")) is not None:
        return ("act", "linear")
    return ()


def _dtype(config: Data) -> str | None:
    """The type of the numbers where it is one for all, and not the usual one."""
    found = config.get("dtype")
    if isinstance(found, dict):
        inner = found.get("config")
        found = inner.get("name") if isinstance(inner, dict) else None
    return _DTYPES.get(found) if isinstance(found, str) else None
