"""What a file is compiled to beside its blocks: its models and their variants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.language.item import Frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.language.claims import Claims
    from cnncalc.language.compose import Node
    from cnncalc.language.item import Item
    from cnncalc.language.names import Ref
    from cnncalc.language.values import Value


class Variant(NamedTuple):
    """Other values of the variables, and what they must give.

    One that the spec does not name is called by its settings, `w=0.5`.
    """

    name: str
    settings: Mapping[str, Any]
    claims: Claims
    node: Node
    named: bool = False


class Model:
    """One network of a file."""

    __slots__ = ("claims", "description", "dialect", "inputs", "items", "name", "node", "outputs",
                 "taken", "variants")  # fmt: skip

    def __init__(self, name: str, node: Node) -> None:
        """Filled in by the compiler, and frozen then."""
        self.name = name
        self.node = node
        self.description = ""
        self.dialect: str | None = None
        self.inputs: Mapping[str, Value] = {}
        self.items: tuple[Item, ...] = ()
        self.taken: frozenset[str] = frozenset()
        """The names given to its items, which generated ones stay clear of."""
        self.outputs: tuple[Ref, ...] | None = None
        self.claims: Claims = ()
        """What its `expect` and `budget` say."""
        self.variants: tuple[Variant, ...] = ()

    def freeze(self) -> None:
        """Let no attribute change any more."""
        self.__class__ = _FrozenModel


class _FrozenModel(Frozen, Model):
    __slots__ = ()
