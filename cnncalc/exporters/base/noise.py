"""Layers that add noise while a network is trained, in whatever framework."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporting.code import Argument, Code, Made, Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.exporters.base.place import Place


def random(function: str) -> Callable[[Place], Code]:
    """Noise while training, by the layer's rate."""

    def translate(place: Place) -> Code:
        rate = place.layer.rate
        slots = {"rate": Slot(0.5 if rate is None else float(rate), "rate")}
        return Code("{m}({0})", {"": Made(function, (Argument("{rate}"),))}, slots)

    return translate
