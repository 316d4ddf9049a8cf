"""What the working of a layer says: the numbers of its row, by the code that computes them."""

import json
import re

import pytest

import cnncalc
from cnncalc import registry
from cnncalc.calculator.derivations.explain import PARTS, explain, members
from cnncalc.cost.memory import Memory
from cnncalc.formats.text import explain as as_text
from cnncalc.language import zoo
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.language.kinds import layer_class
from cnncalc.language.source import open_spec
from cnncalc.receptive_field.survey import Survey

from .networks import each

FORMATS = ("text", "json", "csv", "markdown", "latex", "html")


def models(name):
    """Every network of a spec of the zoo."""
    document = Document(open_spec(zoo.path(name)).source)
    return [build(document, model) for model in document.models]


def values(section):
    """The values of the steps of a section by their names, the last of a name."""
    return {step.name: step.value for step in section.steps}


@pytest.mark.parametrize("name", each(zoo.names()))
def test_the_working_comes_to_the_numbers_of_the_table(name):
    for network in models(name):
        nodes = [node for node in network.nodes if node.layer is not None]
        sections = explain(network, analysis="working").sections
        for node, section in zip(nodes, sections, strict=False):  # the last one is their total
            said, facts = values(section), node.facts
            assert said["output"] == str(facts.output)
            assert said["params"] == ("?" if facts.params is None else facts.params)
            assert said.get("buffers", 0) == (facts.buffer_count or 0)
            assert said["MACs"] == ("?" if facts.macs is None else facts.macs)
            assert said["FLOPs"] == ("?" if facts.flops is None else facts.flops)


@pytest.mark.parametrize("name", ["lenet5", "resnet18", "unet", "inception_3a", "mobilenet_v2", "ssd300", "imdb_cnn_lstm"])
def test_the_working_of_memory_comes_to_the_bytes_of_the_table(name):
    for network in models(name):
        memory = Memory(network)
        live = memory.timeline.live
        nodes = [(i, node) for i, node in enumerate(network.nodes) if node.layer is not None]
        for (index, node), section in zip(nodes, explain(network, analysis="memory").sections, strict=False):
            said = values(section)
            assert said["alive"] == live[index]
            assert said.get("weights", 0) == memory.weight_bytes(index)
            if not memory.graph().steps[index].view:
                assert said["writes"] == memory.output_bytes(index), node.name


@pytest.mark.parametrize("name", ["lenet5", "resnet50", "unet", "deeplabv3", "c3d", "crnn"])
@pytest.mark.slow
def test_the_working_of_a_field_comes_to_the_field(name):
    for network in models(name):
        survey = Survey(network)
        sections = explain(network, analysis="receptive-field").sections
        nodes = [i for i, node in enumerate(network.nodes) if node.layer is not None]
        for index, section in zip(nodes, sections, strict=False):
            sizes = {step.value for step in section.steps if re.match(r"R(_|$)", step.name)}
            for views in survey.views[index].values():
                for view in views:
                    if view.field is not None and view.field.period == 1 and not view.whole:
                        assert view.field.size in sizes or view.field.size == 1


# A layer of every kind, as its manual shows it, in all analyses and formats -----------------------

INPUTS = ("{channels: 4, size: [16, 16]}", "{channels: 4, size: [16]}", "{channels: 4, size: [4, 16, 16]}",
          "{features: 16}", "{tokens: 16}", "{channels: 16, size: [4, 4, 4, 4]}")  # fmt: skip


def example(kind):
    """A network of the example in the manual of a kind, behind an input that it takes."""
    text = layer_class(kind).example.strip("\n")
    layers = "\n".join(f"  {line}" for line in text.split("\n"))
    for dialect in ("", "dialect: torch\n", "dialect: keras\n"):
        for shape in INPUTS:
            try:
                return cnncalc.loads(f"{dialect}input: {shape}\nlayers:\n{layers}\n")
            except cnncalc.SpecError:
                continue
    return None


