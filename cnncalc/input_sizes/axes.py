"""The axes of a network's inputs, each solved: which sizes are accepted, and what refuses the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.input_sizes.progressions import Pattern, pattern
from cnncalc.input_sizes.rebuild import verify_by_building
from cnncalc.input_sizes.scan import scan
from cnncalc.layers.base.shape import names_of
from cnncalc.work import TooMuch, Work

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cnncalc.input_sizes.scan import Place, Refused, Scan
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Network

USUAL, LARGEST, MOST = 1024, 4096, 65536
"""So many sizes are looked at; or up to twice the present one, but no more than the second unless
more are asked for, and never more than the third."""


class Culprit(NamedTuple):
    """A layer and the sizes that it is the first to refuse; `nearest` is the one to be shown."""

    refused: Refused
    sizes: Pattern
    nearest: int


class Solved(NamedTuple):
    """An axis, or several that were given the same size, and what becomes of all sizes.

    `kept` are the sizes at which all weights have the shapes that they have in the network,
    `kept_by` the first layer whose weights have others elsewhere. `even` are those at which no
    stride leaves elements at the end of an axis unread, `uneven_at` the first layer that does.
    `bound_to` are the other axes whose size decides what is accepted of this one.
    """

    places: tuple[Place, ...]
    inputs: str
    axis: str
    size: int
    accepted: Pattern
    kept: Pattern
    kept_by: str | None
    even: Pattern
    uneven_at: str | None
    culprits: tuple[Culprit, ...]
    nearest: tuple[int | None, int | None] | None
    bound_to: tuple[Place, ...] = ()


def places(network: Network) -> list[Place]:
    """The axes of all inputs."""
    return [
        (index, axis)
        for index, node in enumerate(network.nodes)
        if node.layer is None
        for axis in range(node.output.rank)
    ]


def solve_axes(
    network: Network, up_to: int | None = None, asked: Mapping[Place, int] | None = None
) -> tuple[list[Solved], int]:
    """The axes of `scan_axes` that are computed, and how many sizes were looked at."""
    return scan_axes(network, up_to, asked)[:2]


def scan_axes(
    network: Network, up_to: int | None = None, asked: Mapping[Place, int] | None = None
) -> Sizes:
    """Every axis by itself, the others as they are; then those together that depend on each other.

    `asked` are sizes to be judged in place of those of the network. Where all sizes would be too
    much work, fewer are looked at, unless it was said how many; an axis that is too much work even
    so is a gap.
    """
    asked = asked or {}
    present = {place: network.nodes[place[0]].output.size[place[1]] for place in places(network)}
    limit = up_to or min(
        LARGEST, max([USUAL, *(2 * n for n in (*present.values(), *asked.values()))])
    )
    fewer = [] if up_to is not None else [n for n in _FEWER if n < limit]
    made = _Solving(network, limit, present, asked)
    made.run()
    if len(present) > _MANY:
        # As many sizes as all axes, and not only the first of them, have a share in.
        fewer = [n for n in fewer if n * len(present) <= limit * len(made.found)]
    while made.gaps and fewer:
        made = _Solving(network, fewer.pop(0), present, asked)
        made.run()
    return Sizes(made.found, made.limit, made.gaps)


class Sizes(NamedTuple):
    """The axes of a network, how many sizes were looked at, and the axes that were too much work.

    `gaps` say why; of what has the name "dependence" it is not known which axes depend on others.
    """

    axes: list[Solved]
    limit: int
    gaps: dict[str, str]


_FEWER = (256, 64)
"""So many sizes are looked at where more would be too much work."""


class _Solving:
    """All axes at the same sizes; what would be too much work is a gap."""

    def __init__(
        self, network: Network, limit: int, present: Mapping[Place, int], asked: Mapping[Place, int]
    ) -> None:
        self.network = network
        self.limit = limit
        self.present = present
        self.asked = asked
        self.work = network.work("inputs")
        self.found: list[Solved] = []
        self.gaps: dict[str, str] = {}

    def run(self) -> None:
        scans: dict[Place, Scan] = {}
        for place in self.present:
            node, axis = self.network.nodes[place[0]], place[1]
            try:
                scans[place] = self._scan((place,))
            except TooMuch as error:
                self.gaps[f"{letter(node.output, axis)} of {node.name}"] = str(error)
            else:
                self.found.append(self._solve((place,), scans[place]))
        if not self.gaps:
            try:
                self._together(scans)
            except TooMuch as error:
                self.gaps["dependence"] = str(error)

    def _together(self, scans: Mapping[Place, Scan]) -> None:
        """The axes that depend on each other, as one."""
        for group in _groups(self.network, self.present, scans, self.work):
            for number, place in enumerate(self.present):
                if place in group:
                    others = tuple(other for other in group if other != place)
                    self.found[number] = self.found[number]._replace(bound_to=others)
            sized = {self._size(place) for place in group}
            if len(sized) == 1:
                self.found.append(self._solve(group, self._scan(group)))

    def _size(self, place: Place) -> int:
        return self.asked.get(place, self.present[place])

    def _solve(self, group: Sequence[Place], found: Scan) -> Solved:
        return _solve_group(self.network, group, found, self._size(group[0]), self.limit)

    def _scan(self, group: Sequence[Place]) -> Scan:
        """What becomes of each size, also where the layers themselves depend on it."""
        found = scan(self.network, group, range(1, self.limit + 1), work=self.work)
        if found.bent and self.network.reads_cin:
            return verify_by_building(self.network, group, found, self.work)
        return found


def _solve_group(
    network: Network, group: Sequence[Place], found: Scan, size: int, limit: int
) -> Solved:
    accepted = found.accepted
    nodes = network.nodes
    of_node: dict[int, list[int]] = {}
    for n, refused in found.refused.items():
        of_node.setdefault(refused.node, []).append(n)
    culprits = []
    for _, refused_sizes in sorted(of_node.items()):
        nearest = min(refused_sizes, key=lambda n: (abs(n - size), n))
        culprits.append(Culprit(found.refused[nearest], pattern(refused_sizes, limit), nearest))
    fits = pattern(accepted, limit)
    return Solved(
        tuple(group),
        ", ".join(dict.fromkeys(nodes[index].name for index, _ in group)),
        " = ".join(dict.fromkeys(letter(nodes[index].output, axis) for index, axis in group)),
        size,
        fits,
        pattern([n for n in accepted if n not in found.reweighted], limit),
        _first(network, found.reweighted),
        pattern([n for n in accepted if n not in found.uneven], limit),
        _first(network, found.uneven),
        tuple(culprits),
        None
        if size in fits or (size > limit and fits.period is None)
        else _nearest(fits, size, limit),
    )


def _nearest(fits: Pattern, size: int, limit: int) -> tuple[int | None, int | None]:
    """The next smaller and the next larger size that is accepted."""
    reach = max(limit, size) + (fits.period or 0)
    below = next((n for n in range(size - 1, 0, -1) if n in fits), None)
    return below, next((n for n in range(size + 1, reach + 1) if n in fits), None)


def letter(shape: Shape, axis: int) -> str:
    """`H` for the first of two axes, `L` for the only one."""
    return names_of(shape)[axis - shape.rank].upper()


def _first(network: Network, found: Mapping[int, int]) -> str | None:
    """The name of the first layer among those at fault."""
    return network.nodes[min(found.values())].name if found else None


# Axes that depend on each other --------------------------------------------------------------


def _groups(
    network: Network, present: Mapping[Place, int], scans: Mapping[Place, Scan], work: Work
) -> list[tuple[Place, ...]]:
    """The axes that depend on each other, as groups."""
    known = list(present)
    if len(known) > _MANY:
        return []
    group_of = {place: {place} for place in known}

    def unite(group: Iterable[Place]) -> None:
        whole = set().union(*(group_of[place] for place in group))
        group_of.update(dict.fromkeys(whole, whole))

    for number, one in enumerate(known):
        for other in known[:number]:
            if group_of[one] is not group_of[other] and _depends(
                network, one, other, present, scans, work
            ):
                unite((one, other))
    for alike in _alike(network, known):
        if len({id(group_of[place]) for place in alike}) > 1 and _depend(
            network, alike, present, scans, work
        ):
            unite(alike)
    groups = {id(group): tuple(sorted(group)) for group in group_of.values() if len(group) > 1}
    return list(groups.values())


_MANY = 12
_AROUND = 24


def _alike(network: Network, known: Sequence[Place]) -> Iterable[list[Place]]:
    """The axes of the same name of all inputs."""
    by_name: dict[str, list[Place]] = {}
    for index, axis in known:
        by_name.setdefault(letter(network.nodes[index].output, axis), []).append((index, axis))
    return by_name.values()


def _depend(
    network: Network,
    group: Sequence[Place],
    present: Mapping[Place, int],
    scans: Mapping[Place, Scan],
    work: Work,
) -> bool:
    """Whether axes can have a size together that one of them cannot have alone."""
    sample = _sample(present[group[0]], len(scans[group[0]].sizes))
    alone = set(sample).intersection(*(scans[place].accepted for place in group))
    return set(scan(network, group, sample, work=work).accepted) != alone


def _sample(n: int, limit: int) -> list[int]:
    """Sizes around the present one, its half, its double, and the smallest."""
    near = {*range(n - _AROUND, n + _AROUND), n // 2, 2 * n, *range(1, 2 * _AROUND)}
    return sorted(size for size in near if 1 <= size <= limit)


def _depends(
    network: Network,
    one: Place,
    other: Place,
    present: Mapping[Place, int],
    scans: Mapping[Place, Scan],
    work: Work,
) -> bool:
    """Whether the sizes that are accepted of one axis are others if another axis has another size.

    Found by trying some accepted and some refused sizes of the other axis.
    """
    sample = _sample(present[one], len(scans[one].sizes))
    mine, others = set(scans[one].accepted), scans[other]
    for m in _trials(others, present[other]):
        wanted = mine.intersection(sample) if m not in others.refused else set()
        if set(scan(network, (one,), sample, {other: m}, work).accepted) != wanted:
            return True
    return False


def _trials(found: Scan, n: int) -> Iterable[int]:
    """Sizes to try: accepted ones and refused ones."""
    accepted = found.accepted
    good = [*accepted[:1], *(m for m in accepted if m > n)][:2]
    bad = [m for m in (n - 1, n + 1, n // 2, 2 * n) if m in found.refused]
    return dict.fromkeys(m for m in (*good, *bad) if m != n)
