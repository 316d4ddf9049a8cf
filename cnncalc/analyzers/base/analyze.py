"""Any analyzer by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import registry
from cnncalc.system.gc_pause import pause

if TYPE_CHECKING:
    from types import ModuleType

    from cnncalc.network import Network
    from cnncalc.tables.table import Table


def analyze(network: Network, name: str, **options: Any) -> Table:
    """The table that the analyzer `name` makes of a network; its options are keywords.

    Raises UsageError for an unknown analyzer or option.
    """
    import inspect

    module = registry.by_name("analyzers", "analyzer", name)
    known = [p.name for p in inspect.signature(module.analyze).parameters.values()][1:]
    registry.check_options(name, options, known)
    return run_analyzer(module, network, **options)


@pause
def run_analyzer(module: ModuleType, network: Network, **options: Any) -> Table:
    """The table of an analyzer that is loaded. Raises what the analyzer raises."""
    table: Table = module.analyze(network, **options)
    return table
