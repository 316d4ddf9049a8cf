"""Stacks of layers by their field: the formulas of textbooks, brute force, and no holes."""

from itertools import product

import pytest

import cnncalc
from cnncalc.errors import UsageError
from cnncalc.receptive_field.survey import Survey
from cnncalc.solving.stacks import stack_layers


def dilations(solution):
    given = solution["dilation"]
    return [given] * solution["layers"] if isinstance(given, int) else given


def strides(solution):
    given = solution["stride"]
    if isinstance(given, int):
        return [given] * solution["layers"]
    return (given + [1] * solution["layers"])[: solution["layers"]]


def seen(kernel, spacings):
    """What one output sees: every sum of a tap of each layer."""
    found = {0}
    for spacing in spacings:
        found = {at + tap * spacing for at, tap in product(found, range(kernel))}
    return found


def spacings(solution):
    jump, found = 1, []
    for dilation, stride in zip(dilations(solution), strides(solution), strict=True):
        found.append(dilation * jump)
        jump *= stride
    return found


@pytest.mark.parametrize(("inputs", "expected"), [
    # 1 + 2·500; 1 + 2·(2⁹ − 1); 3⁶ < 1001 ≤ 3⁷
    ({"target": 1001, "kernel": 3}, [(500, 1, 1001), (9, [1, 2, 4, 8, 16, 32, 64, 128, 256], 1023),
                                     (7, [1, 3, 9, 27, 81, 189, 190], 1001)]),
    ({"target": 31, "layers": 4}, [(4, [1, 2, 4, 8], 31), (4, [1, 3, 5, 6], 31)]),
    ({"target": 30, "layers": 4}, [(4, [1, 2, 4, 8], 31), (4, [1, 3, 5, 6], 31)]),
    ({"target": 31, "layers": 15}, [(15, 1, 31)]),
    ({"target": 31, "layers": 20}, [(20, 1, 41)]),
    ({"target": 1}, [(1, 1, 3)]),
    ({"target": 1, "kernel": 1}, [(1, 1, 1)]),
    # 1 + 2·(1 + 2 + 4 + 8 + 16 + 32)
    ({"target": 100, "stride": 2}, [(6, 1, 127)]),
    # The jump is 4 behind two strides: 1 + 2·1 + 2·2 + 50·2·4
    ({"target": 400, "stride": [2, 2]}, [(52, 1, 407), (8, [1, 1, 1, 2, 4, 8, 16, 32], 511), (7, [1, 1, 1, 3, 9, 19, 19], 415)]),
    # Dilation that saves no layer is not told.
    ({"target": 5}, [(2, 1, 5)]),
])  # fmt: skip
def test_known_stacks(inputs, expected):
    found = [(one["layers"], one["dilation"], one["receptive_field"])
             for one in cnncalc.solve("receptive-field", **inputs).solutions]  # fmt: skip

    assert found == expected


@pytest.mark.parametrize("kernel", [2, 3, 4, 5])
@pytest.mark.parametrize("stride", [1, 2, [2, 2], [1, 2]])
def test_every_stack_sees_all_of_its_field(kernel, stride):
    for target in (1, 2, 3, 5, 8, 20, 33, 64, 100):
        for layers in (None, 1, 2, 3, 5, 8):
            more = {} if layers is None else {"layers": layers}
            solved = cnncalc.solve("receptive-field", target=target, kernel=kernel, stride=stride, **more)
            for one in solved.solutions:
                field = one["receptive_field"]
                assert field >= target
                assert seen(kernel, spacings(one)) == set(range(field))
                assert layers in (None, one["layers"])
            assert solved.solutions or solved.to_dict()["diagnostics"]


@pytest.mark.parametrize("kernel", [2, 3])
def test_brute_force_finds_no_fewer_layers_and_no_smaller_dilations(kernel):
    for target in range(2, 40):
        solutions = cnncalc.solve("receptive-field", target=target, kernel=kernel).solutions
        plain, last = solutions[0], solutions[-1]
        assert plain["layers"] == -(-(target - 1) // (kernel - 1))
        for layers in range(1, 4):
            whole = [
                choice for choice in product(range(1, 14), repeat=layers)
                if list(choice) == sorted(choice) and 1 + (kernel - 1) * sum(choice) >= target
                and seen(kernel, choice) == set(range(1 + (kernel - 1) * sum(choice)))
            ]  # fmt: skip
            if last["layers"] > layers:
                assert whole == []
            if whole:
                solved = cnncalc.solve("receptive-field", target=target, kernel=kernel, layers=layers)
                even = solved.solutions[-1]
                assert max(dilations(even)) == min(max(choice) for choice in whole)
                fields = [1 + (kernel - 1) * sum(choice) for choice in whole]
                assert even["receptive_field"] == min(fields)


def test_a_network_of_it_has_that_field():
    for one in cnncalc.solve("receptive-field", target=101, kernel=3).solutions:
        layers = "\n".join(f"- conv: {{filters: 1, kernel: 3, dilation: {d}}}" for d in dilations(one))
        net = cnncalc.loads(f"input: {{channels: 1, size: [300]}}\nlayers:\n{layers}")
        survey = Survey(net)
        index, source = survey.of_network()

        assert [view.field.size for view in survey.views[index][source]] == [one["receptive_field"]]
        assert cnncalc.analyze(net, "receptive-field").findings == ()


@pytest.mark.parametrize(("inputs", "message", "help"), [
    ({"target": 1001, "layers": 5}, "5 layers of kernel 3 cannot see 1,001 elements without holes",
     "7 layers are the fewest that do"),
    ({"target": 2, "kernel": 1}, "layers of kernel 1 cannot see 2 elements without holes",
     "a kernel of 1 sees one element, however many layers there are"),
    ({"target": 9, "kernel": 2, "stride": 3}, "layers of kernel 2 and stride 3 cannot see 9 elements without holes",
     "a stride larger than the kernel skips elements"),
])  # fmt: skip
def test_what_cannot_be(inputs, message, help):
    solved = cnncalc.solve("receptive-field", **inputs)

    assert solved.solutions == []
    [finding] = solved.to_dict()["diagnostics"]
    assert (finding["message"], finding["help"]) == (message, help)


@pytest.mark.parametrize(("inputs", "message"), [
    ({"target": 0}, "--target must be at least 1, got 0"),
    ({"target": 1 << 21}, "--target must be at most 1,048,576, got 2,097,152"),
    ({"target": 5, "layers": 10**9}, "--layers must be at most 10,000, got 1,000,000,000"),
    ({"target": 5, "stride": []}, "--stride must be a whole number, or a list of them for the first layers, got an empty list"),
    ({"target": 5, "stride": [0]}, "--stride must be at least 1, got 0"),
])  # fmt: skip
def test_wrong_questions(inputs, message):
    with pytest.raises(UsageError) as caught:
        cnncalc.solve("receptive-field", **inputs)

    assert str(caught.value).startswith(message)


def test_no_more_layers_than_asked_for():
    assert stack_layers(2, 1, lambda previous, largest: 1, target=100, most=10) is None
