"""Writes small networks of Keras as files of other formats, and what the frameworks say of them.

    python -m tools.truth.exported facts tests/importers/data/exported.json
    python -m tools.truth.exported tfjs tests/importers/data/tfjs/networks.zip
    python -m tools.truth.exported openvino tests/importers/data/openvino/networks.zip

The facts are those of Keras on PyTorch, whose counter sees every product once. The files need TensorFlow,
and tensorflowjs 4.22 or openvino 2026.4. Of the package tensorflowjs only the converter of saved models is
used; what it imports beside it may be missing. Weights are drawn, none is zero.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any
from unittest import mock

os.environ["KERAS_BACKEND"] = "torch" if sys.argv[1:2] == ["facts"] else "tensorflow"

import keras
import numpy as np
from keras import layers as k


def _block(x: Any, filters: int, stride: int = 1) -> Any:
    x = k.Conv2D(filters, 3, stride, padding="same", use_bias=False)(x)
    return k.ReLU(6.0)(k.BatchNormalization()(x))


def _plain() -> Any:
    x = image = keras.Input((33, 31, 3), name="image")
    x = k.MaxPooling2D(3, 2, padding="same")(_block(x, 8, 2))
    x = k.BatchNormalization()(
        k.DepthwiseConv2D(3, strides=2, padding="same", depth_multiplier=2)(x)
    )
    x = k.AveragePooling2D(2, padding="same")(k.Conv2D(12, 1, activation="relu")(x))
    return keras.Model(image, k.Dense(10, activation="softmax")(k.GlobalAveragePooling2D()(x)))


def _residual() -> Any:
    x = image = keras.Input((24, 20, 3))
    x = _block(x, 8)
    x = k.Add()([x, _block(_block(x, 8), 8)])
    x = k.Concatenate()(
        [
            k.MaxPooling2D(3, 2)(k.ZeroPadding2D(((0, 1), (0, 1)))(x)),
            k.Conv2D(4, 3, 2, padding="same")(x),
        ]
    )
    x = k.BatchNormalization()(k.LeakyReLU(0.2)(x))
    return keras.Model(image, k.Dense(5)(k.Dropout(0.5)(k.Flatten()(k.Conv2D(6, (1, 5))(x)))))


def _dilated() -> Any:
    x = image = keras.Input((26, 34, 3))
    x = k.Conv2D(6, 3, padding="same", dilation_rate=2, activation="elu")(x)
    x = k.Conv2D(6, 3, padding="valid", dilation_rate=(3, 2))(x)
    x = k.DepthwiseConv2D(3, padding="same", dilation_rate=4)(x)
    return keras.Model(image, k.GlobalMaxPooling2D()(k.SeparableConv2D(7, 3, padding="same")(x)))


def _decoder() -> Any:
    x = image = keras.Input((20, 28, 3))
    a = _block(x, 6)
    b = _block(k.MaxPooling2D()(a), 8)
    x = k.Conv2DTranspose(8, 3, 2, padding="same")(k.Conv2D(10, 3, 2, padding="same")(b))
    x = k.UpSampling2D(2, interpolation="bilinear")(k.Concatenate()([x, b]))
    x = k.Conv2DTranspose(4, 4, 2, padding="valid")(k.Concatenate()([x, a]))
    x = k.Cropping2D(((1, 1), (2, 0)))(k.UpSampling2D((1, 3))(x))
    return keras.Model(image, k.Conv2D(2, 1, activation="sigmoid")(x))


def _gated() -> Any:
    x = image = keras.Input((16, 16, 4))
    x = k.Activation("silu")(k.Conv2D(8, 3, 2, padding="same")(x))
    s = k.Reshape((1, 1, 8))(k.GlobalAveragePooling2D()(x))
    s = k.Conv2D(8, 1, activation="sigmoid")(k.Conv2D(2, 1, activation="relu")(s))
    x = k.Activation("hard_silu")(k.Conv2D(8, 1)(k.Multiply()([x, s])))
    x = k.PReLU(shared_axes=[1, 2])(x)
    return keras.Model(image, [k.Dense(3)(k.GlobalMaxPooling2D()(x)), k.Softmax(axis=-1)(x)])


def _sequence() -> Any:
    x = signal = keras.Input((40, 6))
    x = k.Conv1D(8, 3, padding="causal", dilation_rate=2, activation="tanh")(x)
    x = k.MaxPooling1D(2)(k.Conv1D(8, 5, strides=2, padding="same")(x))
    x = k.LayerNormalization()(k.Add()([x, k.Conv1D(8, 3, padding="same", dilation_rate=4)(x)]))
    return keras.Model(signal, k.Dense(4)(k.GlobalAveragePooling1D()(x)))


def _attention() -> Any:
    x = patches = keras.Input((12, 16))
    x = k.LayerNormalization()(k.Add()([x, k.MultiHeadAttention(4, 4)(x, x)]))
    x = k.Add()([x, k.Dense(16)(k.Dense(32, activation="relu")(x))])
    return keras.Model(patches, k.Dense(3)(k.GlobalAveragePooling1D()(x)))


def _shuffled() -> Any:
    x = image = keras.Input((18, 18, 6))
    x = k.Conv2D(12, 1)(x)
    x = k.Reshape((18, 18, 12))(k.Permute((1, 2, 4, 3))(k.Reshape((18, 18, 3, 4))(x)))
    x = k.Add()([x[:, ::2, ::2, :6], k.AveragePooling2D(3, 2, padding="same")(x)[:, :, :, 6:]])
    return keras.Model(image, k.Conv2D(3, 3, padding="valid")(x))


def _two_inputs() -> Any:
    image, facts = keras.Input((15, 15, 2), name="image"), keras.Input((7,), name="facts")
    x = k.Flatten()(k.MaxPooling2D(3, 3)(k.Conv2D(5, 3, activation="selu")(image)))
    x = k.Dense(6, activation="softplus")(k.Concatenate()([x, k.Dense(5)(facts)]))
    return keras.Model(
        [image, facts], {"kind": k.Dense(4)(x), "size": k.Dense(1, activation="sigmoid")(x)}
    )


NETWORKS = {
    "plain": _plain, "residual": _residual, "dilated": _dilated, "decoder": _decoder, "gated": _gated,
    "sequence": _sequence, "attention": _attention, "shuffled": _shuffled, "two_inputs": _two_inputs,
}  # fmt: skip


def draw(model: Any) -> None:
    """Weights that are not what they begin as: a converter leaves out what is zero or one."""
    numbers = np.random.default_rng(0)
    model.set_weights([numbers.uniform(0.2, 0.9, weight.shape) for weight in model.get_weights()])


def facts(model: Any) -> dict[str, Any]:
    """What Keras says: outputs, channels first, without the batch, and the arithmetic."""
    import torch
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    shapes = [list(tensor.shape[1:]) for tensor in model.outputs]
    # Fused attention is not counted.
    way = sdpa_kernel(SDPBackend.MATH)
    with torch.no_grad(), way, FlopCounterMode(display=False) as counter:
        model([torch.zeros(1, *given.shape[1:]) for given in model.inputs])
    outputs = [[shape[-1], *shape[:-1]] for shape in shapes]
    return {
        "outputs": outputs,
        "params": model.count_params(),
        "macs": int(counter.get_total_flops()) // 2,
    }


def as_tfjs(folder: Path, target: Path) -> dict[str, Any]:
    """The model as the converter writes it; how many floats are in its weights."""
    for name in ("tensorflow_decision_forests", "tensorflow_hub", "jax", "jax.experimental", "tf_keras",
                 "tf_keras.src", "tensorflowjs.converters.converter", "tensorflowjs.converters.jax_conversion",
                 "tensorflowjs.converters.keras_h5_conversion",
                 "tensorflowjs.converters.keras_tfjs_loader"):  # fmt: skip
        sys.modules.setdefault(name, mock.MagicMock(name=name))
    for name, kind in (("object", object), ("bool", bool)):
        # NumPy called them so when the converter was written.
        setattr(np, name, kind)
    from tensorflowjs.converters import tf_saved_model_conversion_v2 as converter

    converter.convert_tf_saved_model(str(folder), str(target), skip_op_check=True)
    manifest = json.loads((target / "model.json").read_text())["weightsManifest"]
    sizes = [
        np.prod(w["shape"], dtype=int)
        for group in manifest
        for w in group["weights"]
        if w["dtype"] == "float32"
    ]
    return {"floats": int(sum(sizes))}


def as_openvino(folder: Path, target: Path) -> dict[str, Any]:
    """The model as OpenVINO writes it, in 32 bits; its operators and their outputs for one example."""
    import openvino

    model = openvino.convert_model(str(folder))
    target.mkdir()
    openvino.save_model(model, str(target / "model.xml"), compress_to_fp16=False)
    model.reshape({port: [1, *list(port.partial_shape)[1:]] for port in model.inputs})
    compiled = openvino.compile_model(model, "CPU")
    given = [
        np.ones([d.get_length() for d in port.partial_shape], np.float32) for port in model.inputs
    ]
    ran = [list(value.shape) for value in compiled(given).values()]
    nodes = [node for node in model.get_ordered_ops() if node.get_type_name() in OPERATORS]
    floats = [node for node in model.get_ordered_ops() if node.get_type_name() == "Constant"
              and node.get_element_type().is_real()]  # fmt: skip
    return {
        "ran": ran,
        "nodes": [[node.get_type_name(), list(node.output(0).shape)] for node in nodes],
        "floats": int(sum(np.prod(list(node.output(0).shape), dtype=int) for node in floats)),
    }


OPERATORS = (
    "Convolution",
    "GroupConvolution",
    "ConvolutionBackpropData",
    "MaxPool",
    "AvgPool",
    "MatMul",
    "Interpolate",
)


def write_facts(output: str) -> None:
    """What Keras says of all networks."""
    found = {name: facts(make()) for name, make in NETWORKS.items()}
    Path(output).write_text(
        json.dumps({"keras": keras.__version__, "networks": found}, indent=1) + "\n"
    )


def write_files(form: str, output: str) -> None:
    """All networks in one archive, with what the runtime says of them in `truth.json`."""
    write = {"tfjs": as_tfjs, "openvino": as_openvino}[form]
    truth: dict[str, Any] = {}
    with zipfile.ZipFile(output, "w") as archive, tempfile.TemporaryDirectory() as scratch:
        for name, make in NETWORKS.items():
            keras.backend.clear_session()
            model = make()
            draw(model)
            saved, target = Path(scratch, name, "saved"), Path(scratch, name, "made")
            model.export(str(saved), verbose=False)
            truth[name] = write(saved, target)
            for path in sorted(target.iterdir()):
                put(
                    archive, f"{name}/{path.name}", path.read_bytes().replace(scratch.encode(), b"")
                )
        put(
            archive,
            "truth.json",
            json.dumps({"keras": keras.__version__, "networks": truth}).encode(),
        )


def put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """A file whose bytes depend on nothing else."""
    archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    if sys.argv[1] == "facts":
        write_facts(sys.argv[2])
    else:
        write_files(*sys.argv[1:])
