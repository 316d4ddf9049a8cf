"""A file of Darknet on its way: its layers so far, and what they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.importers.base.darknet_cells import ACTIVATIONS
from cnncalc.importers.base.description import Entry, Unreadable

if TYPE_CHECKING:
    from cnncalc.importers.base.cfg import Section
    from cnncalc.importers.base.description import Data


class Layer(NamedTuple):
    """A layer of the file: what it is called, the channels of a map, the features of a vector."""

    name: str
    channels: int | None
    features: int | None = None


class Walk:
    """The layers of one file so far; `above` is the one that the next section reads."""

    def __init__(self, above: Layer) -> None:
        """`above` is the input; `of_yolor` whether the file is one of YOLOR, in PyTorch."""
        self.above = above
        self.of_yolor = False
        self.entries: list[Entry] = []
        self.layers: list[Layer] = []

    def add(
        self, section: Section, kind: str, keys: Data, channels: int | None, part: str = ""
    ) -> Layer:
        """A layer of the spec, called by the type and the place of its section."""
        name = self.name(section, part)
        self.entries.append(Entry(kind, {"name": name, **keys}, section.line))
        return Layer(name, channels)

    def name(self, section: Section, part: str = "") -> str:
        """What a layer of the section that is being read is called."""
        return f"{section.kind.replace(' ', '_')}_{len(self.layers)}{part}"

    def at(self, section: Section, place: int) -> Layer:
        """The layer that a route or a shortcut means; raises Unreadable."""
        index = place if place >= 0 else len(self.layers) + place
        if not 0 <= index < len(self.layers):
            raise Unreadable(
                f"[{section.kind}] reads layer {place}, and there are {len(self.layers)} above it",
                section.line,
            )
        return self.layers[index]


def behind(section: Section, default: str) -> Data:
    """The activation behind a layer."""
    word = section.options.get("activation", default)
    kind = ACTIVATIONS.get(word)
    return {} if kind is None else {"activation": kind}


def norm_of(section: Section) -> Data:
    """The batch norm of a layer, which takes the place of its bias."""
    return {"norm": "batch_norm"} if section.integer("batch_normalize", 0) else {}
