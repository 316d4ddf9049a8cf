"""thop, `profile(model, inputs)`: multiply-adds, and operations of some other layers.

Source: `thop/vision/basic_hooks.py`, `calc_func.py`, `rnn_hooks.py` of 0.1.1, and layers measured
one by one.
"""

from cnncalc.counters.base.engine import (
    Call,
    Count,
    Difference,
    affine,
    at_outputs,
    by_mode,
    each,
    gates,
    nothing,
    per_input,
    per_output,
    unknown_count,
)

TOOL = "thop 0.1.1"
MEANS = "multiply-adds and other operations"
BATCHED = True


def _softmax(call: Call) -> int:
    """Per vector n exponentials, n − 1 additions, n divisions."""
    return sum((call.facts.work or {}).values())


def _count_pool(call: Call) -> int:
    """Of each window the elements, and a division."""
    return call.input_count + call.output_count


def _count_interpolation(call: Call) -> int:
    """By the mode, of which thop does not know trilinear."""
    linear = (5, 11, 0)[call.inputs[0].rank - 1]
    return by_mode(nearest=1, linear=linear, cubic=259)(call)


COUNTS = (Count("MACs", (
    Difference("batch norm: 4 per element, 2 without scale and shift",
               {"batch_norm": affine(4, 2)}),
    Difference("layer and instance norm: 4 per element, 2 without scale and shift",
               each(affine(4, 2), "layer_norm", "instance_norm")),
    Difference("adaptive average pooling: 1 per input and 1 per output",
               each(_count_pool, "adaptive_avg_pool", "global_avg_pool")),
    Difference("average pooling: 1 per output", {"avg_pool": per_output(1)}),
    Difference("softmax: 3n − 1 per vector", {"softmax": _softmax}),
    Difference("prelu: 1 per element", {"prelu": per_input(1)}),
    Difference("interpolation: nearest 1 per output, linear 5, bilinear 11, bicubic 259",
               each(_count_interpolation, "upsample", "resize")),
    Difference("transposed convolutions are counted at each output, not at each input",
               {"conv_transpose": at_outputs}),
    Difference("recurrent layers: biases and, per unit and step, 8 in lstm, 7 in gru, 1 in rnn",
               {"lstm": gates(8), "gru": gates(7), "simple_rnn": gates(1)}),
    Difference("attention is not counted: it is not a module that thop knows",
               {"multi_head_attention": nothing()}),
    Difference("products of two tensors are not counted",
               each(nothing(), "matmul", "gram", "bilinear")),
    Difference("modules without a rule of thop are not counted",
               each(nothing(), "blur_pool", "carafe", "cond_conv", "deform_conv", "involution")),
    unknown_count("locally_connected", "mel_spectrogram"),
)),)  # fmt: skip
NOTES = ("what is called as a function, F.adaptive_avg_pool2d, F.interpolate, counts 0 in thop",)


def text(totals: dict[str, int]) -> str:
    """As the function returns it: 4133742592.0."""
    return str(float(totals["MACs"]))
