"""How PyTorch writes each kind of layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporters.base import noise
from cnncalc.exporters.base import torch_activations as activations
from cnncalc.exporters.base import torch_layers as layers
from cnncalc.exporters.base import torch_merges as merges
from cnncalc.exporters.base import torch_norms as norms
from cnncalc.exporters.base import torch_shapes as shapes
from cnncalc.exporters.base import torch_windows as windows
from cnncalc.exporters.base import torch_wrappers as wrappers
from cnncalc.exporters.base.torch_sequences import attention, recurrent

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.exporters.base.place import Place
    from cnncalc.exporting.code import Code

LAYERS: dict[str, Callable[[Place], Code]] = {
    "abs": layers.expression("{0}.abs()"),
    "adaptive_avg_pool": windows.adaptive("Avg"),
    "adaptive_max_pool": windows.adaptive("Max"),
    "add": merges.merge("+"),
    "alpha_dropout": noise.random("nn.AlphaDropout"),
    "anchor_boxes": layers.anchor_boxes,
    "average": merges.average,
    "avg_pool": windows.avg_pool,
    "batch_norm": norms.batch_norm,
    "celu": activations.function("F.celu", alpha="alpha"),
    "channel_shuffle": shapes.channel_shuffle,
    "class_token": layers.class_token,
    "concat": merges.concat,
    "constant": layers.constant,
    "content_loss": merges.losses("({0} - {1}).square().flatten(1).sum(1, keepdim=True) / 2"),
    "conv": windows.conv,
    "conv_transpose": windows.conv_transpose,
    "crop": shapes.crop,
    "dense": layers.dense,
    "depth_to_space": shapes.shuffle_in,
    "depthwise_conv": windows.depthwise_conv,
    "drop_path": layers.drop_path,
    "dropout": layers.dropout,
    "elu": activations.function("F.elu", alpha="alpha"),
    "embedding": layers.embedding,
    "exponential": layers.expression("{0}.exp()"),
    "feature_alpha_dropout": noise.random("nn.FeatureAlphaDropout"),
    "flatten": shapes.flatten,
    "gather": shapes.gather,
    "gelu": activations.gelu,
    "global_avg_pool": windows.global_pool("avg"),
    "global_max_pool": windows.global_pool("max"),
    "glu": layers.split_channels,
    "group_norm": norms.group_norm,
    "gru": recurrent("nn.GRU"),
    "hard_shrink": activations.function("F.hardshrink", lambd="threshold"),
    "hard_sigmoid": layers.expression("F.hardsigmoid({0})"),
    "hard_swish": layers.expression("F.hardswish({0})"),
    "hard_tanh": activations.function("F.hardtanh", min_val="min", max_val="max"),
    "identity": layers.expression("{0}"),
    "instance_norm": norms.instance_norm,
    "l2_norm": norms.l2_norm,
    "layer_norm": norms.layer_norm,
    "layer_scale": norms.layer_scale,
    "leaky_relu": activations.leaky_relu,
    "local_response_norm": norms.local_response_norm,
    "log_sigmoid": layers.expression("F.logsigmoid({0})"),
    "log_softmax": activations.sums(
        "F.log_softmax({0}, dim={dim})", "{0} - {0}.logsumexp({dim}, keepdim=True)"
    ),
    "lp_pool": windows.lp_pool,
    "lstm": recurrent("nn.LSTM"),
    "matmul": merges.matmul,
    "max": layers.reduce("amax"),
    "max_pool": windows.max_pool,
    "max_unpool": windows.max_unpool,
    "maximum": merges.fold_pairs("torch.maximum"),
    "mean": layers.reduce("mean"),
    "min": layers.reduce("amin"),
    "minimum": merges.fold_pairs("torch.minimum"),
    "mish": layers.expression("F.mish({0})"),
    "multi_head_attention": attention,
    "multiply": merges.merge("*"),
    "pad": shapes.pad,
    "parameter": layers.parameter,
    "permute": shapes.permute,
    "pixel_shuffle": shapes.shuffle_in,
    "pixel_unshuffle": shapes.shuffle_out,
    "positional_embedding": layers.positional_embedding,
    "prelu": layers.prelu,
    "relu": activations.relu,
    "relu6": layers.expression("F.relu6({0})"),
    "repeat_vector": shapes.repeat_vector,
    "rescaling": activations.rescaling,
    "reshape": shapes.reshape,
    "resize": shapes.resize,
    "rms_norm": norms.rms_norm,
    "roi_align": windows.regions("roi_align", sampling=True),
    "roi_pool": windows.regions("roi_pool", sampling=False),
    "scale": norms.scale,
    "selu": layers.expression("F.selu({0})"),
    "separable_conv": windows.separable_conv,
    "sigmoid": layers.expression("{0}.sigmoid()"),
    "silu": layers.expression("F.silu({0})"),
    "simple_rnn": recurrent("nn.RNN"),
    "slice": shapes.slice_,
    "soft_shrink": activations.function("F.softshrink", lambd="threshold"),
    "softmax": activations.sums(
        "{0}.softmax({dim})", "({0} - {0}.logsumexp({dim}, keepdim=True)).exp()"
    ),
    "softmin": activations.sums(
        "F.softmin({0}, dim={dim})", "(-{0} - (-{0}).logsumexp({dim}, keepdim=True)).exp()"
    ),
    "softplus": activations.function("F.softplus", beta="beta", threshold="threshold"),
    "softsign": layers.expression("F.softsign({0})"),
    "space_to_depth": shapes.shuffle_out,
    "spatial_dropout": layers.spatial_dropout,
    "squeeze": shapes.squeeze,
    "stack": merges.stack,
    "style_loss": merges.losses("style_loss({0}, {1})", "style_loss"),
    "subtract": merges.merge("-"),
    "sum": layers.reduce("sum"),
    "tanh": layers.expression("{0}.tanh()"),
    "tanh_shrink": layers.expression("F.tanhshrink({0})"),
    "threshold": activations.threshold,
    "tile": shapes.tile,
    "triplet_loss": merges.losses(
        'F.triplet_margin_loss({0}, {1}, {2}{more}, reduction="none").unsqueeze(1)'
    ),
    "unfold": windows.unfold,
    "unsqueeze": shapes.squeeze,
    "upsample": shapes.upsample,
    "weighted_add": merges.weighted_add,
    "yolo_head": layers.expression("{0}"),
}

WHY = {
    "opaque": "what it computes is not known",
    "deform_conv": "its offsets come from a layer that is not told apart here",
}
"""Why a kind of layer has no code, where that is not for PyTorch to say."""

LAYERS |= {
    "spectral_norm": wrappers.spectral_norm(LAYERS, WHY),
    "time_distributed": wrappers.write_each_step(LAYERS, WHY),
    "weight_norm": wrappers.weight_norm(LAYERS, WHY),
}
