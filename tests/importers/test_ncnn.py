"""Param files written by hand, from ncnn's public description of its operators."""

import re
from math import prod
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc.importers import ncnn
from tests.dialects.rows import Unstated, compare, state_ncnn
from tests.dialects.rows import rows as measured

from .reading import complaint, describe, load_text, mutate, public_files, rows


def param(*lines):
    return f"7767517\n{len(lines)} {len(lines)}\n" + "\n".join(lines) + "\n"


MAP = "Input data 0 1 data 0=8 1=12 2=4"
MATRIX = "Input data 0 1 data 0=8 1=4"
VECTOR = "Input data 0 1 data 0=8"


@pytest.mark.parametrize(("start", "kind", "values", "output", "numbers", "macs"), [
    (MAP, "Convolution", "0=6 1=3 3=2 4=1 5=1 6=216", [6, 6, 4], 6 * 36 + 6, 24 * 6 * 36),
    (MAP, "Convolution", "0=6 1=3 11=1 2=2 12=1 3=1 13=2 4=2 14=0 6=72", [6, 6, 8], 72, 48 * 72),
    # (12 + 2 − 2) // 2 + 1 and (8 + 1 − 2) // 2 + 1
    (MAP, "Convolution", "0=1 1=2 3=2 4=1 15=0 14=1 16=1", [1, 7, 4], 16, 28 * 16),
    (MAP, "Convolution", "0=6 1=3 3=2 4=-233 6=216", [6, 6, 4], 216, 24 * 216),
    (MAP, "Convolution", "0=6 1=3 3=2 4=-234 6=216", [6, 6, 4], 216, 24 * 216),
    (MAP, "ConvolutionDepthWise", "0=4 1=3 4=1 5=1 6=36 7=4", [4, 12, 8], 40, 96 * 36),
    (MATRIX, "Convolution1D", "0=6 1=3 3=2 4=1 5=1 6=72", [6, 4], 78, 4 * 72),
    ("Input data 0 1 data 0=8 1=12 11=5 2=4", "Convolution3D", "0=2 1=1 21=3 24=1 4=0 14=0 6=24", [2, 5, 12, 8], 24, 480 * 24),
    (MAP, "Deconvolution", "0=6 1=4 3=2 4=1 5=1 6=384", [6, 24, 16], 390, 96 * 384),
    (MAP, "Deconvolution", "0=6 1=3 3=2 4=1 18=1 6=216", [6, 24, 16], 216, 96 * 216),
    (MAP, "Deconvolution", "0=6 1=4 3=2 4=-233 20=16 21=24 6=384", [6, 24, 16], 384, 96 * 384),
    (MAP, "Deconvolution", "0=6 1=4 3=2 4=-234 20=15 21=23 6=384", [6, 23, 15], 384, 96 * 384),
    (MAP, "DeconvolutionDepthWise", "0=4 1=2 3=2 5=0 6=16 7=4", [4, 24, 16], 16, 96 * 16),
    (MATRIX, "Deconvolution1D", "0=4 1=2 3=2 5=0 6=32", [4, 16], 32, 8 * 32),
    # ⌈(12 − 3) / 2⌉ + 1 and ⌈(8 − 3) / 2⌉ + 1
    (MAP, "Pooling", "0=0 1=3 2=2", [4, 6, 4], 0, 0),
    (MAP, "Pooling", "0=1 1=3 2=2 5=1", [4, 5, 3], 0, 0),
    (MAP, "Pooling", "0=0 1=2 2=2 5=2", [4, 6, 4], 0, 0),
    (MAP, "Pooling", "0=0 1=1 2=5 5=3", [4, 3, 2], 0, 0),
    # No window is dropped: ⌈(12 + 2 − 2) / 3⌉ + 1 and ⌈(8 + 2 − 2) / 3⌉ + 1
    (MAP, "Pooling", "0=0 1=2 2=3 3=1", [4, 5, 4], 0, 0),
    (MAP, "Pooling", "0=0 1=2 11=3 2=1 12=2 3=0 13=1 14=1 15=0", [4, 6, 8], 0, 0),
    (MAP, "Pooling", "0=0 4=1", [4], 0, 0),
    (MAP, "Pooling", "0=1 4=1", [4], 0, 0),
    (MAP, "Pooling", "0=1 7=1 8=2", [4, 2, 2], 0, 0),
    (MAP, "Pooling", "0=0 7=1 8=-233 18=3", [4, 3, 8], 0, 0),
    (MATRIX, "Pooling1D", "0=1 1=2 2=2", [4, 4], 0, 0),
    (MAP, "InnerProduct", "0=10 1=1 2=3840", [10], 3850, 3840),
    (MATRIX, "InnerProduct", "0=10 1=1 2=80", [4, 10], 90, 320),
    (VECTOR, "InnerProduct", "0=10 1=0 2=80", [10], 80, 80),
    # On a vector, a convolution of one element is connected to all of it.
    (VECTOR, "Convolution", "0=10 1=1 5=1 6=80", [10], 90, 80),
    (VECTOR, "Convolution", "0=10 1=1 6=80", [10], 80, 80),
    (MAP, "Padding", "8=4", [8, 12, 8], 0, 0),
    (MAP, "BatchNorm", "0=4", [4, 12, 8], 16, 0),
    (MAP, "Scale", "0=4 1=1", [4, 12, 8], 8, 0),
    (MAP, "Scale", "0=1", [4, 12, 8], 1, 0),
    (MAP, "Bias", "0=4", [4, 12, 8], 4, 0),
    (MAP, "PReLU", "0=4", [4, 12, 8], 4, 0),
    (MAP, "PReLU", "0=1", [4, 12, 8], 1, 0),
    (MAP, "LRN", "1=3", [4, 12, 8], 0, 0),
    (MAP, "LRN", "0=1 1=3", [4, 12, 8], 0, 0),
    (MAP, "GroupNorm", "0=2 1=4", [4, 12, 8], 8, 0),
    (MAP, "GroupNorm", "0=2 1=4 3=0", [4, 12, 8], 0, 0),
    (MAP, "InstanceNorm", "0=4", [4, 12, 8], 8, 0),
    (MAP, "InstanceNorm", "0=4 2=0", [4, 12, 8], 0, 0),
    (MATRIX, "LayerNorm", "0=8", [4, 8], 16, 0),
    (MATRIX, "LayerNorm", "0=8 2=0", [4, 8], 0, 0),
    (MAP, "LayerNorm", "0=96", [4, 12, 8], 192, 0),
    (MATRIX, "RMSNorm", "0=8", [4, 8], 8, 0),
    (MATRIX, "RMSNorm", "0=8 2=0", [4, 8], 0, 0),
    (MAP, "BinaryOp", "0=2 1=1 2=0.5", [4, 12, 8], 0, 0),
    (MAP, "UnaryOp", "0=7", [4, 12, 8], 0, 0),
    (MAP, "ReLU", "0=0.1", [4, 12, 8], 0, 0),
    (MAP, "ReLU", "", [4, 12, 8], 0, 0),
    (MAP, "Clip", "0=0 1=6", [4, 12, 8], 0, 0),
    (MAP, "Clip", "0=-1 1=1.5", [4, 12, 8], 0, 0),
    (MAP, "Softmax", "0=2 1=1", [4, 12, 8], 0, 0),
    (MAP, "Flatten", "", [384], 0, 0),
    (MAP, "Reshape", "0=-1 1=4", [4, 96], 0, 0),
    (MAP, "Reshape", "0=-1", [384], 0, 0),
    (MAP, "Reshape", "0=0 1=-1 2=2", [2, 24, 8], 0, 0),
    (MAP, "Reshape", "0=8 1=12 11=2 2=2", [2, 2, 12, 8], 0, 0),
    (MAP, "Reshape", "0=8 1=12 2=4", [4, 12, 8], 0, 0),
    (MAP, "Reshape", "0=96 1=4 3=1", [4, 96], 0, 0),
    (MATRIX, "Permute", "0=1", [8, 4], 0, 0),
    (MAP, "Permute", "0=0", [4, 12, 8], 0, 0),
    (MAP, "Permute", "0=1", [4, 8, 12], 0, 0),
    (MAP, "Permute", "0=2", [12, 4, 8], 0, 0),
    (MAP, "Permute", "0=3", [12, 8, 4], 0, 0),
    (MAP, "Permute", "0=4", [8, 4, 12], 0, 0),
    (MAP, "Permute", "0=5", [8, 12, 4], 0, 0),
    ("Input data 0 1 data 0=8 1=12 11=5 2=4", "Permute", "0=23", [8, 12, 5, 4], 0, 0),
    (MATRIX, "ExpandDims", "-23303=1,0", [1, 4, 8], 0, 0),
    (MATRIX, "ExpandDims", "1=1", [4, 1, 8], 0, 0),
    ("Input data 0 1 data 0=8 1=1 2=4", "Squeeze", "1=1", [4, 8], 0, 0),
    ("Input data 0 1 data 0=1 1=1 2=4", "Squeeze", "-23303=2,1,-1", [4], 0, 0),
    ("Input data 0 1 data 0=1", "Squeeze", "0=1", [1], 0, 0),
    (MAP, "Interp", "0=1 1=2.0 2=2.0", [4, 24, 16], 0, 0),
    (MAP, "Interp", "0=2 1=1.5 2=0.5", [4, 18, 4], 0, 0),
    (MAP, "Interp", "0=3 3=7 4=9 6=1", [4, 7, 9], 0, 0),
    (VECTOR, "Interp", "0=1 3=7 4=9", [8, 7, 9], 0, 0),
    (MAP, "Padding", "0=1 1=2 2=3 3=4", [4, 15, 15], 0, 0),
    (MAP, "Padding", "0=1 1=1 2=1 3=1 4=2 7=0", [4, 14, 10], 0, 0),
    (MAP, "Padding", "0=1 1=1 2=1 3=1 7=2 8=2", [8, 14, 10], 0, 0),
    (MAP, "Padding", "0=1 1=1 2=1 3=1 4=1 7=2 8=2", [8, 14, 10], 0, 0),
    (MATRIX, "Padding", "0=0 1=2 2=3 3=4", [6, 15], 0, 0),
    (MAP, "Crop", "0=1 1=2 2=1 3=5 4=6 5=2", [2, 6, 5], 0, 0),
    (MAP, "Crop", "0=1 1=2 3=-233 4=-233 5=-233 6=1 7=2", [4, 8, 6], 0, 0),
    (MAP, "Crop", "-23309=1,2 -23310=1,-2 -23311=1,1", [4, 8, 8], 0, 0),
    (MAP, "Crop", "-23309=2,-233,1 -23310=2,2,-233", [2, 11, 8], 0, 0),
    (VECTOR, "Crop", "-23309=1,2 -23310=1,5", [3], 0, 0),
    (MAP, "ShuffleChannel", "0=2", [4, 12, 8], 0, 0),
    (MAP, "ShuffleChannel", "0=2 1=1", [4, 12, 8], 0, 0),
    (MAP, "PixelShuffle", "0=2", [1, 24, 16], 0, 0),
    (MAP, "Reorg", "0=2", [16, 6, 4], 0, 0),
    (MAP, "YoloV5Focus", "", [16, 6, 4], 0, 0),
    (MAP, "Reduction", "0=3 1=0 -23303=2,1,2 4=0 5=1", [4], 0, 0),
    (MAP, "Reduction", "0=4 1=0 -23303=1,-1 4=1 5=1", [4, 12, 1], 0, 0),
    (MAP, "Reduction", "0=0 1=0 -23303=1,0 4=0 5=1", [12, 8], 0, 0),
    (MAP, "Reduction", "0=8 4=1", [1, 1, 1], 0, 0),
    (MAP, "Tile", "0=1 1=3", [4, 36, 8], 0, 0),
    (MAP, "GLU", "0=0", [2, 12, 8], 0, 0),
    (VECTOR, "Embed", "0=5 1=100 2=1 3=500", [8, 5], 505, 0),
    # 1 + 2 ratios for one size, and one size more: 4 boxes of 4 coordinates.
    (MAP, "PriorBox", "-23300=1,30.0 -23301=1,60.0 -23302=1,2.0 7=1", [2, 96 * 4 * 4], 0, 0),
    (MAP, "PriorBox", "-23300=2,0.1,0.2 -23302=3,1.0,2.0,0.5 9=-233 10=-233", [96 * 4 * 4], 0, 0),
    (MAP, "DetectionOutput", "0=21", [1, 6], 0, 0),
    # Two directions of 4 gates: 8 + 16 inputs and a bias for each of 16 units.
    (MATRIX, "LSTM", "0=16 1=1024 2=2", [4, 32], 2 * (64 * 24 + 64), 4 * 2 * 64 * 24),
    (MATRIX, "LSTM", "0=16 1=0 2=0 3=32", [4, 16], 128 * 24 + 32 * 16 + 128, 4 * (128 * 24 + 32 * 16)),
    # The candidate of a GRU has two biases.
    (MATRIX, "GRU", "0=16 1=384 2=0", [4, 16], 48 * 24 + 64, 4 * 48 * 24),
    (MATRIX, "RNN", "0=16 1=128 2=0", [4, 16], 16 * 24 + 16, 4 * 16 * 24),
    (MATRIX, "MultiHeadAttention", "0=8 1=2 2=64", [4, 8], 4 * 72, 4 * 4 * 64 + 2 * 4 * 4 * 8),
    (MATRIX, "Gemm", "5=1 6=1 8=7 9=8 10=4", [4, 7], 63, 4 * 56),
    (MATRIX, "Gemm", "2=1 5=1 8=7 9=4", [8, 7], 28, 8 * 28),
])  # fmt: skip
def test_one_layer(start, kind, values, output, numbers, macs, tmp_path):
    # What is known of a shape while the file is read is what comes out: all of it in one column.
    again = "Reshape again 1 1 out again 0=1 1=-1 2=1"
    net = load_text(tmp_path, "net.param", param(start, f"{kind} out 1 1 data out {values}", again))

    assert rows(net) == [("out", output, numbers, macs), ("again", [1, prod(output), 1], 0, 0)]
    assert net.dialect == "ncnn"


