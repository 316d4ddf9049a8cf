"""Writes layers of OpenVINO as small files of its own: `python -m tools.truth.openvino_layers FILE.zip`.

Needs openvino 2026.4. What its shape inference says stands in the ports of each file; `truth.json` says which
outputs a model has, and how many floats there are in its constants.
"""

from __future__ import annotations

import json
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import openvino
from openvino import opset15 as ops

DRAWN = np.random.default_rng(0)


def weight(*shape: int) -> Any:
    """A constant of 32 bits."""
    return ops.constant(DRAWN.uniform(0.2, 0.9, shape).astype(np.float32))


def whole(*values: int) -> Any:
    """A constant of 64 bits."""
    return ops.constant(np.array(values, np.int64))


def one(value: int) -> Any:
    """A constant without axes."""
    return ops.constant(np.array(value, np.int64))


def _pool(
    x: Any,
    rounding: str,
    kind: str = "max",
    size: int = 3,
    pads: tuple[int, int] = (0, 0),
    auto: str = "explicit",
) -> Any:
    begin, end = [pads[0]] * 2, [pads[1]] * 2
    if kind == "max":
        return ops.max_pool(x, [2, 2], [1, 1], begin, end, [size, size], rounding, auto).output(0)
    return ops.avg_pool(x, [2, 2], begin, end, [size, size], kind == "excluded", rounding, auto)


def _resize(x: Any, **said: Any) -> Any:
    scales = said.pop("scales", None)
    target = ops.constant(np.array(scales, np.float32)) if scales else whole(*said.pop("sizes"))
    way = "scales" if scales else "sizes"
    return ops.interpolate(x, target, said.pop("mode", "nearest"), way, axes=whole(2, 3), **said)


def _lstm(x: Any, directions: int) -> Any:
    way = {1: "forward", 2: "bidirectional"}[directions]
    zeros = ops.constant(np.zeros((1, directions, 5), np.float32))
    made = ops.lstm_sequence(x, zeros, zeros, whole(9), weight(directions, 20, 6), weight(directions, 20, 5),
                             weight(directions, 20), 5, way)  # fmt: skip
    return ops.squeeze(made.output(0), whole(1)) if directions == 1 else made.output(0)


def _gru(x: Any, *, reset_after: bool) -> Any:
    zeros = ops.constant(np.zeros((1, 1, 5), np.float32))
    biases = weight(1, 20 if reset_after else 15)
    made = ops.gru_sequence(x, zeros, whole(9), weight(1, 15, 6), weight(1, 15, 5), biases,
                            5, "forward", linear_before_reset=reset_after)  # fmt: skip
    return made.output(1)


