"""`export --to torch`: what is written, and that PyTorch makes of it what cnncalc says."""

import hashlib
import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from cnncalc import SpecError, load, loads
from cnncalc.exporters.keras import export as to_keras
from cnncalc.exporters.torch import export
from cnncalc.exporting.python import statement
from tests.zoo.models import names

ANSWERS = json.loads((Path(__file__).parent / "data" / "torch.json").read_text(encoding="utf-8"))
"""What PyTorch made of the code of each network: `python -m tools.truth exports`."""
HEAD = "dialect: torch\ninput: {channels: 3, size: [32, 32]}\nlayers:\n"


def code(*items, head=HEAD):
    return export(loads(head + "".join(f"  - {item}\n" for item in items), name="net.yaml"))


def init(text):
    """The statements of the last class that make its layers."""
    return [line.strip() for line in text.rpartition("super().__init__()\n")[2].partition("\n\n")[0].splitlines()]


def forward(text):
    """The statements that compute the output of the last class."""
    return [line.strip() for line in text.rpartition("-> torch.Tensor:\n")[2].splitlines()]


def test_every_network_of_the_zoo_was_run():
    assert sorted(ANSWERS) == sorted({name.partition(" ")[0] for name in names()})


FEW = ("hourglass2", "mobilenet_v2", "pix2pix::discriminator", "raft_small", "resnet50", "resnet50_keras", "unet")
"""Those that are looked at each time; the others take a while."""


@pytest.mark.parametrize("name", [n if n in FEW else pytest.param(n, marks=pytest.mark.slow) for n in sorted(ANSWERS)])
def test_pytorch_makes_of_the_code_what_cnncalc_says(name):
    network, answer = load(f"zoo:{name}"), ANSWERS[name]
    if "refused" in answer:
        with pytest.raises(SpecError) as caught:
            export(network)
        assert [finding.message for finding in caught.value.diagnostics] == answer["refused"]
        return
    again = "the code is not the one that was run: `make truth` runs it"
    assert hashlib.sha256(export(network).encode()).hexdigest()[:16] == answer["code"], again
    assert (answer["params"], answer["macs"]) == (network.params.value, network.macs.value)
    assert answer["buffers"] == network.buffers.value
    outputs = [network.nodes[index].output for index in dict.fromkeys(network.outputs.values())]
    assert answer["outputs"] == [[x.channels, *x.size] if not x.form else list(x.size) for x in outputs]


BACK = json.loads((Path(__file__).parent / "data" / "torch_back.json").read_text(encoding="utf-8"))
"""What `cnncalc.from_torch` counts of the modules that the code of small networks makes."""


def test_modules_of_the_code_are_read_again_as_the_same_networks():
    assert len(BACK) > 40
    for name, answer in BACK.items():
        network = load(f"zoo:{name}")
        assert answer["code"] == ANSWERS[name]["code"], name
        assert answer["params"] == network.params.value
        # PyTorch's export leaves out what no output depends on.
        assert (answer["macs"] == network.macs.value) == (name != "wavenet"), name


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(name for name in ANSWERS if ANSWERS[name].get("changed")))
def test_arguments_of_the_code_are_the_variables_of_the_spec(name):
    for argument, value, params in ANSWERS[name]["changed"]:
        assert load(f"zoo:{name}", set={argument.rstrip("_"): value}).params.known == params, argument


def test_what_is_refused_is_said_by_its_reason():
    assert {name: answer["refused"] for name, answer in ANSWERS.items() if "refused" in answer} == {
        "raft_small": ["`first.similar` (opaque): what it computes is not known"]
    }


@pytest.mark.slow
@pytest.mark.parametrize("chosen", [FEW, pytest.param(tuple(ANSWERS), marks=pytest.mark.slow)], ids=["few", "all"])
def test_the_code_is_laid_out_as_ruff_does_and_has_no_finding(tmp_path, chosen):
    for name in chosen:
        if "refused" not in ANSWERS[name]:
            (tmp_path / f"{name.replace('::', '_')}.py").write_text(export(load(f"zoo:{name}")), encoding="utf-8")
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run([sys.executable, "-m", "ruff", *command, "--isolated", str(tmp_path)],
                              capture_output=True, text=True, check=False)  # fmt: skip
        assert done.returncode == 0, done.stdout


