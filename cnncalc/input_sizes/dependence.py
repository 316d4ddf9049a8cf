"""Axes of inputs whose sizes depend on each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.input_sizes.scan import scan
from cnncalc.layers.base.shape import names_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cnncalc.input_sizes.progressions import Pattern
    from cnncalc.input_sizes.scan import Place
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Network
    from cnncalc.work import Work


def letter(shape: Shape, axis: int) -> str:
    """`H` for the first of two axes, `L` for the only one."""
    return names_of(shape)[axis - shape.rank].upper()


def find_groups(
    network: Network,
    present: Mapping[Place, int],
    accepted: Mapping[Place, Pattern],
    limit: int,
    work: Work,
) -> list[tuple[Place, ...]]:
    """The axes that depend on each other, as groups."""
    known = list(present)
    if len(known) > MANY:
        return []
    group_of = {place: {place} for place in known}

    def unite(group: Iterable[Place]) -> None:
        whole = set().union(*(group_of[place] for place in group))
        group_of.update(dict.fromkeys(whole, whole))

    for number, one in enumerate(known):
        for other in known[:number]:
            if group_of[one] is not group_of[other] and _depends(
                network, one, other, present, accepted, limit, work
            ):
                unite((one, other))
    for alike in _alike(network, known):
        if len({id(group_of[place]) for place in alike}) > 1 and _are_dependent(
            network, alike, present, accepted, limit, work
        ):
            unite(alike)
    groups = {id(group): tuple(sorted(group)) for group in group_of.values() if len(group) > 1}
    return list(groups.values())


MANY = 12
_AROUND = 24


def _alike(network: Network, known: Sequence[Place]) -> Iterable[list[Place]]:
    """The axes of the same name of all inputs."""
    by_name: dict[str, list[Place]] = {}
    for index, axis in known:
        by_name.setdefault(letter(network.nodes[index].output, axis), []).append((index, axis))
    return by_name.values()


def _are_dependent(
    network: Network,
    group: Sequence[Place],
    present: Mapping[Place, int],
    accepted: Mapping[Place, Pattern],
    limit: int,
    work: Work,
) -> bool:
    """Whether axes can have a size together that one of them cannot have alone."""
    sample = _sample(present[group[0]], limit)
    alone = {n for n in sample if all(n in accepted[place] for place in group)}
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
    accepted: Mapping[Place, Pattern],
    limit: int,
    work: Work,
) -> bool:
    """Whether the sizes that are accepted of one axis are others if another axis has another size.

    Found by trying some accepted and some refused sizes of the other axis.
    """
    sample = _sample(present[one], limit)
    mine = {n for n in sample if n in accepted[one]}
    for m in _trials(accepted[other], present[other]):
        wanted = mine if m in accepted[other] else set()
        if set(scan(network, (one,), sample, {other: m}, work).accepted) != wanted:
            return True
    return False


def _trials(accepted: Pattern, n: int) -> Iterable[int]:
    """Sizes to try: accepted ones and refused ones."""
    good = dict.fromkeys(m for m in (accepted.smallest, accepted.above(n)) if m is not None)
    bad = [m for m in (n - 1, n + 1, n // 2, 2 * n) if m > 0 and m not in accepted]
    return dict.fromkeys(m for m in (*good, *bad) if m != n)
