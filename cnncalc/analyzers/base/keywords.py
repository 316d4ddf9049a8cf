"""Keywords that several analyses take, each stated once: its type, and what `--help` says of it."""

from __future__ import annotations

from typing import Annotated

BATCH = "The number of examples computed at once."
UP_TO = "Where sizes are tried one by one, up to N (default: 1024, or twice the present size)."

Batch = Annotated[int, BATCH]
Dtype = Annotated[str, "The number type of layers without a `dtype`: fp32, fp16, int8, int4, …"]
Strict = Annotated[bool, "Report unknown numbers as findings; exit 1."]
UpTo = Annotated[int | None, UP_TO]
