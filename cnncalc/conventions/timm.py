"""timm, the GMACs of its published tables: totals of fvcore.

Source: `benchmark.py` of timm; 27 of 31 rows of `benchmark-infer-*.csv` reproduced to 0.01.
"""

from cnncalc import registry
from cnncalc.counting import Count
from cnncalc.quantity import decimal

TOOL = "timm 1.0"
MEANS = "multiply-adds"
BATCHED = False
COUNTS = (Count("GMACs", registry.load("conventions", "fvcore").DIFFERENCES),)
NOTES = registry.load("conventions", "fvcore").NOTES


def printed(totals: dict[str, int]) -> str:
    """As in its tables: 4.11."""
    return decimal(totals["GMACs"], 9, 2)
