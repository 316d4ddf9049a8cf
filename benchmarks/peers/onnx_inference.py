"""ONNX: a ResNet-50 made of nodes, its weights by shape alone, and the inference of all shapes."""

from __future__ import annotations

import json
from math import prod

import onnx
from onnx import TensorProto, helper, shape_inference
from timing import best

STAGES = ((64, 3), (128, 4), (256, 6), (512, 3))


class Graph:
    """Nodes one after another; `learnt` counts the weights, running statistics aside."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 224, 224])]
        self.learnt = 0

    def weight(self, *shape: int, learnt: bool = True) -> str:
        name = f"w{len(self.inputs)}"
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        self.learnt += prod(shape) if learnt else 0
        return name

    def add(self, op: str, *inputs: str, **attributes: object) -> str:
        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [name], **attributes))
        return name

    def normed(self, x: str, channels: int, filters: int, kernel: int, stride: int = 1) -> str:
        kernels = self.weight(filters, channels, kernel, kernel)
        x = self.add("Conv", x, kernels, strides=[stride] * 2, pads=[kernel // 2] * 4)
        vectors = [self.weight(filters, learnt=number < 2) for number in range(4)]
        return self.add("BatchNormalization", x, *vectors)

    def block(self, x: str, channels: int, mid: int, stride: int, *, projects: bool) -> str:
        main = self.add("Relu", self.normed(x, channels, mid, 1))
        main = self.add("Relu", self.normed(main, mid, mid, 3, stride))
        main = self.normed(main, mid, 4 * mid, 1)
        shortcut = self.normed(x, channels, 4 * mid, 1, stride) if projects else x
        return self.add("Relu", self.add("Add", main, shortcut))


def resnet50() -> tuple[onnx.ModelProto, int]:
    graph = Graph()
    x = graph.add("Relu", graph.normed("x", 3, 64, 7, 2))
    x = graph.add("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    channels = 64
    for mid, times in STAGES:
        for index in range(times):
            stride = 2 if index == 0 and mid > STAGES[0][0] else 1
            x = graph.block(x, channels, mid, stride, projects=index == 0)
            channels = 4 * mid
    x = graph.add("Flatten", graph.add("GlobalAveragePool", x))
    x = graph.add("Gemm", x, graph.weight(channels, 1000), graph.weight(1000))
    result = helper.make_tensor_value_info(x, TensorProto.FLOAT, None)
    made = helper.make_graph(graph.nodes, "resnet50", graph.inputs, [result])
    return helper.make_model(made), graph.learnt


def main() -> None:
    def once() -> int:
        model, params = resnet50()
        inferred = shape_inference.infer_shapes(model, strict_mode=True)
        if len(inferred.graph.value_info) + 1 != len(inferred.graph.node):
            raise RuntimeError("not every shape was inferred")
        return params

    print(json.dumps({"params": once(), "seconds": best(once)}))


if __name__ == "__main__":
    main()
