"""The script that follows a unit in the page against what the commands find, for random units of all the zoo."""

import random
from itertools import product
from pathlib import Path

import pytest

import cnncalc
from cnncalc.arithmetic.windows import BorderedWindow, Window
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.language.source import open_spec
from cnncalc.receptive_field.exact import find_seen
from cnncalc.reporting.base.subject import Subject
from cnncalc.reporting.panels import fields
from cnncalc.work import TooMuch

ROOT = Path(cnncalc.__file__).parent.parent

UNITS = 6
DRIVER = """
const {fields, links, units} = given;
fields.inputs = new Set(fields.inputs);
return units.map(([node, unit, local]) => seenBy(fields, links, node, unit, local).map(([input, set]) => {
  const told = measure(set);
  return [input, told && told.box, told ? told.elements : 0];
}));
"""


def seen(network, index, unit, *, local):
    """What the library finds: the input, its box, how many elements; None where it is too much work."""
    places = {node.name: node.index for node in network.nodes}
    try:
        found = find_seen(network, index, unit, local=local)
    except TooMuch:
        return None
    return [[places[name], one.box and [list(side) for side in one.box], one.elements] for name, one in found.items()]


def ask(run_scripts, network, units):
    """What the script says of units."""
    data = fields.data(Subject(network))
    links = [data["sources"].get(one.index, list(one.inputs)) for one in network.nodes]
    given = {"fields": data, "links": links, "units": units}
    return run_scripts(["sets"], DRIVER, given)


DOTS = [
    # As many dots as elements.
    ({"runs": [[1, 2], [0, 0, 2, 3]]}, [3, 4], ["....", "#.##", "#.##"]),
    # Four elements to a dot, and one of them is enough; the last of a long axis is in the last dot.
    ({"runs": [[5, 5, 15, 15]]}, [16], [".#.#"]),
    ({"runs": [[147_442, 147_442]]}, [147_443], ["...#"]),
    ({"runs": [[0, 9_999], [20_000, 20_000]]}, [40_000, 40_000], ["..#.", "....", "....", "...."]),
    # Of a volume what is seen in any plane: place 1 of the first, and place 2 of the second.
    ({"mask": [0, 1, 0, 0, 0, 0, 1, 0]}, [2, 2, 2], [".#", "#."]),
    ({"mask": [0, 0, 0, 0, 0, 1]}, [2, 3], ["..", ".#"]),
    # Between seven elements and four dots.
    ({"runs": [[0, 1, 4, 4]]}, [7], ["#.#."]),
]  # fmt: skip


def test_no_more_dots_are_painted_than_are_seen(run_scripts):
    driver = 'return given.map(([set, size, [high, wide]]) => [...dotsOf({...set, size}, size, high, wide)].join(""));'
    cases = [(given, size, [len(dots), len(dots[0])]) for given, size, dots in DOTS]
    assert run_scripts(["sets"], driver, cases) == ["".join(dots).replace("#", "1").replace(".", "0") for *_, dots in DOTS]


# kernel, stride, dilation, padding, mode: touching, with gaps, with a tail, cut, and continued by their own values.
WINDOWS = [
    (3, 1, 1, (1, 1), ""), (1, 2, 1, (0, 0), ""), (5, 7, 1, (0, 0), ""), (5, 2, 2, (0, 0), ""), (3, 2, 1, (0, 1), ""),
    (2, 3, 1, (0, 0), ""), (3, 1, 1, (-2, -1), ""), (2, 3, 2, (-1, 3), ""), (3, 2, 1, (1, 1), "reflect"),
    (2, 4, 1, (2, 2), "circular"), (3, 3, 2, (2, 2), "replicate"), (4, 3, 1, (2, 1), "circular"),
]  # fmt: skip


def test_the_elements_that_a_window_reads(run_scripts):
    driver = 'return given.map((axis) => [...readElements(axis)].join(""));'
    axes, wanted = [], []
    for kernel, stride, dilation, padding, mode in WINDOWS:
        window = BorderedWindow(kernel, stride, dilation, padding, mode=mode) if mode else Window(kernel, stride, dilation, padding)
        for n in range(9, 18):
            m = window.positions(n)
            read = {place for u in range(m) for place in window.taps(u, n)}
            axes.append({"kernel": kernel, "stride": stride, "dilation": dilation, "before": padding[0], "after": padding[1],
                         "input": n, "output": m, "mode": mode})  # fmt: skip
            wanted.append("".join("01"[place in read] for place in range(n)))
    found = run_scripts(["sets"], driver, axes)
    assert dict(zip(map(str, axes), found, strict=True)) == dict(zip(map(str, axes), wanted, strict=True))
    # Nine elements: the shortcut of a residual network reads every other one, 5 of 7 are read in front of a tail.
    assert (wanted[9], wanted[18]) == ("101010101", "111110000")


