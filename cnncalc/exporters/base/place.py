"""A layer at its place, as exporters look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.errors import Refusal
from cnncalc.layers.base.sliding import sliding

if TYPE_CHECKING:
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
