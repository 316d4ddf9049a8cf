"""ptflops, `get_model_complexity_info(model, input_res, backend="pytorch")`: MACs and more.

Source: `ptflops/pytorch_ops.py` of 0.7.5, and layers measured one by one. What counts 2 is met by
the hook of its module and by that of the function inside.
"""

from cnncalc.counters.base.engine import (
    Call,
    Count,
    Difference,
    affine,
    attention,
    biases,
    each,
    gates,
    nothing,
    per_input,
    per_output,
    response,
    unknown_count,
)

TOOL = "ptflops 0.7.5"
MEANS = "multiply-adds and other operations"
BATCHED = False


def _attention(call: Call) -> int:
    """Scaling of the query, softmax, and the biases; that of the output always."""
    heads, n, m, _, _, channels, copies = attention(call)
    inner = (n + 2 * m) * channels if "query_bias" in (call.facts.weights or {}) else 0
    return copies * (n * channels + inner + heads * n * m + n * channels)


COUNTS = (Count("MACs", (
    Difference("biases: 1 per output",
               each(biases, "conv", "depthwise_conv", "separable_conv", "conv_transpose", "dense")),
    Difference("batch, group and instance norm: 2 per element, 1 without scale and shift",
               each(affine(2, 1), "batch_norm", "group_norm", "instance_norm")),
    Difference("layer norm: 1 per element", {"layer_norm": per_input(1)}),
    Difference("relu, prelu, elu, gelu: 2 per element, as a module and as a function",
               each(per_input(2), "relu", "prelu", "elu", "gelu")),
    Difference("relu6, leaky relu, silu, softmax: 1 per element",
               each(per_input(1), "relu6", "leaky_relu", "silu", "softmax")),
    Difference("pooling: 2 per input, as a module and as a function",
               each(per_input(2), "max_pool", "avg_pool", "adaptive_max_pool", "adaptive_avg_pool",
                    "global_max_pool", "global_avg_pool")),
    Difference("interpolation: 2 per output, as a module and as a function",
               each(per_output(2), "upsample", "resize")),
    Difference("local response norm: 3 per element and a pool over the padded channels",
               {"local_response_norm": response}),
    Difference("recurrent layers: biases and, per unit and step, 10 in lstm, 7 in gru, 1 in rnn",
               {"lstm": gates(10), "gru": gates(7), "simple_rnn": gates(1)}),
    Difference("attention: scaling, biases and softmax", {"multi_head_attention": _attention}),
    Difference("products of two tensors are not counted",
               each(nothing(), "matmul", "gram", "bilinear")),
    Difference("modules without a rule of ptflops are not counted",
               each(nothing(), "blur_pool", "carafe", "involution")),
    unknown_count("cond_conv", "deform_conv", "locally_connected", "mel_spectrogram"),
)),)  # fmt: skip
NOTES = (
    "what is called as a function, F.relu, F.adaptive_avg_pool2d, counts 1 where a module counts 2",
    'with backend="aten" ptflops adds to the MACs the biases of conv and dense alone',
)


def text(totals: dict[str, int]) -> str:
    """As a string, with two decimals at most: 4.13 GMac."""
    total = totals["MACs"]
    for power, unit in ((9, "G"), (6, "M"), (3, "K")):
        if total >= 10**power:
            return f"{round(total / 10**power, 2)} {unit}Mac"
    return f"{total} Mac"
