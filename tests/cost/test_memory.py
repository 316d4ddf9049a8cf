"""Memory: by hand for two networks, against PyTorch, and every option on its own."""

import json
from math import prod
from pathlib import Path

import pytest

import cnncalc
from cnncalc import SpecError
from cnncalc.check.judge import judge_source
from cnncalc.cost.memory import Memory, Way, is_bias, tensor_bytes
from cnncalc.cost.training import OPTIMIZERS, memory_parts
from cnncalc.errors import Source, UsageError
from cnncalc.quantity import size
from tests.nets import network

HERE = Path(__file__).parent
SPECS = HERE.parent.parent / "specs"
TRAINING = json.loads((HERE / "data" / "counters.json").read_text(encoding="utf-8"))["training"]


def loads(layers, given="{channels: 16, size: [8, 8]}", more=""):
    return cnncalc.loads(f"dialect: torch\ninput: {given}\nlayers:\n{layers}\n{more}")


def totals(net, **options):
    return cnncalc.analyze(net, "memory", **options).totals


def live(net, **options):
    rows = cnncalc.analyze(net, "memory", **options).to_dict()["layers"]
    return {row["layer"]: row["live_bytes"] for row in rows}


WIDE, NARROW, IMAGE = 4 * 256 * 56 * 56, 4 * 64 * 56 * 56, 4 * 3 * 224 * 224
STEM = 4 * 64 * 112 * 112


