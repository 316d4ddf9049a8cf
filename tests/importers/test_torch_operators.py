"""Single operators of `aten`: each a program of one call, and the layers that come of it, by arithmetic."""

import pytest

from .onnx_files import network
from .reading import axes
from .torch_files import call, layers_of_all, program, refs, saved, tensor

X = (1, 8, 6, 6)
ROW = (1, 10, 8)


def layers_of(op, given, results, **inputs):
    """Kind, output, parameters and multiply-accumulates of the layers that one call becomes.

    `given` are shapes by name: x goes in, p_… is learnt and b_… kept; `results` are the shapes of what comes out.
    """
    names = [f"out{place}" for place in range(len(results))]
    tensors = {name: tensor(*dims) for name, dims in [*given.items(), *zip(names, results, strict=True)]}
    learnt = [name[2:] for name in given if name.startswith("p_")]
    kept = [name[2:] for name in given if name.startswith("b_")]
    goes_in = " ".join(name for name in given if name[1:2] != "_")
    made = call(f"aten.{op}", " ".join(names), **{name: refs(value) for name, value in inputs.items()})
    data = saved(program([made], tensors, " ".join(names), inputs=goes_in, params=learnt, buffers=kept))
    net = network(data, "net.pt2")
    assert axes(net.nodes[next(iter(net.outputs.values()))].output) == list(results[0][1:])
    return [(node.layer.kind, axes(node.output), node.facts.params, node.facts.macs) for node in net.nodes if node.layer]


def case(op, results, expected, given=None, **inputs):
    """A row of the table; a single result needs no list."""
    results = results if isinstance(results, list) else [results]
    given = given or {"x": X}
    first = {} if any(name in inputs for name in ("self", "input", "tensors", "query", "equation")) else {"self": "x"}
    return pytest.param(op, given, results, expected, {**first, **inputs}, id=op)



