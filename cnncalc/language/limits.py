"""How large a network may become, counted before it is expanded, and how it is told what is too much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from cnncalc.foreign import cut
from cnncalc.language.item import Item, Late
from cnncalc.language.values import Value
from cnncalc.work import LIMITS, TooMuch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.language.item import Block
    from cnncalc.language.report import Report
    from cnncalc.work import Budget

LAYERS = LIMITS["layers"].most
"""A network has at most so many layers."""

NESTING = 32
"""How deep blocks may stand in each other."""

_VISITS = LAYERS + LAYERS // 5
_STRETCH = 10_000
"""After steps, layers and operands of so many together the budget is asked."""


class Limits:
    """Counts what an expansion visits; items that add no layer, such as skipped ones, count too."""

    def __init__(self, budget: Budget) -> None:
        """`budget` is that of the file, of which this is one network."""
        self._budget = budget
        self._visited = 0
        self._sizes: dict[Block, int] = {}
        self._open: dict[Item, list[int]] = {}
        self._left = _STRETCH

    def visit(self, item: Item, name: str, times: int = 1) -> None:
        """An item, or so many repetitions of it, called `name`, with all the layers that it has."""
        self._visited += times
        if self._visited > _VISITS:
            self.stop(item, times)
        # This is done for every item of every network: the budget is asked once in a while.
        counts = self._open.get(item)
        if counts is None:
            counts = self._open[item] = [0, 0]
        counts[0] += times
        counts[1] += times * len(name)
        self._left -= times * item.cost
        if self._left < 0:
            self.settle()

    def settle(self) -> None:
        """Spend what the items take that were visited since the last time; raises TooMuch."""
        visits, self._open, self._left = self._open, {}, _STRETCH
        for item, (times, letters) in visits.items():
            self._budget.steps.spend(times * item.weight, item)
            self.spend(item, times * item.layers, letters * item.layers, times * item.operands)

    def spend(self, item: Item, layers: int, characters: int, operands: int) -> None:
        """So many items and layers, with so many characters in their names, and so many operands."""
        budget = self._budget
        budget.items.spend(layers, item)
        budget.characters.spend(characters, item)
        budget.links.spend(operands, item)

    def foresee(self, item: Item, times: int) -> None:
        """Refuse at once what is certain to be too much."""
        each = 1 if item.block is None or item.when is not None else self._size(item.block)
        if times * each > LAYERS:
            self.stop(item, times * each)

    def foresee_use(self, block: Block, item: Item) -> None:
        """The same for a single use of a block."""
        if self._size(block) > LAYERS:
            self.stop(item, self._size(block))

    def stop(self, item: Item, layers: int = 1) -> NoReturn:
        """End the expansion, which would have so many more layers for `item`; raises TooMuch."""
        self.settle()
        raise TooMuch(f"the network would have more than {LAYERS:,} layers", self._budget.items,
                      self._budget.items.behalf or item, layers)  # fmt: skip

    def _size(self, block: Block) -> int:
        """The least number of items that a use of a block visits."""
        if block not in self._sizes:
            self._sizes[block] = 1
            total = 0
            for item in block.items:
                constant = item.repeat is None or item.repeat.constant
                times = item.repeat.value if item.repeat is not None and constant else 1
                known = constant and item.when is None and item.block is not None
                each = self._size(item.block) if known and item.block is not None else 1
                total += each * times
            self._sizes[block] = max(1, min(total, LAYERS + 1))
        return self._sizes[block]


# How it is told -------------------------------------------------------------------------------


_FIXES = {
    "text": "fewer networks of other files",
    "values": "shorter lists",
    "levels": "lists that stand less deep in each other",
    "networks": "several files",
    "steps": "shorter expressions, or fewer repetitions",
    "links": "fewer operands",
    "characters": "shorter names, or fewer repetitions",
    "findings": "correct the first ones",
}


_SPREAD = 4
"""What takes no more percent than that is not worth to be named."""


def report_excess(error: TooMuch, report: Report, where: Any = None) -> None:
    """The one finding of a reading that would take too much: what, where, and what takes most.

    `where` is the place if the error does not know it.
    """
    top, share = error.largest()
    where = error.where or where or top
    message, name, code = str(error), "", "E408"
    if error.spent is not None and error.spent.is_over:
        limit = error.spent.limit
        name = next(name for name, known in LIMITS.items() if known is limit)
        message = f"the file comes to more than {limit.most:,} {limit.steps}"
    if name in ("levels", "networks"):
        top, share = None, 0
    if name == "levels":
        code = "E003"
        message = f"nested more than {LIMITS[name].most} levels deep once variables are put in"
    help = _FIXES.get(name) or _fewer(top if share > _SPREAD else None)
    if share > _SPREAD:
        help = f"{share} % is for {_describe(top, name)}: {help}"
    elif top is not None:
        help = f"it is spread over many places: {help}"
    report.find(code, message,
                None if where is None else _place(where), help=help)  # fmt: skip


def _fewer(top: Any) -> str:
    """What makes fewer layers, where those of an item are most of them."""
    if not isinstance(top, Item):
        return "fewer repetitions, or fewer uses of blocks"
    if top.repeat is not None:
        return "fewer repetitions"
    if top.block is not None and top.block.whole is not None:
        return "fewer layers in it, or fewer uses of it"
    if top.block is not None:
        return "fewer uses of blocks in each other"
    if top.layer is not None and top.layer.has_pieces:
        return "fewer parts"
    return "fewer repetitions, or fewer uses, of the block that it stands in"


def _describe(top: Any, name: str) -> str:
    """What takes most, and in which line."""
    line = _node(top).span.line
    if isinstance(top, Value):
        return f"`{cut(top.name, 60)}` in line {line}"
    if not isinstance(top, Item):
        text = getattr(top, "text", "")
        return f"`{cut(text, 60)}` in line {line}" if text else f"what stands in line {line}"
    weights = {key: value.weight for key, value in _values(top)}
    key = max(weights, key=weights.__getitem__) if weights and name == "steps" else ""
    return f"`{cut(top.op, 60)}` in line {line}" + (
        f", most for its `{cut(key, 60)}`" if key else ""
    )


def _values(item: Item) -> Iterator[tuple[str, Value]]:
    """What is evaluated for an item each time, by name."""
    inside: dict[str, Any] = {**(item.block.args if item.block else {}), **item.values, **item.args,
                              "when": item.when, "trainable": item.trainable, "dtype": item.dtype}  # fmt: skip
    for name, value in (*inside.items(), *item.parts.items()):
        found = value.word if isinstance(value, Late) else value
        if isinstance(found, Value):
            yield name, found


def _node(where: Any) -> Any:
    """What stands in the file."""
    if isinstance(where, Item):
        return where.op_node
    return where.node if isinstance(where, Value) else where


def _place(where: Any) -> Any:
    """The span at fault: the number of repetitions, if there is one."""
    if isinstance(where, Item) and where.repeat is not None:
        return where.repeat.node.span
    return _node(where).span
