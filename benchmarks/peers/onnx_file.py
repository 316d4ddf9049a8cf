"""The package onnx reads a file and infers its shapes: a process to be timed whole.

python onnx_file.py FILE [timed]; `timed` prints the seconds of both as JSON.
"""

from __future__ import annotations

import json
import sys
import time

import onnx


def main() -> None:
    path, *timed = sys.argv[1:]
    start = time.process_time()
    model = onnx.shape_inference.infer_shapes(onnx.load(path))
    seconds = time.process_time() - start
    if len(model.graph.value_info) < len(model.graph.node) // 2:
        sys.exit("nothing was inferred")
    if timed:
        print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