CASES = [
    # Windows
    case("conv2d.default", (1, 4, 3, 3), [("conv", [4, 3, 3], 8 * 4 * 9 + 4, 4 * 9 * 8 * 9)], {"x": X, "p_w": (4, 8, 3, 3), "p_b": (4,)},
         input="x", weight="p_w", bias="p_b", stride=[2, 2], padding=[1, 1]),
    case("conv2d.default", (1, 8, 6, 6), [("parameter", [8, 1, 3, 3], 0, 0), ("opaque", [8, 6, 6], 0, 8 * 36 * 9)],
         {"x": X, "b_w": (8, 1, 3, 3)}, input="x", weight="b_w", padding=[1, 1], groups=8),
    # A fixed filter for each channel that subsamples is a blur; one of all channels together, or with a dilation, is none.
    case("conv2d.default", (1, 8, 3, 3), [("blur_pool", [8, 3, 3], 0, 8 * 9 * 9)], {"x": X, "b_w": (8, 1, 3, 3)}, input="x", weight="b_w", stride=[2, 2], padding=[1, 1], groups=8),
    case("conv2d.default", (1, 8, 3, 3), [("parameter", [8, 8, 3, 3], 0, 0), ("opaque", [8, 3, 3], 0, 8 * 9 * 72)], {"x": X, "b_w": (8, 8, 3, 3)},
         input="x", weight="b_w", stride=[2, 2], padding=[1, 1]),
    case("conv2d.default", (1, 8, 2, 2), [("parameter", [8, 1, 3, 3], 0, 0), ("opaque", [8, 2, 2], 0, 8 * 4 * 9)], {"x": X, "b_w": (8, 1, 3, 3)},
         input="x", weight="b_w", stride=[2, 2], padding=[1, 1], dilation=[2, 2], groups=8),
    # A bias that is put together of others is a summand of each channel.
    case("conv2d.default", (1, 4, 6, 6), [("conv", [4, 6, 6], 4 * 8 * 9, 36 * 4 * 8 * 9), ("parameter", [4, 1, 1], 0, 0), ("add", [4, 6, 6], 0, 0)],
         {"x": X, "p_w": (4, 8, 3, 3), "b_b": (4,)}, input="x", weight="p_w", bias="b_b", padding=[1, 1]),
    case("im2col.default", (1, 72, 9), [("unfold", [72, 9], 0, 0)], kernel_size=[3, 3], dilation=[1, 1], padding=[1, 1], stride=[2, 2]),
    case("col2im.default", (1, 2, 6, 6), [("fold", [2, 6, 6], 0, 0)], {"x": (1, 8, 9)}, output_size=[6, 6], kernel_size=[2, 2], dilation=[1, 1], padding=[0, 0], stride=[2, 2]),
    case("conv_transpose2d.input", (1, 4, 12, 12), [("conv_transpose", [4, 12, 12], 8 * 4 * 4, 8 * 36 * 16)], {"x": X, "p_w": (8, 4, 2, 2)},
         input="x", weight="p_w", stride=[2, 2]),
    case("conv_transpose2d.input", (1, 8, 12, 12), [("parameter", [8, 1, 2, 2], 0, 0), ("opaque", [8, 12, 12], 0, 8 * 36 * 4)],
         {"x": X, "b_w": (8, 1, 2, 2)}, input="x", weight="b_w", stride=[2, 2], groups=8),
    case("max_pool2d.default", (1, 8, 3, 3), [("max_pool", [8, 3, 3], 0, 0)], kernel_size=[2, 2]),
    case("avg_pool2d.default", (1, 8, 5, 5), [("avg_pool", [8, 5, 5], 0, 0)], kernel_size=[2], stride=[1, 1]),
    case("adaptive_avg_pool2d.default", (1, 8, 1, 1), [("global_avg_pool", [8, 1, 1], 0, 0)], output_size=[1, 1]),
    case("adaptive_avg_pool2d.default", (1, 8, 4, 3), [("adaptive_avg_pool", [8, 4, 3], 0, 0)], output_size=[4, 3]),
    case("upsample_nearest2d.vec", (1, 8, 12, 18), [("upsample", [8, 12, 18], 0, 0)], input="x"),
    case("upsample_bilinear2d.vec", (1, 8, 9, 9), [("resize", [8, 9, 9], 0, 0)], input="x", align_corners=True),
    case("upsample_bilinear2d.vec", X, [("identity", [8, 6, 6], 0, 0)], input="x", align_corners=False),
    case("upsample_nearest2d.vec", (2, 4, 12, 12), [("opaque", [4, 12, 12], 0, 0)], {"x": (2, 8, 6, 6)}, input="x"),
    case("pad.default", (1, 8, 7, 9), [("pad", [8, 7, 9], 0, 0)], pad=[1, 2, 0, 1], mode={"as_string": "reflect"}),
    case("constant_pad_nd.default", (1, 8, 4, 6), [("slice", [8, 4, 6], 0, 0)], pad=[0, 0, -1, -1]),
    case("replication_pad2d.default", (1, 8, 8, 8), [("pad", [8, 8, 8], 0, 0)], padding=[1, 1, 1, 1]),
    case("pad.default", (1, 8, 7, 6), [("opaque", [8, 7, 6], 0, 0)], pad=[1, 2, 3]),
    case("pixel_shuffle.default", (1, 2, 12, 12), [("pixel_shuffle", [2, 12, 12], 0, 0)], upscale_factor=2),
    case("pixel_unshuffle.default", (1, 32, 3, 3), [("pixel_unshuffle", [32, 3, 3], 0, 0)], downscale_factor=2),
    case("channel_shuffle.default", X, [("channel_shuffle", [8, 6, 6], 0, 0)], groups=4),
    # Products and norms
    case("linear.default", (1, 10, 5), [("dense", [10, 5], 45, 10 * 8 * 5)], {"x": ROW, "p_w": (5, 8), "p_b": (5,)}, input="x", weight="p_w", bias="p_b"),
    case("linear.default", (1, 10, 5), [("dense", [10, 5], 40, 400), ("parameter", [1, 5], 0, 0), ("add", [10, 5], 0, 0)],
         {"x": ROW, "p_w": (5, 8), "b_b": (5,)}, input="x", weight="p_w", bias="b_b"),
    case("linear.default", (1, 10, 5), [("parameter", [5, 8], 0, 0), ("opaque", [10, 5], 0, 400)], {"x": ROW, "b_w": (5, 8)}, input="x", weight="b_w"),
    case("addmm.default", (1, 5), [("dense", [5], 45, 40)], {"x": (1, 8), "p_w": (8, 5), "p_b": (5,)}, self="p_b", mat1="x", mat2="p_w"),
    case("baddbmm.default", (1, 10, 10), [("matmul", [10, 10], 0, 10 * 10 * 8), ("add", [10, 10], 0, 0)],
         {"x": ROW, "y": (1, 8, 10), "z": (1, 10, 10)}, self="z", batch1="x", batch2="y"),
    case("mm.default", (1, 5), [("dense", [5], 40, 40)], {"x": (1, 8), "p_w": (8, 5)}, self="x", mat2="p_w"),
    case("matmul.default", (1, 10), [("parameter", [8], 8, 0), ("opaque", [10], 0, 80)], {"x": ROW, "p_v": (8,)}, self="x", other="p_v"),
    case("einsum.default", (1, 10, 3), [("parameter", [8, 3], 24, 0), ("matmul", [10, 3], 0, 240)], {"x": ROW, "p_w": (8, 3)},
         equation={"as_string": "bnc,cd->bnd"}, tensors=["x", "p_w"]),
    case("einsum.default", (1, 2, 5, 7), [("permute", [2, 4, 7], 0, 0), ("matmul", [2, 5, 7], 0, 2 * 5 * 7 * 4)], {"x": (1, 2, 5, 4), "y": (1, 2, 7, 4)},
         equation={"as_string": "blxd, blyd -> blxy"}, tensors=["x", "y"]),
    # Sums over both axes of space, and rows that are two axes: of 36 products each, 8 by 3, or 4 by 6·5 of 2 each.
    case("einsum.default", (1, 8, 3), [("reshape", [8, 36], 0, 0), ("permute", [6, 6, 3], 0, 0), ("reshape", [36, 3], 0, 0), ("matmul", [8, 3], 0, 8 * 3 * 36)],
         {"x": X, "y": (1, 3, 6, 6)}, equation={"as_string": "bchw,bkhw->bck"}, tensors=["x", "y"]),
    case("einsum.default", (1, 6, 5, 4), [("reshape", [30, 2], 0, 0), ("permute", [2, 4], 0, 0), ("matmul", [30, 4], 0, 30 * 4 * 2), ("reshape", [6, 5, 4], 0, 0)],
         {"x": (1, 6, 5, 2), "y": (1, 4, 2)}, equation={"as_string": "bhwc,bkc->bhwk"}, tensors=["x", "y"]),
    # Neither a trace nor a product without a sum is one of matrices.
    *(case("einsum.default", dims, [("opaque", list(dims[1:]), 0, macs)], {"x": ROW, "y": ROW}, equation={"as_string": said}, tensors=["x", "y"])
      for said, dims, macs in (("bnc,bnc->bnc", ROW, 80), ("bnc,bmd->bnc", ROW, 80 * 80))),
    case("scaled_dot_product_attention.default", (1, 2, 5, 4),
         [("permute", [2, 4, 7], 0, 0), ("matmul", [2, 5, 7], 0, 280), ("softmax", [2, 5, 7], 0, 0), ("matmul", [2, 5, 4], 0, 280)],
         {"x": (1, 2, 5, 4), "y": (1, 2, 7, 4)}, query="x", key="y", value="y"),
    case("scaled_dot_product_attention.default", (1, 2, 5, 4),
         [("permute", [2, 4, 7], 0, 0), ("matmul", [2, 5, 7], 0, 280), ("parameter", [2, 5, 7], 70, 0), ("add", [2, 5, 7], 0, 0),
          ("softmax", [2, 5, 7], 0, 0), ("matmul", [2, 5, 4], 0, 280)],
         {"x": (1, 2, 5, 4), "y": (1, 2, 7, 4), "p_m": (1, 2, 5, 7)}, query="x", key="y", value="y", attn_mask="p_m"),
    # A mask of an axis less that is computed, as a table that a product makes of another.
    case("scaled_dot_product_attention.default", (1, 2, 5, 4),
         [("permute", [2, 4, 5], 0, 0), ("matmul", [2, 5, 5], 0, 200), ("reshape", [1, 5, 5], 0, 0), ("add", [2, 5, 5], 0, 0),
          ("softmax", [2, 5, 5], 0, 0), ("matmul", [2, 5, 4], 0, 200)],
         {"x": (1, 2, 5, 4), "y": (1, 5, 5)}, query="x", key="x", value="x", attn_mask="y"),
    case("scaled_dot_product_attention.default", (1, 2, 5, 4),
         [("permute", [1, 4, 7], 0, 0), ("matmul", [2, 5, 7], 0, 280), ("softmax", [2, 5, 7], 0, 0), ("matmul", [2, 5, 4], 0, 280)],
         {"x": (1, 2, 5, 4), "y": (1, 1, 7, 4)}, query="x", key="y", value="y"),
    case("scaled_dot_product_attention.default", (1, 4, 5, 4), [("opaque", [4, 5, 4], 0, 2 * 4 * 5 * 7 * 4)],
         {"x": (1, 4, 5, 4), "y": (1, 2, 7, 4)}, query="x", key="y", value="y", enable_gqa=True),
    case("_native_multi_head_attention.default", ROW, [("opaque", [10, 8], 0, None)], {"x": ROW}, query="x"),
    case("batch_norm.default", X, [("batch_norm", [8, 6, 6], 16, 0)], {"x": X, "p_s": (8,), "p_b": (8,), "b_m": (8,), "b_v": (8,)},
         input="x", weight="p_s", bias="p_b", running_mean="b_m", running_var="b_v"),
    case("batch_norm.default", X, [("opaque", [8, 6, 6], 0, 0)], {"x": X}, input="x"),
    case("layer_norm.default", ROW, [("layer_norm", [10, 8], 8, 0)], {"x": ROW, "p_s": (8,)}, input="x", normalized_shape=[8], weight="p_s"),
    case("layer_norm.default", ROW, [("parameter", [8], 0, 0), ("opaque", [10, 8], 0, 0)], {"x": ROW, "b_s": (8,)}, input="x", normalized_shape=[8], weight="b_s"),
    case("rms_norm.default", ROW, [("rms_norm", [10, 8], 8, 0)], {"x": ROW, "p_s": (8,)}, input="x", normalized_shape=[8], weight="p_s"),
    case("rms_norm.default", ROW, [("rms_norm", [10, 8], 0, 0)], {"x": ROW}, input="x", normalized_shape=[8]),
    case("group_norm.default", X, [("group_norm", [8, 6, 6], 16, 0)], {"x": X, "p_s": (8,), "p_b": (8,)}, input="x", num_groups=4, weight="p_s", bias="p_b"),
    case("group_norm.default", X, [("parameter", [8], 0, 0), ("opaque", [8, 6, 6], 0, 0)], {"x": X, "b_s": (8,)}, input="x", num_groups=4, weight="b_s"),
    case("instance_norm.default", X, [("instance_norm", [8, 6, 6], 16, 0)], {"x": X, "p_s": (8,), "p_b": (8,)}, input="x", weight="p_s", bias="p_b"),
    case("instance_norm.default", X, [("parameter", [8], 0, 0), ("opaque", [8, 6, 6], 0, 0)], {"x": X, "b_m": (8,)}, input="x", running_mean="b_m"),
    case("prelu.default", X, [("prelu", [8, 6, 6], 8, 0)], {"x": X, "p_s": (8,)}, weight="p_s"),
    case("prelu.default", X, [("parameter", [8], 0, 0), ("opaque", [8, 6, 6], 0, 0)], {"x": X, "b_s": (8,)}, weight="b_s"),
    case("embedding.default", (1, 10, 4), [("parameter", [9, 4], 0, 0), ("opaque", [10, 4], 0, 0)], {"x": (1, 10), "b_t": (9, 4)}, weight="b_t", indices="x", self="x"),
    # What moves
    case("permute.default", (1, 6, 6, 8), [("permute", [6, 6, 8], 0, 0)], dims=[0, 2, 3, 1]),
    case("transpose.int", (1, 6, 6, 8), [("permute", [6, 6, 8], 0, 0)], dim0=1, dim1=3),
    case("movedim.int", (1, 6, 6, 8), [("opaque", [6, 6, 8], 0, 0)], source=[1], destination=[3]),
    case("repeat_interleave.self_int", (1, 24, 6, 6), [("reshape", [8, 1, 6, 6], 0, 0), ("tile", [8, 3, 6, 6], 0, 0), ("reshape", [24, 6, 6], 0, 0)], repeats=3, dim=1),
    # The last three rows come in front.
    case("roll.default", X, [("slice", [8, 3, 6], 0, 0), ("slice", [8, 3, 6], 0, 0), ("concat", [8, 6, 6], 0, 0)], shifts=[-3, 6], dims=[2, 3]),
    case("roll.default", X, [("opaque", [8, 6, 6], 0, 0)], shifts=[3]),
    case("expand.default", (1, 8, 10), [("tile", [8, 10], 0, 0)], {"x": (1, 8, 1)}, size=[1, 8, 10]),
    case("repeat.default", (1, 16, 6, 6), [("tile", [16, 6, 6], 0, 0)], repeats=[1, 2, 1, 1]),
    case("cat.default", (1, 16, 6, 6), [("concat", [16, 6, 6], 0, 0)], {"x": X, "y": X}, tensors=["x", "y"], dim=1),
    case("stack.default", (1, 2, 8), [("reshape", [1, 8], 0, 0), ("reshape", [1, 8], 0, 0), ("concat", [2, 8], 0, 0)], {"x": (1, 8), "y": (1, 8)}, tensors=["x", "y"], dim=1),
    case("unbind.int", [(1, 6)] * 2, [("slice", [1, 6], 0, 0)] * 2 + [("flatten", [6], 0, 0)] * 2, {"x": (1, 2, 6)}, dim=1),
    case("split.Tensor", [(1, 5, 6, 6), (1, 3, 6, 6)], [("slice", [5, 6, 6], 0, 0), ("slice", [3, 6, 6], 0, 0)], split_size=5, dim=1),
    case("slice.Tensor", (1, 3, 6, 6), [("slice", [3, 6, 6], 0, 0)], dim=1, start=2, end=5),
    case("slice.Tensor", (1, 8, 3, 6), [("gather", [8, 3, 6], 0, 0)], dim=2, step=2),
    case("narrow.default", (1, 3, 6, 6), [("slice", [3, 6, 6], 0, 0)], dim=1, start=2, length=3),
    case("select.int", (1, 6, 6), [("slice", [1, 6, 6], 0, 0), ("reshape", [6, 6], 0, 0)], dim=1, index=-1),
    case("index.Tensor", (1, 4, 6, 6), [("parameter", [4], 0, 0), ("opaque", [4, 6, 6], 0, 0)], {"x": X, "b_i": (4,)}, indices=["b_i"]),
    # Element by element
    *(case(f"{op}.default", X, [(kind, [8, 6, 6], 0, 0)]) for op, kind in (
        ("relu", "relu"), ("silu_", "silu"), ("hardswish_", "hard_swish"), ("gelu", "gelu"), ("sigmoid", "sigmoid"), ("mish", "mish"), ("sqrt", "opaque"))),
    case("leaky_relu.default", X, [("leaky_relu", [8, 6, 6], 0, 0)], negative_slope=0.1),
    case("hardtanh_.default", X, [("relu6", [8, 6, 6], 0, 0)], min_val=0, max_val=6),
    case("clamp.default", X, [("hard_tanh", [8, 6, 6], 0, 0)], min=-2.0),
    case("clamp_min.default", X, [("relu", [8, 6, 6], 0, 0)], min=0),
    case("clamp_max.default", X, [("hard_tanh", [8, 6, 6], 0, 0)], max=1),
    case("dropout_.default", X, [("dropout", [8, 6, 6], 0, 0)], p=0.2, train=False),
    case("dropout.default", X, [("identity", [8, 6, 6], 0, 0)], input="x", p=0.0, train=False),
    case("contiguous.default", X, [("identity", [8, 6, 6], 0, 0)]),
    case("glu.default", (1, 4, 6, 6), [("glu", [4, 6, 6], 0, 0)], dim=1),
    case("glu.default", (1, 8, 3, 6), [("opaque", [8, 3, 6], 0, 0)], dim=2),
    case("softmax.int", X, [("softmax", [8, 6, 6], 0, 0)], dim=-1),
    case("add.Tensor", X, [("add", [8, 6, 6], 0, 0)], {"x": X, "y": X}, other="y"),
    case("add.Tensor", X, [("rescaling", [8, 6, 6], 0, 0)], other=3),
    case("mul.Tensor", X, [("scale", [8, 6, 6], 8, 0)], {"x": X, "p_g": (8, 1, 1)}, other="p_g"),
    case("mul.Tensor", X, [("parameter", [8, 1, 1], 0, 0), ("multiply", [8, 6, 6], 0, 0)], {"x": X, "b_g": (1, 8, 1, 1)}, other="b_g"),
    case("mul.Tensor", X, [("identity", [8, 6, 6], 0, 0)], other=1.0),
    case("pow.Tensor_Scalar", X, [("multiply", [8, 6, 6], 0, 0)], exponent=2),
    case("square.default", X, [("multiply", [8, 6, 6], 0, 0)]),
    case("pow.Tensor_Scalar", X, [("opaque", [8, 6, 6], 0, 0)], exponent=3),
    case("addcmul.default", X, [("scale", [8, 6, 6], 16, 0)], {"x": X, "p_g": (8, 1, 1), "p_s": (1, 8, 1, 1)}, self="p_s", tensor1="p_g", tensor2="x"),
    case("addcmul.default", X, [("scale", [8, 6, 6], 16, 0)], {"x": X, "p_g": (8, 1, 1), "p_s": (1, 8, 1, 1)}, self="p_s", tensor1="x", tensor2="p_g"),
    *(case("addcmul.default", X, [("parameter", [8, 1, 1], 8, 0), ("opaque", [8, 6, 6], 0, 0)], {"x": X, "p_g": (8, 1, 1)}, self="x", tensor1="p_g", tensor2=other, **more)
      for other, more in (("x", {}), ("p_g", {}), ("x", {"value": 2}))),
    case("div.Tensor", X, [("opaque", [8, 6, 6], 0, 0)], {"x": X, "y": X}, other="y"),
    case("mean.dim", (1, 8), [("global_avg_pool", [8], 0, 0)], dim=[2, 3]),
    case("max.dim", [(1, 6, 6), (1, 6, 6)], [("opaque", [6, 6], 0, 0), ("opaque", [6, 6], 0, 0)], dim=1),
    case("max.default", (1, 1), [("opaque", [1], 0, 0)]),
    case("sum.dim_IntList", (1, 1, 6, 6), [("sum", [1, 6, 6], 0, 0)], dim=[1], keepdim=True),
    # Recurrent layers, whose batch is put in front
    case("gru.input", [(1, 10, 4), (1, 1, 4)], [("permute", [8, 10], 0, 0), ("gru", [4, 10], 12 * (8 + 4 + 2), 10 * 12 * 12), ("permute", [10, 4], 0, 0), ("opaque", [1, 4], 0, 0)],
         {"x": ROW, "p_a": (12, 8), "p_b": (12, 4), "p_c": (12,), "p_d": (12,)}, input="x", params=["p_a", "p_b", "p_c", "p_d"], has_biases=True, batch_first=True),
    case("gru.input", [(3, 10, 4), (1, 3, 4)], [("parameter", [12, 8], 0, 0), ("parameter", [12, 4], 0, 0), ("opaque", [10, 4], 0, 30 * 12 * 12), ("opaque", [1, 4], 0, 0)],
         {"x": (3, 10, 8), "b_a": (12, 8), "b_b": (12, 4)}, input="x", params=["b_a", "b_b"], has_biases=False, batch_first=True),
]  # fmt: skip


