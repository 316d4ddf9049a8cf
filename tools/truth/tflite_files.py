"""Small networks as TFLite files, written by TensorFlow's converter, with what LiteRT's interpreter says.

`python -m tools.truth.tflite_files ARCHIVE` writes a zip archive: for each file itself and `NAME.json` with
`ops` (the operator, and for each of its outputs name, shape when run, and type), `outputs` (shapes when
run, in the order of the file), `constants` (bytes and elements by type, each buffer once) and `weights`
(for each operator that has a kernel or matrix: its shape, that of the output, of the input).
"""

from __future__ import annotations

import json
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.lite.python import schema_py_generated as schema

Lite = tf.lite.TFLiteConverter
_TYPES = {getattr(schema.TensorType, n): n for n in dir(schema.TensorType) if n.isupper()}
_OPERATORS = {
    getattr(schema.BuiltinOperator, n): n for n in dir(schema.BuiltinOperator) if n.isupper()
}
_DATE = (2026, 1, 1, 0, 0, 0)


def numbers(*shape: int) -> tf.Variable:
    """Weights that are not zero."""
    return tf.Variable(np.random.default_rng(sum(shape)).normal(size=shape).astype("float32"))


class Net(tf.Module):
    """A network written as one function of a tensor."""

    def __init__(
        self, function: Callable[..., Any], *shapes: tuple[int | None, ...], **weights: tf.Variable
    ) -> None:
        super().__init__()
        self.weights = weights
        self.run = tf.function(lambda *x: function(*x, **weights)).get_concrete_function(
            *(tf.TensorSpec(shape, name=f"x{i}" if i else "x") for i, shape in enumerate(shapes))
        )
        self.shapes = shapes

    def converter(self) -> Any:
        return Lite.from_concrete_functions([self.run], self)


def cnn() -> Any:
    """A small convolutional network of Keras."""
    layers = tf.keras.layers
    x = start = layers.Input((24, 17, 3), name="image")
    x = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False, name="stem")(x)
    x = layers.BatchNormalization(name="stem_bn")(x)
    x = skip = layers.ReLU(6.0, name="stem_relu")(x)
    x = layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2, name="dw")(x)
    x = layers.Conv2D(8, 1, name="project")(x)
    x = layers.Add(name="add")([skip, x])
    x = layers.Activation("silu", name="silu")(x)
    x = layers.ZeroPadding2D(((0, 1), (2, 0)), name="pad")(x)
    x = layers.Conv2D(6, (3, 2), strides=(2, 1), activation="relu", groups=2, name="grouped")(x)
    x = layers.AveragePooling2D(2, padding="same", name="pool")(x)
    x = layers.Flatten(name="flat")(x)
    x = layers.Dense(24, activation="relu", name="hidden")(x)
    x = layers.Dense(5, activation="softmax", name="out")(x)
    model = tf.keras.Model(start, x, name="cnn")
    for weight in model.weights:
        drawn = np.random.default_rng(len(weight.path)).uniform(0.5, 1.5, weight.shape)
        weight.assign(drawn.astype("float32"))
    return model


def transposed() -> Net:
    def run(x: Any, a: Any, b: Any, c: Any) -> Any:
        same = tf.nn.conv2d_transpose(x, a, (1, 9, 14, 4), (2, 2), "SAME")
        valid = tf.nn.conv2d_transpose(x, b, (1, 12, 16, 2), (2, 2), "VALID")
        small = tf.nn.conv2d_transpose(x, c, (1, 13, 19, 2), (3, 3), "SAME")
        return same, valid, tf.nn.relu(small)

    return Net(
        run, (1, 5, 7, 3), a=numbers(3, 3, 4, 3), b=numbers(3, 4, 2, 3), c=numbers(2, 2, 2, 3)
    )


def sizes() -> Net:
    v1 = tf.compat.v1.image

    def run(x: Any) -> Any:
        return (
            v1.resize_bilinear(x, (10, 14)),
            v1.resize_bilinear(x, (9, 13), align_corners=True),
            v1.resize_bilinear(x, (8, 8), half_pixel_centers=True),
            v1.resize_nearest_neighbor(x, (15, 14)),
            v1.resize_nearest_neighbor(x, (7, 9), half_pixel_centers=True),
            tf.image.resize(x, (4, 3), "bilinear"),
        )

    return Net(run, (1, 5, 7, 3))


