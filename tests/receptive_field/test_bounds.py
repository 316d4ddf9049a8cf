"""Analyses end by the size of the network, whatever its numbers are; what is not computed says why.

Counted are steps, calls and bytes, never seconds.
"""

import json
import sys
import tracemalloc
from fractions import Fraction
from functools import partial
from itertools import product
from pathlib import Path

import pytest
import yaml

import cnncalc
from cnncalc import registry
from cnncalc.analyzers import inputs, receptive_field, summary
from cnncalc.arithmetic.windows import Window
from cnncalc.check.judge import Task, judge_file, judge_source
from cnncalc.check.linting import Rules
from cnncalc.errors import Source, UsageError
from cnncalc.language.source import Origin
from cnncalc.receptive_field import coverage, density, one_unit, recurrence
from cnncalc.receptive_field.density import shares
from cnncalc.receptive_field.effective import spreads
from cnncalc.receptive_field.size_free import Reach, views
from cnncalc.receptive_field.survey import Survey
from cnncalc.work import LIMITS, TooMuch, Work

SPECS = Path(__file__).parents[2] / "specs"
HUGE = 2**53
CODES = tuple(registry.load("check.lints", name).CODE for name in registry.names("check.lints"))
CHAIN = "input: {{channels: 1, size: {0}}}\nlayers:\n{1}\n"


def chain(size, *layers):
    return cnncalc.loads(CHAIN.format(size, "\n".join(f"- {layer}" for layer in layers)))


def conv(**keys):
    words = ", ".join(
        f"{key}: {value}" for key, value in {"filters": 1, "kernel": 1, **keys}.items()
    )
    return f"conv: {{{words}}}"


@pytest.fixture
def counted(monkeypatch):
    """Every count of work that is begun, by its name."""
    made = []
    begin = Work.__init__

    def init(self, name, most=None):
        begin(self, name, most)
        made.append((name, self))

    monkeypatch.setattr(Work, "__init__", init)
    return made


def dense(n, layer="conv: {{filters: 1, kernel: 3, padding: same, name: {0}}}"):
    """Layers that each read the sum of all before."""
    lines = [layer.format("l0")]
    for i in range(1, n):
        names = ", ".join(f"l{j}" for j in range(i)) if i > 1 else "l0, l0"
        lines += [f"add: [{names}]", layer.format(f"l{i}")]
    return chain([32, 32], *lines)


# A measure of work --------------------------------------------------------------------------------


def test_what_is_refused_is_not_spent():
    work = Work("fields", 10)
    work.spend(4)
    with pytest.raises(TooMuch, match="it takes more than 10 fields of single units"):
        work.spend(7)
    work.spend(6)
    assert work.done == 10


# Strides without an end ---------------------------------------------------------------------------


def test_a_field_is_exact_up_to_150_digits():
    network = chain([1], *[conv(kernel=3, padding=1, stride=HUGE)] * 10)
    sizes = [seen["input"][0].field and seen["input"][0].field.size for seen in views(network)]

    jump, size, expected = 1, 1, [1]
    for _ in range(10):
        size, jump = size + 2 * jump, jump * HUGE
        expected.append(size)
    assert sizes == [*expected[:10], None]


