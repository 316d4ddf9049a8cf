"""`export --to darknet`: what is written, what is refused, and that it is read back as the same network."""

import hashlib
import json
from pathlib import Path

import pytest

from cnncalc import SpecError, load, loads
from cnncalc.exporters.darknet import export
from tests.zoo.models import names

ANSWERS = json.loads((Path(__file__).parent / "data" / "darknet.json").read_text(encoding="utf-8"))
"""Why a network is refused, or what OpenCV made of its file and weights: `python -m tools.truth darknet`."""
HEAD = "dialect: torch\ninput: {channels: 6, size: [12, 8]}\nlayers:\n"
NORMED = "conv: {filters: 6, kernel: 3, padding: 1, norm: batch_norm}"


def network(*items, head=HEAD):
    return loads(head + "".join(f"  - {item}\n" for item in items), name="net.yaml")


def sections(*items, head=HEAD):
    """The sections behind [net], `kind key=value …`."""
    text = export(network(*items, head=head))
    lines = [line for line in text.splitlines() if line and line[0] != "#"]
    found = " ".join(lines).split("[")
    assert found[1].startswith("net] ")
    return [" ".join(part.replace("]", "").split()) for part in found[2:]]


def numbers(network):
    """Parameters, multiply-accumulates and buffers, and the elements of the outputs."""
    outputs = sorted(network.nodes[index].output.elements for index in set(network.outputs.values()))
    return network.params.value, network.macs.value, network.buffers.value, outputs


def back(network, folder):
    path = folder / "net.cfg"
    path.write_text(export(network), encoding="utf-8")
    return load(path)


def test_every_network_of_the_zoo_is_written_or_refused_with_its_reason():
    assert sorted(ANSWERS) == sorted({name.partition(" ")[0] for name in names()})
    written = [answer for answer in ANSWERS.values() if "refused" not in answer]
    run = [answer["error"] for answer in written if "error" in answer]
    assert (len(written), len(run), max(run) < 1e-4) == (28, 14, True)


def test_the_page_has_the_figures_of_what_was_run():
    page = (Path(__file__).parents[2] / "docs" / "export.md").read_text(encoding="utf-8")
    written = [answer for answer in ANSWERS.values() if "refused" not in answer]
    run, unread = (sum(word in answer for answer in written) for word in ("error", "unread"))

    assert f"Darknet: of {len(written)} networks," in page
    assert f"OpenCV 4 ran {run} with random weights" in page
    assert f"{unread} have sections, an activation or a head that it does not know, and {len(written) - run - unread} are large" in page


FEW = ("alexnet", "efficientdet_d0", "inception_v3", "resnet18", "swin_t", "tcn", "yolov1", "yolov3_tiny")
EACH = [name if name in FEW else pytest.param(name, marks=pytest.mark.slow) for name in sorted(ANSWERS)]


@pytest.mark.parametrize("name", EACH)
def test_what_is_read_again_is_the_same_network(name, tmp_path):
    network, answer = load(f"zoo:{name}"), ANSWERS[name]
    if "refused" in answer:
        with pytest.raises(SpecError) as caught:
            export(network)
        assert [finding.message for finding in caught.value.diagnostics] == answer["refused"]
        return
    assert hashlib.sha256(export(network).encode()).hexdigest()[:16] == answer["code"]
    assert numbers(back(network, tmp_path)) == numbers(network)


CONV = "convolutional filters=4 size=1 stride=1 pad=1 activation=linear"


