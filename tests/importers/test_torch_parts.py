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
