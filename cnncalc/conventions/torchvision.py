"""torchvision, the published `_ops` of its weights: GFLOPS in its tables, multiply-adds in fact.

They are made with PyTorch's FlopCounterMode, which counts two for each multiply-add.
"""

from cnncalc.counting import Count
from cnncalc.quantity import decimal

TOOL = "torchvision 0.28"
MEANS = "multiply-adds"
BATCHED = False
COUNTS = (Count("GFLOPS"),)
NOTES = (
    "FlopCounterMode itself gives twice as many, and 0 for the fused kernels of LSTM and attention",
)


def printed(totals: dict[str, int]) -> str:
    """As in the metadata: 4.089."""
    return decimal(totals["GFLOPS"], 9, 3)
