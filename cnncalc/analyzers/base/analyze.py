"""Any analyzer by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import registry
from cnncalc.errors import UsageError

if TYPE_CHECKING:
    from types import ModuleType

    from cnncalc.network import Network
    from cnncalc.tables.table import Table


def analyze(network: Network, name: str, **options: Any) -> Table:
    """The table that the analyzer `name` makes of a network; its options are keywords.

    Raises UsageError for an unknown analyzer or option.
    """
    import inspect

    function = analyzer(name).analyze
    known = [p.name for p in inspect.signature(function).parameters.values()][1:]
    for option in options:
        if option not in known:
            listed = "options: " + (", ".join(known) or "none")
            raise UsageError(
                f"{name} has no option `{option}`", registry.suggestion(option, known) or listed
            )
    table: Table = function(network, **options)
    return table


def analyzer(name: str) -> ModuleType:
    """The module of an analyzer, `receptive-field` or `receptive_field`; raises UsageError."""
    try:
        return registry.load("analyzers", name.replace("-", "_"))
    except KeyError:
        names = [known.replace("_", "-") for known in registry.names("analyzers")]
        raise UsageError(f"there is no analyzer `{name}`", registry.suggestion(name, names)
                         or "analyzers: " + ", ".join(names)) from None  # fmt: skip
