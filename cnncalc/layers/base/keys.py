"""Keys and the kinds of value they take: the type system of the language.

A layer declares its keys as class attributes, `filters: int = key(COUNT, …)`; the grammar of the
file itself is written in the same terms. One declaration serves the checker, the manual and the
editor schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from cnncalc.layers.base.key_types import REQUIRED, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping


class Key(NamedTuple):
    """What a mapping may hold under one name.

    `symbol` is what formulas call the value, its name if empty. `also` are other words for the
    key, separated by commas, besides those of the frameworks, which are data of `dialects/`.
    """

    name: str
    kind: Kind
    default: Any
    help: str
    symbol: str = ""
    also: str = ""


def key(
    kind: Kind,
    default: Any = REQUIRED,
    *,
    symbol: str = "",
    also: str = "",
    help: str,
) -> Any:
    """Declare a key of a layer: `filters: int = key(COUNT, symbol="K", help="…")`."""
    return Key("", kind, default, help, symbol, also)


class Keyed:
    """A class whose attributes made with `key` are collected: a kind of layer, or a formula."""

    keys: ClassVar[Mapping[str, Key]] = {}
    """The keys, in the order of the manual; a scalar in place of a mapping sets the first."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Collect the declared keys; a subclass adds to or replaces those of its bases.

        The attribute `return_` is the key `return`, which Python would not take for a name.
        """
        super().__init_subclass__(**kwargs)
        declared = {
            attribute.removesuffix("_"): value._replace(name=attribute.removesuffix("_"))
            for attribute, value in vars(cls).items()
            if isinstance(value, Key)
        }
        if declared:
            cls.keys = {**cls.keys, **declared}
        for name in declared.keys() - vars(cls).keys():
            setattr(cls, f"{name}_", _stored_value(name))


def _stored_value(name: str) -> property:
    return property(lambda keyed: keyed.__dict__[name])


def make_keys(*keys: tuple[str, Kind, Any, str]) -> dict[str, Key]:
    """A grammar from (name, kind, default, help) rows."""
    return {name: Key(name, kind, default, help) for name, kind, default, help in keys}