@pytest.mark.parametrize(("op", "given", "results", "expected", "inputs"), CASES)
def test_a_call_is_these_layers(op, given, results, expected, inputs):
    assert layers_of(op, given, results, **inputs) == expected


def test_a_norm_between_two_turns_is_over_the_channels():
    tensors = {"x": tensor(*X), "p_s": tensor(8), "a": tensor(1, 6, 6, 8), "b": tensor(1, 6, 6, 8), "out": tensor(*X)}
    calls = [
        call("aten.permute.default", "a", "norm", self="x", dims=[0, 2, 3, 1]),
        call("aten.layer_norm.default", "b", "norm", input="a", normalized_shape=[8], weight="p_s"),
        call("aten.permute.default", "out", "norm", self="b", dims=[0, 3, 1, 2]),
    ]
    net = network(saved(program(calls, tensors, params=["s"])), "net.pt2")
    assert [(node.layer.kind, axes(node.output), node.facts.params) for node in net.nodes if node.layer] == [("layer_norm", [8, 6, 6], 8)]

    # One that is read in between stays as it is, and so does one that is turned otherwise.
    other = network(saved(program(calls, tensors, "out b", params=["s"])), "net.pt2")
    calls[2] = call("aten.permute.default", "out", "norm", self="b", dims=[0, 3, 2, 1])
    wrong = network(saved(program(calls, tensors, params=["s"])), "net.pt2")
    for found in (other, wrong):
        assert [node.layer.kind for node in found.nodes if node.layer] == ["permute", "layer_norm", "permute"]


