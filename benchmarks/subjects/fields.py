"""Receptive fields: all of ResNet-152, a graph of 80,600 links, chains of 10³ to 10⁵ layers.

python fields.py SPEC
"""

from __future__ import annotations

import json
import os
import sys

sys.path.insert(1, os.getcwd())

from graph import chain, dense
from timing import best

import cnncalc
from cnncalc.receptive_field.size_free import views

LINKS = 401
CHAINS = (1_000, 10_000, 100_000)


def main() -> None:
    resnet = cnncalc.load(sys.argv[1])
    graph = cnncalc.loads(dense(LINKS))
    numbers = {
        "resnet": best(lambda: views(resnet), runs=40),
        "resnet_table": best(lambda: cnncalc.analyze(resnet, "receptive-field"), runs=40),
        "dense": best(lambda: views(graph), enough=3),
        "links": float(sum(len(node.inputs) for node in graph.nodes)),
    }
    for size in CHAINS:
        network = cnncalc.loads(chain(size))
        numbers[f"chain_{size}"] = best(lambda made=network: views(made), enough=2) / size
    print(json.dumps(numbers))


if __name__ == "__main__":
    main()
