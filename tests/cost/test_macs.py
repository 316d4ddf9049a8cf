"""MACs and FLOPs: against the running frameworks, by hand, and without the loss of a digit."""

import csv
import gzip
import io
import json
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

import cnncalc
from cnncalc import registry
from cnncalc.cost.training import backward_flops
from cnncalc.errors import UsageError
from tests.nets import network

HERE = Path(__file__).parent
SPECS = HERE.parent.parent / "specs"
NETWORKS = json.loads(gzip.decompress((HERE / "data" / "networks.json.gz").read_bytes()))
MEASURED = json.loads((HERE / "data" / "counters.json").read_text(encoding="utf-8"))


def leading_to_the_result(net):
    """The names of all nodes that the first output depends on: not those of auxiliary heads."""
    wanted = {next(iter(net.outputs.values()))}
    for index in range(len(net.nodes) - 1, -1, -1):
        wanted.update(net.nodes[index].inputs if index in wanted else ())
    return {net.nodes[index].name for index in wanted}


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_every_layer_has_the_macs_that_the_running_framework_has(name):
    answer = NETWORKS[name]
    net = network(answer["spec"])
    names = leading_to_the_result(net)

    rows = cnncalc.analyze(net, "macs").to_dict()["layers"]

    macs = [row["macs"] for row in rows if row["macs"] and row["layer"] in names]
    assert Counter(macs) == Counter(answer["layers"])
    assert sum(macs) == answer["total"]


def loads(layers, given="{channels: 16, size: [16, 16]}", dialect="torch"):
    return cnncalc.loads(f"dialect: {dialect}\ninput: {given}\nlayers:\n{layers}")


ATTENTION = """\
- conv: {filters: 64, kernel: 1, bias: false, name: q, from: input}
- conv: {filters: 64, kernel: 1, bias: false, name: k, from: input}
- conv: {filters: 64, kernel: 1, bias: false, name: v, from: input}
- matmul: {from: [q, k], axes: [c, c]}
- softmax: {axis: l, name: w}
- matmul: {from: [v, w], axes: [l, l]}"""
RETRACED = "- dense: {units: 4, name: a}\n" + "".join(
    f"- reuse: {{layer: a, from: {'a' if i == 0 else f'r{i - 1}'}, name: r{i}}}\n" for i in range(5)
)
VIT_LAYER = "- multi_head_attention: {heads: 12}"

