"""DeepSpeed, `get_model_profile(model, input_shape)`: MACs, and flops of which a MAC is two.

Source: `profiling/flops_profiler/profiler.py` of 0.19.8, and layers measured one by one.
"""

from cnncalc.counters.base.engine import (
    Count,
    Difference,
    affine,
    biases,
    each,
    gates,
    nothing,
    per_input,
    per_output,
    response,
    unknown_count,
)

TOOL = "DeepSpeed 0.19.8"
MEANS = "multiply-adds; flops are 2 for each and other operations"
BATCHED = True


COUNTS = (
    Count("MACs", (
        Difference("recurrent layers are not counted",
                   each(nothing(), "lstm", "gru", "simple_rnn")),
        Difference("bilinear layers are not counted", {"bilinear": nothing()}),
        unknown_count("blur_pool", "carafe", "cond_conv", "deform_conv", "involution",
                   "locally_connected", "mel_spectrogram"),
    )),
    Count("flops", (
        Difference("biases of convolutions: 1 per output",
                   each(biases, "conv", "depthwise_conv", "separable_conv", "conv_transpose")),
        Difference("batch norm: 2 per element, 1 without scale and shift",
                   {"batch_norm": affine(2, 1)}),
        Difference("other norms: 5 per element, 4 without scale and shift",
                   each(affine(5, 4), "layer_norm", "group_norm", "instance_norm")),
        Difference("relu, leaky relu, prelu, elu, gelu, silu, softmax: 1 per element",
                   each(per_input(1), "relu", "leaky_relu", "prelu", "elu", "gelu", "silu", "softmax")),
        Difference("pooling: 1 per input",
                   each(per_input(1), "max_pool", "avg_pool", "adaptive_max_pool",
                        "adaptive_avg_pool", "global_max_pool", "global_avg_pool")),
        Difference("interpolation: 1 per output", each(per_output(1), "upsample", "resize")),
        Difference("local response norm: 3 per element and a pool over the padded channels",
                   {"local_response_norm": response}),
        Difference("recurrent layers: biases and, per unit and step, 2 in lstm, 1 in gru, "
                   "1 less in rnn",
                   {"lstm": gates(2), "gru": gates(1), "simple_rnn": gates(-1)}),
        Difference("bilinear layers are not counted", {"bilinear": nothing(2)}),
        unknown_count("blur_pool", "carafe", "cond_conv", "deform_conv", "involution",
                   "locally_connected", "mel_spectrogram"),
    ), factor=2),
)  # fmt: skip
NOTES = ("merges written as operators, a + b, count 0; torch.add and torch.mul count 1 per output",)


def text(totals: dict[str, int]) -> str:
    """As in its profile: 4.09 GMACs, 8.21 G flops."""
    flops = f"{_scale(totals['flops'])} flops"
    return f"{_scale(totals['MACs'])}MACs, {' '.join(flops.split())}"


def _scale(total: int) -> str:
    for power, unit in ((12, "T"), (9, "G"), (6, "M"), (3, "K")):
        if total >= 10**power:
            return f"{round(total / 10**power, 2):g} {unit}"
    return f"{total} "
