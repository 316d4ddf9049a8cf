"""torchvision, the published `_ops` of its weights: GFLOPS in its tables, multiply-adds in fact.

They are made with PyTorch's FlopCounterMode, which counts two for each multiply-add.
"""

from cnncalc.counters.base.engine import Count, Difference, each, nothing, unknown_count

TOOL = "torchvision 0.28"
MEANS = "multiply-adds"
BATCHED = False
COUNTS = (Count("flops", (
    Difference("sums of products that are no convolution or matrix product are not counted",
               each(nothing(), "deform_conv", "involution", "carafe")),
    unknown_count("locally_connected"),
), plain=True),)  # fmt: skip
NOTES = (
    "FlopCounterMode itself gives twice as many, and 0 for the fused kernels of LSTM and attention",
)


def text(totals: dict[str, int]) -> str:
    """As in the metadata, with the unit of its tables: 4.089 GFLOPS."""
    return f"{round(totals['flops'] / 10**9, 3)} GFLOPS"
