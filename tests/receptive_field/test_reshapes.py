"""Fields through reshapes and permutations, held to a brute force that carries every number of a tensor along."""

import random
from itertools import product
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc.receptive_field.exact import find_seen, project_element
from cnncalc.receptive_field.several_axes import place_of
from cnncalc.receptive_field.size_free import views

# The oracle: every number of a tensor, in the order of memory, is the set of places of the input that it sees. --------


class Numbers:
    """Lengths of all axes, the channels first, and what each number sees."""

    def __init__(self, lengths, seen):
        self.lengths, self.seen = tuple(lengths), list(seen)
        assert len(self.seen) == prod(self.lengths)

    def at(self, place):
        flat = 0
        for i, n in zip(place, self.lengths, strict=True):
            flat = flat * n + i
        return self.seen[flat]


def entered(channels, size):
    places = list(product(*map(range, size)))
    return Numbers((channels, *size), [frozenset([place]) for _ in range(channels) for place in places])


def windowed(x, kernel, stride):
    """Windows without padding over all axes but the channels, which are all read."""
    size = [(n - k) // s + 1 for n, k, s in zip(x.lengths[1:], kernel, stride, strict=True)]
    seen = []
    for u in product(*map(range, size)):
        found = set()
        for taps in product(*(range(i * s, i * s + k) for i, k, s in zip(u, kernel, stride, strict=True))):
            for c in range(x.lengths[0]):
                found |= x.at((c, *taps))
        seen.append(frozenset(found))
    return Numbers((2, *size), seen * 2)


def reshaped(x, lengths):
    return Numbers(lengths, x.seen)


def permuted(x, order):
    lengths = [x.lengths[i] for i in order]
    seen = []
    for place in product(*map(range, lengths)):
        old = [0] * len(order)
        for i, at in zip(order, place, strict=True):
            old[i] = at
        seen.append(x.at(old))
    return Numbers(lengths, seen)


def unit_sees(x, unit, *, tensor):
    """What a unit sees: all of its channels together; a general tensor has none."""
    if tensor:
        return x.at(unit)
    return frozenset().union(*(x.at((c, *unit)) for c in range(x.lengths[0])))


# Random networks ------------------------------------------------------------------------------------------------------


def splits(draw, n, parts):
    """`n` as a product of so many factors, at random."""
    found = [1] * parts
    rest = n
    for prime in (2, 3, 5, 7, 11, 13):
        while rest % prime == 0:
            rest //= prime
            found[draw.randrange(parts)] *= prime
    found[draw.randrange(parts)] *= rest
    return found


def are_channels_alike(x):
    rest = prod(x.lengths[1:])
    return all(x.seen[i] == x.seen[i % rest] for i in range(len(x.seen)))


def random_net(draw):
    """A spec of windows, reshapes and permutations, and what the oracle makes of every layer of it."""
    axes = draw.choice([1, 2, 2])
    size = [draw.choice([4, 6, 8, 9, 10, 12]) for _ in range(axes)]
    x, tensor = entered(2, size), False
    layers, found = [], [(x, False)]
    for _ in range(draw.randint(2, 5)):
        # Channels that see different places are one unit: no layer tells them apart again.
        kinds = ["reshape", "reshape", "permute", "conv"] if tensor or are_channels_alike(x) else ["conv", "relu"]
        kind = draw.choice(kinds)
        if kind == "conv" and not tensor and len(x.lengths) in {2, 3, 4}:
            kernel = [draw.randint(1, min(3, n)) for n in x.lengths[1:]]
            stride = [draw.randint(1, 2) for _ in kernel]
            layers.append(f"conv: {{filters: 2, kernel: {kernel}, stride: {stride}, padding: valid}}")
            x = windowed(x, kernel, stride)
        elif kind == "reshape":
            tensor = draw.random() < 0.5
            lengths = splits(draw, prod(x.lengths), draw.randint(2, 4))
            shape = f"shape: {lengths}" if tensor else f"channels: {lengths[0]}, size: {lengths[1:]}"
            layers.append(f"reshape: {{to: {{{shape}}}}}")
            x = reshaped(x, lengths)
        elif kind == "permute":
            order = list(range(len(x.lengths)))
            draw.shuffle(order)
            layers.append(f"permute: {{axes: {[i + 1 for i in order]}}}")
            x = permuted(x, order)
        else:
            layers.append("relu")
        found.append((x, tensor))
    text = f"dialect: torch\ninput: {{channels: 2, size: {size}}}\nlayers:\n" + "".join(f"- {layer}\n" for layer in layers)
    return text, found


def boxes(seen):
    """First and last on every axis, and whether everything in between is seen."""
    sides = [(min(one), max(one)) for one in zip(*seen, strict=True)]
    return sides, prod(b - a + 1 for a, b in sides) == len(seen)


def check(text, found, *, exact=True):
    """How many layers are described unit by unit; every unit of them must see what it does."""
    network = cnncalc.loads(text)
    described = 0
    for index, (of, (numbers, tensor)) in enumerate(zip(views(network), found, strict=True)):
        size = network.nodes[index].output.size
        assert size == numbers.lengths[0 if tensor else 1 :], text
        seen = of["input"]
        for unit in product(*map(range, size)):
            true = unit_sees(numbers, unit, tensor=tensor)
            cells = find_seen(network, index, unit)["input"]
            if exact and all(view.field is not None for view in seen):
                assert {place for box in cells.boxes for place in product(*(range(a, b + 1) for a, b in box))} == true, text
            hull, _ = boxes(true)
            for side, view in zip(hull, seen, strict=True):
                if view.field is not None:
                    assert view.field.bounds(place_of(view.along, unit, size)) == side, (text, index, unit)
        described += all(view.field is not None for view in seen)
    return described


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**9))
def test_every_unit_behind_reshapes_sees_what_brute_force_says(seed):
    check(*random_net(random.Random(seed)))  # noqa: S311


def test_fields_are_known_behind_most_random_reshapes():
    nets = [random_net(random.Random(seed)) for seed in range(40)]  # noqa: S311
    layers = sum(len(found) for _, found in nets)

    # What is not becomes channels in part, so that a unit sees here and there.
    assert sum(check(text, found) for text, found in nets) > layers * 2 // 3
