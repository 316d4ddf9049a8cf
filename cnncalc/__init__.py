r"""Sizes, parameters, MACs and receptive fields of convolutional networks, from a YAML spec.

>>> import cnncalc
>>> net = cnncalc.loads("input: {channels: 3, size: [32, 32]}\nlayers: [conv: {filters: 8, kernel: 3}]")
>>> print(net.nodes[-1].output)
8×30×30
>>> cnncalc.analyze(net, "shapes").totals["params"]
224
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnncalc.analyzers.base.analyze import analyze
    from cnncalc.calculator.calculate import calculate
    from cnncalc.calculator.derivations.explain import explain
    from cnncalc.drawing.draw import draw
    from cnncalc.errors import Diagnostic, SpecError, UsageError
    from cnncalc.language.modules import from_keras, from_torch
    from cnncalc.loading import load, loads
    from cnncalc.network import Network, Node
    from cnncalc.plots.base.plot import plot
    from cnncalc.porting.port import port
    from cnncalc.solving.searching import search
    from cnncalc.solving.solve import solve
    from cnncalc.sweeping.sweep import sweep
    from cnncalc.tables.table import Table

__version__ = "0.1.0"

__all__ = [
    "Diagnostic",
    "Network",
    "Node",
    "SpecError",
    "Table",
    "UsageError",
    "__version__",
    "analyze",
    "calculate",
    "draw",
    "explain",
    "from_keras",
    "from_torch",
    "load",
    "loads",
    "plot",
    "port",
    "search",
    "solve",
    "sweep",
]

_HOMES = {
    "Diagnostic": "errors",
    "Network": "network",
    "Node": "network",
    "SpecError": "errors",
    "Table": "tables.table",
    "UsageError": "errors",
    "analyze": "analyzers.base.analyze",
    "calculate": "calculator.calculate",
    "draw": "drawing.draw",
    "explain": "calculator.derivations.explain",
    "from_keras": "language.modules",
    "from_torch": "language.modules",
    "load": "loading",
    "loads": "loading",
    "plot": "plots.base.plot",
    "port": "porting.port",
    "search": "solving.searching",
    "solve": "solving.solve",
    "sweep": "sweeping.sweep",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for, when it is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'cnncalc' has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(f"cnncalc.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
