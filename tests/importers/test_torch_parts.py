"""Networks of PyTorch in small: what a few calls are together, each as ten lines of a module make them."""

import pytest

from .onnx_files import network
from .reading import axes
from .torch_files import call, layers_of_all, program, ref, refs, saved, tensor

ROW = (1, 10, 8)


def test_a_class_token_that_is_put_in_shape_first_is_a_parameter():
    # cls.to(x.dtype) + zeros(1, 1, 8), as CLIP writes it.
    tensors = {"x": ROW, "p_cls": (8,), "zeros": (1, 1, 8), "token": (1, 1, 8), "out": (1, 11, 8)}
    calls = [
        call("aten.zeros.default", "zeros", size=[1, 1, 8]), call("aten.add.Tensor", "token", self="p_cls", other="zeros"),
        call("aten.cat.default", "out", tensors=refs(["token", "x"]), dim=1),
    ]  # fmt: skip

    assert layers_of_all(calls, tensors, params=["cls"]) == [("parameter", [1, 8], 8), ("concat", [11, 8], 0)]


@pytest.mark.parametrize(("width", "found"), [(8, True), (4, False)])
def test_attention_of_a_module_has_as_many_channels_everywhere(width, found):
    # A pool as CLIP's gives fewer, which nn.MultiheadAttention cannot.
    heads = {f"{part}{step}": dims for part in "qkv" for step, dims in enumerate((ROW, (1, 10, 2, 4), (1, 2, 10, 4)))}
    tensors = {"x": ROW, **heads, "m": (1, 2, 10, 4), "t": (1, 10, 2, 4), "r": ROW, "out": (1, 10, width),
               "p_o": (width, 8), **{f"p_{part}": (8, 8) for part in "qkv"}}  # fmt: skip
    calls = [call("aten.linear.default", f"{part}0", part, input="x", weight=f"p_{part}") for part in "qkv"]
    for part in "qkv":
        calls += [call("aten.view.default", f"{part}1", self=f"{part}0", size=[1, 10, 2, 4]),
                  call("aten.transpose.int", f"{part}2", self=f"{part}1", dim0=1, dim1=2)]  # fmt: skip
    calls += [
        call("aten.scaled_dot_product_attention.default", "m", query="q2", key="k2", value="v2"),
        call("aten.transpose.int", "t", self="m", dim0=1, dim1=2), call("aten.reshape.default", "r", self="t", shape=[1, 10, 8]),
        call("aten.linear.default", "out", "o", input="r", weight="p_o"),
    ]  # fmt: skip
    kinds = [kind for kind, _, _ in layers_of_all(calls, tensors, params=["q", "k", "v", "o"])]

    assert ("multi_head_attention" in kinds) == found
    assert kinds.count("dense") == (0 if found else 4)


def block(calls, tensors, reads, gives):
    """A call of a graph of its own, as `with` makes it: what goes in and comes out by the names within."""
    values = {name: tensor(*dims) for name, dims in tensors.items()}
    graph = {"inputs": [ref(name) for name in reads], "outputs": [ref(name) for name in gives], "nodes": calls, "tensor_values": values}
    return {"name": "", "arg": {"as_graph": {"name": "submod_1", "graph": graph}}}


def test_blocks_that_change_how_is_computed_are_the_calls_in_them():
    # with torch.no_grad(): with torch.autocast(…): conv; the names within are those outside, for other values.
    conv = [call("aten.conv2d.default", "out", "stem", input="x", weight="p_w")]
    inner = {"x": (1, 3, 8, 8), "p_w": (4, 3, 1, 1), "out": (1, 4, 8, 8)}
    within = {"target": "torch.ops.higher_order.wrap_with_autocast", "outputs": [ref("out")], "metadata": {},
              "inputs": [{"name": "", "arg": {"as_string": "cpu"}}, block(conv, inner, ["x", "p_w"], ["out"]),
                         {"name": "", "arg": ref("x")}, {"name": "", "arg": ref("p_w")}]}  # fmt: skip
    outer = {"target": "torch.ops.higher_order.wrap_with_set_grad_enabled", "outputs": [ref("a")], "metadata": {},
             "inputs": [{"name": "", "arg": {"as_bool": False}}, block([within], inner, ["x", "p_w"], ["out"]),
                        {"name": "", "arg": ref("x")}, {"name": "", "arg": ref("p_w")}]}  # fmt: skip
    tensors = {"x": (1, 3, 8, 8), "p_w": (4, 3, 1, 1), "a": (1, 4, 8, 8), "out": (1, 4, 8, 8)}
    data = program([outer, call("aten.relu.default", "out", self="a")], {name: tensor(*dims) for name, dims in tensors.items()}, params=["w"])
    net = network(saved(data), "net.pt2")

    found = [(node.name, node.layer.kind, axes(node.output)) for node in net.nodes if node.layer]
    assert found == [("stem", "conv", [4, 8, 8]), ("relu", "relu", [4, 8, 8])]
    assert (net.params.value, net.macs.value) == (12, 12 * 64)