def test_resnet_50_is_short():
    text = export(load("zoo:resnet50"))

    assert text.count("\n") <= 80
    assert "    def __init__(self, in_channels: int, mid: int, stride: int = 1) -> None:\n" in text
    assert "        self.has_shortcut = stride != 1 or in_channels != 4 * mid\n" in text
    assert "            *(Bottleneck(512, 128) for _ in range(n2 - 1)),\n" in text
    assert "    def __init__(self, n3: int = 6, classes: int = 1000) -> None:\n" in text
    assert "        n2 = 8 if n3 == 36 else 4\n" in text


def test_channels_that_a_condition_changes_follow_from_the_arguments_all_the_same():
    text = export(load("zoo:mobilenet_v2"))

    assert "            self.conv1_norm = nn.BatchNorm2d(in_channels * t)\n" in text
    assert "        self.project = nn.Conv2d(in_channels * t, make_divisible(c * w), 1, bias=False)\n" in text


def test_a_long_chain_of_calls_stands_in_brackets():
    value = "x.unflatten(1, (-1, 4)).transpose(1, 2).flatten(1, 2)"

    assert statement(f"return {value}", 30) == [" " * 30 + "return (", " " * 34 + value, " " * 30 + ")"]
    assert statement(f"y = {value}", 50) == [
        " " * 50 + "y = (", " " * 54 + "x.unflatten(1, (-1, 4))", " " * 54 + ".transpose(1, 2)", " " * 54 + ".flatten(1, 2)",
        " " * 50 + ")"]  # fmt: skip


def test_a_name_that_the_spec_gives_is_of_one_result_alone():
    text = export(load("zoo:yolov3"))

    assert "        x = self.upcat1(n5, c4)\n        n4 = self.n4(x)\n" in text
    assert text.count(" n5 = ") == text.count(" n4 = ") == 1


@pytest.mark.parametrize(
    ("item", "made", "computed"),
    [
        ("conv: {filters: 8, kernel: 3}", "self.conv1 = nn.Conv2d(3, 8, 3)", "self.conv1(x)"),
        ("conv: {filters: 8, kernel: [3, 5], padding: half, groups: 1, bias: false}", "self.conv1 = nn.Conv2d(3, 8, (3, 5), padding=(1, 2), bias=False)", "self.conv1(x)"),
        ("conv: {filters: 6, kernel: 3, padding: 1, padding_mode: reflect}", 'self.conv1 = nn.Conv2d(3, 6, 3, padding=1, padding_mode="reflect")', "self.conv1(x)"),
        ("depthwise_conv: {kernel: 3, multiplier: 2}", "self.depthwise_conv1 = nn.Conv2d(3, 6, 3, groups=3)", "self.depthwise_conv1(x)"),
        ("conv_transpose: {filters: 4, kernel: 3, stride: 2, padding: 1, output_padding: 1}", "self.conv_transpose1 = nn.ConvTranspose2d(", "self.conv_transpose1(x)"),
        ("max_pool: {size: 3, stride: 2, padding: 1, ceil: true}", "self.max_pool1 = nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True)", "self.max_pool1(x)"),
        ("avg_pool: 2", "self.avg_pool1 = nn.AvgPool2d(2)", "self.avg_pool1(x)"),
        ("adaptive_avg_pool: [7, 5]", "self.adaptive_avg_pool1 = nn.AdaptiveAvgPool2d((7, 5))", "self.adaptive_avg_pool1(x)"),
        ("batch_norm: {eps: 0.001}", "self.batch_norm1 = nn.BatchNorm2d(3, eps=0.001)", "self.batch_norm1(x)"),
        ("batch_norm: {scale: false, center: false}", "self.batch_norm1 = nn.BatchNorm2d(3, affine=False)", "self.batch_norm1(x)"),
        ("group_norm: 3", "self.group_norm1 = nn.GroupNorm(3, 3)", "self.group_norm1(x)"),
        ("layer_norm", "self.layer_norm1 = nn.LayerNorm(3)", "self.layer_norm1(x.movedim(1, -1)).movedim(-1, 1)"),
        ("layer_norm: {axes: all}", "self.layer_norm1 = nn.LayerNorm((3, 32, 32))", "self.layer_norm1(x)"),
        ("prelu", "self.prelu1 = nn.PReLU()", "self.prelu1(x)"),
        ("local_response_norm: {size: 5, alpha: 0.001}", "self.local_response_norm1 = nn.LocalResponseNorm(5, alpha=0.001)", "self.local_response_norm1(x)"),
        ("dropout: 0.3", "self.dropout1 = nn.Dropout(0.3)", "self.dropout1(x)"),
        ("dense: 7", "self.dense1 = nn.Linear(32, 7)", "self.dense1(x)"),
        ("unfold: {kernel: 3, padding: 1}", "self.unfold1 = nn.Unfold(3, padding=1)", "self.unfold1(x)"),
        ("lp_pool: {size: 3, stride: 1, p: 1}", "self.lp_pool1 = nn.LPPool2d(1, 3, stride=1)", "self.lp_pool1(x)"),
    ],
)  # fmt: skip
def test_a_layer_with_a_module(item, made, computed):
    text = code(item)

    assert init(text)[0] == made
    assert forward(text) == [f"return {computed}"]


