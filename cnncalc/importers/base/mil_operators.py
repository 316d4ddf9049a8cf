"""What the operations of Core ML's programs are in ONNX: operator, operands and attributes.

Source: "MIL Ops", the documentation of coremltools 9.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.importers.base.onnx.model import Node
from cnncalc.importers.base.onnx.values import load_constant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cnncalc.importers.base.onnx.model import Graph
    from cnncalc.importers.base.wire import Wire


class Operation(NamedTuple):
    """An operation: its `arguments` are names of values; constants are known by their numbers."""

    op: str
    name: str
    arguments: Mapping[str, list[str]]
    outputs: list[str]
    line: int
    graph: Graph
    texts: Mapping[str, str]
    wire: Wire

    def reads(self, *keys: str) -> list[str]:
        """The values of arguments, "" for those that are left out."""
        found: list[str] = []
        for key in keys:
            found += self.arguments.get(key) or [""]
        return found

    def numbers(self, key: str) -> list[Any]:
        """The numbers of an argument that is a constant; none if it is not, or left out."""
        for name in self.arguments.get(key, ()):
            tensor = self.graph.weights.get(name)
            if tensor is not None:
                return list(load_constant(self.wire, tensor).numbers or ())
        return []

    def number(self, key: str, default: Any) -> Any:
        """One number."""
        found = self.numbers(key)
        return found[0] if found else default

    def text(self, key: str, default: str = "") -> str:
        """A word."""
        return next(
            (self.texts[n] for n in self.arguments.get(key, ()) if n in self.texts), default
        )

    def node(self, op: str, reads: list[str], attributes: dict[str, Any] | None = None) -> Node:
        """The node that does the same."""
        while reads and not reads[-1]:
            reads = reads[:-1]
        return Node(op, "", self.name, reads, self.outputs, attributes or {}, self.line)

    def lengths(self, name: str) -> list[int]:
        """The lengths of a value, as far as the file knows them all."""
        said = self.graph.stated.get(name, ())
        found = [n for n in said if isinstance(n, int)]
        return found if len(found) == len(said) else []

    def kernel(self) -> list[int]:
        """The lengths of the kernel of its weight."""
        tensor = self.graph.weights.get(self.reads("weight")[0])
        return [] if tensor is None else list(tensor.dims[2:])


def _plain(op: str, *keys: str, **attributes: str) -> Callable[[Operation], Node]:
    """The same operator: `keys` are its operands, and `attributes` what it calls arguments that are numbers."""

    def translate(it: Operation) -> Node:
        found = {name: it.numbers(key) for name, key in attributes.items()}
        said = {name: n if name in _LISTS else n[0] for name, n in found.items() if n}
        return it.node(op, it.reads(*(keys or ("x",))), said)

    return translate


_LISTS = ("axes", "perm", "split")


def _sides(it: Operation) -> dict[str, Any]:
    """The padding of windows: amounts stand by axes, their start before their end."""
    kind = it.text("pad_type", "valid")
    if kind in ("same", "same_lower"):
        return {"auto_pad": "SAME_LOWER" if kind == "same_lower" else "SAME_UPPER"}
    pad = it.numbers("pad") if kind == "custom" else []
    return {"pads": pad[::2] + pad[1::2]} if any(pad) else {}


def _steps(it: Operation) -> dict[str, Any]:
    found = {key: it.numbers(key) for key in ("strides", "dilations")}
    return {key: numbers for key, numbers in found.items() if numbers}


def _conv(it: Operation) -> Node:
    attributes = {**_steps(it), **_sides(it), "group": it.number("groups", 1)}
    return it.node("Conv", it.reads("x", "weight", "bias"), attributes)


def _conv_transpose(it: Operation) -> Node:
    attributes = {**_steps(it), **_sides(it), "group": it.number("groups", 1)}
    reads = it.reads("x", "weight", "bias")
    size, kernel = it.lengths(it.reads("x")[0])[2:], it.kernel()
    wanted = it.numbers("output_shape")[2:]
    if "pads" in attributes and len(size) == len(wanted) == len(kernel):
        # What is longer than the windows reach is a padding of the output.
        one = [1] * len(size)
        steps, spread = attributes.get("strides", one), attributes.get("dilations", one)
        pads, rank = attributes["pads"], len(size)
        attributes["output_padding"] = [
            n
            - (
                (size[i] - 1) * steps[i]
                + spread[i] * (kernel[i] - 1)
                + 1
                - pads[i]
                - pads[i + rank]
            )
            for i, n in enumerate(wanted)
        ]
    elif wanted:
        attributes["output_shape"] = wanted
    return it.node("ConvTranspose", reads, attributes)


def _pool(op: str) -> Callable[[Operation], Node]:
    def translate(it: Operation) -> Node:
        kernel = it.numbers("kernel_sizes")
        attributes = {"kernel_shape": kernel, **_steps(it), **_sides(it),
                      "ceil_mode": int(it.number("ceil_mode", 0))}  # fmt: skip
        if op == "AveragePool":
            attributes["count_include_pad"] = int(not it.number("exclude_padding_from_average", 0))
        return it.node("mil.pool", it.reads("x"), {**attributes, "op": op})

    return translate


def _clip(low: float | str | None, high: float | str | None) -> Callable[[Operation], Node]:
    """Numbers held between two bounds, which are numbers or arguments."""

    def translate(it: Operation) -> Node:
        bounds = {"min": low, "max": high}
        said = {key: it.number(n, None) if isinstance(n, str) else n for key, n in bounds.items()}
        return it.node("Clip", it.reads("x"), {key: n for key, n in said.items() if n is not None})

    return translate


def _pad(it: Operation) -> Node:
    pad = it.numbers("pad")
    mode = {"constant": "constant", "reflect": "reflect", "replicate": "edge"}
    attributes = {
        "amounts": pad[::2] + pad[1::2],
        "mode": mode.get(it.text("mode", "constant"), ""),
    }
    return it.node("coreml.pad", it.reads("x"), attributes)


def _crop(it: Operation) -> Node:
    height, width = it.numbers("crop_height"), it.numbers("crop_width")
    amounts = [-height[0], -width[0], -height[1], -width[1]]
    return it.node("coreml.pad", it.reads("x"), {"amounts": amounts, "mode": "constant"})


def _upsample(mode: str) -> Callable[[Operation], Node]:
    def translate(it: Operation) -> Node:
        scales = [float(it.number(f"scale_factor_{axis}", 1)) for axis in ("height", "width")]
        corners = it.number("align_corners", mode == "linear")
        attributes = {"scales": [1.0, 1.0, *scales], "mode": mode,
                      "coordinate_transformation_mode":
                      "align_corners" if corners else "asymmetric"}  # fmt: skip
        return it.node("Upsample", it.reads("x"), attributes)

    return translate


def _resize(mode: str) -> Callable[[Operation], Node]:
    def translate(it: Operation) -> Node:
        sizes = [it.number(f"target_size_{axis}", 0) for axis in ("height", "width")]
        return it.node("mil.resize", it.reads("x"), {**_sampling(it, mode), "sizes": sizes})

    return translate


def _sampling(it: Operation, mode: str) -> dict[str, Any]:
    corners = it.text("sampling_mode", "DEFAULT") in ("STRICT_ALIGN_CORNERS", "ALIGN_CORNERS")
    return {"mode": mode, "coordinate_transformation_mode":
            "align_corners" if corners else "asymmetric"}  # fmt: skip


def _resize_any(it: Operation) -> Node:
    mode = "linear" if it.text("interpolation_mode") == "LINEAR" else "nearest"
    return it.node(
        "mil.resize", it.reads("x"), {**_sampling(it, mode), "sizes": it.numbers("shape")}
    )


def _slice(it: Operation) -> Node:
    masks = [
        [int(n) for n in it.numbers(key)] for key in ("begin_mask", "end_mask", "squeeze_mask")
    ]
    return it.node("mil.slice", it.reads("x", "begin", "end", "stride"), {"masks": masks})


def _matmul(it: Operation) -> Node:
    turned = [bool(it.number(f"transpose_{key}", 0)) for key in ("x", "y")]
    return it.node("mil.matmul", it.reads("x", "y"), {"turned": turned})


def _einsum(it: Operation) -> Node:
    return it.node("Einsum", it.reads("values"), {"equation": it.text("equation")})


def _shuffle(op: str, key: str, mode: str = "") -> Callable[[Operation], Node]:
    def translate(it: Operation) -> Node:
        return it.node(op, it.reads("x"), {"blocksize": it.number(key, 1), "mode": mode})

    return translate


def _reduce(op: str, key: str = "axes") -> Callable[[Operation], Node]:
    def translate(it: Operation) -> Node:
        attributes = {"axes": it.numbers(key) or None, "keepdims": int(it.number("keep_dims", 0))}
        return it.node(op, it.reads("x"), attributes)

    return translate


def _cell(op: str) -> Callable[[Operation], Node]:
    keys = ("x", "weight_ih", "weight_hh", "bias", "weight_ih_back", "weight_hh_back", "bias_back",
            "input_bias", "peephole", "initial_h", "initial_c")  # fmt: skip

    def translate(it: Operation) -> Node:
        attributes = {"direction": it.text("direction", "forward"),
                      "linear_before_reset": int(it.number("reset_after", 0)),
                      "all": int(it.number("output_sequence", 0))}  # fmt: skip
        return it.node(op, it.reads(*keys), attributes)

    return translate


_function = ("abs:Abs acos:Acos asin:Asin atan:Atan atanh:Atanh ceil:Ceil cos:Cos cosh:Cosh erf:Erf exp:Exp "
             "floor:Floor log:Log logical_not:Not relu:Relu round:Round sign:Sign sigmoid:Sigmoid silu:Swish "
             "sin:Sin sinh:Sinh softplus:Softplus softsign:Softsign sqrt:Sqrt tan:Tan tanh:Tanh gelu:Gelu "
             "identity:Identity cast:Identity inverse:Reciprocal shape:Shape")  # fmt: skip
_merges = ("add:Add sub:Sub mul:Mul real_div:Div floor_div:FloorDiv mod:Mod pow:Pow maximum:Max minimum:Min "
           "equal:Equal greater:Greater greater_equal:GreaterOrEqual less:Less less_equal:LessOrEqual "
           "logical_and:And logical_or:Or logical_xor:Xor not_equal:NotEqual")  # fmt: skip
_reductions = {
    "mean": "Mean", "max": "Max", "min": "Min", "sum": "Sum", "prod": "Prod", "l1_norm": "L1", "l2_norm": "L2",
    "log_sum": "LogSum", "log_sum_exp": "LogSumExp", "sum_square": "SumSquare",
}  # fmt: skip

TRANSLATED: dict[str, Callable[[Operation], Node]] = {
    **{name: _plain(op) for name, op in (pair.split(":") for pair in _function.split())},
    **{name: _plain(op, "x", "y") for name, op in (pair.split(":") for pair in _merges.split())},
    **{f"reduce_{name}": _reduce(f"Reduce{op}") for name, op in _reductions.items()},
    "conv": _conv, "conv_transpose": _conv_transpose,
    "linear": _plain("coreml.dense", "x", "weight", "bias"), "matmul": _matmul, "einsum": _einsum,
    "max_pool": _pool("MaxPool"), "avg_pool": _pool("AveragePool"), "l2_pool": _pool("LpPool"),
    "batch_norm": _plain("mil.batch_norm", "x", "gamma", "beta", "mean", "variance"),
    "instance_norm": _plain("mil.instance_norm", "x", "gamma", "beta"),
    "layer_norm": _plain("mil.layer_norm", "x", "gamma", "beta", axes="axes"),
    "local_response_norm": _plain("LRN", "x", size="size"),
    "relu6": _clip(0, 6), "clip": _clip("alpha", "beta"), "clamped_relu": _plain("mil.function"),
    "leaky_relu": _plain("LeakyRelu", "x", alpha="alpha"), "elu": _plain("Elu", "x", alpha="alpha"),
    "thresholded_relu": _plain("ThresholdedRelu", "x", alpha="alpha"),
    "prelu": _plain("mil.prelu", "x", "alpha"),
    "sigmoid_hard": _plain("HardSigmoid"), "softmax": _plain("Softmax", "x", axis="axis"),
    "linear_activation": _plain("mil.rescaling", "x", scale="alpha", offset="beta"),
    "softplus_parametric": _plain("mil.prelu_like", "x", "alpha", "beta"),
    "concat": _plain("Concat", "values", axis="axis"), "stack": _plain("mil.stack", "values", axis="axis"),
    "split": _plain("Split", "x", axis="axis", split="split_sizes"),
    "reshape": _plain("Reshape", "x", "shape"), "transpose": _plain("Transpose", "x", perm="perm"),
    "squeeze": _plain("Squeeze", "x", axes="axes"), "expand_dims": _plain("Unsqueeze", "x", axes="axes"),
    "flatten2d": _plain("Flatten", "x", axis="axis"), "tile": _plain("Tile", "x", "reps"),
    "slice_by_index": _slice, "slice_by_size": _plain("mil.slice_by_size", "x", "begin", "size"),
    "pad": _pad, "crop": _crop, "gather": _plain("Gather", "x", "indices", axis="axis"),
    "upsample_nearest_neighbor": _upsample("nearest"), "upsample_bilinear": _upsample("linear"),
    "resize_nearest_neighbor": _resize("nearest"), "resize_bilinear": _resize("linear"), "resize": _resize_any,
    "pixel_shuffle": _shuffle("DepthToSpace", "upscale_factor", "CRD"),
    "depth_to_space": _shuffle("DepthToSpace", "block_size"),
    "space_to_depth": _shuffle("SpaceToDepth", "block_size"),
    "pixel_unshuffle": _shuffle("mil.pixel_unshuffle", "downscale_factor"),
    "select": _plain("Where", "cond", "a", "b"), "range_1d": _plain("Range", "start", "end", "step"),
    "fill": _plain("ConstantOfShape", "shape" ), "band_part": _plain("Trilu", "x"),
    "resample": _plain("GridSample", "x", "coordinates"),
    "lstm": _cell("LSTM"), "gru": _cell("GRU"), "rnn": _cell("RNN"),
    "scaled_dot_product_attention": _plain("mil.attention", "query", "key", "value", "attn_mask"),
    "quantize": _plain("QuantizeLinear", "input"), "dequantize": _plain("DequantizeLinear", "input"),
    **dict.fromkeys(("rsqrt", "square", "exp2", "scaled_tanh", "threshold", "fill_like"),
                    _plain("mil.function")),
}  # fmt: skip
"""Each operation that is read, and the node that it is."""

FREE = (
    "topk", "argsort", "reduce_argmax", "reduce_argmin", "gather_nd", "gather_along_axis", "scatter",
    "scatter_nd",
    "scatter_along_axis", "non_zero", "one_hot", "crop_resize", "affine", "non_maximum_suppression",
    "sliding_windows", "slice_update", "reverse_sequence", "reshape_like", "batch_to_space", "space_to_batch",
    "random_normal", "random_uniform", "read_state", "classify", "reverse", "cumsum", "l2_norm",
)  # fmt: skip
"""Operations that have neither weights nor products that are summed up: opaque, with the shape of the file."""