@pytest.mark.parametrize(("items", "expected"), [
    (["conv: {filters: 4, kernel: 1}"], [CONV]),
    (["conv: {filters: 4, kernel: 5, padding: 1, stride: [2, 1]}"], ["convolutional filters=4 size=5 stride_x=1 stride_y=2 padding=1 activation=linear"]),
    (["conv: {filters: 4, kernel: 3, padding: 2, dilation: 2}"], ["convolutional filters=4 size=3 stride=1 pad=1 dilation=2 activation=linear"]),
    (["conv: {filters: 4, kernel: 4, groups: 2}"], ["convolutional filters=4 groups=2 size=4 stride=1 activation=linear"]),
    (["depthwise_conv: {kernel: 3, padding: 1, stride: 2}"], ["convolutional filters=6 groups=6 size=3 stride=2 pad=1 activation=linear"]),
    # (12 − 1)·2 + 4 − 2·1 = 24.
    (["conv_transpose: {filters: 4, kernel: 4, stride: 2, padding: 1}"], ["deconvolutional filters=4 size=4 stride=2 padding=1 activation=linear"]),
    (["locally_connected: {filters: 2, kernel: 3}"], ["local filters=2 size=3 stride=1 activation=linear"]),
    ([f"{NORMED[:-1]}, activation: relu}}"], ["convolutional batch_normalize=1 filters=6 size=3 stride=1 pad=1 activation=relu"]),
    (["conv: {filters: 4, kernel: 1, bias: false}", "batch_norm", "silu"], [f"convolutional batch_normalize=1 {CONV[14:-6]}swish"]),
    # A bias and a norm do not fit into one section.
    (["conv: {filters: 4, kernel: 1}", "batch_norm", "relu"], [CONV, "batchnorm", "activation activation=relu"]),
    # What the convolution gives is read twice, so that its activation is none of its section.
    (["conv: {filters: 4, kernel: 1, name: c}", "relu", "add: [c, prev]"], [CONV, "activation activation=relu", "shortcut from=-2 activation=linear"]),
    (["leaky_relu: 0.1"], ["activation activation=leaky"]),
    (["gelu: {approximate: tanh}"], ["activation activation=gelu"]),
    # 12 + 1 and 8 + 1 elements have no more windows than 12 and 8: the usual padding does.
    (["max_pool: 2"], ["maxpool size=2 stride=2"]),
    (["max_pool: {size: 3, stride: 1, padding: 1}"], ["maxpool size=3 stride=1"]),
    # 12 and 8 have 6 and 4 windows of 3 if rounded up; one element more is enough.
    (["max_pool: {size: 3, stride: 2, ceil: true}"], ["maxpool size=3 stride=2 padding=1"]),
    (["avg_pool: {size: 3, stride: 2, padding: 1, count_padding: false}"], ["local_avgpool size=3 stride=2"]),
    (["adaptive_avg_pool: [3, 2]"], ["local_avgpool size=4 stride=4 padding=0"]),
    (["adaptive_avg_pool: 1", "adaptive_max_pool: 1"], ["avgpool"]),
    (["conv: {filters: 4, kernel: 1}", "slice: {channels: [0, 4]}"], [CONV]),
    (["adaptive_avg_pool: [12, 8]", "flatten", "dense: 5", "softmax"], ["connected output=5 activation=linear", "softmax"]),
    (["global_avg_pool", "dropout: 0.3", "dense: 5"], ["avgpool", "dropout probability=0.3", "connected output=5 activation=linear"]),
    (["upsample: 2"], ["upsample stride=2"]),
    (["resize: {size: [36, 24], mode: nearest}"], ["upsample stride=3"]),
    (["crop: {size: [9, 6]}"], ["crop crop_height=9 crop_width=6 noadjust=1"]),
    (["l2_norm"], ["l2norm"]),
    # 2 to 4 of 6 channels are the second of three groups. What goes in is no layer: a linear one stands for it.
    (["slice: {channels: [2, 4]}"], ["activation activation=linear", "route layers=-1 groups=3 group_id=1"]),
    (["conv: {filters: 4, kernel: 1, name: c}", "conv: {filters: 4, kernel: 1}", "concat: [prev, c]"], [CONV, CONV, "route layers=-1,-2"]),
    (["conv: {filters: 6, kernel: 1, name: c}", "add: [c, input]"], ["activation activation=linear", CONV.replace("=4", "=6"), "shortcut from=-2 activation=linear"]),
    # The second operand has fewer channels, which a shortcut fills up.
    (["conv: {filters: 4, kernel: 1, name: c}", "conv: {filters: 6, kernel: 1, name: d}", "pad: {channels: [0, 2], from: c}", "add: [d, prev]", "relu"],
     [CONV, CONV.replace("=4", "=6"), "shortcut from=-2 activation=relu"]),
    (["conv: {filters: 6, kernel: 1, name: c}", "global_avg_pool", "dense: {units: 6, activation: sigmoid}", "multiply: [c, prev]"],
     [CONV.replace("=4", "=6"), "avgpool", "connected output=6 activation=logistic", "scale_channels from=-3 activation=linear"]),
    (["conv: {filters: 4, kernel: 1, name: c}", "conv: {filters: 4, kernel: 1}", "multiply: [c, prev]"], [CONV, CONV, "sam from=-2 activation=linear"]),
    (["conv: {filters: 4, kernel: 1, name: c}", "conv: {filters: 4, kernel: 1}", "weighted_add: {from: [prev, c], normalise: none, per: channel}"],
     [CONV, CONV, "shortcut from=-2 weights_type=per_channel activation=linear"]),
    # The last section is the output, and the first is far away.
    (["conv: {filters: 4, kernel: 1, name: c}", *["relu"] * 11, "identity: {from: c}"],
     [CONV, *["activation activation=relu"] * 11, "route layers=0"]),
    (["conv: {filters: 14, kernel: 1}", "yolo_head: {anchors: 2, classes: 2}"], [CONV.replace("=4", "=14"), "yolo mask=0,1 classes=2 num=2"]),
])  # fmt: skip
def test_layers_are_these_sections_and_are_read_back(items, expected, tmp_path):
    assert sections(*items) == expected
    net = network(*items)
    assert numbers(back(net, tmp_path)) == numbers(net)