@pytest.mark.parametrize(
    ("item", "computed"),
    [
        ("relu", "F.relu(x)"),
        ("leaky_relu: 0.2", "F.leaky_relu(x, negative_slope=0.2)"),
        ("leaky_relu", "F.leaky_relu(x)"),
        ("softmax", "x.softmax(1)"),
        ("softmax: {axis: w}", "x.softmax(3)"),
        ("flatten", "x.flatten(1)"),
        ("global_avg_pool", "x.mean((2, 3))"),
        ("global_max_pool: {keep_size: true}", "x.amax((2, 3), keepdim=True)"),
        ("crop: [[1, 2], [0, 3]]", "x[..., 1:30, 0:29]"),
        ("pad: {amount: 1, mode: reflect}", 'F.pad(x, (1, 1, 1, 1), mode="reflect")'),
        ("pad: {channels: [1, 2]}", "F.pad(x, (0, 0, 0, 0, 1, 2))"),
        ("slice: {channels: [0, 2], size: [[4, null], null]}", "x[:, :2, 4:, :]"),
        ("slice: {axis: h, range: [2, 5]}", "x[:, :, 2:5]"),
        ("reshape: {to: {channels: 12, size: [16, 16]}}", "x.reshape(-1, 12, 16, 16)"),
        ("reshape: {to: {channels: 3, size: [-1]}}", "x.flatten(2)"),
        ("reshape: {to: {channels: 6, size: [-1]}}", "x.flatten(1).unflatten(1, (6, -1))"),
        ("crop: 3", "x[..., 3:-3, 3:-3]"),
        ("gather: {axis: h, indices: [0, 2, -1]}", "x[:, :, [0, 2, 31]]"),
        ("tile: {axis: w, times: 3}", "x.repeat(1, 1, 1, 3)"),
        ("permute: {axes: [h, c, w]}", "x.permute(0, 2, 1, 3)"),
        ("upsample: 2", "F.interpolate(x, scale_factor=2)"),
        ("upsample: {scale: 2, mode: linear, align_corners: true}", 'F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True)'),
        ("resize: {size: [5, 7], mode: nearest}", "F.interpolate(x, size=(5, 7))"),
        ("space_to_depth: 2", "F.pixel_unshuffle(x, 2)"),
        ("softmax: {axis: space}", "x.flatten(2).softmax(2).view_as(x)"),
        ("log_softmax: {axis: [c, h]}", "F.log_softmax(x.flatten(1, 2), dim=1).view_as(x)"),
        ("softmax: {axis: [c, w]}", "(x - x.logsumexp((1, 3), keepdim=True)).exp()"),
        ("relu: {max_value: 6}", "x.clamp(0, 6)"),
        ("relu: {slope: 0.1, threshold: 1}", "torch.where(x >= 1, x, 0.1 * (x - 1))"),
        ("rescaling: {scale: 2, offset: 0.5}", "x * 2 + 0.5"),
        ("rescaling: {scale: 0.5, offset: -1}", "x * 0.5 - 1"),
        ("rescaling: {scale: -1, offset: 1}", "1 - x"),
        ("rescaling: {scale: -1}", "-x"),
        ("gelu: {approximate: tanh}", 'F.gelu(x, approximate="tanh")'),
        ("softplus: {beta: 2}", "F.softplus(x, beta=2)"),
        ("mean: {axis: channels}", "x.mean(1, keepdim=True)"),
        ("l2_norm", "F.normalize(x, dim=1)"),
    ],
)  # fmt: skip
def test_a_layer_without_one(item, computed):
    assert forward(code(item)) == [f"return {computed}"]


