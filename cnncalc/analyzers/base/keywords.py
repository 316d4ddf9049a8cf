"""Keywords that several analyses take, each stated once: its type, and what `--help` says of it."""

from __future__ import annotations

from typing import Annotated

BATCH = "The number of examples computed at once."
UP_TO = "Where sizes are tried one by one, up to N (default: 1024, or twice the present size)."
DTYPE = "The number type of layers without a `dtype`: fp32, fp16, int8, int4, int1, …"
BIAS_DTYPE = (
    "The number type of biases (default: that of the layer, but int32 of integers up to int8)."
)
INPLACE = "Let activations, merges and depthwise convolutions overwrite what nothing else needs."
EAGER = (
    "As PyTorch runs it: what Python still holds, arguments of blocks and variables, stays alive."
)
FOLD_NORM = "Fold norms with fixed statistics into the layer before them."

Batch = Annotated[int, BATCH]
Dtype = Annotated[str, DTYPE]
BiasDtype = Annotated[str, BIAS_DTYPE]
Eager = Annotated[bool, EAGER]
Inplace = Annotated[bool, INPLACE]
FoldNorm = Annotated[bool, FOLD_NORM]
Strict = Annotated[bool, "Report unknown numbers as findings; exit 1."]
UpTo = Annotated[int | None, UP_TO]
