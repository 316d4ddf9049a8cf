"""ncnn's param files, in their text form.

A line for each layer: its type and name, how many blobs it reads and gives, their names, and its parameters by
number. What a file says of the shapes of its blobs is compared with what comes out here.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base import ncnn_layers, ncnn_rest, ncnn_shapes, ncnn_windows
from cnncalc.importers.base.description import Description, Unreadable
from cnncalc.importers.base.graph import Graph, Tensor, shape_of
from cnncalc.importers.base.model_file import Asked
from cnncalc.importers.base.ncnn_layer import Layer
from cnncalc.work import LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.graph import Axes
    from cnncalc.importers.base.model_file import ModelFile

TITLE = "ncnn"
SUFFIXES = (".param",)
READS = "text files; most layers of ncnn, its custom ones as they state their shape"

_MAGIC = "7767517"
_BINARY = int(_MAGIC).to_bytes(4, "little")
_MOST_BLOBS = 10_000
"""A layer reads or gives at most so many blobs."""
_ARRAY = -23300
"""The number of a parameter that is a list is so much less its number."""
_HINT = 30
"""The number of the list in which the shapes of the blobs are noted."""


def recognises(name: str, head: bytes) -> bool:
    """Whether the file begins with the magic number, as a text or not, or has the suffix."""
    return head.split(b"\n", 1)[0].strip() == _MAGIC.encode() or name.endswith(SUFFIXES)


def describe(file: ModelFile) -> Description:
    """The network of a param file; raises Unreadable."""
    if file.head().startswith(_BINARY):
        raise Unreadable("this is the binary form of a param file, without names",
                         help="read the text that it was made of")  # fmt: skip
    text = file.text(LIMITS["text"].most)
    given = file.given
    asked = (
        Asked(given.get("size"), channels=given.get("channels"))
        if given.get("size")
        else file.asked
    )
    try:
        return _describe(text, asked)
    except Unreadable as error:
        error.text = text
        raise


def _describe(text: str, asked: Asked) -> Description:
    lines = text.splitlines()
    if not lines or lines[0].strip() != _MAGIC:
        raise Unreadable(f"the file does not begin with {_MAGIC}", 1, help="is it a file of ncnn?")
    counts = lines[1].split() if len(lines) > 1 else []
    if len(counts) != 2 or not all(part.isdecimal() for part in counts):
        raise Unreadable("the second line must say how many layers and blobs there are", 2)
    if len(lines) > LIMITS["layers"].most:
        raise Unreadable(f"the file has more than {LIMITS['layers'].most:,} layers", 2)
    layers = [_layer(line, number) for number, line in enumerate(lines[2:], 3) if line.strip()]
    if str(len(layers)) != counts[0].lstrip("0"):
        raise Unreadable(f"the file says {cut(counts[0], NAME)} layers, and has {len(layers)}", 2,
                         help="is its end missing?")  # fmt: skip
    graph, stated = Graph(), dict[str, "Data"]()
    for layer in layers:
        _read(graph, layer, stated, asked)
    if not graph.entries:
        raise Unreadable("the file has no input, or no layer behind it", 1)
    first = next(layer.line for layer in layers if layer.type == "Input")
    return Description(
        text, graph.inputs(), graph.entries, graph.outputs(), "ncnn", line=first, stated=stated
    )


def _layer(text: str, line: int) -> Layer:
    """One line; raises Unreadable."""
    words = text.split()
    counts = words[2:4]
    if len(counts) != 2 or not all(word.isdecimal() and len(word) < 6 for word in counts):
        raise Unreadable("a layer is its type, its name, and two numbers of blobs", line,
                         help="Convolution conv1 1 1 data conv1 0=64 1=3")  # fmt: skip
    ins, outs = map(int, counts)
    blobs, rest = words[4 : 4 + ins + outs], words[4 + ins + outs :]
    if len(blobs) < ins + outs or max(ins, outs) > _MOST_BLOBS:
        raise Unreadable(f"`{cut(words[1], NAME)}` needs {ins} + {outs} names of blobs", line)
    if words[0].startswith("pnnx.Input"):
        raise Unreadable("this is a graph of pnnx, not of ncnn", line,
                         help="the file that ends in .ncnn.param stands beside it")  # fmt: skip
    return Layer(words[1], words[0], line, blobs[:ins], blobs[ins:], _values(rest, line))


def _values(words: list[str], line: int) -> dict[int, list[str]]:
    found = {}
    for word in words:
        key, mark, value = word.partition("=")
        digits = key.removeprefix("-")
        if not mark or not digits.isdecimal() or len(digits) > 6:
            raise Unreadable(
                f"`{cut(word, NAME)}` is no parameter", line, help="a number, = and its value"
            )
        number, parts = int(key), value.split(",")
        if number <= _ARRAY:
            # The first says how many follow.
            number, parts = _ARRAY - number, parts[1:]
        found[number] = [part for part in parts if part]
    return found


def _hints(layer: Layer) -> list[Axes]:
    """The shapes that are noted of the blobs that a layer gives; empty if none are."""
    numbers = layer.integers(_HINT)
    if len(numbers) != 4 * len(layer.tops):
        return []
    found: list[Axes] = []
    for at in range(0, len(numbers), 4):
        rank, w, h, c = numbers[at : at + 4]
        axes = {1: (w,), 2: (h, w), 3: (c, h, w)}.get(rank, ())
        if not axes or min(axes) < 1:
            return []
        found.append(axes)
    return found


def _read(graph: Graph, layer: Layer, stated: dict[str, Data], asked: Asked) -> None:
    """Read one layer; raises Unreadable."""
    hints = _hints(layer)
    if layer.type == "Input":
        _add_input(graph, layer, hints, asked)
        return
    if layer.type == "MemoryData":
        axes = _stated_axes(layer)
        for top in layer.tops:
            graph.blobs[top] = Tensor(top, axes or (1,), constant=prod(axes))
        return
    if not layer.bottoms:
        raise layer.wrong("reads nothing")
    reads = [graph.read(blob, layer.line) for blob in layer.bottoms]
    read = _TYPES.get(layer.type)
    if read is None:
        if len(hints) != 1 and layer.type.startswith(_OF_PYTORCH):
            raise layer.wrong("is no layer of ncnn: pnnx left it as it is in PyTorch",
                              help="export the model as .pt2 or .onnx")  # fmt: skip
        if len(hints) != 1:
            raise layer.wrong("is not known here, and the file does not say what it gives",
                              help="ncnnoptimize notes the shapes of blobs")  # fmt: skip
        keys = {"output": shape_of(hints[0])}
        live = [x for x in reads if not x.constant]
        made = [graph.add("opaque", keys, live, hints[0], layer.name, layer.line)]
    else:
        if any(x.constant for x in reads) and layer.type not in _WITH_CONSTANTS:
            raise layer.wrong("reads a constant, which is not known here")
        made = read(graph, layer, reads)
    for top, tensor in zip(layer.tops, made, strict=False):
        graph.blobs[top] = tensor
    if len(hints) == 1 and len(made) == 1 and graph.entries[-1].keys["name"] == made[0].name:
        stated[made[0].name] = shape_of(hints[0])


_OF_PYTORCH = ("pnnx.", "nn.", "F.", "torch.", "Tensor.", "aten::", "prim::")
"""How the layers of PyTorch begin in files of pnnx."""
_WITH_CONSTANTS = ("BinaryOp", "Concat", "Gemm", "MatMul", "MultiHeadAttention", "Split")


def _stated_axes(layer: Layer) -> Axes:
    """The axes of an input or of a constant; raises Unreadable for a size below 1."""
    w, h, d, c = (layer.integer(number, 0) for number in (0, 1, 11, 2))
    axes = (c, d, h, w) if d else (c, h, w) if c else (h, w) if h else (w,) if w else ()
    if any(n < 1 for n in axes):
        raise layer.wrong(f"has the size {list(axes)}")
    return axes


def _add_input(graph: Graph, layer: Layer, hints: list[Axes], asked: Asked) -> None:
    axes = _stated_axes(layer)
    if not axes and not hints:
        axes = _asked_axes(layer, asked)
    if not axes and len(hints) == 1:
        axes = hints[0]
    if not axes:
        raise layer.wrong("does not state its size",
                          help="--size 224,224 --channels 3, or 0=224 1=224 2=3 at the end of its line: "
                          "width, height, channels")  # fmt: skip
    for top in layer.tops:
        graph.add_input(top, axes, layer.line)


def _asked_axes(layer: Layer, asked: Asked) -> Axes:
    """The axes that a person gives an input; none without the channels, which a file does not say either."""
    name = layer.tops[0] if layer.tops else layer.name
    size, channels = asked.size_of(name), asked.channels_of(name)
    return () if size is None or channels is None else (channels, *size)


def _types() -> dict[str, Callable[[Graph, Layer, list[Tensor]], list[Tensor]]]:
    a, b, c = ncnn_layers, ncnn_shapes, ncnn_windows
    found: dict[str, Callable[[Graph, Layer, list[Tensor]], list[Tensor]]] = {
        "InnerProduct": a.connect, "BatchNorm": a.normalise_batch, "Scale": a.scale, "Bias": a.scale,
        "Normalize": a.normalise_length, "LRN": a.respond, "GroupNorm": a.normalise_group,
        "InstanceNorm": a.normalise_group, "LayerNorm": a.normalise_rows,
        "RMSNorm": a.normalise_rows, "BinaryOp": a.merge, "Eltwise": a.merge,
        "ReLU": a.activate, "PReLU": a.activate, "Clip": a.activate, "Softmax": a.share,
        "RNN": a.recur, "GRU": a.recur, "LSTM": a.recur, "MultiHeadAttention": a.attend,
        "Flatten": b.flatten, "Reshape": b.reshape, "Permute": b.permute, "Squeeze": b.squeeze,
        "ExpandDims": b.unsqueeze, "Concat": b.concat, "Slice": b.cut, "Crop": b.crop,
        "Padding": b.pad, "Interp": b.interpolate, "PriorBox": b.lay_boxes,
        "Reduction": b.reduce, "Tile": b.repeat, "GLU": b.halve, "Embed": b.look_up,
        "MatMul": b.multiply, "Gemm": b.multiply,
    }  # fmt: skip
    for axes in ("", "1D", "3D"):
        for depthwise in ("", "DepthWise"):
            found[f"Convolution{depthwise}{axes}"] = c.convolve
            found[f"Deconvolution{depthwise}{axes}"] = c.deconvolve
        found[f"Pooling{axes}"] = c.pool
    for word in ("Split", "Noop", "Cast", "Packing", "CopyTo"):
        found[word] = b.pass_on
    for word in ("ShuffleChannel", "PixelShuffle", "Reorg", "YoloV5Focus"):
        found[word] = b.regroup
    d = ncnn_rest
    found |= {
        "ROIPooling": d.pool_regions, "ROIAlign": d.pool_regions, "PSROIPooling": d.pool_regions,
        "Proposal": d.propose, "StatisticsPooling": d.pool_statistics, "Unfold": d.unfold, "Fold": d.fold,
        "DeformableConv2D": d.deform, "SDPA": d.attend, "Flip": d.turn, "MVN": d.turn, "RotaryEmbed": d.turn,
        "Quantize": d.rescale, "Dequantize": d.rescale, "Requantize": d.rescale, "GridSample": d.sample,
        "Diag": d.take_diagonal, "Spectrogram": d.analyse,
    }  # fmt: skip
    for word in ("DetectionOutput", "YoloDetectionOutput", "Yolov3DetectionOutput"):
        found[word] = b.detect
    found |= {"Power": a.raise_to_power, "UnaryOp": a.apply_function}
    for word in ("Log", "Threshold", "Erf", "CumulativeSum", "Shrink"):
        found[word] = a.as_elementwise
    for word, kind in _KINDS.items():
        found[word] = a.as_kind(kind)
    return found


_KINDS = {
    "AbsVal": "abs", "BNLL": "softplus", "CELU": "celu", "Dropout": "dropout", "ELU": "elu",
    "Exp": "exponential", "GELU": "gelu", "HardSigmoid": "hard_sigmoid",
    "HardSwish": "hard_swish", "Mish": "mish", "SELU": "selu", "Sigmoid": "sigmoid",
    "Softplus": "softplus", "Swish": "silu", "TanH": "tanh",
}  # fmt: skip

_TYPES = _types()
"""How a layer is read, by its type."""
