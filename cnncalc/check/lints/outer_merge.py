"""Operands of a merge that spread each other, where one of them was hardly meant to grow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Diagnostic
from cnncalc.layers.base.merging import Merge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.network import Network

CODE = "W612"


def judge(network: Network) -> Iterator[Diagnostic]:
    """A warning for every merge whose output is larger than each of its operands.

    A multiplication is left alone: the product of a row and a column is a pattern of its own.
    """
    for node in network.nodes:
        if not isinstance(node.layer, Merge) or node.layer.kind == "multiply":
            continue
        operands = [network.nodes[i].output for i in node.inputs]
        if all(x.elements < node.output.elements for x in operands):
            shapes = " and ".join(dict.fromkeys(map(str, operands)))
            yield Diagnostic(CODE, f"`{node.name}` spreads {shapes} over each other to {node.output}",
                             network.source, node.span, layer=node.name, severity="warning",
                             help="if it is meant, `tile` one of them first; else bring both to one "
                             "shape")  # fmt: skip
