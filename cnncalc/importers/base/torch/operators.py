"""Which function reads a call, by its operator without the `_` of those that write in place."""

from __future__ import annotations

from typing import Any

from cnncalc.importers.base.torch import moving, normalizing, products, windows

_act = moving.activation
_merge = moving.merge
_reduce = moving.reduce

OPERATORS: dict[str, Any] = {
    **{f"conv{rank}d": windows.conv for rank in (1, 2, 3)},
    **{f"conv_transpose{rank}d": windows.conv_transpose for rank in (1, 2, 3)},
    **{f"max_pool{rank}d": windows.pool("max_pool", rank) for rank in (1, 2, 3)},
    **{f"max_pool{rank}d_with_indices": windows.pool("max_pool", rank) for rank in (1, 2, 3)},
    **{f"avg_pool{rank}d": windows.pool("avg_pool", rank) for rank in (1, 2, 3)},
    **{f"adaptive_avg_pool{rank}d": windows.adaptive_pool("avg", rank) for rank in (1, 2, 3)},
    **{f"adaptive_max_pool{rank}d": windows.adaptive_pool("max", rank) for rank in (1, 2, 3)},
    **{f"upsample_nearest{rank}d": windows.resize("nearest") for rank in (1, 2, 3)},
    **{f"_upsample_nearest_exact{rank}d": windows.resize("nearest_exact") for rank in (1, 2, 3)},
    **dict.fromkeys(("upsample_linear1d", "upsample_bilinear2d", "upsample_trilinear3d",
                     "_upsample_bilinear2d_aa"), windows.resize("linear")),
    **dict.fromkeys(("upsample_bicubic2d", "_upsample_bicubic2d_aa"), windows.resize("cubic")),
    "pad": windows.pad(), "constant_pad_nd": windows.pad("constant"),
    **{f"reflection_pad{rank}d": windows.pad("reflect") for rank in (1, 2, 3)},
    **{f"replication_pad{rank}d": windows.pad("replicate") for rank in (1, 2, 3)},
    "pixel_shuffle": windows.shuffle, "pixel_unshuffle": windows.unshuffle,
    "channel_shuffle": windows.channel_shuffle,
    "linear": products.linear, "einsum": products.einsum,
    "matmul": products.matmul(), "mm": products.matmul("self", "mat2"),
    "bmm": products.matmul("self", "mat2"),
    "addmm": products.with_summand(products.matmul("mat1", "mat2")),
    "baddbmm": products.with_summand(products.matmul("batch1", "batch2")),
    "scaled_dot_product_attention": products.attention,
    "batch_norm": products.batch_norm, "instance_norm": products.instance_norm,
    "layer_norm": products.layer_norm("layer_norm"), "rms_norm": products.layer_norm("rms_norm"),
    "group_norm": products.group_norm, "prelu": products.prelu, "embedding": products.embedding,
    "lstm": products.recurrent("lstm", 4), "gru": products.recurrent("gru", 3),
    "rnn_tanh": products.recurrent("simple_rnn", 1), "rnn_relu": products.recurrent("simple_rnn", 1),
    **dict.fromkeys(("contiguous", "clone", "detach", "to", "type_as", "alias", "lift_fresh_copy",
                     "_to_copy", "float", "half", "lift_fresh"), moving.alias),
    **dict.fromkeys(("view", "reshape", "_unsafe_view", "flatten", "unflatten", "squeeze", "unsqueeze",
                     "reshape_as", "view_as", "ravel"), moving.reshape),
    **dict.fromkeys(("permute", "transpose", "t", "numpy_T", "swapaxes", "swapdims"), moving.permute),
    "roll": moving.roll, "repeat_interleave": moving.repeat_interleave,
    "im2col": windows.im2col, "col2im": windows.col2im,
    **dict.fromkeys(("expand", "expand_as"), normalizing.keep_length(moving.expand)), "repeat": moving.repeat,
    "cat": moving.concat, "concat": moving.concat, "stack": moving.stack,
    "split": moving.split, "split_with_sizes": moving.split, "chunk": moving.split,
    "tensor_split": moving.split, "unbind": moving.unbind,
    "slice": moving.slice_, "narrow": moving.narrow, "select": moving.select,
    "relu": _act("relu"), "relu6": _act("relu6"), "sigmoid": _act("sigmoid"), "tanh": _act("tanh"),
    "gelu": _act("gelu"), "silu": _act("silu"), "mish": _act("mish"), "selu": _act("selu"),
    "elu": _act("elu", alpha="alpha"), "celu": _act("celu", alpha="alpha"),
    "softplus": _act("softplus"), "hardswish": _act("hard_swish"),
    "hardsigmoid": _act("hard_sigmoid"), "leaky_relu": _act("leaky_relu", slope="negative_slope"),
    "log_sigmoid": _act("log_sigmoid"), "hardshrink": _act("hard_shrink"),
    "softshrink": _act("soft_shrink"), "exp": _act("exponential"), "abs": _act("abs"),
    "hardtanh": moving.clip, "clamp": moving.clip, "clamp_max": moving.clip,
    "clamp_min": normalizing.keep_length(moving.clip), "glu": moving.glu,
    "dropout": moving.dropout, "feature_dropout": moving.dropout, "alpha_dropout": moving.dropout,
    "softmax": moving.softmax("softmax"), "log_softmax": moving.softmax("log_softmax"),
    "add": _merge("add"), "sub": _merge("subtract"), "subtract": _merge("subtract"), "mul": _merge("multiply"),
    "multiply": _merge("multiply"),
    "maximum": _merge("maximum"), "minimum": _merge("minimum"),
    "neg": moving.negate, "negative": moving.negate,
    "div": normalizing.divide, "divide": normalizing.divide, "linalg_vector_norm": normalizing.vector_norm,
    "pow": moving.power, "square": moving.power, "rsub": _merge(""), "true_divide": _merge(""),
    "addcmul": moving.scale_and_shift, "max": moving.extreme("max"), "min": moving.extreme("min"),
    "mean": _reduce("mean"), "sum": _reduce("sum"), "amax": _reduce("max"), "amin": _reduce("min"),
}  # fmt: skip
"""The operators of `aten` that are read; the others are opaque."""

