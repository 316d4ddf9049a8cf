"""Darknet's cfg files, those of YOLOR and of the fork by AlexeyAB, whose rules hold where the two differ.

Sections follow each other, and a layer reads the one above it. What goes in is in the first, `[net]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.cfg import SECTION, read_sections
from cnncalc.importers.base.darknet_joins import JOINS, OF_YOLOR
from cnncalc.importers.base.darknet_layers import LAYERS
from cnncalc.importers.base.darknet_maps import MAPS
from cnncalc.importers.base.darknet_walk import Layer, Walk
from cnncalc.importers.base.description import Description, Unreadable

if TYPE_CHECKING:
    from cnncalc.importers.base.cfg import Section
    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.model_file import ModelFile

TITLE = "Darknet"
SUFFIXES = (".cfg",)
READS = "the layers of Darknet, of its fork and of YOLOR; a bottleneck of conv_lstm is refused"

_NETS = ("net", "network")
_HEADS = ("yolo", "region", "detection")


def recognises(name: str, head: bytes) -> bool:
    """Whether the first section is the one that says what goes in."""
    for line in head.decode("utf-8", "replace").splitlines():
        text = line.strip()
        if text and text[0] not in "#;":
            found = SECTION.fullmatch(text)
            return found is not None and found[1].strip() in _NETS
    return False


def describe(file: ModelFile) -> Description:
    """The network of a cfg file; raises Unreadable."""
    text = file.text()
    try:
        sections = read_sections(text)
        if not sections or sections[0].kind not in _NETS:
            raise Unreadable(
                "the file does not begin with [net]", help="is it a cfg file of Darknet?"
            )
        return _describe_layers(sections[0], sections[1:], text)
    except Unreadable as error:
        error.text = text
        raise


def _describe_layers(net: Section, sections: list[Section], text: str) -> Description:
    shape = _read_shape(net)
    walk = Walk(Layer("input", shape.get("channels"), shape.get("features")))
    walk.of_yolor = any(section.kind in OF_YOLOR for section in sections)
    outputs = []
    for section in sections:
        read = _READERS.get(section.kind, _refuse)
        walk.above = read(walk, section)
        walk.layers.append(walk.above)
        if section.kind in _HEADS:
            outputs.append(walk.above.name)
    if not walk.entries:
        raise Unreadable("there is no layer behind [net]", net.line)
    return Description(
        text,
        {"input": shape},
        walk.entries,
        outputs if len(outputs) > 1 else (),
        "torch" if walk.of_yolor else "darknet",
        line=net.line,
    )


_READERS = {**LAYERS, **JOINS, **MAPS}


def _read_shape(net: Section) -> Data:
    """What goes in: a map, or a vector."""
    height, width, channels = (net.integer(key, 0) for key in ("height", "width", "channels"))
    flat = net.integer("inputs", 0)
    if not (height and width and channels) and not flat:
        raise Unreadable(
            "[net] does not say what goes in",
            net.line,
            help="height, width and channels, or inputs",
        )
    return {"channels": channels, "size": [height, width]} if height else {"features": flat}


def _refuse(walk: Walk, section: Section) -> Layer:
    """A layer that nothing is known of: what it gives cannot be said either."""
    raise Unreadable(f"[{section.kind}] is not known here", section.line,
                     help="convert the file without it, or write `opaque` in its place")  # fmt: skip
