"""A layer at its place, as exporters look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.errors import Diagnostic, Refusal, SpecError
from cnncalc.layers.base.sliding import sliding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cnncalc.exporting.code import Code
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Network, Node


class Place:
    """A node with the shapes that it reads; its layer's keys are `place.layer.KEY`."""

    def __init__(self, network: Network, node: Node) -> None:
        """`node` is not an input of the network."""
        self.network = network
        self.node = node
        self.inputs: list[Shape] = [network.nodes[i].output for i in node.inputs]
        self.output: Shape = node.output

    @property
    def layer(self) -> Any:
        """The layer."""
        return self.node.layer

    @property
    def plain(self) -> Layer:
        """The layer for the type checker."""
        if self.node.layer is None:
            raise ValueError(self.node.name)
        return self.node.layer

    @property
    def x(self) -> Shape:
        """The first shape that it reads."""
        return self.inputs[0]

    @property
    def rank(self) -> int:
        """The axes of the map that it reads."""
        return self.x.rank

    @property
    def windows(self) -> tuple[Any, ...]:
        """How it reads each axis."""
        return self.node.facts.windows

    def plain_windows(self) -> tuple[Any, ...]:
        """The windows that slide over a map with the keys of the layer, whatever it makes of them."""
        layer = self.layer
        return sliding(self.x, layer.kernel, layer.stride, layer.padding, layer.dilation)

    def refuse(self, why: str, help: str = "") -> Refusal:
        """That the target cannot say this layer."""
        return Refusal("E801", f"`{self.node.name}` ({self.node.op}): {why}", help=help)


def translate(
    network: Network,
    layers: Mapping[str, Callable[[Place], Code]],
    why: Mapping[str, str],
    title: str,
) -> dict[int, Code]:
    """The code of every layer by its index.

    `why` says of kinds that have none why that is so; `title` is what the target is called. Raises
    SpecError with a finding for each kind of layer, or each reason, that has no code.
    """
    found: dict[int, Code] = {}
    refused: dict[str, Diagnostic] = {}
    for node in network.nodes:
        if node.layer is None:
            continue
        place = Place(network, node)
        try:
            if node.op not in layers:
                raise place.refuse(why.get(node.op, f"{title} has no such layer"))
            found[node.index] = layers[node.op](place)
        except Refusal as refusal:
            reason = refusal.message.partition("): ")[2]
            finding = Diagnostic(refusal.code, refusal.message, network.source, node.span, help=refusal.help,
                                 model=network.model, layer=node.name)  # fmt: skip
            refused.setdefault(f"{node.op}: {reason}", finding)
    if refused:
        raise SpecError(refused.values(), network)
    return found
