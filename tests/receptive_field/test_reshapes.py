"""Fields through reshapes and permutations, held to a brute force that carries every number of a tensor along."""

import random
from fractions import Fraction
from itertools import product
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc.receptive_field.describe import axes
from cnncalc.receptive_field.exact import find_seen, project_element
from cnncalc.receptive_field.several_axes import place_of
from cnncalc.receptive_field.size_free import views
from cnncalc.receptive_field.survey import Survey

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


def mixed(x, axis):
    """Every number along an axis from all of them."""
    seen = []
    for place in product(*map(range, x.lengths)):
        along = ([*place[:axis], i, *place[axis + 1 :]] for i in range(x.lengths[axis]))
        seen.append(frozenset().union(*map(x.at, along)))
    return Numbers(x.lengths, seen)


def added(x, y):
    assert x.lengths == y.lengths
    return Numbers(x.lengths, [a | b for a, b in zip(x.seen, y.seen, strict=True)])


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
                if view.field is not None and not view.whole:
                    assert view.field.bounds(place_of(view.along, unit, size)) == side, (text, index, unit)
        described += all(view.field is not None for view in seen)
    return described


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**9))
@pytest.mark.slow
def test_every_unit_behind_reshapes_sees_what_brute_force_says(seed):
    check(*random_net(random.Random(seed)))  # noqa: S311


def test_fields_are_known_behind_most_random_reshapes():
    nets = [random_net(random.Random(seed)) for seed in range(40)]  # noqa: S311
    layers = sum(len(found) for _, found in nets)

    # What is not becomes channels in part, so that a unit sees here and there.
    assert sum(check(text, found) for text, found in nets) > layers // 2


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.slow
def test_the_units_that_see_an_element_are_those_of_which_it_is_seen(seed):
    text, _ = random_net(random.Random(seed))  # noqa: S311
    network = cnncalc.loads(text)
    last = len(network.nodes) - 1
    place = tuple(n // 2 for n in network.nodes[0].output.size)
    reached = project_element(network, "input", place)[last]
    for unit in product(*map(range, network.nodes[last].output.size)):
        seen = find_seen(network, last, unit)["input"].boxes
        sees = any(all(a <= i <= b for i, (a, b) in zip(place, box, strict=True)) for box in seen)
        assert bool(reached.get(unit[:-1], 0) >> (unit[-1] if unit else 0) & 1) == sees, (text, unit)


# Channels that stand last for a while --------------------------------------------------------------------------------


def random_detour(draw):
    """Permutations, and between them what mixes the last axis, normalises any, or adds what was before; windows besides."""
    size = draw.choice([[3, 4], [4, 4], [6], [2, 3, 4]])
    x = entered(3, size)
    layers, found = [], [(x, False)]

    def put(layer, then):
        layers.append(layer)
        found.append((then, False))
        return then

    for _ in range(draw.randint(1, 3)):
        if draw.random() < 0.5:
            x = put("conv: {filters: 2, kernel: 2, padding: valid}", windowed(x, [2] * len(size), [1] * len(size)))
            if min(x.lengths) < 2:
                break
        order = [*range(1, len(size) + 1), 0] if draw.random() < 0.7 else draw.sample(range(len(size) + 1), len(size) + 1)
        x = put(f"permute: {{axes: {[i + 1 for i in order]}}}", permuted(x, order))
        begin, name = x, f"begin{len(layers)}"
        layers[-1] = layers[-1].replace("}", f", name: {name}}}")
        for _ in range(draw.randint(0, 3)):
            kind = draw.choice(["dense", "dense", "gelu", "norm", "softmax", "add"])
            last = len(size)
            if kind == "dense":
                x = put(f"dense: {{units: {x.lengths[-1]}}}", mixed(x, last))
            elif kind == "gelu":
                x = put("gelu", x)
            elif kind == "add" and x.lengths == begin.lengths:
                x = put(f"add: [prev, {name}]", added(x, begin))
            else:
                axis = last if draw.random() < 0.8 else draw.randint(0, last)
                x = put(f"layer_norm: {{axes: [{axis + 1}]}}" if kind == "norm" else f"softmax: {axis + 1}", mixed(x, axis))
        back = [order.index(i) for i in range(len(order))]
        if draw.random() < 0.2:
            draw.shuffle(back)
        x = put(f"permute: {{axes: {[i + 1 for i in back]}}}", permuted(x, back))
        # What comes after it may only be looked at where channels are alike: a unit is all of them.
        if not are_channels_alike(x):
            break
    text = f"dialect: torch\ninput: {{channels: 3, size: {size}}}\nlayers:\n" + "".join(f"- {layer}\n" for layer in layers)
    return text, found


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9))
@pytest.mark.slow
def test_every_unit_behind_channels_that_stood_last_sees_what_brute_force_says(seed):
    check(*random_detour(random.Random(seed)))  # noqa: S311


