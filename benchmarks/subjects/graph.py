"""A graph of a given size: CPU seconds to load and to analyze it, and its memory, per layer.

python graph.py chain|growing|dense SIZE
"""

from __future__ import annotations

import json
import os
import resource
import sys

sys.path.insert(1, os.getcwd())

from tables import analyzers
from timing import best, best_of_new

import cnncalc

_HEAD = "dialect: torch\ninput: {channels: 16, size: [64, 64]}\n"
_REPEATED = """\
blocks:
  Four:
    layers:
      - batch_norm
      - relu
      - conv: {{filters: {filters}, kernel: 3, padding: 1, bias: false}}
      - {merge}: [prev, input]
layers:
  - Four: {{repeat: {times}}}
"""


def chain(size: int) -> str:
    """Residual blocks, each like the one before."""
    return _HEAD + _REPEATED.format(filters=16, merge="add", times=size // 4)


def growing(size: int) -> str:
    """Blocks that add their channels to their input: no layer is like another."""
    return _HEAD + _REPEATED.format(filters=12, merge="concat", times=size // 4)


def dense(size: int) -> str:
    """`size` convolutions, each of which reads the results of all before it."""
    lines = [f"{_HEAD}layers:"]
    for number in range(size):
        if number > 1:
            lines.append(f"  - concat: [{', '.join(f'c{before}' for before in range(number))}]")
        lines.append(f"  - conv: {{name: c{number}, filters: 12, kernel: 3, padding: 1}}")
    return "\n".join(lines)


def main() -> None:
    kind, size = sys.argv[1], int(sys.argv[2])
    make = {"chain": chain, "growing": growing, "dense": dense}[kind]
    tables = analyzers()
    small = cnncalc.loads(make(40))  # imports what is imported on demand
    for analyze in tables:
        analyze(small)
    text = make(size)
    before = _peak()
    network = cnncalc.loads(text)
    memory = _peak() - before
    links = sum(len(node.inputs) for node in network.nodes)
    count = links if kind == "dense" else size
    print(json.dumps({
        "load": best(lambda: cnncalc.loads(text)) / count,
        "tables": best_of_new(
            lambda: cnncalc.loads(text),
            lambda made: [len(analyze(made).rows) for analyze in tables],
        )
        / count,
        "memory": memory / count,
        "count": count,
    }))  # fmt: skip


def _peak() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    main()
