"""What the lints raise and what they leave alone; codes.md has an example of each and its fix."""

from contextlib import suppress
from pathlib import Path

import pytest

import cnncalc
from cnncalc import registry
from cnncalc.arithmetic import resampling, windows
from cnncalc.check.judge import judge_source
from cnncalc.check.linting import Rules
from cnncalc.check.lints import blind_units, stride_mismatch
from cnncalc.errors import Source
from cnncalc.language.build import build
from cnncalc.receptive_field.coverage import blind
from cnncalc.receptive_field.merges import MISMATCH
from cnncalc.receptive_field.survey import Survey
from cnncalc.work import TooMuch
from tests.nets import document, spec

SPECS = Path(__file__).parent.parent.parent / "specs"
LINTS = {registry.load("check.lints", name).CODE: name for name in registry.names("check.lints")}
INPUT = "input: {channels: 4, size: [32, 32]}\n"


def found(text, code):
    """(line, column, message) of what the lint with `code` raises."""
    rules = Rules(select=(code,))
    findings = judge_source(Source("spec.yaml", text), rules=rules).findings
    assert {finding.code for finding in findings} <= {code}, [str(f) for f in findings]
    return [(f.span.line, f.span.column, f.message) for f in findings]


def net(*layers, head=""):
    """A spec whose input has four channels, so that groups may be two."""
    return spec(*layers, input=INPUT + head)


def test_every_lint_has_a_code_of_its_own():
    assert len(LINTS) == len(registry.names("check.lints"))
    assert all(code[:2] == "W6" for code in LINTS)


