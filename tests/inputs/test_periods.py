"""Sizes solved as a start and a period: equal to what each size by itself says, at any distance."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc.errors import SpecError
from cnncalc.input_sizes.axes import scan_axes, solve_axes
from cnncalc.input_sizes.columns import Column, merge, shorten
from cnncalc.input_sizes.periods import solve_periods
from cnncalc.input_sizes.progressions import Pattern, pattern_of
from cnncalc.input_sizes.scan import scan

# Six strides of 4 down and up again, with skips: the encoder of Demucs (facebookresearch/demucs#122).
DEMUCS = """
dialect: torch
input: {channels: 2, size: [SIZE]}
defaults: {conv: {filters: 8, kernel: 8, stride: 4}, conv_transpose: {filters: 8, kernel: 8, stride: 4}}
layers:
  - conv: {name: e1}
  - conv: {name: e2}
  - conv: {name: e3}
  - conv: {name: e4}
  - conv: {name: e5}
  - conv
  - conv_transpose
  - add: [prev, e5]
  - conv_transpose
  - add: [prev, e4]
  - conv_transpose
  - add: [prev, e3]
  - conv_transpose
  - add: [prev, e2]
  - conv_transpose
  - add: [prev, e1]
  - conv_transpose
"""
ACCEPTED = "n ≡ 1,364…1,367 (mod 4096), n ≥ 9,556"


def demucs(size):
    return cnncalc.loads(DEMUCS.replace("SIZE", str(size)))


def random_net(draw):
    """An encoder and a decoder with skips; `draw` is a random.Random."""
    axes = draw.choice([1, 1, 2])

    def each(least, most):
        values = [draw.randint(least, most) for _ in range(axes)]
        return values if axes > 1 and draw.random() < 0.5 else values[0]

    def padding():
        return draw.choice(["0", "1", "half", "same", "valid"])

    layers, skips = [], draw.randint(1, 3)
    for i in range(skips):
        for _ in range(draw.randint(0, 2)):
            layers.append(f"conv: {{filters: 2, kernel: {each(1, 4)}, padding: {padding()}, dilation: {draw.randint(1, 3)}}}")
        layers += [f"relu: {{name: e{i}}}", draw.choice([
            f"max_pool: {{size: {each(2, 3)}, stride: {each(1, 4)}, ceil: {draw.choice(['true', 'false'])}}}",
            f"conv: {{filters: 2, kernel: {each(1, 5)}, stride: {each(1, 4)}, padding: {draw.choice([0, 1, 'half'])}}}",
            f"avg_pool: {{size: 2, padding: {draw.choice(['same', 'valid'])}}}",
        ])]  # fmt: skip
    for i in reversed(range(skips)):
        layers += [draw.choice([
            f"conv_transpose: {{filters: 2, kernel: {each(1, 5)}, stride: {each(1, 4)}}}",
            f"upsample: {{scale: {draw.choice([2, 3, 1.5])}}}",
            f"resize: {{like: e{i}}}",
        ])]  # fmt: skip
        layers += draw.choice([[], [], [f"pad: {draw.randint(0, 2)}"], [f"crop: {{like: e{i}}}"]])
        layers += draw.choice([[], [f"add: [prev, e{i}]"], [f"concat: [prev, e{i}]"]])
    layers += draw.choice([[], ["flatten", "dense: 3"], ["global_avg_pool"], ["reshape: {to: {channels: 4, size: [-1]}}"]])
    head = f"dialect: {draw.choice(['torch', 'keras'])}\ninput: {{channels: 2, size: {[draw.randint(20, 90) for _ in range(axes)]}}}\n"
    return head + "layers:\n" + "".join(f"  - {layer}\n" for layer in layers)


def differences(network, place, axis, limit):
    """The sizes up to `limit` of which what is solved and the scan of each size say different things."""
    brute = scan(network, [place], range(1, limit + 1))
    culprits = {culprit.refused.node: culprit.sizes for culprit in axis.culprits}
    found = []
    for n in brute.sizes:
        node = brute.refused[n].node if n in brute.refused else None
        said = (n in axis.accepted, n in axis.kept, n in axis.even, [k for k, sizes in culprits.items() if n in sizes])
        true = (node is None, node is None and n not in brute.reweighted, node is None and n not in brute.uneven,
                [] if node is None else [node])  # fmt: skip
        if said != true:
            found.append(n)
    return found


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_random_encoders_and_decoders_are_solved_as_each_size_by_itself_says(seed):
    draw = random.Random(seed)  # noqa: S311
    try:
        network = cnncalc.loads(random_net(draw))
    except SpecError:
        return
    for axis in solve_axes(network, 200)[0]:
        if len(axis.places) == 1:
            assert differences(network, axis.places[0], axis, 500 if not axis.looked else 200) == []


def test_most_random_encoders_and_decoders_are_solved_and_not_looked_at():
    found = []
    for seed in range(60):
        try:
            network = cnncalc.loads(random_net(random.Random(seed)))  # noqa: S311
        except SpecError:
            continue
        found += [not axis.looked for axis in solve_axes(network, 64)[0] if len(axis.places) == 1]

    assert len(found) > 10
    assert all(found)


def test_a_size_that_is_accepted_is_never_said_to_be_refused():
    # 9,556 is beyond the sizes that used to be looked at.
    (axis,) = scan_axes(demucs(9556)).axes

    assert (str(axis.accepted), axis.looked) == (ACCEPTED, ())
    assert {n: n in axis.accepted for n in (9555, 9556, 9559, 9560, 46420)} == {
        9555: False, 9556: True, 9559: True, 9560: False, 46420: True,
    }  # fmt: skip


@pytest.mark.slow
def test_what_is_solved_of_six_strides_is_what_65536_sizes_say():
    network = demucs(46420)
    (axis,) = scan_axes(network, 65536).axes

    assert differences(network, (0, 0), axis, 65536) == []


def test_six_strides_take_as_few_layers_as_if_there_were_no_large_sizes():
    network = demucs(46420)
    work = network.work("inputs")
    solve_periods(network, [(0, 0)], work)

    # 18 layers, of which each is applied to a dozen shapes: 65,536 sizes would be a million.
    assert work.done < 1000


@pytest.mark.parametrize(("size", "nearest"), [
    (9555, (None, 9556)), (9560, (9559, 13652)), (10**9, (999_998_807, 1_000_002_900)), (10**12, (999_999_997_271, 1_000_000_001_364)),
])  # fmt: skip
def test_the_nearest_sizes_are_found_however_far_they_are(size, nearest):
    network = demucs(46420)
    (axis,) = scan_axes(network, asked={(0, 0): size}).axes

    assert axis.nearest == nearest
    for n in range(size - 2, size + 3):
        assert (n in axis.accepted) == (n not in scan(network, [(0, 0)], [n]).refused)


def test_what_was_not_looked_at_is_not_refused(cnncalc):
    # Nothing is known of the rule of `positional_embedding`, so that sizes are looked at one by one.
    spec = DEMUCS.replace("SIZE", "9556") + "  - positional_embedding\n"
    code, out, _ = cnncalc("inputs", "-", stdin=spec)

    assert code == 0
    assert "9,556…9,559" in out.split("\n")[1]
    assert "sizes from 1 to 4,096 and 9,492 to 9,620" in out
    assert "conv1 refuses 2,388…4,096, 9,492…9,555, at 9,555" in out


def test_the_weights_of_a_dense_far_above_the_smallest_size_are_found():
    network = cnncalc.loads("input: {channels: 1, size: [224]}\nlayers:\n- max_pool: 32\n- flatten\n- dense: 3\n")
    (axis,) = scan_axes(network).axes

    assert (str(axis.kept), axis.kept_by) == ("224…255", "dense1")


def test_operands_that_grow_at_different_rates_meet_once_and_never_again():
    # n/2 + 100 is n at 200 alone (and at 199, rounded down: 99 + 100).
    text = ("input: {channels: 1, size: [200]}\nlayers:\n- relu: {name: a}\n- max_pool: 2\n- pad: [[50, 50]]\n- add: [prev, a]\n"
            "outputs: [prev]\n")  # fmt: skip
    (axis,) = scan_axes(cnncalc.loads(text)).axes

    assert (str(axis.accepted), axis.looked) == ("199, 200", ())


def test_a_column_repeats_itself():
    column = Column((1, 3, 4), (False, True, False), 3, 4)

    assert [n for n in range(1, 20) if column.at(n)] == [3, 7, 11, 15, 19]
    assert column.run(5) == (False, 7)
    assert column.run(8) == (False, 11)


def test_sets_are_joined_over_their_common_period():
    twos, threes = (Column((1, n, n + 1), (False, True, False), n, n) for n in (2, 3))
    both = merge([twos, threes], lambda a, b: a and b)

    assert str(pattern_of(both)) == "n ≡ 0 (mod 6)"
    assert str(pattern_of(merge([twos, threes], lambda a, b: a or b))) == "n ≡ 0, 2…4 (mod 6)"


def test_a_column_begins_to_repeat_itself_as_early_as_it_can():
    # True at 2, 5, 8, …, written down up to 20.
    runs = [(n, n % 3 == 2) for n in range(1, 21)]

    assert shorten(runs, 15, 3).start == 1
    assert shorten([(1, True), *runs[1:]], 15, 3).start == 2


@pytest.mark.parametrize(("pattern", "n", "below", "above"), [
    (Pattern(16, (12,), 188, ()),                    500,  492,  508),
    (Pattern(16, (12,), 188, ()),                    188,  None, 204),
    (Pattern(16, (12,), 188, ((3, 5),)),             188,  5,    204),
    (Pattern(16, (12,), 188, ((3, 5),)),             4,    3,    5),
    (Pattern(16, (0, 12), 188, ()),                  192,  188,  204),
    (Pattern(None, (), None, ((32, 35),)),           99,   35,   None),
    (Pattern(None, (), None, ((32, 35),)),           1,    None, 32),
    (Pattern(None, (), None, ()),                    1,    None, None),
])  # fmt: skip
def test_the_members_next_to_a_number(pattern, n, below, above):
    assert (pattern.below(n), pattern.above(n)) == (below, above)