def pads() -> Net:
    def run(x: Any, a: Any) -> Any:
        valid = tf.nn.conv2d(tf.pad(x, ((0, 0), (1, 2), (0, 3), (0, 0))), a, 2, "VALID")
        return (
            tf.pad(x, ((0, 0), (1, 2), (3, 0), (0, 0)), "REFLECT"),
            tf.pad(x, ((0, 0), (1, 2), (3, 0), (0, 0)), "SYMMETRIC"),
            tf.pad(x, ((0, 0), (1, 0), (0, 1), (0, 0)), constant_values=-1.0),
            tf.pad(x, ((0, 0), (0, 0), (0, 0), (1, 2))),
            valid,
        )

    return Net(run, (1, 6, 8, 3), a=numbers(3, 2, 3, 4))


def dilated(batch: int | None) -> Net:
    def run(x: Any, a: Any, b: Any, c: Any) -> Any:
        y = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, a, 1, "SAME", dilations=2), c))
        y = tf.nn.depthwise_conv2d(y, b, (1, 1, 1, 1), "VALID", dilations=(3, 2))
        return tf.nn.conv2d(y, a[:, :, :1], 1, "SAME", dilations=(1, 2))

    return Net(run, (batch, 19, 15, 3), a=numbers(3, 3, 3, 6), b=numbers(3, 3, 6, 1), c=numbers(6))


def moved() -> Net:
    def run(x: Any) -> Any:
        first, *_, last = tf.unstack(x, axis=1)
        left, right = tf.split(x, 2, axis=3)
        parts = tf.split(x, (1, 3, 2), axis=2)
        return (
            tf.stack((first, last), axis=2),
            tf.concat((left, right, left), axis=3),
            parts[1][:, 1:-1, ..., tf.newaxis, :2],
            x[:, 2, ::2, 1:],
            x[..., -1],
            tf.slice(x, (0, 1, 0, 2), (-1, 2, -1, 1)),
            tf.transpose(x, (0, 2, 3, 1)),
            tf.nn.space_to_depth(x, 2),
            tf.nn.depth_to_space(x, 2),
            tf.gather(x, (3, 0), axis=1),
            tf.tile(x, (1, 2, 1, 3)),
            tf.squeeze(tf.reduce_sum(x, 2, keepdims=True), 2),
            tf.reshape(tf.reduce_max(x, (1, 2, 3)), (-1, 1)),
        )

    return Net(run, (1, 4, 6, 4))


def arithmetic() -> Net:
    def run(x: Any, y: Any) -> Any:
        norm = tf.math.l2_normalize(x, -1)
        clip = x * tf.nn.relu6(x + 3.0) * (1 / 6)
        return (
            norm,
            clip,
            x * tf.sigmoid(x),
            tf.maximum(x, y) - tf.minimum(x, 0.5),
            tf.nn.leaky_relu(x, 0.3),
            tf.nn.elu(x) / 2.0,
            tf.clip_by_value(x, -1.0, 1.0),
            tf.nn.local_response_normalization(x, 2),
            tf.nn.log_softmax(x),
            tf.argmax(x, 3),
            x + y,
        )

    return Net(run, (1, 4, 6, 4), (1, 1, 6, 4))


def shared() -> Net:
    def run(x: Any, a: Any, b: Any) -> Any:
        y = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, a, 1, "SAME"), b))
        return tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(y, a, 1, "SAME"), b))

    return Net(run, (1, 6, 8, 3), a=numbers(3, 3, 3, 3), b=numbers(3))


def volume() -> Net:
    def run(x: Any, a: Any, b: Any) -> Any:
        y = tf.nn.relu(tf.nn.conv3d(x, a, (1, 2, 1, 2, 1), "SAME"))
        return tf.nn.conv3d_transpose(y, b, (1, 4, 6, 5, 2), (1, 2, 1, 1, 1), "SAME")

    return Net(run, (1, 4, 6, 9, 3), a=numbers(3, 2, 3, 3, 4), b=numbers(2, 3, 3, 2, 4))


def custom() -> Any:
    def run(x: Any, a: Any) -> Any:
        found, _ = tf.nn.max_pool_with_argmax(tf.nn.conv2d(x, a, 1, "SAME"), 2, 2, "VALID")
        return tf.nn.relu(found)

    converter = Net(run, (1, 6, 8, 3), a=numbers(3, 3, 3, 4)).converter()
    converter.allow_custom_ops = True
    return converter


