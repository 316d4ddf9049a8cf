"""The configuration of a Keras model as calls of layers, in an order in which they can be made.

Models inside models, and those that a TimeDistributed holds, are taken apart. Keras 3 writes tensors
as `__keras_tensor__` with their shapes, Keras 2 as `[layer, call, output]`.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.keras_config import (
    as_list,
    as_mapping,
    is_count,
    layers_of,
    lengths_of,
    name_of,
    shape_before,
    starts_itself,
)
from cnncalc.work import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Data = dict[str, Any]
Shape = list[Any]
"""Lengths without the batch; None is open."""

_DEEPEST = 40
_MOST = 3_000_000
"""So many values are looked at, at most: what a file of the largest size has, twice."""
_MODEL = 50
"""A model costs as much as so many values, however small it is."""
_ENTRY = 3
"""`[layer, call, output]`, and behind it perhaps the other arguments."""


class Value(NamedTuple):
    """An output of a call."""

    call: Call
    output: int


class Call:
    """A layer, or an operation, applied once."""

    def __init__(self, name: str, layer: Data, operands: Sequence[Value]) -> None:
        """`name` is as in the file, those of the models around it before it."""
        self.name = name
        self.cls = str(layer.get("class_name", ""))
        self.module = str(layer.get("module") or "")
        self.config: Data = as_mapping(layer.get("config"))
        self.operands = list(operands)
        self.named: dict[str, Value] = {}
        """Tensors that are given by the names of arguments."""
        self.arguments: list[Any] = []
        """The arguments of an operation as they are written, tensors among them."""
        self.first: Call | None = None
        """The call that made the weights, if this one uses them again."""
        self.steps = 0
        """So many TimeDistributed are around it."""
        self.trainable = True
        self.stated: dict[int, Shape] = {}
        """The shapes that the file says of the outputs."""

    @property
    def values(self) -> list[Value]:
        """All tensors that it reads."""
        return [*self.operands, *self.named.values()]


class _Ref(NamedTuple):
    """A tensor as it is written: which output of which call of which layer."""

    layer: str
    node: int
    output: int
    shape: Shape | None


class _Around(NamedTuple):
    """What is around a layer: the name of the models, how many steps of time, whether it learns."""

    prefix: str = ""
    steps: int = 0
    depth: int = 0
    trainable: bool = True


class Graph:
    """The calls of a model; `inputs` and `outputs` are in the order of the file."""

    def __init__(self, model: Data) -> None:
        """Take the model apart; raises Unreadable."""
        self.calls: list[Call] = []
        self.inputs: list[Call] = []
        self.walked = 0
        """How many values were looked at, those of a model anew each time it is called."""
        self._first: dict[int, Call] = {}
        self.outputs = self._model(model, str(as_mapping(model).get("class_name")), None, _Around())

    def _model(
        self, model: Data, name: str, operands: Sequence[Value] | None, around: _Around
    ) -> list[Value]:
        """The outputs of a model on these inputs, or on its own if there are none."""
        if around.depth > _DEEPEST:
            raise Unreadable("models are nested too deeply")
        layers = layers_of(model)
        if layers is None:
            raise Unreadable(
                f"`{cut(name, NAME)}` is a class of its own: what its layers read is not in the file",
                help="save it as a Functional model, or export it as ONNX",
            )
        self.walked += len(layers) + _MODEL
        if self.walked > _MOST:
            raise Unreadable("models call each other too often")
        if "input_layers" in as_mapping(model.get("config")):
            return _Functional(self, model, layers, around).run(operands)
        return self._sequence(model, layers, operands, around)

    def _sequence(
        self, model: Data, layers: list[Data], operands: Sequence[Value] | None, around: _Around
    ) -> list[Value]:
        values = None if operands is None else list(operands)
        for layer in layers:
            if layer.get("class_name") == "InputLayer":
                values = values or [self.input(layer, around)]
                continue
            if values is None and not (layers_of(layer) and starts_itself(layer)):
                shape = shape_before(layer) or shape_before(model)
                if shape is None:
                    raise Unreadable(
                        f"the model does not say what goes into `{cut(name_of(layer), NAME)}`",
                        help="build it before it is saved: model.build((None, 224, 224, 3))",
                    )
                made = {"class_name": "InputLayer", "config": {"batch_shape": shape}}
                values = [self.input(made, around)]
            if not around.steps:
                _note_shape(values or [], shape_before(layer))
            values = self.apply(layer, values, around)
        return values or []

    def input(self, layer: Data, around: _Around) -> Value:
        """What goes in; raises Unreadable if it has no shape."""
        made = Call(around.prefix + name_of(layer), layer, ())
        shape = shape_before(layer)
        if not isinstance(shape, list):
            raise Unreadable(f"the input `{cut(made.name, NAME)}` has no shape")
        made.stated[0] = lengths_of(shape, made.name)
        self.inputs.append(made)
        return Value(made, 0)

    def apply(
        self,
        layer: Data,
        operands: Sequence[Value] | None,
        around: _Around,
        *,
        named: dict[str, Value] | None = None,
        arguments: list[Any] | None = None,
        name: str | None = None,
    ) -> list[Value]:
        """Call a layer, or a model; gives its outputs, of which a layer has any number.

        Raises Unreadable.
        """
        name = around.prefix + (name_of(layer) if name is None else name)
        config = as_mapping(layer.get("config"))
        if layers_of(layer) is not None:
            trainable = around.trainable and config.get("trainable") is not False
            inside = around._replace(prefix=f"{name}/", depth=around.depth + 1, trainable=trainable)
            return self._model(layer, name, operands, inside)
        inner = config.get("layer")
        if layer.get("class_name") == "TimeDistributed" and isinstance(inner, dict):
            trainable = around.trainable and config.get("trainable") is not False
            more = around._replace(
                steps=around.steps + 1, depth=around.depth + 1, trainable=trainable
            )
            if more.depth > _DEEPEST:
                raise Unreadable("layers are nested too deeply")
            return self.apply(inner, operands, more, name=name[len(around.prefix) :])
        if len(self.calls) >= LIMITS["layers"].most:
            raise Unreadable(f"there are more than {LIMITS['layers'].most:,} layers")
        made = Call(name, layer, operands or ())
        made.named = named or {}
        made.arguments = arguments or []
        made.steps = around.steps
        made.trainable = around.trainable and config.get("trainable") is not False
        made.first = self._first.setdefault(id(layer), made)
        if made.first is made:
            made.first = None
        self.calls.append(made)
        return [Value(made, 0)]


def _note_shape(values: Sequence[Value], shape: Any) -> None:
    """Keep what a layer says of the one thing that it reads, where nothing else says it."""
    if (
        len(values) == 1
        and isinstance(shape, list)
        and all(n is None or is_count(n) for n in shape)
    ):
        values[0].call.stated.setdefault(values[0].output, shape[1:])


class _Functional:
    """The layers of one model, and which of their calls are made already."""

    def __init__(self, graph: Graph, model: Data, layers: list[Data], around: _Around) -> None:
        self.graph = graph
        self.config = as_mapping(model.get("config"))
        self.around = around
        self.layers: dict[str, Data] = {}
        for layer in layers:
            name = name_of(layer)
            if name in self.layers:
                raise Unreadable(f"two layers are called `{cut(name, NAME)}`")
            self.layers[name] = layer
        self.done: dict[tuple[str, int], list[Value]] = {}
        self.offset: dict[str, int] = {}
        self.is_latest = False
        """Whether the file is of Keras 3."""

    def run(self, operands: Sequence[Value] | None) -> list[Value]:
        """The outputs of the model."""
        starts = list(self.refs(self.config.get("input_layers")))
        if operands is not None and len(operands) < len(starts):
            name = cut(self.around.prefix.rstrip("/"), NAME)
            raise Unreadable(f"`{name}` has {len(starts)} inputs, and is given {len(operands)}")
        for place, ref in enumerate(starts):
            layer = self.layers.get(ref.layer)
            if layer is None:
                raise Unreadable(f"there is no input `{cut(ref.layer, NAME)}`")
            value = operands[place] if operands else self.graph.input(layer, self.around)
            self.done[ref.layer, 0] = [value]
        outputs = list(self.refs(self.config.get("output_layers")))
        self._make_calls(outputs)
        return [self.value(self._shift_output(ref), "the model") for ref in outputs]

    def _shift_output(self, ref: _Ref) -> _Ref:
        """An output of the model: there, Keras 3 counts the making of a Functional model as a call."""
        layer = self.layers.get(ref.layer)
        if self.is_latest and layer is not None and ref.node > 0:
            counts = "input_layers" in as_mapping(layer.get("config"))
            return ref._replace(node=ref.node - 1) if counts else ref
        return ref

    def _make_calls(self, outputs: list[_Ref]) -> None:
        """Make every call as soon as what it reads is there; those first that come first."""
        nodes = [
            (name, number, node)
            for name, layer in self.layers.items()
            if (name, 0) not in self.done
            for number, node in enumerate(as_list(layer.get("inbound_nodes")))
        ]
        reads = [list(self.refs(node)) for _, _, node in nodes]
        self.is_latest = any(isinstance(node, dict) and "args" in node for _, _, node in nodes)
        if not self.is_latest:
            self._find_offsets([ref for found in (*reads, outputs) for ref in found])
        waiting = [0] * len(nodes)
        readers: dict[tuple[str, int], list[int]] = {}
        for order, found in enumerate(reads):
            for key in {self.key(ref) for ref in found} - self.done.keys():
                waiting[order] += 1
                readers.setdefault(key, []).append(order)
        ready = [order for order, count in enumerate(waiting) if not count]
        heapify(ready)
        made = 0
        while ready:
            name, number, node = nodes[heappop(ready)]
            self.done[name, number] = self._call(name, node)
            made += 1
            for reader in readers.get((name, number), ()):
                waiting[reader] -= 1
                if not waiting[reader]:
                    heappush(ready, reader)
        if made < len(nodes):
            stuck = next(order for order, count in enumerate(waiting) if count)
            for ref in reads[stuck]:
                self.value(ref, f"`{cut(nodes[stuck][0], NAME)}`")

    def _find_offsets(self, refs: list[_Ref]) -> None:
        """The calls of a model inside are counted from 1 where its own making was the first of them."""
        seen: dict[str, set[int]] = {}
        for ref in refs:
            seen.setdefault(ref.layer, set()).add(ref.node)
        for name, numbers in seen.items():
            layer = self.layers.get(name)
            if layer is not None and layers_of(layer) is not None and 0 not in numbers:
                self.offset[name] = 1

    def key(self, ref: _Ref) -> tuple[str, int]:
        """Which call makes a tensor."""
        return ref.layer, ref.node - self.offset.get(ref.layer, 0)

    def value(self, ref: _Ref, reader: str) -> Value:
        """The tensor that is meant; raises Unreadable if there is none."""
        found = self.done.get(self.key(ref))
        if found is None:
            raise Unreadable(
                f"{reader} reads `{cut(ref.layer, NAME)}`, which is not there or waits for it"
            )
        if len(found) == 1 and found[0].output == 0 and layers_of(self.layers[ref.layer]) is None:
            # A layer has as many outputs as are read.
            found = [Value(found[0].call, ref.output)]
        elif not 0 <= ref.output < len(found):
            raise Unreadable(f"`{cut(ref.layer, NAME)}` has no output {ref.output}")
        else:
            found = [found[ref.output]]
        value = found[0]
        if ref.shape and None not in ref.shape[1:] and not self.around.steps:
            value.call.stated.setdefault(value.output, ref.shape[1:])
        return value

    def _call(self, name: str, node: Any) -> list[Value]:
        layer = self.layers[name]
        reader = f"`{cut(name, NAME)}`"
        if isinstance(node, dict) and ("args" in node or "kwargs" in node):
            arguments = as_list(node.get("args"))
            kwargs = as_mapping(node.get("kwargs"))
        else:
            arguments = as_list(node)
            kwargs = {}
            for entry in arguments:
                if isinstance(entry, list) and len(entry) > _ENTRY:
                    kwargs |= as_mapping(entry[_ENTRY])
            arguments = [_without_kwargs(entry) for entry in arguments]
        operands = [self.value(ref, reader) for ref in self.refs(arguments)]
        named = {
            key: self.value(ref, reader)
            for key, value in kwargs.items()
            for ref in list(self.refs(value))[:1]
        }
        if not operands and "inputs" in named:
            operands = [named.pop("inputs")]
        return self.graph.apply(
            layer, operands, self.around, named=named, arguments=[*arguments, kwargs]
        )

    def refs(self, data: Any) -> Iterator[_Ref]:
        """The tensors in a part of the file, in their order."""
        stack = [data]
        while stack:
            found = stack.pop()
            self.graph.walked += 1
            if isinstance(found, dict):
                if found.get("class_name") == "__keras_tensor__":
                    yield _keras_tensor(found)
                else:
                    stack += reversed(list(found.values()))
            elif isinstance(found, list):
                if self._is_entry(found):
                    yield _Ref(found[0], found[1], found[2], None)
                    stack += found[_ENTRY:]
                else:
                    stack += reversed(found)

    def _is_entry(self, found: list[Any]) -> bool:
        return (
            len(found) >= _ENTRY
            and isinstance(found[0], str)
            and found[0] != "_CONSTANT_VALUE"
            and all(isinstance(n, int) and not isinstance(n, bool) for n in found[1:_ENTRY])
        )


def _keras_tensor(found: Data) -> _Ref:
    config = as_mapping(found.get("config"))
    history, shape = config.get("keras_history"), config.get("shape")
    match history:
        case [str(layer), int(node), int(index)]:
            whole = isinstance(shape, list) and all(n is None or is_count(n) for n in shape)
            return _Ref(layer, node, index, shape if whole else None)
    raise Unreadable("a tensor does not say which layer gives it")


def _without_kwargs(entry: Any) -> Any:
    """An argument as Keras 2 writes it, without the others behind it."""
    return entry[:_ENTRY] if isinstance(entry, list) and len(entry) > _ENTRY else entry
