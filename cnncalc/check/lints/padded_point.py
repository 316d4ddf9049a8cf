"""Padding around a window of one element."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import Window
from cnncalc.check.lints.base.once import ask_once
from cnncalc.errors import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.layers.base.layer import Facts
    from cnncalc.network import Network

CODE = "W609"


def judge(network: Network) -> Iterator[Diagnostic]:
    """A warning for every layer with weights that pads though its window is one element.

    Its border then consists of biases. A `pad` layer has no weights and means it.
    """
    for node, _ in ask_once(network, _pads_a_point):
        yield Diagnostic(CODE, f"`{node.name}` pads a window of one element: its border is bias only",
                         network.source, node.span, layer=node.name, severity="warning",
                         help="padding: 0")  # fmt: skip


def _pads_a_point(facts: Facts) -> bool:
    if not facts.windows or not facts.weights:
        return False
    windows = [w for w in facts.windows if isinstance(w, Window)]
    return (
        bool(windows)
        and all(w.kernel == 1 for w in windows)
        and any(max(w.padding) > 0 for w in windows)
    )
