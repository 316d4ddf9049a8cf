"""Any analyzer by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import registry

if TYPE_CHECKING:
    from cnncalc.network import Network
    from cnncalc.tables.table import Table


def analyze(network: Network, name: str, **options: Any) -> Table:
    """The table that the analyzer `name` makes of a network; its options are keywords.

    Raises UsageError for an unknown analyzer or option.
    """
    import inspect

    function = registry.by_name("analyzers", "analyzer", name).analyze
    known = [p.name for p in inspect.signature(function).parameters.values()][1:]
    registry.check_options(name, options, known)
    table: Table = function(network, **options)
    return table
