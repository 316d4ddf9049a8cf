"""Keywords that several analyses take, each stated once: its type, and what `--help` says of it."""

from __future__ import annotations

from typing import Annotated

BATCH = "How many examples are computed at once."
UP_TO = "Look at the sizes up to N; 1024, or twice the present size, if left out."

Batch = Annotated[int, BATCH]
Dtype = Annotated[
    str, "The type of numbers of layers that have no `dtype`: fp32, fp16, int8, int4, …"
]
Strict = Annotated[bool, "Unknown numbers are findings: exit 1."]
UpTo = Annotated[int | None, UP_TO]
