"""The variables of a spec by what it may cost: the same as building everything, with fewer builds."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc.errors import Source, SpecError, UsageError
from cnncalc.language.document import Document
from cnncalc.layers.base.key_types import Bad
from cnncalc.solving.search import search as searching
from cnncalc.solving.search.builds import Builds
from cnncalc.solving.search.goals import Goal
from cnncalc.solving.search.search import search
from cnncalc.sweeping.grids import Grid, grid
from cnncalc.sweeping.spaces import Product
from cnncalc.sweeping.variants import Variants

# A dense layer of u units on one input has 2·u params.
DENSE = 'vars: {w: 1, v: 0}\ninput: {features: 1}\nlayers: [dense: {units: "$(%s)"}]\n'


def builds(units, metrics=("params",), text=DENSE):
    return Builds(Variants(Document(Source("net.yaml", text % units)), None, metrics))


def best(units, values, goal):
    """By building everything: the first of the best."""
    found = None
    for value in values:
        try:
            network = cnncalc.loads(DENSE % units, set={"w": value})
        except SpecError:
            continue
        numbers = {"params": network.params.value, "macs": network.macs.value}
        if goal.fits(numbers) and (found is None or goal.loss(numbers) < found[0]):
            found = goal.loss(numbers), value
    return found and found[1]


@pytest.mark.slow
@pytest.mark.parametrize("units", ["w", "w // 7 + 1", "200 - w", "(200 - w) // 9 + 1", "5", "make_divisible(w * 0.6, 8)"])
@pytest.mark.parametrize("goal", [
    Goal({"params": 101}, "params"),
    Goal({"params": 20, "macs": 11}, "macs"),
    Goal({"params": 10**6}, "params"),
    Goal({"params": 1}, "params"),
    Goal({}, "", ("params", 77)),
    Goal({"params": 60}, "", ("macs", 100)),
    Goal({"params": 100}, "", ("params", 0)),
])  # fmt: skip
def test_bisection_finds_what_building_everything_finds(units, goal):
    values = range(1, 150)
    lookup = builds(units, ("params", "macs"))
    found = search(lookup, {"w": Grid(steps=(Fraction(1), Fraction(1), 149), whole=True)}, goal)

    assert found.by == "bisection"
    assert found.builds < 45
    assert (found.best.settings["w"] if found.best else None) == best(units, values, goal)
    assert (found.closest is None) == (found.best is not None)


@pytest.mark.parametrize(("units", "why"), [
    ("w % 50 + 1", "params rises from w=1 to "),
    ("10 if 40 < w < 60 else w", "params falls from w="),
    ("w if w != 100 else 0", "w=100 is refused"),
])  # fmt: skip
def test_what_is_out_of_order_is_built_in_full(units, why):
    goal = Goal({"params": 60}, "params")
    # The 100th value is one of nine places in even distances: the last.
    found = search(builds(units), {"w": grid("1:100:1")}, goal)

    assert found.by == "every setting"
    assert found.builds == 100
    assert found.why.startswith(why)
    assert found.best.settings["w"] == best(units, range(1, 101), goal)


def test_a_hump_beside_the_result_is_seen():
    # Only at 51 it is less: the neighbour of the largest that fits.
    goal = Goal({"params": 100}, "params")
    found = search(builds("w if w != 51 else 3"), {"w": grid("1:100:1")}, goal)

    assert (found.by, found.best.settings) == ("every setting", {"w": 50})


@pytest.mark.parametrize("limit", range(22, 100, 7))
def test_what_stands_beside_the_result_is_built(limit):
    # Plateaus of 11: the best is the first of one, and bisection need not touch the second.
    lookup = builds("w // 11 + 1")
    found = search(lookup, {"w": grid("1:600:1")}, Goal({"params": limit}, "params"))
    built = {point.settings["w"] for point in lookup.points}

    assert found.by == "bisection"
    assert {found.best.settings["w"] + beside for beside in (-1, 0, 1)} <= built


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=40, max_size=60), st.integers(0, 200), st.booleans())
def test_any_staircase(steps, limit, nearest):
    """Numbers that only rise: bisection is right, whatever the plateaus."""
    heights = [1 + sum(steps[: i + 1]) for i in range(len(steps))]
    lookup = Staircase(heights)
    goal = Goal({}, "", ("params", limit)) if nearest else Goal({"params": limit}, "params")
    found = search(lookup, {"w": grid(f"0:{len(steps) - 1}:1")}, goal)
    fits = [i for i, height in enumerate(heights) if goal.fits({"params": height})]

    expected = min(fits, key=lambda i: goal.loss({"params": heights[i]}), default=None)
    assert (found.best.settings["w"] if found.best else None) == expected


class Staircase(Builds):
    """Numbers from a list in place of those of networks."""

    def __init__(self, heights):
        super().__init__(Variants(Document(Source("net.yaml", DENSE % "w")), None, ("params",)))
        self.heights = heights

    def _look(self, settings):
        from cnncalc.solving.search.builds import Point

        return Point(settings, {"params": self.heights[settings["w"]]})


def test_several_variables_are_all_built():
    goal = Goal({"params": 40}, "params")
    found = search(builds("w * (v + 1)"), {"w": grid("1:6:1"), "v": grid("0,2,4")}, goal)

    # 2·w·(v + 1) ≤ 40: 4·5 and none before it.
    assert (found.by, found.settings, found.builds) == ("every setting", 18, 18)
    assert found.best.settings == {"w": 4, "v": 4}


def test_values_may_be_lists():
    # 1·u + u params with u = 3·5, 1·1 and 2·2 units.
    found = search(builds("w[0] * w[1]"), {"w": grid("[3,5],[1,1],[2,2]")}, Goal({"params": 29}, "params"))
    assert found.best.settings == {"w": [2, 2]}
    assert found.best.totals == {"params": 8}


def test_a_trillion_combinations_are_refused_at_once():
    with pytest.raises(UsageError) as caught:
        search(builds("w * (v + 1)"), {"w": grid("1:1000000:1"), "v": grid("1:1000000:1")}, Goal({"params": 9}, "params"))

    assert str(caught.value) == ("there are 1,000,000,000,000 settings, and no more than 10,000 are built "
                                 "(larger steps, or fewer variables at a time)")  # fmt: skip


def test_a_trillion_values_of_one_variable_are_bisected():
    found = search(builds("w"), {"w": grid("1:1000000000000:1")}, Goal({"params": 2469134}, "params"))

    assert found.best.settings == {"w": 1234567}
    assert found.builds < 80


def test_bisection_that_is_not_possible_among_too_many():
    with pytest.raises(UsageError) as caught:
        search(builds("w % 50 + 1"), {"w": grid("1:1000000:1")}, Goal({"params": 60}, "params"))

    assert "and bisection is not possible: params " in str(caught.value)


def test_settings_that_the_spec_refuses_are_left_out():
    found = search(builds("w - 3"), {"w": grid("1:10:1")}, Goal({"params": 8}, "params"))

    assert found.best.settings == {"w": 7}
    assert [one.settings["w"] for one in found.refused] == [1, 2, 3]
    assert "E" in found.refused[0].reason


def test_if_all_are_refused_the_first_error_is_it():
    with pytest.raises(SpecError) as caught:
        search(builds("0 - w"), {"w": grid("1:5:1")}, Goal({"params": 8}, "params"))

    assert caught.value.diagnostics[0].source.name == "net.yaml"


UNKNOWN = "vars: {w: 1, v: 0}\ninput: {features: 1}\nlayers: [opaque: {output: {features: 3}}, dense: {units: $(%s)}]\n"


def test_a_number_that_is_not_known_is_not_within_a_budget():
    with pytest.raises(UsageError) as caught:
        search(builds("w", text=UNKNOWN), {"w": grid("1:5:1")}, Goal({"params": 8}, "params"))

    assert str(caught.value) == "at no setting can it be said what is best: params is not known"


@pytest.mark.parametrize(("text", "values"), [
    ("0.25:0.5:0.05", [0.25, 0.3, 0.35, 0.4, 0.45, 0.5]),
    ("1:7:2", [1, 3, 5, 7]),
    ("1:8:2", [1, 3, 5, 7]),
    ("3:1:-1", [3, 2, 1]),
    ("0.1:0.3:1e-1", [0.1, 0.2, 0.3]),
    ("2:2:5", [2]),
    ("16, 24,32", [16, 24, 32]),
    ("relu,silu", ["relu", "silu"]),
    ("true,false", [True, False]),
    ("7,7", [7]),
    (5, [5]),
    ([1, 2.5], [1, 2.5]),
])  # fmt: skip
def test_grids(text, values):
    made = grid(text)

    assert list(made) == values
    assert [type(value) for value in made] == [type(value) for value in values]
    assert made.count == len(values) == Product({"w": made}).count


@pytest.mark.parametrize(("text", "message"), [
    ("", "has no values"),
    (",", "has no values"),
    ("2:1:0.1", "is an empty range"),
    ("1:2:-1", "is an empty range"),
    ("1:2:0", "has a step of 0"),
    ("1:2", "is no range"),
    ("a:2:1", "has `a` where a finite number should be"),
    ("true:2:1", "has `true` where a finite number should be"),
    (".nan:2:1", "has `.nan` where a finite number should be"),
    ("1:.inf:1", "has `.inf` where a finite number should be"),
    ("1:1e300:1", "has a number that is too long, too large or too small: 1e300"),
    ("0:1:1e-999999999", "has a number that is too long, too large or too small: 1e-999999999"),
    ("0:1:1e-20", "has more than 2^53 values"),
    ("1,.nan", "has a value that is not finite"),
    ("NaN", "has a value that is not finite"),
    ("~,1", "has a value that is no number and no word: nothing"),
    ([[]], "has a value that is no number and no word: []"),
    ([float("inf")], "has a value that is not finite"),
])  # fmt: skip
def test_grids_that_are_none(text, message):
    with pytest.raises(Bad) as caught:
        grid(text)

    assert caught.value.message == message


@pytest.fixture
def net(tmp_path):
    path = tmp_path / "net.yaml"
    path.write_text(DENSE % "w")
    return str(path)


@pytest.mark.parametrize(("inputs", "message"), [
    ({}, "vars needs a `budget` or a `target` (`budget` params=1M, or `target` macs=300M)"),
    ({"budget": {"parms": "1M"}}, "`budget` knows no `parms` (did you mean `params`?)"),
    ({"budget": {"params": "nan"}},
     "`budget` takes params=NUMBER such as 300M or 97.5MiB, got params=nan"),
    ({"budget": {"params": float("nan")}},
     "`budget` takes params=NUMBER such as 300M or 97.5MiB, got params=nan"),
    ({"budget": {"params": -1}}, "`budget` takes params=NUMBER such as 300M or 97.5MiB, got params=-1"),
    ({"budget": ["params"]}, "`budget` takes NAME=VALUE, got params"),
    ({"budget": ["params=1", "params=2"]}, "`budget` is given twice for `params`"),
    ({"target": {"params": 1, "macs": 2}}, "`target` takes one number (the others may be a `budget`)"),
    ({"target": {"params": 1}, "maximise": "macs"}, "`target` and `maximise` exclude each other"),
    ({"budget": {"params": 1}, "maximise": "speed"}, "`maximise` knows no `speed` (one of "),
    ({"budget": {"params": 1}, "var": {}}, "`var` names no variable"),
    ({"budget": {"params": 1}, "var": {"w": "2:1:1"}},
     "`var` w=2:1:1 is an empty range (a range that falls has a negative step)"),
    ({"budget": {"params": 1}, "var": {"x": "1:2:1"}}, "net.yaml has no variable `x` (variables: w, v)"),
    ({"budget": {"params": 1}, "set": {"w": 3}}, "`w` is given twice: `set` fixes what `var` varies"),
    ({"budget": {"params": 1}, "size": (3, 3)}, "the input `input` has 0 axes, got 2"),
])  # fmt: skip
def test_wrong_questions(net, inputs, message):
    with pytest.raises(UsageError) as caught:
        cnncalc.solve("vars", **{"spec": net, "var": {"w": "1:5:1"}, **inputs})

    assert str(caught.value).replace(net, "net.yaml").startswith(message)


def test_the_document(net):
    solved = cnncalc.solve("vars", spec=net, var="w=1:9:1", budget="params=9", set="v=2")
    document = solved.to_dict()

    assert solved.solutions == [{"settings": {"w": 4}, "params": 8}]
    assert document["solutions"] == solved.solutions
    assert document["metrics"] == [{"metric": "params", "value": 8, "budget": 9, "target": None}]
    assert document["search"] == {"by": "every setting", "settings": 9, "builds": 9}
    assert document["use"] == f"cnncalc summary {net} --set v=2 --set w=4"
    assert cnncalc.load(net, set={"v": 2, "w": 4}).params.value == 8


def test_nothing_within_the_budget(net):
    solved = cnncalc.solve("vars", spec=net, var={"w": [3, 4]}, budget={"params": 4})

    assert solved.solutions == []
    [finding] = solved.to_dict()["diagnostics"]
    assert finding["message"] == "none of 2 settings is within the budget"
    assert finding["help"] == "nearest is w=3: params 6 (above 4)"


def test_what_is_nearest_to_several_budgets(net):
    # A dense layer of 3 units on one input: 3·1 weights and 3 biases, 3 MACs.
    solved = cnncalc.solve("vars", spec=net, var={"w": [3]}, budget={"params": 4, "macs": 1000})

    assert solved.to_dict()["diagnostics"][0]["help"] == "nearest is w=3: params 6 (above 4), MACs 3 (within 1,000)"


CONV = """vars: {w: 8, k: 3}
input: {channels: 3, size: [32, 32]}
layers: [conv: {filters: $w, kernel: $k, padding: same}, relu, conv: {filters: $w, kernel: $k}]
"""


@pytest.mark.parametrize(("name", "value"), [
    ("trainable", "3k"), ("buffers", "0"), ("flops", "5M"), ("memory", "200KiB"), ("memory.weights", "10KiB"),
    ("memory.peak", "100 KiB"), ("memory.training", "400k"), ("receptive_field", "5"), ("depth", "2"), ("layers", "3"),
])  # fmt: skip
def test_every_number_may_have_a_budget(tmp_path, name, value):
    (tmp_path / "net.yaml").write_text(CONV)
    solved = cnncalc.solve("vars", spec=str(tmp_path / "net.yaml"), var={"w": "1:20:1", "k": "1,3"}, budget={name: value})
    [solution] = solved.solutions

    assert solution[name] <= cnncalc.quantity.parse(value).value


def test_the_size_of_the_input_is_handed_on(tmp_path):
    (tmp_path / "net.yaml").write_text(CONV)
    solved = cnncalc.solve("vars", spec=str(tmp_path / "net.yaml"), var={"w": "1:40:1"}, target={"macs": "1M"},
                           size=[16, 16], channels=1)  # fmt: skip
    [solution] = solved.solutions
    use = solved.to_dict()["use"]

    assert use.endswith(f"--set w={solution['settings']['w']} --size 16,16 --channels 1")
    network = cnncalc.load(str(tmp_path / "net.yaml"), set=solution["settings"], size=(16, 16), channels=1)
    assert network.macs.value == solution["macs"]


def test_the_few_and_the_most_are_what_the_manual_says():
    manual = cnncalc.solve.__globals__["find"]("vars").__doc__

    assert f"{searching.MOST:,} settings" in manual
    assert f"more than {searching.FEW} values" in manual
