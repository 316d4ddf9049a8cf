"""Layers built from items, and nodes made of layers; equal work is done once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.errors import Label, Refusal
from cnncalc.language.compose import Mapping
from cnncalc.language.item import Item
from cnncalc.language.kinds import layer_class
from cnncalc.language.limits import LAYERS
from cnncalc.language.losses import find_loss, fix_of
from cnncalc.language.values import Failed, Value
from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.nested import Wrapper
from cnncalc.network import Failure, Node

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.errors import Span
    from cnncalc.language.context import ExpandContext
    from cnncalc.language.env import Around
    from cnncalc.language.limits import Limits
    from cnncalc.language.model import Model
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Frame


class Nodes:
    """The nodes of a network under construction."""

    def __init__(self, model: Model, limits: Limits) -> None:
        """None yet."""
        self.list: list[Node] = []
        self.failures: list[Failure] = []
        self.sound = 0
        """How many nodes there were when the first layer failed."""
        self.limits = limits
        self._names: set[str] = set()
        self._most = LAYERS + len(model.inputs)
        self._dialect: str | None = model.dialect
        # Equal layers are one object, and one object on equal shapes is computed once.
        self._layers: dict[Any, Layer] = {}
        self._constant: dict[Item, Layer] = {}
        self._facts: dict[Any, Facts] = {}

    def shape(self, index: int) -> Shape:
        """The shape of a tensor."""
        return self.list[index].facts.output

    def add_input(self, name: str, shape: Shape, span: Span) -> int:
        """A node for an input of the network."""
        index = len(self.list)
        self.list.append(Node(name, "input", None, (), Facts(shape), index=index, span=span))
        return index

    def build(
        self,
        item: Item,
        context: ExpandContext,
        *,
        unbiased: bool = False,
        wrappers: tuple[Around, ...] = (),
    ) -> Layer:
        """The layer of an item, put into the `wrappers`, the last one first; raises Failed."""
        if not wrappers:
            known = None if unbiased else self._constant.get(item)
            return known or self._build(item, context, unbiased=unbiased)
        return self._wrap(self._build(item, context, unbiased=unbiased), wrappers)

    def around(self, item: Item, context: ExpandContext) -> Around:
        """What the layers of a body are put into, which is its `item`; raises Failed."""
        if item.wrapper is None:
            raise Failed
        return item.wrapper, tuple(self._values(item, context, unbiased=False).items())

    def _wrap(self, layer: Layer, wrappers: tuple[Around, ...]) -> Layer:
        for wrapper, values in reversed(wrappers):
            if wrapper.chooses and (layer.role or not layer.kernels):
                continue
            place = (wrapper, layer, values)
            if place not in self._layers:
                keys = {"layer": layer, **dict(values)}
                self._layers[place] = wrapper(dialect=self._dialect, **keys)
            layer = self._layers[place]
        return layer

    def _build(self, item: Item, context: ExpandContext, *, unbiased: bool) -> Layer:
        if item in self._constant and not unbiased:
            return self._constant[item]
        if item.layer is None:
            raise Failed
        values = self._values(item, context, unbiased=unbiased)
        if unbiased and "bias" in item.layer.keys:
            values["bias"] = False
        place = (item.layer, *values.items())
        layer = self._layers.get(place)
        if layer is None:
            try:
                layer = self._layers[place] = item.layer(dialect=self._dialect, **values)
            except TypeError:
                # A required key is missing: reported when the item was compiled.
                raise Failed from None
        if not unbiased and all(isinstance(v, Value) and v.constant for v in item.values.values()):
            # No key depends on an expression: within this network it is always the same layer.
            self._constant[item] = layer
        return layer

    def _values(self, item: Item, context: ExpandContext, *, unbiased: bool) -> dict[str, Any]:
        """The values of the keys; those that are layers are built. Raises Failed."""
        values: dict[str, Any] = {}
        for name, value in item.values.items():
            if value is None:
                raise Failed
            if isinstance(value, Item):
                within = unbiased and "bias" not in value.values
                values[name] = self._build(value, context, unbiased=within)
            else:
                values[name] = value.value if value.constant else value.resolve(context)
        return values

    def add(
        self,
        name: str,
        item: Item,
        layer: Layer,
        inputs: tuple[int, ...],
        frame: Frame | None,
        context: ExpandContext,
        *,
        given: bool = False,
        host: int | None = None,
        trainable: bool = True,
        dtype: str | None = None,
        shared_with: int | None = None,
    ) -> int:
        """Append a node; raises Failed after reporting if the layer refuses its inputs."""
        nodes = self.list
        if len(nodes) >= self._most:
            self.limits.stop(item)
        if name in self._names:
            context.report.find("E203", f"the name `{name}` is used twice", item.span,
                              help="a name with dots meets the name of a layer inside a block")  # fmt: skip
        self._names.add(name)
        shapes = tuple([nodes[i].facts.output for i in inputs])
        place = (id(layer), item.rank, shapes)
        facts = self._facts.get(place)
        if facts is None:
            try:
                _assert_rank(item, layer, shapes)
                facts = self._facts[place] = layer.apply(*shapes)
            except Refusal as refusal:
                self._report_refusal(refusal, name, item, inputs, context)
                raise Failed from None
        index, span = len(nodes), context.place or item.span
        node = Node(name, layer.kind, layer, inputs, facts, index=index, frame=frame, span=span,
                    given=given, host=host, trainable=trainable, dtype=dtype,
                    shared_with=shared_with)  # fmt: skip
        node.written = item
        nodes.append(node)
        return index

    def pieces(
        self,
        layer: Layer,
        index: int,
        item: Item,
        name: str,
        context: ExpandContext,
        wrappers: tuple[Around, ...] = (),
    ) -> list[Layer]:
        """What gives the several outputs of a layer; raises Failed after reporting a refusal."""
        x = self.list[index].facts.output
        inner = x._replace(size=x.size[sum(wrapper.steps for wrapper, _ in wrappers) :])
        try:
            return [
                self._wrap(layer_class(kind)(dialect=self._dialect, **keys), wrappers)
                for kind, keys in layer.pieces(inner)
            ]
        except Refusal as refusal:
            self._report_refusal(refusal, name, item, (index,), context)
            raise Failed from None

    def broke(self, failure: Failure | None = None) -> None:
        """Remember where the sound part of the network ends."""
        if not self.failures:
            self.sound = len(self.list)
        if failure is not None:
            self.failures.append(failure)

    def _report_refusal(
        self,
        refusal: Refusal,
        name: str,
        item: Item,
        inputs: tuple[int, ...],
        context: ExpandContext,
    ) -> None:
        """A layer's refusal as a finding, with its place and, if asked for, its operands."""
        texts, labels = [], []
        refs = item.refs or ()
        words = [refs[n].text if n < len(refs) else "prev" for n in range(len(inputs))]
        for word, index in zip(words, inputs, strict=True):
            node = self.list[index]
            shown_as = _local(node.declared_name) if word == "prev" else word
            texts.append(f"{shown_as} {node.output}")
            labels.append(Label(node.span or item.span, f"`{shown_as}` is {node.output}"))
        shown = _telling(self.list, inputs)
        operands = ", ".join(texts[position] for position in shown)
        if len(shown) < len(texts):
            operands += f" and {len(texts) - len(shown)} more"
        labels = [labels[position] for position in shown]
        message = f"{refusal.message}: {operands}" if refusal.operands else refusal.message
        span = _culprit(refusal, item)
        # A block that is used a thousand times is refused a thousand times, and told once.
        if not context.report.has(refusal.code, span):
            fix = self._fix(refusal, words, inputs, labels)
            context.report.find(refusal.code, message, span, help=fix, layer=name,
                              related=labels if refusal.operands else ())  # fmt: skip
        else:
            context.report.find(refusal.code, message, span)
        self.broke(Failure(name, item.op, inputs, refusal.code, operands))

    def _fix(
        self,
        refusal: Refusal,
        words: Sequence[str],
        inputs: tuple[int, ...],
        labels: list[Label],
    ) -> str:
        """What the layer says, or better what follows from where the sizes of its operands part.

        That place gets a label, unless it is an operand and has one.
        """
        loss = find_loss(self.list, inputs, refusal.code)
        if loss is None:
            return refusal.help
        node = loss.node
        if node.span is not None and all(label.span != node.span for label in labels):
            labels.append(Label(node.span, loss.change))
        return fix_of(loss, refusal.help, ["" if word == "prev" else word for word in words])