@pytest.mark.parametrize(("axes", "dims"), [("space", "(2, 3)"), ("all", "(1, 2, 3)")])
def test_lengths_over_several_axes_are_those_of_vectors(axes, dims):
    # `Tensor.norm` takes two axes at most: it would be that of a matrix.
    lines = forward(code(f"l2_norm: {{axes: {axes}}}"))
    assert "".join(lines) == f"return x / torch.linalg.vector_norm(x, dim={dims}, keepdim=True).clamp(min=1e-12)"


def test_a_cubic_that_pytorch_weighs_otherwise_is_refused():
    with pytest.raises(SpecError, match="PyTorch's cubic weighs neighbours by -0.75, Keras' by -0.5"):
        code("resize: {size: [5, 5], mode: bicubic}", head=HEAD.replace("torch", "keras"))


@pytest.mark.parametrize("target", ["torch", "keras", "onnx"])
def test_a_product_of_two_vectors_is_one_number(target):
    spec = "dialect: keras\ninputs: {a: {features: 6}, b: {features: 6}}\nlayers: [matmul: {from: [a, b], axes: [c, c]}]"
    exporter = importlib.import_module(f"cnncalc.exporters.{target}")

    assert str(loads(spec).nodes[-1].output) == "1"
    text = exporter.export(loads(spec))
    assert "za,za->z" in (text if isinstance(text, str) else text.decode("latin-1"))


def test_averages_of_more_padding_than_half_a_window_do_not_count_it():
    text = code("avg_pool: {size: 3, padding: 2, stride: 1}", head=HEAD.replace("torch", "keras"))

    assert forward(text)[0] == "# the padding does not count in the average"
    assert "torch.ones_like(x)" in text


def test_the_epsilon_of_a_dialect_without_one_of_its_own_is_one_number_in_all_targets():
    head = HEAD.replace("torch", "openvino")

    assert init(code("batch_norm", head=head)) == ["self.batch_norm1 = nn.BatchNorm2d(3)"]
    assert "epsilon=1e-05" in to_keras(loads(f"{head}  - batch_norm\n"))


@pytest.mark.parametrize(
    ("item", "made"),
    [
        ("parameter: {channels: 3, size: [32, 32]}", "nn.Parameter(torch.zeros(1, 3, 32, 32))"),
        ("parameter: {channels: 3, size: [32, 32], learnt: false}", "nn.Buffer(torch.zeros(1, 3, 32, 32))"),
        ("constant: {channels: 3, size: [32, 32], value: 0.5}", "nn.Buffer(torch.full((1, 3, 32, 32), 0.5), persistent=False)"),
    ],
)  # fmt: skip
def test_a_tensor_that_reads_nothing_is_one_for_all_examples(item, made):
    text = code(item, "concat: [prev, input]")

    assert init(text) == [f"self.{item.partition(':')[0]}1 = {made}"]
    assert forward(text)[-1] == "return torch.cat([out.expand(len(x), -1, -1, -1), x], dim=1)"


def test_a_constant_of_numbers_that_are_not_stated_is_refused():
    with pytest.raises(SpecError, match="what its elements are is not stated"):
        code("constant: {channels: 3, size: [32, 32]}", "add: [prev, input]")


def test_what_pytorch_cannot_pad_is_padded_before_the_layer():
    text = code("conv: {filters: 8, kernel: 3, stride: 2, padding: same}", "max_pool: {size: 2, padding: [[0, 1], [0, 1]]}",
                head=HEAD.replace("torch", "keras"))  # fmt: skip

    assert init(text) == ["self.conv1 = nn.Conv2d(3, 8, 3, stride=2)", "self.max_pool1 = nn.MaxPool2d(2)"]
    assert forward(text) == [
        "# PyTorch pads both sides alike: these differ",
        "x = self.conv1(F.pad(x, (0, 1, 0, 1)))",
        "# PyTorch pads both sides alike: these differ",
        'return self.max_pool1(F.pad(x, (0, 1, 0, 1), value=float("-inf")))',
    ]


