"""One unit as plain data and as text: its box, its set, its paths, its effective field."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc import quantity
from cnncalc.receptive_field.effective import show_width
from cnncalc.receptive_field.exact import Seen, find_seen, following
from cnncalc.receptive_field.paths import influence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.receptive_field.cells import Box
    from cnncalc.receptive_field.survey import Survey


class Look(NamedTuple):
    """What a unit sees: of every input all, by windows alone, by how many paths, how spread."""

    layer: str
    unit: tuple[int, ...]
    all: dict[str, Seen]
    local: dict[str, Seen]
    paths: dict[str, int]
    erf: dict[str, list[dict[str, float] | None]]

    def to_dict(self) -> dict[str, Any]:
        """The entry of `units` in JSON; boxes are inclusive, null where only padding is seen."""
        boxes = {name: part.box for name, part in self.all.items()}
        local = {name: part.box for name, part in self.local.items()}
        shares = {name: part.share for name, part in self.all.items()}
        first = next((share for share in shares.values() if share is not None), None)
        entry: dict[str, Any] = {
            "layer": self.layer,
            "unit": list(self.unit),
            "boxes": {name: _list_sides(one) for name, one in boxes.items()},
            "seen": None if first is None else round(float(first), 6),
            "elements": {name: part.elements for name, part in self.all.items()},
            "set": {name: [_list_sides(b) for b in part.boxes] for name, part in self.all.items()},
            "paths": {name: _plain_number(paths) for name, paths in self.paths.items()},
            "erf": self.erf,
        }
        if len(shares) > 1:
            entry["seen_by_input"] = {
                n: s if s is None else round(float(s), 6) for n, s in shares.items()
            }
        if local != boxes:
            entry["local_boxes"] = {name: _list_sides(one) for name, one in local.items()}
        return entry

    def lines(self) -> list[str]:
        """The same as text, for below a table."""
        lines = []
        for name, part in self.all.items():
            around, by_windows = part.box, self.local.get(name, part)
            head = f"{self.layer}[{','.join(map(str, self.unit))}]"
            if around is None:
                lines.append(f"{head} sees only padding of {name}")
                continue
            lines.append(f"{head} sees of {name} {_words(around)}{_holes(part)}")
            if by_windows.box != around:
                near = by_windows.box
                lines.append(f"  by windows alone {_words(near)}{_holes(by_windows)}" if near
                             else "  nothing by windows alone")  # fmt: skip
            if self.paths.get(name):
                lines.append(f"  through {_short(self.paths[name])} paths{_width(self.erf[name])}")
        return lines or [f"{self.layer} depends on no input"]


def look(survey: Survey, index: int, unit: tuple[int, ...]) -> Look:
    """Follows one unit of node `index` to the inputs; raises UsageError if that is too much work."""
    network = survey.network
    with following(network):
        everything = find_seen(network, index, unit)
        local = find_seen(network, index, unit, local=True)
        counted = influence(network, index, unit)
    erf: dict[str, list[dict[str, float] | None]] = {}
    for name in survey.views[index]:
        spreads = survey.spreads[index][name]
        sides = zip(spreads, survey.views[index][name], strict=True)
        erf[name] = [
            None if spread is None or view.field is None
            else {"sigma": round(spread.sigma, 3), "width": round(spread.width(float(view.field.size)), 3)}
            for spread, view in sides
        ]  # fmt: skip
    paths = {name: sum(map(sum, counted[name].values())) for name in counted}
    return Look(network.nodes[index].name, unit, everything, local, paths, erf)


def describe_seen(part: Seen) -> str:
    """`rows 12–78, columns 30–96 (67×67), 71 % of it: 3,187 elements`; only padding if nothing."""
    return f"{_words(part.box)}{_holes(part)}" if part.box is not None else "only padding"


def _list_sides(box: Box | None) -> list[list[int]] | None:
    return None if box is None else [list(side) for side in box]


def _words(box: Box) -> str:
    """`rows 12–78, columns 30–96 (67×67)`."""
    names = {1: ("places",), 2: ("rows", "columns"), 3: ("planes", "rows", "columns")}
    titles = names.get(len(box), tuple(f"axis {i}" for i in range(len(box))))
    parts = [f"{title} {a}–{b}" for title, (a, b) in zip(titles, box, strict=True)]
    return f"{', '.join(parts)} ({'×'.join(str(b - a + 1) for a, b in box)})" if box else "all"


def _holes(part: Seen) -> str:
    share = part.share
    if share is None or share == 1:
        return ""
    return f", {quantity.share(share.numerator, share.denominator)} % of it: {part.elements:,} elements"


def _short(number: int) -> str:
    """`594`, `945k`; beyond the units `1.78e+23`."""
    return quantity.short(number) if number < 10**21 else f"{Decimal(number):.2e}"


def _plain_number(number: int) -> int | str:
    """The number; as text, and rounded, where it has more digits than programs can read."""
    return number if number.bit_length() < _DIGITS else f"{Decimal(number):.2e}"


_DIGITS = 14_000
"""Bits of a number that has less than the 4,300 digits to which Python reads and writes."""


def _width(sides: Sequence[dict[str, float] | None]) -> str:
    widths = [show_width(side["width"]) for side in sides if side is not None]
    return f", 95 % of them within {'×'.join(widths)}" if widths else ""
