"""Descriptions of Ultralytics, whose modules are held to the counts that ultralytics 8.4.190 builds.

The texts are ours. The package's own files are tried where it is installed: `python -m tools.truth ultralytics`.
"""

import random

import pytest

import cnncalc

from .reading import axes, complaint, describe, load_text, mutate

SCALES = "nc: 10\nscales: {s: [0.5, 0.5, 256], l: [1.0, 1.0, 512]}\n"

# At half the depth and width and at most 256 channels, behind a convolution of 32 channels.
MODULES = [
    ("[-1, 1, Conv, [96, 3, 2]]", 13920),
    ("[-1, 1, Conv, [64, 1, 1, None, 1, 1, False]]", 1088),
    ("[-1, 1, DWConv, [96, 3, 2]]", 960),
    ("[-1, 2, Bottleneck, [64]]", 9312),
    ("[-1, 1, Bottleneck, [96, False]]", 17424),
    ("[-1, 3, C2f, [128, True]]", 47616),
    ("[-1, 6, C3, [128]]", 37504),
    ("[-1, 3, C2, [128, False]]", 43520),
    ("[-1, 2, C3k2, [128, False, 0.25]]", 6640),
    ("[-1, 2, C3k2, [128, True]]", 19968),
    ("[-1, 1, C3k2, [128, True, 0.5, True]]", 25664),
    ("[-1, 1, SPPF, [128, 5]]", 4768),
    ("[-1, 1, SPPF, [64, 5, 3, True]]", 2656),
    ("[-1, 1, SPP, [128, [5, 9, 13]]]", 4768),
    ("[-1, 2, C2PSA, [64]]", 4336),
    ("[-1, 1, PSA, [64]]", 4336),
    ("[-1, 1, SCDown, [128, 3, 2]]", 2880),
    ("[-1, 3, C2fCIB, [128, True, True]]", 28416),
    ("[-1, 3, C2fCIB, [128, True]]", 21888),
    ("[-1, 4, A2C2f, [128, True, 4]]", 48448),
    ("[-1, 2, A2C2f, [128, False, -1]]", 16832),
    ("[-1, 1, GhostConv, [128, 3, 2]]", 10144),
    ("[-1, 3, C3Ghost, [128, True]]", 8816),
    ("[-1, 1, RepNCSPELAN4, [128, 64, 32, 2]]", 53248),
    ("[-1, 1, ELAN1, [64, 64, 32]]", 24896),
    ("[-1, 1, AConv, [128]]", 18560),
    ("[-1, 1, ADown, [128]]", 5248),
    ("[-1, 1, SPPELAN, [128, 64]]", 18688),
    ("[-1, 3, RepC3, [96]]", 49728),
    ("[-1, 1, HGStem, [32, 48]]", 33600),
    ("[-1, 6, HGBlock, [32, 128, 3]]", 44608),
    ("[-1, 4, HGBlock, [48, 128, 5, True, True]]", 23392),
    ("[-1, 1, ResNetLayer, [32, 64, 1, True, 1]]", 100480),
    ("[-1, 1, ResNetLayer, [32, 32, 2, False, 3]]", 54656),
    ("[-1, 1, AIFI, [256, 8]]", 21024),
    ("[-1, 1, nn.ConvTranspose2d, [64, 2, 2, 0]]", 4128),
    ("[-1, 2, C2fAttn, [128, 64, 2]]", 54753),
    ("[-1, 1, Classify, [nc]]", 56330),
    ("[-1, 1, nn.MaxPool2d, [2, 2, 0]]", 0),
    ("[-1, 1, nn.ZeroPad2d, [[0, 1, 0, 1]]]", 0),
    ("[-1, 1, nn.Identity, []]", 0),
]