@pytest.mark.parametrize(
    ("dialect", "keys", "made"),
    [
        ("torch", "", "self.avg_pool1 = nn.AvgPool2d(3, stride=1, padding=1)"),
        ("torch", ", count_padding: false", "self.avg_pool1 = nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)"),
        ("tflite", "", "self.avg_pool1 = nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)"),
    ],
)  # fmt: skip
def test_averages_count_the_padding_as_the_dialect_does(dialect, keys, made):
    padding = "same" if dialect == "tflite" else 1
    assert init(code(f"avg_pool: {{size: 3, stride: 1, padding: {padding}{keys}}}", head=HEAD.replace("torch", dialect)))[0] == made


def test_of_a_separable_convolution_the_pointwise_one_has_the_bias():
    assert init(code("separable_conv: {filters: 5, kernel: 3}"))[:2] == [
        "self.separable_conv1_depthwise = nn.Conv2d(3, 3, 3, groups=3, bias=False)",
        "self.separable_conv1 = nn.Conv2d(3, 5, 1)",
    ]


@pytest.mark.parametrize(
    ("inputs", "computed"),
    [
        ("x: {channels: 4, size: [4, 4]}, v: {features: 4}", "x * v[:, :, None, None]"),
        ("v: {features: 4}, x: {channels: 4, size: [9]}", "v[:, :, None] * x"),
        ("x: {channels: 3, size: [6, 8]}, v: {channels: 3, size: [8]}", "x * v[:, :, None]"),
    ],
)  # fmt: skip
def test_an_operand_of_fewer_axes_keeps_its_channels(inputs, computed):
    names = [part.partition(":")[0].strip() for part in inputs.split("}, ")]
    text = export(loads(f"dialect: keras\ninputs: {{{inputs}}}\nlayers: [multiply: [{', '.join(names)}]]"))

    assert text.endswith(f"        return {computed}\n")


@pytest.mark.parametrize(
    ("item", "made"),
    [
        ("scale", "self.scale1_scale = nn.Parameter(torch.ones(()))"),
        ("scale: {axes: [h]}", "self.scale1_scale = nn.Parameter(torch.ones(32, 1))"),
        ("scale: {axes: channels, shift: true}", "self.scale1_scale = nn.Parameter(torch.ones(3, 1, 1))"),
    ],
)  # fmt: skip
def test_a_scale_lies_along_its_axes(item, made):
    assert init(code(item))[0] == made


def test_what_is_used_again_in_a_block_is_found_from_there():
    text = export(loads("input: {channels: 8, size: [8, 8]}\nblocks:\n  E: {layers: [conv: {filters: 8, kernel: 1, name: d}]}\n"
                        "  G: {layers: [E: {name: e}, relu, reuse: {layer: e.d, from: prev}]}\nlayers: [G: {name: a}, G: {repeat: 2}]"))  # fmt: skip

    assert text.count("class G") == 1
    assert "        return self.e.d(x)\n" in text


@pytest.mark.parametrize(("name", "made"), [("F", "class F2(nn.Module):"), ("Attention", "class Attention2(nn.Module):")])
def test_blocks_are_not_called_as_what_the_file_uses(name, made):
    assert made in export(loads(f"input: {{channels: 4, size: [4, 4]}}\nblocks: {{{name}: {{layers: [relu]}}}}\nlayers: [conv: {{filters: 4, kernel: 1}}, {name}]"))


def test_variables_are_not_called_as_functions_of_expressions():
    text = export(loads('input: {channels: 4, size: [4, 4]}\nvars: {max: 3, a: 4}\nlayers: [conv: {filters: "$(max(a, 2)*2)", kernel: 1}, conv: {filters: $max, kernel: 1}]'))

    assert "def __init__(self, a: int = 4, max_: int = 3) -> None:" in text


def test_the_order_of_what_is_flattened_is_that_of_the_dialect():
    text = code("flatten", "dense: 10", head=HEAD.replace("torch", "keras"))

    assert forward(text) == ["x = x.movedim(1, -1).flatten(1)", "return self.dense1(x)"]


