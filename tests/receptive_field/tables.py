"""Published receptive fields, and the networks that they are about.

`data/rf_tables.csv` holds what others have published or measured, row by row: size, stride and padding
of the field of a layer, for some its first centre, the size by the shortest path, how many merges are
misaligned, and what the network up to there costs. Its sources:

- google: google-research/receptive_field, RECEPTIVE_FIELD_TABLE.md at f12ae8e: networks of TF-Slim, with an
  input of unknown size, of 224 and of 321 pixels; google tests: its receptive_field_computation_test.py
- distill: Araujo, Norris, Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks", table
- torchvision, timm, keras: walked through the frameworks' own graphs by a program that knows nothing of ours
- toolbox: MLRichter/receptive_field_analysis_toolbox, tests/test_graph/test_utils.py at 03f95bf
- unet-study: vinloo/u-net-receptive-field-study at 977e18c (arXiv:2406.16701): the largest field at 576 pixels;
  the smallest one by the same program as the frameworks'
- s3fd: Zhang et al. 2017, arXiv:1708.05237, table 1
- fangyh09: Fangyh09/pytorch-receptive-field, README at 0aeb7f8, whose centres count from the edge
"""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

import cnncalc
from cnncalc.language import zoo

SLIM = Path(zoo.folder()) / "slim"


class Row(NamedTuple):
    """A row of the table; what a source does not say is empty."""

    source: str
    network: str
    endpoint: str
    size: str
    rf: str
    least: str
    stride: str
    padding: str
    centre: str
    shortest: str
    misaligned: str
    flops: str
    note: str

    @property
    def where(self):
        """What the row is about, for messages."""
        return f"{self.source} {self.network} {self.endpoint} at {self.size or 'any size'}"


@cache
def rows(*sources):
    """The rows of some sources."""
    with open(Path(__file__).parent / "data/rf_tables.csv", encoding="utf-8", newline="") as file:
        found = [Row(**row) for row in csv.DictReader(file)]
    return [row for row in found if row.source in sources or not sources]


def networks(*sources):
    """The networks that some sources have rows of, as (source, network)."""
    return list(dict.fromkeys((row.source, row.network) for row in rows(*sources)))


# Which spec a network is ---------------------------------------------------------------------------------

SLIM_SPECS = {
    "alexnet_v2": "alexnet_v2.yaml",
    "vgg_a": "vgg_16.yaml::vgg_a",
    "vgg_16": "vgg_16.yaml",
    "inception_v2": "inception_v2.yaml",
    "inception_v2-no-separable-conv": "inception_v2.yaml::inception_v2-no-separable-conv",
    "inception_v3": "inception_v3.yaml",
    "inception_v4": "inception_v4.yaml",
    "inception_resnet_v2": "inception_resnet_v2.yaml",
    "inception_resnet_v2-same": "inception_resnet_v2.yaml::inception_resnet_v2-same",
    "mobilenet_v1": "mobilenet_v1.yaml",
    "mobilenet_v1_075": "mobilenet_v1.yaml::mobilenet_v1_075",
    "resnet_v1_50": "resnet_v1_50.yaml",
    "resnet_v2_50": "resnet_v2_50.yaml",
    **{f"resnet_v{v}_{n}": f"resnet_v{v}_50.yaml::resnet_v{v}_{n}" for v in (1, 2) for n in (101, 152, 200)},
}

# torchvision calls its models as the zoo calls the specs that follow them, but for these. Of several
# frameworks with the same windows, a spec may stand for all: VGG-16 is VGG-16 everywhere.
ZOO = {
    "torchvision": {
        **{row.network: row.network for row in rows("torchvision")},
        "deeplabv3_resnet50": "deeplabv3",
    },
    "timm": {
        **{name: name for name in ("inception_resnet_v2", "inception_v3", "resnet50", "efficientnet_b0",
                                   "densenet121", "repvgg_a0", "hrnet_w18")},
        "darknet53": "yolov3",
    },
    "keras": {
        "VGG16": "vgg16", "VGG19": "vgg19", "ResNet50": "resnet50_keras", "ResNet101": "resnet101_keras",
        "ResNet152": "resnet152_keras", "ResNet50V2": "resnet50_v2", "ResNet101V2": "resnet101_v2",
        "ResNet152V2": "resnet152_v2", "InceptionV3": "inception_v3", "InceptionResNetV2": "inception_resnet_v2",
        "Xception": "xception", "MobileNet": "mobilenet_v1", "DenseNet121": "densenet121", "DenseNet201": "densenet201",
    },
    "toolbox": {"resnet50": "resnet50", "efficientnet_b0": "efficientnet_b0"},
}  # fmt: skip

