"""The XML of a network: layers, their ports, and the edges between them.

It is read event by event. The body of a loop is a network as well. A document type, with which entities would
come, is refused.

Source: "Intermediate Representation and Operation Sets", the documentation of OpenVINO, IR version 11.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.work import LIMITS

if TYPE_CHECKING:
    from cnncalc.importers.base.onnx.model import Dims

OLDEST = 10
"""The oldest version that is read: since then constants are layers."""

_DEPTH = 200
_ELEMENTS = 2_000_000
_PIECE = 65_536
_TAG = 1_000_000
_PORTS = 10_000
_AXES = 64
_LAYER = ("net", "layers", "layer")
_LENGTH = re.compile(r"-?\d{1,18}")


LOOPS = ("Loop", "TensorIterator")
"""The types of layers that run a network in steps."""
_BODIES = 4
"""So deep are loops read in each other."""


class Inside:
    """What is in a loop: the network of a step, what goes into it, and what of a step goes into the next.

    `inputs` and `edges` are the attributes of the elements of the port map, and of the back edges.
    """

    def __init__(self) -> None:
        """Nothing is read yet."""
        self.net: Net | None = None
        self.inputs: list[dict[str, str]] = []
        self.outputs: list[dict[str, str]] = []
        self.edges: list[dict[str, str]] = []

    def note(self, path: tuple[str, ...], said: dict[str, str], line: int) -> None:
        """An element of a loop; raises Unreadable if there are too many."""
        lists: dict[tuple[str, ...], list[dict[str, str]]] = {
            ("port_map", "input"): self.inputs,
            ("port_map", "output"): self.outputs,
            ("back_edges", "edge"): self.edges,
        }
        found = lists.get(path)
        if found is None:
            return
        if len(found) >= _PORTS:
            raise Unreadable(f"a loop has more than {_PORTS:,} ports", line)
        found.append(said)


class Layer(NamedTuple):
    """A layer as it is written: attributes of its `data`, and the shapes of its output ports by their ids."""

    id: str
    type: str
    name: str
    opset: str
    line: int
    data: dict[str, str]
    inputs: dict[str, tuple[str, str]]
    """The layer and port that each input port reads, by its id."""
    outputs: dict[str, tuple[str, Dims]]
    """Precision and shape, "" for open lengths."""
    inside: Inside | None = None
    """What a loop runs."""


class Net(NamedTuple):
    """A network: its name, and its layers by their ids."""

    name: str
    layers: dict[str, Layer]


def read_net(text: str) -> Net:
    """The network of a text; raises Unreadable."""
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: reader.start(
        name, attributes, parser.CurrentLineNumber
    )
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.read_text
    parser.StartDoctypeDeclHandler = _refuse_type
    try:
        _feed(parser, text)
    except expat.ExpatError as error:
        reason = expat.errors.messages.get(error.code, "damaged")
        raise Unreadable(
            f"the file is no XML: {reason} in line {error.lineno}", error.lineno
        ) from None
    finally:
        # It calls itself for its lines, and would stay, and with it all that was read.
        parser.StartElementHandler = None
    if not reader.layers:
        raise Unreadable("the file has no layers", 1, help="is it a file of OpenVINO?")
    return Net(reader.name, reader.layers)


def _feed(parser: expat.XMLParserType, text: str) -> None:
    """Hand a text over in pieces, so that an element without an end is noticed; raises Unreadable."""
    fed = 0
    for start in range(0, len(text), _PIECE):
        piece = text[start : start + _PIECE].encode()
        parser.Parse(piece, False)
        fed += len(piece)
        if fed - parser.CurrentByteIndex > _TAG:
            raise Unreadable(f"an element is longer than {_TAG:,} bytes", parser.CurrentLineNumber)
    parser.Parse(b"", True)


def _refuse_type(*said: object) -> None:
    raise Unreadable("the file declares a document type, which no file of OpenVINO does")


class _Reader:
    """What has been read so far, and where in the document the reader is; `depth` counts loops around it."""

    def __init__(self, depth: int = 0) -> None:
        self._depth = depth
        self._inner: _Reader | None = None
        self.name = ""
        self.layers: dict[str, Layer] = {}
        self._path: list[str] = []
        self._elements = 0
        self._layer: Layer | None = None
        self._port = ""
        self._text = ""
        self._dims: list[int | str] = []
        self._precision = ""
        self._shapes: dict[tuple[int | str, ...], Dims] = {}
        """Each shape once, however many ports have it."""

    def start(self, tag: str, said: dict[str, str], line: int) -> None:
        """An element begins; raises Unreadable."""
        self._path.append(tag)
        path = tuple(self._path)
        self._elements += 1
        if len(path) > _DEPTH or self._elements > _ELEMENTS:
            says = "are nested too deeply" if len(path) > _DEPTH else f"are more than {_ELEMENTS:,}"
            raise Unreadable(f"the elements {says}", line)
        if self._inner is not None:
            self._inner.start(tag, said, line)
        elif path == ("net",):
            self.name = said.get("name", "")
            version = said.get("version", "")
            if version.isdecimal() and len(version) < 5 and int(version) < OLDEST:
                raise Unreadable(f"this is version {version} of the format; the oldest that is read is {OLDEST}",
                                 line, help="convert the model anew: ovc")  # fmt: skip
        elif path == _LAYER:
            self._start_layer(said, line)
        elif path[:3] == _LAYER and self._layer is not None:
            self._start_part(path[3:], said, line)
        elif path == ("net", "edges", "edge"):
            self._connect(said, line)

    def _start_layer(self, said: dict[str, str], line: int) -> None:
        if len(self.layers) >= LIMITS["nodes"].most:
            raise Unreadable(f"the network has more than {LIMITS['nodes'].most:,} layers", line)
        if "id" not in said or "type" not in said:
            raise Unreadable("a layer has no id, or no type", line)
        number = said["id"]
        if number in self.layers:
            raise Unreadable(f"there are two layers of the id {cut(number, NAME)}", line)
        name = said.get("name", "")
        self._layer = self.layers[number] = Layer(
            number, said["type"], name, said.get("version", ""), line, {}, {}, {},
            Inside() if said["type"] in LOOPS else None,
        )  # fmt: skip

    def _start_part(self, path: tuple[str, ...], said: dict[str, str], line: int) -> None:
        layer = self._layer
        if layer is None:
            return
        if path == ("data",):
            layer.data.update(said)
        elif path == ("output", "port"):
            self._port, self._dims, self._precision = (
                said.get("id", ""),
                [],
                said.get("precision", ""),
            )
            if len(layer.outputs) >= _PORTS:
                raise Unreadable(f"a layer has more than {_PORTS:,} ports", line)
        elif path == ("output", "port", "dim"):
            self._text = ""
        elif layer.inside is not None and path == ("body",) and self._depth < _BODIES:
            # It has layers and edges as a network has.
            self._inner = _Reader(self._depth + 1)
            self._inner.start("net", {}, line)
        elif layer.inside is not None:
            layer.inside.note(path, said, line)

    def read_text(self, text: str) -> None:
        """Characters between elements."""
        if self._inner is not None:
            self._inner.read_text(text)
        elif self._path[-1:] == ["dim"]:
            self._text += text[:NAME]

    def end(self, tag: str) -> None:
        """An element ends; raises Unreadable."""
        path = tuple(self._path)
        self._path.pop()
        if self._inner is not None and path != (*_LAYER, "body"):
            self._inner.end(tag)
            return
        if path[:3] != _LAYER or self._layer is None:
            return
        inner = path[3:]
        if inner == ("output", "port", "dim"):
            found = _LENGTH.fullmatch(self._text.strip())
            if len(self._dims) >= _AXES:
                raise Unreadable(f"a port has more than {_AXES} axes", self._layer.line)
            if not found:
                raise Unreadable(
                    f"`{cut(self._text, NAME)}` is no length of an axis", self._layer.line
                )
            n = int(found.group())
            self._dims.append(n if n >= 0 else "")
        elif inner == ("output", "port"):
            dims = tuple(self._dims)
            self._layer.outputs[self._port] = self._precision, self._shapes.setdefault(dims, dims)
        elif inner == ("body",) and self._layer.inside is not None and self._inner is not None:
            self._layer.inside.net = Net("", self._inner.layers)
            self._inner = None
        elif not inner:
            self._layer = None

    def _connect(self, said: dict[str, str], line: int) -> None:
        target = self.layers.get(said.get("to-layer", ""))
        source = self.layers.get(said.get("from-layer", ""))
        if target is None or source is None:
            raise Unreadable("an edge begins or ends at a layer that is not there", line)
        if len(target.inputs) >= _PORTS:
            raise Unreadable(f"a layer has more than {_PORTS:,} ports", line)
        target.inputs[said.get("to-port", "")] = source.id, said.get("from-port", "")
