"""Darknet: the sections of its cfg files whose windows and weights are known."""

from __future__ import annotations

from typing import ClassVar

from cnncalc.dialects.base.dialect import Dialect
from cnncalc.dialects.base.porting import CONVOLUTIONS


class Darknet(Dialect):
    """Darknet, and the fork by AlexeyAB, whose rules hold where the two differ."""

    title = "Darknet"
    version = "59596d78 of AlexeyAB/darknet"
    source = "src/parser.c; windows measured with both on the CPU"
    partial = True

    dense_flattens = True

    padding_words = ""
    pairs = "max_pool avg_pool"
    numbers = f"{CONVOLUTIONS} conv_transpose"
    pad_layer = False
    lacks: ClassVar = {
        "max_pool": "ceil dilation",
        "avg_pool": "ceil",
        "lp_pool": "*",
        "deform_conv": "*",
    }
    averages: ClassVar = {"inputs": "inputs"}

    neutral = "jitter random ignore_thresh truth_thresh iou_loss"

    spelling = """
add | shortcut
avg_pool | local_avgpool
batch_norm | batchnorm
concat | route
conv | convolutional | kernel: size
conv_transpose | deconvolutional | kernel: size
dense | connected | units: output
crop | crop
depth_to_space | reorg with reverse=1 | factor: stride
dropout | dropout | rate: probability
elu | activation=elu
gelu | activation=gelu
global_avg_pool | avgpool
identity | route of one layer, cost, empty
l2_norm | l2norm
leaky_relu | activation=leaky
local_response_norm | lrn | k: kappa
locally_connected | local | kernel: size
max_pool | maxpool
mish | activation=mish
multiply | scale_channels, sam
opaque | any section
pad | shortcut of fewer channels
relu | activation=relu
relu6 | activation=relu6
selu | activation=selu
sigmoid | activation=logistic
silu | activation=swish
slice | route with groups
softmax | softmax
space_to_depth | reorg | factor: stride
tanh | activation=tanh
upsample | upsample | scale: stride
weighted_add | shortcut with weights_type | normalise: weights_normalization, per: weights_type
yolo_head | yolo, region | anchors: mask
"""