# Where the rows are not about the last layer that sees the input by windows.
LAYERS = {
    ("torchvision", "fcn_resnet50"): "out.conv2",        # what is resized to the image then
    ("timm", "darknet53"): "Res3",                       # the end of the backbone
}  # fmt: skip


# The same network in another framework's form: a spec of the zoo, with a few words changed.
_TF = [("padding: half", "padding: same"), ("dialect: torch", "dialect: keras")]
_STRIDE_LATER = [
    ("- conv: {filters: $mid, stride: $stride}", "- conv: $mid"),
    ("- conv: {filters: $mid, kernel: 3}", "- conv: {filters: $mid, kernel: 3, stride: $stride}"),
    ("size: 3, stride: 2, ceil: true", "size: 3, stride: 2, padding: 1"),
]
_POOLED_SHORTCUT = [
    ("  - conv: {filters: 64, kernel: 7, stride: 2, name: stem}\n",
     ("  - conv: {filters: 32, kernel: 3, stride: 2}\n"
      "  - conv: {filters: 32, kernel: 3}\n"
      "  - conv: {filters: 64, kernel: 3}\n")),
    ("      - conv:\n          name: shortcut\n          from: input\n",
     ("      - avg_pool: {from: input, when: $(stride != 1), size: 2, stride: 2}\n"
      "      - conv:\n          name: shortcut\n")),
    ("          filters: $(4*mid)\n          stride: $stride\n", "          filters: $(4*mid)\n"),
]  # fmt: skip
_STRIDE_FIRST = [
    ("repeat: 3, stride: $(2 if i == 2 else 1)}", "repeat: 3}"),
    ("$(2 if i == n3 - 1 else 1)", "$(2 if i == 0 else 1)"),
    ("$(2 if i == n4 - 1 else 1)", "$(2 if i == 0 else 1)"),
    ("mid: 512, repeat: 3}", "mid: 512, repeat: 3, stride: $(2 if i == 0 else 1)}"),
    ("when: $(stride != 1), size: 1, stride: $stride", "when: false, size: 1"),
    ("          when: $(i == 0)\n", "          when: $(i == 0)\n          stride: $stride\n"),
]

EDITED = {
    ("timm", "resnet200"): ("resnet50", [("n3: 6, n2: $(8 if n3 == 36 else 4)", "n3: 36, n2: 24")]),
    ("timm", "resnet50d"): ("resnet50", _POOLED_SHORTCUT),
    ("timm", "resnet50_gn"): ("resnet50", [("norm: batch_norm", "norm: {group_norm: 32}")]),
    ("timm", "resnetv2_50"): ("resnet50_v2", _STRIDE_FIRST),
    ("timm", "seresnet50"): ("se_resnet50", _STRIDE_LATER),
    ("timm", "mobilenetv1_100"): ("slim/mobilenet_v1", [("padding: same", "padding: half")]),
    ("timm", "inception_v4"): ("slim/inception_v4", []),
    ("timm", "legacy_xception"): ("xception", [("padding: same", "padding: half")]),
    ("timm", "tf_mobilenetv3_large_100"): ("mobilenet_v3::large", _TF),
    ("timm", "tf_efficientnet_b0"): ("efficientnet_b0", _TF),
    ("keras", "MobileNetV2"): ("mobilenet_v2", _TF),
    ("keras", "MobileNetV3Large"): ("mobilenet_v3::large", _TF),
    ("keras", "MobileNetV3Small"): ("mobilenet_v3::small", _TF),
    ("keras", "EfficientNetB0"): ("efficientnet_b0", _TF),
    ("keras", "EfficientNetB7"): ("efficientnet_b0", [*_TF, ("w: 1.0, d: 1.0", "w: 2.0, d: 3.1")]),
    ("keras", "EfficientNetV2S"): ("efficientnet_v2_s", _TF),
}