for _name in ("sqrt", "rsqrt", "log", "erf", "floor", "ceil", "round", "sign", "sin", "cos", "reciprocal",
              "softsign", "bernoulli"):  # fmt: skip
    OPERATORS[_name] = moving.function

PRODUCTS = frozenset((
    "linear", "matmul", "mm", "bmm", "addmm", "baddbmm", "addbmm", "addmv", "mv", "dot", "einsum", "tensordot",
    "inner", "outer", "ger", "bilinear", "cdist", "scaled_dot_product_attention", "convolution", "lstm", "gru",
    "rnn_tanh", "rnn_relu", "lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell", "chain_matmul", "kron",
    "_native_multi_head_attention", "_transformer_encoder_layer_fwd", "vdot", "_scaled_mm", "_int_mm",
    *(f"conv{rank}d" for rank in (1, 2, 3)), *(f"conv_transpose{rank}d" for rank in (1, 2, 3)),
))  # fmt: skip
"""The operators of `aten` that sum up products: constants are no exception, and counts are not 0."""

VIEWS = frozenset((
    "slice", "select", "narrow", "view", "reshape", "permute", "transpose", "squeeze", "unsqueeze", "expand",
    "unbind", "split", "split_with_sizes", "chunk", "flatten", "t", "diagonal", "view_as", "unflatten", "alias",
))  # fmt: skip
"""The operators whose results are places of what they read: what is written into them is written there."""

CREATED = frozenset((
    "new_zeros", "new_ones", "new_full", "new_empty", "zeros_like", "ones_like", "full_like", "empty_like",
    "rand_like", "randn_like",
))  # fmt: skip
"""The operators that ask what they read for its shape alone."""

SAME = frozenset((
    "expand", "expand_as", "view", "reshape", "contiguous", "clone", "detach", "to", "alias", "lift_fresh_copy",
    "type_as", "_to_copy", "flatten",
))  # fmt: skip
"""The operators that hand on what they are given where its shape stays."""