def test_fields_are_known_behind_most_detours():
    nets = [random_detour(random.Random(seed)) for seed in range(60)]  # noqa: S311
    text = [check(text, found[:-1] + found[-1:]) for text, found in nets]
    ends = [views(cnncalc.loads(spec))[-1]["input"] for spec, _ in nets]

    assert sum(text) > 0
    assert sum(all(view.field is not None for view in seen) for seen in ends) > len(nets) // 2


# What people write --------------------------------------------------------------------------------------------------


def fields(layers, size="[12, 8]", channels=4):
    """Of the last layer: its name, and for each axis of the input the least and the largest field, jump, whole."""
    text = f"dialect: torch\ninput: {{channels: {channels}, size: {size}}}\nlayers:\n" + "".join(f"- {x}\n" for x in layers)
    network = cnncalc.loads(text)
    return [(*view.field.sizes, view.field.stride, view.along) if view.field else view.whole for view in views(network)[-1]["input"]]


CONV = "conv: {filters: 4, kernel: 3, padding: 1}"


@pytest.mark.parametrize(("layers", "expected"), [
    # An axis of length 1 comes and goes.
    ([CONV, "max_pool: [12, 1]", "reshape: {to: {channels: 4, size: [8]}}"],    [(14, 14, 0, None), (3, 3, 1, 0)]),
    ([CONV, "reshape: {to: {channels: 4, size: [12, 1, 8]}}"],                  [(3, 3, 1, 0), (3, 3, 1, 2)]),
    # A map in one row of 96: eight units to a row of the map.
    ([CONV, "reshape: {to: {channels: 4, size: [-1]}}"],                        [(3, 3, 1 / 8, 0), (3, 3, 0, 0)]),
    # And a map again: a convolution sees 5 × 5 as if nothing had been between.
    ([CONV, "reshape: {to: {channels: 4, size: [-1]}}", "relu", "reshape: {to: {channels: 4, size: [12, 8]}}", CONV],
                                                                                [(5, 5, 1, 0), (5, 5, 1, 1)]),
    # Tokens with their features last, as an attention reads them, and back.
    (["reshape: {to: {shape: [4, 96]}}", "permute: {axes: [2, 1]}", "permute: {axes: [2, 1]}",
      "reshape: {to: {channels: 4, size: [12, 8]}}"],                           [(1, 1, 1, 0), (1, 1, 1, 1)]),
    # Windows of 4 × 4: each sees itself; a mean over the places of a window sees just that window.
    (["reshape: {to: {shape: [4, 3, 4, 2, 4]}}", "permute: {axes: [2, 4, 1, 3, 5]}", "reshape: {to: {shape: [6, 4, 16]}}",
      "mean: {axis: 3}"],                                                       [(4, 4, 2, 0), (4, 4, 0, 0)]),
    # Space to depth by hand: two rows and two columns for each unit.
    (["reshape: {to: {shape: [4, 6, 2, 4, 2]}}", "permute: {axes: [1, 3, 5, 2, 4]}",
      "reshape: {to: {channels: 16, size: [6, 4]}}"],                           [(2, 2, 2, 0), (2, 2, 2, 1)]),
    # Depth to space by hand: each unit is there twice.
    (["reshape: {to: {shape: [1, 2, 2, 12, 8]}}", "permute: {axes: [1, 4, 2, 5, 3]}",
      "reshape: {to: {channels: 1, size: [24, 16]}}"],                          [(1, 1, 1 / 2, 0), (1, 1, 1 / 2, 1)]),
    # Rows that become channels are seen together.
    (["reshape: {to: {channels: 48, size: [8]}}"],                              ["reshape1", (1, 1, 1, 0)]),
    (["flatten"],                                                               ["flatten1", "flatten1"]),
])  # fmt: skip
def test_what_the_last_layer_sees(layers, expected):
    assert fields(layers) == expected


# What the table and JSON say: the centre of what unit 0 sees, and a jump only where it is that of every next unit.
TOKENS = "reshape: {to: {channels: 4, size: [-1]}}"


