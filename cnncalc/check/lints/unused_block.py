"""A block that no layer uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.language.document import Document
    from cnncalc.language.item import Item
    from cnncalc.network import Network

CODE = "W601"


def survey(document: Document, networks: Sequence[Network]) -> Iterator[Diagnostic]:
    """A warning for every block that no model reaches, not even through other blocks."""
    used: set[str] = set()
    waiting: list[Item] = [item for model in document.models.values() for item in model.items]
    while waiting:
        block = waiting.pop().block
        if block is not None and not block.whole and block.name not in used:
            used.add(block.name)
            waiting += block.items
    for name, block in document.blocks.items():
        if name not in used:
            yield Diagnostic(CODE, f"no layer uses the block `{name}`", document.source,
                             block.name_node.span, severity="warning",
                             help="use it, or take it out")  # fmt: skip
