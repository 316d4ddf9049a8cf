"""A cfg file in the making: sections, which speak of each other by their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.foreign import NAME, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.network import Network, Node

_NEAR = 10
"""A section that is nearer than so many is told by its distance."""


class Section:
    """A layer of Darknet: its type, its options, and the nodes that it stands for, in order.

    The value of an option may be sections, which become their places. `remarks` are comments.
    """

    def __init__(self, kind: str, options: dict[str, Any]) -> None:
        """`options` in the order in which they are written."""
        self.kind = kind
        self.options = options
        self.nodes: list[Node] = []
        self.remarks: list[str] = []


class Cfg:
    """The sections of one file so far.

    The first section stands for what goes in, which is no layer in Darknet: it is left out unless
    another one names it.
    """

    def __init__(self, network: Network) -> None:
        """`network` is what the sections are made of."""
        self.network = network
        self.outputs = frozenset(network.outputs.values())
        self.start = Section("activation", {"activation": "linear"})
        self.sections = [self.start]
        self.at: dict[int, Section] = {}

    def add(self, section: Section) -> Section:
        """One section more, which reads the last one."""
        self.sections.append(section)
        return section

    def bring_up(self, section: Section) -> None:
        """Make a section the one that the next reads."""
        if self.sections[-1] is not section:
            self.add(Section("route", {"layers": [section]}))

    def is_private(self, section: Section) -> bool:
        """Whether nothing reads what a section gives but the layer that is looked at now."""
        readers = self.network.readers
        return all(
            len(readers[node.index]) == 1 and node.index not in self.outputs
            for node in section.nodes
        )

    def to_text(self, head: Sequence[str]) -> str:
        """The file; `head` are the lines before the layers."""
        named = {id(other) for section in self.sections for other in _references_of(section)}
        layers = self.sections
        if len(layers) > 1 and id(self.start) not in named:
            layers = layers[1:]
        places = {id(section): place for place, section in enumerate(layers)}
        lines = list(head)
        for place, section in enumerate(layers):
            names = dict.fromkeys(node.declared_name for node in section.nodes)
            lines += ["", *(f"# {visible(text, NAME)}" for text in (*names, *section.remarks))]
            lines.append(f"[{section.kind}]")
            for key, value in section.options.items():
                lines.append(f"{key}={_write(value, place, places)}")
        return "\n".join(lines) + "\n"


def _references_of(section: Section) -> list[Section]:
    return [
        other
        for value in section.options.values()
        if not isinstance(value, int | float | str)
        for other in value
    ]


def _write(value: Any, place: int, places: dict[int, int]) -> str:
    """A value as it is written in the section at a `place`."""
    if isinstance(value, int | float | str):
        return str(value)
    found = [places[id(section)] for section in value]
    return ",".join(str(at - place if place - at < _NEAR else at) for at in found)
