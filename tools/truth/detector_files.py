"""Small detectors of torchvision as ONNX, which take one image without a batch, and what PyTorch counts in them.

`python -m tools.truth.detector_files tests/importers/data/onnx` writes `detectors.zip`: the files, whose weights
are zeros after the export, and `truth.json`. It needs PyTorch with torchvision, and onnx.
"""

from __future__ import annotations

import json
import sys
import warnings
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import onnx
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models.detection import FasterRCNN, RetinaNet
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.faster_rcnn import TwoMLPHead
from torchvision.models.detection.retinanet import RetinaNetHead
from torchvision.ops import MultiScaleRoIAlign

from .attention_files import export

IMAGE = (3, 40, 52)


class Backbone(nn.Sequential):
    """One map of 8 channels, an eighth of the image."""

    out_channels = 8

    def __init__(self) -> None:
        super().__init__(
            nn.Conv2d(3, 6, 3, 4, 1), nn.BatchNorm2d(6), nn.ReLU(), nn.Conv2d(6, 8, 3, 2, 1)
        )


def retina() -> nn.Module:
    """One stage: heads, then what is kept."""
    anchors = AnchorGenerator(((16,),), ((0.5, 1.0, 2.0),))
    head = RetinaNetHead(8, 3, 4, norm_layer=partial(nn.GroupNorm, 2))
    return RetinaNet(Backbone(), 4, 32, 64, anchor_generator=anchors, head=head)


def faster() -> nn.Module:
    """Two stages: what is kept of the first goes into the second, whose arithmetic nobody knows ahead."""
    return FasterRCNN(
        Backbone(), None, 32, 64,
        rpn_anchor_generator=AnchorGenerator(((16,),), ((0.5, 1.0, 2.0),)),
        box_roi_pool=MultiScaleRoIAlign(["0"], 3, 2), box_head=TwoMLPHead(8 * 9, 10),
        box_predictor=Predictor(),
    )  # fmt: skip


class Predictor(nn.Module):
    """Classes and boxes."""

    def __init__(self) -> None:
        super().__init__()
        self.cls_score = nn.Linear(10, 4)
        self.bbox_pred = nn.Linear(10, 16)

    def forward(self, x: Any) -> Any:
        return self.cls_score(x), self.bbox_pred(x)


def main(folder: Path) -> None:
    """Write both files and what is true of them."""
    warnings.filterwarnings("ignore")
    torch.manual_seed(1)
    truth: dict[str, Any] = {"versions": {"torch": torch.__version__, "onnx": onnx.__version__}}
    with zipfile.ZipFile(folder / "detectors.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, make in (("retina", retina), ("faster", faster)):
            module = make().eval()
            for parameter in module.parameters():
                nn.init.normal_(parameter, std=0.1)
            images = [torch.rand(IMAGE)]
            with FlopCounterMode(module, display=False, depth=3) as counter, torch.no_grad():
                module(images)
            counts = {part: sum(n.values()) // 2 for part, n in counter.get_flop_counts().items()}
            own = type(module).__name__
            truth[name] = {
                # The norm of the backbone is folded into the convolution before it.
                "params": sum(p.numel() for p in module.parameters()) - 12,
                "macs": {part.partition(".")[2]: n for part, n in counts.items()
                         if part.startswith(f"{own}.") and part.count(".") == 1},
            }  # fmt: skip
            data = export(module, (images,), dynamo=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.onnx"), data, zipfile.ZIP_DEFLATED)
        text = json.dumps(truth, indent=1)
        archive.writestr(zipfile.ZipInfo("truth.json"), text, zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
