"""Asks the frameworks for whole networks, which `tests/zoo` compares layer by layer.

`NETWORKS` says which model of a framework a spec or variant of `specs/` follows. An answer is
`{"versions", "model", "input", "layers", "totals"}`: of every convolution, dense layer, attention and
norm, in the order in which they run, [kind, output shape with the channels first, params, MACs]; and
params, buffers (running means and variances, indices of distances) and MACs of the network. `odd` has
`input` and `layers` for an input of other sizes, if there may be any.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from pkgutil import resolve_name
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Asked(NamedTuple):
    """A model of a framework: where its constructor is, what it is called with, and its input."""

    path: str
    input: tuple[int, ...] = (3, 224, 224)
    arguments: Mapping[str, Any] = MappingProxyType({})
    heads: bool = False
    """Whether the model itself is in training, though its layers are not: auxiliary heads run."""

    def __str__(self) -> str:
        """`torchvision.models.mobilenet_v2(width_mult=0.5)`."""
        given = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"{self.path}({given})" + (", heads in training" if self.heads else "")

    def make(self, **more: Any) -> Any:
        """The model, with more arguments if there are any."""
        module, _, constructor = self.path.rpartition(".")
        # A colon, for torchvision has modules that are called like the constructors in them.
        return resolve_name(f"{module}:{constructor}")(**self.arguments, **more)

    def odd(self) -> Asked:
        """The same for an input of other sizes, by which windows do not divide."""
        channels, *sizes = self.input
        return self._replace(input=(channels, *(n + 1 + 6 * i for i, n in enumerate(sizes))))


def _all(prefix: str, names: str, *rest: Any) -> dict[str, Asked]:
    """Models that we call as their framework does."""
    return {name: Asked(prefix + name, *rest) for name in names.split()}


def _keras(name: str, size: int = 224, **arguments: Any) -> Asked:
    """A model of Keras as it is before training."""
    return Asked(_KERAS + name, (3, size, size), {"weights": None, **arguments})


_VISION = "torchvision.models."
_PARTS = "tools.truth.parts."
_KERAS = "keras.applications."
_BUILT = "tools.truth.built."
_OF_KERAS = ("keras.", f"{_BUILT}person.")
_SEGMENTATION = {"weights": None, "weights_backbone": None, "aux_loss": True}

NETWORKS: dict[str, Asked] = {
    **_all(_VISION, "alexnet convnext_tiny convnext_small convnext_base convnext_large densenet121 "
                    "densenet161 densenet169 densenet201 mnasnet0_5 mnasnet0_75 mnasnet1_0 "
                    "mnasnet1_3 mobilenet_v2 resnet18 resnet34 resnet50 resnet101 resnet152 "
                    "resnext50_32x4d resnext101_32x8d resnext101_64x4d shufflenet_v2_x0_5 "
                    "shufflenet_v2_x1_0 shufflenet_v2_x1_5 shufflenet_v2_x2_0 squeezenet1_0 "
                    "squeezenet1_1 vgg11 vgg11_bn vgg13 vgg13_bn vgg16 vgg16_bn vgg19 vgg19_bn "
                    "wide_resnet50_2 wide_resnet101_2"),
    **_all(_VISION, "regnet_x_400mf regnet_x_800mf regnet_x_1_6gf regnet_x_3_2gf regnet_x_8gf "
                    "regnet_x_16gf regnet_x_32gf regnet_y_400mf regnet_y_800mf regnet_y_1_6gf "
                    "regnet_y_3_2gf regnet_y_8gf regnet_y_16gf regnet_y_32gf regnet_y_128gf"),
    **_all(_VISION, "vit_b_16 vit_b_32 vit_l_16 vit_l_32 vit_h_14 swin_t swin_s swin_b"),
    **{f"mobilenet_v2_{str(width).replace('.', '_')}":
       Asked(f"{_VISION}mobilenet_v2", arguments={"width_mult": width})
       for width in (0.35, 0.5, 0.75, 1.3, 1.4)},
    **{f"mobilenet_v3::{size}": Asked(f"{_VISION}mobilenet_v3_{size}")
       for size in ("large", "small")},
    **{f"efficientnet_b{n}": Asked(f"{_VISION}efficientnet_b{n}", (3, size, size))
       for n, size in enumerate((224, 240, 288, 300, 380, 456, 528, 600))},
    **_all(_VISION, "efficientnet_v2_s", (3, 384, 384)),
    **_all(_VISION, "efficientnet_v2_m efficientnet_v2_l", (3, 480, 480)),
    **_all(_VISION, "googlenet", (3, 224, 224), {"init_weights": False}, True),
    **_all(_VISION, "inception_v3", (3, 299, 299), {"init_weights": False}, True),
    **_all(f"{_VISION}video.", "r3d_18 r2plus1d_18", (3, 16, 112, 112)),
    **_all(f"{_VISION}segmentation.", "fcn_resnet50 fcn_resnet101 deeplabv3_resnet101",
           (3, 520, 520), _SEGMENTATION),
    "deeplabv3": Asked(f"{_VISION}segmentation.deeplabv3_resnet50", (3, 520, 520), _SEGMENTATION),
    **{name: Asked(f"{_VISION}detection.backbone_utils.resnet_fpn_backbone", (3, 800, 800),
                   {"backbone_name": backbone, "weights": None})
       for name, backbone in (("fpn", "resnet50"), ("fpn_resnet101", "resnet101"))},
    "ssd300": Asked(f"{_PARTS}ssd300", (3, 300, 300), {"num_classes": 91}),
    "ssd300_voc": Asked(f"{_PARTS}ssd300", (3, 300, 300), {"num_classes": 21}),
    "retinanet": Asked(f"{_PARTS}retinanet", (3, 800, 800)),
    "faster_rcnn": Asked(f"{_PARTS}faster_rcnn", (3, 800, 800), {"regions": 1000}),
    "mask_rcnn": Asked(f"{_PARTS}mask_rcnn", (3, 800, 800), {"regions": 1000, "objects": 100}),
    "landmarks": Asked(f"{_PARTS}grey_resnet18", (1, 224, 224), {"num_classes": 2 * 68}),
    **_all("timm.models.", "ghostnet_050 ghostnet_130 hrnet_w18 hrnet_w32 hrnet_w48 repvgg_a0 "
                           "repvgg_a1 repvgg_a2 repvgg_b0 repvgg_b1 repvgg_b2 repvgg_b3"),
    **_all("timm.models.", "mobilenetv4_conv_small convmixer_768_32 "
                           "convmixer_1024_20_ks9_p14 convmixer_1536_20"),
    "ghostnet": Asked("timm.models.ghostnet_100"),
    "repvgg_a0_deploy": Asked(f"{_PARTS}merged_repvgg_a0"),
    **{f"se_resnet{depth}": Asked(f"timm.models.legacy_seresnet{depth}")
       for depth in (50, 101, 152)},
    **{f"resnet{6 * n + 2}": Asked(f"{_BUILT}resnets.cifar", (3, 32, 32), {"blocks": n})
       for n in (3, 5, 7, 9, 18)},
    **{f"cbam_resnet{depth}": Asked(f"{_BUILT}resnets.cbam", arguments={"blocks": (3, 4, n, 3)})
       for depth, n in ((50, 6), (101, 23))},
    **{name: Asked(f"{_BUILT}detectors.yolo", (3, 640, 640), {"config": name})
       for name in ("yolov8n", "yolov8s", "yolov8m", "yolov8l", "yolov8x", "yolo11n", "yolo11s",
                    "yolo11m")},
    "efficientdet_d0": Asked(f"{_BUILT}detectors.efficientdet", (3, 512, 512),
                             {"config": "efficientdet_d0"}),
    **{f"hourglass{n}": Asked(f"{_BUILT}encoders.Hourglasses", (3, 256, 256), {"stacks": n})
       for n in (1, 2, 8)},
    "wave_u_net": Asked(f"{_BUILT}encoders.WaveUNet", (2, 147443)),
    "demucs": Asked(f"{_BUILT}waves.Demucs", (2, 451924)),
    "demucs_48": Asked(f"{_BUILT}waves.Demucs", (2, 451924), {"channels": 48}),
    "raft_small": Asked(f"{_BUILT}flow.raft_small", (3, 520, 960)),
    "person_detection": Asked(f"{_BUILT}person.person_detection", (3, 96, 96)),
    **{f"mobilenet_v1{suffix}": _keras("MobileNet", alpha=alpha)
       for suffix, alpha in (("", 1.0), ("_0_75", 0.75), ("_0_5", 0.5), ("_0_25", 0.25))},
    **{f"resnet{depth}_keras": _keras(f"ResNet{depth}") for depth in (50, 101, 152)},
    **{f"resnet{depth}_v2": _keras(f"ResNet{depth}V2") for depth in (50, 101, 152)},
    "inception_resnet_v2": _keras("InceptionResNetV2", 299),
    # As in NASNetMobile, which refuses PyTorch as its backend.
    "nasnet_mobile": Asked("keras.src.applications.nasnet.NASNet", arguments={
        "weights": None, "penultimate_filters": 1056, "num_blocks": 4, "stem_block_filters": 32,
        "skip_reduction": False, "filter_multiplier": 2, "default_size": 224}),
    "xception": _keras("Xception", 299),
}  # fmt: skip
"""The name in the zoo, and the framework's own model."""


def answers(names: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the frameworks say of the networks with these names, of all if there are none."""
    for name in names or sorted(NETWORKS):
        asked = NETWORKS[name]
        framework = "keras" if asked.path.startswith(_OF_KERAS) else "torch"
        ask = import_module(f".{framework}_networks", __package__).ask
        answer = {"model": str(asked), "input": asked.input, **ask(asked)}
        odd = asked.odd()
        # HRNet adds maps that are not of one size then; others say what sizes they are for.
        with suppress(RuntimeError, AssertionError, ValueError):
            answer["odd"] = {"input": odd.input, "layers": ask(odd)["layers"]}
        yield name, answer