# The same of what reads maps of 64, 128 and 128 channels.
HEADS = [
    ("[[0, 1, 2], 1, Detect, [nc]]", 605806),
    ("[[0, 1, 2], 1, v10Detect, [nc]]", 698572),
    ("[[0, 1, 2], 1, Segment, [nc, 32, 256]]", 1020686),
    ("[[0, 1, 2], 1, Segment26, [nc, 32, 256]]", 1408024),
    ("[[0, 1, 2], 1, Pose, [nc, [17, 3]]]", 831481),
    ("[[0, 1, 2], 1, Pose26, [nc, [17, 3]]]", 1122415),
    ("[[0, 1, 2], 1, OBB, [nc, 1]]", 659041),
    ("[[0, 1, 2], 1, OBB26, [nc, 1]]", 659041),
    ("[[0, 1, 2], 1, WorldDetect, [nc, 512, False]]", 703702),
    ("[[0, 1, 2], 1, WorldDetect, [nc, 512, True]]", 706774),
    ("[[0, 1, 2], 1, YOLOEDetect, [nc, 512, True]]", 2732342),
    ("[[0, 1, 2], 1, YOLOESegment, [nc, 32, 256, 512, True]]", 3147222),
    ("[[0, 1, 2], 1, YOLOESegment26, [nc, 32, 256, 512, True]]", 3534560),
    ("[[0, 1, 2], 1, Depth, [256]]", 2879553),
    ("[[0, 1], 1, SemanticSegment, [nc]]", 112148),
    ("[[0, 1, 2], 1, RTDETRDecoder, [nc]]", 7207714),
    ("[[0, 1, 2], 1, ImagePoolingAttn, [256]]", 479232),
]


def small(row):
    """A network of a convolution and one module."""
    return f"{SCALES}backbone:\n  - [-1, 1, Conv, [64, 3, 2]]\n  - {row}\nhead: []\n"


def pyramid(row):
    """Three maps, each half as large as the one before, and a head."""
    rows = "".join(f"  - [-1, 1, Conv, [{filters}, 3, 2]]\n" for filters in (128, 256, 512))
    return f"{SCALES}backbone:\n{rows}head:\n  - {row}\n"


def params_of(net, place):
    """What the layers of a row learn."""
    return sum(node.facts.params for node in net.nodes if node.name.partition(".")[0].endswith(f"_{place}"))


@pytest.mark.parametrize(("row", "params"), MODULES)
def test_a_module_has_as_many_parameters(tmp_path, row, params):
    assert params_of(load_text(tmp_path, "net.yaml", small(row)), 1) == params


@pytest.mark.parametrize(("row", "params"), HEADS)
def test_a_head_has_as_many_parameters(tmp_path, row, params):
    assert params_of(load_text(tmp_path, "net.yaml", pyramid(row)), 3) == params