def test_several_maps_of_an_example_are_one_of_an_axis_more():
    # Two halves of 4 channels, each of which the same layers see, as the heads of an attention.
    tensors = {"x": X, "a": (2, 4, 6, 6), "b": (2, 5, 6, 6), "c": (2, 5, 6, 6), "d": (2, 5, 3, 3), "out": (1, 10, 3, 3),
               "p_w": (5, 4, 3, 3), "p_s": (5,), "p_b": (5,), "b_m": (5,), "b_v": (5,)}  # fmt: skip
    calls = [
        call("aten.view.default", "a", self="x", size=[2, 4, 6, 6]),
        call("aten.conv2d.default", "b", input="a", weight="p_w", padding=[1, 1]),
        call("aten.batch_norm.default", "c", input="b", weight="p_s", bias="p_b", running_mean="b_m", running_var="b_v"),
        call("aten.max_pool2d.default", "d", self="c", kernel_size=[2, 2]),
        call("aten.view.default", "out", self="d", size=[1, 10, 3, 3]),
    ]

    assert layers_of_all(calls, tensors, params=["w", "s", "b"], buffers=["m", "v"]) == [
        ("reshape", [2, 4, 6, 6], 0), ("permute", [4, 2, 6, 6], 0), ("conv", [5, 2, 6, 6], 5 * 4 * 9), ("batch_norm", [5, 2, 6, 6], 10),
        ("max_pool", [5, 2, 3, 3], 0), ("permute", [2, 5, 3, 3], 0), ("reshape", [10, 3, 3], 0),
    ]  # fmt: skip


