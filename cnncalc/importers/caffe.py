"""Caffe's prototxt files: what a network is in the TEST phase.

Layers name the blobs that they read and write; a layer may write the blob that it reads. Old files
say `layers` and types in capitals.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base import caffe_cells, caffe_layers, caffe_regions, caffe_shapes
from cnncalc.importers.base.caffe_layers import Layer
from cnncalc.importers.base.description import Description, Unreadable
from cnncalc.importers.base.graph import Graph
from cnncalc.importers.base.names import title
from cnncalc.importers.base.textproto import parse
from cnncalc.work import LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.base.graph import Tensor
    from cnncalc.importers.base.model_file import ModelFile
    from cnncalc.importers.base.textproto import Message

TITLE = "Caffe"
SUFFIXES = (".prototxt",)
READS = "the layers of Caffe 1.0 and of SSD, and common ones of forks; no Python layers"

_LAYER = re.compile(rb"^[ \t]*(?:layers?|input_shape)[ \t]*:?[ \t]*\{", re.MULTILINE)
_SAYS_TYPE = re.compile(rb"^[ \t]*(?:type|bottom|top|input|input_dim|name)[ \t]*:", re.MULTILINE)

_OLD = {
    "ABSVAL": "AbsVal", "BNLL": "BNLL", "LRN": "LRN", "MVN": "MVN", "RELU": "ReLU", "PRELU": "PReLU",
    "TANH": "TanH", "INNER_PRODUCT": "InnerProduct", "ARGMAX": "ArgMax", "HDF5_DATA": "HDF5Data",
    "SOFTMAX_LOSS": "SoftmaxWithLoss", "IM2COL": "Im2col", "SPP": "SPP", "DATA": "Data",
}  # fmt: skip
"""Old types whose words are not simply put together; the rest is, as SLICE is Slice."""


def recognises(name: str, head: bytes) -> bool:
    """Whether the file has the suffix, or holds messages that are layers."""
    if name.endswith(SUFFIXES):
        return True
    return bool(_LAYER.search(head) and _SAYS_TYPE.search(head))


def describe(file: ModelFile) -> Description:
    """The network of a prototxt file; raises Unreadable."""
    text = file.text(LIMITS["text"].most)
    try:
        return _describe(parse(text), text)
    except Unreadable as error:
        error.text = text
        raise


def _describe(root: Message, text: str) -> Description:
    layers = [
        _layer(message, is_old=is_old) for message, is_old in _layer_messages(root)
        if _is_in_test(message)
    ]  # fmt: skip
    if not layers:
        raise Unreadable("the file has no layers", root.line,
                         help="a solver or a list of labels is no network")  # fmt: skip
    graph = Graph()
    line = _add_inputs(graph, root)
    for layer in layers:
        if "Data" in layer.type or layer.type == "Input":
            _add_data(graph, layer)
            line = line or layer.line
            continue
        _read(graph, layer)
    if not graph.entries:
        raise Unreadable("there is no layer behind the input", layers[0].line)
    return Description(
        text,
        graph.inputs(),
        graph.entries,
        graph.outputs(),
        "caffe",
        title(root.text("name")),
        line=line or 1,
    )


def _layer_messages(root: Message) -> list[tuple[Message, bool]]:
    """The layers, and whether each is written in the old way; raises Unreadable."""
    old, new = root.messages("layers"), root.messages("layer")
    for message in old:
        if message.has("layer"):
            raise Unreadable("a layer within `layers`, as before 2013", message.line,
                             help="upgrade_net_proto_text of Caffe writes it anew")  # fmt: skip
    return [*((message, True) for message in old), *((message, False) for message in new)]


def _layer(message: Message, *, is_old: bool) -> Layer:
    name, word = message.text("name"), message.text("type")
    if not word:
        raise Unreadable(f"layer `{cut(name, NAME)}` has no type", message.line)
    if is_old:
        word = _OLD.get(word) or "".join(part.capitalize() for part in word.split("_"))
    return Layer(
        name or word, word, message.line, message.texts("bottom"), message.texts("top"), message
    )


def _is_in_test(message: Message) -> bool:
    """Whether a layer is there in the TEST phase, level 0, without stages."""
    included, excluded = message.messages("include"), message.messages("exclude")
    if included:
        return any(map(_is_met, included))
    return not any(map(_is_met, excluded))


def _is_met(rule: Message) -> bool:
    return (
        rule.text("phase", "TEST") in {"TEST", "1"}
        and rule.integer("min_level", 0) <= 0 <= rule.integer("max_level", 0)
        and not rule.has("stage")
    )


def _add_inputs(graph: Graph, root: Message) -> int:
    """What goes in by the fields of the network; the line of the first, or 0."""
    names, dims = root.texts("input"), root.integers("input_dim")
    shapes = [shape.integers("dim") for shape in root.messages("input_shape")]
    if not shapes:
        shapes = [dims[at : at + 4] for at in range(0, len(dims), 4)]
    for number, name in enumerate(names):
        line = root.fields["input"][number].line
        if number >= len(shapes) or not shapes[number]:
            raise Unreadable(f"the file does not say the shape of `{cut(name, NAME)}`", line,
                             help="four of `input_dim`, or an `input_shape`")  # fmt: skip
        graph.add_input(name, tuple(shapes[number][1:]), line, shapes[number][0])
    return root.fields["input"][0].line if names else 0


def _add_data(graph: Graph, layer: Layer) -> None:
    """A layer that brings data, as far as it says what."""
    shapes = _data_shapes(layer)
    for number, top in enumerate(layer.tops):
        shape = shapes[min(number, len(shapes) - 1)]
        graph.add_input(top, tuple(shape[1:]), layer.line, shape[0])


def _data_shapes(layer: Layer) -> list[list[int]]:
    for options in (layer.options("input"), layer.options("dummy_data")):
        shapes = [shape.integers("dim") for shape in options.messages("shape")]
        if options.has("channels"):
            shapes = list(
                map(
                    list,
                    zip(
                        *(options.integers(w) for w in ("num", "channels", "height", "width")),
                        strict=False,
                    ),
                )
            )
        if shapes and all(shapes):
            return shapes
    memory, images = layer.options("memory_data"), layer.options("image_data")
    transform = layer.options("transform")
    side, seen = transform.integer("crop_size", 0), len(transform.texts("mean_value"))
    size = [side, side]
    if memory.has("channels"):
        size = size if side else [memory.integer("height", 0), memory.integer("width", 0)]
        return [[1, memory.integer("channels", 0), *size], [1]]
    if images.has("new_height"):
        size = size if side else [images.integer(f"new_{w}", 0) for w in ("height", "width")]
        seen = 3 if images.flag("is_color", default=True) else 1
    if transform.flag("force_color", default=False):
        seen = 3
    if seen < 1 or size[0] < 1:
        raise layer.wrong("does not say how large its images are, and of how many channels",
                          help="the file for deployment does: `input`, or a layer of type Input")  # fmt: skip
    return [[1, seen, *size], [1]]


def _read(graph: Graph, layer: Layer) -> None:
    read = _TYPES.get(layer.type)
    if read is None:
        raise layer.wrong("is not known here, and the file does not say what it gives")
    if not layer.bottoms:
        raise layer.wrong("reads nothing")
    reads = [graph.read(blob, layer.line) for blob in layer.bottoms]
    count = len(graph.entries)
    made = read(graph, layer, reads)
    if len(graph.entries) == count + 1:
        _share(graph, layer, reads[0].name)
    for top, tensor in zip(layer.tops, made, strict=False):
        graph.blobs[top] = tensor


def _share(graph: Graph, layer: Layer, source: str) -> None:
    """Let the layer just written use the weights of the first whose `param` have the same names."""
    names = tuple(param.text("name") for param in layer.message.messages("param"))
    if not all(names) or not names:
        return
    entry = graph.entries[-1]
    first = graph.owners.setdefault(names, entry)
    own = ("name", "from")
    alike = all(
        entry.keys.get(key) == first.keys.get(key)
        for key in {*entry.keys, *first.keys}.difference(own)
    )
    if first is not entry and first.kind == entry.kind and alike:
        name = entry.keys["name"]
        keys = {"name": name, "layer": first.keys["name"], "from": source}
        graph.entries[-1] = entry._replace(kind="reuse", keys=keys)


def _types() -> dict[str, Callable[[Graph, Layer, list[Tensor]], list[Tensor]]]:
    a, b = caffe_layers, caffe_shapes
    found: dict[str, Callable[[Graph, Layer, list[Tensor]], list[Tensor]]] = {
        "Convolution": a.convolve, "Deconvolution": a.convolve, "DepthwiseConvolution": a.convolve,
        "ConvolutionDepthwise": a.convolve,
        "Pooling": a.pool, "InnerProduct": a.connect,
        "BatchNorm": a.normalise_batch, "BN": a.normalise_in_one, "Scale": a.scale, "Bias": a.scale,
        "Normalize": a.normalise_length, "LRN": a.respond, "MVN": a.as_whole,
        "Eltwise": a.merge, "Axpy": a.excite,
        "ReLU": a.rectify, "PReLU": a.activate_by_slopes, "Power": a.raise_to_power, "Softmax": a.share,
        "Split": b.pass_on, "Silence": b.silence,
        "Flatten": b.flatten, "Reshape": b.reshape, "Permute": b.permute, "Concat": b.concat,
        "Slice": b.cut, "Crop": b.crop, "Interp": b.interpolate, "Upsample": b.upsample,
        "PriorBox": b.lay_boxes, "DetectionOutput": b.detect, "ArgMax": b.choose_largest,
        "Reduction": b.reduce, "Tile": b.repeat, "ShuffleChannel": b.shuffle, "Reorg": b.reorganise,
        "Proposal": caffe_regions.propose, "LSTM": caffe_cells.step, "RNN": caffe_cells.step, "Embed": b.look_up,
        "SPP": b.pool_pyramid, "ROIPooling": caffe_regions.pool_regions,
        "ROIAlign": caffe_regions.align_regions, "PSROIPooling": caffe_regions.pool_by_position,
        "Accuracy": b.lose, "SmoothL1Loss": b.lose, "MultiBoxLoss": b.lose,
        "SoftmaxWithLoss": b.lose, "EuclideanLoss": b.lose, "SigmoidCrossEntropyLoss": b.lose,
        "HingeLoss": b.lose, "InfogainLoss": b.lose, "ContrastiveLoss": b.lose,
        "MultinomialLogisticLoss": b.lose,
    }  # fmt: skip
    for word, kind in _KINDS.items():
        found[word] = a.as_kind(kind)
    for word in ("Log", "Threshold", "Clip"):
        found[word] = a.as_elementwise
    return found


_KINDS = {
    "AbsVal": "abs", "BNLL": "softplus", "Dropout": "dropout", "ELU": "elu", "Exp": "exponential",
    "HardSigmoid": "hard_sigmoid", "HardSwish": "hard_swish", "Mish": "mish", "ReLU6": "relu6",
    "Sigmoid": "sigmoid", "SpatialDropout": "spatial_dropout", "Swish": "silu", "TanH": "tanh",
}  # fmt: skip

_TYPES = _types()
"""How a layer is read, by its type."""
