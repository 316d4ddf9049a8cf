"""Every convention against its tool, to the digit: recorded by tools/counters."""

import json
from functools import cache
from pathlib import Path

import pytest

import cnncalc
from cnncalc import registry
from cnncalc.counters.base import engine
from cnncalc.counters.base.engine import (
    Attention,
    Call,
    attention,
    count_padded,
    counter,
    response,
    restate,
    unseen_products,
)
from cnncalc.formats import text
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.local_response_norm import LocalResponseNorm
from cnncalc.layers.multi_head_attention import MultiHeadAttention
from tests.nets import network

MEASURED = json.loads((Path(__file__).parent / "data" / "counters.json").read_text(encoding="utf-8"))
SPECS = Path(__file__).parent.parent.parent / "specs"
TOOLS = ("fvcore", "thop", "ptflops", "torchinfo", "deepspeed", "onnx-tool")
NAMES = [name.replace("_", "-") for name in registry.names("counters")]


@cache
def layer(name):
    return cnncalc.loads(MEASURED["layers"][name]["spec"])


def said(net, tool, batch=1):
    """What a convention makes of a network, in the form of the recording."""
    totals = {found.number.word.lower(): found.total.value for found in restate(net, counter(tool), batch)}
    return next(iter(totals.values())) if len(totals) == 1 else totals


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("name", MEASURED["layers"])
def test_a_layer_counts_what_the_tool_counts(name, tool):
    assert said(layer(name), tool) == MEASURED["layers"][name]["counts"][tool]


# What a spec does not say: where torchvision calls a pool as a function, which hooks of modules do
# not meet, and a pool that leaves the size as it is. Added to our number, it makes the tool's.
POOLED = 1280 * 7 * 7
KEPT = 512 * 7 * 7
UNSAID = {
    ("mobilenet_v2", "thop"): -(POOLED + 1280),
    ("mobilenet_v2", "ptflops"): -POOLED,
    ("vgg16", "fvcore"): KEPT,
    ("vgg16", "thop"): 2 * KEPT,
    ("vgg16", "ptflops"): 2 * KEPT,
    ("vgg16", "onnx-tool"): KEPT,
    ("vgg16", "deepspeed"): KEPT,
    ("densenet121", "thop"): -(1024 * 7 * 7 + 1024),
    ("densenet121", "ptflops"): -2 * (1024 * 7 * 7),  # the last relu is a function as well
}


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("name", MEASURED["networks"])
def test_a_network_counts_what_the_tool_counts(name, tool):
    ours, theirs = said(network(name), tool), MEASURED["networks"][name][tool]
    if tool == "deepspeed":
        assert ours["macs"] == theirs["macs"]
        ours, theirs = ours["flops"], theirs["flops"]

    assert ours + UNSAID.get((name, tool), 0) == theirs
    assert abs(ours - theirs) * 1000 <= theirs


@pytest.mark.parametrize("name", MEASURED["networks"])
def test_torchvision_and_the_flop_counter_count_macs_and_timm_counts_as_fvcore(name):
    net = network(name)

    assert said(net, "torchvision") == net.macs.value == MEASURED["networks"][name]["flop-counter"] // 2
    assert said(net, "timm") == said(net, "fvcore")


@pytest.mark.parametrize(("name", "tool", "printed"), [
    ("resnet50", "fvcore", "4.112G"),
    ("resnet50", "timm", "4.11 GMACs"),
    ("resnet50", "torchvision", "4.089 GFLOPS"),
    ("resnet50", "thop", "4133742592.0"),
    ("resnet50", "ptflops", "4.13 GMac"),
    ("resnet50", "torchinfo", "4.09 G"),
    ("resnet50", "deepspeed", "4.09 GMACs, 8.21 G flops"),
    ("resnet50", "onnx-tool", "4,117,342,184"),
    ("mobilenet_v2", "torchinfo", "300.81 M"),
    ("mobilenet_v2", "deepspeed", "300.77 MMACs, 614.97 M flops"),
])  # fmt: skip
def test_totals_are_printed_as_the_tool_prints_them(name, tool, printed):
    totals = cnncalc.analyze(network(name), "macs", convention=tool).totals

    assert totals["convention"]["printed"] == printed


