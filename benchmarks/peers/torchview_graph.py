"""torchview: the graph of ResNet-152 on the meta device, laid out by Graphviz."""

from __future__ import annotations

from torch_resnet import resnet152
from torchview import draw_graph

if __name__ == "__main__":
    graph = draw_graph(resnet152(), input_size=(1, 3, 224, 224), device="meta", depth=9)
    graph.visual_graph.pipe("svg")
