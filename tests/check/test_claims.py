"""`expect` and `budget`: every key, in every form that the schema offers, is judged or refused."""

import pytest

import cnncalc
from cnncalc.check.judge import judge_source
from cnncalc.errors import Source
from cnncalc.language.schema import schema
from cnncalc.language.write import write as write_spec
from cnncalc.layers.base.key_types import BITS
from cnncalc.metrics import METRICS, SHAPE_WORDS
from cnncalc.network import Total

SCHEMA = schema()["definitions"]

# Every number is there, and none of them is 0: a map, a vector, token ids and a tensor come out.
NET = """\
vars: {w: 4}
inputs: {image: {channels: 2, size: [16, 12]}, words: {tokens: 3}}
layers:
  - conv: {filters: $w, kernel: [5, 3], from: image, name: map, norm: batch_norm, activation: relu}
  - global_avg_pool: {name: vector}
  - identity: {from: words, name: ids}
  - reshape: {from: map, to: {shape: [20, 24]}, name: tensor}
outputs: [map, vector, ids, tensor]
"""


def claims(definition, path=()):
    """The paths to all numbers of a mapping of claims, as the schema has it; those by name as `*`."""
    part = SCHEMA[definition] if isinstance(definition, str) else definition
    while "$ref" in part:
        part = SCHEMA[part["$ref"].rpartition("/")[2]]
    pieces = [part, *part.get("allOf", ())]
    properties = {key: value for piece in pieces for key, value in piece.get("properties", {}).items()}
    free = [piece["additionalProperties"] for piece in pieces if piece.get("additionalProperties")]
    if {"min", "max"} & {*properties}:
        yield path
    for key, value in [*properties.items(), *(("*", value) for value in free)]:
        # A shape word may be the name of an output too; then the shape stands below it.
        if key not in ("min", "max") and is_claim(value) and not (path[-1:] and path[-1] in SHAPE_WORDS):
            yield from claims(value, (*path, key))


def is_claim(part):
    return "$ref" in part or "allOf" in part or part.get("type") in ("object", ["object"])


def value_of(path, output):
    """The number at a path of the net above: plain data, None if its outputs have none."""
    name = ".".join("peak" if key == "sram" else key for key in path)
    if path[0] == "output":
        return METRICS["output"].value(cnncalc.loads(NET))[output].get(path[-1])
    found = METRICS[name].compute(cnncalc.loads(NET))
    return found.value if isinstance(found, Total) else found


def wrong(value, kind):
    """Claims that do not hold of a number, by the form in which they are written."""
    axes = value if isinstance(value, list) else [value]
    if value is None:
        axes = [7]
    # A budget is held by any larger number.
    other = [n + 1 if kind == "expect" else n - 1 for n in axes]
    yield "a number", other[0] if len(axes) == 1 or kind == "budget" else other
    yield "a text", f"'{max(axes) * 3}k'" if kind == "expect" else "'0k'"
    yield "an expression", f"$({other[0]} + 0)"
    yield "a list", other
    yield "min", f"{{min: {max(axes) + 1}}}"
    yield "max", f"{{max: {min(axes) - 1}}}"
    yield "both", f"{{min: 0, max: {min(axes) - 1}}}"
    yield "none", "{}"
    yield "nothing", "null"


def nest(path, value):
    return value if not path else f"{{{path[0]}: {nest(path[1:], value)}}}"


def found(claim, where="model"):
    """The codes of what `check` finds where a claim stands in a model, or in a variant."""
    text = "cnncalc: 1\n" + NET
    text += f"{claim}\n" if where == "model" else f"variants: [{{set: {{w: 4}}, {claim}}}]\n"
    return [f.code for file in [judge_source(Source("net.yaml", text))] for f in file.findings if f.code[0] in "XE"]


OUTPUTS = ("map", "vector", "ids", "tensor")
PATHS = [
    (kind, tuple(output if key == "*" else key for key in path), output)
    for kind, definition in (("expect", "expectations"), ("budget", "budget"))
    for path in claims(definition)
    for output in (OUTPUTS if "*" in path else OUTPUTS[:1])
]


def test_the_paths_are_those_of_the_numbers():
    paths = {path for kind, path, _ in PATHS if kind == "budget"}

    assert {".".join(path) for path in paths if path[0] != "output"} == {
        *METRICS, "memory.sram",
    } - {"output"}  # fmt: skip
    assert {path for path in paths if path[0] == "output"} == {
        *(("output", word) for word in SHAPE_WORDS),
        *(("output", name, word) for name in OUTPUTS for word in SHAPE_WORDS),
    }


