"""How Darknet says each kind of layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporters.base.darknet import layers, merges, windows

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.exporters.base.darknet.cfg import Section
    from cnncalc.exporters.base.darknet.spot import Spot

LAYERS: dict[str, Callable[[Spot], Section]] = {
    **dict.fromkeys(layers.WORDS, layers.activation),
    "adaptive_avg_pool": windows.adaptive("local_avgpool"),
    "adaptive_max_pool": windows.adaptive("maxpool"),
    "add": merges.add,
    "alpha_dropout": layers.nothing,
    "avg_pool": windows.avg_pool,
    "batch_norm": layers.batch_norm,
    "concat": merges.concat,
    "conv": windows.conv,
    "conv_transpose": windows.conv_transpose,
    "crop": layers.crop,
    "dense": layers.dense,
    "depth_to_space": layers.own("reorg", stride="factor"),
    "depthwise_conv": windows.depthwise_conv,
    "drop_path": layers.nothing,
    "dropout": layers.dropout,
    "flatten": layers.flatten,
    "gaussian_dropout": layers.nothing,
    "gaussian_noise": layers.nothing,
    "global_avg_pool": windows.global_avg_pool,
    "global_max_pool": windows.global_max_pool,
    "identity": layers.nothing,
    "l2_norm": layers.l2_norm,
    "local_response_norm": layers.own("lrn", size="size", alpha="alpha", beta="beta", kappa="k"),
    "locally_connected": windows.local,
    "max_pool": windows.max_pool,
    "multiply": merges.multiply,
    "pad": merges.pad,
    "reshape": layers.flatten,
    "resize": windows.enlarge,
    "slice": layers.slice_channels,
    "softmax": layers.softmax,
    "space_to_depth": layers.own("reorg", stride="factor"),
    "spatial_dropout": layers.nothing,
    "squeeze": layers.flatten,
    "upsample": windows.enlarge,
    "weighted_add": merges.weighted_add,
    "yolo_head": layers.yolo_head,
}

WHY = {"opaque": "what it computes is not known"}
"""Why a kind of layer has no section."""
