"""Detectors of ultralytics and effdet, as their packages make them, without the selection of boxes."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


def yolo(config: str) -> nn.Module:
    """Backbone, neck and decoded head of a model of ultralytics."""
    from ultralytics.nn.tasks import DetectionModel

    # It finds its strides by running, which takes values, and reads them as numbers.
    with torch.device("cpu"):
        model = DetectionModel(f"{config}.yaml", verbose=False)
    strides = model.model[-1].stride
    model = model.to("meta")
    model.model[-1].stride = strides
    return model


def efficientdet(config: str) -> Any:
    """The network of effdet with its two heads, for every level."""
    from effdet import EfficientDet, get_efficientdet_config

    return EfficientDet(get_efficientdet_config(config), pretrained_backbone=False)