# The cases on which the counters of the field are wrong, with the arithmetic that decides.
OTHERS_MISS = {
    "transposed: at inputs, not at outputs": (
        "- conv_transpose: {filters: 8, kernel: 4, stride: 2, padding: 1}", None, 16 * 16 * 16 * 8 * 4 * 4),
    "transposed along three axes": (
        "- conv_transpose: {filters: 4, kernel: 2, stride: 2}", "{channels: 8, size: [4, 8, 8]}",
        4 * 8 * 8 * 8 * 4 * 2**3),
    "grouped transposed: groups divide once": (
        "- conv_transpose: {filters: 8, kernel: 4, stride: 2, padding: 1, groups: 4}", None,
        16 * 16 * 16 * (8 // 4) * 4 * 4),
    "padding by a word": (
        "- conv: {filters: 12, kernel: 3, padding: same, dilation: 2}", "{channels: 16, size: [16, 16]}",
        16 * 16 * 12 * 16 * 3 * 3),
    "dense at every step of a sequence": (
        "- time_distributed: {layer: {dense: 128}}", "{channels: 64, size: [10]}", 10 * 64 * 128),
    "a product of two tensors": (
        "- relu: {name: a}\n- matmul: {from: [a, a], axes: [l, l]}", "{channels: 64, size: [64]}", 64**3),
    "attention by hand: three projections and two products": (
        ATTENTION, "{channels: 64, size: [50]}", 3 * 50 * 64 * 64 + 2 * 50 * 50 * 64),
    "lstm: four gates at every step": (
        "- lstm: {units: 64}", "{channels: 32, size: [10]}", 10 * 4 * 64 * (32 + 64)),
    "an embedding is looked up": ("- embedding: {vocab: 1000, dim: 64}", "{tokens: 20}", 0),
    "weights used six times work six times": (RETRACED, "{features: 4}", 6 * 4 * 4),
    "the attention of a ViT-B/16: fused kernels too": (
        VIT_LAYER, "{channels: 768, size: [197]}", 4 * 197 * 768**2 + 2 * 197**2 * 768),
}  # fmt: skip


@pytest.mark.parametrize("case", OTHERS_MISS)
def test_what_other_counters_miss(case):
    layers, given, macs = OTHERS_MISS[case]

    assert loads(layers, given or "{channels: 16, size: [16, 16]}").macs.value == macs


VIT = """\
dialect: torch
input: {channels: 3, size: [224, 224]}
blocks:
  Encoder:
    layers:
      - layer_norm
      - multi_head_attention: {heads: 12, name: att}
      - add: [att, input]
      - layer_norm
      - conv: {filters: 3072, kernel: 1, activation: gelu}
      - conv: {filters: 768, kernel: 1, name: down}
      - add: [down, att]
layers:
  - conv: {filters: 768, kernel: 16, stride: 16}
  - reshape: {to: {channels: 768, size: [196]}}
  - pad: [[1, 0]]  # the token of the class
  - positional_embedding
  - Encoder: {repeat: 12}
  - layer_norm
  - slice: {size: [0, 1]}
  - flatten
  - dense: 1000
"""


def test_a_whole_vit_b_16():
    """17,563,828,224; of the counters of the field most say 11.28 G."""
    net = cnncalc.loads(VIT)

    patches, mlp, head = 196 * 768 * 3 * 16**2, 2 * 197 * 768 * 3072, 768 * 1000
    attention = 4 * 197 * 768**2 + 2 * 197**2 * 768
    assert net.macs.value == patches + 12 * (attention + mlp) + head == 17_563_828_224
    assert net.params.value == 86_567_656 - 768  # torchvision's, but for that token


def test_weights_used_again_count_once_and_work_each_time():
    net = loads(RETRACED, "{features: 4}")

    assert net.params.value == 4 * 4 + 4
    assert cnncalc.analyze(net, "macs").totals["macs"] == 6 * 16


SMALL = "- conv: {filters: 8, kernel: 3, name: c, norm: batch_norm, activation: relu}\n- max_pool: 2\n- softmax"
C, P = 8 * 14 * 14, 8 * 7 * 7


def test_flops_have_a_name_for_every_kind_of_arithmetic():
    table = cnncalc.analyze(loads(SMALL), "macs")
    work = {row["layer"]: row["work"] for row in table.to_dict()["layers"]}

    assert work["c"] == {"multiply_accumulate": C * 16 * 9}
    assert work["c.norm"] == {"multiply": C, "add": C}
    assert work["c.act"] == {"compare": C}
    assert work["max_pool1"] == {"compare": P * 4}
    assert work["softmax1"] == {"exp": P, "add": 7 * 49, "divide": P}
    assert table.totals["work"] == {
        "multiply_accumulate": C * 16 * 9, "compare": C + 4 * P, "multiply": C, "add": C + 7 * 49, "exp": P, "divide": P,
    }  # fmt: skip
    assert table.totals["flops"] == 2 * table.totals["macs"] + sum(
        n for kind, n in table.totals["work"].items() if kind != "multiply_accumulate")  # fmt: skip


def test_a_row_of_several_layers_adds_their_work_up():
    rows = cnncalc.analyze(loads(SMALL), "macs").fold().rows
    (row,) = [row.values for row in rows if row.values["layer"] == "c"]

    assert row["work"] == {"multiply_accumulate": C * 16 * 9, "compare": C, "multiply": C, "add": C}
    assert row["flops"] == 2 * C * 16 * 9 + 3 * C
    assert Fraction(row["intensity"]) == Fraction(row["flops"], row["bytes_moved"])


def test_kinds_of_arithmetic_can_be_shown_as_columns():
    table = cnncalc.analyze(loads(SMALL), "macs").fold().choose(["layer", "compare", "exp"])

    assert table.cells == [["input", "", ""], ["c", "1,568", ""], ["max_pool1", "1,568", ""], ["softmax1", "", "392"]]


@pytest.mark.parametrize(("layers", "batch", "dtype", "moved", "flops"), [
    # operands + weights + output, each once
    ("- dense: {units: 10, bias: false}", 1, "fp32", 4 * (64 + 640 + 10), 2 * 640),
    ("- dense: {units: 10, bias: false}", 8, "fp32", 4 * (8 * 64 + 640 + 8 * 10), 8 * 2 * 640),
    ("- dense: {units: 10, bias: false}", 1, "int8", 64 + 640 + 10, 2 * 640),
    ("- relu: {name: a}\n- add: [a, a]", 1, "fp16", 2 * (64 + 64) + 2 * (2 * 64 + 64), 2 * 64),
    ("- batch_norm", 1, "fp32", 4 * (64 + 64 + 4 * 64), 2 * 64),
    ("- dropout\n- flatten", 1, "fp32", 0, 0),
])  # fmt: skip
def test_intensity_is_flops_over_bytes_moved_exactly(layers, batch, dtype, moved, flops):
    table = cnncalc.analyze(loads(layers, "{features: 64}"), "macs", batch=batch, dtype=dtype)

    assert table.totals["bytes_moved"] == moved
    assert table.totals["flops"] == flops
    assert Fraction(table.totals["intensity"]) == (Fraction(flops, moved) if moved else 0)


def test_of_a_table_of_embeddings_only_the_rows_that_are_named_move():
    net = loads("- embedding: {vocab: 1000, dim: 8}", "{tokens: 5}")

    assert cnncalc.analyze(net, "macs").totals["bytes_moved"] == 4 * (5 + 5 * 8 + 5 * 8)


OPAQUE = "- conv: {filters: 8, kernel: 1}\n- opaque: {name: x, output: {channels: 8, size: [4, 4]}}\n- conv: {filters: 4, kernel: 1}"
KNOWN = 256 * 8 * 16 + 16 * 4 * 8


def test_the_unknown_is_named_and_never_zero():
    table = cnncalc.analyze(loads(OPAQUE), "macs")
    totals = table.to_dict()["totals"]
    row = table.to_dict()["layers"][2]

    assert (row["macs"], row["flops"], row["work"], row["intensity"]) == (None, None, None, None)
    assert totals["macs"] is totals["flops"] is totals["bytes_moved"] is totals["intensity"] is None
    assert totals["lower_bound"]["macs"] == KNOWN
    assert totals["unknown"] == ["x"]
    assert "≥ 33,280 MACs" in table.caption
    assert "unknown, so that totals are lower bounds: x\n" in table.caption
    assert table.findings == ()


def test_in_tables_what_is_unknown_is_a_question_mark_and_what_is_nothing_is_empty():
    cells = cnncalc.analyze(loads(OPAQUE + "\n- flatten"), "macs").fold().choose(["layer", "macs", "flops", "intensity"]).cells

    assert cells[2] == ["x", "?", "?", "?"]
    assert cells[-1] == ["flatten1", "", "", ""]


def test_the_types_of_the_bytes_are_those_that_there_are():
    mixed = cnncalc.analyze(loads("- conv: {filters: 8, kernel: 1, dtype: int8}\n- conv: {filters: 8, kernel: 1}"), "macs")
    tokens = cnncalc.analyze(loads("- embedding: {vocab: 9, dim: 4}", "{tokens: 3}"), "macs", dtype="fp16")

    assert "intensity: FLOPs for each byte of int8, fp32 that is moved" in mixed.caption
    assert "intensity: FLOPs for each byte of fp16 that is moved" in tokens.caption


@pytest.mark.parametrize(("options", "numbers"), [
    ({"convention": "thop"}, {"counted_MACs": 4 * C}),
    ({"convention": "deepspeed"}, {"counted_MACs": 0, "counted_flops": 2 * C}),
    ({"training": True}, {"forward_flops": 2 * C, "backward_flops": 2 * C, "optimizer_flops": 12 * 16}),
])  # fmt: skip
def test_csv_has_the_numbers_that_json_has_within_others(options, numbers):
    net = loads("- conv: {filters: 8, kernel: 3}\n- batch_norm: {name: n}")
    text = registry.load("formats", "csv").render(cnncalc.analyze(net, "macs", **options))
    (norm,) = [row for row in csv.DictReader(io.StringIO(text)) if row["layer"] == "n"]

    assert {key: int(norm[key]) for key in numbers} == numbers


def test_csv_has_the_columns_that_are_asked_for():
    table = cnncalc.analyze(loads(SMALL), "macs").fold().choose(["layer", "macs_share", "compare"])

    assert registry.load("formats", "csv").render(table) == (
        "layer,macs_share,compare\ninput,,0\nc,100.0,1568\nmax_pool1,,1568\nsoftmax1,,0\n")  # fmt: skip


@pytest.mark.parametrize(("analysis", "message"), [
    ("top", "model: macs of `x` are not known"),
    ("macs", "model: macs and flops of `x` are not known"),
    ("params", "model: params, trainable and buffers of `x` are not known"),
    ("memory", "model: weight_bytes, buffer_bytes and inference_bytes of `x` are not known"),
])  # fmt: skip
def test_strictly_the_unknown_is_a_finding(analysis, message):
    (finding,) = cnncalc.analyze(loads(OPAQUE), analysis, strict=True).findings

    assert (finding.code, finding.message, finding.layer) == ("X502", message, "x")
    assert finding.span.line == 5


def test_strictly_what_is_all_known_is_fine():
    assert cnncalc.analyze(loads(SMALL), "macs", strict=True).findings == ()


HUGE = """\
cnncalc: 1
name: huge
input: {channels: 1000, size: [10001]}
layers:
  - conv: {filters: 99999989, kernel: 1, bias: false}
  - global_max_pool
  - dense: {units: 7, bias: false}
"""
HUGE_CONV, HUGE_DENSE = 10001 * 99999989 * 1000, 7 * 99999989
HUGE_MACS = HUGE_CONV + HUGE_DENSE
"""1,000,100,589,988,923: doubles begin to lose digits at nine times that, and times the batch."""


@pytest.mark.parametrize("name", [n for n in registry.names("formats") if hasattr(registry.load("formats", n), "render")])
@pytest.mark.parametrize("batch", [1, 1013])
def test_no_format_loses_a_digit(name, batch):
    table = cnncalc.analyze(cnncalc.loads(HUGE), "macs", batch=batch)
    module = registry.load("formats", name)

    text = module.render(table.fold() if module.FOLDS else table, width=200, color=False)

    if name == "json":
        assert json.loads(text)["totals"]["macs"] == HUGE_MACS * batch
    elif name == "csv":
        assert [row["macs"] for row in csv.DictReader(io.StringIO(text))] == [
            "0", str(HUGE_CONV * batch), "0", str(HUGE_DENSE * batch)]  # fmt: skip
    else:
        for digits in (f"{HUGE_CONV * batch:,}", f"{HUGE_DENSE * batch:,}", f"{HUGE_MACS * batch:,} MACs"):
            assert digits in text


def test_conventions_and_training_lose_no_digit_either():
    net = cnncalc.loads(HUGE)

    table = cnncalc.analyze(net, "macs", batch=1013, convention="thop", training=True, optimizer="sgd")

    assert table.totals["counted"] == {"MACs": HUGE_MACS * 1013}
    # The first layer needs the gradient of its weights alone; pooling compares once more.
    assert table.totals["backward_flops"] == 1013 * (2 * HUGE_CONV + 10001 * 99999989 + 4 * HUGE_DENSE)
    assert table.totals["optimizer_flops"] == 2 * (99999989000 + HUGE_DENSE)
    assert not [type(n) for n in table.totals.values() if isinstance(n, float)]


# What PyTorch counts too much: its backward of convolutions does not divide by their groups.
GROUPED = {"mobilenet_v2", "mnasnet1_0", "efficientnet_b0", "regnet_y_400mf", "shufflenet_v2_x1_0", "convnext_tiny"}


@pytest.mark.parametrize("name", sorted({*MEASURED["training"]} - GROUPED))
def test_a_step_of_training_has_the_macs_that_pytorch_counts(name):
    net = network(name)
    answer = MEASURED["training"][name]

    backward = backward_flops(net)

    # PyTorch counts products only: what else there is goes backward as it goes forward.
    others = [sum(node.facts.work.values()) if n else 0 for n, node in zip(backward, net.nodes, strict=True)]
    products = 2 * net.macs.value + sum(backward) - sum(others)
    assert products * answer["batch"] == answer["flops"]


TRAINED = "- conv: {filters: 8, kernel: 3, bias: false, name: a}\n- conv: {filters: 4, kernel: 3, bias: false, name: b}"
A, B = 14 * 14 * 8 * 16 * 9, 12 * 12 * 4 * 8 * 9


@pytest.mark.parametrize(("layers", "backward"), [
    (TRAINED, 2 * A + 4 * B),                                                # nothing learns the input of a
    (TRAINED.replace("name: a", "name: a, trainable: false"), 2 * B),        # nor, then, the input of b
    (TRAINED.replace("name: b", "name: b, trainable: false"), 2 * A + 2 * B),
    ("- relu", 0),
    ("- conv: {filters: 8, kernel: 3, bias: false}\n- relu", 2 * A + 14 * 14 * 8),
])  # fmt: skip
def test_backward_by_hand(layers, backward):
    assert cnncalc.analyze(loads(layers), "macs", training=True).totals["backward_flops"] == backward


K, R = 10 * 4 * 64 * 32, 10 * 4 * 64 * 64  # an LSTM: on the input, on the state
DEPTH, POINT = 14 * 14 * 16 * 9, 14 * 14 * 16 * 8  # a separable convolution: its two halves
INTO, OUT, PAIRS = 3 * 50 * 64**2, 50 * 64**2, 2 * 50**2 * 64  # attention: into it, out of it, the products


@pytest.mark.parametrize(("layer", "given", "first", "later"), [
    ("lstm: {units: 64}", "{channels: 32, size: [10]}", K + 2 * R, 2 * (K + R)),
    ("separable_conv: {filters: 8, kernel: 3}", "{channels: 16, size: [16, 16]}", DEPTH + 2 * POINT, 2 * (DEPTH + POINT)),
    ("time_distributed: {layer: {separable_conv: {filters: 8, kernel: 3}}}", "{channels: 16, size: [5, 16, 16]}",
     5 * (DEPTH + 2 * POINT), 5 * 2 * (DEPTH + POINT)),
    ("conv_lstm: {filters: 8, kernel: 3, padding: same}", "{channels: 16, size: [5, 6, 6]}",
     5 * 36 * 32 * 9 * (16 + 2 * 8), 5 * 36 * 32 * 9 * 2 * (16 + 8)),
    # PyTorch counts 1,664,000 and 2,278,400 for nn.MultiheadAttention(64, 4).
    ("multi_head_attention: {heads: 4, key_dim: 16}", "{channels: 64, size: [50]}", INTO + 2 * OUT + 2 * PAIRS, 2 * (INTO + OUT + PAIRS)),
])  # fmt: skip
def test_a_first_layer_spares_the_gradient_of_its_input_but_not_of_its_own_results(layer, given, first, later):
    found = []
    for before in ("", "- prelu: {shared: all}\n"):
        net = cnncalc.loads(f"dialect: keras\ninput: {given}\nlayers:\n{before}- {layer}")
        found.append((backward_flops(net)[-1] - sum(net.nodes[-1].facts.work.values())) // 2)

    assert found == [first, later]


@pytest.mark.parametrize(("optimizer", "each"), [("sgd", 2), ("momentum", 4), ("adam", 12)])
def test_an_optimizer_works_on_every_weight_once_a_step(optimizer, each):
    net = loads(TRAINED.replace("name: b", "name: b, trainable: false"))

    totals = cnncalc.analyze(net, "macs", batch=32, optimizer=optimizer).totals

    assert totals["optimizer_flops"] == each * 8 * 16 * 9
    assert totals["step_flops"] == totals["flops"] + totals["backward_flops"] + totals["optimizer_flops"]
    assert totals["backward_flops"] == 32 * (2 * A + 2 * B)


def test_weights_used_again_are_updated_once():
    net = loads(RETRACED, "{features: 4}")

    assert cnncalc.analyze(net, "macs", optimizer="sgd").totals["optimizer_flops"] == 2 * 20


def test_a_product_without_weights_has_a_gradient_for_each_operand():
    net = loads("- conv: {filters: 4, kernel: 1, bias: false, name: a}\n- matmul: {from: [a, a], axes: [l, l]}", "{channels: 4, size: [8]}")

    assert cnncalc.analyze(net, "macs", training=True).totals["backward_flops"] == 2 * (8 * 4 * 4) + 4 * (4 * 4 * 8)


@pytest.mark.parametrize(("options", "message"), [
    ({"why": True}, "--why explains one convention (--convention fvcore --why)"),
    ({"why": True, "convention": "all"}, "--why explains one convention (--convention fvcore --why)"),
    ({"convention": "all", "training": True}, "tools are compared for inference (leave out --training and --optimizer)"),
    ({"convention": "thopp"}, "there is no convention `thopp` (did you mean `thop`?)"),
    ({"optimizer": "adamw"}, "--optimizer takes sgd, momentum, adam, got adamw (did you mean `adam`?)"),
    ({"dtype": "fp12"}, "--dtype takes a type of numbers, got fp12 (did you mean `fp32`?)"),
    ({"batch": 0}, "--batch takes a number from 1, got 0"),
])  # fmt: skip
def test_wrong_options_are_explained(options, message):
    with pytest.raises(UsageError) as raised:
        cnncalc.analyze(loads(SMALL), "macs", **options)

    assert str(raised.value) == message


def test_shapes_load_nothing_of_all_this():
    import subprocess

    code = (
        "import sys\nfrom cnncalc.cli.main import main\n"
        "try: main(['shapes', 'specs/lenet5.yaml', '--format', 'json'])\nexcept SystemExit: pass\n"
        "costs = ('cnncalc.cost', 'cnncalc.counters', 'cnncalc.cost.liveness')\n"
        "print([m for m in sys.modules if m.startswith(costs)], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=SPECS.parent, check=True)

    assert done.stderr == "[]\n"