# What the functions of the tools themselves make of a number: `_format_size` of fvcore,
# `flops_to_string` of ptflops, `format_output_num` of torchinfo, `number_to_string` of DeepSpeed.
@pytest.mark.parametrize(("number", "fvcore", "ptflops", "torchinfo", "deepspeed", "thop"), [
    (0, "0", "0 Mac", "0 M", "0 MACs, 0 flops", "0.0"),
    (7, "7", "7 Mac", "0.00 M", "7 MACs, 7 flops", "7.0"),
    (160, "0.16K", "160 Mac", "0.00 M", "160 MACs, 160 flops", "160.0"),
    (1000, "1K", "1.0 KMac", "0.00 M", "1 KMACs, 1 K flops", "1000.0"),
    (98_304, "98.304K", "98.3 KMac", "0.10 M", "98.3 KMACs, 98.3 K flops", "98304.0"),
    (416_520, "0.417M", "416.52 KMac", "0.42 M", "416.52 KMACs, 416.52 K flops", "416520.0"),
    (4_000_000, "4M", "4.0 MMac", "4 M", "4 MMACs, 4 M flops", "4000000.0"),
    (300_774_272, "0.301G", "300.77 MMac", "300.77 M", "300.77 MMACs, 300.77 M flops", "300774272.0"),
    (4_100_000_000, "4.1G", "4.1 GMac", "4.10 G", "4.1 GMACs, 4.1 G flops", "4100000000.0"),
    (15_470_289_408, "15.47G", "15.47 GMac", "15.47 G", "15.47 GMACs, 15.47 G flops", "15470289408.0"),
    (12_345_678_901_234, "12.346T", "12345.68 GMac", "12.35 T", "12.35 TMACs, 12.35 T flops", "12345678901234.0"),
    (10**15 + 7, "1P", "1000000.0 GMac", "1,000.00 T", "1000 TMACs, 1000 T flops", "1000000000000007.0"),
    (1_234_567 * 10**12, "1234.567P", "1234567000.0 GMac", "1,234,567 T", "1.23457e+06 TMACs, 1.23457e+06 T flops", "1.234567e+18"),
])  # fmt: skip
def test_a_number_is_printed_as_the_tool_prints_it(number, fvcore, ptflops, torchinfo, deepspeed, thop):
    def printed(tool):
        return counter(tool).text({count.word: number for count in counter(tool).COUNTS})

    found = [printed(tool) for tool in ("fvcore", "ptflops", "torchinfo", "deepspeed", "thop")]
    assert found == [fvcore, ptflops, torchinfo, deepspeed, thop]


# The published tables: benchmark-infer-amp-nchw-pt291-cu128-4090.csv of timm, `_ops` of torchvision.
@pytest.mark.parametrize(("name", "tool", "published"), [
    ("hrnet_w18", "timm", "4.32 GMACs"), ("ghostnet", "timm", "0.15 GMACs"),
    ("inception_resnet_v2", "timm", "13.18 GMACs"), ("mobilenet_v1", "timm", "0.58 GMACs"),
    ("efficientnet_b0", "timm", "0.4 GMACs"), ("densenet121", "timm", "2.87 GMACs"), ("convnext_tiny", "timm", "4.47 GMACs"),
    ("vgg16", "torchvision", "15.47 GFLOPS"), ("alexnet", "torchvision", "0.714 GFLOPS"), ("mobilenet_v2", "torchvision", "0.301 GFLOPS"),
    ("efficientnet_b0", "torchvision", "0.386 GFLOPS"),
])  # fmt: skip
def test_published_totals_are_restated(name, tool, published):
    assert cnncalc.analyze(network(name), "macs", convention=tool).totals["convention"]["printed"] == published