CONV = "Convolution c 1 1 data c 0=6 1=1 6=24"
C = ("c", [6, 12, 8], 24, 24 * 96)


@pytest.mark.parametrize(("lines", "wanted"), [
    ([CONV + " 9=1", "ReLU out 1 1 c out"], [C, ("c.act", [6, 12, 8], 0, 0), ("out", [6, 12, 8], 0, 0)]),
    ([CONV, "Split s 1 2 c a b", "Eltwise out 2 1 a b out 0=1 -23301=2,1,-1"], [C, ("out", [6, 12, 8], 0, 0)]),
    ([CONV, "Concat out 2 1 data c out"], [C, ("out", [10, 12, 8], 0, 0)]),
    (["Concat out 2 1 data data out 0=-1"], [("out", [4, 12, 16], 0, 0)]),
    (["Concat x 1 1 data x", "ReLU out 1 1 x out"], [("out", [4, 12, 8], 0, 0)]),
    (["Slice out 1 2 data a b -23300=2,-233,-233"], [("out.0", [2, 12, 8], 0, 0), ("out.1", [2, 12, 8], 0, 0)]),
    (["Slice out 1 2 data a b -23300=2,3,-233 1=1"], [("out.0", [4, 3, 8], 0, 0), ("out.1", [4, 9, 8], 0, 0)]),
    (["Slice out 1 2 data a b -23302=1,-3 1=2"], [("out.0", [4, 12, 5], 0, 0), ("out.1", [4, 12, 3], 0, 0)]),
    (["Slice x 1 1 data x -23300=1,-233", "ReLU out 1 1 x out"], [("out", [4, 12, 8], 0, 0)]),
    # A vector stands for channels.
    ([CONV, "Pooling p 1 1 c p 0=1 4=1", "BinaryOp out 2 1 c p out 0=2"], [C, ("p", [6], 0, 0), ("out", [6, 12, 8], 0, 0)]),
    ([CONV, "Pooling p 1 1 c p 0=1 4=1", "Scale out 2 1 c p out 0=-233"], [C, ("p", [6], 0, 0), ("out", [6, 12, 8], 0, 0)]),
    ([CONV, "Pooling p 1 1 c p 0=1 7=1 8=1", "BinaryOp out 2 1 p c out 0=0"], [C, ("p", [6, 1, 1], 0, 0), ("out", [6, 12, 8], 0, 0)]),
    (["BinaryOp out 2 1 data data out 0=3"], [("out", [4, 12, 8], 0, 0)]),
    # A matrix stands for rows and columns.
    ([CONV, "Reduction r 1 1 c r 0=3 1=0 -23303=1,0 4=0 5=1", "BinaryOp out 2 1 c r out 0=0"],
     [C, ("r", [12, 8], 0, 0), ("out", [6, 12, 8], 0, 0)]),
    # A constant is counted where it is used.
    (["MemoryData m 0 1 m 0=8", "BinaryOp out 2 1 data m out 0=0"], [("out", [4, 12, 8], 8, 0)]),
    (["MemoryData m 0 1 m 0=8 1=12 2=1", "Concat out 2 1 m data out"], [("out", [5, 12, 8], 96, 0)]),
    (["MemoryData m 0 1 m 0=5 1=8", "MatMul out 2 1 data m out"], [("out", [4, 12, 5], 40, 48 * 5 * 8)]),
    (["MatMul out 2 1 data data out 0=1"], [("out", [4, 12, 12], 0, 4 * 144 * 8)]),
    (["Gemm out 2 1 data data out 3=1"], [("out", [4, 12, 12], 0, 4 * 144 * 8)]),
    (["Convolution c 1 1 data c 0=4 1=3 6=144", "Crop out 2 1 data c out"], [("c", [4, 10, 6], 144, 60 * 144), ("out", [4, 10, 6], 0, 0)]),
    ([CONV, "Interp out 2 1 c data out 0=2"], [C, ("out", [6, 12, 8], 0, 0)]),
    ([CONV, "PriorBox out 2 1 c data out -23300=1,9.0 -23302=0"], [C, ("out", [2, 384], 0, 0)]),
    (["Normalize out 1 1 data out 1=0 3=4"], [("out_unit", [4, 12, 8], 0, 0), ("out", [4, 12, 8], 4, 0)]),
    (["Normalize out 1 1 data out 0=1 1=1 3=1"], [("out_unit", [4, 12, 8], 0, 0), ("out", [4, 12, 8], 1, 0)]),
    (["Cast k 1 1 data k", "Noop n 1 1 k n", "ReLU a/b 1 1 n o"], [("a.b", [4, 12, 8], 0, 0)]),
    # What is not known gives what the file notes; how much it holds is unknown.
    (["Foo x 1 1 data x -23330=4,2,5,3,1", "ReLU out 1 1 x out"], [("x", [3, 5], None, None), ("out", [3, 5], 0, 0)]),
])  # fmt: skip
def test_several_layers(lines, wanted, tmp_path):
    assert rows(load_text(tmp_path, "net.param", param(MAP, *lines))) == wanted


