"""The example in the manual of every kind of layer goes through every analysis, lint, check and format."""

import json
import math
from functools import cache
from itertools import permutations

import pytest

import cnncalc
from cnncalc import registry
from cnncalc.analyzers import receptive_field
from cnncalc.check.judge import judge_source
from cnncalc.check.linting import Rules
from cnncalc.errors import Source, SpecError
from cnncalc.input_sizes.axes import solve_axes
from cnncalc.manual import kinds, layer_class

INPUTS = (
    "{channels: 3, size: [32, 24]}",
    "{channels: 3, size: [32]}",
    "{channels: 3, size: [8, 16, 12]}",
    "{channels: 16, size: [4, 4, 4, 4]}",
    "{features: 12}",
    "{tokens: 20}",
)
DIALECTS = ("", "dialect: torch\n", "dialect: keras\n")
ANALYSES = registry.names("analyzers")
TABLES = [
    name for name in registry.names("formats") if hasattr(registry.load("formats", name), "render")
]
LINTS = tuple(registry.load("check.lints", name).CODE for name in registry.names("check.lints"))


def specs(kind):
    """The example behind every input that it takes, in the first dialect that takes it."""
    for shape in INPUTS:
        for dialect in DIALECTS:
            text = f"cnncalc: 1\n{dialect}input: {shape}\nlayers:\n{layer_class(kind).example}\n"
            try:
                yield text, cnncalc.loads(text)
            except SpecError:
                continue
            break


@cache
def examples(kind):
    return list(specs(kind))


def tables(network):
    """What every analysis says, by name, with the options that ask for more."""
    for name in ANALYSES:
        given = {"up_to": 40} if name == "inputs" else {}
        yield registry.load("analyzers", name).analyze(network, **given)
    yield receptive_field.analyze(network, show_working=True, all_axes=True)
    for name, options in (("memory", {"training": True}), ("macs", {"convention": "all"})):
        yield registry.load("analyzers", name).analyze(network, **options)


def strict(text):
    """JSON as RFC 8259 has it."""
    return json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", kinds())
def test_the_example_goes_through_every_analysis_and_format(kind):
    assert examples(kind)
    for _, network in examples(kind):
        for table in tables(network):
            for name in TABLES:
                text = registry.load("formats", name).render(table)
                assert text.endswith("\n")
                if name == "json":
                    assert len(strict(text)[table.envelope.rows_are]) == len(table.rows)


@pytest.mark.slow
@pytest.mark.parametrize("kind", kinds())
def test_a_unit_of_the_example_is_followed_both_ways(kind):
    for _, network in examples(kind):
        node = network.nodes[-1]
        unit = [n // 2 for n in node.output.size]
        if unit:
            table = receptive_field.analyze(network, layer=node.name, unit=unit)
            seen = table.to_dict()["units"][0]["elements"]
            sizes = {
                one.name: math.prod(one.output.size) for one in network.nodes if one.layer is None
            }
            assert all(0 <= count <= sizes[name] for name, count in seen.items())
        size = network.nodes[0].output.size
        if size:
            rows = receptive_field.analyze(network, project=[0] * len(size)).rows
            assert rows[0].values["count"] == 1


@pytest.mark.parametrize("kind", kinds())
def test_the_example_goes_through_every_lint_and_check(kind):
    for text, _ in examples(kind):
        found = judge_source(Source("example.yaml", text), rules=Rules(select=LINTS))
        assert [verdict.name for verdict in found.verdicts] == ["example"]
        assert not [finding for finding in found.findings if finding.severity == "error"]
        assert not [finding for finding in found.findings if "not computed" in finding.message]


# Axes that change their places --------------------------------------------------------------------

AXES = {1: "cl", 2: "chw", 3: "cdhw"}


@pytest.mark.parametrize("letters", [
    list(order) for axes in AXES.values() for order in permutations(axes)
], ids="".join)  # fmt: skip
def test_axes_in_any_order_are_followed_to_the_element(letters):
    size = {1: [9], 2: [9, 8], 3: [5, 4, 3]}[len(letters) - 1]
    stripped = {1: "{size: 2, stride: 2}", 2: "{size: [2, 3], stride: [2, 3]}",
                3: "{size: [2, 3, 1], stride: [2, 3, 1]}"}[len(size)]  # fmt: skip
    network = cnncalc.loads(f"input: {{channels: 3, size: {size}}}\nlayers:\n- max_pool: {stripped}\n"
                            f"- permute: [{', '.join(letters)}]\n")  # fmt: skip
    totals = receptive_field.analyze(network).to_dict()["totals"]
    if all(letter != "c" for letter in letters[1:]):
        # The pooling leaves over what its strides do not reach, wherever its axes go.
        window = network.nodes[1].facts.windows
        left = [
            [[n - w.count_dropped(n), n - 1]] if w.count_dropped(n) else []
            for w, n in zip(window, size, strict=True)
        ]
        assert totals["unread"] == {"input": left}
    axes, _ = solve_axes(network, 20)
    assert all(axis.size in axis.accepted for axis in axes)


def test_the_example_of_permute_sees_one_element():
    table = receptive_field.analyze(
        cnncalc.loads("input: {channels: 3, size: [9, 8]}\nlayers:\n- permute: [c, w, h]\n")
    )
    fields = table.to_dict()["layers"][-1]["receptive_field"]["input"]

    assert [one["size"] for one in fields] == [1, 1]
    assert table.rows[-1].values["share"] == 1
    assert table.to_dict()["totals"]["unread"] == {"input": [[], []]}