@pytest.mark.parametrize("where", ["model", "variant"])
@pytest.mark.parametrize(("kind", "path", "output"), PATHS, ids=lambda part: ".".join(part) if isinstance(part, tuple) else part)
def test_what_is_false_is_found(kind, path, output, where):
    value = value_of(path, output)
    unjudged = [form for form, claim in wrong(value, kind) if not found(f"{kind}: {nest(path, claim)}", where)]

    assert unjudged == []


@pytest.mark.parametrize(("kind", "path", "output"), [
    pytest.param(*one, id=".".join((one[0], *one[1]))) for one in PATHS if one[1][0] != "output" or len(one[1]) == 3
])  # fmt: skip
def test_what_is_true_is_not(kind, path, output):
    value = value_of(path, output)
    if value is None:
        return
    for claim in (value, f"{{min: {min(value)}, max: {max(value)}}}" if isinstance(value, list) else f"{{min: {value}}}"):
        assert found(f"{kind}: {nest(path, claim)}") == []


LAYER_PATHS = list(claims(SCHEMA["expect"]))


@pytest.mark.parametrize("path", LAYER_PATHS, ids=".".join)
@pytest.mark.parametrize("layer", [
    "conv: {filters: 4, kernel: 3, EXPECT}", "split: {axis: channels, parts: 2, name: s, EXPECT}\n  - concat: [s.0, s.1]", "B: {EXPECT}",
    "conv: {filters: 4, kernel: 3, padding: 1, repeat: 2, EXPECT}", "conv: {filters: 4, kernel: 3, when: false, EXPECT}",
    "conv: {filters: 4, kernel: 3, padding: 1, repeat: 0, EXPECT}",
], ids=["layer", "outputs", "block", "repeat", "when", "never"])  # fmt: skip
def test_what_a_layer_expects_is_judged_wherever_it_stands(path, layer):
    head = "input: {channels: 4, size: [8, 8]}\nblocks: {B: {layers: [relu, relu]}}\nlayers:\n  - relu\n  - "
    text = head + layer.replace("EXPECT", f"expect: {nest(path, 99)}")

    codes = {finding.code for finding in judge_source(Source("net.yaml", text)).findings}

    assert codes & {"X501", "E104"}


@pytest.mark.parametrize(("name", "value", "message"), [
    ("dtype", "int9", "`dtype` must be one of " + ", ".join(BITS) + ", got `int9`"),
    ("inplace", "maybe", "`inplace` must be true or false, got `maybe`"),
    ("fold-norm", "1", "`fold_norm` must be true or false, got 1"),
    ("fold_norm", "$(1/0)", "division by zero in `1 / 0`"),
])  # fmt: skip
def test_how_a_network_is_run_is_checked(name, value, message):
    text = NET + f"budget: {{memory: {{peak: 1GiB, {name}: {value}}}}}\n"

    assert [f.message for f in judge_source(Source("net.yaml", text)).findings if f.code[0] == "E"] == [message]


# The network alone: 4·2·5·3 weights, 8 of the norm, 8 buffers; maps of 2·16·12 and 4·12·10, 3 ids of 4 bytes.
PARTS = {
    "{weights: 512}": 4 * (120 + 8),
    "{weights: 128, dtype: int8}": 120 + 8,
    "{weights: 64, dtype: int4}": 60 + 4,
    "{flash: 136, dtype: int8, fold_norm: true}": 120 + 4 * 4,
    "{flash: 124, dtype: int8, fold_norm: true, bias-dtype: int8}": 120 + 4,
    "{flash: 544}": 4 * (120 + 8 + 8),
    "{flash: 496, fold_norm: true}": 4 * (120 + 4),
}


@pytest.mark.parametrize(("claim", "value"), PARTS.items())
def test_a_part_of_the_memory_as_it_is_run(claim, value):
    name = claim[1:].partition(":")[0]

    assert f"{name}: {value}" in claim
    for kind in ("expect", "budget"):
        assert found(f"{kind}: {{memory: {claim}}}") == []
    assert found(f"expect: {{memory: {claim.replace(str(value), str(value + 1))}}}") == ["X501"]
    assert found(f"budget: {{memory: {claim.replace(str(value), str(value - 1))}}}") == ["X503"]


