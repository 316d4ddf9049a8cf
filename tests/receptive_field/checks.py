"""What must hold of the fields of any network: cnncalc against the oracle.

A check is given a drawn net, the same network as cnncalc has it, and a `random.Random` to choose
units by. It raises AssertionError, or returns how many units it has looked at.
"""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product
from math import isclose, prod

import cnncalc
from cnncalc.receptive_field import cells as sets
from cnncalc.receptive_field.coverage import blind, unread
from cnncalc.receptive_field.density import shares
from cnncalc.receptive_field.effective import spreads
from cnncalc.receptive_field.exact import find_seen, project_element
from cnncalc.receptive_field.paths import influence
from cnncalc.receptive_field.size_free import views

from .oracle import Bordered, Mirror, Oracle, beyond, box


def loaded(net):
    """The same as a network of cnncalc, with the sizes that the oracle has computed."""
    network = cnncalc.loads(json.dumps(net.spec()))
    assert [node.output.size for node in network.nodes] == net.sizes()
    return network


def some(size, dice, most=6):
    """The corners, the middle and a few other units of a map."""
    chosen = {tuple(0 for _ in size), tuple(n - 1 for n in size), tuple(n // 2 for n in size)}
    return sorted(chosen | {tuple(dice.randrange(n) for n in size) for _ in range(most - 3)})


def places(cells, rank):
    """A set of cells as a plain set of places."""
    return {(*lead, last)[:rank] for lead, bits in cells.items() for last in sets.places(bits)}


def sets_of_units(net, network, dice):
    """Every unit sees the set that the oracle has pushed to it, with and without what sees all."""
    looked = 0
    for local in (False, True):
        oracle = Oracle(net, local=local)
        for index, size in enumerate(net.sizes()):
            for unit in some(size, dice):
                found = find_seen(network, index, unit, local=local)
                for name, want in oracle.sees(index, unit).items():
                    rank = len(net.inputs[name])
                    part = found.get(name)
                    assert (places(part.cells, rank) if part else set()) == want, (index, unit, name, local)
                    if part:
                        _is_described(part, want)
                looked += 1
    return looked


def _is_described(part, want):
    assert part.box == box(want)
    assert part.elements == len(want)
    assert part.share == (Fraction(len(want), prod(b - a + 1 for a, b in box(want))) if want else None)
    listed = [place for one in part.boxes for place in product(*(range(a, b + 1) for a, b in one))]
    assert len(listed) == len(want)
    assert set(listed) == want


def fields_without_borders(net, network, dice):
    """Where no border is met, a field has the very bounds of the set; elsewhere no smaller ones."""
    known, looked = views(network), 0
    for axis in range(len(next(iter(net.inputs.values())))):
        line = net.along(axis)
        if line is None:
            continue
        oracle = Oracle(line, local=True)
        mirrors = any(isinstance(way.rule, (Bordered, Mirror)) for layer in line.layers for ways in layer.ways for way in ways)
        for index, size in enumerate(line.sizes()):
            for unit in product(*map(range, size)):
                inside = unit in oracle.clean[index]
                for name, want in oracle.sees(index, unit).items():
                    view = known[index][name][axis] if name in known[index] else None
                    bounds = view.field.bounds(*unit) if view and view.field else None
                    hull = box(want)[0] if want else None
                    if inside:
                        assert bounds == hull, (index, unit, name, axis)
                        looked += 1
                    elif hull and not mirrors:
                        assert bounds[0] <= hull[0] <= hull[1] <= bounds[1], (index, unit, name, axis)
    return looked


def boxes_of_several_axes(net, network, dice):
    """The same in all axes at once, whatever became of them: where holes meet, a field is larger."""
    oracle, known, looked = Oracle(net, local=True), views(network), 0
    for index in range(len(net.sizes())):
        for unit in oracle.clean[index]:
            for name, want in oracle.sees(index, unit).items():
                for axis, side in enumerate(box(want) or ()):
                    view = known[index][name][axis]
                    if view.field is None or _is_mixed(net, view):
                        assert view.whole
                        continue
                    low, high = view.field.bounds(0 if view.along is None else unit[view.along])
                    assert low <= side[0] <= side[1] <= high, (index, unit, name, axis)
                    looked += 1
    return looked


def _is_mixed(net, view):
    """Whether an axis has met another one, in whose place it was put: that counts as seeing all."""
    return bool(view.whole) and any("permute" in layer.item for layer in net.layers)


def numbers_of_paths(net, network, dice):
    """Every element is reached through as many paths as the oracle has counted."""
    oracle, looked = Oracle(net, local=True), 0
    for index, size in enumerate(net.sizes()):
        for unit in some(size, dice, most=4):
            found = influence(network, index, unit)
            for name, want in oracle.paths(index, unit).items():
                grid = found.get(name, {})
                given = {(*lead, i): n for lead, row in grid.items() for i, n in enumerate(row) if n}
                assert given == dict(want), (index, unit, name)
            looked += 1
    return looked


def means_and_variances(net, network, dice):
    """Of chains and graphs of windows: those of the weights of a unit that meets no border."""
    oracle, known, looked = Oracle(net, local=True, average=True), views(network), 0
    spread = spreads(network, known)
    for index in range(len(net.sizes())):
        inside = sorted(oracle.clean[index])
        for unit in dice.sample(inside, min(3, len(inside))):
            found = influence(network, index, unit, average=True)
            for name, want in oracle.paths(index, unit).items():
                given = {(*lead, i): x for lead, row in found.get(name, {}).items() for i, x in enumerate(row) if x}
                assert given.keys() == want.keys()
                scale = oracle.scales[index]
                assert all(isclose(given[place], n / scale, rel_tol=1e-12) for place, n in want.items())
                for axis in range(len(unit)) if want else ():
                    stride = known[index][name][axis].field.stride
                    if stride is None:
                        continue
                    total = sum(want.values())
                    mean = Fraction(sum(n * place[axis] for place, n in want.items()), total)
                    square = Fraction(sum(n * place[axis] ** 2 for place, n in want.items()), total)
                    given_ = spread[index][name][axis]
                    assert isclose(given_.mean + stride * unit[axis], mean, rel_tol=1e-9, abs_tol=1e-9)
                    assert isclose(given_.variance, square - mean**2, rel_tol=1e-9, abs_tol=1e-9)
                    looked += 1
    return looked


def projective_fields(net, network, dice):
    """A unit sees an element if and only if it is in the element's projective field."""
    oracle, looked = Oracle(net), 0
    everything = [{unit: oracle.sees(index, unit) for unit in product(*map(range, size))}
                  for index, size in enumerate(net.sizes())]  # fmt: skip
    for name, size in net.inputs.items():
        for place in some(size, dice, most=5):
            found = project_element(network, name, place)
            for index, cells in enumerate(found):
                want = {unit for unit, sees in everything[index].items() if place in sees[name]}
                given = places(cells, len(net.sizes()[index]))
                assert given == want, (name, place, index)
                looked += 1
    return looked


def densities(net, network, dice):
    """The share of a field that is seen is that of the unit in the middle, as if nothing had ends."""
    known = views(network)
    found = shares(network, known)
    looked = 0
    for index, size in enumerate(net.sizes()):
        if not size:
            continue
        unit = tuple(n // 2 for n in size)
        for name, want in beyond(net, index, unit).items():
            sides = known[index].get(name, ())
            if not sides or any(_is_mixed(net, one) or not one.field or one.field.shift is None for one in sides):
                continue
            given = found[index][name]
            around = box(want)
            assert given == (Fraction(len(want), prod(b - a + 1 for a, b in around)) if around else None), (index, name)
            looked += 1
    return looked


def blind_units(net, network, dice):
    """Along each axis, the units that see nothing, and the elements that no output sees."""
    rank = len(next(iter(net.inputs.values())))
    lines = [net] if rank == 1 else [net.along(axis) for axis in range(rank)]
    if None in lines:
        return 0
    oracles = [Oracle(line) for line in lines]
    nothing = [0] * len(net.sizes())
    idle = {name: [] for name in net.inputs}
    for oracle in oracles:
        last = len(oracle.sizes) - 1
        for index, size in enumerate(oracle.sizes):
            nothing[index] += sum(not oracle.values[index][unit] for unit in product(*map(range, size))) if size else 0
        for name, size in oracle.net.inputs.items():
            needed = set().union(*(oracle.sees(last, unit)[name] for unit in product(*map(range, oracle.sizes[last]))))
            idle[name].append([i for i in range(size[0]) if (i,) not in needed])
    assert blind(network) == nothing
    given = {name: [[i for a, b in runs for i in range(a, b + 1)] for runs in axes]
             for name, axes in unread(network).items()}  # fmt: skip
    assert given == idle
    return len(nothing)
