"""Layers built from items, and nodes made of layers; equal work is done once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.errors import Refusal
from cnncalc.language.item import Item
from cnncalc.language.kinds import layer_class
from cnncalc.language.limits import LAYERS
from cnncalc.language.values import Failed, Value
from cnncalc.layers.base.layer import Facts
from cnncalc.network import Failure, Node

if TYPE_CHECKING:
    from cnncalc.errors import Span
    from cnncalc.language.context import ExpandContext
    from cnncalc.language.env import Around
    from cnncalc.language.limits import Limits
    from cnncalc.language.model import Model
    from cnncalc.language.stock import Stock
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.number_types import NumberType
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Frame


class Nodes:
    """The nodes of a network under construction."""

    def __init__(self, model: Model, limits: Limits, stock: Stock) -> None:
        """None yet; `stock` has the layers of networks of the same file."""
        self.list: list[Node] = []
        self.failures: list[Failure] = []
        self.sound = 0
        """How many nodes there were when the first layer failed."""
        self.limits = limits
        self._names: set[str] = set()
        self._most = LAYERS + len(model.inputs)
        self._dialect: str | None = model.dialect
        self._layers, self._facts = stock.layers, stock.facts
        self._constant, self._varying = stock.constant, stock.varying

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
            known = self._constant[unbiased].get(item)
            return known or self._build(item, context, unbiased=unbiased)
        return self._wrap(self._build(item, context, unbiased=unbiased), wrappers)

    def is_constant(self, item: Item, *, unbiased: bool) -> bool:
        """Whether an item is always the same layer."""
        return item in self._constant[unbiased]

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
        if item in self._constant[unbiased]:
            return self._constant[unbiased][item]
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
        if item not in self._varying:
            if all(isinstance(v, Value) and v.constant for v in item.values.values()):
                # No key depends on an expression: within this file it is always the same layer.
                self._constant[unbiased][item] = layer
            else:
                self._varying.add(item)
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
                values[name] = value.value if value.constant else value.evaluate(context)
        return values

    def add(
        self,
        name: str,
        item: Item,
        layer: Layer,
        inputs: tuple[int, ...],
        frame: Frame | None,
        context: ExpandContext,
        given: bool = False,  # noqa: FBT002 - every layer of every network passes here
        trainable: bool = True,  # noqa: FBT002 - the same
        dtype: NumberType | None = None,
        host: int | None = None,
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
        try:
            facts = self.facts(item, layer, inputs)
        except Refusal as refusal:
            self._refuse(refusal, name, item, inputs, context)
            raise Failed from None
        index, span = len(nodes), context.place or item.span
        node = Node(name, layer.kind, layer, inputs, facts, index, frame, span, given, host,
                    shared_with, trainable, dtype)  # fmt: skip
        node.written = item
        nodes.append(node)
        if context.tape is not None:
            context.tape.add(node, item, context, self)
        return index

    def facts(self, item: Item, layer: Layer, inputs: tuple[int, ...]) -> Facts:
        """What the layer of an item does to these tensors; raises Refusal."""
        nodes = self.list
        shapes = tuple([nodes[i].facts.output for i in inputs])
        place = (id(layer), item.rank, shapes)
        known = self._facts.get(place)
        if known is None:
            _assert_rank(item, layer, shapes)
            known = self._facts[place] = layer, layer.apply(*shapes)
        return known[1]

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
            self._refuse(refusal, name, item, (index,), context)
            raise Failed from None

    def broke(self, failure: Failure | None = None) -> None:
        """Remember where the sound part of the network ends."""
        if not self.failures:
            self.sound = len(self.list)
        if failure is not None:
            self.failures.append(failure)

    def _refuse(
        self,
        refusal: Refusal,
        name: str,
        item: Item,
        inputs: tuple[int, ...],
        context: ExpandContext,
    ) -> None:
        """Report a layer's refusal, and remember where the sound part ends."""
        from cnncalc.language.refusing import report_refusal

        self.broke(report_refusal(refusal, name, item, inputs, self.list, context))


def _assert_rank(item: Item, layer: Layer, shapes: tuple[Shape, ...]) -> None:
    """Refuse a map of more or fewer axes than the word of the layer says: `conv2d`."""
    if item.rank is None:
        return
    from cnncalc.layers.base.nested import Wrapper

    seen = shapes[0].rank if shapes else layer.apply().output.rank
    while isinstance(layer, Wrapper):
        seen -= layer.steps
        layer = layer.layer
    if seen != item.rank:
        axes = f"{item.rank} {'axis' if item.rank == 1 else 'axes'}"
        raise Refusal("E302", f"`{layer.kind}{item.rank}d` needs a map of {axes}", operands=True,
                      help=f"`{layer.kind}` takes the number of axes from its input")  # fmt: skip
