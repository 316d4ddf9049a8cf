"""onnx-tool, `model_profile(file)` of a net that PyTorch has exported for inference.

The export folds batch norm into convolutions. Every other operation counts what it costs on a CPU
in units of a multiplication: 4 a division, 24 a root, 32 an exponential, 43 a logarithm.
Source: `onnx_tool/node.py` of 1.0.1, and layers measured one by one.
"""

from math import prod

from cnncalc.arithmetic.windows import Window
from cnncalc.counters.base.engine import (
    Call,
    Count,
    Difference,
    attention,
    biases,
    by_mode,
    each,
    fails,
    gates,
    per_input,
    per_output,
    unknown_count,
)

TOOL = "onnx-tool 1.0.1"
MEANS = "multiply-adds and other operations"
BATCHED = True
_TANH = 38
_EXP = 32
_CONVOLUTIONS = ("conv", "depthwise_conv", "separable_conv")

# Of activations that are several operations in ONNX, the sum: gelu is a division, a sum and two
# products (its error function counts 0), mish a softplus, a hyperbolic tangent and a product.
_ACTIVATIONS = {
    "relu": 1, "relu6": 2, "hard_tanh": 2, "leaky_relu": 2, "prelu": 2, "hard_sigmoid": 4,
    "hard_swish": 5, "gelu": 7, "sigmoid": _EXP, "silu": _EXP + 1, "elu": _EXP + 3,
    "softmax": _EXP + 4, "softplus": _EXP + 44, "tanh": 2 * _TANH, "log_softmax": _EXP + 48,
    "mish": _EXP + 44 + 2 * _TANH + 1,
}  # fmt: skip


def _bias(call: Call) -> int:
    """One per output, also where only the norm that is folded in makes a bias."""
    return call.output_count if call.host else biases(call)


def _batch_norm(call: Call) -> int:
    """Nothing if the export folds it, else 31 per element."""
    return 0 if call.folded in _CONVOLUTIONS else 31 * call.output_count


def _layer_norm(call: Call) -> int:
    """7 per element, and 29 per vector."""
    return 7 * call.output_count + 29 * (call.facts.saved // 2)


def _pool(call: Call) -> int:
    """One per element of a window; over three axes only the first counts."""
    kernels = [axis.kernel for axis in call.facts.windows if isinstance(axis, Window)]
    return call.output_count * prod(kernels if len(kernels) < 3 else kernels[:1])


def _adaptive(call: Call) -> int | None:
    """Exported as a pool with a fixed window, which there is only if the sizes divide."""
    pairs = list(zip(call.inputs[0].size, call.facts.output.size, strict=True))
    if all(target == 1 for _, target in pairs):
        return _global(call)
    if any(n % target for n, target in pairs):
        return None
    kernels = [n // target for n, target in pairs]
    return call.output_count * prod(kernels if len(kernels) < 3 else kernels[:1])


def _global(call: Call) -> int:
    """One per input, and a division per output."""
    return call.input_count + 4 * call.output_count


def _count_transposed(call: Call) -> int:
    """Counted as outputs × filters × ∏ kernel, without the channels."""
    each = prod(call.weights("kernel")[1:])
    return call.output_count * each - (call.facts.macs or 0)


def _attention(call: Call) -> int:
    """Biases, the scaling of query and key, softmax, and finding the factor of the scaling."""
    heads, n, m, _, _, channels, copies = attention(call)
    inner = (2 * n + 2 * m) * channels if "query_bias" in (call.facts.weights or {}) else 0
    return copies * (inner + (n + m) * channels + (_EXP + 4) * heads * n * m) + 78


def _each_pair(call: Call) -> int:
    """One per output for every operand after the first."""
    return call.output_count * (len(call.inputs) - 1)


COUNTS = (Count("MACs", (
    Difference("biases: 1 per output, also those that batch norms are folded into",
               {**each(_bias, *_CONVOLUTIONS), **each(biases, "conv_transpose", "dense")}),
    Difference("batch norm that is not folded: 31 per element", {"batch_norm": _batch_norm}),
    Difference("layer norm: 7 per element and 29 per vector", {"layer_norm": _layer_norm}),
    Difference("group norm: 9 per element, instance norm: 7",
               {"group_norm": per_input(9), "instance_norm": per_input(7)}),
    Difference("activations: relu 1 per element, sigmoid 32, tanh 76, …",
               {**{kind: per_output(rate) for kind, rate in _ACTIVATIONS.items()},
                "glu": per_output(_EXP + 1)}),
    Difference("sums, products and maxima of tensors: 1 per output, averages 4 more",
               {**each(_each_pair, "add", "subtract", "multiply", "maximum", "minimum"),
                "average": lambda call: _each_pair(call) + 4 * call.output_count}),
    Difference("pooling: 1 per element of each window", {
        **each(_pool, "max_pool", "avg_pool"),
        **each(_adaptive, "adaptive_max_pool", "adaptive_avg_pool"),
        "global_max_pool": per_input(1),
    }),
    Difference("global average pooling: 1 per input and 4 per output", {"global_avg_pool": _global}),
    Difference("interpolation: linear 4 per output, cubic 8",
               each(by_mode(linear=4, cubic=8), "upsample", "resize")),
    Difference("transposed convolutions: outputs × filters × ∏ kernel",
               {"conv_transpose": _count_transposed}),
    Difference("recurrent layers: biases and, per unit and step, 180 in lstm, 110 in gru",
               {"lstm": gates(180, stacked=True), "gru": gates(110, stacked=True), "simple_rnn": fails}),
    Difference("attention: biases, scaling and softmax", {"multi_head_attention": _attention}),
    Difference("PyTorch does not export it",
               each(fails, "local_response_norm", "bilinear", "rms_norm", "selu", "celu")),
    unknown_count("blur_pool", "carafe", "cond_conv", "deform_conv", "involution", "locally_connected",
               "mel_spectrogram"),
)),)  # fmt: skip
NOTES = ("a model exported with its batch norms counts 31 for each of their elements",)


def text(totals: dict[str, int]) -> str:
    """As in its table: 4,117,342,184."""
    return f"{totals['MACs']:,}"
