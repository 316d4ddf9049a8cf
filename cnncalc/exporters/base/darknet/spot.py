"""A layer at its place, as it becomes a section of Darknet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.exporters.base.darknet.cfg import Section
from cnncalc.exporters.base.place import Place
from cnncalc.layers.base.named_axes import place as axis_place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.exporters.base.darknet.cfg import Cfg
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Network, Node


class Spot(Place):
    """A node with the sections that give what it reads; what was refused is not looked at further."""

    def __init__(self, network: Network, node: Node, cfg: Cfg) -> None:
        """`node` is not an input of the network."""
        super().__init__(network, node)
        self.cfg = cfg
        self.read = [cfg.at.get(i, cfg.start) for i in node.inputs]

    def add(self, kind: str, options: dict[str, Any], above: int = 0) -> Section:
        """A section that reads an operand, the first unless `above` says which."""
        self.cfg.bring_up(self.read[above])
        return self.take(self.cfg.add(Section(kind, options)))

    def route(self, options: dict[str, Any]) -> Section:
        """A section that reads those alone that it names."""
        return self.take(self.cfg.add(Section("route", options)))

    def take(self, section: Section) -> Section:
        """Let a section stand for this node."""
        section.nodes.append(self.node)
        self.cfg.at[self.node.index] = section
        return section

    def leave_out(self) -> Section:
        """Let what is read stand for this node, which changes nothing in Darknet."""
        return self.take(self.read[0])

    def follower(self) -> Node | None:
        """The one layer that reads this one, which is no output; None if there are more, or none."""
        readers = self.network.readers[self.node.index]
        if len(readers) != 1 or self.node.index in self.cfg.outputs:
            return None
        return self.network.nodes[readers[0]]

    def is_along_channels(self, axis: object) -> bool:
        """Whether an axis of what is read is that of the channels."""
        return axis_place(self.x, axis, "axis", self.plain.axis_rules) == 0  # type: ignore[arg-type]

    def square(self, numbers: Sequence[int], what: str) -> int:
        """The one number of both axes; raises Refusal if they differ."""
        if len(set(numbers)) != 1:
            shown = " and ".join(map(str, numbers))
            raise self.refuse(f"Darknet has one {what} for both axes, and this is {shown}")
        return numbers[0]


def is_vector(shape: Shape) -> bool:
    """Whether a shape is a vector in Darknet, where that is a map of one position."""
    return not shape.form and shape.elements == shape.channels
