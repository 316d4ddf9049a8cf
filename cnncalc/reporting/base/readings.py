"""How nodes read their operands, as plain data: what a script needs to follow one unit to the inputs.

It is the exact way of `receptive_field.exact`: the taps that really exist, none of them summed up.
"""

from __future__ import annotations

from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.moving import Moved, Stretch
from cnncalc.arithmetic.regrouped import Regrouped
from cnncalc.arithmetic.windows import Everything, TransposedWindow, Window, length
from cnncalc.receptive_field.axis_map import locally, readings, ways
from cnncalc.receptive_field.coverage import LONGEST, is_long
from cnncalc.receptive_field.several_axes import axes_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.network import Network

MOST = 300_000
"""So many taps of readings without a rule are listed; with more no unit is followed."""

SAME, NOTHING = -1, -2
"""In place of a reading: every output reads its own place; the operand is not read."""


class Readings:
    """The readings of a network: `of` has one for each operand of each node, by its place in `known`.

    `gap` says why they are left out, if they are.
    """

    def __init__(self, network: Network) -> None:
        """All readings, equal ones once."""
        self.known: list[dict[str, Any]] = []
        self.of: list[list[int]] = []
        self.gap = ""
        self._places: dict[object, int] = {}
        self._left = MOST
        if is_long(network):
            self.gap = f"an axis is longer than {LONGEST:,} places"
            return
        for node in network.nodes:
            found = []
            for source, axes in zip(node.inputs, readings(network, node), strict=True):
                if not axes:
                    found.append(NOTHING if axes is None else SAME)
                    continue
                near = locally(node, axes)
                local = "none" if near is None else "read" if near else "same"
                size = network.nodes[source].output.size
                found.append(self._place(axes, size, node.output.size, local))
            self.of.append(found)
            if self._left < 0:
                self.gap = f"layers without a rule read more than {MOST:,} elements"
                self.known, self.of = [], []
                return

    def _place(
        self, axes: tuple[Axis, ...], size: tuple[int, ...], output: tuple[int, ...], local: str
    ) -> int:
        """The place of a reading of a tensor of a `size` by one of the size `output`."""
        key = (axes, size, output, local)
        if key not in self._places:
            led = ways(axes, len(output))
            self._places[key] = len(self.known)
            told = [
                {"to": list(axes_of(to)), **self._axis(axis, n, [output[i] for i in axes_of(to)])}
                for (axis, to), n in zip(led, size, strict=True)
            ]
            self.known.append({"axes": told, "local": local})
        return self._places[key]

    def _axis(self, axis: Axis, n: int, along: Sequence[int]) -> dict[str, Any]:
        """One axis of `n` elements; `along` are the lengths of the axes along which it goes on."""
        if isinstance(axis, Everything) or not along:
            return {"kind": "all"}
        if isinstance(axis, Moved):
            return {"kind": "same"} if axis.window is None else self._axis(axis.window, n, along)
        if isinstance(axis, Window):
            return {
                "kind": "window",
                "by": [axis.kernel, axis.stride, axis.dilation, *axis.padding],
            }
        if isinstance(axis, TransposedWindow):
            return {
                "kind": "transposed",
                "by": [axis.kernel, axis.stride, axis.dilation, axis.padding[0]],
            }
        if isinstance(axis, Stretch):
            return {"kind": "stretch", "by": [axis.before]}
        if isinstance(axis, Regrouped):
            return {
                "kind": "grouped",
                "terms": [list(term) for term in axis.terms],
                "offsets": stretches(axis.offsets),
            }
        return self._list(axis, n, prod(along))

    def _list(self, axis: Axis, n: int, units: int) -> dict[str, Any]:
        """The elements that each unit reads, as stretches, both ends inclusive."""
        listed: list[list[int]] = []
        for u in range(units):
            taps = axis.taps(u, n)
            self._left -= 1 + length(taps)
            if self._left < 0:
                break
            listed.append(stretches(taps))
        if all(len(one) == 2 and one[0] == one[1] for one in listed):
            return {"kind": "picked", "taps": [one[0] for one in listed]}
        return {"kind": "listed", "taps": listed}


def stretches(taps: Sequence[int]) -> list[int]:
    """The first and last of each stretch of neighbours, one behind the other.

    >>> stretches(range(2, 5)), stretches((7, 0, 1)), stretches(range(0))
    ([2, 4], [0, 1, 7, 7], [])
    """
    if isinstance(taps, range) and taps.step == 1:
        return [taps[0], taps[-1]] if taps else []
    ordered = sorted(set(taps))
    if not ordered:
        return []
    return [ordered[0], *_ends(ordered), ordered[-1]]


def _ends(ordered: Iterable[int]) -> list[int]:
    return [end for a, b in pairwise(ordered) if b > a + 1 for end in (a, b)]