# What reads beside the borders, in steps, backwards, from several sides, or all of it.
SMALL = [
    "conv: {filters: 2, kernel: 3, dilation: 3, padding: 4}",
    "conv: {filters: 2, kernel: 2, stride: 3, dilation: 2, padding: 2}",
    "max_pool: {size: 3, stride: 2, padding: 1}",
    "conv_transpose: {filters: 2, kernel: 3, stride: 2, dilation: 2, padding: 1}",
    "conv_transpose: {filters: 2, kernel: 2, stride: 3}",
    "pad: {padding: 2, mode: reflect}",
    "crop: [[1, 2], [0, 3]]",
    "upsample: {scale: 2, mode: bilinear}",
    "adaptive_avg_pool: [3, 4]",
    "global_avg_pool",
    "permute: [c, w, h]",
    "flatten",
]


@pytest.mark.slow
@pytest.mark.parametrize("layer", SMALL)
@pytest.mark.parametrize("before", ["relu", "conv: {filters: 2, kernel: 3, stride: 2, dilation: 2, padding: 2}"])
def test_every_unit_of_a_small_network(run_scripts, layer, before):
    spec = f"dialect: torch\ninput: {{channels: 2, size: [9, 11]}}\nlayers:\n  - {before}\n  - {layer}\n"
    check_every_unit(run_scripts, cnncalc.loads(spec))


@pytest.mark.slow
@pytest.mark.parametrize("layers", [
    # What gives its shape alone is not read.
    ["conv: {filters: 2, kernel: 3, name: small}", "crop: {from: input, like: small}"],
    # Two fields that are the same in one way, and two of which one holds the other.
    ["conv: {filters: 2, kernel: [1, 3], padding: [0, 1], name: wide}", "conv: {from: input, filters: 2, kernel: [3, 1], padding: [1, 0], name: high}", "add: [wide, high]"],
    ["conv: {filters: 2, kernel: 3, padding: 1, name: one}", "conv: {from: input, filters: 2, kernel: 5, padding: 2, name: other}", "add: [one, other]"],
    ["max_pool: {size: 2, stride: 2, ceil: true}", "concat: {from: [prev, prev], axis: 1}"],
])  # fmt: skip
def test_every_unit_of_a_graph(run_scripts, layers):
    check_every_unit(run_scripts, cnncalc.loads("dialect: torch\ninput: {channels: 2, size: [9, 11]}\nlayers:\n" + "".join(f"  - {one}\n" for one in layers)))


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted((ROOT / "docs/examples").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_unit_of_an_example(run_scripts, path):
    check_every_unit(run_scripts, cnncalc.load(path))


def check_every_unit(run_scripts, network, most=600):
    units = [
        [one.index, list(unit), local]
        for one in network.nodes
        for unit in product(*map(range, one.output.size))
        for local in (False, True)
    ]
    units = units[:: len(units) // most + 1]
    wanted = [seen(network, index, unit, local=local) for index, unit, local in units]
    assert ask(run_scripts, network, units) == wanted


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted((ROOT / "specs").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_unit_sees_in_the_page_what_it_sees_in_the_library(run_scripts, path):
    document = Document(open_spec(str(path)).source)
    chosen = random.Random(path.stem)  # noqa: S311 - the same units in every run
    for model in document.models:
        network = build(document, model)
        data = fields.data(Subject(network))
        if data is None or data["gap"]:
            continue
        units, wanted = [], []
        while len(units) < UNITS:
            one = chosen.choice(network.nodes)
            unit = [chosen.randrange(size) for size in one.output.size]
            local = chosen.random() < 0.3
            answer = seen(network, one.index, unit, local=local)
            if answer is not None:
                units.append([one.index, unit, local])
                wanted.append(answer)
        assert ask(run_scripts, network, units) == wanted
