"""Darknet's cfg files, those of the fork by AlexeyAB included, whose rules hold where the two differ.

Sections follow each other, and a layer reads the one above it. What goes in is in the first, `[net]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.importers.base.cfg import SECTION, Section, read_sections
from cnncalc.importers.base.darknet_cells import ACTIVATIONS, KERNELS, count_cell
from cnncalc.importers.base.description import Description, Entry, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.model_file import ModelFile

TITLE = "Darknet"
SUFFIXES = (".cfg",)
READS = "every layer that infers; what trains alone is left out"

_NETS = ("net", "network")


def recognises(name: str, head: bytes) -> bool:
    """Whether the first section is the one that says what goes in."""
    for line in head.decode("utf-8", "replace").splitlines():
        text = line.strip()
        if text and text[0] not in "#;":
            found = SECTION.fullmatch(text)
            return found is not None and found[1].strip() in _NETS
    return False


class _Layer(NamedTuple):
    """A layer of the file: what it is called, the channels of a map, the features of a vector."""

    name: str
    channels: int | None
    features: int | None = None


def describe(file: ModelFile) -> Description:
    """The network of a cfg file; raises Unreadable."""
    text = file.text()
    try:
        sections = read_sections(text)
        if not sections or sections[0].kind not in _NETS:
            raise Unreadable(
                "the file does not begin with [net]", help="is it a cfg file of Darknet?"
            )
        return _Reader(sections[0]).run(sections[1:], text)
    except Unreadable as error:
        error.text = text
        raise


class _Reader:
    """Goes through the layers of one file."""

    def __init__(self, net: Section) -> None:
        self.net = net
        self.entries: list[Entry] = []
        self.layers: list[_Layer] = []

    def run(self, sections: list[Section], text: str) -> Description:
        """Describe all layers."""
        net = self.net
        height, width, channels = (net.integer(key, 0) for key in ("height", "width", "channels"))
        flat = net.integer("inputs", 0)
        shape: Data = (
            {"channels": channels, "size": [height, width]} if height else {"features": flat}
        )
        if not (height and width and channels) and not flat:
            raise Unreadable(
                "[net] does not say what goes in",
                net.line,
                help="height, width and channels, or inputs",
            )
        self.above = _Layer("input", channels if height else None, None if height else flat)
        outputs = []
        for section in sections:
            read = _KINDS.get(section.kind, _opaque)
            made = read(self, section)
            self.layers.append(made)
            self.above = made
            if section.kind in _HEADS:
                outputs.append(made.name)
        if not self.entries:
            raise Unreadable("there is no layer behind [net]", net.line)
        return Description(
            text,
            {"input": shape},
            self.entries,
            outputs if len(outputs) > 1 else (),
            "darknet",
            line=net.line,
        )

    def add(
        self, section: Section, kind: str, keys: Data, channels: int | None, part: str = ""
    ) -> _Layer:
        """A layer of the spec, called by the type and the place of its section."""
        name = f"{section.kind.replace(' ', '_')}_{len(self.layers)}{part}"
        self.entries.append(Entry(kind, {"name": name, **keys}, section.line))
        return _Layer(name, channels)

    def at(self, section: Section, place: int) -> _Layer:
        """The layer that a route or a shortcut means; raises Unreadable."""
        index = place if place >= 0 else len(self.layers) + place
        if not 0 <= index < len(self.layers):
            raise Unreadable(
                f"[{section.kind}] reads layer {place}, and there are {len(self.layers)} above it",
                section.line,
            )
        return self.layers[index]


def _behind(section: Section, default: str) -> Data:
    """The activation behind a layer."""
    word = section.options.get("activation", default)
    kind = ACTIVATIONS.get(word)
    return {} if kind is None else {"activation": kind}


def _norm(section: Section) -> Data:
    """A batch norm takes the place of the bias."""
    return {"norm": "batch_norm"} if section.integer("batch_normalize", 0) else {}


def _window(section: Section) -> Data:
    """Kernel, stride and padding of a convolution: the flag `pad` wins over the number `padding`."""
    size, dilation = section.integer("size", 1), section.integer("dilation", 1)
    stride = [section.integer(f"stride_{axis}", section.integer("stride", 1)) for axis in "yx"]
    padding = (size // 2 if section.integer("pad", 0) else section.integer("padding", 0)) * dilation
    keys: Data = {
        "kernel": size,
        "stride": stride[0] if stride[0] == stride[1] else stride,
        "padding": padding,
    }
    if dilation > 1:
        keys["dilation"] = dilation
    return keys


def _convolutional(reader: _Reader, section: Section) -> _Layer:
    filters, groups = section.integer("filters", 1), section.integer("groups", 1)
    keys = {"filters": filters, **_window(section), **({"groups": groups} if groups > 1 else {})}
    keys |= {**_norm(section), **_behind(section, "logistic")}
    if "share_index" in section.options:
        return _share(reader, section, keys)
    return reader.add(section, "conv", keys, filters)


def _share(reader: _Reader, section: Section, keys: Data) -> _Layer:
    """A convolution with the weights of another, which must be of the same kind in all else."""
    layer = reader.at(section, section.integer("share_index", 0))
    entry = next((entry for entry in reader.entries if entry.keys["name"] == layer.name), None)
    if entry is None or {**entry.keys, "name": ""} != {"name": "", **keys}:
        raise Unreadable("[convolutional] shares the weights of a layer that differs in more",
                         section.line)  # fmt: skip
    return reader.add(section, "reuse", {"layer": layer.name, "from": reader.above.name},
                      layer.channels)  # fmt: skip


def _deconvolutional(reader: _Reader, section: Section) -> _Layer:
    filters = section.integer("filters", 1)
    keys = {
        "filters": filters,
        **_window(section),
        **_norm(section),
        **_behind(section, "logistic"),
    }
    return reader.add(section, "conv_transpose", keys, filters)


def _local(reader: _Reader, section: Section) -> _Layer:
    filters, size = section.integer("filters", 1), section.integer("size", 1)
    padding = size // 2 if section.integer("pad", 0) else 0
    keys: Data = {"filters": filters, "kernel": size, "stride": section.integer("stride", 1)}
    keys["padding"] = padding
    keys |= _behind(section, "logistic")
    return reader.add(section, "locally_connected", keys, filters)


def _dense(reader: _Reader, section: Section) -> _Layer:
    keys = {"units": section.integer("output", 1), **_norm(section), **_behind(section, "logistic")}
    return reader.add(section, "dense", keys, None)._replace(features=keys["units"])


def _cell(reader: _Reader, section: Section) -> _Layer:
    """A recurrent layer, one step of it; it reads a vector of so many features."""
    inputs = reader.above.features
    if inputs is None:
        raise Unreadable(f"[{section.kind}] must read a vector: the input, or a connected layer",
                         section.line)  # fmt: skip
    units = section.integer("output", 1)
    hidden = section.integer("hidden", units)
    keys: Data = {"output": {"features": units}}
    keys |= count_cell(
        KERNELS[section.kind](inputs, hidden, units),
        normed=bool(section.integer("batch_normalize", 0)),
    )
    return reader.add(section, "opaque", keys, None)._replace(features=units)


def _conv_cell(reader: _Reader, section: Section) -> _Layer:
    """A recurrent layer of convolutions: of the input, of the state, and of both together."""
    hidden, filters = section.integer("hidden", 1), section.integer("output", 1)
    size = section.integer("size", 3)
    window: Data = {"kernel": size, "padding": size // 2, **_norm(section)}
    window |= _behind(section, "logistic")
    read = reader.add(section, "conv", {"filters": hidden, **window}, hidden, "_part0")
    state = reader.add(section, "conv", {"filters": hidden, **window}, hidden, "_part1")
    both = {"from": [read.name, state.name]}
    reader.add(section, "add", both, hidden, "_part2")
    return reader.add(section, "conv", {"filters": filters, **window}, filters)


def _crop(reader: _Reader, section: Section) -> _Layer:
    size = [section.integer("crop_height", 1), section.integer("crop_width", 1)]
    return reader.add(section, "crop", {"size": size}, reader.above.channels)


def _maxpool(reader: _Reader, section: Section) -> _Layer:
    stride = [section.integer(f"stride_{axis}", section.integer("stride", 1)) for axis in "yx"]
    size = section.integer("size", stride[0])
    total = section.integer("padding", size - 1)
    padding = [total // 2, total - total // 2]
    kind = "max_pool" if section.kind in ("maxpool", "max") else "avg_pool"
    keys: Data = {"size": size, "stride": stride[0] if stride[0] == stride[1] else stride}
    if total:
        keys["padding"] = [padding, padding]
    return reader.add(section, kind, keys, reader.above.channels)


def _avgpool(reader: _Reader, section: Section) -> _Layer:
    return reader.add(section, "global_avg_pool", {"keep_size": True}, reader.above.channels)


def _route(reader: _Reader, section: Section) -> _Layer:
    places = section.integers("layers")
    if not places:
        raise Unreadable("[route] names no layer", section.line, help="layers=-1, 61")
    read = [reader.at(section, place) for place in places]
    groups, chosen = section.integer("groups", 1), section.integer("group_id", 0)
    if groups > 1:
        read = [
            _part(reader, section, layer, groups, chosen, number)
            for number, layer in enumerate(read)
        ]
    if len(read) == 1:
        return reader.add(section, "identity", {"from": read[0].name}, read[0].channels)
    counts = [layer.channels for layer in read]
    total = None if None in counts else sum(count or 0 for count in counts)
    return reader.add(section, "concat", {"from": [layer.name for layer in read]}, total)


def _part(
    reader: _Reader, section: Section, layer: _Layer, groups: int, chosen: int, number: int
) -> _Layer:
    """One of so many equal groups of channels."""
    each = (layer.channels or 0) // groups
    bounds = [each * chosen, each * (chosen + 1)]
    return reader.add(
        section, "slice", {"channels": bounds, "from": layer.name}, each, f"_part{number}"
    )


def _shortcut(reader: _Reader, section: Section) -> _Layer:
    above = reader.above
    read = [reader.at(section, place) for place in section.integers("from")]
    if not read:
        raise Unreadable("[shortcut] names no layer", section.line, help="from=-3")
    fitted = [_fit(reader, section, layer, above, number) for number, layer in enumerate(read)]
    names = [above.name, *(layer.name for layer in fitted)]
    weighted = section.options.get("weights_type", "none")
    keys: Data = {"from": names, **_behind(section, "linear")}
    if weighted == "none":
        return reader.add(section, "add", keys, above.channels)
    normalised = {"relu": "fast", "avg_relu": "fast", "softmax": "softmax"}
    keys["normalise"] = normalised.get(section.options.get("weights_normalization", ""), "none")
    keys["per"] = "channel" if weighted == "per_channel" else "operand"
    return reader.add(section, "weighted_add", keys, above.channels)


def _fit(reader: _Reader, section: Section, layer: _Layer, above: _Layer, number: int) -> _Layer:
    """A map with as many channels as the one above: what it has more is not added, what it lacks is 0."""
    have, want = layer.channels, above.channels
    if have is None or want is None or have == want:
        return layer
    part = f"_part{number}"
    if have > want:
        return reader.add(section, "slice", {"channels": [0, want], "from": layer.name}, want, part)
    return reader.add(
        section, "pad", {"channels": [0, want - have], "from": layer.name}, want, part
    )


def _product(reader: _Reader, section: Section) -> _Layer:
    read = [reader.at(section, place) for place in section.integers("from")]
    if not read:
        raise Unreadable(f"[{section.kind}] names no layer", section.line, help="from=-3")
    # The map is the one that is named, its factors are above; in `sam` both are maps.
    names = [layer.name for layer in read] + [reader.above.name]
    channels = read[0].channels
    return reader.add(section, "multiply", {"from": names, **_behind(section, "linear")}, channels)


def _upsample(reader: _Reader, section: Section) -> _Layer:
    return reader.add(
        section, "upsample", {"scale": section.integer("stride", 2)}, reader.above.channels
    )


def _reorg(reader: _Reader, section: Section) -> _Layer:
    factor, channels = section.integer("stride", 1), reader.above.channels
    if factor < 1:
        raise Unreadable(f"[{section.kind}] has a stride of {factor}", section.line)
    if section.integer("reverse", 0):
        return reader.add(
            section, "depth_to_space", {"factor": factor}, channels and channels // factor**2
        )
    return reader.add(
        section, "space_to_depth", {"factor": factor}, channels and channels * factor**2
    )


def _head(reader: _Reader, section: Section) -> _Layer:
    boxes = len(section.integers("mask")) if section.kind == "yolo" else section.integer("num", 1)
    keys = {
        "anchors": boxes or section.integer("num", 1),
        "classes": section.integer("classes", 20),
    }
    return reader.add(section, "yolo_head", keys, reader.above.channels)


def _as_it_is(kind: str) -> Callable[[_Reader, Section], _Layer]:
    """A layer that keeps the shape and has no keys."""

    def read(reader: _Reader, section: Section) -> _Layer:
        above = reader.above
        return reader.add(section, kind, {}, above.channels)._replace(features=above.features)

    return read


def _activation(reader: _Reader, section: Section) -> _Layer:
    kind = ACTIVATIONS.get(section.options.get("activation", "linear"))
    if isinstance(kind, dict):
        [(kind, keys)] = kind.items()
        return reader.add(section, kind, keys, reader.above.channels)
    return reader.add(section, kind or "identity", {}, reader.above.channels)


def _opaque(reader: _Reader, section: Section) -> _Layer:
    """A layer that nothing is known of: what it gives cannot be said either."""
    raise Unreadable(f"[{section.kind}] is not known here", section.line,
                     help="convert the file without it, or write `opaque` in its place")  # fmt: skip


_HEADS = ("yolo", "region", "detection")

_KINDS: dict[str, Callable[[_Reader, Section], _Layer]] = {
    "convolutional": _convolutional, "conv": _convolutional,
    "deconvolutional": _deconvolutional, "deconv": _deconvolutional,
    "local": _local, "crop": _crop,
    "rnn": _cell, "gru": _cell, "lstm": _cell, "crnn": _conv_cell,
    "connected": _dense, "conn": _dense,
    "maxpool": _maxpool, "max": _maxpool, "local_avgpool": _maxpool, "local_avg": _maxpool,
    "avgpool": _avgpool, "avg": _avgpool,
    "route": _route,
    "shortcut": _shortcut,
    "sam": _product, "scale_channels": _product,
    "upsample": _upsample,
    "reorg": _reorg, "reorg3d": _reorg,
    "yolo": _head, "region": _head,
    "dropout": _as_it_is("dropout"),
    "batchnorm": _as_it_is("batch_norm"),
    "softmax": _as_it_is("softmax"), "soft": _as_it_is("softmax"), "logistic": _as_it_is("sigmoid"),
    "lrn": _as_it_is("local_response_norm"), "normalization": _as_it_is("local_response_norm"),
    "cost": _as_it_is("identity"), "empty": _as_it_is("identity"), "silence": _as_it_is("identity"),
    "detection": _as_it_is("identity"), "Gaussian_yolo": _as_it_is("identity"),
    "l2norm": _as_it_is("l2_norm"),
    "activation": _activation,
}  # fmt: skip
"""How a section is read, by its type."""
