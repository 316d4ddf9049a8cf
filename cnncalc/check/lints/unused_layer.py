"""A layer whose result goes nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Diagnostic, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.language.document import Document
    from cnncalc.network import Network, Node

CODE = "W603"


def survey(document: Document, networks: Sequence[Network]) -> Iterator[Diagnostic]:
    """A warning for every layer that no output depends on, in any model or variant.

    Of layers behind each other the last is named: with it, those before it are used.
    """
    ends: dict[Span, Node] = {}
    useful: set[Span | None] = set()
    for network in networks:
        for node, needed, read in zip(network.nodes, *_use(network), strict=True):
            if needed:
                useful.add(node.span)
            elif not read and node.layer is not None and node.span is not None:
                ends.setdefault(node.span, node)
    for span, node in ends.items():
        if span not in useful:
            yield Diagnostic(CODE, f"nothing reads `{node.name}`, and it is not an output",
                             document.source, span, layer=node.name, severity="warning",
                             help="read it, name it under `outputs`, or take it out")  # fmt: skip


def _use(network: Network) -> tuple[list[bool], list[bool]]:
    """For every node whether an output depends on it, and whether any other node reads it."""
    needed = [False] * len(network.nodes)
    read = [False] * len(network.nodes)
    for index in network.outputs.values():
        needed[index] = True
    for index in range(len(network.nodes) - 1, -1, -1):
        for source in network.nodes[index].inputs:
            read[source] = True
            needed[source] = needed[source] or needed[index]
    return needed, read