@pytest.mark.parametrize(("number", "values", "kind"), [
    (1, "", "relu"), (2, "-23310=1,0.1", "leaky_relu"), (3, "-23310=2,0.0,6.0", "relu6"), (3, "-23310=2,-1.0,1.0", "hard_tanh"),
    (4, "", "sigmoid"), (5, "", "mish"), (6, "-23310=2,0.166667,0.5", "hard_swish"), (7, "", "gelu"),
])  # fmt: skip
def test_what_a_layer_ends_with(number, values, kind, tmp_path):
    net = load_text(tmp_path, "net.param", param(MAP, f"{CONV} 9={number} {values}"))

    assert [node.layer.kind for node in net.nodes[1:]] == ["conv", kind]


@pytest.mark.parametrize("kind", sorted(ncnn._KINDS))
def test_types_with_a_kind_of_their_own(kind, tmp_path):
    net = load_text(tmp_path, "net.param", param(MAP, f"{kind} out 1 1 data out"))

    assert [node.layer.kind for node in net.nodes[1:]] == [ncnn._KINDS[kind]]


def test_the_size_of_an_input_may_be_noted_only(tmp_path):
    net = load_text(tmp_path, "net.param", param("Input data 0 1 data -23330=4,3,8,12,4", "ReLU out 1 1 data out"))

    assert str(net.nodes[0].output) == "4×12×8"


