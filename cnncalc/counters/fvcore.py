"""fvcore, `FlopCountAnalysis(model, inputs).total()`: flops, by which it means multiply-adds.

Source: `fvcore/nn/jit_handles.py`, `flop_count.py` of 0.1.5, and layers measured one by one.
"""

from cnncalc.counters.base.engine import (
    Count,
    Difference,
    affine,
    by_mode,
    each,
    nothing,
    of_rank,
    per_input,
    unknown_count,
    unseen_products,
)
from cnncalc.quantity import decimal

TOOL = "fvcore 0.1.5"
MEANS = "multiply-adds"
BATCHED = True
DIFFERENCES = (
    Difference("batch norm: 2 per element, 1 without scale and shift",
               {"batch_norm": affine(2, 1)}),
    Difference("other norms: 5 per element, 4 without scale and shift",
               each(affine(5, 4), "layer_norm", "group_norm", "instance_norm")),
    Difference("adaptive average pooling over two axes: 1 per input",
               each(of_rank(2, per_input(1)), "adaptive_avg_pool", "global_avg_pool")),
    Difference("interpolation over two axes: nearest 1 per output, bilinear 4",
               each(of_rank(2, by_mode(nearest=1, linear=4)), "upsample", "resize")),
    Difference("recurrent layers are not counted",
               each(nothing(), "lstm", "gru", "simple_rnn")),
    Difference("the products of attention are not counted: their kernel is fused",
               {"multi_head_attention": unseen_products()}),
    Difference("bilinear layers are not counted", {"bilinear": nothing()}),
    Difference("sums of products that are no convolution or matrix product are not counted",
               each(nothing(), "deform_conv", "involution", "carafe")),
    unknown_count("locally_connected"),
)  # fmt: skip
COUNTS = (Count("flops", DIFFERENCES),)
NOTES = ("a convolution made with a word, padding='same', counts 0 in fvcore",)


def text(totals: dict[str, int]) -> str:
    """As in `flop_count_table`: 4.112G."""
    total = totals["flops"]
    for power, unit in ((15, "P"), (12, "T"), (9, "G"), (6, "M"), (3, "K")):
        if total > 10 ** (power - 1):
            return decimal(total, power, 3).rstrip("0").rstrip(".") + unit
    return str(total)