RAISED = [
    ("W601", net("relu", head="blocks: {A: {layers: [relu]}, B: {layers: [A]}}\n"),
     [(2, 10, "no layer uses the block `A`"), (2, 31, "no layer uses the block `B`")]),
    ("W602", "vars:\n  w: 1\n  v: 2\n" + net("conv: {filters: $(v + 1), kernel: 1}"),
     [(2, 3, "no expression names the variable `w`")]),
    ("W603", net("relu: {name: a}", "abs: {name: b}", "tanh: {name: c, from: b}", "sigmoid: {from: a}"),
     [(5, 18, "nothing reads `c`, and it is not an output")]),
    ("W604", "vars: {c: 4}\n" + net("conv: {filters: 4, kernel: 1, when: $(c == 3)}", "relu"),
     [(4, 41, "this `conv` is never there: its `when` is false in every model and variant")]),
    ("W605", net("conv: {filters: 8, kernel: 1, bias: true, norm: batch_norm}"),
     [(3, 41, "the 8 biases of `conv1` have no effect: the batch_norm after it subtracts the mean")]),
    ("W606", net("max_pool: 3"), [(3, 5, "`max_pool1` never reads the last 2 of its 32×32 input")]),
    ("W607", net("avg_pool: {size: 2, stride: [2, 3]}"),
     [(3, 5, "`avg_pool1` jumps over elements: a window of 2 moves by 3")]),
    ("W608", net("conv: {filters: 4, kernel: 1, activation: relu}", "softmax"),
     [(4, 5, "`softmax1`: softmax directly after relu")]),
    ("W609", net("conv: {filters: 4, kernel: 1, padding: [0, 1]}"),
     [(3, 5, "`conv1` pads a window of one element: its border is bias only")]),
    ("W610", net("max_pool: {size: 3, stride: 2, padding: same}"),
     [(3, 5, "`max_pool1` pads 0 before and 1 after; another parity of the size would move the grid by an element")]),
    # 32 is halved and doubled; 31 gives 15 and 30.
    ("W611", net("max_pool: 2", "upsample: {scale: 2, mode: nearest}", "add: {from: [prev, input], name: sum}"),
     [(5, 38, "`sum` does not line up where H or W is n ≡ 1 (mod 2), n ≥ 3: at 31, cannot add different shapes (4×30×32, 4×31×32)")]),
    # The axes must be equal, and even: the row of both tells.
    ("W611", net("max_pool: 2", "conv_transpose: {filters: 4, kernel: 2, stride: 2, name: up}", "permute: {axes: [c, w, h]}",
                 "add: {from: [prev, up]}", "concat: [prev, input]"),
     [(7, 5, "`concat1` does not line up where H = W is n ≡ 1 (mod 2), n ≥ 3: at 31, cannot concatenate along channels: h 30 ≠ 31 and w 30 ≠ 31 (4×30×30, 4×31×31)")]),
    ("W612", "dialect: torch\n" + net("mean: {axis: h, name: a}", "mean: {axis: w, from: input}", "add: [prev, a]"),
     [(6, 5, "`add1` spreads 4×32×1 and 4×1×32 over each other to 4×32×32")]),
    ("W621", net("conv: {filters: 4, kernel: 3, stride: 2, padding: half}", "upsample: {scale: 2, mode: nearest}",
                 "add: {from: [prev, input], name: sum}"),
     [(5, 38, "the operands of `sum` are offset by 1/2 px (1/2 of a cell) in input")]),
    ("W622", net("max_pool: 2", "conv: {filters: 4, kernel: 3}", "crop: {from: input, size: [14, 14], name: middle}",
                 "resize: {from: input, size: [14, 14], mode: nearest, name: small}", "add: [small, middle]",
                 head="dialect: torch\n"),
     [(8, 5, "the operands of `add1` have different strides over input: its units see 1 to 10")]),
    # Two maps are lists of places for a while; where these meet there is no stride, where the maps do there is.
    ("W622", net("max_pool: {size: 2, name: a}", "reshape: {to: {channels: 4, size: [-1]}, name: list}",
                 "crop: {from: input, size: [16, 16], name: b}", "reshape: {to: {channels: 4, size: [-1]}}", "add: [prev, list]",
                 "reshape: {from: list, to: {channels: 4, size: [16, 16]}}", "add: [prev, b]"),
     [(9, 5, "the operands of `add2` have different strides over input: its units see 2 to 9")]),
    ("W623", net("conv: {filters: 4, kernel: 3, dilation: 2, padding: same}"),
     [(3, 5, "from `conv1` on, units see 36.0 % of their field: it has holes")]),
    ("W624", net("conv: {filters: 4, kernel: 3, padding: [[3, 0], [0, 4]]}"),
     [(3, 5, "3 rows or columns of `conv1` see only padding")]),
    ("W625", net("max_pool: {size: 5, stride: 5}"),
     [(1, 8, "no output depends on 2×2 places of the axes of `input`")]),
    ("W626", net("conv: {filters: 4, kernel: 11, padding: same, repeat: 5}"),
     [(3, 5, "`conv1.4` reads units that already see the whole input")]),
    ("W627", net("conv: {filters: 4, kernel: 3, padding: same}"),
     [(3, 5, "a unit of `conv1` sees 3×3 of the 32×32 input")]),
    ("W631", net("max_pool: {size: 3, stride: 5, padding: 1, ceil: true}", head="dialect: torch\ntargets: ncnn\n"),
     [(5, 5, "`max_pool1` has another size in ncnn: 4×8×8, not 4×7×7")]),
    ("W632", net("conv: {filters: 4, kernel: 3, stride: 2, padding: same}", head="dialect: keras\ntargets: [opencv, tflite]\n"),
     [(5, 5, "`conv1` is shifted in opencv: windows 1 element before")]),
    ("W633", net("avg_pool: {size: 3, padding: 1}", head="dialect: torch\ntargets: darknet\n"),
     [(5, 5, "`avg_pool1` has other averages in darknet: divided by 4, not 9, at the border")]),
    ("W634", net("conv: {filters: 4, kernel: 5, padding: 1}", head="dialect: torch\ntargets: [keras, tflite]\n"),
     [(5, 5, "`conv1` needs a layer of padding in keras and tflite")]),
    ("W635", net("lp_pool: 2", head="dialect: torch\ntargets: ncnn\n"),
     [(5, 5, "`lp_pool1` cannot be written in ncnn: ncnn has no `lp_pool`")]),
    ("W636", "dialect: keras\ntargets: torch\ninput: {channels: 4, size: [9]}\nlayers:\n  - lstm: {units: 8, bidirectional: sum}\n",
     [(5, 5, "`lstm1` is refused in torch: PyTorch refuses this: two directions can only be concatenated")]),
    ("W637", net("adaptive_avg_pool: 3", head="dialect: torch\ntargets: caffe\n"),
     [(5, 5, "nobody knows of `adaptive_avg_pool1` in caffe: `adaptive_avg_pool` was not looked at")]),
    ("W638", net("conv: {filters: 4, kernel: 3, stride: 2, padding: same}", head="dialect: flax\ntargets: tensorlayerx\n"),
     [(5, 5, "`conv1` has another border in tensorlayerx: reads the last element again, not zeros, beyond the border")]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text", "expected"), RAISED, ids=[case[0] for case in RAISED])
def test_what_a_lint_raises(code, text, expected):
    assert found(text, code) == expected


def test_every_lint_is_tested():
    assert {case[0] for case in RAISED} == set(LINTS)


# Boxes of two maps, in one list: their offsets are added to those of the anchors.
HEADS = (
    "max_pool: {size: 2, name: coarse}", "conv: {from: input, filters: 8, kernel: 1, name: fine}",
    "reshape: {to: {channels: 4, size: [-1]}, name: fine_boxes}", "max_pool: {from: fine, size: 2}",
    "reshape: {to: {channels: 4, size: [-1]}, name: half}", "conv: {from: coarse, filters: 8, kernel: 1}",
    "reshape: {to: {channels: 4, size: [-1]}, name: coarse_boxes}", "add: [half, coarse_boxes]",
    "concat: {from: [fine_boxes, prev], axis: l}",
)  # fmt: skip


@pytest.mark.parametrize(("code", "text"), [
    # A block inside a used block, a variable of another variable, of a block's argument.
    ("W601", net("B", head="blocks: {A: {layers: [relu]}, B: {layers: [A]}}\n")),
    ("W602", "vars: {w: 1, v: $(w*2)}\n" + net("conv: {filters: $v, kernel: 1}")),
    ("W602", "vars: {w: 3}\n" + net("A", head="blocks: {A: {args: {k: $w}, layers: [conv: {filters: 4, kernel: $k}]}}\n")),
    # Several outputs; a layer that only one variant reads.
    ("W603", net("relu: {name: a}", "tanh: {name: b, from: input}", head="outputs: [a, b]\n")),
    ("W603", "vars: {both: false}\n" + net("relu: {name: a}", "tanh: {name: b, from: input}", "add: {from: [a, b], when: $both}")
             + "variants: [{set: {both: true}}]\n"),
    ("W604", "vars: {wide: false}\n" + net("conv: {filters: 4, kernel: 1, when: $wide}", "relu") + "variants: [{set: {wide: true}}]\n"),
    # A bias that is also read by something else, or is the output; a norm that keeps the mean.
    ("W605", net("conv: {filters: 4, kernel: 1, name: c}", "batch_norm", "add: [prev, c]")),
    ("W605", net("conv: {filters: 4, kernel: 1}", "rms_norm")),
    ("W606", net("conv: {filters: 4, kernel: 1, stride: 3}")),
    ("W607", net("conv: {filters: 4, kernel: 1, stride: 2}")),
    ("W608", net("relu", "identity", "batch_norm", "relu")),
    ("W609", net("pad: 1")),
    ("W610", net("conv: {filters: 4, kernel: 3, padding: same}")),
    # Halved alike on both ways; brought to the size of the other; only what is too small is refused; two inputs.
    ("W611", net("max_pool: {size: 3, stride: 2, padding: 1, name: a}", "conv: {from: input, filters: 4, kernel: 1, stride: 2}", "add: [a, prev]")),
    ("W611", net("max_pool: 2", "resize: {like: input}", "add: [prev, input]")),
    ("W611", net("conv: {filters: 4, kernel: 9, name: c}", "crop: {from: input, like: c}", "add: [prev, c]")),
    ("W611", "inputs:\n  a: {channels: 2, size: [9]}\n  b: {channels: 2, size: [9]}\nlayers:\n  - add: [a, b]\n"),
    ("W611", net("max_pool: 2", "upsample: 2")),
    ("W612", "dialect: torch\n" + net("mean: {axis: h}", "add: [prev, input]")),
    ("W612", net("global_avg_pool", "multiply: [prev, input]")),
    ("W621", net("max_pool: 2", "upsample: {scale: 2, mode: nearest}", "add: [prev, input]")),
    ("W622", net("max_pool: {size: 2, name: a}", "avg_pool: {size: 2, from: input}", "add: [a, prev]")),
    ("W622", net("relu: {name: a}", "tanh", "concat: {from: [a, prev], axis: h}")),
    ("W622", net(*HEADS)),
    ("W623", net("conv: {filters: 4, kernel: 3, dilation: $(i + 1), repeat: 3}")),
    ("W624", net("pad: 3")),
    ("W625", net("max_pool: 4")),
    ("W626", net("conv: {filters: 4, kernel: 11, padding: same, repeat: 4}")),
    ("W627", net("global_avg_pool")),
    ("W631", net("max_pool: {size: 3, stride: 2, ceil: true}", head="dialect: torch\ntargets: [openvino, ncnn]\n")),
    ("W632", net("conv: {filters: 4, kernel: 3, padding: same}", head="dialect: keras\ntargets: opencv\n")),
    ("W633", net("avg_pool: {size: 3, padding: 1}", head="dialect: torch\ntargets: [onnxruntime, openvino]\n")),
    ("W634", net("conv: {filters: 4, kernel: 3, padding: 1}", head="dialect: torch\ntargets: [keras, tflite]\n")),
    ("W635", net("max_pool: 2", head="dialect: torch\ntargets: ncnn\n")),
    ("W636", net("relu", head="dialect: keras\ntargets: torch\n")),
    ("W637", net("mish", head="dialect: torch\ntargets: theano\n")),
    # An even total of `same`; zeros that win nothing; a converter that says that the border takes no part.
    ("W638", net("conv: {filters: 4, kernel: 3, padding: same}", "max_pool: {size: 3, padding: same}", head="dialect: flax\ntargets: tensorlayerx\n")),
    ("W638", net("max_pool: {size: 3, stride: 2, padding: 1}", head="dialect: torch\ntargets: [nnef, opencv4]\n")),
])  # fmt: skip
def test_what_a_lint_leaves_alone(code, text):
    assert found(text, code) == []


# What rules a network out quickly ------------------------------------------------------------

# Each in another way: upsampling, transposed convolutions, gates, dilations, unpadded layers, several inputs.
SOME = ("dcgan", "deeplabv3", "efficientnet_b0", "fcn8s", "ghostnet", "pix2pix", "siamese_triplet", "text_cnn", "unet", "unet_same",
        "wavenet", "yolov3_tiny")  # fmt: skip


@pytest.fixture(scope="module")
def networks():
    """Some networks of the zoo, and those above that the two lints are about."""
    built = []
    for name in SOME:
        found = document(name)
        built += [build(found, model.name, variant=variant) for model in found.models.values() for variant in (None, *model.variants)]
    return [*built, *(cnncalc.loads(text) for code, text, _ in RAISED if code in ("W622", "W624"))]


def test_a_network_that_is_ruled_out_has_no_strides_that_differ(networks):
    ruled_out = [network for network in networks if not stride_mismatch._may_differ(network)]

    assert all(meeting.kind != MISMATCH for network in ruled_out for meeting in Survey(network).meetings)
    assert len(networks) - len(ruled_out) == 3, "the two above, and U-Net with corners aligned"


def test_a_network_that_is_ruled_out_has_no_blind_units(networks):
    ruled_out = [network for network in networks if not blind_units._may_be_blind(network)]

    assert not any(any(blind(network)) for network in ruled_out)
    assert len(ruled_out) > len(networks) / 2


def test_lists_of_places_are_ruled_out():
    assert not stride_mismatch._may_differ(cnncalc.loads(net(*HEADS)))


# Where a field is none, is moved to another axis, or has no stride, nothing is ruled out.
@pytest.mark.parametrize("layers", [
    ["conv_transpose: {filters: 4, kernel: 2, stride: 3, name: a}", "upsample: {from: input, scale: 3}", "crop: {size: [95, 95]}", "add: [prev, a]"],
    ["permute: {axes: [c, w, h]}", "add: [prev, input]"],
    ["resize: {size: [33, 33], mode: linear, align_corners: true, name: a}", "resize: {from: input, size: [33, 33], mode: linear}", "add: [prev, a]"],
])  # fmt: skip
def test_what_cannot_be_said_quickly_is_looked_at(layers):
    assert stride_mismatch._may_differ(cnncalc.loads("dialect: torch\n" + net(*layers)))


@pytest.mark.parametrize("layer", [
    "adaptive_max_pool: {size: 2147483647}", "conv_transpose: {filters: 2, kernel: 9007199254740992}",
    "resize: {size: [2147483647]}", "upsample: 2147483647",
])
def test_units_are_not_looked_at_one_by_one_where_they_are_many(layer, monkeypatch):
    asked = 0
    for kind in (windows.AdaptiveWindow, windows.TransposedWindow, resampling.Resampling):
        def taps(self, u, n, taps=kind.taps):
            nonlocal asked
            asked += 1
            return taps(self, u, n)

        monkeypatch.setattr(kind, "taps", taps)
    network = cnncalc.loads(f"input: {{channels: 2, size: [768]}}\nlayers:\n  - {layer}\n")

    with suppress(TooMuch):
        list(blind_units.judge(network))
    assert asked < 10_000
