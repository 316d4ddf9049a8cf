"""torchinfo, `summary(model, input_size)`: mult-adds, made of the numbers of weights.

Source: `LayerInfo.calculate_macs` of 1.8.0, and layers measured one by one.
"""

from math import prod

from cnncalc.counters.base.engine import (
    Call,
    Count,
    Difference,
    biases,
    each,
    learnt,
    nothing,
    unknown_count,
)

TOOL = "torchinfo 1.8.0"
MEANS = "weights × positions"
BATCHED = True


def _at_outputs(call: Call) -> int:
    """Every weight at every position of the output; the biases are counted elsewhere."""
    weights = prod(call.weights("kernel"))
    return weights * call.output_count // call.facts.output.channels - (call.facts.macs or 0)


def _once(call: Call) -> int:
    """The weights of a dense layer once for each example, whatever it is applied to."""
    if not call.inputs[0].size:
        return 0
    return prod(call.weights("kernel")) - (call.facts.macs or 0)


def _bias_once(call: Call) -> int:
    """The biases of a dense layer, once for each example."""
    return prod(call.weights("bias"))


def _each_step(call: Call) -> int:
    """The biases of a recurrent layer at each step."""
    x = call.inputs[0]
    return x.size[0] * x.copies * prod(call.weights("bias"))


COUNTS = (Count("mult-adds", (
    Difference("biases: 1 per output", {
        **each(biases, "conv", "depthwise_conv", "separable_conv", "conv_transpose"),
        **each(_bias_once, "dense", "bilinear"),
        **each(_each_step, "lstm", "gru", "simple_rnn"),
    }),
    Difference("weights of norms, prelu and embeddings: 1 each",
               each(learnt, "batch_norm", "layer_norm", "group_norm", "instance_norm", "rms_norm",
                    "prelu", "embedding")),
    Difference("transposed convolutions: every weight at every output, not at every input",
               {"conv_transpose": _at_outputs}),
    Difference("dense layers on a sequence are counted for one position", {"dense": _once}),
    Difference("attention is not counted", {"multi_head_attention": nothing()}),
    Difference("products of two tensors are not counted", each(nothing(), "matmul", "gram")),
    Difference("modules without a rule of torchinfo are not counted",
               each(nothing(), "blur_pool", "carafe", "involution")),
    unknown_count("cond_conv", "deform_conv", "locally_connected", "mel_spectrogram"),
)),)  # fmt: skip
NOTES = ("functions called without a module, F.conv2d, count 0 in torchinfo",)


def text(totals: dict[str, int]) -> str:
    """As under its table: 4.09 G."""
    total = totals["mult-adds"]
    power, unit = (12, "T") if total >= 10**12 else (9, "G") if total >= 10**9 else (6, "M")
    whole, rest = divmod(total, 10**power)
    return f"{whole:,} {unit}" if rest == 0 else f"{total / 10**power:,.2f} {unit}"