@pytest.mark.parametrize(("text", "message", "line"), [
    ("7767518\n", "the file does not begin with 7767517", 1),
    ("7767517\n", "the second line must say how many layers and blobs there are", 2),
    ("7767517\n1 x\n", "the second line must say how many layers and blobs there are", 2),
    ("7767517\n3 3\n" + MAP, "the file says 3 layers, and has 1", 2),
    (param(MAP), "the file has no input, or no layer behind it", 1),
    (param("Input data 0 1 data", "ReLU a 1 1 data a"), "Input `data` does not state its size", 3),
    (param("Input data 0 1 data 0=-1"), "Input `data` has the size [-1]", 3),
    (param("ReLU a 1 1 data a"), "nothing above gives `data`", 3),
    (param("ReLU a 0 1 a"), "ReLU `a` reads nothing", 3),
    (param("ReLU"), "a layer is its type, its name, and two numbers of blobs", 3),
    (param("ReLU a 1 x data"), "a layer is its type, its name, and two numbers of blobs", 3),
    (param("ReLU a 1 1 data"), "`a` needs 1 + 1 names of blobs", 3),
    (param("pnnx.Input pnnx_input_0 0 1 0 #0=(1,3,4,4)f32"), "this is a graph of pnnx, not of ncnn", 3),
    (param(MAP, "nn.InstanceNorm1d n 1 1 data n"), "nn.InstanceNorm1d `n` is no layer of ncnn: pnnx left it as it is in PyTorch", 4),
    (param("ReLU a 0 1 a slope"), "`slope` is no parameter", 3),
    (param(MAP, "Foo a 1 1 data a"), "Foo `a` is not known here, and the file does not say what it gives", 4),
    (param(MAP, "Convolution a 1 1 data a 0=x 1=1"), "Convolution `a` has 0=x, which must be a whole number", 4),
    (param(MAP, f"Convolution a 1 1 data a 0={2**31} 1=1"), f"Convolution `a` has 0={2**31}, which must be a whole number", 4),
    (param(MAP, "Convolution a 1 1 data a 1=3"), "Convolution `a` does not say its 0=num_output", 4),
    (param(MAP, "Convolution a 1 1 data a 0=3"), "Convolution `a` has 1=0, which must be above 0", 4),
    (param(VECTOR, "Convolution a 1 1 data a 0=3 1=3"), "Convolution `a` needs a map of 2 axes of space, got [8]", 4),
    (param(MAP, "Convolution a 2 1 data data a 0=3 1=1"), "Convolution `a` reads its weights from a blob, which is not known here", 4),
    (param(MAP, "Convolution a 1 1 data a 0=3 1=1 9=99"), "Convolution `a` has the activation 99, which is not known here", 4),
    (param(MAP, "Deconvolution a 1 1 data a 0=3 1=2 20=9"), "Deconvolution `a` has an output size without SAME padding, which ncnn refuses", 4),
    (param(MAP, "Pooling a 1 1 data a 0=2"), "Pooling `a` has the type 2: 0 is max, 1 is average", 4),
    (param(MAP, "InnerProduct a 1 1 data a"), "InnerProduct `a` does not say its 0=num_output", 4),
    (param(MAP, "Scale a 2 1 data data a 0=-233 1=1"), "Scale `a` takes its bias from a blob, which is not known here", 4),
    (param(MAP, "Eltwise a 1 1 data a"), "Eltwise `a` needs two blobs", 4),
    (param(MAP, "Flatten f 1 1 data f", "BinaryOp a 2 1 data f a"), "BinaryOp `a` reads [4, 12, 8] and [384], which do not fit", 5),
    (param(MAP, "Clip a 1 1 data a 0=x"), "Clip `a` has 0=x, which must be numbers", 4),
    (param(MAP, "Softmax a 1 1 data a 0=3"), "Softmax `a` works along axis 3 of 3", 4),
    (param(MAP, "LSTM a 1 1 data a 0=3"), "LSTM `a` needs a matrix, and 0=num_output", 4),
    (param(MATRIX, "LSTM a 1 3 data a b c 0=3"), "LSTM `a` reads or gives its state, which is not known here", 4),
    (param(MAP, "MultiHeadAttention a 1 1 data a 0=3"), "MultiHeadAttention `a` needs matrices, and 0=embed_dim", 4),
    (param(MAP, "Reshape a 1 1 data a 0=5"), "Reshape `a` cannot make [5] of [4, 12, 8]", 4),
    (param(MAP, "Reshape a 1 1 data a"), "Reshape `a` cannot make [] of [4, 12, 8]", 4),
    (param(MAP, "Reshape a 1 1 data a 6=0w"), "Reshape `a` computes its shape when it runs, which is not known here", 4),
    (param(MAP, "Permute a 1 1 data a 0=6"), "Permute `a` has the order 6 for 3 axes", 4),
    (param(MAP, "Squeeze a 1 1 data a -23303=1,3"), "Squeeze `a` names the axes [3] of 3", 4),
    (param(MAP, "Flatten f 1 1 data f", "Concat a 2 1 data f a"), "Concat `a` reads blobs of different numbers of axes", 5),
    (param(MAP, "Slice a 1 2 data b c -23300=2,5,-233"), "Slice `a` cuts 4 into [5, -1] for 2 blobs", 4),
    (param(MAP, "Crop a 1 1 data a 0=9"), "Crop `a` keeps [[0, 4], [0, 12], [9, 8]] of [4, 12, 8]", 4),
    (param(MAP, "Crop a 1 1 data a -23309=1,0"), "Crop `a` needs as many ends as starts", 4),
    (param(VECTOR, "Input b 0 1 b 0=8 1=4", "Crop a 2 1 data b a"), "Crop `a` crops to a blob of more axes", 5),
    (param(MAP, "Padding a 1 1 data a 4=3"), "Padding `a` needs a map, and the type 0, 1 or 2", 4),
    (param(MAP, "Interp a 1 1 data a 0=0"), "Interp `a` needs a map of two axes, and the type 1, 2 or 3", 4),
    (param(MAP, "Interp a 1 1 data a 0=1 1=0"), "Interp `a` has neither a size nor a factor above 0", 4),
    (param(MAP, "Interp a 1 1 data a 0=1 9=0w"), "Interp `a` computes its size when it runs, which is not known here", 4),
    (param(MAP, "Reorg a 1 1 data a 0=0"), "Reorg `a` needs a map of two axes, and a factor above 0", 4),
    (param(MAP, "Tile a 1 1 data a -23302=1,2"), "Tile `a` repeats several axes, which is not known here", 4),
    (param(MAP, "Gemm a 1 1 data a 4=1"), "Gemm `a` holds its first operand, which is not known here", 4),
    (param(MAP, "MatMul a 1 1 data a"), "MatMul `a` needs two operands", 4),
    (param(MAP, "MemoryData m 0 1 m 0=4", "ReLU a 1 1 m a"), "ReLU `a` reads a constant, which is not known here", 5),
    (param(MAP, "MemoryData m 0 1 m 0=4", "BinaryOp a 2 1 m m a"), "`a` reads constants alone", 5),
])  # fmt: skip
def test_what_cannot_be_read(text, message, line, tmp_path):
    assert complaint(tmp_path, "net.param", text)[:3] == ("E701", message, line)


