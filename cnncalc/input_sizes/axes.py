"""The axes of a network's inputs, each solved: which sizes are accepted, and what refuses the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.input_sizes.columns import Aperiodic
from cnncalc.input_sizes.dependence import MANY, find_groups, letter
from cnncalc.input_sizes.periods import solve_periods, without
from cnncalc.input_sizes.progressions import Pattern, extend, pattern, pattern_of, runs_of
from cnncalc.input_sizes.rebuild import verify_by_building
from cnncalc.input_sizes.scan import scan
from cnncalc.work import TooMuch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.input_sizes.scan import Place, Refused, Scan
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
    `bound_to` are the other axes whose size decides what is accepted of this one. `looked` are the
    sizes that were looked at, as runs, where the rest is only what was seen to repeat itself; ()
    says that all sizes are solved.
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
    looked: tuple[tuple[int, int], ...] = ()


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
    if len(present) > MANY:
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
    """All axes, each solved, or looked at size by size; what would be too much work is a gap."""

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
        accepted: dict[Place, Pattern] = {}
        for place in self.present:
            node, axis = self.network.nodes[place[0]], place[1]
            try:
                self.found.append(self._solve((place,)))
            except TooMuch as error:
                self.gaps[f"{letter(node.output, axis)} of {node.name}"] = str(error)
            else:
                accepted[place] = self.found[-1].accepted
        if not self.gaps:
            try:
                self._together(accepted)
            except TooMuch as error:
                self.gaps["dependence"] = str(error)

    def _together(self, accepted: Mapping[Place, Pattern]) -> None:
        """The axes that depend on each other, as one."""
        for group in find_groups(self.network, self.present, accepted, self.limit, self.work):
            for number, place in enumerate(self.present):
                if place in group:
                    others = tuple(other for other in group if other != place)
                    self.found[number] = self.found[number]._replace(bound_to=others)
            sized = {self._size(place) for place in group}
            if len(sized) == 1:
                self.found.append(self._solve(group))

    def _size(self, place: Place) -> int:
        return self.asked.get(place, self.present[place])

    def _solve(self, group: Sequence[Place]) -> Solved:
        """What becomes of each size, also where the layers themselves depend on it."""
        size = self._size(group[0])
        solved = _solve_for_ever(self.network, group, size)
        if solved is not None:
            return solved
        beyond = {n for place in group for n in (self._size(place), self.present[place])}
        near = {m for n in beyond for m in range(n - _NEAR, n + _NEAR + 1)}
        sizes = [*range(1, self.limit + 1), *sorted(n for n in near if n > self.limit)]
        found = scan(self.network, group, sizes, work=self.work)
        if found.bent and self.network.reads_cin:
            found = verify_by_building(self.network, group, found, self.work)
        return _describe_scan(self.network, group, found, size, self.limit)


_NEAR = 64
"""So far around the present size all sizes are looked at, wherever it is."""


def _solve_for_ever(network: Network, group: Sequence[Place], size: int) -> Solved | None:
    """What becomes of all sizes there are; None where that is not known of some layer.

    What was solved is compared with the network itself at some sizes.
    """
    work = network.work("inputs")
    try:
        found = solve_periods(network, group, work)
        accepted = pattern_of(found.accepted)
        refused = {index: pattern_of(column) for index, column in found.refused.items()}
        even, kept = (
            pattern_of(without(found.accepted, columns.values()))
            for columns in (found.uneven, found.reweighted)
        )
        nearest = {index: _nearest_in(sizes, size) for index, sizes in refused.items()}
        trials = _trials_of([accepted, even, kept, *refused.values()], size)
        tried = scan(network, group, sorted({*nearest.values(), *trials}), work=work)
    except (Aperiodic, TooMuch):
        return None
    for n in tried.sizes:
        first = tried.refused[n].node if n in tried.refused else None
        if [index for index, sizes in refused.items() if n in sizes] != (
            [] if first is None else [first]
        ) or (first is None) != (n in accepted):
            return None
        if first is None and (n in even, n in kept) != (
            n not in tried.uneven,
            n not in tried.reweighted,
        ):
            return None
    culprits = [
        Culprit(tried.refused[nearest[index]], sizes, nearest[index])
        for index, sizes in sorted(refused.items())
    ]
    return _describe(
        network,
        group,
        size,
        (accepted, kept, even),
        (min(found.reweighted, default=None), min(found.uneven, default=None)),
        culprits,
    )


def _trials_of(sets: Sequence[Pattern], size: int) -> set[int]:
    """Sizes at which a mistake would show: the present one, and the ends of what is said."""
    found = {size, size - 1, size + 1, 2 * size}
    for one in sets[:_TRIED]:
        ends = [*(end for run in one.besides[-1:] for end in run), one.start or 1]
        ends += [end + 3 * (one.period or 1) for end in ends]
        found |= {end + by for end in ends for by in (-1, 0)}
    return {n for n in found if n >= 1}


_TRIED = 6


def _describe_scan(
    network: Network, group: Sequence[Place], found: Scan, size: int, limit: int
) -> Solved:
    """What a scan has found; of sizes beyond those looked at nothing is known that does not repeat."""
    more = [n for n in found.sizes if n > limit]

    def seen(members: Sequence[int]) -> Pattern:
        within = pattern([n for n in members if n <= limit], limit)
        return extend(within, limit, more, members)

    of_node: dict[int, list[int]] = {}
    for n, refused in found.refused.items():
        of_node.setdefault(refused.node, []).append(n)
    culprits = []
    for _, refused_sizes in sorted(of_node.items()):
        nearest = min(refused_sizes, key=lambda n: (abs(n - size), n))
        culprits.append(Culprit(found.refused[nearest], seen(sorted(refused_sizes)), nearest))
    accepted = found.accepted
    described = _describe(
        network,
        group,
        size,
        (
            seen(accepted),
            seen([n for n in accepted if n not in found.reweighted]),
            seen([n for n in accepted if n not in found.uneven]),
        ),
        (min(found.reweighted.values(), default=None), min(found.uneven.values(), default=None)),
        culprits,
    )
    return described._replace(looked=runs_of(found.sizes))


def _describe(
    network: Network,
    group: Sequence[Place],
    size: int,
    sets: tuple[Pattern, Pattern, Pattern],
    first: tuple[int | None, int | None],
    culprits: Sequence[Culprit],
) -> Solved:
    """The axis with what is accepted, kept and even, and the first layers at which it is not."""
    nodes = network.nodes
    accepted, kept, even = sets
    kept_by, uneven_at = (None if index is None else nodes[index].name for index in first)
    return Solved(
        tuple(group),
        ", ".join(dict.fromkeys(nodes[index].name for index, _ in group)),
        " = ".join(dict.fromkeys(letter(nodes[index].output, axis) for index, axis in group)),
        size,
        accepted,
        kept,
        kept_by,
        even,
        uneven_at,
        tuple(culprits),
        None if size in accepted else (accepted.below(size), accepted.above(size)),
    )


def _nearest_in(sizes: Pattern, size: int) -> int:
    """The member that is nearest to a size, itself if it is one; of two the smaller."""
    if size in sizes:
        return size
    found = [n for n in (sizes.below(size), sizes.above(size)) if n is not None]
    return min(found, key=lambda n: (abs(n - size), n))