def _telling(nodes: list[Node], inputs: tuple[int, ...]) -> list[int]:
    """The positions of the operands to show: of many, the first and some that differ from it."""
    if len(inputs) <= _SHOWN:
        return list(range(len(inputs)))
    first = nodes[inputs[0]].output
    others = [n for n, index in enumerate(inputs) if nodes[index].output != first]
    return [0, *others[: _SHOWN - 1]]


_SHOWN = 6


def _assert_rank(item: Item, layer: Layer, shapes: tuple[Shape, ...]) -> None:
    """Refuse a map of more or fewer axes than the word of the layer says: `conv2d`."""
    if item.rank is None:
        return
    seen = shapes[0].rank
    while isinstance(layer, Wrapper):
        seen -= layer.steps
        layer = layer.layer
    if seen != item.rank:
        axes = f"{item.rank} {'axis' if item.rank == 1 else 'axes'}"
        raise Refusal("E302", f"`{layer.kind}{item.rank}d` needs a map of {axes}", operands=True,
                      help=f"`{layer.kind}` takes the number of axes from its input")  # fmt: skip


def _culprit(refusal: Refusal, item: Item) -> Span:
    """The value of the key at fault, the operands of a merge, or the kind of layer."""
    if place := item.place_of(refusal.key):
        return place
    if refusal.operands and item.refs and len(item.refs) > 1:
        node = item.node.pairs[0][1] if isinstance(item.node, Mapping) else item.op_node
        named = node.get("from") if isinstance(node, Mapping) else node
        return (named or node).span
    return item.op_node.span


def _local(name: str) -> str:
    """The last part of a name: `main` of `stage2.main`, `main.0` of `stage2.main.0`."""
    parts = name.split(".")
    return ".".join(parts[-2:]) if parts[-1].isdigit() else parts[-1]