@pytest.mark.parametrize("tool", NAMES)
@pytest.mark.parametrize("name", ["alexnet", "resnet50", "mobilenet_v2"])
def test_the_reasons_add_up_to_the_difference(name, tool):
    net = network(name)
    totals = cnncalc.analyze(net, "macs", convention=tool, batch=3).totals

    for number in counter(tool).COUNTS:
        times = number.factor * (3 if counter(tool).BATCHED else 1)
        reasons = [why["difference"] for why in totals["why"] if why["number"] == number.word]
        assert totals["counted"][number.word] == times * net.macs.value + sum(reasons)
    assert totals["macs"] == 3 * net.macs.value


def test_why_fvcore_says_more_of_resnet50():
    table = cnncalc.analyze(network("resnet50"), "macs", convention="fvcore", why=True)

    # 53 norms on 11,113,984 elements, and a mean over 2,048 maps of 7×7.
    assert text.render(table.fold(1)).partition("fvcore 0.1.5")[2] == """\
 counts 4,111,512,576 flops and prints 4.112G: multiply-adds
  4,089,184,256  MACs
    +22,227,968  batch norm: 2 per element, 1 without scale and shift (53 layers)
       +100,352  adaptive average pooling over two axes: 1 per input (1 layer)
  4,111,512,576  flops of fvcore
a convolution made with a word, padding='same', counts 0 in fvcore
"""


def test_rows_are_restated_and_fold():
    table = cnncalc.analyze(network("resnet50"), "macs", convention="deepspeed")
    document = table.to_dict()
    stem = 64 * 112 * 112

    assert [row["counted"] for row in document["layers"][1:4]] == [
        {"MACs": stem * 147, "flops": 2 * stem * 147}, {"MACs": 0, "flops": 2 * stem}, {"MACs": 0, "flops": stem},
    ]  # fmt: skip
    (row,) = [row.values for row in table.fold().rows if row.values["layer"] == "stem"]
    assert row["counted"] == {"MACs": stem * 147, "flops": stem * (2 * 147 + 3)}
    assert sum(row["counted"]["flops"] for row in document["layers"]) == document["totals"]["counted"]["flops"]
    assert document["totals"]["macs"] == 4_089_184_256


@pytest.mark.parametrize(("tool", "times"), [
    ("fvcore", 8), ("thop", 8), ("torchinfo", 8), ("deepspeed", 8), ("onnx-tool", 8),
    ("ptflops", 1), ("torchvision", 1), ("timm", 1),
])  # fmt: skip
def test_some_tools_multiply_by_the_batch_and_some_do_not(tool, times):
    one, eight = (said(network("resnet18"), tool, batch) for batch in (1, 8))

    if isinstance(one, dict):
        one, eight = one["flops"], eight["flops"]
    assert eight == times * one


def test_all_conventions_side_by_side():
    table = cnncalc.analyze(network("mobilenet_v2"), "macs", convention="all")
    document = table.to_dict()

    assert [row["convention"] for row in document["conventions"]] == ["cnncalc", *sorted([*NAMES, "deepspeed"])]
    totals = {(row["convention"], row["number"]): row["total"] for row in document["conventions"]}
    assert totals["deepspeed", "flops"] == 614_967_488
    assert totals["fvcore", "flops"] == 314_193_216
    assert totals["cnncalc", "MACs"] == 300_774_272
    differences = {row["convention"]: row["difference"] for row in document["conventions"]}
    assert differences["torchinfo"] == 1000 + 34_112


def opaque(**known):
    shown = ", ".join(f"{key}: {value}" for key, value in known.items())
    return cnncalc.loads(
        "input: {channels: 3, size: [8, 8]}\nlayers:\n- conv: {filters: 4, kernel: 1, bias: false}\n"
        f"- opaque: {{name: x, output: {{features: 2}}, {shown}}}")  # fmt: skip


@pytest.mark.parametrize("tool", NAMES)
def test_no_tool_can_count_what_is_unknown(tool):
    table = cnncalc.analyze(opaque(), "macs", convention=tool, why=True)

    assert set(table.totals["counted"].values()) == {None}
    assert table.totals["convention"]["printed"] is None
    assert table.to_dict()["layers"][2]["counted"][counter(tool).COUNTS[0].word] is None
    assert f"counts ≥ {3 * 4 * 64}" in table.caption


