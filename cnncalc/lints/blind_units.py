"""Units that see nothing but padding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Diagnostic
from cnncalc.fields.coverage import blind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.network import Network

CODE = "W624"


def judge(network: Network) -> Iterator[Diagnostic]:
    """A warning for every layer that brings in units which no element of an input reaches."""
    unseeing = blind(network)
    for index, node in enumerate(network.nodes):
        # The margin of a `pad` is meant to see nothing.
        slides = any(getattr(window, "kernel", 1) > 1 for window in node.facts.windows)
        if slides and unseeing[index] > max((unseeing[i] for i in node.inputs), default=0):
            yield Diagnostic(CODE, f"{unseeing[index]:,} rows or columns of `{node.name}` see only padding",
                             network.source, node.span, layer=node.name, severity="warning",
                             help="less padding, or a kernel that is not smaller than the stride of "
                             "a transposed convolution")  # fmt: skip