class _Signatures(tf.Module):
    def __init__(self) -> None:
        super().__init__()
        self.kernel = numbers(3, 3, 3, 4)

    @tf.function(input_signature=[tf.TensorSpec((1, 8, 8, 3), name="image")])
    def encode(self, image: Any) -> Any:
        return {"code": tf.nn.conv2d(image, self.kernel, 2, "SAME")}

    @tf.function(input_signature=[tf.TensorSpec((1, 4, 4, 4), name="code")])
    def decode(self, code: Any) -> Any:
        return {"image": tf.nn.relu(code)}


def signatures() -> Any:
    module = _Signatures()
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(module, folder, {"encode": module.encode, "decode": module.decode})
        return Lite.from_saved_model(folder, ["encode", "decode"]).convert()


def recurrent() -> bytes:
    """UNIDIRECTIONAL_SEQUENCE_LSTM, which the converter of today writes no longer."""
    draw = np.random.default_rng(1)
    model, graph = schema.ModelT(), schema.SubGraphT()
    model.version, model.description = 3, "written by hand"
    model.buffers, graph.tensors = [schema.BufferT()], []

    def tensor(name: str, shape: tuple[int, ...], *, held: bool, variable: bool = False) -> int:
        found, buffer = schema.TensorT(), schema.BufferT()
        found.name, found.shape, found.type = name, list(shape), schema.TensorType.FLOAT32
        found.isVariable = variable
        if held:
            buffer.data = np.frombuffer(draw.normal(size=shape).astype("<f4").tobytes(), np.uint8)
        model.buffers.append(buffer)
        found.buffer = len(model.buffers) - 1
        graph.tensors.append(found)
        return len(graph.tensors) - 1

    features, units = 3, 4
    x = tensor("x", (1, 6, features), held=False)
    gates = [tensor(f"lstm/input_{gate}", (units, features), held=True) for gate in "ifco"]
    inner = [tensor(f"lstm/recurrent_{gate}", (units, units), held=True) for gate in "ifco"]
    biases = [tensor(f"lstm/bias_{gate}", (units,), held=True) for gate in "ifco"]
    states = [
        tensor(f"lstm/{name}", (1, units), held=False, variable=True) for name in ("state", "cell")
    ]
    y = tensor("lstm/y", (1, 6, units), held=False)
    node, code = schema.OperatorT(), schema.OperatorCodeT()
    node.inputs = [x, *gates, *inner, -1, -1, -1, *biases, -1, -1, *states, -1, -1, -1, -1]
    node.outputs = [y]
    options = schema.UnidirectionalSequenceLSTMOptionsT()
    options.fusedActivationFunction = schema.ActivationFunctionType.TANH
    node.builtinOptionsType = schema.BuiltinOptions.UnidirectionalSequenceLSTMOptions
    node.builtinOptions = options
    code.builtinCode = code.deprecatedBuiltinCode = (
        schema.BuiltinOperator.UNIDIRECTIONAL_SEQUENCE_LSTM
    )
    graph.inputs, graph.outputs, graph.operators, graph.name = [x], [y], [node], "main"
    model.operatorCodes, model.subgraphs = [code], [graph]
    import flatbuffers

    builder = flatbuffers.Builder(4096)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _examples(shapes: list[tuple[int, ...]]) -> Callable[[], Iterator[list[Any]]]:
    def examples() -> Iterator[list[Any]]:
        draw = np.random.default_rng(3)
        for _ in range(8):
            yield [draw.normal(size=shape).astype("float32") for shape in shapes]

    return examples


def quantised(make: Callable[[], Any], shape: tuple[int, ...], way: str) -> bytes:
    """A model of Keras in one of the ways to store fewer bits."""
    converter = Lite.from_keras_model(make())
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if way == "fp16":
        converter.target_spec.supported_types = [tf.float16]
    elif way != "hybrid":
        converter.representative_dataset = _examples([shape])
        ops = tf.lite.OpsSet
        if way == "int16":
            converter.target_spec.supported_ops = [
                ops.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8
            ]
            converter.inference_input_type = converter.inference_output_type = tf.int16
        else:
            converter.target_spec.supported_ops = [ops.TFLITE_BUILTINS_INT8]
            if way != "float_io":
                converter.inference_input_type = converter.inference_output_type = tf.as_dtype(way)
    found: bytes = converter.convert()
    return found