def test_several_inputs_and_outputs():
    text = export(loads("inputs: {a: {channels: 3, size: [8, 8]}, b: {channels: 3, size: [8, 8]}}\nlayers:\n"
                        "  - add: {from: [a, b], name: sum}\n  - relu: {name: up}\n  - tanh: {from: sum, name: down}\noutputs: [up, down]"))  # fmt: skip

    assert "    def forward(\n        self, a: torch.Tensor, b: torch.Tensor\n    ) -> tuple[torch.Tensor, torch.Tensor]:\n" in text
    assert text.endswith("        sum_ = a + b\n        up = F.relu(sum_)\n        down = sum_.tanh()\n        return up, down\n")


def test_weights_that_are_used_again_are_one_module():
    text = code("conv: {filters: 3, kernel: 1, name: c}", "relu", "reuse: {layer: c, from: prev}")

    assert init(text) == ["self.c = nn.Conv2d(3, 3, 1)"]
    assert forward(text) == ["x = F.relu(self.c(x))", "return self.c(x)"]


def test_a_block_that_stands_in_itself_is_a_class_for_each_depth():
    text = export(load("zoo:hourglass2"))

    assert [line for line in text.splitlines() if line.startswith("class Hourglass")][:2] == [
        "class Hourglass(nn.Module):", "class Hourglass2(nn.Module):"
    ]  # fmt: skip


HOSTILE = r'''
cnncalc: 1
name: '"""; import os; os.system("x") #'
description: 'a \ """ b {0} {m} \N{x}'
vars: {"import": 3, lambda: 8, self: 2}
input: {channels: 3, size: [16, 16]}
blocks:
  Class:
    args: {def: required, forward: 3}
    layers:
      - conv: {filters: $def, kernel: $forward, padding: same, name: class}
      - conv: {filters: $lambda, kernel: 1, name: "日本"}
      - conv: {filters: 4, kernel: 1, name: __class__}
      - conv: {filters: 4, kernel: 1, name: forward}
layers:
  - Class: {def: $import, name: x}
  - Class: {def: $self, name: None}
  - conv: {filters: 4, kernel: 1, name: if}
  - conv: {filters: 4, kernel: 1, name: _}
'''


@pytest.mark.parametrize(
    ("item", "made"),
    [
        ("layer_norm", "nn.LayerNorm(3, eps=0.001)"),
        ("group_norm: 3", "nn.GroupNorm(3, 3, eps=0.001)"),
        ("rms_norm", "nn.RMSNorm(3, eps=1e-06)"),
        ("layer_norm: {eps: 0.00001}", "nn.LayerNorm(3)"),
    ],
)
def test_what_keras_has_by_default_is_said(item, made):
    assert init(code(item, head=HEAD.replace("torch", "keras")))[0].endswith(made)


def test_the_slope_of_a_leaky_relu_is_that_of_its_dialect():
    assert forward(code("leaky_relu", head=HEAD.replace("torch", "keras"))) == ["return F.leaky_relu(x, negative_slope=0.3)"]


def test_what_a_shift_brings_into_one_window_from_two_ends_is_masked():
    text = code("multi_head_attention: {heads: 1, window: 4, shift: 2}")
    assert "self.mix(x, self.ends(padded, shift, len(x)) if any(shift) else None)" in text


def test_names_never_become_code():
    text = export(loads(HOSTILE))
    tree = compile(text, "exported", "exec", dont_inherit=True)

    assert set(tree.co_names) <= {"__doc__", "__module__", "__qualname__", "torch", "nn", "Module", "F", "functional", "Class", "ImportOsOsSystemX"}
    assert "self.forward_ = nn.Conv2d(4, 4, 1)" in text
    assert "self, in_channels: int, def_: int, lambda_: int, forward_: int = 3" in text


def test_a_finding_for_each_reason_and_where_it_stands():
    with pytest.raises(SpecError) as caught:
        code("opaque: {output: {channels: 3, size: [32, 32]}, name: a}", "opaque: {output: {channels: 3, size: [32, 32]}, name: b}",
             "upsample: {scale: 2, mode: lanczos3}", head=HEAD.replace("torch", "keras"))  # fmt: skip

    assert [str(finding) for finding in caught.value.diagnostics] == [
        "net.yaml:4:59: E801: `a` (opaque): what it computes is not known",
        "net.yaml:6:5: E801: `upsample1` (upsample): PyTorch has no `lanczos3` in 2 axes",
    ]