NOT_IN_SPECS = {
    ("torchvision", "deeplabv3_mobilenet_v3_large"),
    ("timm", "xception41"),
    ("timm", "cspdarknet53"),
    ("timm", "dla34"),
    ("timm", "nasnetalarge"),
}
"""The networks of the table that are in no spec: nothing is said of their five rows."""


# Networks that are written for a table -------------------------------------------------------------------

_TESTS = {
    "test_network_1": """
      - conv: {from: input, filters: 1, kernel: 1, stride: 4, name: l1}
      - pad: {from: input, amount: [[1, 0], [1, 0]]}
      - conv: {filters: 1, kernel: 3, stride: 2}
      - conv: {filters: 1, kernel: 1, stride: 2}
      - add: [l1, prev]
    """,
    "test_network_2": """
      - conv: {from: input, filters: 1, kernel: 1, stride: 4, name: l1}
      - pad: {from: input, amount: [[1, 0], [1, 0]]}
      - max_pool: {size: 3, stride: 2}
      - max_pool: {size: 1, stride: 2}
      - add: [l1, prev]
    """,
    "test_network_3": """
      - conv: {from: input, filters: 1, kernel: 5, stride: 2, padding: [[2, 1], [2, 1]], name: l1}
      - conv: {from: input, filters: 1, kernel: 3}
      - conv: {filters: 1, kernel: 3}
      - add: [l1, prev]
    """,
    "test_network_4": """
      - conv: {from: input, filters: 1, kernel: 1, stride: 4, name: l1}
      - conv: {from: input, filters: 1, kernel: 3, stride: 2, padding: same}
      - conv: {filters: 1, kernel: 1, stride: 2}
      - add: [l1, prev]
    """,
    "test_network_5": """
      - conv: {filters: 1, kernel: [3, 5], stride: 2}
      - conv: {filters: 1, kernel: [3, 1], stride: 2}
    """,
    "test_network_8": """
      - conv: {from: input, filters: 1, kernel: 1, stride: 4, name: l1}
      - pad: {from: input, amount: [[1, 0], [1, 0]]}
      - conv: {filters: 1, kernel: 3, stride: 2}
      - conv: {filters: 1, kernel: 1, stride: 2}
      - add: {from: [l1, prev], name: l4}
      - conv: {from: l4, filters: 1, kernel: 1, stride: 2, name: l5}
      - pad: {from: l4, amount: [[1, 0], [1, 0]]}
      - conv: {filters: 1, kernel: 3, stride: 2}
      - add: [l5, prev]
    """,
    "test_network_9": """
      - conv: {from: input, filters: 1, kernel: 1, stride: 4, padding: same, name: l1}
      - conv: {from: input, filters: 1, kernel: 3, stride: 2, padding: same}
      - conv: {filters: 1, kernel: 1, stride: 2, padding: same}
      - add: {from: [l1, prev], name: l4}
      - conv: {from: l4, filters: 1, kernel: 1, stride: 2, padding: same, name: l5}
      - conv: {from: l4, filters: 1, kernel: 3, stride: 2, padding: same}
      - add: [l5, prev]
    """,
}
_S3FD = """
      - conv: {filters: 1, kernel: 3, padding: 1, repeat: 2}
      - max_pool: 2
      - conv: {filters: 1, kernel: 3, padding: 1, repeat: 2}
      - max_pool: 2
      - conv: {filters: 1, kernel: 3, padding: 1, repeat: 3, name: conv3_3}
      - max_pool: 2
      - conv: {filters: 1, kernel: 3, padding: 1, repeat: 3, name: conv4_3}
      - max_pool: 2
      - conv: {filters: 1, kernel: 3, padding: 1, repeat: 3, name: conv5_3}
      - max_pool: 2
      - conv: {filters: 1, kernel: 3, padding: 1}
      - conv: {filters: 1, kernel: 1, name: conv_fc7}
      - conv: {filters: 1, kernel: 1}
      - conv: {filters: 1, kernel: 3, stride: 2, padding: 1, name: conv6_2}
      - conv: {filters: 1, kernel: 1}
      - conv: {filters: 1, kernel: 3, stride: 2, padding: 1, name: conv7_2}
""" + "".join(
    f"      - conv: {{from: {name}, filters: 1, kernel: 3, padding: 1, name: {name}.head}}\n"
    for name in ("conv3_3", "conv4_3", "conv5_3", "conv_fc7", "conv6_2", "conv7_2")
)
_README = """
      - conv: {filters: 1, kernel: 7, stride: 2, padding: 3, name: conv}
      - batch_norm: {name: norm}
      - relu: {name: act}
      - max_pool: {size: 3, stride: 2, padding: 1, name: max}
      - avg_pool: {size: 3, stride: 2, padding: 1, name: avg}
"""
README_LAYERS = ("input", "conv", "norm", "act", "max", "avg")
_TOOLBOX = {
    "5x conv3 s1": """
      - conv: {filters: 1, kernel: 3, padding: same, repeat: 6}
    """,
    "5x conv (3,5)": """
      - conv: {filters: 1, kernel: [3, 5], padding: same, repeat: 6}
    """,
    "(7,12)||(21,4)": """
      - conv: {filters: 1, kernel: 3, padding: same, repeat: 3, name: three}
      - conv: {from: three, filters: 1, kernel: [7, 12], padding: same, name: a}
      - conv: {from: three, filters: 1, kernel: [21, 4], padding: same, name: b}
      - add: [a, b]
      - conv: {filters: 1, kernel: 3, padding: same}
    """,
}  # six convolutions, in spite of the names, and a softmax of kernel 1 behind all