EXAMPLES = {kind: example(kind) for kind in registry.names("layers")}


def test_few_kinds_need_more_than_one_input():
    assert sum(network is None for network in EXAMPLES.values()) <= 25


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind, network in EXAMPLES.items() if network is not None])
def test_every_kind_is_explained_in_every_analysis_and_format(kind):
    network = EXAMPLES[kind]
    for analysis in PARTS:
        found = explain(network, analysis=analysis)
        for name in FORMATS:
            text = registry.load("formats", name).explain(found.sections, document=found.to_dict())
            assert text.endswith("\n")
        assert json.loads(json.dumps(found.to_dict())) == found.to_dict()
        assert found._repr_html_().startswith("<h4>")
    for node, section in zip(
        [n for n in network.nodes if n.layer is not None], explain(network, analysis="macs").sections, strict=False
    ):
        assert values(section)["MACs"] == ("?" if node.facts.macs is None else node.facts.macs)


# What it reads like ---------------------------------------------------------------------------------

CONV = "input: {channels: 3, size: [224, 224]}\nlayers:\n - conv: {filters: 64, kernel: 7, stride: 2, padding: 3, name: stem}\n"


def lines(text, *, analysis="summary", layer=""):
    """The working as text, line by line."""
    return as_text(explain(cnncalc.loads(text), layer, analysis).sections).splitlines()


def test_a_convolution():
    assert lines(CONV) == [
        "stem (conv)",
        "  given I = 224 (input size), C = 3 (input channels), K = 64 (output channels), F = 7 (window size),",
        "        S = 2 (step of the window), P = 3 (how much is added around the input),",
        "        params_all = 9,472 (params of model), MACs_all = 118,013,952 (MACs of model),",
        "        start_0 = 0 (where it starts), R_0 = 1 (an element of the input sees itself),",
        "        j_0 = 1 (and the next one is beside it),",
        "        Var = 4 (variance of the place that influences a unit, all weights equal)",
        "  O = ⌊(I + 2·P − F) / S⌋ + 1 = ⌊(224 + 2·3 − 7) / 2⌋ + 1 = 112",
        "  output = K×O×O = 64×112×112",
        "  kernel = K·C·F² = 64·3·7² = 9,408   (64×3×7×7)",
        "  bias = K = 64",
        "  params = kernel + bias = 9,408 + 64 = 9,472",
        "  trainable = params = 9,472",
        "  params % = params·100 / params_all = 9,472·100 / 9,472 = 100 %",
        "  MACs = K·O²·C·F² = 64·112²·3·7² = 118,013,952",
        "  add = K·O² = 64·112² = 802,816",
        "  FLOPs = 2·MACs + add = 2·118,013,952 + 802,816 = 236,830,720",
        "  MACs % = MACs·100 / MACs_all = 118,013,952·100 / 118,013,952 = 100 %",
        "  R_1 = R_0 + (F_1 − 1)·j_0 = 1 + (7 − 1)·1 = 7   (stem: F_1 = 7, S_1 = 2, P_1 = 3)",
        "  j_1 = j_0·S_1 = 1·2 = 2",
        "  start_1 = start_0 − P_1·j_0 = 0 − 3·1 = −3",
        "  field = R_1 = 7 px",
        "  jump = 2 px   (to what the next unit sees)",
        "  centre = start_1 + (R_1 − 1) / 2 = −3 + (7 − 1) / 2 = 0",
        "  shortest = 7 px   (no path sees less)",
        "  effective = min(4·√Var, field) = min(4·√4, 7) = 7 px   (4σ hold about 95 %)",
        "  seen % = 100.0 %   (the field has no holes)",
    ]