DARKNET = HEAD.replace("torch", "darknet")


@pytest.mark.parametrize(("items", "expected"), [
    (["space_to_depth: 2", "depth_to_space: 2"], ["reorg stride=2", "reorg stride=2 reverse=1"]),
    (["local_response_norm: {size: 5, k: 2}"], ["lrn size=5 kappa=2"]),
    (["leaky_relu", "gelu"], ["activation activation=leaky", "activation activation=gelu"]),
])  # fmt: skip
def test_what_darknet_computes_in_its_own_way_is_written_of_its_own_dialect(items, expected):
    assert sections(*items, head=DARKNET) == expected


@pytest.mark.parametrize(("item", "reason"), [
    ("conv: {filters: 4, kernel: [1, 3]}", "`conv1` (conv): Darknet has one size for both axes, and this is 1 and 3"),
    ("conv: {filters: 4, kernel: 3, padding: [1, 0]}", "`conv1` (conv): Darknet has one padding for both axes, and this is 1 and 0"),
    ("conv: {filters: 4, kernel: 3, bias: false}", "`conv1` (conv): in Darknet it has a bias, or a batch norm behind it"),
    ("conv: {filters: 4, kernel: 1, padding: 1}", "`conv1` (conv): with a padding, Darknet reads another element than the one under a window of 1"),
    ("conv: {filters: 4, kernel: 3, dilation: 2}", "`conv1` (conv): in Darknet a dilated convolution keeps the size but for its stride"),
    ("conv: {filters: 4, kernel: 3, padding: 1, padding_mode: reflect}", "`conv1` (conv): Darknet pads with zeros alone"),
    ("conv_transpose: {filters: 4, kernel: 3, stride: 2, padding: 1, output_padding: 1}", "`conv_transpose1` (conv_transpose): Darknet cuts both sides by the same, and adds nothing"),
    ("conv_transpose: {filters: 4, kernel: 2, stride: 2, groups: 2}", "`conv_transpose1` (conv_transpose): in Darknet it has neither groups nor a dilation"),
    ("locally_connected: {filters: 4, kernel: 3, bias: false}", "`locally_connected1` (locally_connected): in Darknet it has a bias"),
    ("locally_connected: {filters: 4, kernel: 5, padding: 1}", "`locally_connected1` (locally_connected): Darknet pads it so that the size stays, or not at all"),
    ("max_pool: {size: 2, dilation: 2}", "`max_pool1` (max_pool): Darknet's pools have no dilation"),
    ("avg_pool: {size: 3, stride: 2, padding: 1}", "`avg_pool1` (avg_pool): Darknet's averages do not count the padding"),
    ("global_max_pool", "`global_max_pool1` (global_max_pool): Darknet has one size of windows for both axes, and this is 12 and 8"),
    ("adaptive_max_pool: [5, 5]", "`adaptive_max_pool1` (adaptive_max_pool): its windows differ in size"),
    ("leaky_relu", "`leaky_relu1` (leaky_relu): Darknet's slope is 0.1, and this is 0.01"),
    ("elu: 0.5", "`elu1` (elu): Darknet's alpha is 1, and this is 0.5"),
    ("gelu", "`gelu1` (gelu): Darknet has the approximation by tanh"),
    ("batch_norm: {scale: false, center: false}", "`batch_norm1` (batch_norm): Darknet's batch norm has a scale, a shift and statistics"),
    ("dense: 3", "`dense1` (dense): Darknet's connected layer reads all of a map"),
    ("reshape: {to: {channels: 3, size: [16, 12]}}", "`reshape1` (reshape): Darknet's maps keep their shape"),
    ("softmax", "`softmax1` (softmax): Darknet's softmax is over all elements of a vector"),
    ("l2_norm: {axes: [h, w]}", "`l2_norm1` (l2_norm): Darknet's l2norm is along the channels"),
    ("space_to_depth: 2", "`space_to_depth1` (space_to_depth): [reorg] computes other numbers"),
    ("slice: {size: [0, 4]}", "`slice1` (slice): Darknet takes parts of the channels alone"),
    ("slice: {channels: [1, 3]}", "`slice1` (slice): Darknet takes one of equal groups of channels, and 1 to 3 of 6 is none"),
    ("crop: [[0, 2], [0, 0]]", "`crop1` (crop): Darknet keeps the centre of a map"),
    ("upsample: {scale: 2, mode: bilinear}", "`upsample1` (upsample): Darknet repeats elements, and has no `bilinear`"),
    ("upsample: 1.5", "`upsample1` (upsample): Darknet repeats elements a whole number of times"),
    ("pad: 1", "`pad1` (pad): Darknet pads what a shortcut adds, with channels behind the others"),
    ("concat: {from: [input, input], axis: h}", "`concat1` (concat): Darknet joins channels alone"),
    ("max_pool: {size: 4, padding: [[0, 2], [0, 2]], stride: 2}", "`max_pool1` (max_pool): behind the map Darknet pads 0 or 1, as before it, and this is another number"),
    ("multiply: [input, input, input]", "`multiply1` (multiply): Darknet multiplies two operands"),
    ("weighted_add: [input, input]", "`weighted_add1` (weighted_add): Darknet normalises weights in its own way"),
    ("yolo_head: {anchors: 1, classes: 1, shared: true}", "`yolo_head1` (yolo_head): [yolo] has boxes of four numbers, an objectness and classes of their own"),
    ("opaque: {output: {features: 2}}", "`opaque1` (opaque): what it computes is not known"),
    ("softplus", "`softplus1` (softplus): it is not among the layers that are written for Darknet"),
])  # fmt: skip
def test_what_cannot_be_said_is_refused_with_its_reason(item, reason):
    with pytest.raises(SpecError) as caught:
        export(network(item))
    [finding] = caught.value.diagnostics
    assert (finding.code, finding.message) == ("E801", reason)