SHAPE = (1, 24, 17, 3)
FILES: dict[str, Callable[[], Any]] = {
    "cnn.fp32": lambda: Lite.from_keras_model(cnn()),
    **{f"cnn.{way}": lambda way=way: quantised(cnn, SHAPE, way)
       for way in ("hybrid", "fp16", "int8", "uint8", "float_io", "int16")},
    "transposed": transposed, "sizes": sizes, "pads": pads, "moved": moved, "arithmetic": arithmetic,
    "dilated": lambda: dilated(1), "dilated.open": lambda: dilated(None),
    "shared": shared, "volume": volume, "custom": custom, "signatures": signatures, "recurrent": recurrent,
}  # fmt: skip
"""What is written: bytes, a converter, or a network."""


def facts(data: bytes) -> dict[str, Any]:
    """What the interpreter says of a file, and what the file holds by the generated schema."""
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(data, 0))
    graph = model.subgraphs[0]
    codes = [max(c.builtinCode, c.deprecatedBuiltinCode) for c in model.operatorCodes]
    found: dict[str, Any] = {"bytes": len(data), "constants": _constants(model), "weights": []}
    shapes: dict[int, list[int]] = {}
    if schema.BuiltinOperator.CUSTOM not in codes:
        shapes, found["outputs"] = _run(data)
    found["ops"] = []
    for node in graph.operators:
        code = model.operatorCodes[node.opcodeIndex]
        op = _OPERATORS[codes[node.opcodeIndex]]
        name = code.customCode.decode() if op == "CUSTOM" else op
        outputs = [
            [shapes.get(i) or _dims(graph.tensors[i]), _TYPES[graph.tensors[i].type]]
            for i in node.outputs
        ]
        found["ops"].append([name, outputs])
        if op in ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "CONV_3D", "TRANSPOSE_CONV",
                  "CONV_3D_TRANSPOSE"):  # fmt: skip
            read = 2 if "TRANSPOSE" in op else 0
            found["weights"].append(
                [op, *(_dims(graph.tensors[node.inputs[i]]) for i in (1, read)), outputs[0][0]]
            )
    return found


def _dims(tensor: Any) -> list[int]:
    return [] if tensor.shape is None else list(map(int, tensor.shape))


def _constants(model: Any) -> dict[str, list[int]]:
    seen: dict[int, tuple[str, int, int]] = {}
    for graph in model.subgraphs:
        for tensor in graph.tensors:
            data = model.buffers[tensor.buffer].data
            if data is not None and len(data):
                elements = int(np.prod(tensor.shape)) if tensor.shape is not None else 1
                seen[tensor.buffer] = _TYPES[tensor.type], len(data), elements
    found: dict[str, list[int]] = {}
    for kind, size, elements in seen.values():
        before = found.setdefault(kind, [0, 0])
        found[kind] = [before[0] + size, before[1] + elements]
    return found


def _run(data: bytes) -> tuple[dict[int, list[int]], list[list[int]]]:
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    resolver = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    interpreter = Interpreter(
        model_content=data,
        experimental_op_resolver_type=resolver,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    for given in interpreter.get_input_details():
        interpreter.set_tensor(given["index"], np.zeros(given["shape"], given["dtype"]))
    interpreter.invoke()
    shapes = {}
    for node in interpreter._get_ops_details():  # noqa: SLF001
        for index in node["outputs"]:
            shapes[int(index)] = list(map(int, interpreter.get_tensor(index).shape))
    outputs = [
        list(map(int, interpreter.get_tensor(found["index"]).shape))
        for found in interpreter.get_output_details()
    ]
    return shapes, outputs


def main() -> None:
    """Write all files and facts."""
    with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
        for name, make in FILES.items():
            made = make()
            made = made.converter() if isinstance(made, Net) else made
            data = made if isinstance(made, bytes) else made.convert()
            told = json.dumps({"tensorflow": tf.__version__, **facts(data)})
            for file, text in ((f"{name}.tflite", data), (f"{name}.json", told)):
                entry = zipfile.ZipInfo(file, _DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, text)
            print(name, len(data))


if __name__ == "__main__":
    main()
