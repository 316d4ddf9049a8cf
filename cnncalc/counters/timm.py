"""timm, the GMACs of its published tables: totals of fvcore.

Source: `benchmark.py` of timm; 27 of 31 rows of `benchmark-infer-*.csv` reproduced to 0.01.
"""

from cnncalc import registry
from cnncalc.counters.base.engine import Count

TOOL = "timm 1.0"
MEANS = "multiply-adds"
BATCHED = False
COUNTS = (Count("MACs", registry.load("counters", "fvcore").DIFFERENCES),)
NOTES = registry.load("counters", "fvcore").NOTES


def text(totals: dict[str, int]) -> str:
    """As in its tables, with their unit: 4.11 GMACs."""
    return f"{round(totals['MACs'] / 10**9, 2)} GMACs"
