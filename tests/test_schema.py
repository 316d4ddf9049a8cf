"""The schema of the language: it accepts what cnncalc accepts, and sees what a schema can see."""

import copy
import json
import re
from functools import cache, partial
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

import cnncalc
from cnncalc import registry
from cnncalc.errors import Source, SpecError
from cnncalc.language.build import build
from cnncalc.language.compose import compose
from cnncalc.language.document import Document
from cnncalc.language.kinds import layer_class
from cnncalc.language.schema import schema, text
from cnncalc.language.schema_pieces import open_value
from cnncalc.language.tree import Mapping, Sequence
from cnncalc.layers.base.key_types import Bad

ROOT = Path(__file__).parent.parent
SPECS = sorted([*ROOT.glob("specs/*.yaml"), *ROOT.glob("cnncalc/templates/*.yaml")])
SCHEMA = schema()
VALIDATOR = Draft7Validator(SCHEMA)
KINDS = registry.names("layers")


def data(text):
    """A spec as plain data, as cnncalc reads its YAML; None if it is none."""
    try:
        root, findings = compose(Source("<test>", text))
    except SpecError:
        return None
    return None if findings else plain(root)


def plain(node):
    if isinstance(node, Mapping):
        return {key.text: plain(value) for key, value in node.pairs}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.value


def complaints(spec):
    """What the schema has against a spec."""
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(spec)]


def parts(value):
    """A schema and all that is in it."""
    yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(part)


def test_it_is_a_schema_of_draft_7_whose_references_lead_somewhere():
    Draft7Validator.check_schema(SCHEMA)
    references = {part["$ref"] for part in parts(SCHEMA) if isinstance(part, dict) and "$ref" in part}

    assert {name.removeprefix("#/definitions/") for name in references} <= set(SCHEMA["definitions"])