def test_the_binary_form_is_told_what_it_is(tmp_path):
    path = tmp_path / "net.param"
    path.write_bytes((7767517).to_bytes(4, "little") + bytes(40))

    assert "this is the binary form of a param file" in _error(path)


def _error(path):
    import cnncalc

    with pytest.raises(cnncalc.SpecError) as refused:
        cnncalc.load(path)
    return str(refused.value)


def test_a_shape_that_the_file_notes_otherwise_is_told(tmp_path):
    text = param(MAP, f"{CONV} -23330=4,3,8,12,7")

    assert complaint(tmp_path, "net.param", text)[:3] == (
        "E702", "the file says that `c` gives 7×12×8, and it gives 6×12×8 here", 4,
    )  # fmt: skip


@pytest.mark.parametrize("hint", ["-23330=4,3,8,12", "-23330=4,4,8,12,6", "-23330=4,3,0,12,6", "-23330=8,3,8,12,7,3,8,12,7"])
def test_notes_that_say_nothing_are_left_out(hint, tmp_path):
    assert rows(load_text(tmp_path, "net.param", param(MAP, f"{CONV} {hint}"))) == [C]


@pytest.mark.parametrize("op", list(measured("ncnn")))
def test_every_row_is_read_from_a_file(op, tmp_path):
    complaints = []
    # Every fourth: the others are asked of the dialect alone.
    for row in measured("ncnn")[op][::4]:
        try:
            state_ncnn(op, row)
        except Unstated:
            continue
        line = _line(op, row)
        net = load_text(tmp_path, "net.param", param(f"Input data 0 1 data 0={row.L} 1=1", line))
        complaints.append(compare(net, row, line))

    assert [c for c in complaints if c] == []
    assert len(complaints) >= 30


