"""The layers of ncnn that slide windows, hold weights or work element by element.

Each function reads one layer and gives what its blobs are. An axis counts from the outermost: a map is
channels, height, width; a matrix is rows, which are its channels here, and columns.
Source: docs/developer-guide/operators.md and src/layer of Tencent/ncnn.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.arithmetic.padding import by_mode
from cnncalc.arithmetic.windows import Window
from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.graph import alike, axis_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.graph import Axes, Graph, Tensor

ABSENT = -233
"""What ncnn writes for a number that is not stated; as a padding it is SAME."""
SAME = {-233: "same", -234: "same_lower"}
_MOST = 2**31
"""Numbers are those of 32 bits."""


class Layer(NamedTuple):
    """A layer of the file: its parameters by number, as they are written."""

    name: str
    type: str
    line: int
    bottoms: list[str]
    tops: list[str]
    values: Mapping[int, list[str]]

    def has(self, number: int) -> bool:
        """Whether a parameter is stated."""
        return number in self.values

    def integer(self, number: int, default: int) -> int:
        """A whole number; raises Unreadable."""
        found = self.integers(number)
        return found[0] if found else default

    def integers(self, number: int) -> list[int]:
        """A list of whole numbers; raises Unreadable."""
        found = []
        for text in self.values.get(number, ()):
            try:
                value = int(text)
            except ValueError:
                value = _MOST
            if not -_MOST < value < _MOST:
                raise self.wrong(f"has {number}={cut(text, NAME)}, which must be a whole number")
            found.append(value)
        return found

    def numbers(self, number: int) -> list[float]:
        """A list of numbers; raises Unreadable."""
        try:
            return [float(text) for text in self.values.get(number, ())]
        except ValueError:
            said = cut(",".join(self.values[number]), NAME)
            raise self.wrong(f"has {number}={said}, which must be numbers") from None

    def number(self, number: int, default: float) -> float:
        """A number; raises Unreadable."""
        return (self.numbers(number) or [default])[0]

    def wrong(self, message: str, *, help: str = "") -> Unreadable:
        """An error that names the layer."""
        return Unreadable(f"{self.type} `{cut(self.name, NAME)}` {message}", self.line, help=help)


def place_of(layer: Layer, number: int, tensor: Tensor) -> int:
    """An axis, the outermost being 0, as a place; raises Unreadable if there is none."""
    rank = len(tensor.axes)
    if not -rank <= number < rank:
        raise layer.wrong(f"works along axis {number} of {rank}")
    return number % rank


_STEP = 10
"""The number of a parameter for the height is that for the width and ten; for the depth twenty."""


def _per_axis(layer: Layer, number: int, rank: int, default: int) -> list[int]:
    """The kernel, stride or dilation along each axis, that of the width last; raises Unreadable."""
    width = layer.integer(number, default)
    found = [width, *(layer.integer(number + _STEP * i, width) for i in range(1, rank))]
    if min(found) < 1:
        raise layer.wrong(f"has {number}={cut(str(min(found)), NAME)}, which must be above 0")
    return found[::-1]


_PADS = {1: ((4, 15),), 2: ((14, 16), (4, 15)), 3: ((24, 17), (14, 16), (4, 15))}
"""The numbers of the padding before and after each axis of a convolution."""


def _pads(layer: Layer, rank: int) -> list[tuple[int, int]]:
    left = layer.integer(4, 0)
    found = []
    for before, after in _PADS[rank]:
        start = layer.integer(before, left)
        found.append((start, layer.integer(after, start)))
    return found


def _say_pads(pads: list[tuple[int, int]]) -> Any:
    """Padding as a spec says it: one number, one for each axis, or both sides of each."""
    if all(before == after for before, after in pads):
        return alike([before for before, _ in pads])
    return [list(pair) for pair in pads]


def activation(layer: Layer, kind: int = 9, values: int = 10) -> Data:
    """The activation that a layer ends with; raises Unreadable for one that does not exist."""
    number = layer.integer(kind, 0)
    given = [*layer.numbers(values), 0.0, 0.0]
    if number == 3:
        six = given[:2] == [0.0, 6.0]
        return {"activation": "relu6" if six else {"hard_tanh": {"min": given[0], "max": given[1]}}}
    known: dict[int, Data] = {
        0: {}, 1: {"activation": "relu"}, 2: {"activation": {"leaky_relu": {"slope": given[0]}}},
        4: {"activation": "sigmoid"}, 5: {"activation": "mish"}, 6: {"activation": "hard_swish"},
        7: {"activation": "gelu"},
    }  # fmt: skip
    if number not in known:
        raise layer.wrong(f"has the activation {number}, which is not known here")
    return known[number]


def _rank(layer: Layer, x: Tensor) -> int:
    rank = 1 if "1D" in layer.type else 3 if "3D" in layer.type else 2
    if len(x.size) != rank:
        raise layer.wrong(f"needs a map of {rank} axes of space, got {list(x.axes)}")
    return rank


def convolve(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Convolution of one to three axes, depthwise ones included; raises Unreadable."""
    x = reads[0]
    rank = _rank(layer, x)
    if len(reads) > 1:
        raise layer.wrong("reads its weights from a blob, which is not known here")
    kernel, stride, dilation = (
        _per_axis(layer, number, rank, default) for number, default in ((1, 0), (3, 1), (2, 1))
    )
    pads = _pads(layer, rank)
    word = next((SAME[p] for pair in pads for p in pair if p in SAME), "")
    sizes = []
    for n, k, s, d, pad in zip(x.size, kernel, stride, dilation, pads, strict=True):
        around = by_mode(word, n, k, s, d) if word else pad
        sizes.append(max(1, Window(k, s, d, around).positions(n)))
    keys = _keys(layer, kernel, stride, dilation)
    if word or any(map(any, pads)):
        keys["padding"] = word or _say_pads(pads)
    axes = (keys["filters"], *sizes)
    return [graph.add("conv", {**keys, **activation(layer)}, [x], axes, layer.name, layer.line)]


