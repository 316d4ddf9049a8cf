"""Fields that frameworks gave by gradient: random networks, and those of torchvision and Keras.

Every number in `data/` was measured in float64, with weights that cancel nothing: the first and the
last input index at which the gradient of one unit is not zero.
"""

import gzip
import json
import re
from functools import cache
from pathlib import Path

import pytest

import cnncalc
from cnncalc.errors import SpecError
from cnncalc.language.build import build
from cnncalc.receptive_field.exact import find, find_seen
from cnncalc.receptive_field.size_free import views
from tests.nets import document

DATA = Path(__file__).parent / "data"
SPECS = DATA.parent.parent.parent / "specs"


@cache
def data(name):
    with gzip.open(DATA / f"{name}.json.gz", "rt", encoding="utf-8") as file:
        return json.load(file)


# Random networks ----------------------------------------------------------------------------------

KINDS = {"conv": "conv", "dwconv": "depthwise_conv", "convtranspose": "conv_transpose",
         "maxpool": "max_pool", "avgpool": "avg_pool", "upsample_nearest": "upsample",
         "relu": "relu", "concat": "concat", "add": "concat"}  # fmt: skip
"""What the kinds of the file are called here. Its sums broadcast one channel, so they are
concatenations here: those see the same."""

KEYS = {"kernel": "kernel", "stride": "stride", "padding": "padding", "dilation": "dilation",
        "output_padding": "output_padding", "scale": "scale"}  # fmt: skip


def random_network(case):
    layers = []
    for layer in case["layers"]:
        kind = KINDS[layer["type"]]
        sources = ["input" if name == "x" else name for name in layer["inputs"]]
        keys = {"name": layer["name"], "from": sources[0] if len(sources) == 1 else sources}
        keys |= {key: layer[name] for name, key in KEYS.items() if name in layer}
        if kind.endswith("pool"):
            keys["size"] = keys.pop("kernel")
            if set(keys["dilation"]) == {1}:
                del keys["dilation"]
        if kind in ("conv", "conv_transpose"):
            keys["filters"] = layer["channels"]
        layers.append({kind: keys})
    spec = {"input": {"channels": case["channels"], "size": case["input"]}, "layers": layers}
    return cnncalc.loads(json.dumps(spec))


@pytest.mark.slow
def test_every_unit_of_the_random_networks_sees_the_measured_box():
    wrong, units = [], 0
    for case in data("random_nets")["cases"]:
        network = random_network(case)
        for layer in case["layers"]:
            assert list(network.nodes[find(network, layer["name"])].output.size) == layer["out"]
        for layer, unit, first, last in case["units"]:
            units += 1
            box = find_seen(network, find(network, layer), unit)["input"].box
            if box != (None if first is None else tuple(zip(first, last, strict=True))):
                wrong.append((case["id"], layer, unit, box, first, last))
    assert (wrong, units) == ([], 3405)


@pytest.mark.slow
def test_no_unit_sees_more_than_the_view_without_borders_says():
    for case in data("random_nets")["cases"]:
        network = random_network(case)
        known = views(network)
        for layer, unit, first, last in case["units"]:
            if first is None:
                continue
            sides = known[find(network, layer)]["input"]
            for u, a, b, view in zip(unit, first, last, sides, strict=True):
                low, high = view.field.bounds(u)
                assert low <= a <= b <= high, (case["id"], layer, unit)


def test_a_branch_that_is_empty_along_one_axis_gives_nothing_along_the_other():
    # The last row of l4 is all padding. As products of axes, rows and columns apart, l6 would see
    # column 26 in its last unit, which l5 alone reads, and only from blind rows.
    case = next(case for case in data("random_nets")["cases"] if case["id"] == 416)
    network = random_network(case)

    assert find_seen(network, find(network, "l4"), (98, 167))["input"].box is None
    assert find_seen(network, find(network, "l6"), (98, 167))["input"].box == ((47, 48), (27, 27))
    assert find_seen(network, find(network, "l6"), (49, 167))["input"].box == ((23, 26), (26, 27))


# Networks of torchvision and Keras ----------------------------------------------------------------