def test_axes_that_differ_are_told_apart():
    text = "input: {channels: 1, size: [8, 12]}\nlayers:\n - conv: {filters: 2, kernel: [3, 5], dilation: 2, bias: false}\n"
    assert lines(text, analysis="shapes")[2:] == [
        "        K = 2 (output channels), F_h = 3 (window size), F_w = 5 (window size),",
        "        S = 1 (step of the window), D = 2 (distance of the taps)",
        "  E_h = (F_h − 1)·D + 1 = (3 − 1)·2 + 1 = 5   (the extent of the kernel with its dilation)",
        "  O_h = ⌊(I_h − E_h) / S⌋ + 1 = ⌊(8 − 5) / 1⌋ + 1 = 4",
        "  E_w = (F_w − 1)·D + 1 = (5 − 1)·2 + 1 = 9   (the extent of the kernel with its dilation)",
        "  O_w = ⌊(I_w − E_w) / S⌋ + 1 = ⌊(12 − 9) / 1⌋ + 1 = 4",
        "  output = K×O_h×O_w = 2×4×4",
        "  kernel = K·C·F_h·F_w = 2·1·3·5 = 30   (2×1×3×5)",
        "  params = kernel = 30",
    ]


@pytest.mark.parametrize(("dialect", "bias", "gate"), [
    ("keras", "bias = g·U = 4·64 = 256", "input gate = U·C + U² + U = 64·28 + 64² + 64 = 5,952"),
    ("torch", "bias = 2·g·U = 2·4·64 = 512   (2×256)", "input gate = U·C + U² + 2·U = 64·28 + 64² + 2·64 = 6,016"),
])  # fmt: skip
def test_a_recurrent_layer_is_told_gate_by_gate(dialect, bias, gate):
    found = lines(f"dialect: {dialect}\ninput: {{channels: 28, size: [10]}}\nlayers: [lstm: 64]\n", analysis="params")
    assert f"  {bias}" in found
    assert any(line.startswith(f"  {gate}") for line in found)
    assert [line.split(" = ")[0].strip() for line in found if " gate = " in line] == [
        "input gate", "forget gate", "cell gate", "output gate"]


def test_a_layer_with_its_norm_and_a_block_are_explained_with_all_that_is_in_them():
    network = cnncalc.load("specs/resnet50.yaml")
    names = [network.nodes[i].name for i in members(network, "stem")]
    assert names == ["stem", "stem.norm", "stem.act"]
    assert len(members(network, "layer1.0")) == 12
    assert len(members(network, "")) == len(network.nodes) - 1


@pytest.mark.parametrize("name", registry.names("analyzers"))
def test_what_has_a_working_offers_it(cnncalc, name):
    word = name.replace("_", "-")
    if word != "inputs":
        assert ("--explain LAYER" in cnncalc(word, "--help").out) == (word in PARTS)


def test_shared_weights_are_said_to_be_shared():
    network = cnncalc.loads("input: {features: 4}\nlayers:\n - dense: {units: 4, name: a}\n - reuse: {layer: a, from: a, name: b}\n")
    section = explain(network, "b", "params").sections[0]
    assert section.notes == ["the weights are those of a: a total counts them once"]


@pytest.mark.parametrize(("arguments", "message"), [
    (("nix", "shapes"), "net has no layer `nix` (`cnncalc shapes --expand` shows their names)"),
    (("dense", "shapes"), "net has no layer `dense` (did you mean `dense1`?)"),
    (("dense1", "top"),
     "top has no working of layers (analyses: shapes, padding, params, macs, memory, receptive-field, summary, working)"),
])  # fmt: skip
def test_what_is_not_there_is_said_to_be(arguments, message):
    network = cnncalc.loads("name: net\ninput: {features: 4}\nlayers: [dense: 4]\n")
    with pytest.raises(cnncalc.UsageError) as error:
        cnncalc.explain(network, *arguments)
    assert str(error.value) == message


