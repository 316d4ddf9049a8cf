"""What a file is compiled to beside its blocks: its models and their variants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.errors import UsageError
from cnncalc.language.item import Frozen
from cnncalc.registry import suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.language.claims import Claims
    from cnncalc.language.item import Block, Item
    from cnncalc.language.names import Ref
    from cnncalc.language.tree import Node
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
                 "taken", "targets", "variants")  # fmt: skip

    def __init__(self, name: str, node: Node) -> None:
        """Filled in by the compiler, and frozen then."""
        self.name = name
        self.node = node
        self.description = ""
        self.dialect: str | None = None
        self.targets: tuple[str, ...] = ()
        """The dialects in which it must be the same network."""
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


class Compiled(NamedTuple):
    """What a file declares, frozen."""

    name: str
    variables: dict[str, Value]
    sweep: dict[str, tuple[Any, ...]]
    blocks: dict[str, Block]
    models: dict[str, Model]

    def items(self) -> list[Item]:
        """The items of all blocks and models."""
        found = [item for block in self.blocks.values() for item in block.items]
        return found + [item for model in self.models.values() for item in model.items]


def choose(
    models: Mapping[str, Model], file: str, name: str | None = None
) -> tuple[Model, Variant | None]:
    """The model of a file, or the model and its variant, called `name`; raises UsageError.

    Without a name it is the only model.
    """
    if name is None:
        if len(models) == 1:
            return next(iter(models.values())), None
        raise refuse_unchosen(list(models), file)
    if name in models:
        return models[name], None
    for model in models.values():
        for variant in model.variants:
            if variant.name == name:
                return model, variant
    known = [*models, *(v.name for m in models.values() for v in m.variants)]
    raise refuse_unchosen(known, file, name)


def refuse_unchosen(known: Sequence[str], file: str, name: str | None = None) -> UsageError:
    """That none of the models of a file is meant, or none is called `name`."""
    listed = ", ".join(known[:20]) + (", …" if len(known) > 20 else "")
    if name is None:
        return UsageError(f"{file} holds several models",
                          f"name one of {listed}: {file}::{known[0]}")  # fmt: skip
    return UsageError(f"{file} has no model or variant `{name}`",
                      suggestion(name, known) or f"there are: {listed}")  # fmt: skip


class _FrozenModel(Frozen, Model):
    __slots__ = ()