def _line(op, row):
    """A row as a layer along one axis: two-dimensional ones have the same parameters."""
    before, after = (row.pad, row.pad) if isinstance(row.pad, int) else row.pad
    kind = op.split(" ")[0].removesuffix("1D")
    values = {0: 1, 1: row.k, 2: row.d, 3: row.s, 4: before, 15: after, 6: row.k}
    if kind == "Pooling":
        values = {0: int("avg" in op), 1: row.k, 2: row.s, 3: before, 14: after, 5: row.options["pad_mode"]}
    if kind == "Deconvolution":
        values |= {18: row.options["output_pad_right"], 20: row.options["output_w"]}
    return f"{kind}1D out 1 1 data out " + " ".join(f"{key}={value}" for key, value in values.items())


PUBLIC = sorted(file["text"] for file in public_files("ncnn").values())


@settings(max_examples=200)
@given(st.sampled_from(PUBLIC), st.integers(0, 2**32))
def test_files_that_are_not_whole_are_read_or_refused(text, seed):
    describe(ncnn, mutate(text, seed).encode())


@settings(max_examples=100)
@given(st.binary(max_size=300), st.integers(0, 60))
def test_bytes_are_read_or_refused(data, start):
    describe(ncnn, data)
    describe(ncnn, param(MAP).encode()[:start] + data)