def test_weights_of_an_opaque_convolution_are_counted_once():
    # Two volumes: with an axis more, windows would have four.
    tensors = {"x": (1, 2, 4, 6, 6, 6), "a": (2, 4, 6, 6, 6), "out": (2, 5, 4, 4, 4), "p_w": (5, 4, 3, 3, 3)}
    calls = [call("aten.view.default", "a", self="x", size=[2, 4, 6, 6, 6]), call("aten.conv3d.default", "out", input="a", weight="p_w")]

    assert layers_of_all(calls, tensors, params=["w"]) == [("opaque", [2, 5, 4, 4, 4], 5 * 4 * 27)]


def test_a_norm_of_rows_is_one_of_channels():
    # BatchNorm1d on what a linear layer gives at each place, with the places in the axis of the batch.
    tensors = {"x": ROW, "a": (10, 8), "out": (10, 8), "p_s": (8,), "p_b": (8,), "b_m": (8,), "b_v": (8,)}
    calls = [
        call("aten.flatten.using_ints", "a", self="x", start_dim=0, end_dim=1),
        call("aten.batch_norm.default", "out", input="a", weight="p_s", bias="p_b", running_mean="b_m", running_var="b_v"),
    ]

    assert layers_of_all(calls, tensors, params=["s", "b"], buffers=["m", "v"]) == [
        ("permute", [8, 10], 0), ("batch_norm", [8, 10], 16), ("permute", [10, 8], 0),
    ]  # fmt: skip