@pytest.mark.parametrize(("areas", "positions"), [(1, 1600), (4, 400), (-1, 1600)])
def test_an_area_attends_to_itself_alone(tmp_path, areas, positions):
    # 40×40 positions of 2 heads of 32: 4 blocks, whose scores and sums are of each area by itself.
    text = f"{SCALES}backbone:\n  - [-1, 1, Conv, [128, 3, 16]]\n  - [-1, 4, A2C2f, [256, True, {areas}]]\nhead: []\n"
    net = load_text(tmp_path, "net.yaml", text)
    macs = [node.facts.macs for node in net.nodes if node.layer and node.layer.kind == "matmul"]

    assert macs == [1600 // positions * 2 * positions**2 * 32] * 8
    assert net.params.value == load_text(tmp_path, "net.yaml", text.replace(f"True, {areas}", "True, 1")).params.value


def test_areas_must_divide_the_positions(tmp_path):
    text = f"{SCALES}backbone:\n  - [-1, 1, Conv, [128, 3, 16]]\n  - [-1, 4, A2C2f, [256, True, 3]]\nhead: []\n"
    with pytest.raises(cnncalc.SpecError, match="`A2C2f_1` has 3 areas for 1600 positions"):
        load_text(tmp_path, "net.yaml", text)


NET = """# a detector of two maps
nc: 3
scales: # depth, width, channels
  n: [0.50, 0.25, 1024]
  s: [0.50, 0.50, 1024]

backbone:
  # from, repeats, module, arguments
  - [-1, 1, Conv, [64, 3, 2]] # 0
  - [-1, 1, Conv, [128, 3, 2]]
  - [-1, 4, C3k2, [128, False, 0.25]] # 2
  - [-1, 1, SPPF, [256, 5]]

head:
  - [-1, 1, nn.Upsample, [None, 2, "nearest"]]
  - [[-1, 0], 1, Concat, [1]]
  - [[5, 3], 1, Detect, [nc]]
"""


def shapes(net):
    """What goes out, and of what."""
    return {net.nodes[i].name: axes(net.nodes[i].output) for i in net.outputs.values()}


def test_rows_are_layers_called_as_they_are(tmp_path):
    net = load_text(tmp_path, "net.yaml", NET)

    assert [node.name for node in net.nodes[:4]] == ["input", "Conv_0.conv", "Conv_0.conv.norm", "Conv_0.conv.act"]
    assert str(net.nodes[0].output) == "3×640×640"
    assert shapes(net) == {
        "Detect_6.box_3": [64, 320, 320], "Detect_6.class_5": [3, 320, 320],
        "Detect_6.box_6": [64, 160, 160], "Detect_6.class_10": [3, 160, 160],
    }  # fmt: skip
    assert net.description == "Ultralytics, scale n, as built: before it is fused"


@pytest.mark.parametrize(("name", "settings", "filters"), [
    ("net.yaml", None, 16), ("yolo11n.yaml", None, 16), ("yolo11s.yaml", None, 32), ("yolov8s-seg.yaml", None, 32),
    ("yoloe-11s.yaml", None, 32), ("net.yaml", {"scale": "s"}, 32), ("yolo11s.yaml", {"scale": "n"}, 16),
])  # fmt: skip
def test_a_scale_is_set_or_stands_in_the_name_of_the_file_or_is_the_first(tmp_path, name, settings, filters):
    path = tmp_path / name
    path.write_text(NET)

    assert cnncalc.load(path, set=settings).nodes[1].output.channels == filters


def test_commands_take_scale_and_size(tmp_path, cnncalc, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(NET)
    shown = cnncalc("shapes", "net.yaml", "--set", "scale=s", "--size", "64,96", "--channels", "1").out

    assert "1×64×96" in shown
    assert "32×32×48" in shown
    assert cnncalc("check", "net.yaml").code == 0
    assert "unchanged" in cnncalc("diff", "net.yaml", "net.yaml").out
    assert cnncalc("convert", "net.yaml").code == 0


def test_attention_is_all_positions_by_all(tmp_path):
    text = "backbone:\n  - [-1, 1, Conv, [128, 3, 2]]\n  - [-1, 1, PSA, [128]]\nhead: []\n"
    path = tmp_path / "net.yaml"
    path.write_text(text)
    net = cnncalc.load(path, size=(16, 12))
    products = [node.facts.macs for node in net.nodes if node.layer and node.layer.kind == "matmul"]

    # One head of 64 channels, whose queries and keys have half as many; 8·6 positions.
    assert products == [48 * 48 * 32, 48 * 48 * 64]


@pytest.mark.parametrize(("old", "new", "message", "line"), [
    ("C3k2, [128, False, 0.25]", "C9, [128]", "the module `C9` is not known here", 11),
    ("[-1, 4, C3k2", "[-9, 4, C3k2", "`C3k2_2` reads row -9, which is not above it", 11),
    ("SPPF, [256, 5]", "SPPF, []", "the arguments of `SPPF` are not its own: IndexError: list index out of range", 12),
    ("SPPF, [256, 5]", "SPPF, [256, x]", "the arguments of `SPPF` are not its own: TypeError: unsupported operand type(s) for //: 'str' and 'int'", 12),
    ("Conv, [64, 3, 2]", "Conv, [64, 3, 2, None, 1, 2]", "`Conv_0` is dilated, which is not known here", 9),
    ("[-1, 1, nn.Upsample, [None, 2,", "[-1, 1, nn.Upsample, [[4, 4], 2,", "`Upsample_4` has no whole factor", 15),
    ("[-1, 1, SPPF, [256, 5]]", "[-1, 1, SPPF]", "a row of `backbone` is not [from, repeats, module, arguments]", None),
    ("[-1, 1, SPPF,", "[-1, 0, SPPF,", "a row of `backbone` is not [from, repeats, module, arguments]", None),
    ("nc: 3", "nc: many", "`nc` is no number of classes", None),
    ("n: [0.50, 0.25, 1024]", "n: [0.50, 0.25]", "the scale `n` is not [depth, width, channels]", None),
    ("nc: 3", "activation: torch.nn.Odd()", "the activation `torch.nn.Odd()` is not known here", None),
    ("nc: 3", "nc: &x 3", "anchors and aliases of YAML are not read here", None),
    ("nc: 3", "nc: [3", "not valid YAML: did not find expected ',' or ']'", 3),
    ("n: [0.50, 0.25, 1024]", "n: [0.50, 1000000, 1024]", "`Conv_0` gives 64000000 channels of 320×320", 9),
    ("[-1, 1, SPPF, [256, 5]]", "[-1, 1, TorchVision, [512, vit_b_16]]", "the network `vit_b_16` of torchvision is not known here", 12),
])  # fmt: skip
def test_a_fault_is_told_in_its_line(tmp_path, old, new, message, line):
    code, said, place, _ = complaint(tmp_path, "net.yaml", NET.replace(old, new, 1))

    assert (code, said, place) == ("E701", message, line)


def test_a_scale_that_is_none_is_told_with_those_there_are(tmp_path):
    path = tmp_path / "net.yaml"
    path.write_text(NET)
    with pytest.raises(cnncalc.SpecError) as refused:
        cnncalc.load(path, set={"scale": "q"})

    [found] = refused.value.diagnostics
    assert (found.message, found.help) == ("there is no scale `q`", "--set scale=NAME: n, s")


def test_other_words_of_a_file(tmp_path):
    text = NET.replace("scales: # depth, width, channels\n  n: [0.50, 0.25, 1024]\n  s: [0.50, 0.50, 1024]\n",
                       "depth_multiple: 0.33\nwidth_multiple: 0.5\nactivation: torch.nn.ReLU()\nend2end: True\nreg_max: 1\nch: 1\n")  # fmt: skip
    net = load_text(tmp_path, "net.yaml", text)

    assert str(net.nodes[1].output) == "32×320×320"
    assert net.nodes[3].layer.kind == "relu"
    assert [shape[0] for shape in shapes(net).values()] == [4, 3, 4, 3, 4, 3, 4, 3]


def test_a_network_of_torchvision_is_its_layers(tmp_path):
    text = "backbone:\n  - [-1, 1, TorchVision, [512, resnet18, DEFAULT, True, 2]]\nhead:\n  - [-1, 1, Classify, [1000]]\n"

    # 11,689,512 without the 513,000 of its head, and Classify's: 512·1280 + 2·1280, and 1280·1000 + 1000.
    assert load_text(tmp_path, "net.yaml", text).params.value == 11176512 + 657920 + 1281000


def test_rows_that_give_several_maps(tmp_path):
    rows = "  - [-1, 1, Conv, [16, 3, 2]]\n  - [-1, 1, Conv, [32, 3, 2]]\n  - [0, 1, CBLinear, [[8, 16]]]\n  - [1, 1, CBLinear, [[8]]]\n"
    text = f"backbone:\n{rows}  - [-1, 1, Conv, [8, 3, 1]]\n  - [[2, 3, 4], 1, CBFuse, [[0, 0]]]\nhead:\n  - [-1, 1, Conv, [4, 1, 1]]\n"

    with pytest.raises(cnncalc.SpecError, match="the arguments of `Conv` are not its own"):
        load_text(tmp_path, "net.yaml", text)
    text = text.replace("[-1, 1, Conv, [8, 3, 1]]", "[0, 1, Conv, [8, 3, 1]]")
    assert [axes(node.output) for node in load_text(tmp_path, "net.yaml", text).nodes if node.layer and node.layer.kind == "add"] == [[8, 320, 320]]


def test_a_spec_with_such_words_in_it_is_one(tmp_path):
    text = "input: {features: 3}\nx-notes: |\n  backbone: none\nlayers: [dense: 2]\n"

    assert load_text(tmp_path, "spec.yaml", text).params.value == 8


@pytest.mark.parametrize("examples", [80, pytest.param(10_000, marks=pytest.mark.slow)])
def test_a_damaged_file_is_refused_or_read(examples):
    from cnncalc.importers import ultralytics

    texts = [NET, *(pyramid(row) for row, _ in HEADS), *(small(row) for row, _ in MODULES)]
    for seed in range(examples):
        text = random.Random(seed).choice(texts)  # noqa: S311 - not for secrets
        describe(ultralytics, mutate(text, seed).encode("utf-8", "replace"))