@pytest.mark.parametrize(("name", "head", "known"), [
    ("net.param", b"", True), ("-", b"7767517\r\n3 4\n", True), ("-", b"77675170\n", False), ("-", b"layers: []", False),
])  # fmt: skip
def test_what_is_recognised(name, head, known):
    assert ncnn.recognises(name, head) == known


def test_every_type_is_tried_here():
    said = set(re.findall(r"[\" ](\w+)", Path(__file__).read_text(encoding="utf-8")))
    alike = {*ncnn._KINDS, "Packing", "CopyTo", "YoloDetectionOutput", "Yolov3DetectionOutput", "Power", "Log", "Threshold", "Erf",
             "CumulativeSum", "Shrink"}  # fmt: skip

    assert {name for name in set(ncnn._TYPES) - said - alike if "DepthWise" not in name and "3D" not in name} == set()


REST = {
    # As ncnn 20261020 gives them of a map of 8 × 12 × 10 and what else they read, whose sizes stand first.
    "Unfold out 1 1 x out 1=3 11=2 3=2 4=1": ([48, 35], 0, 0),
    "Unfold out 1 1 x out 1=3 3=1 2=2 4=1 14=0": ([72, 64], 0, 0),
    "Unfold out 1 1 x out 1=3 3=2 4=1 15=0": ([72, 30], 0, 0),
    "Fold out 1 1 m out 1=3 11=2 20=8 21=9": ([4, 9, 8], 0, 0),
    "Diag out 1 1 m out": ([24], 0, 0),
    "Diag out 1 1 m out 0=2": ([24], 0, 0),
    "Diag out 1 1 m out 0=-1": ([23], 0, 0),
    "MVN out 1 1 x out": ([8, 12, 10], 0, 0),
    "Flip out 1 1 x out -23300=1,0": ([8, 12, 10], 0, 0),
    "RotaryEmbed out 3 1 x m m out": ([8, 12, 10], 0, 0),
    "StatisticsPooling out 1 1 x out 0=1": ([16], 0, 0),
    "StatisticsPooling out 1 1 x out": ([8], 0, 0),
    "ROIPooling out 2 1 x v out 0=3 1=4 2=1.0": ([8, 4, 3], 0, 0),
    "ROIAlign out 2 1 x v out 0=3 1=4 2=1.0": ([8, 4, 3], 0, 0),
    "PSROIPooling out 2 1 x v out 0=2 1=2 2=1.0 3=2": ([2, 2, 2], 0, 0),
    "Proposal out 3 1 x x v out 3=300": ([300, 1, 4], 0, 0),
    "Quantize out 1 1 x out 0=8": ([8, 12, 10], 8, 0),
    "Dequantize out 1 1 x out 0=1 1=8": ([8, 12, 10], 9, 0),
    "Requantize out 1 1 x out 0=1 1=8 2=8": ([8, 12, 10], 17, 0),
    # 6 filters of 8 × 3 × 3 and biases, in 12 × 10 places.
    "DeformableConv2D out 2 1 x x out 0=6 1=3 3=1 4=1 5=1 6=432": ([6, 12, 10], 438, 120 * 432),
    # In each of 8 heads 12 queries of 10 look at 12 keys, and sum up as many values of 10.
    "SDPA out 3 1 x x x out": ([8, 12, 10], 0, 8 * 12 * 12 * (10 + 10)),
    "GridSample out 2 1 x g out 0=1 1=1": ([8, 5, 7], 0, 0),
    "GridSample out 2 1 x g out 0=1 1=1 3=1": ([8, 7, 2], 0, 0),
    "Spectrogram out 1 1 r out 0=64 1=1 2=16": ([33, 26], 0, 0),
    "Spectrogram out 1 1 r out 0=64 1=0 2=16": ([33, 26, 2], 0, 0),
    "Spectrogram out 1 1 r out 0=64 1=2 5=0 8=0": ([64, 22], 0, 0),
}  # fmt: skip
SIZES = {"x": "0=10 1=12 2=8", "m": "0=100 1=24", "v": "0=4", "g": "0=2 1=7 2=5", "r": "0=400"}