def test_layers_together_end_in_their_sum():
    text = "input: {features: 4}\nlayers:\n - dense: {units: 5, norm: batch_norm, activation: relu, name: d}\n - dense: 2\n"
    found = lines(text, analysis="params")
    assert found[found.index("model in all") :] == [
        "model in all",
        "  params = d + d.norm + dense1 = 20 + 10 + 12 = 42",
        "  trainable = d + d.norm + dense1 = 20 + 10 + 12 = 42",
        "  buffers = d.norm = 10",
        "  note: a layer's name stands for its own number",
    ]
    assert lines(text, analysis="params", layer="d")[-6:-3] == [
        "d in all",
        "  params = d + d.norm = 20 + 10 = 30",
        "  trainable = d + d.norm = 20 + 10 = 30",
    ]


def test_a_long_sum_says_how_many_terms_it_has():
    layers = "".join(f" - dense: {n}\n" for n in range(2, 12))
    found = lines(f"input: {{features: 4}}\nlayers:\n{layers}", analysis="params")
    assert any(line.startswith("  params = dense1 + dense2 + … + dense10") for line in found)
    assert any("a sum of 10 layers" in line for line in found)


def test_weights_that_are_used_again_count_once_in_the_sum_of_a_network():
    text = "input: {features: 4}\nlayers:\n - dense: {units: 4, name: a}\n - reuse: {layer: a, from: a, name: b}\n"
    assert "  params = a = 20" in lines(text, analysis="params")


@pytest.mark.parametrize(("layer", "said"), [
    ("relu", "field = R_1 = 3 px   (unchanged: x reads each element by itself)"),
    ("global_avg_pool", "field = all 8 of input, through x = all"),
    ("conv_transpose: {filters: 2, kernel: 3, stride: 2}",
     "R_2 = R_1 + (⌈F / S⌉ − 1)·j_1 = 3 + (⌈3 / 2⌉ − 1)·1 = 3 to 4"),
])  # fmt: skip
def test_a_layer_without_a_window_says_how_its_field_comes_about(layer, said):
    kind, _, keys = layer.partition(": ")
    keys = keys[1:-1] + ", " if keys else ""
    text = f"input: {{channels: 2, size: [8]}}\nlayers:\n - conv: {{filters: 2, kernel: 3}}\n - {kind}: {{{keys}name: x}}\n"
    assert any(line.strip().startswith(said) for line in lines(text, analysis="receptive-field", layer="x"))


def test_attention_is_worked_part_by_part():
    text = "input: {channels: 16, size: [10]}\nlayers:\n - multi_head_attention: {heads: 2, key_dim: 16}\n"
    steps = {s.name: s for s in explain(cnncalc.loads(text), "", "macs").sections[0].steps}
    parts = [value.value for name, value in steps.items() if name.startswith("MACs_")]
    assert len(parts) == 6
    assert sum(parts) == steps["MACs"].value


def test_what_is_done_before_a_window_is_told_where_padding_is_asked_for():
    text = "input: {channels: 1, size: [6]}\nlayers:\n - conv: {filters: 1, kernel: 3, padding: %s}\n"
    for padding, said in (("1", ["  P_start = P = 1   (as written)", "  P_end = P = 1"]),
                          ("valid", ["  P_start = 0   (valid: none)", "  P_end = 0"])):  # fmt: skip
        assert [line for line in lines(text % padding, analysis="padding") if line.startswith("  P_")] == said
        assert not [line for line in lines(text % padding, analysis="shapes") if line.startswith("  P_")]


UP = """
input: {channels: 1, size: [6]}
layers:
- conv: {filters: 1, kernel: 5}
- conv_transpose: {filters: 1, kernel: 4, stride: 2, name: up}
"""


def test_a_transposed_convolution_alone():
    found = lines(UP, analysis="working", layer="up")

    assert "R_in = 5 (what a unit of its input sees)" in "\n".join(found)
    assert [line for line in found if line.startswith("  R =")] == [
        "  R = R_in + (⌈F / S⌉ − 1)·j_in = 5 + (⌈4 / 2⌉ − 1)·1 = 6 px"
    ]