SMALL = "cnncalc: 1\ninput: {channels: 3, size: [32, 32]}\nlayers:\n  - conv: {filters: 16, kernel: 3, norm: batch_norm}\n"


@pytest.mark.parametrize(("claim", "message"), [
    ("budget: {params: 100}", "net: params 464 is over the budget 100 (by 364)"),
    ("budget: {params: 0.1k}", "net: params 464 is over the budget 0.1k (by 364)"),
    ("budget: {params: {min: 5000}}", "net: params 464 is under the budget 5,000 (by 4,536)"),
    ("budget: {depth: 0}", "net: depth 1 is over the budget 0 (by 1)"),
    ("budget: {layers: {max: 1}}", "net: layers 2 is over the budget 1 (by 1)"),
    ("budget: {receptive_field: 1}", "net: receptive_field 3 is over the budget 1 (by 2)"),
    ("budget: {receptive_field: [1, 5]}", "net: receptive_field 3 is over the budget [1, 5] (by [2, 0])"),
    ("budget: {output: {size: [30, 20]}}", "net: output.size [30, 30] is over the budget [30, 20] (by [0, 10])"),
    ("budget: {output: {size: [30]}}", "net: output.size is [30, 30], the budget [30]"),
    ("budget: {output: {features: 10}}", "net: output.features is missing, the budget 10"),
    ("budget: {memory: 16KiB}", "net: memory 114 KiB is over the budget 16KiB (by 98.4 KiB)"),
    ("budget: {memory: {sram: 1024, dtype: int8, inplace: true, fold_norm: true}}",
     "net: memory.peak (int8, in place, norms folded) 17.1 KiB is over the budget 1.00 KiB (by 16.1 KiB)"),
    ("expect: {memory: {peak: 100}}", "net: memory.peak is 113 KiB (115,200 bytes), expected 100 (+115,100)"),
])  # fmt: skip
def test_the_finding(claim, message):
    assert [f.message for f in judge_source(Source("net.yaml", SMALL + claim)).findings if f.code[0] == "X"] == [message]


@pytest.mark.parametrize(("claim", "message", "help"), [
    ("expect: {output: {}}", "`output` states no number", "output: {channels: 10}"),
    ("budget: {memory: {dtype: int8}}", "`memory` states no number", "memory: {peak: 256KiB}"),
    ("budget: {memory: {peek: 1}}", "unknown key `peek` in `memory`", "did you mean `peak`?"),
    ("budget: {memory.peak: 1}", "unknown key `memory.peak` in `budget`", "memory: {peak: …}"),
    ("budget: {sram: 1}", "unknown key `sram` in `budget`", "memory: {peak: …}"),
    ("budget: {params: {min: 5, max: 3}}", "`params` has a `min` above its `max`, so nothing fits", ""),
    ("expect: {output: {size: 29}}", "`output.size` must be a list of one per axis, got 29", "write [L], [H, W] or [D, H, W]"),
])  # fmt: skip
def test_what_states_nothing_is_refused(claim, message, help):
    [finding] = judge_source(Source("net.yaml", SMALL + claim)).findings

    assert (finding.message, finding.help) == (message, help)


@pytest.mark.parametrize(("options", "code"), [
    ((), 1), (("--dtype", "int8"), 1), (("--fold-norm", "--inplace"), 1), (("--dtype", "int8", "--fold-norm"), 0),
    (("--dtype", "int8", "--fold-norm", "--bias-dtype", "fp64"), 1),
])  # fmt: skip
def test_check_takes_how_it_is_run(check, write, options, code):
    # The input and a map of int8 take 17,472 bytes, two maps 28,800; 432 weights and 16 biases of int32 take 496.
    path = write("net.yaml", SMALL + "budget: {memory: {peak: 17472, flash: 496}}\n")

    assert check(path, *options).code == code


EAGER = """\
input: {channels: 8, size: [8, 8]}
blocks: {B: {layers: [{conv: {filters: 8, kernel: 1}, repeat: 2}]}}
layers: [B]
budget: {memory: {peak: 4096}}
"""


def test_check_runs_it_as_python_does_if_asked(check, write):
    # Two maps of 8·8·8 numbers of four bytes; the argument of the block stays alive beside them.
    path = write("net.yaml", EAGER.replace("}, repeat: 2", ", repeat: 2}"))

    assert (check(path).code, check(path, "--eager").code) == (0, 1)


