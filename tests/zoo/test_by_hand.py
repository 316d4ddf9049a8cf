"""Sums that a person can check with the paper's figure and a pocket calculator."""

import re
from math import prod

import pytest

from cnncalc.quantity import parse
from tests.nets import network

from .models import names


def weights(cin, cout, *kernel):
    """Weights and biases of a convolution, or without a kernel of a dense layer."""
    return cout * (cin * prod(kernel) + 1)


def rows(net, *kinds):
    """(output, params, MACs) of the layers of some kinds, in order."""
    return [(str(n.output), n.facts.params, n.facts.macs) for n in net.nodes if n.op in kinds]


def test_lenet5_layer_by_layer():
    assert rows(network("lenet5"), "conv", "avg_pool", "dense") == [
        ("6×28×28",  weights(1, 6, 5, 5),  28 * 28 * 6 * 1 * 25),
        ("6×14×14",  0,                    0),
        ("16×10×10", weights(6, 16, 5, 5), 10 * 10 * 16 * 6 * 25),
        ("16×5×5",   0,                    0),
        ("120",      weights(400, 120),    400 * 120),
        ("84",       weights(120, 84),     120 * 84),
        ("10",       weights(84, 10),      84 * 10),
    ]  # fmt: skip
    assert network("lenet5").params.value == 156 + 2_416 + 48_120 + 10_164 + 850


def test_the_first_inception_module_branch_by_branch():
    branches = [
        (192, 64, 1),                                # 1×1
        (192, 96, 1), (96, 128, 3),                  # 3×3, behind a reduction
        (192, 16, 1), (16, 32, 5),                   # 5×5, behind a reduction
        (192, 32, 1),                                # behind the pooling
    ]  # fmt: skip
    expected = [
        (f"{cout}×28×28", weights(cin, cout, k, k), 28 * 28 * cout * cin * k * k)
        for cin, cout, k in branches
    ]

    net = network("inception_3a")

    assert rows(net, "conv") == expected
    assert str(net.nodes[-1].output) == f"{64 + 128 + 32 + 32}×28×28"
    # Table 1 of the paper, in whole units of 1,024 and without biases: 159K.
    assert sum(cin * cout * k * k for cin, cout, k in branches) // 1024 == 159


def test_the_first_inception_module_is_that_of_googlenet_but_for_norms_and_a_slip():
    ours = {(output, macs) for output, _, macs in rows(network("inception_3a"), "conv")}
    theirs = {(output, macs) for output, _, macs in rows(network("googlenet"), "conv")}

    # torchvision has a kernel of 3×3 in the branch that the paper calls 5×5.
    assert ours - theirs == {("32×28×28", 28 * 28 * 32 * 16 * 25)}


def test_unet_from_the_sizes_of_its_figure():
    down = [(1, 64, 570), (64, 128, 282), (128, 256, 138), (256, 512, 66), (512, 1024, 30)]
    up = [(1024, 512, 56), (512, 256, 104), (256, 128, 200), (128, 64, 392)]
    expected = []
    for cin, cout, size in down:
        # Each 3×3 convolution costs a border of one.
        expected += [convolution(cin, cout, 3, size), convolution(cout, cout, 3, size - 2)]
    for cin, cout, size in up:
        positions = (size // 2) ** 2
        expected.append((f"{cout}×{size}×{size}", weights(cin, cout, 2, 2), positions * cin * cout * 4))
        expected += [convolution(cin, cout, 3, size - 2), convolution(cout, cout, 3, size - 4)]
    expected.append(convolution(64, 2, 1, 388))

    net = network("unet")

    assert rows(net, "conv", "conv_transpose") == expected
    assert str(net.nodes[-1].output) == "2×388×388"
    cropped = [str(n.output) for n in net.nodes if n.op == "crop"]
    assert cropped == ["512×56×56", "256×104×104", "128×200×200", "64×392×392"]


def convolution(cin, cout, kernel, size):
    """The row of a convolution with a quadratic map behind it."""
    macs = size**2 * cout * cin * kernel**2
    return f"{cout}×{size}×{size}", weights(cin, cout, kernel, kernel), macs


def test_mobilenet_v2_without_norms_has_the_params_of_tensorflows_table():
    table = {"0_35": "1.66M", "0_5": "1.95M", "0_75": "2.61M", "1_3": "5.34M", "1_4": "6.06M"}

    for width, params in table.items():
        net = network(f"mobilenet_v2 mobilenet_v2_{width}")
        norms = sum(node.facts.params for node in net.nodes if node.op == "batch_norm")
        assert net.params.value - norms in parse(params)


def test_a_shared_encoder_counts_its_weights_once_and_its_macs_each_time():
    net = network("siamese_triplet")
    calls = [[n for n in net.nodes if n.name.startswith(f"{name}.")] for name in ("ea", "ep", "en")]

    sums = [[sum(n.facts.params for n in call), sum(n.facts.macs for n in call)] for call in calls]

    assert sums == [[38_947_648, 908_623_872]] * 3
    assert net.params.value == 38_947_648
    assert net.macs.value == 3 * 908_623_872


COUNTED = re.compile(r"(vgg|resnet|densenet|resnext|wide_resnet)(\d+)")


@pytest.mark.parametrize("name", [name for name in names() if COUNTED.match(name.split()[-1])])
def test_the_number_in_the_name_is_the_depth(name):
    assert network(name).depth == int(COUNTED.match(name.split()[-1])[2])
