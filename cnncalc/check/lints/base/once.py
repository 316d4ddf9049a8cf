"""Questions about what a layer does, asked once of layers that are alike."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cnncalc.layers.base.layer import Facts
    from cnncalc.network import Network, Node

T = TypeVar("T")


def ask_once(network: Network, question: Callable[[Facts], T | None]) -> Iterator[tuple[Node, T]]:
    """The layers for whose facts a question has an answer, with that; None and False are none."""
    found = [
        (node.index, node, answer)
        for group in network.alike
        if (answer := question(group[0].facts))
        for node in group
    ]
    found.sort(key=itemgetter(0))
    for _, node, answer in found:
        yield node, answer
