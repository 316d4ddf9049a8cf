"""Elements at the end of an axis that a stride leaves over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import SLIDING
from cnncalc.errors import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.network import Network

CODE = "W606"
QUIET = True
"""Half of all published networks do it somewhere."""


def judge(network: Network) -> Iterator[Diagnostic]:
    """A note for every window with a stride that does not reach the end of its input."""
    for node in network.nodes:
        if not node.inputs:
            continue
        size = network.nodes[node.inputs[0]].output.size
        left = [
            w.count_dropped(n) if isinstance(w, SLIDING) and 1 < w.stride <= w.kernel else 0
            for w, n in zip(node.facts.windows, size, strict=False)
        ]
        if any(left):
            sides = "×".join(map(str, size))
            yield Diagnostic(CODE, f"`{node.name}` never reads the last {_counts(left)} of its {sides} input",
                             network.source, node.span, layer=node.name, severity="note",
                             help="pad the end, or choose a size that the stride divides")  # fmt: skip


def _counts(left: list[int]) -> str:
    """`row and 1 column` in numbers: 1 and 2, one for each axis where they differ."""
    kinds = list(dict.fromkeys(map(str, left)))
    return kinds[0] if len(kinds) == 1 else "×".join(map(str, left))
