"""How large a network may become, counted before it is expanded wherever that is possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from cnncalc.errors import Span
    from cnncalc.language.item import Block, Item
    from cnncalc.language.model import Model
    from cnncalc.language.report import Report

LAYERS = 100_000
"""A network has at most so many layers."""

_VISITS = LAYERS + LAYERS // 5


class TooMany(Exception):
    """The network would have more than LAYERS layers; reported already."""


class Limits:
    """Counts what an expansion visits; items that add no layer, such as skipped ones, count too."""

    def __init__(self, model: Model, report: Report) -> None:
        """A fault that has no better place is reported at the model."""
        self._model = model
        self._report = report
        self._visited = 0
        self._sizes: dict[str, int] = {}

    def visit(self) -> None:
        """One more item or repetition."""
        self._visited += 1
        if self._visited > _VISITS:
            self.stop(self._model.node.span)

    def foresee(self, item: Item, times: int) -> None:
        """Refuse at once what is certain to be too much."""
        each = 1 if item.block is None or item.when is not None else self._size(item.block)
        if times * each > LAYERS:
            self.stop((item.repeat.node if item.repeat else item.op_node).span)

    def foresee_use(self, block: Block, item: Item) -> None:
        """The same for a single use of a block."""
        if self._size(block) > LAYERS:
            self.stop(item.op_node.span)

    def stop(self, span: Span) -> NoReturn:
        """Report the finding and raise TooMany, which ends the expansion."""
        self._report.find("E408", f"the network would have more than {LAYERS:,} layers", span,
                          help="fewer repetitions")  # fmt: skip
        raise TooMany

    def _size(self, block: Block) -> int:
        """The least number of items that a use of a block visits."""
        if block.name not in self._sizes:
            self._sizes[block.name] = 1
            total = 0
            for item in block.items:
                constant = item.repeat is None or item.repeat.constant
                times = item.repeat.value if item.repeat is not None and constant else 1
                known = constant and item.when is None and item.block is not None
                each = self._size(item.block) if known and item.block is not None else 1
                total += each * times
            self._sizes[block.name] = max(1, min(total, LAYERS + 1))
        return self._sizes[block.name]
