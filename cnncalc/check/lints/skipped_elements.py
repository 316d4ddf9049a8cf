"""A stride wider than the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import SLIDING
from cnncalc.errors import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.network import Network

CODE = "W607"


def judge(network: Network) -> Iterator[Diagnostic]:
    """A warning for every window of several elements that jumps over others.

    A window of one element with a stride is how projections subsample, and no mistake.
    """
    for node in network.nodes:
        if not node.facts.windows:
            continue
        windows = [w for w in node.facts.windows if isinstance(w, SLIDING)]
        jumps = [w for w in windows if w.kernel > 1 and w.extent < w.stride]
        if jumps:
            kernel, stride = jumps[0].kernel, jumps[0].stride
            yield Diagnostic(CODE, f"`{node.name}` jumps over elements: a window of {kernel} moves by {stride}",
                             network.source, node.span, layer=node.name, severity="warning",
                             help="a stride of at most the kernel reads all of the input")  # fmt: skip
