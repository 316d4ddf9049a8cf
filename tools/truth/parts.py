"""Models that no framework has as they are asked for: a detector without the selection of boxes."""

from __future__ import annotations

from typing import Any

import timm
import torch
from torch import nn
from torchvision import models
from torchvision.models import detection

UNTRAINED: dict[str, Any] = {"weights": None, "weights_backbone": None}


class Detector(nn.Module):
    """The backbone of a detector of torchvision and its heads, which depend on no values."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, image: torch.Tensor) -> Any:
        """The outputs of the heads, for every map."""
        return self.model.head(list(self.model.backbone(image).values()))


class Proposer(Detector):
    """A detector of two stages: so many regions pass the second one, so many objects get a mask."""

    def __init__(self, model: nn.Module, regions: int, objects: int = 0) -> None:
        super().__init__(model)
        self.regions = regions
        self.objects = objects

    def forward(self, image: torch.Tensor) -> Any:
        """The outputs of the heads, for every map, every region and every object."""
        maps = list(self.model.backbone(image).values())
        second, channels = self.model.roi_heads, maps[0].shape[1]
        pooled = maps[0].new_empty(self.regions, channels, 7, 7)
        found = [self.model.rpn.head(maps), second.box_predictor(second.box_head(pooled))]
        if self.objects:
            pooled = maps[0].new_empty(self.objects, channels, 14, 14)
            found.append(second.mask_predictor(second.mask_head(pooled)))
        return found


def ssd300(num_classes: int) -> nn.Module:
    return Detector(detection.ssd300_vgg16(**UNTRAINED, num_classes=num_classes))


def retinanet() -> nn.Module:
    return Detector(detection.retinanet_resnet50_fpn(**UNTRAINED))


def faster_rcnn(regions: int) -> nn.Module:
    return Proposer(detection.fasterrcnn_resnet50_fpn(**UNTRAINED), regions)


def mask_rcnn(regions: int, objects: int) -> nn.Module:
    return Proposer(detection.maskrcnn_resnet50_fpn(**UNTRAINED), regions, objects)


def grey_resnet18(num_classes: int) -> nn.Module:
    """For images of one channel."""
    model = models.resnet18(num_classes=num_classes)
    model.conv1 = nn.Conv2d(1, 64, 7, stride=2, padding=3, bias=False)
    return model


def merged_repvgg_a0() -> nn.Module:
    """Every block as the one convolution that its branches become after training."""
    return timm.utils.model.reparameterize_model(timm.models.repvgg_a0())