RESNET = [
    (r"^backbone\.", ""), (r"^conv1$", "stem"), (r"^maxpool$", "max_pool1"), (r"\.downsample\.0$", ".shortcut"),
    (r"\.conv3$", ".main"), (r"^classifier\.0$", "out.conv1"), (r"^classifier\.4$", "out.conv2"),
]  # fmt: skip
RESNET_18 = [*RESNET, (r"\.conv2$", ".main")]
DENSENET = [
    (r"^features\.", ""), (r"^pool0$", "max_pool1"), (r"\.conv$", ".conv1"), (r"\.pool$", ".avg_pool1"),
    (r"\.denselayer(\d+)", lambda found: f".{int(found[1]) - 1}"),
]  # fmt: skip
INCEPTION = [
    (r"\.conv$", ""), (r"^maxpool", "max_pool"),
    ("Conv2d_1a_3x3", "conv1"), ("Conv2d_2a_3x3", "conv2"), ("Conv2d_2b_3x3", "conv3"),
    ("Conv2d_3b_1x1", "conv4"), ("Conv2d_4a_3x3", "conv5"),
    (r"^Mixed_(\d)([b-e])", lambda found: f"Mixed_{found[1]}.{'bcde'.index(found[2])}"),
    ("branch1x1", "b1"), ("branch_pool", "bp"),
    # Block A, with a 5×5 and a double 3×3
    (r"(_5.*)branch5x5_1", r"\1conv1"), (r"(_5.*)branch5x5_2", r"\1b5"),
    (r"(_5.*)branch3x3dbl_1", r"\1conv2"), (r"(_5.*)branch3x3dbl_2", r"\1b3.0"), (r"(_5.*)branch3x3dbl_3", r"\1b3.1"),
    # Block B
    (r"6a\.branch3x3$", "6a.b3"),
    (r"6a\.branch3x3dbl_1", "6a.conv1"), (r"6a\.branch3x3dbl_2", "6a.conv2"), (r"6a\.branch3x3dbl_3", "6a.b33"),
    # Block C, with 1×7 and 7×1
    (r"branch7x7_1", "conv1"), (r"branch7x7_2", "conv2"), (r"branch7x7_3", "b7"),
    (r"branch7x7dbl_1", "conv3"), (r"branch7x7dbl_2", "conv4"), (r"branch7x7dbl_3", "conv5"), (r"branch7x7dbl_4", "conv6"),
    (r"branch7x7dbl_5", "b77"),
    # Block D
    (r"7a\.branch3x3_1", "7a.conv1"), (r"7a\.branch3x3_2", "7a.b3"),
    (r"branch7x7x3_1", "conv2"), (r"branch7x7x3_2", "conv3"), (r"branch7x7x3_3", "conv4"), (r"branch7x7x3_4", "b7"),
    # Block E
    (r"branch3x3_1", "r3"), (r"branch3x3_2", "b3"),
    (r"branch3x3dbl_1", "conv1"), (r"branch3x3dbl_2", "r33"), (r"branch3x3dbl_3", "b33"),
]  # fmt: skip
KERAS_RESNET = [
    (r"^conv1_conv$", "conv1"), (r"^pool1_pool$", "pool1"),
    (r"_block(\d)", lambda found: f".{int(found[1]) - 1}"),
    (r"_0_conv$", ".shortcut"), (r"_([12])_conv$", r".conv\1"), (r"_3_conv$", ".main"), (r"_add$", ".add1"),
]  # fmt: skip
IN_ORDER = []
"""The rows of the file are the layers with windows, one after the other."""

NETWORKS = [
    ("torchvision.alexnet",      "alexnet",        IN_ORDER),
    ("torchvision.densenet121",  "densenet121",    DENSENET),
    ("torchvision.fcn_resnet50", "fcn_resnet50",   RESNET),
    ("torchvision.inception_v3", "inception_v3",   INCEPTION),
    ("torchvision.mobilenet_v2", "mobilenet_v2",   IN_ORDER),
    ("torchvision.resnet18",     "resnet18",       RESNET_18),
    ("torchvision.resnet50",     "resnet50",       RESNET),
    ("torchvision.vgg16",        "vgg16",          IN_ORDER),
    ("keras.MobileNet",          "mobilenet_v1",   IN_ORDER),
    ("keras.ResNet50",           "resnet50_keras", KERAS_RESNET),
    ("keras.VGG16",              "vgg16",          IN_ORDER),
]  # fmt: skip
"""What a network is called in the file and in specs/, and how its layers are called there and here."""

WINDOWED = ("conv", "depthwise_conv", "max_pool", "avg_pool")


def measured(model):
    return next(one for one in data("networks")["networks"] if one["model"] == model)


def network_of(stem, size):
    """The network on a size for which Inception's auxiliary head, which was not measured, is too small."""
    try:
        return build(document(stem), size=size)
    except SpecError as error:
        assert stem == "inception_v3"
        return error.network


def indices(network, rows, rules):
    """The node of every row of the file."""
    if rules is not IN_ORDER:
        for row in rows:
            name = row["name"]
            for pattern, ours in rules:
                name = re.sub(pattern, ours, name)
            yield find(network, name)
        return
    windowed = [i for i, node in enumerate(network.nodes) if node.op in WINDOWED]
    for row in rows:
        # The end of a block is before the next layer with a window.
        yield windowed[0] - 1 if row["cls"] == "InvertedResidual" else windowed.pop(0)


@pytest.mark.slow
@pytest.mark.parametrize(("model", "stem", "rules"), NETWORKS, ids=[row[0] for row in NETWORKS])
def test_a_network_sees_what_its_framework_measured(model, stem, rules):
    found = measured(model)
    for axis, size in found["sizes"].items():
        network = network_of(stem, size)
        along = 1 if axis.startswith("W") else 0
        known = views(network)
        for row, index in zip(found["layers"], indices(network, found["layers"], rules), strict=True):
            want, node = row[axis], network.nodes[index]
            where = (row["name"], node.name, axis)
            assert node.output.size[along] == want["n_out"], where
            field = known[index]["input"][along].field
            assert field.sizes == (want["rf"], want["rf"]), where
            assert (field.stride, field.padding) == (want["jump"], -want["start0"]), where
            assert not want["clipped"], where
            for unit, first, last in want["units"]:
                place = [n // 2 for n in node.output.size]
                place[along] = unit
                assert find_seen(network, index, place, local=True)["input"].box[along] == (first, last), (where, unit)


def test_no_row_of_the_measured_networks_is_left_out():
    assert sorted(model for model, _, _ in NETWORKS) == sorted(one["model"] for one in data("networks")["networks"])
    assert sum(len(one["layers"]) for one in data("networks")["networks"]) == 473