def test_a_turn_behind_a_norm_that_no_turn_is_before():
    tensors = {"x": (1, 2, 3, 8), "a": (1, 6, 8), "b": (1, 6, 8), "out": (1, 8, 6), "p_s": (8,)}
    calls = [
        call("aten.view.default", "a", self="x", size=[1, 6, 8]),
        call("aten.layer_norm.default", "b", input="a", normalized_shape=[8], weight="p_s"),
        call("aten.transpose.int", "out", self="b", dim0=1, dim1=2),
    ]

    assert layers_of_all(calls, tensors, params=["s"]) == [("reshape", [6, 8], 0), ("layer_norm", [6, 8], 8), ("permute", [8, 6], 0)]


def test_what_is_joined_with_nothing_stays_as_it_is():
    # As of no tokens in front, which turn no positions.
    tensors = {"x": X, "none": (1, 0, 6, 6), "a": X, "out": X}
    calls = [
        call("aten.slice.Tensor", "none", self="x", dim=1, end=0), call("aten.cat.default", "a", tensors=refs(["none", "x"]), dim=1),
        call("aten.relu.default", "out", self="a"),
    ]  # fmt: skip

    assert layers_of_all(calls, tensors) == [("relu", [8, 6, 6], 0)]


def test_norms_without_weights_are_layers_of_their_own():
    tensors = {"x": ROW, "a": ROW, "out": ROW}
    calls = [call("aten.layer_norm.default", after, input=before, normalized_shape=[8]) for before, after in ("xa", ("a", "out"))]

    assert layers_of_all(calls, tensors) == [("layer_norm", [10, 8], 0)] * 2


