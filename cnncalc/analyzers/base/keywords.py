"""Keywords that several analyses take, each stated once: its type, and what `--help` says of it."""

from __future__ import annotations

from typing import Annotated

BATCH = "The number of examples computed at once."
UP_TO = "Try the sizes up to N (default: 1024, or twice the present size)."
DTYPE = "The number type of layers without a `dtype`: fp32, fp16, int8, int4, …"
INPLACE = "Let activations and merges overwrite an operand that nothing else needs."
FOLD_NORM = "Fold norms with fixed statistics into the layer before them."

Batch = Annotated[int, BATCH]
Dtype = Annotated[str, DTYPE]
Inplace = Annotated[bool, INPLACE]
FoldNorm = Annotated[bool, FOLD_NORM]
Strict = Annotated[bool, "Report unknown numbers as findings; exit 1."]
UpTo = Annotated[int | None, UP_TO]
