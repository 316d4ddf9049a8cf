"""Which axis of what goes in is that of the examples: the first, or the second of a sequence whose steps come first."""

import pytest

import cnncalc

from .onnx_files import model, network, node, value
from .onnx_files import tensor as weights
from .reading import axes
from .torch_files import call, program, saved, tensor


def in_torch(steps, batch):
    """Six features projected in each step, and each step by each other one, of each example."""
    shapes = {"x": (steps, batch, 6), "p_w": (6, 6), "y": (steps, batch, 6), "a": (batch, steps, 6),
              "b": (batch, 6, steps), "out": (batch, steps, steps)}  # fmt: skip
    calls = [call("aten.linear.default", "y", input="x", weight="p_w"),
             call("aten.transpose.int", "a", self="y", dim0=0, dim1=1),
             call("aten.permute.default", "b", self="y", dims=[1, 2, 0]),
             call("aten.bmm.default", "out", self="a", mat2="b")]  # fmt: skip
    made = program(calls, {name: tensor(*dims) for name, dims in shapes.items()}, params=["w"])
    return network(saved(made), "net.pt2")


def in_onnx(steps, batch):
    """The same."""
    nodes = [node("MatMul", "x w", "y"), node("Transpose", "y", "a", perm=[1, 0, 2]),
             node("Transpose", "y", "b", perm=[1, 2, 0]), node("MatMul", "a b", "out")]  # fmt: skip
    return network(
        model(
            nodes, [value("x", (steps, batch, 6))], [value("out", ("N",))], [weights("w", (6, 6))]
        )
    )


@pytest.mark.parametrize("read", [in_torch, in_onnx])
def test_a_sequence_whose_steps_come_first_is_one_example(read):
    net = read(16, 1)
    assert axes(net.nodes[0].output) == [16, 6]
    assert axes(net.nodes[-1].output) == [16, 16]
    assert net.macs.known == 16 * 6 * 6 + 16 * 16 * 6


HELP = "export the model with one example, of which the batch is the first axis, or the second one of a sequence"


@pytest.mark.parametrize(
    ("read", "said"), [(in_torch, "the node bmm `bmm`"), (in_onnx, "the node MatMul")]
)
def test_products_that_mix_examples_are_refused(read, said):
    with pytest.raises(cnncalc.SpecError) as refused:
        read(16, 2)
    [found] = refused.value.diagnostics
    assert found.message == f"{said} multiplies along the batch"
    assert found.help == HELP


def test_examples_that_are_merged_with_an_axis_are_refused_where_products_follow():
    shapes = {"x": (2, 4, 6), "p_w": (6, 6), "y": (8, 6), "out": (8, 6)}
    calls = [call("aten.view.default", "y", self="x", size=[8, 6]),
             call("aten.linear.default", "out", input="y", weight="p_w")]  # fmt: skip
    made = program(calls, {name: tensor(*dims) for name, dims in shapes.items()}, params=["w"])
    with pytest.raises(cnncalc.SpecError, match="merges the batch of 2 with another axis"):
        network(saved(made), "net.pt2")