# The peak in the first stage of ResNet-50, by hand: docs/costs.md tells how.
@pytest.mark.parametrize(("options", "peak", "layer", "alive"), [
    ({}, 3 * WIDE, "layer1.0.shortcut.norm", {"layer1.0.main.norm", "layer1.0.shortcut", "layer1.0.shortcut.norm"}),
    ({"inplace": True}, 3 * WIDE, "layer1.0.shortcut.norm", {"layer1.0.main.norm", "layer1.0.shortcut", "layer1.0.shortcut.norm"}),
    ({"fold_norm": True}, 3 * WIDE, "layer1.0.add1", {"layer1.0.main", "layer1.0.shortcut", "layer1.0.add1"}),
    ({"fold_norm": True, "inplace": True}, 2 * WIDE + NARROW, "layer1.0.shortcut", {"max_pool1", "layer1.0.main", "layer1.0.shortcut"}),
    ({"batch": 7}, 7 * 3 * WIDE, "layer1.0.shortcut.norm", {"layer1.0.main.norm", "layer1.0.shortcut", "layer1.0.shortcut.norm"}),
    ({"dtype": "int8"}, 3 * WIDE // 4, "layer1.0.shortcut.norm", {"layer1.0.main.norm", "layer1.0.shortcut", "layer1.0.shortcut.norm"}),
])  # fmt: skip
def test_the_peak_of_resnet50(options, peak, layer, alive):
    found = totals(network("resnet50"), **options)

    assert (found["peak"], found["peak_layer"], set(found["peak_tensors"])) == (peak, layer, alive)
    assert sum(found["peak_tensors"].values()) == peak
    assert found["better_order"] is None


def test_the_first_layers_of_resnet50_one_by_one():
    found = live(network("resnet50"))

    assert [found[name] for name in ("input", "stem", "stem.norm", "stem.act", "max_pool1", "layer1.0.conv1")] == [
        IMAGE, IMAGE + STEM, 2 * STEM, 2 * STEM, STEM + NARROW, 2 * NARROW,
    ]  # fmt: skip


@pytest.mark.parametrize(("options", "weights", "buffers"), [
    ({}, 4 * 25_557_032, 4 * 53_120),
    ({"dtype": "fp16"}, 2 * 25_557_032, 2 * 53_120),
    # The thousand biases are of four bytes, unless it is said otherwise.
    ({"dtype": "int8"}, 25_557_032 + 3 * 1000, 53_120),
    ({"dtype": "int8", "bias_dtype": "int8"}, 25_557_032, 53_120),
    ({"dtype": "int8", "bias_dtype": "int16"}, 25_557_032 + 1000, 53_120),
    ({"dtype": "int4"}, (25_557_032 - 1000) // 2 + 4 * 1000, 53_120 // 2),
    ({"dtype": "int1"}, (25_557_032 - 1000) // 8 + 4 * 1000, 53_120 // 8),
    ({"bias_dtype": "fp16"}, 4 * 25_557_032 - 2 * 1000, 4 * 53_120),
    # Each of 26,560 channels loses its scale and centre and gains a bias.
    ({"fold_norm": True}, 4 * (25_557_032 - 26_560), 0),
])  # fmt: skip
def test_the_weights_of_resnet50(options, weights, buffers):
    found = totals(network("resnet50"), **options)

    assert (found["weight_bytes"], found["buffer_bytes"]) == (weights, buffers)
    assert found["inference_bytes"] == weights + buffers + found["peak"]


EXPANDED, SMALL = 4 * 96 * 112 * 112, 4 * 96 * 56 * 56


@pytest.mark.parametrize(("options", "peak", "layer"), [
    ({}, 2 * EXPANDED, "InvRes2.0.conv1.norm"),
    ({"inplace": True}, 2 * EXPANDED, "InvRes2.0.conv1.norm"),
    ({"fold_norm": True}, 2 * EXPANDED, "InvRes2.0.conv1.act"),
    # The depthwise convolution writes over what it reads: the widest step is that before, from 16 channels to 96.
    ({"inplace": True, "fold_norm": True}, EXPANDED + EXPANDED // 6, "InvRes2.0.conv1"),
    ({"inplace": True, "fold_norm": True, "dtype": "int8"}, 1_404_928, "InvRes2.0.conv1"),
    # PyTorch's depthwise convolution does not, and the 3×224×224 of the input are its caller's.
    ({"inplace": True, "fold_norm": True, "eager": True}, EXPANDED + SMALL + EXPANDED // 6 + 4 * 3 * 224 * 224,
     "InvRes2.0.depthwise_conv1"),
])  # fmt: skip
def test_the_peak_of_mobilenet_v2(options, peak, layer):
    found = totals(network("mobilenet_v2"), **options)

    assert (found["peak"], found["peak_layer"]) == (peak, layer)


# What PyTorch's allocator held at its peak, the image and what only eager execution keeps aside.
@pytest.mark.parametrize(("name", "options", "peak"), [
    ("resnet18", {"inplace": True}, 6_422_528),
    ("vgg16", {"inplace": True}, 25_690_112),
    ("alexnet", {"inplace": True}, 4 * (3 * 224 * 224 + 64 * 55 * 55)),
])  # fmt: skip
def test_peaks_that_were_measured(name, options, peak):
    assert totals(network(name), **options)["peak"] == peak


def test_pytorch_holds_the_input_of_a_block_of_resnet50_until_it_returns():
    """Its allocator peaks at 10,438,656 bytes (torch.profiler): with a norm's mean and variance."""
    found = totals(network("resnet50"), inplace=True)

    assert found["peak"] + NARROW + 2 * 256 * 4 == 10_438_656


# In shufflenet halves of a tensor keep all of it; the others say in their spec what torchvision does.
EXACT = sorted({*TRAINING} - {"shufflenet_v2_x1_0"})
UNSAID = {
    "vgg16": 2 * (4 * 512 * 7 * 7 + 2 * (4 * 4096 + 4096)),  # a pool of the same size, two dropouts
    "efficientnet_b0": 2 * 4 * 9,                            # nine times stochastic depth
    "convnext_tiny": -2 * 4,                                 # whose first rate is 0
}  # fmt: skip


@pytest.mark.parametrize("inplace", [False, True])
@pytest.mark.parametrize("name", EXACT)
def test_training_keeps_what_pytorch_keeps(name, inplace):
    answer = TRAINING[name]

    memory = Memory(network(name), Way(batch=answer["batch"], inplace=inplace))

    assert memory_parts(memory)["activations"].value + UNSAID.get(name, 0) == answer["saved"]


# A conv of 3 to 4 channels on 10×10, the layer, a conv to 5: bytes kept by PyTorch 2.13 for two
# examples, and where it can work in place, then.
X, Y = 2 * 4 * 3 * 100, 2 * 4 * 4 * 100
BETWEEN = {
    "relu": (X + Y, X + Y), "sigmoid": (X + Y, None), "tanh": (X + Y, None), "softmax": (X + Y, None),
    "elu": (X + 2 * Y, X + Y), "leaky_relu": (X + 2 * Y, X + Y), "selu": (X + 2 * Y, X + Y), "celu": (X + 2 * Y, X + Y),
    "relu6": (X + 2 * Y, X + 2 * Y), "silu": (X + 2 * Y, X + 2 * Y), "hard_swish": (X + 2 * Y, X + 2 * Y),
    "gelu": (X + 2 * Y, None), "mish": (X + 2 * Y, X + 2 * Y), "softplus": (X + 2 * Y, None), "prelu: {shared: all}": (X + 2 * Y, None),
    "batch_norm": (X + 2 * Y + 32, None), "group_norm: 2": (X + 2 * Y + 32, None), "instance_norm": (X + 2 * Y + 64, None),
    "max_pool: 2": (X + Y + Y // 4 + Y // 2, None), "avg_pool: 2": (X + Y + Y // 4, None),
    "pixel_shuffle: 2": (X + Y, None), "upsample: 2": (X + 4 * Y, None), "dropout": (X + Y + Y // 4, None),
    "rescaling: {scale: 2, offset: 1}": (X + Y, X + Y),
    "local_response_norm: {size: 5}": (X + Y + Y + 2 * 4 * 8 * 100 + 2 * Y, None),
}  # fmt: skip


@pytest.mark.parametrize("layer", BETWEEN)
def test_what_a_layer_keeps_for_the_backward_pass(layer):
    net = loads(f"- conv: {{filters: 4, kernel: 1}}\n- {layer}\n- conv: {{filters: 5, kernel: 1}}", "{channels: 3, size: [10, 10]}")
    plain, inplace = BETWEEN[layer]

    assert totals(net, batch=2, training=True)["training"]["activations"] == plain
    if inplace is not None:
        assert totals(net, batch=2, training=True, inplace=True)["training"]["activations"] == inplace


@pytest.mark.parametrize(("optimizer", "slots"), [("sgd", 0), ("momentum", 1), ("adam", 2)])
def test_training_resnet50(optimizer, slots):
    found = totals(network("resnet50"), optimizer=optimizer)["training"]

    assert found == {
        "optimizer": slots * 102_228_128, "weights": 102_228_128, "gradients": 102_228_128, "buffers": 212_480,
        "activations": 86_121_984, "total": (2 + slots) * 102_228_128 + 212_480 + 86_121_984, "name": optimizer,
    }  # fmt: skip
    assert set(OPTIMIZERS) == {"sgd", "momentum", "adam"}


def test_what_is_frozen_has_no_gradient_and_keeps_nothing():
    layers = "- conv: {filters: 8, kernel: 1, bias: false, name: a, trainable: false}\n- dense: {units: 10, bias: false}"
    net = loads(layers.replace("- dense", "- flatten\n- dense"))
    found = totals(net, training=True)["training"]

    assert found["weights"] == 4 * (16 * 8 + 512 * 10)
    assert found["gradients"] == 4 * 512 * 10
    assert found["activations"] == 4 * 512


FROZEN = "  - conv: {filters: 8, kernel: 1, name: a}\n  - conv: {filters: 4, kernel: 1, name: b, trainable: %s}\n  - conv: {filters: 2, kernel: 1, name: c}"


@pytest.mark.parametrize(("trainable", "kept"), [
    # The gradient of the weights takes the input of the layer, that of the input only the weights.
    ("true",  {"input": 16 * 64, "a": 8 * 64, "b": 4 * 64, "c": 0}),
    ("false", {"input": 16 * 64, "a": 0,      "b": 4 * 64, "c": 0}),
])
def test_a_frozen_layer_behind_a_learning_one_keeps_no_input(trainable, kept):
    document = cnncalc.analyze(loads(FROZEN % trainable), "memory", training=True).to_dict()

    assert {row["layer"]: row["saved_bytes"] for row in document["layers"]} == {name: 4 * n for name, n in kept.items()}
    assert document["totals"]["training"]["activations"] == 4 * sum(kept.values())


@pytest.mark.parametrize(("elements", "dtype", "size"), [
    (5, "fp64", 40), (5, "fp32", 20), (5, "tf32", 20), (5, "fp16", 10), (5, "bf16", 10), (5, "fp8", 5), (5, "int64", 40),
    (5, "int32", 20), (5, "int16", 10), (5, "int8", 5), (5, "uint8", 5), (5, "bool", 5), (5, "int4", 3), (4, "int4", 2),
])  # fmt: skip
def test_a_tensor_takes_whole_bytes(elements, dtype, size):
    assert tensor_bytes(elements, dtype) == size


def test_every_tensor_is_rounded_up_on_its_own():
    net = loads("- dense: {units: 3}", "{features: 3}")

    found = totals(net, dtype="int4")

    assert found["weight_bytes"] == 5 + 12    # nine weights, three biases of int32
    assert found["peak"] == 2 + 2             # three in, three out


MIXED = """\
- conv: {filters: 4, kernel: 1, bias: false, dtype: int8, norm: batch_norm, name: a}
- relu
- max_pool: 2
- conv: {filters: 2, kernel: 1, bias: false, name: b}
- relu: {dtype: fp16}"""


def test_a_type_in_the_spec_overrides_and_goes_on_through_layers_without_weights():
    document = cnncalc.analyze(loads(MIXED), "memory", dtype="bf16").to_dict()
    rows = {row["layer"]: row for row in document["layers"]}

    assert [row["dtype"] for row in document["layers"]] == ["int8", "int8", "int8", "int8", "int8", "bf16", "fp16"]
    assert [rows[name]["weight_bytes"] for name in ("a", "a.norm", "b")] == [16 * 4, 8, 2 * 4 * 2]
    assert rows["a.norm"]["buffer_bytes"] == 8
    assert rows["input"]["activation_bytes"] == 16 * 64
    assert rows["max_pool1"]["activation_bytes"] == 4 * 16
    assert rows["b"]["activation_bytes"] == 2 * 2 * 16


def test_types_are_named_as_they_are():
    table = cnncalc.analyze(loads(MIXED), "memory", dtype="bf16")

    assert table.caption.startswith("model · dialect torch · batch 1 · int8, bf16, fp16\n")
    assert table.fold().choose(["layer", "dtype"]).cells[:2] == [["input", "int8"], ["a", "int8"]]
    assert [column.title for column in cnncalc.analyze(loads(MIXED), "top", by="activation").visible][3] == "bytes"
    assert [column.title for column in cnncalc.analyze(loads("- relu"), "top", by="activation").visible][3] == "fp32 bytes"


def test_types_have_a_column_where_they_differ():
    assert "dtype" in [column.key for column in cnncalc.analyze(loads(MIXED), "memory").visible]
    assert "dtype" not in [column.key for column in cnncalc.analyze(loads("- relu"), "memory").visible]


def test_token_ids_are_whole_numbers_whatever_the_type():
    net = loads("- embedding: {vocab: 10, dim: 4}", "{tokens: 6}")

    found = totals(net, dtype="int8")

    assert (found["peak"], found["weight_bytes"]) == (6 * 4 + 6 * 4, 40)


N = 4 * 16 * 64


@pytest.mark.parametrize(("layers", "options", "peak"), [
    ("- relu", {}, 2 * N),
    ("- relu", {"inplace": True}, N),
    ("- relu: {name: a}\n- add: [a, input]", {"inplace": True}, 2 * N),       # the input is needed once more
    ("- dropout\n- flatten\n- identity", {}, N),                              # views of one tensor
    ("- relu: {dtype: fp16}", {"inplace": True}, N // 2),                     # an input has the type of its reader
    ("- sigmoid: {name: a}\n- relu: {dtype: fp16}", {"inplace": True}, N + N // 2),  # another size: not in place
    ("- batch_norm", {"inplace": True}, 2 * N),                               # norms are folded, not done in place
    ("- batch_norm", {"fold_norm": True}, 2 * N),                             # nothing to fold it into
    ("- conv: {filters: 16, kernel: 1, norm: batch_norm}", {"fold_norm": True}, 2 * N),
    ("- conv: {filters: 16, kernel: 1, norm: batch_norm}\n- conv: {filters: 16, kernel: 1}", {}, 2 * N),
])  # fmt: skip
def test_options_by_hand(layers, options, peak):
    assert totals(loads(layers), **options)["peak"] == peak


FOLDS = "- conv: {filters: 8, kernel: 1, norm: batch_norm, name: a}\n"
TWO_NORMS = """\
- conv: {filters: 16, kernel: 1, name: a}
- batch_norm: {name: n}
- reuse: {layer: a, from: input, name: b}
- batch_norm: {name: m}
- add: [n, m]"""


@pytest.mark.parametrize(("layers", "outputs", "folded"), [
    (FOLDS, "", 1),
    (FOLDS.replace("batch_norm", "layer_norm"), "", 0),                    # statistics of the example
    (FOLDS.replace("batch_norm", "{batch_norm: {track: false}}"), "", 0),
    ("- conv: {filters: 16, kernel: 1, name: a}\n- batch_norm: {name: n}\n- add: [a, n]", "", 0),   # a is read twice
    ("- conv: {filters: 16, kernel: 1, name: a}\n- batch_norm: {name: n}", "outputs: [a, n]", 0),
    ("- conv: {filters: 16, kernel: 1, name: a}\n- relu\n- batch_norm", "", 0),
    ("- conv: {filters: 16, kernel: 1, dtype: fp16}\n- batch_norm: {dtype: fp32}", "", 0),
    (FOLDS + "- reuse: {layer: a, from: input, name: b}\n- add: [a, b]", "", 2),
    (TWO_NORMS, "", 0),
    ("- flatten\n- dense: {units: 4, norm: batch_norm}", "", 1),
])  # fmt: skip
def test_which_norms_can_be_folded(layers, outputs, folded):
    net = loads(layers, more=outputs)

    assert len(Memory(net, Way(fold_norm=True)).folded) == folded


def test_weights_used_again_are_stored_once():
    net = loads(FOLDS + "- reuse: {layer: a, from: input, name: b}\n- add: [a, b]")

    plain, folded = totals(net), totals(net, fold_norm=True)

    assert (plain["weight_bytes"], plain["buffer_bytes"]) == (4 * (128 + 16), 4 * 16)
    assert (folded["weight_bytes"], folded["buffer_bytes"]) == (4 * (128 + 8), 0)


def test_a_layer_that_gives_only_a_size_is_not_kept_for_it():
    layers = "- conv: {filters: 4, kernel: 1, stride: 2, name: small}\n- relu: {name: r}\n- resize: {like: input, from: r}"

    assert live(loads(layers))["r"] == 2 * (4 * 4 * 16)


BRANCHES = """\
- conv: {filters: 2, kernel: 1, bias: false, name: a}
- conv: {filters: 9, kernel: 1, bias: false, from: input, name: b1}
- conv: {filters: 1, kernel: 1, bias: false, name: b2}
- concat: [a, b2]"""


def test_a_better_order_is_found_and_shown():
    table = cnncalc.analyze(loads(BRANCHES, "{channels: 1, size: [16, 16]}"), "memory")

    # a first: its 2 wait while b1 reads 1 and writes 9. b first: 1 + 9, then 1 + 9 + 1, then 1 + 1 + 2.
    assert table.totals["peak"] == 1024 * (1 + 2 + 9)
    assert table.totals["better_order"] == {"peak": 1024 * (1 + 9 + 1), "layers": ["input", "b1", "b2", "a", "concat1"]}
    assert "in another order the peak is 11.0 KiB: b1 … b2, a\n" in table.caption


def test_where_no_order_is_better_that_is_said():
    assert "no other order has a lower peak\n" in cnncalc.analyze(network("resnet50"), "memory").caption


OPAQUE = "- opaque: {output: {features: 10}, name: x}\n- dense: 4"


def test_the_memory_of_what_is_unknown_is_a_lower_bound():
    table = cnncalc.analyze(loads(OPAQUE), "memory", training=True)

    assert table.totals["weight_bytes"] is None
    assert table.totals["lower_bound"]["weight_bytes"] == 4 * (40 + 4)
    assert table.totals["peak"] == 4 * (1024 + 10)
    assert table.totals["training"]["activations"] is None
    assert "inference: ≥ 4.21 KiB = ≥ 176 B weights + ≥ 0 B buffers + 4.04 KiB peak at x" in table.caption
    assert "unknown, so that totals are lower bounds: x\n" in table.caption


@pytest.mark.parametrize(("options", "answer", "batch", "advice"), [
    ({"fits": "107MiB"}, True, 1, []),
    ({"fits": "200MiB"}, True, 11, []),
    ({"fits": "106MiB"}, False, None, ["--inplace --fold-norm"]),
    ({"fits": "60MiB"}, False, None, ["--dtype fp16"]),
    ({"fits": "12MiB", "inplace": True}, False, None, ["--flash 98MiB"]),
    ({"fits": "200MiB", "batch": 64}, False, 11, ["--batch 11", "--dtype int8"]),
    ({"fits": "10MiB", "flash": "100MiB"}, True, 1, []),
    ({"fits": "8MiB", "flash": "100MiB"}, False, None, ["--inplace --fold-norm"]),
    ({"fits": "8MiB", "flash": "26MiB", "dtype": "int8"}, True, 3, []),
    ({"fits": "500MiB", "training": True}, True, 1, []),
    ({"fits": "8GiB", "training": True, "batch": 64}, True, 95, []),
    ({"fits": "2GiB", "optimizer": "sgd", "batch": 64}, False, 22, ["--batch 22"]),
])  # fmt: skip
def test_whether_it_fits_and_what_to_do(options, answer, batch, advice):
    table = cnncalc.analyze(network("resnet50"), "memory", **options)
    fits = table.totals["fits"]

    assert (fits["answer"], fits["largest_batch"], fits["advice"]) == (answer, batch, advice)
    assert bool(table.findings) == (not answer)


@pytest.mark.parametrize("options", [{"fits": "1GiB"}, {"fits": "200MiB", "dtype": "int4"}, {"fits": "4GiB", "training": True}])
def test_the_largest_batch_fits_and_one_more_does_not(options):
    net = network("mobilenet_v2")
    batch = totals(net, **options)["fits"]["largest_batch"]

    assert totals(net, **options, batch=batch)["fits"]["answer"]
    assert not totals(net, **options, batch=batch + 1)["fits"]["answer"]


def test_what_does_not_fit_is_a_finding_that_names_what_to_shrink():
    (finding,) = cnncalc.analyze(network("mobilenet_v2"), "memory", fits="20MiB").findings

    needed = 4 * (3_504_872 + 34_112) + 2 * EXPANDED
    assert finding.code == "X503"
    assert (size(needed), size(needed - 20 * 2**20)) == ("22.7 MiB", "2.69 MiB")
    assert finding.message == "mobilenet_v2: inference needs 22.7 MiB, 2.69 MiB more than there are"
    assert finding.help == (
        "most is the weights of classifier 4.89 MiB, the output of InvRes2.0.conv1 4.59 MiB, the output of "
        "InvRes2.0.conv1.norm 4.59 MiB; it fits with --inplace --fold-norm")  # fmt: skip


def test_whether_the_unknown_fits_is_not_known():
    table = cnncalc.analyze(loads(OPAQUE), "memory", fits="1MiB")
    (finding,) = table.findings

    assert table.totals["fits"]["answer"] is None
    assert (finding.code, finding.help) == ("X502", "unknown: x")
    assert "fits: not known; inference ≥ 4.21 KiB of 1.00 MiB" in table.caption


@pytest.mark.parametrize(("options", "said", "found"), [
    ({"fits": "1MiB"}, "not known; inference ≥ 4.21 KiB of 1.00 MiB, at most 1020 KiB to spare",
     "inference needs at least 4.21 KiB, how much is not known"),
    ({"fits": "1KiB"}, "no; inference ≥ 4.21 KiB of 1.00 KiB, ≥ 3.21 KiB too much",
     "inference needs at least 4.21 KiB, 3.21 KiB more than there are"),
    ({"fits": "1MiB", "flash": "100B"},
     "no; the peak of activations 4.04 KiB of 1.00 MiB, 1020 KiB to spare; weights and buffers ≥ 176 B of 100 B, ≥ 76 B too much",
     "weights and buffers need at least 176 B, 76 B more than there are"),
])  # fmt: skip
def test_what_is_not_all_known_is_said_to_be_at_least(options, said, found):
    table = cnncalc.analyze(loads(OPAQUE), "memory", **options)

    assert f"\nfits: {said}\n" in table.caption
    assert table.findings[0].message == f"model: {found}"
    assert "no option" not in table.findings[0].help


@pytest.mark.parametrize(("fits", "options", "advice"), [
    # Two tensors of 256×56×56 and one of 64×56×56 are in memory: of 1 bit 225,792 bytes.
    ("225792B", {}, "it fits with --inplace --fold-norm --dtype int1 --flash 3221KiB"),
    ("225791B", {}, "no option makes it fit"),
    ("1MiB", {}, "it fits with --inplace --fold-norm --dtype int4 --flash 13MiB"),
    ("4MiB", {}, "it fits with --inplace --fold-norm --dtype fp16 --flash 49MiB"),
    ("1GB", {"training": True, "batch": 99}, "it fits with --batch 6"),
    ("300MiB", {"training": True, "batch": 8}, "it fits with --batch 2 --dtype bf16"),
])  # fmt: skip
def test_that_no_option_helps_is_said_where_it_is_so(fits, options, advice):
    (finding,) = cnncalc.analyze(network("resnet50"), "memory", fits=fits, **options).findings

    assert finding.help.split("; ")[-1] == advice


DENSE = "- dense: {units: 64, name: a}\n- dense: {units: 64, name: b}"  # 8,320 numbers to learn, 128 alive


@pytest.mark.parametrize(("options", "advice"), [
    # 33,280 bytes of weights and 512 alive.
    ({"fits": "33791B"}, "it fits with --dtype fp16"),
    ({"fits": "512B"}, "it fits with --flash 33KiB"),
    ({"fits": "511B"}, "it fits with --dtype fp16 --flash 17KiB"),
    ({"fits": "16B"}, "it fits with --dtype int1 --flash 2KiB"),
    ({"fits": "15B"}, "no option makes it fit"),
    # Int8 has biases of 4 bytes: 8,192 and 512; as int8 they are 128.
    ({"fits": "1KiB", "flash": "8700B"}, "it fits with --dtype int4"),
    ({"fits": "1KiB", "flash": "8704B"}, "it fits with --dtype int8"),
    ({"fits": "1KiB", "flash": "1040B"}, "it fits with --inplace --fold-norm --dtype int1 --bias-dtype int1"),
    ({"fits": "1KiB", "flash": "1039B"}, "no option makes it fit"),
    # Weights, gradients and two numbers of Adam, and what is kept.
    ({"fits": "133632B", "training": True, "batch": 2}, "it fits with --batch 1 or with --dtype bf16"),
    ({"fits": "60KiB", "training": True}, "it fits with --dtype bf16 --optimizer momentum"),
    ({"fits": "40KiB", "training": True}, "it fits with --dtype bf16 --optimizer sgd"),
    ({"fits": "2KiB", "training": True}, "no option makes it fit"),
    # One example of 1 bit each takes 16 bytes, and two are within 40.
    ({"fits": "40B", "batch": 9}, "it fits with --batch 2 --dtype int1 --flash 2KiB"),
    ({"fits": "15B", "batch": 9}, "no option makes it fit"),
])  # fmt: skip
def test_what_makes_it_fit(options, advice):
    found = cnncalc.analyze(loads(DENSE, "{features: 64}"), "memory", **options).findings

    assert {finding.help.split("; ")[-1] for finding in found} == {advice}


# What is not known may fit: 4 KiB are alive of the input, 1 KiB of 1 bit each.
def test_where_it_is_not_known_whether_less_fits_it_is_not_said_that_nothing_does():
    (finding, *_) = cnncalc.analyze(loads(OPAQUE), "memory", fits="2KiB", flash="1KiB").findings

    assert finding.code == "X503"
    assert "no option" not in finding.help


@pytest.mark.parametrize("fits", ["33791B", "512B", "511B", "16B", "9KiB"])
def test_what_is_advised_fits(fits, request, tmp_path):
    path = tmp_path / "net.yaml"
    path.write_text(f"input: {{features: 64}}\nlayers:\n{DENSE}\n", encoding="utf-8")
    run = request.getfixturevalue("cnncalc")
    help = run("memory", str(path), "--fits", fits).err.split("it fits with ")[1].strip()

    for options in help.split(" or with "):
        assert run("memory", str(path), "--fits", fits, *options.split()).code == 0


SIZES = "256KiB is 256 × 1,024 bytes, 256kB and 256k are 256 × 1,000"


# A keyword spotter as for a microcontroller, in int8: 10×25 frames, 256 KiB of SRAM, 1 MiB of flash.
SPOTTER = """\
- conv: {filters: 64, kernel: [10, 4], stride: [2, 2], padding: same_upper, norm: batch_norm, activation: relu}
- depthwise_conv: {kernel: 3, padding: same, norm: batch_norm, activation: relu}
- conv: {filters: 64, kernel: 1, norm: batch_norm, activation: relu}
- global_avg_pool
- dense: 12"""


def test_a_microcontroller():
    net = loads(SPOTTER, "{channels: 1, size: [49, 10]}")
    found = totals(net, dtype="int8", fits="4KiB", flash="8KiB", inplace=True, fold_norm=True)

    # 25×5 positions of 64 channels, read and written at once; weights and one bias per filter.
    assert found["peak"] == 2 * 25 * 5 * 64
    assert found["weight_bytes"] == (64 * 40 + 256) + (64 * 9 + 256) + (64 * 64 + 256) + (64 * 12 + 48)
    assert found["buffer_bytes"] == 0
    assert [demand["needed"] for demand in found["fits"]["demands"]] == [16_000, 8_816]
    assert found["fits"]["answer"] is False
    assert totals(net, dtype="int8", fits="16kB", flash="8816B", inplace=True, fold_norm=True)["fits"]["answer"]


@pytest.mark.parametrize(("options", "message"), [
    ({"fits": "much"}, f"--fits takes a size, got much ({SIZES})"),
    ({"fits": "1MiB", "flash": "x"}, f"--flash takes a size, got x ({SIZES})"),
    ({"flash": "1MiB"}, "--flash is where the weights lie (--fits 256KiB --flash 1MiB)"),
    ({"dtype": "int3"}, "--dtype takes a type of numbers, got int3 (did you mean `int32`?)"),
    ({"batch": -1}, "--batch takes a number from 1, got -1"),
    ({"optimizer": "lion"}, "--optimizer takes sgd, momentum, adam, got lion"),
])  # fmt: skip
def test_wrong_options_are_explained(options, message):
    with pytest.raises(UsageError) as raised:
        totals(loads("- relu"), **options)

    assert str(raised.value) == message


def judged(claims):
    text = f"cnncalc: 1\nname: m\ninput: {{channels: 3, size: [8, 8]}}\nlayers:\n- conv: {{filters: 4, kernel: 3, name: c}}\n{claims}\n"
    return [(finding.code, finding.message) for finding in judge_source(Source("m.yaml", text)).findings]


CONV = 4 * (4 * 27 + 4)
PEAK = 4 * (3 * 64 + 4 * 36)


@pytest.mark.parametrize(("claims", "found"), [
    (f"expect: {{memory: {{weights: {CONV}, peak: {PEAK}, training: {4 * CONV + 4 * 192}}}}}", []),
    (f"expect: {{memory: {CONV + PEAK}}}", []),
    ("expect: {memory: {peak: 1.31KiB}}", []),
    ("expect: {memory: {weights: 447}}", [("X501", f"m: memory.weights is {CONV} bytes, expected 447 (+1)")]),
    ("budget: {memory: {peak: 1KiB}}", [("X503", f"m: memory.peak 1.31 KiB is over the budget 1KiB (by {PEAK - 1024} B)")]),
    ("budget: {memory: 2KiB}", []),
    ("budget: {memory: {training: 1k}}", [("X503", "m: memory.training 2.50 KiB is over the budget 1k (by 1.52 KiB)")]),
])  # fmt: skip
def test_specs_expect_and_limit_memory(claims, found):
    assert judged(claims) == found


def test_a_budget_that_is_exceeded_says_where_the_memory_is():
    text = ("cnncalc: 1\nname: m\ninput: {channels: 3, size: [8, 8]}\nlayers:\n- conv: {filters: 4, kernel: 3, name: c}\n"
            "budget: {memory: 1k}\n")  # fmt: skip
    (finding,) = judge_source(Source("m.yaml", text)).findings

    assert finding.help == (
        "most is in the output of input 768 B (42.9 %), the output of c 576 B (32.1 %), the weights of c 448 B (25.0 %)")  # fmt: skip


def test_down_to_a_layer_that_fails_memory_is_known():
    with pytest.raises(SpecError) as raised:
        loads("- conv: {filters: 4, kernel: 1}\n- conv: {filters: 4, kernel: 99}\n- relu")
    sound = raised.value.network

    for analysis in ("memory", "macs", "top", "params"):
        assert cnncalc.analyze(sound, analysis).failure is not None
    assert totals(sound)["peak"] == N + N // 4


def test_the_document_has_the_keys_of_the_contract():
    document = cnncalc.analyze(loads("- conv: {filters: 4, kernel: 1}"), "memory", training=True, fits="1MiB").to_dict()

    assert [document[key] for key in ("analysis", "batch", "dtype", "inplace", "fold_norm")] == ["memory", 1, "fp32", False, False]
    assert set(document["layers"][1]) == {
        "layer", "op", "inputs", "output", "dtype", "weight_bytes", "buffer_bytes", "activation_bytes", "live_bytes", "saved_bytes",
    }  # fmt: skip
    assert set(document["totals"]) == {
        "weight_bytes", "buffer_bytes", "activation_bytes", "inference_bytes", "peak", "peak_layer", "peak_tensors", "better_order",
        "training", "fits",
    }  # fmt: skip
    json.dumps(document)


def test_all_outputs_of_leaf_modules_of_resnet50():
    """32,040,424 elements as measured: the modules of PyTorch, of which additions are none."""
    net = network("resnet50")

    leaves = [node for node in net.nodes if node.layer and node.op != "add"]

    assert sum(prod((node.output.channels, *node.output.size)) for node in leaves) == 32_040_424


@pytest.mark.parametrize(("name", "is_one"), [
    ("bias", True), ("hidden_bias", True), ("kernel", False),
    # added to scores, not to what a layer gives
    ("relative_bias", False),
])  # fmt: skip
def test_which_weights_are_biases(name, is_one):
    assert is_bias(name) == is_one


# 3·4·9 = 108 weights and 4 biases; 3·8·8 = 192 numbers go in, 4·6·6 = 144 come out.
@pytest.mark.parametrize(("dtype", "weights", "peak"), [
    ("int8", 108 + 4 * 4, 192 + 144),
    ("{weights: int8}", 108 + 4 * 4, 4 * (192 + 144)),
    ("{weights: fp16}", 2 * 108 + 4 * 4, 4 * (192 + 144)),
    ("{weights: fp16, biases: fp16}", 2 * (108 + 4), 4 * (192 + 144)),
    ("{activations: int16, weights: int8, biases: int64}", 108 + 8 * 4, 2 * (192 + 144)),
    ("{activations: int16, weights: int8}", 108 + 4 * 4, 2 * (192 + 144)),
    ("{activations: fp16}", 2 * (108 + 4), 2 * (192 + 144)),
])  # fmt: skip
def test_types_of_weights_and_biases_and_what_comes_out(dtype, weights, peak):
    net = loads(f"  - conv: {{filters: 4, kernel: 3, dtype: {dtype}, activation: relu}}", "{channels: 3, size: [8, 8]}")
    table = cnncalc.analyze(net, "memory", inplace=True)

    assert (table.sums["weight_bytes"].value, table.totals["peak"]) == (weights, peak)


def test_the_types_are_told():
    net = loads("  - conv: {filters: 4, kernel: 3, dtype: {activations: int16, weights: int8, biases: int64}}")

    assert "batch 1 · int16 · weights int8 · biases int64\n" in cnncalc.analyze(net, "memory").caption


def test_an_input_that_is_converted_first_has_the_default_type():
    net = loads("  - quantize: {dtype: int8}\n  - relu")

    assert Memory(net).dtypes == ["fp32", "int8", "int8"]


WORDS = "fp64, fp32, tf32, fp16, bf16, fp8, int64, int32, int16, int8, uint8, bool, int4, int1"


@pytest.mark.parametrize(("dtype", "message"), [
    ("{weights: int3}", f"`dtype` must be one of {WORDS}, got `int3`"),
    ("{weight: int8}", "`dtype` knows no `weight`"),
    ("{}", "`dtype` must be a type of numbers, or types of `activations`, `weights` and `biases`, got a mapping"),
    ("int3", f"`dtype` must be one of {WORDS}, got `int3`"),
])  # fmt: skip
def test_types_that_are_none(dtype, message):
    with pytest.raises(SpecError) as refused:
        loads(f"  - conv: {{filters: 4, kernel: 3, dtype: {dtype}}}")

    assert [found.message for found in refused.value.diagnostics] == [message]