@pytest.mark.parametrize(("layers", "strides", "offsets", "units"), [
    # Rows one behind the other: the next unit is in the same row, or in the next.
    ([TOKENS],                                                       [None, None], ["0", "0"],      (0,)),
    (["conv: {filters: 4, kernel: 4, stride: 4}", TOKENS],           [None, None], ["3/2", "3/2"],  (0,)),
    # In rows of another length.
    ([TOKENS, "reshape: {to: {channels: 4, size: [8, 12]}}"],        [None, None], ["0", "0"],      (0, 0)),
    # As many steps as a row is long: each step is a row.
    ([TOKENS, "max_pool: 8"],                                        ["1", "0"],   ["0", "7/2"],    (0,)),
    # There and back again, also what is repeated already: as if nothing had been between.
    ([TOKENS, "reshape: {to: {channels: 4, size: [12, 8]}}"],        ["1", "1"],   ["0", "0"],      (0, 0)),
    (["upsample: 2"],                                                ["1/2", "1/2"], ["-1/4", "-1/4"], None),
    (["upsample: 2", TOKENS, "relu", "reshape: {to: {channels: 4, size: [24, 16]}}"],
                                                                     ["1/2", "1/2"], ["-1/4", "-1/4"], None),
    # One row of the input as several: no axis has all of the steps.
    (["reshape: {to: {channels: 4, size: [3, 4, 8]}}"],              [None, "1"],  ["0", "0"],      (0, 0, 0)),
])  # fmt: skip
def test_a_jump_is_that_of_all_units_and_the_first_centre_that_of_the_first(layers, strides, offsets, units):
    network = cnncalc.loads("dialect: torch\ninput: {channels: 4, size: [12, 8]}\nlayers:\n" + "".join(f"- {x}\n" for x in layers))
    last = len(network.nodes) - 1
    told = axes(views(network)[-1])["input"]

    assert ([one["stride"] for one in told], [one["offset"] for one in told]) == (strides, offsets)
    if units is not None:
        box = find_seen(network, last, units)["input"].box
        assert [Fraction(a + b, 2) for a, b in box] == list(map(Fraction, offsets))


# Sums of places in several rows: operands lie on each other if every unit has one centre.
@pytest.mark.parametrize(("layers", "kinds"), [
    ([f"{TOKENS[:-1]}, name: a}}", "conv: {filters: 4, kernel: 1}", "add: [a, prev]"],                          ["aligned"] * 2),
    (["conv: {filters: 4, kernel: 3, padding: 1, name: a}", f"{TOKENS[:-1]}, name: b}}", f"{TOKENS[:-1]}, from: input, name: c}}",
      "add: [b, c]"],                                                                                           ["aligned"] * 2),
    ([f"{TOKENS[:-1]}, name: a}}", "conv: {filters: 4, kernel: 3, padding: 1}", "add: [a, prev]"],              ["stride mismatch"] * 2),
])  # fmt: skip
def test_operands_in_rows_are_aligned_if_their_units_have_one_centre(layers, kinds):
    network = cnncalc.loads("dialect: torch\ninput: {channels: 4, size: [12, 8]}\nlayers:\n" + "".join(f"- {x}\n" for x in layers))

    assert [meeting.kind for meeting in Survey(network).meetings] == kinds


# A window of 3 over the end of a row sees three elements of two rows: 3 of 32, or of 16. Units are the same in any shape.
@pytest.mark.parametrize("size", ["[12, 8]", "[8, 12]", "[2, 6, 8]", "[-1]"])
def test_what_is_reshaped_has_the_holes_that_it_had(size):
    text = "dialect: torch\ninput: {channels: 4, size: [12, 8]}\nlayers:\n" + "".join(f"- {x}\n" for x in (
        TOKENS, "conv: {filters: 4, kernel: 3, padding: 1}", f"reshape: {{to: {{channels: 4, size: {size}}}}}", "relu"))  # fmt: skip
    survey = Survey(cnncalc.loads(text))

    assert [share["input"] for share in survey.shares[2:]] == [Fraction(3, 16)] * 3
    assert [[flag.word for flag in flags] for flags in survey.flags[2:]] == [["holes"], [], []]


@pytest.mark.slow
def test_a_head_of_boxes_sees_what_the_places_of_its_map_see():
    network = cnncalc.load("zoo:ssd300")
    found = {node.name: views(network)[index] for index, node in enumerate(network.nodes) if node.name in {"box7.conv1", "box7.scores"}}

    (conv,), (scores,) = ([of] for of in found.values())
    assert [view.field.sizes for view in scores["input"]] == [view.field.sizes for view in conv["input"]]
    assert {view.along for view in scores["input"]} == {0}


# "Which part of the image a step of the sequence sees" (CRNN): unit 64 reads rows 0-3 and columns 53-75 (gradients of PyTorch).
SQUEEZED = """
dialect: torch
input: {channels: 1, size: [4, 128]}
layers:
  - conv: {filters: 16, kernel: [1, 15], padding: [0, 7]}
  - conv: {filters: 16, kernel: [4, 1]}
  - reshape: {to: {channels: 16, size: [-1]}, name: squeeze}
  - conv: {filters: 16, kernel: 9, padding: 4, name: last}
"""


def test_a_squeeze_leaves_the_field_as_it_is():
    network = cnncalc.loads(SQUEEZED)

    assert [view.field.sizes for view in views(network)[-1]["input"]] == [(4, 4), (23, 23)]
    assert find_seen(network, 4, (64,))["input"].box == ((0, 3), (53, 75))
