"""Pictures: ResNet-152 drawn in whole processes, against what is used for that elsewhere."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from measure import Subject, whole
from result import Result
from work import has

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HERE = os.path.dirname(os.path.abspath(__file__))
_MAIN = "from cnncalc.__main__ import main; main()"
_FLOOR = "import typer, yaml"
# Both draw every layer, as `--depth 9` does; a box of ours is a convolution with its norm.
_PEERS = {
    "torchview": ("torchview_graph.py", "torchview and Graphviz, whole process"),
    "keras": ("keras_plot.py", "Keras' plot_model and Graphviz, whole process"),
}


def results(
    spec: str, rounds: int, env: Mapping[str, str], folder: str, interpreters: Sequence[str]
) -> list[Result]:
    """ResNet-152 with all its layers as SVG, and folded as it usually is."""
    ours = [sys.executable, "-c", _MAIN, "draw", f"{spec}::resnet152", "-f", "svg"]
    subjects = [
        Subject("all", [*ours, "--depth", "9"]),
        Subject("folded", ours),
        Subject("floor", [sys.executable, "-c", _FLOOR]),
    ]
    for name, (script, _) in _PEERS.items():
        python = next((p for p in interpreters if has(p, name, env)), None)
        if python is not None:
            subjects.append(Subject(name, [python, os.path.join(HERE, "peers", script)]))
    found = whole(subjects, rounds, env, folder)
    measure = "draw ResNet-152, all layers"
    return [
        Result(measure, found["all"], _FLOOR, found["floor"], 2.5),
        Result("draw ResNet-152, blocks folded", found["folded"], _FLOOR, found["floor"], 2.5),
        *(Result(measure, found["all"], about, found.get(name), 0.1)
          for name, (_, about) in _PEERS.items()),
    ]  # fmt: skip