def _keys(layer: Layer, kernel: list[int], stride: list[int], dilation: list[int]) -> Data:
    filters, groups = layer.integer(0, 0), layer.integer(7, 1)
    if filters < 1:
        raise layer.wrong("does not say its 0=num_output")
    keys: Data = {"filters": filters, "kernel": alike(kernel)}
    if set(stride) != {1}:
        keys["stride"] = alike(stride)
    if set(dilation) != {1}:
        keys["dilation"] = alike(dilation)
    if groups != 1:
        keys["groups"] = groups
    if not layer.integer(5, 0):
        keys["bias"] = False
    return keys


def deconvolve(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Deconvolution of one to three axes; raises Unreadable."""
    x = reads[0]
    rank = _rank(layer, x)
    kernel, stride, dilation = (
        _per_axis(layer, number, rank, default) for number, default in ((1, 0), (3, 1), (2, 1))
    )
    pads = _pads(layer, rank)
    right = layer.integer(18, 0)
    extra = [right, *(layer.integer(18 + i, right) for i in range(1, rank))][::-1]
    width = layer.integer(20, 0)
    wanted = [width, *(layer.integer(20 + i, width) for i in range(1, rank))][::-1]
    sizes, cuts = [], []
    for n, k, s, d, e, pad, want in zip(
        x.size, kernel, stride, dilation, extra, pads, wanted, strict=True
    ):
        whole = (n - 1) * s + d * (k - 1) + 1 + e
        before, after = pad
        if before in SAME or after in SAME:
            total = whole - want if min(wanted) > 0 else 0
            half = total // 2
            before, after = (half, total - half) if SAME.get(before) == "same" else (total - half, half)
        elif min(wanted) > 0 and not any(map(any, pads)):
            raise layer.wrong("has an output size without SAME padding, which ncnn refuses")
        # What is added at the end is a negative cut.
        cuts.append((before, after - e))
        sizes.append(max(1, whole - before - after))
    keys = _keys(layer, kernel, stride, dilation)
    if any(map(any, cuts)):
        keys["padding"] = _say_pads(cuts)
    axes = (keys["filters"], *sizes)
    keys |= activation(layer)
    return [graph.add("conv_transpose", keys, [x], axes, layer.name, layer.line)]


_POOLS = {0: "max_pool", 1: "avg_pool"}
_POOL_PADS = {1: ((3, 14),), 2: ((13, 15), (3, 14)), 3: ((23, 16), (13, 15), (3, 14))}


def pool(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Pooling of one to three axes, over windows, over all, or adaptive; raises Unreadable."""
    x = reads[0]
    rank, kind = _rank(layer, x), _POOLS.get(layer.integer(0, 0))
    if kind is None:
        raise layer.wrong(f"has the type {layer.integer(0, 0)}: 0 is max, 1 is average")
    if layer.integer(4, 0):
        return [graph.add(f"global_{kind}", {}, [x], x.axes[:1], layer.name, layer.line)]
    if layer.integer(7, 0):
        width = layer.integer(8, 0)
        given = [width, *(layer.integer(8 + _STEP * i, width) for i in range(1, rank))][::-1]
        size = [n if m == ABSENT else m for n, m in zip(x.size, given, strict=True)]
        axes: Axes = (x.axes[0], *size)
        made = graph.add(f"adaptive_{kind}", {"size": size}, [x], axes, layer.name, layer.line)
        return [made]
    kernel, stride = (_per_axis(layer, n, rank, default) for n, default in ((1, 0), (2, 1)))
    left, mode = layer.integer(3, 0), layer.integer(5, 0)
    pads = []
    for before, after in _POOL_PADS[rank]:
        start = layer.integer(before, left)
        pads.append((start, layer.integer(after, start)))
    word = {2: "same", 3: "same_lower"}.get(mode, "")
    rounding = "floor" if mode else "full"
    sizes = []
    for n, k, s, pad in zip(x.size, kernel, stride, pads, strict=True):
        around = by_mode(word, n, k, s) if word else pad
        sizes.append(max(1, Window(k, s, 1, around, rounding).positions(n)))
    keys: Data = {"size": alike(kernel), "stride": alike(stride)}
    if word or any(map(any, pads)):
        keys["padding"] = word or _say_pads(pads)
    if mode:
        keys["ceil"] = False
    return [graph.add(kind, keys, [x], (x.axes[0], *sizes), layer.name, layer.line)]


def connect(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """InnerProduct: of all, or of each row of a matrix that has as many columns as there are features.

    Raises Unreadable.
    """
    x, units, bias = reads[0], layer.integer(0, 0), layer.integer(1, 0)
    if units < 1:
        raise layer.wrong("does not say its 0=num_output")
    features = layer.integer(2, 0) // units
    if len(x.axes) == 2 and x.axes[1] == features and x.axes[0] != 1:
        params = units * features + (units if bias else 0)
        axes = (x.axes[0], units)
        return [
            graph.add_known(
                [x], axes, layer.name, layer.line, params=params, macs=prod(axes) * features
            )
        ]
    keys: Data = {"units": units, **({} if bias else {"bias": False}), **activation(layer)}
    return [graph.add("dense", keys, [x], (units,), layer.name, layer.line)]


def normalise_batch(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """BatchNorm: a factor, a summand, the mean and the variance."""
    return [graph.add("batch_norm", {}, reads, reads[0].axes, layer.name, layer.line)]


def scale(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Scale by learnt factors, or by a second blob; Bias is the summand alone."""
    x, size = reads[0], layer.integer(0, 0)
    if layer.type == "Bias":
        return [graph.add_known([x], x.axes, layer.name, layer.line, params=size, each=True)]
    shift = bool(layer.integer(1, 0))
    if size == ABSENT and len(reads) == 2:
        if shift:
            raise layer.wrong("takes its bias from a blob, which is not known here")
        return [graph.add("multiply", {}, reads, x.axes, layer.name, layer.line)]
    keys: Data = {"axes": "channels" if size != 1 or x.axes[0] == 1 else []}
    if shift:
        keys["shift"] = True
    return [graph.add("scale", keys, [x], x.axes, layer.name, layer.line)]


def normalise_length(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Normalize: to length one, then a learnt factor."""
    x = reads[0]
    space, channels = layer.integer(0, 0), layer.integer(4, 1)
    axes = "all" if space and channels else "channels" if channels else "space"
    unit = graph.add("l2_norm", {"axes": axes}, [x], x.axes, f"{layer.name}_unit", layer.line)
    shared = layer.integer(1, 0) or layer.integer(3, 0) == 1
    keys: Data = {"axes": [] if shared else "channels"}
    return [graph.add("scale", keys, [unit], x.axes, layer.name, layer.line)]


def respond(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """LRN across channels; within one it averages over space."""
    x = reads[0]
    if layer.integer(0, 0):
        return [graph.add_known([x], x.axes, layer.name, layer.line)]
    keys = {"size": layer.integer(1, 5)}
    return [graph.add("local_response_norm", keys, [x], x.axes, layer.name, layer.line)]


def normalise_group(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """GroupNorm and InstanceNorm."""
    x = reads[0]
    if layer.type == "InstanceNorm":
        keys: Data = {"affine": bool(layer.integer(2, 1))}
        return [graph.add("instance_norm", keys, [x], x.axes, layer.name, layer.line)]
    keys = {"groups": layer.integer(0, 1)}
    if not layer.integer(3, 1):
        keys |= {"scale": False, "center": False}
    return [graph.add("group_norm", keys, [x], x.axes, layer.name, layer.line)]


def normalise_rows(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """LayerNorm and RMSNorm: over the last axis, or the last two."""
    x, size = reads[0], layer.integer(0, 0)
    count = 2 if len(x.axes) > 2 and size == prod(x.axes[-2:]) else 1
    names = [axis_name(x.axes, place) for place in range(len(x.axes) - count, len(x.axes))]
    keys: Data = {"axes": names[0] if count == 1 else names}
    affine = bool(layer.integer(2, 1))
    if layer.type == "LayerNorm" and not affine:
        keys |= {"scale": False, "center": False}
    if layer.type == "RMSNorm":
        params = size if affine else 0
        return [graph.add_known([x], x.axes, layer.name, layer.line, params=params)]
    return [graph.add("layer_norm", keys, [x], x.axes, layer.name, layer.line)]


_BINARY = {0: "add", 1: "subtract", 2: "multiply", 4: "maximum", 5: "minimum"}
_ELTWISE = {0: "multiply", 1: "add", 2: "maximum"}


def merge(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Eltwise of equal shapes, and BinaryOp, whose operands are spread; raises Unreadable."""
    x, way = reads[0], layer.integer(0, 0)
    kind = _ELTWISE.get(way) if layer.type == "Eltwise" else _BINARY.get(way)
    if len(reads) == 1:
        if layer.type == "Eltwise":
            raise layer.wrong("needs two blobs")
        return [graph.add_known([x], x.axes, layer.name, layer.line, each=True)]
    if kind == "add" and layer.type == "Eltwise" and layer.numbers(1) == [1, -1]:
        kind = "subtract"
    axes = _spread(layer, reads)
    params = sum(tensor.constant for tensor in reads)
    if kind is None or params or not all(_is_said(tensor.axes, axes) for tensor in reads):
        live = [tensor for tensor in reads if not tensor.constant]
        made = graph.add_known(
            live, axes, layer.name, layer.line, params=params,
            each=all(tensor.axes == axes for tensor in live),
        )  # fmt: skip
        return [made]
    return [graph.add(kind, {}, reads, axes, layer.name, layer.line)]


def _spread(layer: Layer, reads: Sequence[Tensor]) -> Axes:
    """What the operands have in common once each is spread: a vector stands for channels if it fits."""
    largest = max((tensor.axes for tensor in reads), key=lambda axes: (len(axes), prod(axes)))
    output = list(largest)
    for tensor in reads:
        axes = tensor.axes
        if len(axes) == 1 and len(largest) > 1 and axes[0] == largest[0]:
            continue
        filled = (1,) * (len(output) - len(axes)) + axes
        if any(n != m and 1 not in {n, m} for n, m in zip(filled, output, strict=True)):
            shown = " and ".join(str(list(tensor.axes)) for tensor in reads)
            raise layer.wrong(f"reads {shown}, which do not fit")
        output = [max(n, m) for n, m in zip(filled, output, strict=True)]
    return tuple(output)


def _is_said(axes: Axes, output: Axes) -> bool:
    """Whether a merge of the language spreads `axes` to `output` in the same way."""
    if len(axes) == 1 and len(output) > 1:
        return axes[0] in {1, output[0]}
    return len(axes) == len(output)


def activate(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """ReLU with or without a slope, PReLU, Clip."""
    x = reads[0]
    keys: Data = {}
    if layer.type == "PReLU":
        kind, keys = "prelu", {"shared": "all" if layer.integer(0, 0) == 1 else "space"}
    elif layer.type == "Clip":
        low, high = layer.number(0, -3.4e38), layer.number(1, 3.4e38)
        kind = "relu6" if (low, high) == (0, 6) else "hard_tanh"
        keys = {} if kind == "relu6" else {"min": low, "max": high}
    else:
        slope = layer.number(0, 0.0)
        kind, keys = ("leaky_relu", {"slope": slope}) if slope else ("relu", {})
    return [graph.add(kind, keys, [x], x.axes, layer.name, layer.line)]


def share(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Softmax along an axis."""
    x = reads[0]
    at = place_of(layer, layer.integer(0, 0), x)
    keys: Data = {"axis": axis_name(x.axes, at)} if at else {}
    return [graph.add("softmax", keys, [x], x.axes, layer.name, layer.line)]


def as_kind(kind: str) -> Callable[[Graph, Layer, list[Tensor]], list[Tensor]]:
    """A layer that keeps the shape, and has a kind of its own."""

    def read(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
        return [graph.add(kind, {}, reads, reads[0].axes, layer.name, layer.line)]

    return read


def as_elementwise(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """A function of each element that has no kind, nor weights."""
    return [graph.add_known(reads, reads[0].axes, layer.name, layer.line, each=True)]


_GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}


def recur(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """RNN, GRU and LSTM over the rows of a matrix, in one direction or both; raises Unreadable."""
    x, units, both = reads[0], layer.integer(0, 0), layer.integer(2, 0) == 2
    if len(x.axes) != 2 or units < 1:
        raise layer.wrong("needs a matrix, and 0=num_output")
    if len(layer.tops) > 1 or len(reads) > 1:
        raise layer.wrong("reads or gives its state, which is not known here")
    gates, directions = _GATES[layer.type], 2 if both else 1
    hidden = layer.integer(3, units) if layer.type == "LSTM" else units
    kernels = gates * hidden * (x.axes[1] + units)
    if hidden != units:
        kernels += hidden * units
    # A GRU has a bias more: that of the candidate is in two parts.
    biases = hidden * (gates + (layer.type == "GRU"))
    axes = (x.axes[0], units * directions)
    made = graph.add_known(
        [x], axes, layer.name, layer.line,
        params=directions * (kernels + biases), macs=directions * x.axes[0] * kernels,
    )  # fmt: skip
    return [made]


def attend(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """MultiHeadAttention over the rows of matrices."""
    queries, keys = reads[0], reads[min(1, len(reads) - 1)]
    values = reads[min(2, len(reads) - 1)]
    width, total = layer.integer(0, 0), layer.integer(2, 0)
    if width < 1 or any(len(x.axes) != 2 for x in (queries, keys, values)):
        raise layer.wrong("needs matrices, and 0=embed_dim")
    inner = total // queries.axes[1] if layer.has(2) and total else width
    k, v = layer.integer(3, width), layer.integer(4, width)
    n, m = queries.axes[0], keys.axes[0]
    out = queries.axes[1]
    kernels = inner * (out + k + v) + out * inner
    macs = n * inner * out + m * inner * (k + v) + 2 * n * m * inner + n * inner * out
    live = [x for x in dict.fromkeys(reads) if not x.constant]
    return [
        graph.add_known(
            live, (n, out), layer.name, layer.line, params=kernels + 3 * inner + out, macs=macs
        )
    ]
