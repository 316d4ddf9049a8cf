"""Model files: ResNet-152 with its weights, and graphs of up to 10⁵ nodes, against the package onnx."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

from measure import Failed, Subject, reported, whole
from result import Result
from work import has

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HERE = os.path.dirname(os.path.abspath(__file__))
COUNTS = (1_000, 10_000, 100_000)
BLOCKS = ((3, 64, 1), (8, 128, 2), (36, 256, 2), (3, 512, 2))
"""Of ResNet-152: how many blocks, their width, and the stride of the first."""

_MAIN = "from cnncalc.__main__ import main; main()"
_AGAINST = "onnx.load and infer_shapes"
_STARTER = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
_HEAVY = 500_000_000


def results(
    rounds: int, env: Mapping[str, str], folder: str, interpreters: Sequence[str]
) -> list[Result]:
    """A file of 240 MB, graphs of 10³ to 10⁵ nodes, and an archive of Keras of 500 MB."""
    files = env["PYTHONPYCACHEPREFIX"]
    python = next((p for p in interpreters if has(p, "onnx", env)), None)
    return [
        *_large(rounds, env, folder, files, python),
        *_long(min(rounds, 3), env, folder, files, python),
        *_keras(rounds, env, folder, files),
    ]


def _large(
    rounds: int, env: Mapping[str, str], folder: str, files: str, python: str | None
) -> list[Result]:
    path = os.path.join(files, "resnet152.onnx")
    write_resnet(path)
    ours = [sys.executable, "-c", _MAIN, "summary", path]
    peer = [python or "", os.path.join(HERE, "peers", "onnx_file.py"), path]
    subjects = [Subject("ours", ours), *([Subject("onnx", peer)] if python else [])]
    seconds = whole(subjects, rounds, env, folder)
    peaks = {subject.name: _peak(subject, env, folder) for subject in subjects}
    size = f"ResNet-152, {os.path.getsize(path) / 1e6:,.0f} MB: cnncalc summary"
    os.remove(path)
    return [
        Result(size, seconds["ours"], f"{_AGAINST}, whole process", seconds.get("onnx"), 1 / 8),
        Result(
            "  its peak of memory", peaks["ours"], "the same", peaks.get("onnx"), 1 / 20, "bytes"
        ),
    ]


def _long(
    rounds: int, env: Mapping[str, str], folder: str, files: str, python: str | None
) -> list[Result]:
    paths = {count: os.path.join(files, f"chain_{count}.onnx") for count in COUNTS}
    for count, path in paths.items():
        write_chain(path, count)
    script = os.path.join(HERE, "subjects", "importing.py")
    subjects = [Subject(f"ours {n}", [sys.executable, script, path]) for n, path in paths.items()]
    largest = paths[COUNTS[-1]]
    if python:
        peer = os.path.join(HERE, "peers", "onnx_file.py")
        subjects.append(Subject("onnx", [python, peer, largest, "timed"]))
    found = reported(subjects, rounds, env, folder)
    each = {n: found[f"ours {n}"]["seconds"] / n for n in COUNTS}
    last = COUNTS[-1]
    against = found.get("onnx", {}).get("seconds")
    return [
        Result(f"ONNX, {last:,} nodes: load", found[f"ours {last}"]["seconds"], _AGAINST, against, 6.0),
        *(Result(f"  per node of {n:,}", each[n], f"the same of {COUNTS[0]:,}", each[COUNTS[0]], 2.0, "µs")
          for n in COUNTS[1:]),
    ]  # fmt: skip


def _keras(rounds: int, env: Mapping[str, str], folder: str, files: str) -> list[Result]:
    """An archive whose weights take 500 MB, against one that has none."""
    paths = {name: os.path.join(files, f"{name}.keras") for name in ("light", "heavy")}
    write_keras(paths["light"], 1_000)
    write_keras(paths["heavy"], _HEAVY)
    subjects = [
        Subject(name, [sys.executable, "-c", _MAIN, "summary", path])
        for name, path in paths.items()
    ]
    seconds = whole(subjects, rounds, env, folder)
    peaks = {subject.name: _peak(subject, env, folder) for subject in subjects}
    os.remove(paths["heavy"])
    return [
        Result(
            ".keras of 500 MB: cnncalc summary", seconds["heavy"], "of 1 kB", seconds["light"], 1.3
        ),
        Result("  its peak of memory", peaks["heavy"], "the same", peaks["light"], 1.1, "bytes"),
    ]


def _peak(subject: Subject, env: Mapping[str, str], folder: str) -> float:
    """The largest memory that the process takes, in bytes.

    A process begins with the peak of the one that started it, so that a small one starts it.
    """
    command = [sys.executable, "-c", _STARTER, *subject.command]
    done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{subject.name} ended with {done.returncode}:\n{done.stderr.strip()}")
    return int(done.stdout) * (1 if sys.platform == "darwin" else 1024)


def write_resnet(path: str) -> None:
    """ResNet-152 as exporters write it, batch norms folded, weights that are all zero."""
    from tests.importers.onnx_files import model, node, tensor, value

    nodes: list[bytes] = []
    weights: list[bytes] = []

    def conv(
        read: str, name: str, shape: tuple[int, ...], stride: int = 1, activation: str = "relu"
    ) -> str:
        weights.append(tensor(f"{name}.weight", shape))
        weights.append(tensor(f"{name}.bias", shape[:1]))
        pads = [shape[-1] // 2] * 4
        nodes.append(node("Conv", f"{read} {name}.weight {name}.bias", f"{name}.out", name,
                          strides=[stride, stride], pads=pads, kernel_shape=list(shape[2:])))  # fmt: skip
        if activation:
            nodes.append(node("Relu", f"{name}.out", f"{name}.act", f"{name}.relu"))
        return f"{name}.act" if activation else f"{name}.out"

    x = conv("x", "conv1", (64, 3, 7, 7), 2)
    nodes.append(
        node("MaxPool", x, "pool.out", "maxpool", kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    )
    x, channels = "pool.out", 64
    for stage, (count, width, stride) in enumerate(BLOCKS, 1):
        for block in range(count):
            name, s = f"layer{stage}.{block}", stride if block == 0 else 1
            kept = (
                x if block else conv(x, f"{name}.downsample.0", (4 * width, channels, 1, 1), s, "")
            )
            y = conv(x, f"{name}.conv1", (width, channels, 1, 1))
            y = conv(y, f"{name}.conv2", (width, width, 3, 3), s)
            y = conv(y, f"{name}.conv3", (4 * width, width, 1, 1), activation="")
            nodes.append(node("Add", f"{y} {kept}", f"{name}.sum", f"{name}.add"))
            nodes.append(node("Relu", f"{name}.sum", f"{name}.out", f"{name}.relu"))
            x, channels = f"{name}.out", 4 * width
    nodes.append(node("GlobalAveragePool", x, "gap", "avgpool"))
    nodes.append(node("Flatten", "gap", "flat", "flatten"))
    weights += [tensor("fc.weight", (1000, channels)), tensor("fc.bias", (1000,))]
    nodes.append(node("Gemm", "flat fc.weight fc.bias", "y", "fc", transB=1))
    data = model(nodes, [value("x", (1, 3, 224, 224))], [value("y", (1, 1000))], weights)
    with open(path, "wb") as file:
        file.write(data)


def write_chain(path: str, count: int) -> None:
    """Convolutions, activations and sums, one behind the other: with the input, so many layers."""
    from tests.importers.onnx_files import model, node, tensor, value

    weights = [tensor(f"w{i}", (8, 8, 3, 3)) for i in range(10)]
    nodes, before = [], "x"
    while len(nodes) < count:
        n = len(nodes)
        nodes += [node("Conv", f"{before} w{n % 10}", f"c{n}", f"block{n}.conv", pads=[1] * 4),
                  node("Relu", f"c{n}", f"r{n}", f"block{n}.relu"),
                  node("Add", f"r{n} {before}", f"a{n}", f"block{n}.add")]  # fmt: skip
        before = f"a{n}"
    nodes = nodes[: count - 1]
    last = f"{'cra'[(count - 2) % 3]}{(count - 2) // 3 * 3}"
    data = model(nodes, [value("x", (1, 8, 16, 16))], [value(last, (1, 8, 16, 16))], weights)
    with open(path, "wb") as file:
        file.write(data)


def write_keras(path: str, size: int) -> None:
    """An archive of Keras with so many bytes of weights."""
    layers = [
        {"class_name": "InputLayer", "config": {"name": "image", "batch_shape": [None, 32, 32, 3]}},
        {"class_name": "Conv2D", "config": {"name": "conv", "filters": 8, "kernel_size": [3, 3]}},
    ]
    config = {"class_name": "Sequential", "config": {"name": "net", "layers": layers}}
    chunk = bytes(1_000_000)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", "{}")
        archive.writestr("config.json", json.dumps(config))
        with archive.open("model.weights.h5", "w", force_zip64=True) as member:
            for start in range(0, size, len(chunk)):
                member.write(chunk[: size - start])
