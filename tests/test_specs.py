"""The specs that come with cnncalc: sound, as published, and layer by layer as in torchvision."""

import gzip
import json
import re
from functools import cache
from math import prod
from pathlib import Path
from typing import NamedTuple

import pytest

from cnncalc.checks import budget, expect
from cnncalc.quantity import parse
from cnncalc.spec.build import build, read
from cnncalc.spec.document import Document

SPECS = Path(__file__).parent.parent / "specs"
DATA = Path(__file__).parent / "data"


class Published(NamedTuple):
    """What others say of a network; MACs with as many digits as they give."""

    params: int
    macs: str
    output: str
    source: str
    buffers: int = 0


def weights(cin, cout, *kernel):
    """Weights and biases of a convolution, or without a kernel of a dense layer."""
    return cout * (cin * prod(kernel) + 1)


W = weights
UNET = [(1, 64), (64, 128), (128, 256), (256, 512), (512, 1024)]
TORCHVISION = "torchvision, metadata of the published weights: num_params, _ops"
RESNET = TORCHVISION + "; buffers: non-trainable params of keras.applications"
MOBILENET = "keras.applications.MobileNetV2 (params); TensorFlow's table of checkpoints (MACs)"
COUNTED = "PyTorch 2.13: parameters(), torch.utils.flop_counter / 2"

PUBLISHED = {
    "alexnet": Published(61_100_840, "0.714G", "1000", TORCHVISION),
    "alexnet_2012": Published(
        60_965_224, "724406816", "1000", f"Caffe's bvlc_alexnet (params), {COUNTED}"
    ),
    "dcgan::discriminator": Published(
        2_765_568, "103817216", "1×1×1", f"PyTorch's DCGAN example, {COUNTED}", 2 * (128 + 256 + 512)
    ),
    "dcgan::generator": Published(
        3_576_704, "104628224", "3×64×64", f"PyTorch's DCGAN example, {COUNTED}",
        2 * (512 + 256 + 128 + 64),
    ),
    "imdb_cnn_lstm": Published(
        20_000 * 128 + W(128, 64, 5) + 4 * W(64 + 70, 70) + W(70, 1),
        str(96 * 64 * 128 * 5 + 24 * 4 * 70 * (64 + 70) + 70), "1",
        "Keras, examples/imdb_cnn_lstm.py: count_params() (params), by hand (MACs)",
    ),
    "inception_3a": Published(
        W(192, 64) + W(192, 96) + W(96, 128, 3, 3) + W(192, 16) + W(16, 32, 5, 5) + W(192, 32),
        "128M", "256×28×28", "arXiv:1409.4842, table 1 (MACs), by hand (params)",
    ),
    "lenet5": Published(
        W(1, 6, 5, 5) + W(6, 16, 5, 5) + W(400, 120) + W(120, 84) + W(84, 10),
        str(28**2 * 6 * 25 + 10**2 * 16 * 150 + 400 * 120 + 120 * 84 + 84 * 10), "10", "by hand",
    ),
    "mobilenet_v2": Published(3_504_872, "0.301G", "1000", TORCHVISION, 34_112),
    "mobilenet_v2 w=0.35": Published(1_677_128, "59M", "1000", MOBILENET, 14_080),
    "mobilenet_v2 w=0.5": Published(1_968_680, "97M", "1000", MOBILENET, 18_544),
    "mobilenet_v2 w=0.75": Published(2_636_424, "209M", "1000", MOBILENET, 26_640),
    "mobilenet_v2 w=1.3": Published(5_386_792, "509M", "1000", MOBILENET, 44_256),
    "mobilenet_v2 w=1.4": Published(6_108_776, "582M", "1000", MOBILENET, 47_936),
    "resnet101": Published(44_549_160, "7.801G", "1000", RESNET, 105_344),
    "resnet152": Published(60_192_808, "11.514G", "1000", RESNET, 151_424),
    "resnet18": Published(11_689_512, "1.814G", "1000", TORCHVISION, 9_600),
    "resnet34": Published(
        21_797_672, "3.664G", "1000", TORCHVISION,
        2 * (64 + 6 * 64 + 9 * 128 + 13 * 256 + 7 * 512),
    ),
    "resnet50": Published(25_557_032, "4.089G", "1000", RESNET, 53_120),
    "siamese_triplet": Published(
        38_951_745 - W(4096, 1), str(3 * 908_623_872), "1",
        f"copies of Koch et al. 2015 (params), three calls as by {COUNTED}",
    ),
    "unet": Published(
        sum(W(a, b, 3, 3) + W(b, b, 3, 3) for a, b in UNET)
        + sum(W(b, a, 2, 2) + W(b, a, 3, 3) + W(a, a, 3, 3) for a, b in UNET[1:])
        + W(64, 2),
        "150428424448", "2×388×388", f"arXiv:1505.04597, figure 1 (sizes), {COUNTED}",
    ),
    "vgg16": Published(138_357_544, "15.47G", "1000", TORCHVISION),
    "vgg19": Published(143_667_240, "19.632G", "1000", TORCHVISION),
    "yolov3": Published(
        61_949_149, "32.93G", "255×52×52, 255×26×26, 255×13×13",
        "Keras ports of Darknet (params, buffers); Darknet's 65.86 BFLOPs / 2 (MACs)", 52_608,
    ),
}  # fmt: skip


STEMS = sorted(path.stem for path in SPECS.glob("*.yaml"))