NORMALIZE = [
    call("aten.linalg_vector_norm.default", "a", self="x", ord=2.0, dim=[-1], keepdim=True),
    call("aten.clamp_min.default", "b", self="a", min=1e-12),
    call("aten.expand.default", "c", self="b", size=[1, 10, 8]),
    call("aten.div.Tensor", "out", self="x", other="c"),
]
LENGTHS = {"x": ROW, "a": (1, 10, 1), "b": (1, 10, 1), "c": ROW, "out": ROW}


def test_division_by_the_length_is_a_norm():
    assert layers_of_all(NORMALIZE, LENGTHS) == [("l2_norm", [10, 8], 0)]


@pytest.mark.parametrize(("place", "other"), [
    (0, call("aten.linalg_vector_norm.default", "a", self="x", ord=1.0, dim=[-1], keepdim=True)),  # not the Euclidean one
    (3, call("aten.div.Tensor", "out", self="c", other="x")),
    (3, call("aten.mul.Tensor", "out", self="x", other="c")),
], ids=["another norm", "the other way", "no division"])  # fmt: skip
def test_what_is_no_division_by_the_length(place, other):
    calls = [other if at == place else made for at, made in enumerate(NORMALIZE)]
    kinds = [kind for kind, _, _ in layers_of_all(calls, LENGTHS)]

    assert kinds == ["opaque", "hard_tanh", "tile", "multiply" if place == 3 and "mul" in other["target"] else "opaque"]