def spec(layers, size, more=""):
    """A spec of one channel, for the geometry alone."""
    size = size if isinstance(size, list) else [size, size]
    return f"cnncalc: 1\ninput: {{channels: 1, size: {size}}}\n{more}layers:\n{layers}"


def unet(depth, kernel, size):
    """The U-Net of the study: two convolutions a level, pooled by 2, and transposed ones of 2 back."""
    down = [f"  - Double: {{name: e{level}}}\n  - max_pool: 2" for level in range(depth)]
    up = [f"  - conv_transpose: {{filters: 1, kernel: 2, stride: 2}}\n"
          f"  - concat: [prev, e{level}]\n  - Double" for level in reversed(range(depth))]  # fmt: skip
    blocks = ("blocks:\n  Double:\n    layers:\n"
              f"      - conv: {{filters: 1, kernel: {kernel}, padding: same, repeat: 2}}\n")  # fmt: skip
    layers = "\n".join([*down, "  - Double", *up, "  - conv: {filters: 1, kernel: 1, name: output}"])
    return cnncalc.loads(spec(layers, size, "dialect: torch\n" + blocks))


@cache
def network(source, name, size=None):
    """The network that a source calls by a name, at a size."""
    if source in ("google", "distill"):
        return cnncalc.load(str(SLIM / SLIM_SPECS[name]), size=(size, size))
    if source == "google tests":
        return cnncalc.loads(spec(_TESTS[name], size))
    if source == "s3fd":
        return cnncalc.loads(spec(_S3FD, 640))
    if source == "fangyh09":
        return cnncalc.loads(spec(_README, 256))
    if source == "toolbox" and name in _TOOLBOX:
        softmax = "\n      - conv: {filters: 1, kernel: 1, name: softmax}"
        return cnncalc.loads(spec(_TOOLBOX[name].rstrip() + softmax, 64))
    if (source, name) in EDITED:
        base, changes = EDITED[source, name]
        stem, _, model = base.partition("::")
        text = (Path(zoo.folder()) / f"{stem}.yaml").read_text("utf-8")
        for old, new in changes:
            assert old in text, f"{stem}.yaml has no `{old}`"
            text = text.replace(old, new)
        return cnncalc.loads(text, model=model or None, size=(size, size))
    return cnncalc.load(f"zoo:{ZOO[source][name]}", size=(size, size) if size else None)
