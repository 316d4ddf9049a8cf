"""A stride wider than the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import SLIDING
from cnncalc.check.lints.base.once import ask_once
from cnncalc.errors import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.layers.base.layer import Facts
    from cnncalc.network import Network

CODE = "W607"


def judge(network: Network) -> Iterator[Diagnostic]:
    """A warning for every window of several elements that jumps over others.

    A window of one element with a stride is how projections subsample, and no mistake.
    """
    for node, (kernel, stride) in ask_once(network, _jump):
        yield Diagnostic(CODE, f"`{node.name}` jumps over elements: a window of {kernel} moves by {stride}",
                         network.source, node.span, layer=node.name, severity="warning",
                         help="a stride of at most the kernel reads all of the input")  # fmt: skip


def _jump(facts: Facts) -> tuple[int, int] | None:
    """The kernel and the stride of the first axis along which elements are left out."""
    for window in facts.windows:
        if isinstance(window, SLIDING) and window.kernel > 1 and window.extent < window.stride:
            return window.kernel, window.stride
    return None