def test_a_length_that_is_read_again_stays():
    calls = [*NORMALIZE[:3], call("aten.div.Tensor", "d", self="x", other="c"), call("aten.add.Tensor", "out", self="d", other="a")]
    kinds = [kind for kind, _, _ in layers_of_all(calls, {**LENGTHS, "d": ROW})]

    assert kinds == ["opaque", "hard_tanh", "tile", "opaque", "add"]


def test_what_is_stacked_before_the_batch_keeps_it():
    # The answers of two heads, and their sum: a vector again, and no map of one row.
    tensors = {"x": (1, 8), "a": (1, 8), "b": (2, 1, 8), "out": (1, 8)}
    calls = [
        call("aten.relu.default", "a", self="x"), call("aten.stack.default", "b", tensors=refs(["x", "a"]), dim=0),
        call("aten.sum.dim_IntList", "out", self="b", dim=[0]),
    ]  # fmt: skip
    made = layers_of_all(calls, tensors)

    assert made == [("relu", [8], 0), *[("reshape", [1, 8], 0)] * 2, ("concat", [2, 8], 0), ("sum", [1, 8], 0), ("flatten", [8], 0)]


def test_the_weights_of_several_maps_of_an_example_count_once():
    tensors = {"x": tensor(1, 2, 4, 8, 8), "p_k": tensor(4, 1, 3, 3), "row": tensor(2, 4, 8, 8), "out": tensor(2, 4, 6, 6)}
    calls = [
        call("aten.reshape.default", "row", self="x", shape=[2, 4, 8, 8]),
        call("aten.conv2d.default", "out", "part", input="row", weight="p_k", groups=4),
    ]
    net = network(saved(program(calls, tensors, params=["k"])), "net.pt2")

    assert (net.params.value, net.macs.value) == (36, 2 * 36 * 36)


def test_a_length_behind_which_other_layers_stand_stays():
    calls = [*NORMALIZE[:3], call("aten.relu.default", "r", self="x"), call("aten.div.Tensor", "d", self="x", other="c"),
             call("aten.add.Tensor", "out", self="d", other="r")]  # fmt: skip
    kinds = [kind for kind, _, _ in layers_of_all(calls, {**LENGTHS, "d": ROW, "r": ROW})]

    assert kinds == ["opaque", "hard_tanh", "tile", "relu", "opaque", "add"]


def test_the_largest_along_an_axis_without_its_place():
    tensors = {"x": X, "a": (1, 6, 6), "at": (1, 6, 6), "out": (1, 6, 6)}
    calls = [call("aten.max.dim", "a at", self="x", dim=1), call("aten.relu.default", "out", self="a")]

    assert layers_of_all(calls, tensors) == [("max", [1, 6, 6], 0), ("reshape", [6, 6], 0), ("relu", [6, 6], 0)]


def test_slopes_of_several_maps_are_those_of_their_channels():
    shapes = {"x": (1, 12, 3, 3), "maps": (3, 4, 3, 3), "p_s": (4,), "out": (3, 4, 3, 3)}
    calls = [call("aten.view.default", "maps", self="x", size=[3, 4, 3, 3]),
             call("aten.prelu.default", "out", self="maps", weight="p_s")]  # fmt: skip
    made = program(calls, {name: tensor(*dims) for name, dims in shapes.items()}, params=["s"])
    net = network(saved(made), "net.pt2")
    assert net.params.known == 4
    assert axes(net.nodes[-1].output) == [3, 4, 3, 3]
