"""What the networks of a file have in common: equal layers, and what they do to equal shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnncalc.language.item import Item
    from cnncalc.layers.base.layer import Facts, Layer

_MOST = 10_000
"""A stock with more facts than this is not handed on: a file may have any number of networks."""


class Stock:
    """Layers of one dialect and their facts: equal layers are one object, computed once per shape."""

    __slots__ = ("constant", "facts", "layers", "varying")

    def __init__(self) -> None:
        """Nothing yet."""
        self.layers: dict[Any, Layer] = {}
        """By class and values."""
        self.constant: tuple[dict[Item, Layer], dict[Item, Layer]] = {}, {}
        """Those of items without an expression: with the bias they ask for, and without a bias."""
        self.varying: set[Item] = set()
        """The items with an expression."""
        self.facts: dict[Any, tuple[Layer, Facts]] = {}
        """By the identity of a layer, which is kept with them so that it stays one, and shapes."""


class Stocks:
    """The stocks of a file, by dialects."""

    def __init__(self) -> None:
        """None yet."""
        self._stocks: dict[str | None, Stock] = {}

    def find(self, dialect: str | None) -> Stock:
        """The one for the next network of a dialect."""
        stock = self._stocks.get(dialect)
        if stock is None or len(stock.facts) > _MOST:
            stock = self._stocks[dialect] = Stock()
        return stock