@pytest.mark.parametrize("kernel", [1, 3])
@pytest.mark.slow
def test_a_tower_of_strides_keeps_few_bytes(kernel):
    network = chain([1], conv(kernel=kernel, padding=kernel // 2, stride=HUGE, repeat=2000))
    tracemalloc.start()
    table = receptive_field.analyze(network).to_dict()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 30_000_000
    assert table["not_computed"]["field"] == (
        "from conv1.9 on: it spans more elements than a number of 150 digits says")  # fmt: skip
    last = table["layers"][-1]["receptive_field"]["input"][0]
    assert last["size"] is None
    assert last["not_computed"] == "it spans more elements than a number of 150 digits says"
    assert json.dumps(table, allow_nan=False)


def test_a_summary_says_what_is_not_computed():
    table = summary.analyze(chain([1], conv(stride=HUGE, repeat=400)))

    assert (
        "not computed: field, from conv1.9 on: it spans more elements than a number of 150 digits says"
        in table.notes
    )
    assert "params" in table.totals
    assert "?" in registry.load("formats", "text").render(table).splitlines()[-5]


FAR = """\
input: {channels: 1, size: [1]}
layers:
- conv: {filters: 1, kernel: 3, padding: 1, stride: 9007199254740992, repeat: 400}
- conv: {filters: 1, kernel: 2, padding: 1}
expect: {receptive_field: 3, params: 1}
"""


def test_a_claim_about_what_is_not_computed_is_unknown_and_no_other_finding_is_lost():
    found = judge_source(Source("far.yaml", FAR))

    assert [(f.code, f.message) for f in found.findings if f.code[:1] == "X"] == [
        ("X502", "far: receptive_field is not known"),
        ("X501", "far: params is 1,603, expected 1 (+1,602)"),
    ]
    assert next(f for f in found.findings if f.code == "X502").help.startswith(
        "unknown: it spans more elements"
    )


# Sets ---------------------------------------------------------------------------------------------

STRIDES = [conv(kernel=3, padding=1, stride=100), conv(kernel=3, padding=1)]


def test_the_holes_of_large_strides_take_few_bytes():
    network = cnncalc.loads(
        "dialect: torch\n" + CHAIN.format([800, 800], "\n".join(f"- {x}" for x in STRIDES * 5))
    )
    tracemalloc.start()
    survey = Survey(network)
    found = [one["input"] for one in survey.shares]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 20_000_000
    # Three taps of one element; then three of these, 100 apart, as far as both can be told.
    assert found[1] == 1
    assert found[2] == Fraction(9 * 9, 203 * 203)
    assert survey.gaps == {
        "seen %": "from conv6 on: the field has more than 262,144 places along an axis"}  # fmt: skip


@pytest.mark.parametrize("layers", [
    [conv(kernel=3, padding=2**51, dilation=2**51), conv(kernel=3, padding=1)],
    [conv(kernel=2**52, padding=2**51)],
    [conv(kernel=3, padding=20000, dilation=20000)] * 3,
    ["upsample: {scale: 2, repeat: 30}", conv(kernel=3, padding=1, repeat=100)],
    ["upsample: {scale: 2, repeat: 16}", conv(kernel=3, padding=1, repeat=100)],
    [f"upsample: {{scale: {p}}}" for p in (2, 3, 5, 7, 11, 13, 2)] + [conv(kernel=3, padding=1, repeat=100)],
    ["resize: {size: [65519], mode: linear}", "resize: {size: [65521], mode: linear}", conv(kernel=3, padding=1, repeat=100)],
    [f"resize: {{size: [{1000 + i * 37 % 991}], mode: linear}}" for i in range(60)],
    [conv(kernel=1000, dilation=130, padding="same", repeat=30)],
    ["pad: {amount: [[1000000, 0]]}", conv(kernel=3, stride=7, padding=9, repeat=6)],
], ids=["dilation", "padding", "holes", "deep", "periods", "primes", "coprime", "ratios", "dense", "pad"])  # fmt: skip
@pytest.mark.slow
def test_no_number_makes_an_analysis_long(counted, monkeypatch, layers):
    for name, limit in LIMITS.items():
        # A tenth of the work shows as well where it ends.
        monkeypatch.setitem(LIMITS, name, limit._replace(most=limit.most // 10))
    network = chain([64], *layers)
    table = receptive_field.analyze(network)

    assert all(work.done <= LIMITS[name].most for name, work in counted)
    assert len(table.rows) == len(network.nodes)
    for name in ("text", "json", "csv", "markdown"):
        assert "Infinity" not in registry.load("formats", name).render(table)


def test_a_unit_that_is_too_much_to_follow_is_a_usage_error(monkeypatch):
    monkeypatch.setitem(LIMITS, "unit", LIMITS["unit"]._replace(most=10))
    network = chain([16, 16], *[conv(kernel=3, padding=1)] * 3)
    for asked in ({"layer": "conv3", "unit": [8, 8]}, {"project": [8, 8]}):
        with pytest.raises(
            UsageError, match=r"a unit cannot be followed through model: it takes more than 10 rows"
        ):
            receptive_field.analyze(network, **asked)


# One analysis gives up, and no other --------------------------------------------------------------


@pytest.mark.parametrize(("limit", "figure"), [
    ("fields", "field"), ("density", "seen %"), ("coverage", "what no output reads"),
])  # fmt: skip
def test_an_analysis_that_gives_up_takes_no_other_with_it(monkeypatch, limit, figure):
    wide = conv(kernel=3, padding=2, dilation=2)
    network = chain([16, 16], wide, "upsample: {scale: 2}", wide, "add: [prev, prev]")
    full = receptive_field.analyze(network).to_dict()
    assert "not_computed" not in full
    monkeypatch.setitem(LIMITS, limit, LIMITS[limit]._replace(most=0))
    table = receptive_field.analyze(network)
    found = table.to_dict()

    assert figure in found["not_computed"]
    assert any(note.startswith(f"not computed: {figure}, ") for note in table.notes)
    assert [row["output"] for row in found["layers"]] == [row["output"] for row in full["layers"]]
    for one, whole in zip(found["layers"], full["layers"], strict=True):
        if limit in {"density", "coverage"}:
            assert one["receptive_field"] == whole["receptive_field"]
        if limit == "coverage":
            assert one["seen"] == whole["seen"]
    assert ("unread" in found["totals"] and found["totals"]["unread"] == full["totals"].get("unread")) == (
        limit in {"fields", "density"})  # fmt: skip


SEVERAL = """\
inputs: {a: {channels: 1, size: [16]}, b: {channels: 1, size: [16]}}
layers:
- add: {from: [a, b], name: both}
- conv: {filters: 1, kernel: 3, padding: 1, expect: {receptive_field: 3}}
expect: {params: 4}
"""


def test_more_inputs_than_layers_can_tell_of_leave_all_else(monkeypatch):
    monkeypatch.setitem(LIMITS, "views", LIMITS["views"]._replace(most=3))
    table = receptive_field.analyze(cnncalc.loads(SEVERAL))
    findings = judge_source(Source("x.yaml", SEVERAL), rules=Rules(select=("X", *CODES))).findings

    why = "it takes more than 3 fields of layers over inputs"
    assert table.to_dict()["not_computed"] == {"field": why, "shortest": why}
    assert [row.values["receptive_field"] for row in table.rows] == [{}] * 4
    assert table.to_dict()["totals"] == {"receptive_field": None}
    assert {f.message for f in findings if f.code == "X502"} == {"conv1: receptive_field is not known"}
    assert {f.code for f in findings if f.message.startswith("not computed: ")} == {
        "W621", "W623", "W626", "W627"}  # fmt: skip
    assert "field, it takes more than 3 fields" in "".join(summary.analyze(cnncalc.loads(SEVERAL)).notes)


HOLES = """\
input: {channels: 1, size: [64]}
layers:
- conv: {filters: 1, kernel: 3, padding: 4, dilation: 4, stride: 3}
- conv: {filters: 1, kernel: 2, stride: 3}  # cnncalc: ignore[W623]
"""


@pytest.mark.parametrize("limit", ["fields", "density", "coverage"])
def test_a_lint_that_gives_up_says_so_and_no_other_finding_is_lost(monkeypatch, limit):
    full = judge_source(Source("x.yaml", HOLES), rules=Rules(select=CODES)).findings
    monkeypatch.setitem(LIMITS, limit, LIMITS[limit]._replace(most=0))
    found = judge_source(Source("x.yaml", HOLES), rules=Rules(select=CODES)).findings

    given_up = {f.code for f in found if f.message.startswith("not computed: ")}
    assert all(f.severity == "note" for f in found if f.code in given_up)
    said = {(f.code, f.message) for f in found}
    assert {(f.code, f.message) for f in full if f.code not in given_up} <= said
    assert given_up <= {"W621", "W622", "W623", "W624", "W625", "W626", "W627"}
    assert bool(given_up) == (limit != "fields")
    # That a comment ignores nothing is not known where it was not looked for.
    assert not any(f.code == "W690" for f in found)


# Growth -------------------------------------------------------------------------------------------


def calls(function):
    """How many functions are called, those of C included."""
    count = 0

    def hear(frame, event, arg):
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(hear)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("dilation", [1, 5])
def test_layers_that_each_read_all_before_take_their_square(dilation):
    layer = f"conv: {{{{filters: 1, kernel: 3, padding: same, dilation: {dilation}, name: {{0}}}}}}"
    few, many = (calls(lambda n=n: receptive_field.analyze(dense(n, layer))) for n in (40, 80))

    assert many < 2**2.2 * few


@pytest.mark.slow
def test_as_many_operands_as_rows_take_their_square():
    layer = "conv: {{filters: 1, kernel: 3, padding: same, name: {0}}}"
    networks = [
        chain([16, 16], *[part for i in range(n) for part in (layer.format(f"l{i}"), "relu")],
              f"concat: {{from: [{', '.join(f'l{i}' for i in range(n))}], axis: h}}")
        for n in (50, 100)
    ]  # fmt: skip
    few, many = (
        calls(lambda network=network: receptive_field.analyze(network)) for network in networks
    )

    assert many < 2**2.2 * few


@pytest.mark.slow
def test_the_weight_of_three_thousand_blocks_is_a_number():
    network = chain([32], *[part for i in range(3000) for part in (
        f"conv: {{filters: 1, kernel: 3, padding: 1, name: c{i}}}", f"add: [c{i}, c{i}]")])  # fmt: skip
    spread = spreads(network, views(network))[-1]["input"][0]

    assert spread.mean == 0
    # Each of 3,000 layers adds the variance of three equal taps.
    assert spread.variance == pytest.approx(3000 * 2 / 3)


# What is faster is the same -----------------------------------------------------------------------


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("before", [-2, 0, 3])
def test_the_readers_of_some_elements_are_those_that_read_one(stride, before):
    for kernel, dilation, n, alive in product(
        (1, 2, 4), (1, 3), (1, 5, 9), (0, 1, 0b10010, 0b111000110)
    ):
        window = Window(kernel, stride, dilation, (before, 4))
        living = alive & ((1 << n) - 1)
        m = max(window.positions(n), 0)
        expected = sum(
            1 << u for u in range(m) if any(living >> tap & 1 for tap in window.taps(u, n))
        )

        assert coverage._readers(window, n, m, living) == expected


def test_a_share_is_the_same_wherever_the_field_begins():
    plain = chain([64], conv(kernel=3, stride=3), conv(kernel=2, dilation=2))
    moved = chain([64], conv(kernel=3, stride=3, padding=40), conv(kernel=2, dilation=2, padding=9))

    assert (
        shares(plain, views(plain))[-1]
        == shares(moved, views(moved))[-1]
        == {"input": Fraction(6, 9)}
    )


# Tables -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", ["text", "rich", "markdown", "html"])
def test_every_cell_of_a_table_is_put_into_words_once(format_):
    counts = []
    for n in (50, 100):
        table = registry.load("analyzers", "shapes").analyze(
            chain([8, 8], f"relu: {{repeat: {n}}}")
        )
        told = []

        def hear(value, show, told=told):
            told.append(value)
            return show(value)

        columns = [
            column._replace(show=partial(hear, show=column.show)) for column in table.columns
        ]
        registry.load("formats", format_).render(table.having(columns=columns))
        counts.append(len(told))

    assert counts[1] <= 101 * len(table.columns)
    assert counts[1] < 2.05 * counts[0]


def test_twice_the_rows_take_twice_the_calls():
    for format_ in ("text", "rich"):
        few, many = (
            registry.load("analyzers", "shapes").analyze(chain([8, 8], f"relu: {{repeat: {n}}}"))
            for n in (200, 400)
        )
        render = registry.load("formats", format_).render
        render(few)
        render(many)
        first = calls(lambda few=few, render=render: render(few, width=80))
        assert calls(lambda many=many, render=render: render(many, width=80)) < 2.2 * first


# Room for real networks ---------------------------------------------------------------------------

HEAVIEST = {"unet_same": "fields", "efficientnet_v2_s": "views", "m5": "coverage", "slim/inception_v4": "density",
            "hrnet_w18": "fields", "facenet::triplet": "inputs", "neural_style": "inputs"}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", HEAVIEST)
def test_ten_times_the_largest_networks_of_the_zoo_are_within_the_limits(counted, name):
    file, _, model = name.partition("::")
    network = cnncalc.load(f"{SPECS / file}.yaml" + (f"::{model}" if model else ""))
    receptive_field.analyze(network)
    if HEAVIEST[name] == "inputs":
        inputs.analyze(network)

    assert HEAVIEST[name] in {name for name, _ in counted}
    assert all(10 * work.done <= work.most for _, work in counted)


@pytest.mark.parametrize("name", LIMITS)
def test_every_limit_is_documented(name):
    page = (SPECS.parent / "docs/spec.md").read_text(encoding="utf-8").partition("## Limits\n")[2]

    if name in READING:
        assert f"{LIMITS[name].most:,} {READING[name]}" in page or f"{LIMITS[name].most:,}{READING[name]}" in page
    assert f"{LIMITS[name].most:,}" in page


READING = {"text": "characters", "levels": "levels", "values": "values", "nodes": "nodes", "layers": "layers", "networks": "of them",
           "items": "items and layers", "links": "operands", "characters": "characters of names", "findings": "findings",
           "steps": "steps"}  # fmt: skip
"""What the limits of reading are counted in, in the words of the page."""


def depth(data):
    """How many levels of lists and mappings there are."""
    parts = data.values() if isinstance(data, dict) else data if isinstance(data, list) else None
    return 0 if parts is None else 1 + max(map(depth, parts), default=0)


@pytest.mark.slow
@pytest.mark.parametrize("path", [*sorted(SPECS.rglob("*.yaml")), *sorted((SPECS.parent / "cnncalc/templates").glob("*.yaml"))],
                         ids=lambda path: path.stem)  # fmt: skip
def test_no_spec_needs_a_tenth_of_what_a_file_may_take(path, monkeypatch):
    for name, limit in LIMITS.items():
        if name not in ("levels", "text"):
            monkeypatch.setitem(LIMITS, name, limit._replace(most=limit.most // 10))
    monkeypatch.setattr("cnncalc.language.limits.LAYERS", LIMITS["layers"].most)
    monkeypatch.setattr("cnncalc.language.nodes.LAYERS", LIMITS["layers"].most)
    monkeypatch.setattr("cnncalc.language.compose.NODES", LIMITS["values"].most)
    checked = judge_file(Task(Origin(str(path))))
    source = path.read_text(encoding="utf-8")

    gaps = [finding.message for finding in checked.findings if finding.severity == "error" or "not computed" in finding.message]
    # Ten seconds of sound are longer than any axis that is looked at place by place, and the boxes of several maps
    # are more than are told one by one.
    assert [gap for gap in gaps if "262,144 places" not in gap and "more than 65,536 of them" not in gap] == []
    assert len(gaps) <= 1
    assert 10 * len(source) < LIMITS["text"].most
    assert 4 * depth(yaml.safe_load(source)) < LIMITS["levels"].most


# More taps than Python counts in a range ----------------------------------------------------------


LONG = f"""
input: {{channels: 1, size: [65536, {HUGE}]}}
layers:
- conv_lstm: {{filters: 1, kernel: {HUGE}, name: state}}
- conv: {{filters: 1, kernel: 3, padding: same}}
- {{0}}
"""


@pytest.mark.parametrize("layer", [
    "relu", "upsample: 2", "concat: [prev, prev]", "conv_transpose: {filters: 1, kernel: 3, stride: 2, padding: 1}",
    "max_pool: 1",
])  # fmt: skip
def test_a_unit_may_read_more_places_than_a_range_has_a_length(layer):
    network = cnncalc.loads(LONG.replace("{0}", layer))
    # A state of 65,536 steps, each with 2^53 - 1 elements more, and the 2^53 of its own window.
    _, side = views(network)[1]["input"]
    assert side.field.size == 65535 * (HUGE - 1) + HUGE
    for name in registry.names("analyzers"):
        options = {"up_to": 1} if name == "inputs" else {}
        json.dumps(cnncalc.analyze(network, name, **options).to_dict(), allow_nan=False)
    cnncalc.analyze(network, "receptive-field", layer="state")
    assert judge_source(Source("net.yaml", LONG.replace("{0}", layer)), rules=Rules(CODES)).verdicts


@pytest.mark.parametrize(("number", "shown"), [(594, "594"), (945_000, "945k"), (10**21, "1.00e+21"), (5 * 10**21, "5.00e+21"), (178 * 10**21, "1.78e+23")])
def test_a_number_of_elements_in_short(number, shown):
    assert one_unit._short(number) == shown


def test_the_sum_of_the_recurrence_is_shown_where_every_layer_adds_a_window_to_it():
    def text(*items):
        network = chain([32], *items)
        seen = views(network)
        return "\n".join(recurrence.lines(recurrence.steps(network, seen, len(network.nodes) - 1, "input", 0), "input"))

    conv = "conv: {filters: 1, kernel: 3}"
    assert text(conv, conv).splitlines()[-1].strip() == "R = 1 + 2·(3 − 1)·1 = 5"
    up = "conv_transpose: {filters: 1, kernel: 3, stride: "
    for layers in ([conv, "upsample: 2", conv], [conv, up + "1}"], [conv, up + "2}"]):
        assert text(*layers).splitlines()[-1].startswith("conv")


def test_units_that_are_not_looked_at_are_not_blind(monkeypatch):
    def give_up(_):
        raise TooMuch("too many places")

    monkeypatch.setattr(coverage, "blind", give_up)
    survey = Survey(chain([8], "conv: {filters: 1, kernel: 3}"))

    assert survey.unseeing == [0, 0]
    assert survey.gaps == {"blind units": "too many places"}


@pytest.mark.parametrize(("layers", "before"), [
    # what a convolution reads before the first element; a pool behind it doubles that, and adds its own
    (["conv: {filters: 1, kernel: 7, padding: 3}"], 3),
    (["conv: {filters: 1, kernel: 3, padding: 1}", "conv: {filters: 1, kernel: 5, stride: 2, padding: 2}"], 3),
    (["conv: {filters: 1, kernel: 3}"], 0),
])  # fmt: skip
def test_how_far_before_its_first_element_a_layer_is_read(layers, before):
    network = chain([32], *layers)

    assert density._before_the_first(network, len(network.nodes) - 1, (0,), Work("density")) == before


def test_the_first_field_that_is_not_computed_is_the_one_that_is_told():
    network = chain([8], "relu", "relu")
    reach = Reach(network)

    assert [reach.lacks(node, why) for node, why in zip(network.nodes, ("", "first", "second"), strict=True)] == ["", "first", "second"]
    assert reach.gap == "from relu1 on: first"


def test_a_unit_that_sees_only_padding_of_one_input_sees_another():
    network = cnncalc.loads(
        "inputs: {a: {channels: 1, size: [2]}, b: {channels: 1, size: [8]}}\nlayers:\n"
        "- pad: {amount: [[6, 0]], from: a, name: padded}\n- add: [padded, b]\n"
    )
    look = one_unit.look(Survey(network), 3, (0,))

    assert look.lines()[:2] == ["add1[0] sees only padding of a", "add1[0] sees of b places 0–0 (1)"]


def test_the_share_of_a_unit_where_the_input_has_no_border():
    """Three taps 2 apart are 3 of 5 elements; at the border two of them are 2 of 3."""
    network = chain([8], "conv: {filters: 1, kernel: 3, padding: 1, dilation: 2}")
    looking = density._Looking(network, views(network))

    assert density._of_one(looking, 1, "input", (0,), free=True) == Fraction(3, 5)
    assert density._of_one(looking, 1, "input", (0,), free=False) == Fraction(2, 3)


def test_what_one_unit_sees_as_json():
    """Three taps 2 apart are 3 of 5 elements; sigma is the root of 8/3."""
    look = one_unit.look(Survey(chain([16], "conv: {filters: 1, kernel: 3, dilation: 2}")), 1, (4,))
    found = look.to_dict()

    assert (found["seen"], found["boxes"], found["elements"]) == (0.6, {"input": [[4, 8]]}, {"input": 3})
    assert found["erf"]["input"][0]["sigma"] == 1.633
    third = one_unit.look(Survey(chain([16], "conv: {filters: 1, kernel: 2, dilation: 2}")), 1, (4,))
    assert third.to_dict()["seen"] == 0.666667


def test_the_share_of_a_projection_is_shown_and_is_no_data():
    table = cnncalc.analyze(chain([8], "conv: {filters: 1, kernel: 3}"), "receptive-field", project="4")

    assert {column.key: column.data for column in table.columns}["share"] is False
