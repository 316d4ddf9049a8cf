"""Core ML's neural networks as a graph of ONNX: layers as the nodes that do the same.

What a layer has of weights is a tensor of the graph, whose numbers are read where they are asked for.

Source: Model.proto, FeatureTypes.proto and NeuralNetwork.proto of coremltools 9.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.model import Graph, Node, Tensor
from cnncalc.importers.base.wire import read
from cnncalc.protobuf import BYTES
from cnncalc.work import LIMITS

if TYPE_CHECKING:
    from cnncalc.importers.base.wire import Message, Wire

FLOAT, FLOAT16, INT64 = 1, 10, 7
_LIST = 10_000
NETWORKS = (303, 403, 500)
"""The numbers of the fields that are neural networks."""
PROGRAM = 502
"""The number of the field that is a program."""

Made = tuple[str, list[str], dict[str, Any]]
"""An operator of ONNX, the weights that it reads, and its attributes."""


def default_function(wire: Wire, root: Message) -> str:
    """The function of a program that is run unless another one is asked for; "" if none is said to be."""
    for part in root.get(2, ())[:1]:
        said = read(wire, part)
        if 21 in said:
            return wire.text(said[21][0])
    return ""


def _outputs(graph: Graph) -> list[str]:
    """What goes out and a layer gives, which the name of a class is not; else what no layer reads."""
    given = [name for node in graph.nodes for name in node.outputs]
    made, used = set(given), {name for node in graph.nodes for name in node.inputs}
    kept = [name for name in graph.outputs if name in made]
    return kept or [name for name in given if name not in used]


class Spec:
    """What a file says: the graph, and the shapes of what goes in."""

    def __init__(self, wire: Wire, root: Message) -> None:
        """Read it from the fields of the file; raises Unreadable."""
        self.wire = wire
        self.graph = Graph()
        self.unknown: list[str] = []
        network = next(root[number][0] for number in NETWORKS if number in root)
        self._describe(root)
        layers = [part for part in wire.message(network) if part.number == 1]
        if len(layers) > LIMITS["nodes"].most:
            raise Unreadable(f"the network has more than {LIMITS['nodes'].most:,} layers")
        for layer in layers:
            self._layer(read(wire, layer))
        self.graph.outputs[:] = _outputs(self.graph)

    def _describe(self, root: Message) -> None:
        for part in root.get(2, ())[:1]:
            description = read(self.wire, part)
            for feature in description.get(1, ()):
                name, dims = self._feature(read(self.wire, feature))
                self.graph.inputs[name] = FLOAT, dims
            for feature in description.get(10, ()):
                self.graph.outputs.append(self._feature(read(self.wire, feature))[0])

    def _feature(self, feature: Message) -> tuple[str, tuple[int | str, ...] | None]:
        """A name and a shape: an image has its channels first, and no batch."""
        name = self._text(feature, 1)
        kind = read(self.wire, feature[3][0]) if 3 in feature else {}
        if 4 in kind:
            image = read(self.wire, kind[4][0])
            width, height, space = (self._number(image, number, 0) for number in (1, 2, 3))
            return name, (1, 1 if space == _GREY else 3, height, width)
        if 5 in kind:
            array = read(self.wire, kind[5][0])
            dims = tuple(self._integers(array, 1))
            return name, dims or None
        return name, None

    def _text(self, message: Message, number: int) -> str:
        return self.wire.text(message[number][0]) if number in message else ""

    def _number(self, message: Message, number: int, default: int) -> int:
        return self.wire.integer(message[number][0]) if number in message else default

    def _integers(self, message: Message, number: int) -> list[int]:
        return [n for part in message.get(number, ()) for n in self.wire.integers(part, _LIST)]

    def _weights(self, name: str, message: Message, number: int, dims: list[int]) -> str:
        """Add a tensor of weights to the graph, and give its name; empty if there is none."""
        if number not in message or any(n < 0 for n in dims):
            return ""
        params = read(self.wire, message[number][0])
        type_, place = FLOAT, None
        if 1 in params and params[1][0].form == BYTES:
            # As the list of floats of a tensor of ONNX.
            place = params[1][0]._replace(number=4)
        elif 2 in params:
            type_, place = FLOAT16, params[2][0]._replace(number=9)
        self.graph.weights[name] = Tensor(name, tuple(dims), type_, place)
        return name

    def _layer(self, layer: Message) -> None:
        number = next((number for number in layer if number >= _FIRST), 0)
        name = self._text(layer, 1)
        inputs, outputs = ([self.wire.text(part) for part in layer.get(key, ())] for key in (2, 3))
        params = read(self.wire, layer[number][0]) if number else {}
        for output, part in zip(outputs, layer.get(5, ()), strict=False):
            dims = tuple(self._integers(read(self.wire, part), 2))
            if dims and all(n > 0 for n in dims):
                self.graph.stated[output] = dims
        op, extra, attributes = self._node(number, name, inputs, params)
        self.graph.nodes.append(
            Node(op, "", name, [*inputs, *extra], outputs, attributes, len(self.graph.nodes) + 1)
        )

    def _node(self, number: int, name: str, inputs: list[str], params: Message) -> Made:
        """The operator of ONNX, what it reads besides, and its attributes."""
        if number in (230, 231) and len(inputs) == 1:
            key = {230: "offset", 231: "scale"}[number]
            return "mil.rescaling", [], {**_NEUTRAL, **_fractions(self.wire, params, {key: 1})}
        own = {
            100: self._convolution, 120: self._pooling, 130: self._activation, 140: self._product,
            160: self._norm, 200: self._pad, 210: self._upsample, 995: self._slice, 1070: self._constant,
        }.get(number)  # fmt: skip
        if own is not None:
            return own(name, params)
        op = _PLAIN.get(number, f"layer {number}")
        return op, [], self._attributes(op, number, params)

    def _attributes(self, op: str, number: int, params: Message) -> dict[str, Any]:
        """The attributes of a layer that is an operator of ONNX."""
        if not op.startswith(_WITH_AXES):
            return {}
        axes = self._integers(params, 1)
        if op.startswith("Reduce"):
            everything = self._number(params, 3, 0)
            return {"axes": None if everything else axes, "keepdims": self._number(params, 2, 0)}
        one = axes[0] if axes else None
        found: dict[str, dict[str, Any]] = {
            "Transpose": {"perm": axes}, "Unsqueeze": {"axes": axes}, "Squeeze": {"axes": axes or None},
            "Reshape": {"shape": axes}, "coreml.tile": {"times": axes},
            "Concat": {"axis": -3 if number == _OLD_CONCAT else one or 0},
            "Softmax": {"axis": -1 if one is None else one},
            "Split": {"axis": one or 0, "split": self._integers(params, 3) or None},
        }  # fmt: skip
        return found.get(op, {})

    def _product(self, name: str, params: Message) -> Made:
        units, length = self._number(params, 2, 0), self._number(params, 1, 0)
        held = [self._weights(f"{name}.weight", params, 20, [units, length])]
        held.append(self._weights(f"{name}.bias", params, 21, [units]))
        return "coreml.dense", held, {}

    def _norm(self, name: str, params: Message) -> Made:
        channels = [self._number(params, 1, 0)]
        parts = (("gamma", 15), ("beta", 16), ("mean", 17), ("variance", 18))
        held = [self._weights(f"{name}.{part}", params, at, channels) for part, at in parts]
        if self._number(params, 6, 0):
            return "InstanceNormalization", held[:2], {}
        return "BatchNormalization", held, {}

    def _constant(self, name: str, params: Message) -> Made:
        self._weights(name, params, 2, self._integers(params, 1))
        return "coreml.constant", [name], {}

    def _pad(self, name: str, params: Message) -> Made:
        mode = "constant" if 1 in params else "reflect" if 2 in params else "edge"
        return "coreml.pad", [], {"amounts": self._borders(params, 10), "mode": mode}

    def _upsample(self, name: str, params: Message) -> Made:
        scales: list[float] = [float(n) for n in self._integers(params, 1)]
        for part in params.get(7, ()):
            scales += self.wire.unpack(part, "f", _LIST)
        mode = "linear" if self._number(params, 5, 0) else "nearest"
        return "Upsample", [], {"scales": [1.0, 1.0, *(scales or [1.0, 1.0])], "mode": mode}

    def _slice(self, name: str, params: Message) -> Made:
        lists = [self._integers(params, at) for at in (1, 2, 3, 4, 5, 6)]
        return "coreml.slice", [], {"lists": lists}

    def _borders(self, params: Message, number: int) -> list[int]:
        """The amounts at the starts of the axes, then those at the ends."""
        if number not in params:
            return []
        message = read(self.wire, params[number][0])
        edges = [read(self.wire, part) for part in message.get(10, ())]
        return [self._number(edge, side, 0) for side in (1, 2) for edge in edges]

    def _padding(self, params: Message, valid: int, same: int) -> dict[str, Any]:
        if same in params:
            mode = self._number(read(self.wire, params[same][0]), 1, 0)
            return {"auto_pad": "SAME_LOWER" if mode else "SAME_UPPER"}
        found = read(self.wire, params[valid][0]) if valid in params else {}
        pads = self._borders(found, 1)
        return {"pads": pads} if any(pads) else {}

    def _convolution(self, name: str, params: Message) -> Made:
        filters, depth = self._number(params, 1, 0), self._number(params, 2, 0)
        kernel = self._integers(params, 20) or [3, 3]
        groups = max(self._number(params, 10, 1), 1)
        transposed = bool(self._number(params, 60, 0))
        first = [depth, filters // groups] if transposed else [filters, depth]
        held = [self._weights(f"{name}.weight", params, 90, [*first, *kernel])]
        held.append(self._weights(f"{name}.bias", params, 91, [filters]))
        attributes = {"strides": self._integers(params, 30) or [1, 1], "group": groups,
                      "dilations": self._integers(params, 40) or [1, 1],
                      **self._padding(params, 50, 51)}  # fmt: skip
        if transposed and (size := self._integers(params, 100)):
            attributes["output_shape"] = size
        return "ConvTranspose" if transposed else "Conv", held, attributes

    def _pooling(self, name: str, params: Message) -> Made:
        kind = ("Max", "Average", "Lp")[min(max(self._number(params, 1, 0), 0), 2)]
        if self._number(params, 60, 0):
            return f"Global{kind}Pool", [], {}
        attributes = {"kernel_shape": self._integers(params, 10) or [3, 3],
                      "strides": self._integers(params, 20) or [1, 1]}  # fmt: skip
        if 32 in params:
            # As Caffe does it: the same at both sides, and windows rounded up.
            amounts = self._integers(read(self.wire, params[32][0]), 10)
            return f"{kind}Pool", [], {**attributes, "pads": amounts * 2, "ceil_mode": 1}
        return f"{kind}Pool", [], {**attributes, **self._padding(params, 30, 31)}

    def _activation(self, name: str, params: Message) -> Made:
        number = next((number for number in params if number in _ACTIVATIONS), 0)
        op = _ACTIVATIONS.get(number, f"activation {next(iter(params), 0)}")
        if op == "PRelu":
            slopes = read(self.wire, params[number][0])
            found = read(self.wire, slopes[1][0]) if 1 in slopes else {}
            length = (found[1][0].stop - found[1][0].start) // 4 if 1 in found else 1
            return op, [self._weights(f"{name}.slope", slopes, 1, [length, 1, 1])], {}
        if op == "mil.rescaling":
            line = read(self.wire, params[number][0])
            return op, [], _fractions(self.wire, line, {"scale": 1, "offset": 2})
        return op, [], {}


def _fractions(wire: Wire, message: Message, fields: dict[str, int]) -> dict[str, float]:
    """Numbers with a fraction by what they are called; those that are left out are 0."""
    found = {key: message[number][-1] for key, number in fields.items() if number in message}
    numbers = {key: wire.unpack(field, "f", 1) for key, field in found.items()}
    return {key: [*numbers.get(key, ()), 0][0] for key in fields}


_FIRST = 100
_GREY = 10
_NEUTRAL = {"scale": 1, "offset": 0}
_OLD_CONCAT = 320
_WITH_AXES = (
    "Reduce",
    "Transpose",
    "Unsqueeze",
    "Squeeze",
    "Reshape",
    "coreml.tile",
    "Concat",
    "Softmax",
    "Split",
)
_ACTIVATIONS = {
    5: "mil.rescaling", 10: "Relu", 15: "LeakyRelu", 20: "ThresholdedRelu", 25: "PRelu", 30: "Tanh",
    40: "Sigmoid", 41: "HardSigmoid", 50: "Elu", 60: "Softsign", 70: "Softplus",
}  # fmt: skip
_PLAIN = {
    985: "Transpose", 310: "Transpose", 1125: "Unsqueeze", 1120: "Squeeze", 1140: "Reshape", 1280: "ReduceMean",
    1260: "ReduceMax", 1265: "ReduceMin", 1270: "ReduceSum", 320: "Concat", 980: "Concat", 950: "Softmax",
    175: "Softmax", 975: "Split", 920: "coreml.tile", 230: "Add",
    231: "Mul", 240: "Mean", 260: "Max", 261: "Min", 880: "Add", 900: "Mul", 905: "Sub", 890: "Div", 870: "Min",
    875: "Max", 885: "Pow", 220: "Sqrt", 760: "Tanh", 795: "Gelu", 301: "Flatten", 600: "Identity",
    1045: "MatMul", 660: "Clip", 1460: "Clip",
}  # fmt: skip
"""Layers by the numbers of their fields."""