def test_where_all_are_compared_the_unknown_is_named_with_what_is_known():
    table = cnncalc.analyze(opaque(macs=100), "macs", convention="all", strict=True)
    rows = {(row["convention"], row["number"]): row for row in table.to_dict()["conventions"]}

    assert (rows["cnncalc", "MACs"]["total"], rows["cnncalc", "MACs"]["lower_bound"]) == (868, 868)
    assert (rows["fvcore", "flops"]["total"], rows["fvcore", "flops"]["lower_bound"]) == (None, 768)
    assert "\nunknown, or not counted by a tool: x\n" in table.caption
    assert "lower bound" in [column.title for column in table.visible]
    assert table.findings == ()
    (finding,) = cnncalc.analyze(opaque(), "macs", convention="all", strict=True).findings
    assert (finding.code, finding.message) == ("X502", "model: macs of `x` are not known")


def test_macs_that_are_stated_are_macs_by_any_count_but_other_work_is_not_known():
    net = opaque(macs=100)

    assert said(net, "torchvision") == 3 * 4 * 64 + 100
    assert said(net, "fvcore") is None


def test_where_a_tool_fails_its_number_is_not_known():
    net = cnncalc.loads("dialect: torch\ninput: {channels: 4, size: [5]}\nlayers:\n- simple_rnn: {units: 3}")

    assert said(net, "onnx-tool") is None
    assert cnncalc.analyze(net, "macs").totals["macs"] == 5 * 3 * (4 + 3)


@pytest.mark.parametrize("tool", NAMES)
def test_a_convention_speaks_of_kinds_that_there_are_and_gives_reasons(tool):
    module = counter(tool)

    assert module.TOOL
    assert module.MEANS
    for number in module.COUNTS:
        reasons = [difference.reason for difference in number.differences]
        assert len(set(reasons)) == len(reasons)
        kinds = [kind for difference in number.differences for kind in difference.rules]
        assert set(kinds) <= set(registry.names("layers"))


def test_attention_to_another_sequence_has_two_lengths():
    # 3 heads of 12 / 3 = 4 features; 5 positions ask 7 others, in each of 2 rows
    shapes = Shape(12, (5,), copies=2), Shape(12, (7,), copies=2)
    layer = MultiHeadAttention(heads=3, dialect="torch")
    call = Call("multi_head_attention", layer, layer.apply(*shapes), shapes)

    assert attention(call) == Attention(heads=3, queries=5, keys=7, key_dim=4, value_dim=4, channels=12, copies=2)
    assert unseen_products(2)(call) == -2 * (2 * 3 * 5 * 7) * (4 + 4)


def test_a_window_over_the_channels_overlaps_at_its_ends():
    # 8 channels of 2 × 2 and 4 more for a window of 5
    x = Shape(8, (2, 2))
    layer = LocalResponseNorm(size=5, dialect="torch")
    call = Call("local_response_norm", layer, layer.apply(x), (x,))

    assert count_padded(call) == (8 + 4) * 4
    assert response(call) == 3 * 8 * 4 + (8 + 4) * 4


def test_a_local_response_norm_is_padded_along_the_channels():
    """Of 4 channels and a window of 3 the padded map has 6: half as many elements more."""
    network = cnncalc.loads("input: {channels: 4, size: [2, 3]}\nlayers: [local_response_norm: {size: 3}]\n")
    node = network.nodes[1]

    assert engine.count_padded(engine.Call(node.op, node.layer, node.facts, (network.nodes[0].output,))) == 6 * 6


def test_differences_stand_in_a_column_of_numbers():
    network = cnncalc.loads("input: {channels: 4, size: [4, 4]}\nlayers: [conv: {filters: 2, kernel: 3}]\n")
    table = cnncalc.analyze(network, "macs", convention="all")

    assert {column.key: column.right for column in table.columns} | {} == {
        "convention": False, "number": False, "total": True, "lower_bound": True, "difference": True, "printed": False, "counts": False,
    }