CASES: dict[str, tuple[tuple[int, ...], Any]] = {
    "conv": (
        (1, 4, 9, 10),
        lambda x: ops.convolution(x, weight(6, 4, 3, 2), [2, 1], [1, 0], [0, 1], [1, 2]),
    ),
    "conv_upper": (
        (1, 4, 9, 10),
        lambda x: ops.convolution(
            x, weight(6, 4, 4, 4), [2, 2], [0, 0], [0, 0], [1, 1], "same_upper"
        ),
    ),
    "conv_lower": (
        (1, 4, 9, 10),
        lambda x: ops.convolution(
            x, weight(6, 4, 4, 4), [2, 2], [0, 0], [0, 0], [1, 1], "same_lower"
        ),
    ),
    "conv_valid": (
        (1, 4, 9, 10),
        lambda x: ops.convolution(x, weight(6, 4, 4, 4), [2, 2], [3, 3], [3, 3], [1, 1], "valid"),
    ),
    "conv_1d": ((1, 4, 9), lambda x: ops.convolution(x, weight(6, 4, 3), [2], [1], [1], [1])),
    "conv_3d": (
        (1, 2, 6, 7, 8),
        lambda x: ops.convolution(x, weight(3, 2, 3, 3, 3), [1, 2, 2], [1] * 3, [1] * 3, [1] * 3),
    ),
    "groups": (
        (1, 4, 9, 10),
        lambda x: ops.group_convolution(x, weight(2, 3, 2, 3, 3), [1, 1], [1, 1], [1, 1], [1, 1]),
    ),
    "depthwise": (
        (1, 4, 9, 10),
        lambda x: ops.group_convolution(x, weight(4, 2, 1, 3, 3), [2, 2], [1, 1], [1, 1], [1, 1]),
    ),
    "bias": (
        (1, 4, 9, 10),
        lambda x: ops.relu(
            ops.add(
                ops.convolution(x, weight(6, 4, 1, 1), [1, 1], [0, 0], [0, 0], [1, 1]),
                weight(1, 6, 1, 1),
            )
        ),
    ),
    "deconv": (
        (1, 4, 9, 10),
        lambda x: ops.convolution_backprop_data(
            x, weight(4, 6, 3, 3), [2, 2], pads_begin=[1, 1], pads_end=[1, 1], output_padding=[1, 0]
        ),
    ),
    "deconv_same": (
        (1, 4, 9, 10),
        lambda x: ops.convolution_backprop_data(
            x, weight(4, 6, 3, 3), [2, 2], auto_pad="same_upper"
        ),
    ),
    "deconv_shape": (
        (1, 4, 9, 10),
        lambda x: ops.convolution_backprop_data(
            x, weight(4, 6, 3, 3), [2, 2], whole(18, 20), auto_pad="same_upper"
        ),
    ),
    "deconv_groups": (
        (1, 4, 9, 10),
        lambda x: ops.group_convolution_backprop_data(
            x, weight(2, 2, 3, 3, 3), [2, 2], pads_begin=[0, 0], pads_end=[0, 0], dilations=[1, 1]
        ),
    ),
    "max_floor": ((1, 4, 10, 12), lambda x: _pool(x, "floor")),
    "max_ceil": ((1, 4, 10, 12), lambda x: _pool(x, "ceil")),
    "max_ceil_kept": ((1, 4, 9, 13), lambda x: _pool(x, "ceil", size=2, pads=(1, 1))),
    "max_ceil_torch": ((1, 4, 9, 13), lambda x: _pool(x, "ceil_torch", size=2, pads=(1, 1))),
    "max_ceil_torch_mixed": ((1, 4, 10, 9), lambda x: _pool(x, "ceil_torch", size=2, pads=(1, 0))),
    "avg_ceil": ((1, 4, 10, 12), lambda x: _pool(x, "ceil", "counted")),
    "avg_ceil_padded": ((1, 4, 9, 13), lambda x: _pool(x, "ceil", "excluded", 2, (1, 1))),
    "avg_ceil_torch": ((1, 4, 9, 13), lambda x: _pool(x, "ceil_torch", "counted", 2, (1, 1))),
    "avg_excluded": ((1, 4, 10, 12), lambda x: _pool(x, "floor", "excluded", 3, (1, 0))),
    "avg_same": ((1, 4, 9, 13), lambda x: _pool(x, "floor", "counted", auto="same_upper")),
    "avg_valid_ceil": ((1, 4, 10, 12), lambda x: _pool(x, "ceil", "counted", auto="valid")),
    "resize_sizes": ((1, 4, 9, 10), lambda x: _resize(x, sizes=[13, 7], mode="linear")),
    "resize_scales": ((1, 4, 9, 10), lambda x: _resize(x, scales=[2.0, 3.0])),
    "resize_fraction": (
        (1, 4, 100, 10),
        lambda x: _resize(x, scales=[2.1, 1.3], mode="linear_onnx"),
    ),
    "resize_corners": (
        (1, 4, 9, 10),
        lambda x: _resize(
            x, sizes=[17, 19], mode="cubic", coordinate_transformation_mode="align_corners"
        ),
    ),
    "norm": (
        (1, 4, 9, 10),
        lambda x: ops.batch_norm_inference(x, weight(4), weight(4), weight(4), weight(4), 1e-5),
    ),
    "mvn_map": ((1, 4, 9, 10), lambda x: ops.mvn(x, whole(2, 3), True, 1e-5, "inside_sqrt")),
    "mvn_last": (
        (1, 9, 4),
        lambda x: ops.add(
            ops.multiply(ops.mvn(x, whole(-1), True, 1e-5, "inside_sqrt"), weight(1, 1, 4)),
            weight(1, 1, 4),
        ),
    ),
    "group_norm": (
        (1, 4, 9, 10),
        lambda x: ops.group_normalization(x, weight(4), weight(4), 2, 1e-5),
    ),
    "length": ((1, 4, 9, 10), lambda x: ops.normalize_l2(x, whole(1), 1e-5, "add")),
    "respond": ((1, 4, 9, 10), lambda x: ops.lrn(x, whole(1), 1.0, 1.0, 1.0, 3)),
    "acts": (
        (1, 4, 9, 10),
        lambda x: ops.mish(ops.softsign(ops.softplus(ops.hswish(ops.hsigmoid(ops.elu(x, 0.5)))))),
    ),
    "more_acts": (
        (1, 4, 9, 10),
        lambda x: ops.gelu(
            ops.clamp(ops.clamp(ops.swish(ops.exp(ops.abs(x))), 0.0, 6.0), -1.0, 2.0), "tanh"
        ),
    ),
    "prelu": ((1, 4, 9, 10), lambda x: ops.prelu(ops.prelu(x, weight(4)), weight(1))),
    "selu": ((1, 4, 9, 10), lambda x: ops.selu(x, weight(1), weight(1))),
    "quantised": (
        (1, 4, 9, 10),
        lambda x: ops.convolution(
            ops.fake_quantize(x, weight(1), weight(1), weight(1), weight(1), 256),
            ops.fake_quantize(weight(6, 4, 1, 1), weight(1), weight(1), weight(1), weight(1), 255),
            [1, 1],
            [0, 0],
            [0, 0],
            [1, 1],
        ),
    ),
    "dense": ((1, 12), lambda x: ops.add(ops.matmul(x, weight(5, 12), False, True), weight(1, 5))),
    "product": ((1, 3, 4, 5), lambda x: ops.matmul(x, x, False, True)),
    "attention": ((1, 2, 6, 8), lambda x: ops.scaled_dot_product_attention(x, x, x)),
    "softmax": ((1, 4, 9, 10), lambda x: ops.softmax(ops.log_softmax(x, 1), -1)),
    "reduce": (
        (1, 4, 9, 10),
        lambda x: ops.reduce_max(ops.reduce_mean(x, whole(2, 3), True), whole(1), False),
    ),
    "global": ((1, 4, 9, 10), lambda x: ops.reduce_mean(x, whole(-1, -2), False)),
    "reshape": ((1, 4, 9, 10), lambda x: ops.reshape(x, whole(0, 4, -1), True)),
    "of_its_shape": (
        (1, 4, 9, 10),
        lambda x: ops.reshape(
            x, ops.concat([ops.gather(ops.shape_of(x), whole(0), one(0)), whole(-1)], 0), False
        ),
    ),
    "squeeze": ((1, 4, 1, 10), lambda x: ops.unsqueeze(ops.squeeze(x, whole(2)), whole(1))),
    "transpose": ((1, 9, 10, 4), lambda x: ops.relu(ops.transpose(x, whole(0, 3, 1, 2)))),
    "split": (
        (1, 4, 9, 10),
        lambda x: ops.add(
            ops.split(x, one(1), 2).output(0), ops.variadic_split(x, one(1), whole(2, -1)).output(1)
        ),
    ),
    "slices": (
        (1, 4, 9, 10),
        lambda x: ops.slice(
            ops.strided_slice(
                x,
                whole(0, 1, 0, -1),
                whole(0, 4, 7, 0),
                whole(1, 1, 2, 1),
                [1, 0, 1, 0],
                [1, 0, 0, 0],
                [],
                [0, 0, 0, 1],
                [],
            ),
            whole(1),
            whole(3),
            whole(1),
            whole(2),
        ),
    ),
    "gather": ((1, 4, 9, 10), lambda x: ops.gather(x, whole(3, 0, 1), one(1))),
    "pads": (
        (1, 4, 9, 10),
        lambda x: ops.pad(
            ops.pad(x, whole(0, 0, 1, 2), whole(0, 0, 0, 1), "reflect"),
            whole(0, 1, 0, 0),
            whole(0, 0, 0, -1),
            "constant",
        ),
    ),
    "tile": (
        (1, 4, 9, 10),
        lambda x: ops.broadcast(
            ops.tile(ops.reduce_sum(x, whole(2), True), whole(1, 2, 1, 1)), whole(1, 8, 3, 10)
        ),
    ),
    "blocks": (
        (1, 4, 8, 10),
        lambda x: ops.depth_to_space(ops.space_to_depth(x, "blocks_first", 2), "depth_first", 2),
    ),
    "shuffle": ((1, 4, 8, 10), lambda x: ops.shuffle_channels(x, 1, 2)),
    "lstm": ((1, 9, 6), lambda x: _lstm(x, 1)),
    "lstm_both": ((1, 9, 6), lambda x: _lstm(x, 2)),
    "gru": ((1, 9, 6), lambda x: _gru(x, reset_after=False)),
    "gru_after": ((1, 9, 6), lambda x: _gru(x, reset_after=True)),
    "boxes": (
        (1, 8, 4, 5),
        lambda x: ops.add(
            ops.reduce_mean(x, whole(0, 1, 2, 3), False),
            ops.prior_box_clustered(
                ops.gather(ops.shape_of(x), whole(2, 3), one(0)),
                whole(64, 64),
                {
                    "width": [10.0],
                    "height": [12.0],
                    "clip": False,
                    "offset": 0.5,
                    "variance": [0.1],
                },
            ),
        ),
    ),
    "reorg": ((1, 4, 8, 10), lambda x: ops.reorg_yolo(x, [2])),
    "topk": ((1, 4, 9, 10), lambda x: ops.topk(x, one(3), 3, "max", "value").output(0)),
    "roi": (
        (1, 4, 9, 10),
        lambda x: ops.roi_pooling(
            x, ops.constant(np.zeros((2, 5), np.float32)), [3, 3], 0.5, "max"
        ),
    ),
}


def main(output: str) -> None:
    """All cases in one archive."""
    truth = {}
    with zipfile.ZipFile(output, "w") as archive, tempfile.TemporaryDirectory() as scratch:
        for name, (shape, make) in CASES.items():
            x = ops.parameter(list(shape), np.float32, name="x")
            made = make(x)
            model = openvino.Model(
                [made if hasattr(made, "get_node") else made.output(0)], [x], name
            )
            openvino.save_model(model, f"{scratch}/{name}.xml", compress_to_fp16=False)
            read = openvino.Core().read_model(f"{scratch}/{name}.xml")
            floats = [node.output(0).shape for node in read.get_ordered_ops()
                      if node.get_type_name() == "Constant" and node.get_element_type().is_real()]  # fmt: skip
            truth[name] = {
                "output": list(read.output(0).shape),
                "floats": int(sum(np.prod(list(s), dtype=int) for s in floats)),
            }
            for path in sorted(Path(scratch).glob(f"{name}.*")):
                put(archive, path.name, path.read_bytes())
        put(
            archive,
            "truth.json",
            json.dumps({"openvino": openvino.__version__, "layers": truth}).encode(),
        )


def put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """A file whose bytes depend on nothing else."""
    archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    main(sys.argv[1])