@cache
def document(stem):
    """The spec in a file, compiled."""
    return Document(read(str(SPECS / f"{stem}.yaml")))


@cache
def network(name):
    """The network of a key of the table: `file`, `file::model` or `file variable=value`."""
    spec, _, label = name.partition(" ")
    stem, _, model = spec.partition("::")
    chosen = document(stem).model(model or None)
    variants = {"": None, **{variant.name: variant for variant in chosen.variants}}
    return build(document(stem), chosen.name, variant=variants[label])


def text(stem):
    """A spec as it is written."""
    return (SPECS / f"{stem}.yaml").read_text(encoding="utf-8")


def test_the_table_lists_every_model_and_variant_and_nothing_else():
    names = []
    for stem in STEMS:
        models = document(stem).models
        for model in models.values():
            name = stem if len(models) == 1 else f"{stem}::{model.name}"
            names += [name, *(f"{name} {variant.name}" for variant in model.variants)]

    assert sorted(names) == sorted(PUBLISHED)


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_numbers_are_the_published_ones(name):
    net, published = network(name), PUBLISHED[name]

    assert net.params.value == published.params
    assert net.buffers.value == published.buffers
    assert net.macs.value in parse(published.macs)
    outputs = [str(net.nodes[index].output) for index in net.outputs.values()]
    assert sorted(outputs) == sorted(published.output.split(", "))


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_a_spec_claims_holds(name):
    net = network(name)

    findings = [*expect.judge(net), *budget.judge(net)]

    assert not [finding.message for finding in findings]
    judges = {"expect": expect, "budget": budget}
    passed_over = {c.keys[0] for c in net.claims if not judges[c.kind].judged(c)}
    assert passed_over <= {"receptive_field"}


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_spec_claims_its_totals_to_the_digit(name):
    net = network(name)
    exact = {claim.keys[0]: claim.text for claim in net.claims if claim.kind == "expect"}

    assert int(exact["params"]) == net.params.value
    assert int(exact["macs"]) == net.macs.value
    assert int(exact.get("buffers", 0)) == net.buffers.value
    assert "output" in exact or "=" in name


def test_without_norms_other_widths_have_the_params_of_tensorflows_table():
    table = {"0.35": "1.66M", "0.5": "1.95M", "0.75": "2.61M", "1.3": "5.34M", "1.4": "6.06M"}

    for width, params in table.items():
        net = network(f"mobilenet_v2 w={width}")
        norms = sum(node.facts.params for node in net.nodes if node.op == "batch_norm")
        assert net.params.value - norms in parse(params)


def test_a_shared_encoder_counts_its_weights_once_and_its_macs_each_time():
    net = network("siamese_triplet")
    calls = [
        [node for node in net.nodes if node.name.startswith(f"{name}.")]
        for name in ("ea", "ep", "en")
    ]

    sums = [[sum(n.facts.params for n in call), sum(n.facts.macs for n in call)] for call in calls]

    assert sums == [[38_947_648, 908_623_872]] * 3
    assert net.params.value == 38_947_648
    assert net.macs.value == 3 * 908_623_872


@pytest.mark.parametrize("name", ["alexnet", "mobilenet_v2", "resnet18", "resnet50", "vgg16"])
def test_every_layer_is_that_of_torchvision(name):
    truth = json.loads(gzip.decompress((DATA / f"torchvision_{name}.json.gz").read_bytes()))
    net = network(name)

    assert list(_effective(_rows(net))) == list(_effective(truth["rows"]))
    totals = {key: getattr(net, key).value for key in truth["totals"]}
    assert totals == truth["totals"]


def _rows(net):
    """(op, output, params, MACs) of convolutions, dense layers, norms and pools, in order."""
    for node in net.nodes:
        op = {"depthwise_conv": "conv"}.get(node.op, node.op)
        if op in ("conv", "dense", "batch_norm") or op.endswith("_pool"):
            op = "avg_pool" if op.endswith("avg_pool") else op
            shape = node.output
            yield op, [shape.channels, *shape.size], node.facts.params, node.facts.macs


def _effective(rows):
    """The rows, without adaptive pools that find their size (VGG-16 has none); vectors as such."""
    before = None
    for op, output, params, macs in rows:
        if op == "avg_pool" and output == before:
            continue
        before = output
        pooled = op == "avg_pool" and set(output[1:]) == {1}
        yield op, output[:1] if pooled else output, params, macs


@pytest.mark.parametrize("stem", STEMS)
def test_a_spec_says_where_it_and_its_totals_come_from(stem):
    head, _, _ = text(stem).partition("cnncalc: 1\n")

    assert all(line.startswith("# ") for line in head.splitlines())
    assert "# Totals: " in head
    assert re.search(r"arXiv:\d{4}\.\d{4,5}|NIPS|ICML|Proc\.|no paper", head)
    assert document(stem).name.replace("-", "_") == stem


def test_blocks_of_one_name_are_the_same_in_every_spec():
    bodies = {}
    for stem in STEMS:
        blocks = "".join(re.findall(r"^blocks:\n((?: .*\n)+)", text(stem), re.MULTILINE))
        for name, body in re.findall(r"^  (\w+):.*\n((?:    .*\n)+)", blocks, re.MULTILINE):
            bodies.setdefault(name, set()).add(body)

    assert {"Basic", "Bottleneck"} <= set(bodies)
    assert not [name for name, texts in bodies.items() if len(texts) > 1]