@pytest.mark.parametrize(("items", "reason"), [
    (["global_avg_pool: {keep_size: true}", "add: [prev, input]"], "`add1` (add): Darknet spreads no operand"),
    (["conv: {filters: 1, kernel: 1}", "multiply: [prev, input]"], "`multiply1` (multiply): Darknet multiplies maps of one shape, or a map with a factor for each channel"),
    (["pad: {channels: [0, 2], name: p}", "pad: {channels: [0, 2], from: input}", "add: [p, prev]"], "`add1` (add): one operand must have all channels by itself"),
])  # fmt: skip
def test_operands_are_of_one_shape(items, reason):
    with pytest.raises(SpecError) as caught:
        export(network(*items))
    assert [finding.message for finding in caught.value.diagnostics] == [reason]


@pytest.mark.parametrize(("text", "reasons"), [
    ("input: {channels: 3, size: [8, 8, 8]}\nlayers: [relu]", ["`input` (input): Darknet reads maps of two axes, or vectors, and this is 3×8×8×8"]),
    ("inputs: {a: {channels: 3, size: [8, 8]}, b: {channels: 3, size: [8, 8]}}\nlayers: [add: [a, b]]", ["`b` (input): Darknet has one input"]),
    ("input: {channels: 3, size: [8, 8]}\nlayers: [{relu: {name: a}}, {sigmoid: {name: b}}]\noutputs: [a, b]",
     [f"`{name}` ({op}): it is one of 2 outputs, and Darknet gives the last layer, or those of [yolo]" for name, op in (("a", "relu"), ("b", "sigmoid"))]),
    ("input: {channels: 3, size: [8, 8]}\nlayers: [{conv: {filters: 3, kernel: 1, name: a}}, {reuse: {layer: a, from: prev}}]",
     ["`reuse1` (conv): weights that are used again are not written for Darknet"]),
    ("dialect: keras\ninput: {channels: 3, size: [8, 8]}\nlayers: [flatten]", ["`flatten1` (flatten): it has channels last, and Darknet's maps have them first"]),
    # 4 windows of 3 with stride 2 need one element more than 8, which Keras has behind them.
    ("dialect: keras\ninput: {channels: 3, size: [8, 8]}\nlayers: [conv: {filters: 3, kernel: 3, stride: 2, padding: same}]",
     ["`conv1` (conv): Darknet pads both sides by the same, and this is 0 and 1"]),
])  # fmt: skip
def test_what_a_network_of_darknet_is_not(text, reasons):
    with pytest.raises(SpecError) as caught:
        export(loads(text))
    assert [finding.message for finding in caught.value.diagnostics] == reasons


def test_the_file_says_where_its_layers_come_from_and_another_epsilon():
    text = export(loads("name: net\ndialect: keras\ninput: {features: 4}\nlayers: [dense: {units: 2, norm: batch_norm, activation: relu, name: d}]"))

    assert text == (
        "# net.\n#\n# 12 parameters, 8 multiply-accumulates for 4 (cnncalc).\n[net]\nbatch=1\nsubdivisions=1\ninputs=4\n\n# d\n"
        "# adds 0.001 to the variance, Darknet 1e-05: the difference belongs into the weights\n"
        "[connected]\nbatch_normalize=1\noutput=2\nactivation=relu\n"
    )


@pytest.mark.parametrize("name", [r"x\n[crop]", r"x\r[crop]", r"x\u2028[crop]", r"x\x85filters=9", r"x\x0b[crop]"])
def test_names_are_comments(name, tmp_path):
    net = loads(f'name: "{name}"\ndescription: "{name}"\ninput: {{channels: 3, size: [8, 8]}}\nlayers: [conv: {{filters: 2, kernel: 1}}]')
    text = export(net)

    assert [line for line in text.splitlines() if line[:1] == "["] == ["[net]", "[convolutional]"]
    assert numbers(back(net, tmp_path)) == numbers(net)