def test_it_has_no_alternatives_in_which_an_editor_loses_its_way():
    words = {word for part in parts(SCHEMA) if isinstance(part, dict) for word in part}

    assert words & {"oneOf", "anyOf"} == set()


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_it_accepts_the_spec(path):
    assert complaints(data(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("kind", KINDS)
def test_it_accepts_the_example_of_the_manual(kind):
    spec = f"input: {{channels: 3, size: [32, 32]}}\nlayers:\n{layer_class(kind).example}"

    assert complaints(data(spec)) == []


def examples(page):
    return re.findall(r"^```yaml\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("spec", examples("docs/spec.md"))
def test_it_accepts_the_examples_of_the_language(spec):
    assert complaints(data(spec if "layers:" in spec else f"input: {{features: 1}}\nlayers:\n{spec}")) == []


# What a schema cannot see: shapes, names, expressions, keys that are missing. Of what is wrong with
# keys and values it sees all, but for these.
VISIBLE = {"E101", "E102", "E103", "E104", "E105", "E108", "E109", "E110", "E111", "E211"}
UNSEEN = {
    "block-arguments": "which arguments a block has",
    "keras-names": "that a capitalised word is no block",
}


@pytest.mark.parametrize("path", sorted(ROOT.glob("tests/bad/*.yaml")), ids=lambda path: path.stem)
def test_it_rejects_the_bad_spec_if_a_schema_can(path):
    spec = data(path.read_text(encoding="utf-8"))
    found = set(re.findall(r"^error\[(\w+)\]", path.with_suffix(".txt").read_text(encoding="utf-8"), re.MULTILINE))
    # What is no YAML of ours an editor rejects by itself.
    if spec is not None and VISIBLE & found:
        assert bool(complaints(spec)) == (path.stem not in UNSEEN)


LAYERS = "input: {channels: 3, size: [8, 8]}\nlayers:\n"


@pytest.mark.parametrize(("spec", "place"), [
    (LAYERS + "  - covn: {filters: 8}",                             "$.layers[0]"),
    (LAYERS + "  - net: {until: x}",                                "$.layers[0].net"),
    (LAYERS + "  - net: {of: x, untli: x}",                         "$.layers[0].net"),
    (LAYERS + "  - net: 3",                                         "$.layers[0].net"),
    (LAYERS + "  - rellu",                                          "$.layers[0]"),
    (LAYERS + "  - conv: {filters: 8, kernal: 3}",                  "$.layers[0].conv"),
    (LAYERS + "  - conv2d: {filters: 8, kernal: 3}",                "$.layers[0].conv2d"),
    (LAYERS + "  - conv: {filters: 0}",                             "$.layers[0].conv.filters"),
    (LAYERS + "  - conv: {filters: 8.5}",                           "$.layers[0].conv.filters"),
    (LAYERS + "  - conv: {filters: 8*w}",                           "$.layers[0].conv.filters"),
    (LAYERS + "  - conv: {filters: '${w}'}",                        "$.layers[0].conv.filters"),
    (LAYERS + "  - conv: {kernel: [3, 3, 3, 3]}",                   "$.layers[0].conv.kernel"),
    (LAYERS + "  - conv: {padding: smae}",                          "$.layers[0].conv.padding"),
    (LAYERS + "  - conv: {padding: [[1, 2, 3]]}",                   "$.layers[0].conv.padding[0]"),
    (LAYERS + "  - conv: {bias: yes}",                              "$.layers[0].conv.bias"),
    (LAYERS + "  - conv: {activation: softmx}",                     "$.layers[0].conv.activation"),
    (LAYERS + "  - conv: {activation: {leaky_relu: {slop: 1}}}",    "$.layers[0].conv.activation.leaky_relu"),
    (LAYERS + "  - conv: {norm: relu}",                             "$.layers[0].conv.norm"),
    (LAYERS + "  - conv: {expect: {filters: 8}}",                   "$.layers[0].conv.expect"),
    (LAYERS + "  - conv: {name: my layer}",                         "$.layers[0].conv.name"),
    (LAYERS + "  - conv: {repeat: -1}",                             "$.layers[0].conv.repeat"),
    (LAYERS + "  - conv: [8, 3]",                                   "$.layers[0].conv"),
    (LAYERS + "  - {conv: 8, kernel: 3}",                           "$.layers[0]"),
    (LAYERS + "  - {flatten: , relu: }",                            "$.layers[0]"),
    (LAYERS + "  - flatten: 3",                                     "$.layers[0].flatten"),
    (LAYERS + "  - add: [a, -1]",                                   "$.layers[0].add[1]"),
    (LAYERS + "  - dropout: 2",                                     "$.layers[0].dropout"),
    (LAYERS + "  - reuse: {layer: a}",                              "$.layers[0].reuse"),
    (LAYERS + "  - time_distributed: {covn: 8}",                    "$.layers[0].time_distributed"),
    (LAYERS + "  - relu\nexpect: {parms: 8}",                       "$.expect"),
    (LAYERS + "  - relu\nexpect: {params: 8 millions}",             "$.expect.params"),
    (LAYERS + "  - relu\nexpect: {output: {channels: many}}",       "$.expect.output.channels"),
    (LAYERS + "  - relu\nvariants: [{set: {w: 1}, expct: {}}]",     "$.variants[0]"),
    (LAYERS + "  - relu\nvariants: [{expect: {params: 1}}]",        "$.variants[0]"),
    (LAYERS + "  - relu\ninputs: {a: {features: 3}}",               "$"),
    (LAYERS + "  - relu\nvars: {my-width: 3}",                      "$.vars"),
    (LAYERS + "  - relu\ndefaults: {conv: {name: a}}",              "$.defaults.conv"),
    (LAYERS + "  - relu\ndefaults: {cov: {kernel: 3}}",             "$.defaults"),
    (LAYERS + "  - relu\nblocks: {lower: {layers: [relu]}}",        "$.blocks"),
    (LAYERS + "  - relu\nblocks: {Upper: {layer: [relu]}}",         "$.blocks.Upper"),
    (LAYERS + "  - relu\nblocks: {Upper: {args: {name: 1}, layers: [relu]}}", "$.blocks.Upper.args"),
    (LAYERS + "  - relu\nmodels: {a: {input: {features: 1}, layers: [relu]}}", "$"),
    ("cnncalc: 2\n" + LAYERS + "  - relu",                          "$.cnncalc"),
    ("dialect: pytorch\n" + LAYERS + "  - relu",                    "$.dialect"),
    ("layers: [relu]",                                              "$"),
    ("input: {features: 1}",                                        "$"),
    ("input: {channels: 3}\nlayers: [relu]",                        "$.input"),
    ("input: {channels: 3, size: 8}\nlayers: [relu]",               "$.input.size"),
    ("input: {features: 3, tokens: 8}\nlayers: [relu]",             "$.input"),
    ("models: {a: {layers: [relu]}}",                               "$.models.a"),
])  # fmt: skip
def test_a_fault_is_found_at_its_place(spec, place):
    """And cnncalc does not accept it either."""
    found = {complaint.partition(": ")[0] for complaint in complaints(data(spec))}

    assert place in found
    with pytest.raises(SpecError):
        cnncalc.loads(spec)


@pytest.mark.parametrize("item", [
    "- conv2d: {out_channels: 8, kernel_size: 3, use_bias: false, x-note: as in the paper}",
    "- Conv: {any: thing, repeat: 3, x-y: 1}",
    "- Block",
    "- Block: 64",
    "- Ébauche: [1, 2]",
    "- conv: {filters: 1e3, kernel: $k, padding: [same, 1]}",
    "- conv: {filters: '$(max(1, w))', kernel: [$k, 3], when: $(w > 1), norm: $norm}",
    "- conv: {filters: 8, kernel: 3, activation: {leaky_relu: 0.1}, norm: {group_norm: {groups: 8}}}",
    "- conv: {filters: 8, kernel: 3, act: relu, padding: [[0, 1], 2]}",
    "- conv:",
    "- relu: {name: größe.1-x}",
    "- reuse: {layer: a.3.b, from: [a, prev], name: c, when: false}",
    "- slice: {size: [[0, null], null]}",
    "- net: zoo:resnet50",
    "- net: {of: a.yaml::b, until: c.d, set: {w: 0.5}, name: n, from: [a, b], trainable: false, repeat: 2}",
    "- resize: {size: [8, 8], mode: nearest-exact}",
    "- lstm: {units: 8, return_sequences: true, bidirectional: mul}",
    "- time_distributed: {conv: {filters: 8, kernel: 3}}",
    "- time_distributed: relu",
    "- time_distributed: [conv: {filters: 8, kernel: 3}, Block, relu]",
    "- time_distributed: {name: t, layer: [relu, Block: 3]}",
    "- time_distributed: {layer: Block}",
    "- concat: [s.*, m.0, a.b.*]",
    "- split: {parts: 2, name: s}",
    "- mean: {axis: -1, keep: false}",
    "- reshape: {to: {shape: [2, -1, 3]}}",
    "- opaque: {output: {features: 3}, expect: {features: {min: 2}, receptive_field: [3, 3]}}",
])
def test_an_item_of_the_language_is_accepted(item):
    assert complaints(data(f"{LAYERS}  {item}\n")) == []


@pytest.mark.parametrize("tail", [
    "outputs: a", "outputs: [a, b]", "vars:", "blocks:", "x-anything: [1, {a: 2}]", "sweep: {w: [1, 2]}",
    "expect: {params: 25_557_032, macs: 4.09G, flops: 8 GFLOP}".replace(" GFLOP", "e9"),
    "expect: {memory: {peak: {max: 12MiB}}, output: {mask: {channels: 2}, size: {size: [3, 3]}}, depth: $d}",
    "budget: {params: '1,000', macs: $(2*w)}",
    "variants: [{set: {w: 0.5}, expect: {params: 1k}, name: half, x-note: 1}, {set: }]",
    "defaults: {conv: {kernel_size: 3, act: relu, trainable: false, dtype: fp16, x-a: 1}, x-b: 2}",
])  # fmt: skip
def test_the_rest_of_the_language_is_accepted(tail):
    assert complaints(data(f"{LAYERS}  - relu\n{tail}\n")) == []


# Values of keys: every kind of value against anything ------------------------------------------

WORDS = ("same", "channels", "h", "nearest-exact", "mul", "text", "", "fp16", "last", "SAME", "3")
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 9), st.sampled_from([0.5, 1.5, 1e3, -0.5, 2**60, 1e300]),
    st.sampled_from(WORDS),
)  # fmt: skip
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4), max_leaves=6)
LOOSER = {
    "CountOrRest": "0 is neither a count nor -1", "Groups": "0 is neither a count nor -1",
    "RangesKind": "ranges and indices are not told apart in a list",
}  # fmt: skip