MAP = (1, 8, 6, 6)
COLUMN = (1, 8, 1, 1)
OF_ONE = (1, 1, 1, 1)


def length(axes=(2, 3), over=(1,)):
    """How a module of ConvNeXt V2 begins: lengths, their mean, and the quotient of both, times what it reads."""
    return [
        call("aten.linalg_vector_norm.default", "g", self="x", ord=2.0, dim=list(axes), keepdim=True), call("aten.mean.dim", "m", self="g", dim=list(over), keepdim=True),
        call("aten.add.Tensor", "e", self="m", other=1e-6), call("aten.div.Tensor", "n", self="g", other="e"),
        call("aten.mul.Tensor", "s", self="x", other="n"),
    ]  # fmt: skip


LENGTHS = {"x": MAP, "g": COLUMN, "m": OF_ONE, "e": OF_ONE, "n": COLUMN, "s": MAP, "a": MAP, "b": MAP, "out": MAP, "p_g": (8, 1, 1), "p_b": (8, 1, 1)}
TIMM = [call("aten.addcmul.default", "a", self="p_b", tensor1="p_g", tensor2="s"), call("aten.add.Tensor", "out", self="x", other="a")]
PAPER = [call("aten.mul.Tensor", "a", self="p_g", other="s"), call("aten.add.Tensor", "b", self="a", other="p_b"), call("aten.add.Tensor", "out", self="b", other="x")]


@pytest.mark.parametrize("end", [TIMM, PAPER], ids=["timm", "the paper's"])
def test_lengths_in_units_of_their_mean_are_a_norm(end):
    assert layers_of_all([*length(), *end], LENGTHS, params=["g", "b"]) == [("global_response_norm", [8, 6, 6], 16)]


def test_a_mean_of_lengths_over_fewer_axes_is_none():
    # Lengths of rows, and their mean over the channels: 6 means that no norm has.
    row = {"g": (1, 8, 6, 1), "m": (1, 1, 6, 1), "e": (1, 1, 6, 1), "n": (1, 8, 6, 1)}
    kinds = [kind for kind, _, _ in layers_of_all([*length(axes=[3]), *PAPER], {**LENGTHS, **row}, params=["g", "b"])]

    assert kinds == ["opaque", "mean", "rescaling", "opaque", "multiply", "scale", "parameter", "add", "add"]


@pytest.mark.parametrize("square", [
    call("aten.pow.Tensor_Scalar", "q", self="f", exponent=2), call("aten.square.default", "q", self="f"), call("aten.mul.Tensor", "q", self="f", other="f"),
], ids=["power", "square", "product"])  # fmt: skip
@pytest.mark.parametrize("root", ["rsqrt", "sqrt"])
def test_a_root_mean_square_that_is_written_out_is_a_norm(square, root):
    # x.float() in front and .to(x.dtype) in between, as in most language models.
    tensors = dict.fromkeys(("x", "f", "q", "d", "t", "out"), ROW) | dict.fromkeys(("m", "e", "r"), (1, 10, 1)) | {"p_g": (8,)}
    calls = [
        call("aten.to.dtype", "f", self="x"), square, call("aten.mean.dim", "m", self="q", dim=[-1], keepdim=True),
        call("aten.add.Tensor", "e", self="m", other=1e-6), call(f"aten.{root}.default", "r", self="e"),
        call(f"aten.{'mul' if root == 'rsqrt' else 'div'}.Tensor", "d", "norm", self="f", other="r"),
        call("aten.to.dtype", "t", self="d"), call("aten.mul.Tensor", "out", "norm", self="p_g", other="t"),
    ]  # fmt: skip

    assert layers_of_all(calls, tensors, params=["g"]) == [("rms_norm", [10, 8], 8)]
    assert layers_of_all(calls[:-1], {**tensors, "out": ROW}, outputs="t") == [("rms_norm", [10, 8], 0)]


def norm(last):
    """Mean, difference, variance, and their quotient along the channels of a map."""
    return [
        call("aten.mean.dim", "u", self="x", dim=[1], keepdim=True), call("aten.sub.Tensor", "d", self="x", other="u"),
        call("aten.pow.Tensor_Scalar", "q", self="d", exponent=2), call("aten.mean.dim", "v", self="q", dim=[last], keepdim=True),
        call("aten.add.Tensor", "e", self="v", other=1e-6), call("aten.sqrt.default", "r", self="e"), call("aten.div.Tensor", "s", self="d", other="r"),
        call("aten.mul.Tensor", "a", self="p_g", other="s"), call("aten.add.Tensor", "out", self="a", other="p_b"),
    ]  # fmt: skip


