"""Padding whose place depends on whether a size is odd."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import SLIDING
from cnncalc.errors import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.network import Network

CODE = "W610"
QUIET = True
"""Every Keras network with `same` and a stride does it."""


def judge(network: Network) -> Iterator[Diagnostic]:
    """A note for every strided `same` that pads one side more: an odd size would shift the grid."""
    for node in network.nodes:
        uneven = [
            w for w in node.facts.windows
            if isinstance(w, SLIDING) and w.stride > 1 and w.rule.startswith("same")
            and w.padding[0] != w.padding[1]
        ]  # fmt: skip
        if uneven:
            before, after = uneven[0].padding
            yield Diagnostic(CODE, f"`{node.name}` pads {before} before and {after} after; another "
                             "parity of the size would move the grid by an element",
                             network.source, node.span, layer=node.name, severity="note",
                             help="`half` pads the same for every size")  # fmt: skip
