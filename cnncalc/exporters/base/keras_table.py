"""How Keras writes each kind of layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporters.base import keras_activations as activations
from cnncalc.exporters.base import keras_layers as layers
from cnncalc.exporters.base import keras_merges as merges
from cnncalc.exporters.base import keras_norms as norms
from cnncalc.exporters.base import keras_pools as pools
from cnncalc.exporters.base import keras_resizing as resizing
from cnncalc.exporters.base import keras_shapes as shapes
from cnncalc.exporters.base import keras_windows as windows
from cnncalc.exporters.base import keras_wrappers as wrappers
from cnncalc.exporters.base import noise
from cnncalc.exporters.base.keras_sequences import attention, recurrent

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.exporters.base.place import Place
    from cnncalc.exporting.code import Code

LAYERS: dict[str, Callable[[Place], Code]] = {
    "abs": layers.expression("ops.abs({0})"),
    "adaptive_avg_pool": pools.adaptive("Average"),
    "adaptive_max_pool": pools.adaptive("Max"),
    "add": merges.merge("+"),
    "alpha_dropout": noise.random("layers.AlphaDropout"),
    "anchor_boxes": layers.anchor_boxes,
    "average": merges.average,
    "avg_pool": pools.avg_pool,
    "batch_norm": norms.batch_norm,
    "celu": activations.function("ops.celu", alpha="alpha"),
    "channel_shuffle": shapes.channel_shuffle,
    "class_token": norms.learnt("ClassToken", count="count", last="last"),
    "concat": merges.concat,
    "content_loss": merges.losses("content_loss({0}, {1})", "content_loss"),
    "conv": windows.conv,
    "conv_transpose": windows.conv_transpose,
    "crop": shapes.crop,
    "dense": layers.dense,
    "depth_to_space": shapes.shuffle("ops.depth_to_space"),
    "depthwise_conv": windows.depthwise_conv,
    "drop_path": norms.drop_path,
    "dropout": norms.dropout,
    "elu": activations.function("ops.elu", alpha="alpha"),
    "embedding": layers.embedding,
    "exponential": layers.expression("ops.exp({0})"),
    "flatten": shapes.flatten,
    "gaussian_dropout": noise.random("layers.GaussianDropout"),
    "gaussian_noise": noise.random("layers.GaussianNoise"),
    "gather": shapes.gather,
    "gelu": activations.gelu,
    "global_avg_pool": pools.global_pool("Average"),
    "global_max_pool": pools.global_pool("Max"),
    "glu": merges.along("ops.glu({0}, axis={dim})"),
    "group_norm": norms.group_norm,
    "gru": recurrent("GRU"),
    "hard_shrink": activations.function("ops.hard_shrink", threshold="threshold"),
    "hard_sigmoid": layers.expression("ops.hard_sigmoid({0})"),
    "hard_swish": layers.expression("ops.hard_swish({0})"),
    "hard_tanh": activations.hard_tanh,
    "identity": layers.expression("{0}"),
    "instance_norm": norms.instance_norm,
    "l2_norm": norms.l2_norm,
    "layer_norm": norms.layer_norm,
    "layer_scale": norms.learnt("LayerScale", initial="init"),
    "leaky_relu": activations.leaky_relu,
    "local_response_norm": norms.local_response_norm,
    "log_sigmoid": layers.expression("ops.log_sigmoid({0})"),
    "log_softmax": activations.sums(
        "ops.log_softmax({0}, axis={dim})", "{0} - ops.logsumexp({0}, axis={dim}, keepdims=True)"
    ),
    "lp_pool": pools.lp_pool,
    "lstm": recurrent("LSTM"),
    "masking": norms.masking,
    "matmul": merges.matmul,
    "max": merges.reduce("max"),
    "max_pool": pools.max_pool,
    "max_unpool": pools.max_unpool,
    "maximum": merges.fold_pairs("ops.maximum"),
    "mean": merges.reduce("mean"),
    "min": merges.reduce("min"),
    "minimum": merges.fold_pairs("ops.minimum"),
    "mish": layers.expression("{0} * ops.tanh(ops.softplus({0}))"),
    "multi_head_attention": attention,
    "multiply": merges.merge("*"),
    "pad": shapes.pad,
    "permute": shapes.permute,
    "pixel_shuffle": shapes.shuffle("pixel_shuffle"),
    "pixel_unshuffle": shapes.shuffle("pixel_unshuffle"),
    "positional_embedding": norms.positional_embedding,
    "prelu": norms.prelu,
    "relu": activations.relu,
    "relu6": layers.expression("ops.relu6({0})"),
    "repeat_vector": shapes.repeat_vector,
    "rescaling": activations.rescaling,
    "reshape": shapes.reshape,
    "resize": resizing.resize,
    "rms_norm": norms.rms_norm,
    "scale": norms.scale,
    "selu": layers.expression("ops.selu({0})"),
    "separable_conv": windows.separable_conv,
    "sigmoid": layers.expression("ops.sigmoid({0})"),
    "silu": layers.expression("ops.silu({0})"),
    "simple_rnn": recurrent("SimpleRNN"),
    "slice": shapes.slice_,
    "soft_shrink": activations.function("ops.soft_shrink", threshold="threshold"),
    "softmax": activations.sums("ops.softmax({0}, axis={dim})", "layers.Softmax(axis={dim})({0})"),
    "softmin": activations.sums(
        "ops.softmax(-{0}, axis={dim})", "layers.Softmax(axis={dim})(-{0})"
    ),
    "softplus": activations.softplus,
    "softsign": layers.expression("ops.softsign({0})"),
    "space_to_depth": shapes.shuffle("ops.space_to_depth"),
    "sparse_plus": layers.expression("ops.sparse_plus({0})"),
    "sparse_sigmoid": layers.expression("ops.sparse_sigmoid({0})"),
    "spatial_dropout": norms.spatial_dropout,
    "squareplus": activations.function("ops.squareplus", b="b"),
    "squeeze": shapes.squeeze,
    "stack": merges.stack,
    "style_loss": merges.losses("style_loss({0}, {1})", "style_loss"),
    "subtract": merges.merge("-"),
    "sum": merges.reduce("sum"),
    "tanh": layers.expression("ops.tanh({0})"),
    "tanh_shrink": layers.expression("ops.tanh_shrink({0})"),
    "threshold": activations.threshold,
    "tile": shapes.tile,
    "triplet_loss": merges.losses("triplet_loss({0}, {1}, {2}{more})", "triplet_loss"),
    "unfold": shapes.unfold,
    "unsqueeze": shapes.squeeze,
    "upsample": resizing.upsample,
    "weighted_add": norms.weighted_add,
    "yolo_head": layers.expression("{0}"),
}

WHY = {
    "opaque": "what it computes is not known",
    "roi_align": "Keras has no regions of interest",
    "roi_pool": "Keras has no regions of interest",
    "weight_norm": "Keras has no weight normalisation",
}
"""Why a kind of layer has no code."""

LAYERS |= {
    "spectral_norm": wrappers.spectral_norm(LAYERS, WHY),
    "time_distributed": wrappers.write_each_step(LAYERS, WHY),
}