def test_a_norm_of_channels_that_is_written_out_is_one():
    one = (1, 1, 6, 6)
    tensors = {**dict.fromkeys(("x", "d", "q", "s", "a", "out"), MAP), **dict.fromkeys("uver", one), "p_g": (8, 1, 1), "p_b": (8, 1, 1)}

    assert layers_of_all(norm(1), tensors, params=["g", "b"]) == [("layer_norm", [8, 6, 6], 16)]
    # A variance along another axis is none of a norm.
    other = {**tensors, **dict.fromkeys("ver", (1, 8, 1, 6))}
    assert "layer_norm" not in [kind for kind, _, _ in layers_of_all(norm(2), other, params=["g", "b"])]


def test_activations_that_are_written_out():
    tensors = dict.fromkeys(("x", "a", "b", "c", "d", "e", "out"), MAP)
    silu = [call("aten.sigmoid.default", "a", "act", self="x"), call("aten.mul.Tensor", "out", "act", self="x", other="a")]
    swish = [
        call("aten.add.Tensor", "a", "act", self="x", other=3), call("aten.hardtanh.default", "b", "act", self="a", min_val=0, max_val=6),
        call("aten.mul.Tensor", "c", "act", self="x", other="b"), call("aten.div.Tensor", "out", "act", self="c", other=6),
    ]  # fmt: skip
    gelu = [
        call("aten.div.Tensor", "a", "act", self="x", other=1.4142135623730951), call("aten.erf.default", "b", "act", self="a"),
        call("aten.add.Tensor", "c", "act", self="b", other=1.0), call("aten.mul.Tensor", "d", "act", self="x", other=0.5),
        call("aten.mul.Tensor", "out", "act", self="d", other="c"),
    ]  # fmt: skip
    for calls, kind in ((silu, "silu"), (swish, "hard_swish"), (gelu, "gelu")):
        net = network(saved(program(calls, {name: tensor(*dims) for name, dims in tensors.items()})), "net.pt2")
        assert [(node.name, node.layer.kind) for node in net.nodes if node.layer] == [("act", kind)]

    # What is read elsewhere as well stays, and so do bounds that are others.
    both = [*silu[:1], call("aten.mul.Tensor", "b", "act", self="x", other="a"), call("aten.add.Tensor", "out", self="b", other="a")]
    assert [kind for kind, _, _ in layers_of_all(both, tensors)] == ["sigmoid", "multiply", "add"]
    wide = [swish[0], call("aten.hardtanh.default", "b", self="a", min_val=0, max_val=5), *swish[2:]]
    assert "hard_swish" not in [kind for kind, _, _ in layers_of_all(wide, tensors)]


def neighbours(**module):
    """LocalResponseNorm(5) as torch.export has it: squares, their mean over five channels, and a power of it."""
    deep, padded = (1, 1, 8, 6, 6), (1, 1, 12, 6, 6)
    calls = [
        call("aten.mul.Tensor", "q", self="x", other="x", **module), call("aten.view.default", "v", self="q", size=list(deep), **module),
        call("aten.pad.default", "p", self="v", pad=[0, 0, 0, 0, 2, 2], **module),
        call("aten.avg_pool3d.default", "m", self="p", kernel_size=[5, 1, 1], stride=[1], **module),
        call("aten.squeeze.dim", "s", self="m", dim=1, **module), call("aten.mul.Tensor", "a", self="s", other=1e-4, **module),
        call("aten.add.Tensor", "k", self="a", other=1.0, **module), call("aten.pow.Tensor_Scalar", "d", self="k", exponent=0.75, **module),
        call("aten.div.Tensor", "out", self="x", other="d", **module),
    ]  # fmt: skip
    return calls, {"x": MAP, "q": MAP, "v": deep, "p": padded, "m": deep, **dict.fromkeys(("s", "a", "k", "d", "out"), MAP)}


def test_a_module_that_divides_by_a_mean_of_neighbours_is_a_norm():
    own = {"module": "n", "cls": "torch.nn.modules.normalization.LocalResponseNorm"}
    kinds = [kind for kind, _, _ in layers_of_all(*neighbours())]

    assert layers_of_all(*neighbours(**own)) == [("local_response_norm", [8, 6, 6], 0)]
    # Without the module nothing says that no one else reads what is between.
    assert kinds[0] == "multiply"
    assert kinds[-1] == "opaque"


def test_a_norm_of_learnt_queries_and_of_what_is_computed_counts_once():
    # As the decoder of Mask2Former, which begins with queries that no image changes.
    tensors = {"x": ROW, "p_q": ROW, "p_s": (8,), "p_b": (8,), "a": ROW, "b": ROW, "out": ROW}
    calls = [
        call("aten.layer_norm.default", "a", input="p_q", normalized_shape=[8], weight="p_s", bias="p_b"), call("aten.add.Tensor", "b", self="x", other="a"),
        call("aten.layer_norm.default", "out", input="b", normalized_shape=[8], weight="p_s", bias="p_b"),
    ]  # fmt: skip
    made = layers_of_all(calls, tensors, params=["q", "s", "b"])

    assert made[-1] == ("layer_norm", [10, 8], 0)
    assert sum(params for _, _, params in made) == 80 + 8 + 8
