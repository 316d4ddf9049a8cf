"""The numbers of a network as a row has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.metrics import BYTES, METRICS
from cnncalc.network import Total

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.network import Network

_AS_IT_IS: Mapping[str, Any] = {}


def number_of(name: str, network: Network, way: Mapping[str, Any] = _AS_IT_IS) -> int | None:
    """A total by its name, along the longest axis if there is one per axis; None if unknown.

    `way` is how the network is run, for what depends on it.
    """
    metric = METRICS[name]
    found = metric.compute(network, **(way if metric.unit is BYTES else {}))
    if isinstance(found, Total):
        return found.value
    if isinstance(found, list):
        return None if None in found else max(found, default=None)
    number: int | None = found
    return number
