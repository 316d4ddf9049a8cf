"""Padding around a window of one element."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import Window
from cnncalc.errors import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.network import Network

CODE = "W609"


def judge(network: Network) -> Iterator[Diagnostic]:
    """A warning for every layer with weights that pads though its window is one element.

    Its border then consists of biases. A `pad` layer has no weights and means it.
    """
    for node in network.nodes:
        if not node.facts.windows or not node.facts.weights:
            continue
        windows = [w for w in node.facts.windows if isinstance(w, Window)]
        if windows and all(w.kernel == 1 for w in windows) and any(
            max(w.padding) > 0 for w in windows
        ):  # fmt: skip
            yield Diagnostic(CODE, f"`{node.name}` pads a window of one element: its border is bias only",
                             network.source, node.span, layer=node.name, severity="warning",
                             help="padding: 0")  # fmt: skip