@cache
def value_kinds():
    """Every kind of value that a layer takes, by what it is, each once."""
    found = {}
    for kind in KINDS:
        for key in layer_class(kind).keys.values():
            if not key.kind.takes_layer:
                found.setdefault((type(key.kind).__name__, key.kind.noun), (key.kind, Draft7Validator(key.kind.schema())))
    return found


def accepts(kind, value):
    try:
        kind.parse(value)
    except Bad:
        return False
    return True


@settings(max_examples=100)
@given(VALUES)
@example([])
@example([1, 1])
@example([1, 1, 1])
@example([1, 1, 1, 1])
@example([[1, 2], [0, 1], [3, 3]])
@example([[1, 2], 1, [1, 2, 3]])
@example(["c", "h", "w"])
@example(["same", 1])
@example(0)
@example(-1)
@example(2**53 + 1)
def test_the_schema_of_a_value_is_what_the_checker_takes(value):
    for (name, noun), (kind, validator) in value_kinds().items():
        valid = validator.is_valid(value)
        if accepts(kind, value):
            assert valid, f"{noun}: {value!r} is taken"
        elif name not in LOOSER:
            assert not valid, f"{noun}: {value!r} is not taken"


@settings(max_examples=50)
@given(VALUES)
def test_an_expression_may_stand_anywhere_in_a_value(value):
    def replaced(value):
        return [replaced(item) for item in value] if isinstance(value, list) and value else "$(w + 1)"

    for kind, validator in value_kinds().values():
        if validator.is_valid(value):
            assert Draft7Validator(open_value(kind.schema())).is_valid(replaced(value))