def test_what_the_spec_says_of_it_comes_first(check, write):
    path = write("net.yaml", SMALL + "budget: {memory: {weights: 1856, dtype: fp32}}\n")

    assert [check(path, "--dtype", name).code for name in ("int8", "fp64")] == [0, 0]


def test_an_unknown_part_is_not_within_its_budget():
    text = "input: {channels: 3, size: [8, 8]}\nlayers:\n  - opaque: {output: {channels: 3, size: [4, 4]}}\nbudget: {PART}"
    told = {
        part: [(f.code, f.message) for f in judge_source(Source("net.yaml", text.replace("PART", part))).findings if f.code[0] == "X"]
        for part in ("params: 5", "params: {min: 5}", "params: {min: 0}", "memory: {peak: 1GiB}", "receptive_field: 9")
    }  # fmt: skip

    assert told == {
        "params: 5": [("X502", "net: params is not known: at least 0")],
        "params: {min: 5}": [("X502", "net: params is not known: at least 0")],
        "params: {min: 0}": [],
        "memory: {peak: 1GiB}": [],
        "receptive_field: 9": [("X503", "net: receptive_field is all of the input, the budget 9")],
    }


# The field of the output is judged, and where it has none no other layer's stands for it.
CONV3, ATTENTION, ALL = "conv: {filters: 8, kernel: 3}", "multi_head_attention: {heads: 2}", "net: receptive_field is all of the input, "
UNSEEN = "opaque: {output: {channels: 8, size: [28]}}"


@pytest.mark.parametrize(("layers", "claim", "messages"), [
    ([CONV3, ATTENTION, CONV3],              "expect: {receptive_field: 3}", [f"{ALL}expected 3"]),
    ([CONV3, ATTENTION, CONV3],              "budget: {receptive_field: 5}", [f"{ALL}the budget 5"]),
    ([CONV3, UNSEEN, CONV3],                 "budget: {receptive_field: 4}", [f"{ALL}the budget 4"]),
    ([CONV3, UNSEEN],                        "expect: {receptive_field: 3}", [f"{ALL}expected 3"]),
    # A vector has the field of the map before it, and so has the one place of a pooling over all.
    ([CONV3, "global_avg_pool", "dense: 4"], "expect: {receptive_field: 3}", []),
    ([CONV3, "global_avg_pool: {keep_size: true}", "conv: {filters: 4, kernel: 1}"], "expect: {receptive_field: 3}", []),
    ([CONV3, "flatten", "dense: 4"],         "expect: {receptive_field: 5}", ["net: receptive_field is 3, expected 5 (-2)"]),
    ([CONV3, ATTENTION, "flatten"],          "expect: {receptive_field: 3}", [f"{ALL}expected 3"]),
    ([CONV3, UNSEEN, "global_avg_pool"],     "budget: {receptive_field: 4}", [f"{ALL}the budget 4"]),
    # A norm over the map sees all besides: the field is what is seen by windows.
    ([CONV3, "instance_norm", CONV3],         "expect: {receptive_field: 5}", []),
])  # fmt: skip
def test_the_field_that_is_judged_is_that_of_the_output(layers, claim, messages):
    text = "dialect: torch\ninput: {channels: 8, size: [32]}\nlayers:\n" + "".join(f"  - {layer}\n" for layer in layers) + claim

    assert [f.message for f in judge_source(Source("net.yaml", text)).findings if f.code[0] in "EX"] == messages


def test_one_shape_is_that_of_every_output():
    assert found("expect: {output: {features: 4}}") == ["X501"] * 3
    assert found("budget: {output: {map: {channels: 4}, vector: {features: 3}}}") == ["X503"]


@pytest.mark.parametrize("claims", [
    "{memory: {min: 1, max: 1000000, dtype: int8, fold_norm: true, weights: 432, peak: {max: 1000000}}}",
    "{memory: 1MiB, params: {min: 4}, output: {size: [30, 30]}}",
])  # fmt: skip
def test_claims_that_are_written_out_are_the_same(claims):
    net = cnncalc.loads(SMALL + f"expect: {claims}\nbudget: {claims}\n")
    again = cnncalc.loads(write_spec(net))

    assert len(net.claims) > 4
    assert {claim[:3] + claim[6:] for claim in again.claims} == {claim[:3] + claim[6:] for claim in net.claims}
