"""A layer whose `when` is never true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.language.document import Document
    from cnncalc.language.item import Item
    from cnncalc.network import Network

CODE = "W604"


def survey(document: Document, networks: Sequence[Network]) -> Iterator[Diagnostic]:
    """A warning for every layer with a `when` that is there in no model and no variant."""
    built = {node.span for network in networks for node in network.nodes}
    for item in _reachable_items(document):
        if item.when is not None and item.layer is not None and item.span not in built:
            yield Diagnostic(CODE, f"this `{item.op}` is never there: its `when` is false in every "
                             "model and variant", document.source, item.when.node.span,
                             severity="warning",
                             help="correct the condition, or take the layer out")  # fmt: skip


def _reachable_items(document: Document) -> Iterator[Item]:
    """The items of all models, and of all blocks that they use."""
    seen: set[str] = set()
    waiting = [item for model in document.models.values() for item in model.items]
    while waiting:
        item = waiting.pop()
        yield item
        if item.block is not None and not item.block.whole and item.block.name not in seen:
            seen.add(item.block.name)
            waiting += item.block.items