# Whole specs, changed at random ----------------------------------------------------------------

SMALL = [path for path in SPECS if path.stat().st_size < 1500]
KEYS = ("name", "filters", "kernel_size", "x-note", "padding", "units", "from", "expect", "size", "relu", "conv")


@cache
def seeds():
    return [data(path.read_text(encoding="utf-8")) for path in SMALL]


def places(value, path=()):
    """The paths to everything in a spec."""
    yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


@st.composite
def changed(draw):
    """A spec in which something was replaced, renamed, added or left out."""
    spec = copy.deepcopy(draw(st.sampled_from(seeds())))
    *above, last = draw(st.sampled_from([path for path in places(spec) if path]))
    holder = spec
    for key in above:
        holder = holder[key]
    change = draw(st.sampled_from(["replace", "rename", "add", "drop"]))
    if change == "replace":
        holder[last] = draw(VALUES | st.sampled_from(["prev", "$(w + 1)", "relu", "none", {}, {"min": 1}, {"features": 3}]))
    elif change == "drop":
        del holder[last]
    elif isinstance(holder, dict):
        holder[draw(st.sampled_from(KEYS))] = holder.pop(last) if change == "rename" else draw(VALUES)
    else:
        holder.insert(last, copy.deepcopy(holder[last]))
    return spec


@settings(max_examples=100)
@given(changed())
def test_what_cnncalc_accepts_the_schema_accepts(spec):
    try:
        document = Document(Source("<test>", json.dumps(spec)))
        if document.report:
            return
        for model in document.models.values():
            for variant in [None, *model.variants]:
                build(document, model.name, variant=variant)
    except SpecError:
        return
    # What a file and its parts call themselves cnncalc does not judge.
    titles = re.compile(r"\$(?:\.\w+)?(?:\.\w+|\[\d+\])?\.(?:name|description): ").match
    assert [found for found in complaints(data(json.dumps(spec))) if not titles(found)] == []


# What editors show ------------------------------------------------------------------------------

def test_kinds_and_keys_bring_their_manual():
    assert SCHEMA["definitions"]["layer.conv"]["description"].startswith("Slides filters over a map")
    assert "Keras: Conv1D, Conv2D, Conv3D." in SCHEMA["definitions"]["layer.conv"]["description"]
    assert SCHEMA["definitions"]["conv.stride"]["description"] == "step of the window; default 1"
    assert SCHEMA["properties"]["blocks"]["description"] == "lists of layers to be used by name"


def test_the_frameworks_names_of_keys_are_understood_but_not_suggested():
    keys = SCHEMA["definitions"]["layer.conv"]["properties"]

    assert keys["out_channels"] == {"allOf": [{"$ref": "#/definitions/conv.filters"}], "doNotSuggest": True}
    assert keys["act"]["doNotSuggest"]
    assert "doNotSuggest" not in keys["filters"]


def test_every_kind_is_suggested_once_as_a_word_or_with_its_keys():
    item = SCHEMA["definitions"]["layer"]
    words = [snippet["label"] for snippet in item["defaultSnippets"]]
    keyed = [kind for kind in KINDS if "doNotSuggest" not in SCHEMA["definitions"][f"layer.{kind}"]]

    assert sorted(words + keyed) == list(KINDS)
    assert {"relu", "flatten"} <= set(words)
    assert {"conv", "add", "max_pool"} <= set(keyed)


# The command ------------------------------------------------------------------------------------

@pytest.fixture
def run(cnncalc, monkeypatch, tmp_path):
    """`cnncalc schema` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return partial(cnncalc, "schema")


def test_it_is_printed_with_a_line_for_every_definition(run):
    code, out, err = run()

    assert (code, err) == (0, "")
    assert json.loads(out) == SCHEMA
    assert out.count("\n") == len(SCHEMA["definitions"]) + 2


def test_it_is_written_to_a_file_and_replaces_none_unasked(run, tmp_path):
    assert run("--output", "s.json") == (0, "", "")
    assert (tmp_path / "s.json").read_text(encoding="utf-8") == text()

    (tmp_path / "s.json").write_text("mine")

    assert run("-o", "s.json") == (2, "", "cnncalc: s.json exists already (--overwrite replaces it)\n")
    assert (tmp_path / "s.json").read_text() == "mine"
    assert run("-o", "s.json", "--overwrite") == (0, "", "")
    assert (tmp_path / "s.json").read_text(encoding="utf-8") == text()
    assert [path.name for path in tmp_path.iterdir()] == ["s.json"]


def test_a_place_where_no_file_can_be_is_named(run):
    assert run("-o", "no/where.json") == (2, "", "cnncalc: cannot write no/where.json: No such file or directory\n")