@pytest.mark.parametrize("line", REST)
def test_layers_without_a_kind_of_their_own(line, tmp_path):
    net = load_text(tmp_path, "net.param", param(*(f"Input {name} 0 1 {name} {size}" for name, size in SIZES.items()), line))

    assert rows(net)[-1] == ("out", *REST[line])


def test_a_proposal_gives_its_scores_as_well(tmp_path):
    inputs = [f"Input {name} 0 1 {name} {SIZES[name]}" for name in ("x", "v")]
    net = load_text(tmp_path, "net.param", param(*inputs, "Proposal out 3 2 x x v out s 3=20"))

    assert rows(net)[-2:] == [("out", [20, 1, 4], 0, 0), ("out_scores", [20, 1, 1], 0, 0)]


@pytest.mark.parametrize(("line", "message"), [
    ("Fold f 1 1 m y 1=7 20=8", "Fold `f` cannot lay 24 rows out in windows of 49"),
    ("SDPA s 2 1 x x y", "SDPA `s` needs queries, keys and values of three axes"),
    ("GridSample s 2 1 x m y", "GridSample `s` needs a map, and a grid of as many axes"),
    ("Diag d 1 1 x y", "Diag `d` needs a matrix"),
    ("Spectrogram s 1 1 x y 0=64", "Spectrogram `s` needs a row, and 0=n_fft"),
    ("Unfold u 1 1 m y 1=3", "Unfold `u` needs a map of 2 axes of space, got [24, 100]"),
    ("ROIPooling p 2 1 x v y", "nothing comes out of `p`: [8, 0, 0]"),
])  # fmt: skip
def test_layers_that_do_not_fit_what_they_read(line, message, tmp_path):
    inputs = [f"Input {name} 0 1 {name} {size}" for name, size in SIZES.items()]

    assert complaint(tmp_path, "net.param", param(*inputs, line))[1] == message


def test_a_size_that_the_file_leaves_open_is_given(tmp_path):
    path = tmp_path / "net.param"
    path.write_text(param("Input in0 0 1 in0", "Convolution c 1 1 in0 c 0=2 1=3 5=1 6=54"))
    net = cnncalc.load(path, size=(8, 6), channels=3)
    assert (str(net.nodes[-1].output), net.params.known) == ("2×6×4", 56)

    (tmp_path / "net.param.yaml").write_text("inputs: {in0: {channels: 3, size: [8, 6]}}\n")
    beside = cnncalc.load(path)
    assert (str(beside.nodes[-1].output), beside.params.known) == ("2×6×4", 56)
