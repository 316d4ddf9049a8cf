"""What OpenCV makes of the cfg files of networks: whether it reads them, and with the numbers of onnxruntime.

OpenCV 5 has no reader of Darknet, so this is asked where version 4 is installed. A file of weights is
written beside the cfg, with the random ones of the ONNX file of the same network.
"""

from __future__ import annotations

import tempfile
from array import array
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import onnxruntime

from cnncalc import SpecError
from cnncalc.exporters import darknet, onnx
from cnncalc.exporters.base.onnx.fills import fill

from .exports import digest, networks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.exporters.base.darknet.cfg import Section
    from cnncalc.network import Network

__all__ = ["answers"]

MACS = 5_000_000_000
"""Networks of at most so many are run."""
HEADER = array("i", (0, 2, 5, 0, 0)).tobytes()
"""A version, and how many images were seen."""


def answers(only: list[str]) -> dict[str, Any]:
    """Of each network the reasons why Darknet cannot say it, or how many sections it has and what came of them.

    Raises ArithmeticError if OpenCV gives other numbers than onnxruntime.
    """
    found: dict[str, Any] = {}
    for name, network in networks(only):
        try:
            text = darknet.export(network)
        except SpecError as error:
            found[name] = {"refused": [finding.message for finding in error.diagnostics]}
            continue
        found[name] = {
            "code": digest(text),
            "sections": text.count("\n[") - 1,
            **_run(text, network),
        }
        print(f"{name}: {found[name]}", flush=True)
    return found


def _run(text: str, network: Network) -> dict[str, Any]:
    if (network.macs.known or 0) > MACS:
        return {}
    drawn = fill("random", 0)
    weights = onnx.make_graph(network).weights

    def numbers(name: str) -> bytes:
        return drawn(weights[name]) or b""

    parts = [
        numbers(name)
        for section in darknet.make_cfg(network).sections
        for name in _held_by(section)
    ]
    with tempfile.TemporaryDirectory() as folder:
        cfg, held = Path(folder, "net.cfg"), Path(folder, "net.weights")
        cfg.write_text(text, encoding="utf-8")
        held.write_bytes(HEADER + b"".join(parts))
        try:
            net = cv2.dnn.readNetFromDarknet(str(cfg), str(held))
        except cv2.error as error:
            return {"unread": error.err}
    session = onnxruntime.InferenceSession(onnx.export(network, weights="random", seed=0))
    [given] = session.get_inputs()
    x = np.random.default_rng(1).random(given.shape).astype("float32")
    net.setInput(x)
    [wanted], got = session.run(None, {given.name: x}), net.forward()
    error = float(np.abs(got.ravel() - wanted.ravel()).max() / np.abs(wanted).max())
    # OpenCV adds another epsilon to variances.
    if not error < 1e-3:
        raise ArithmeticError(f"{network.name}: {error}")
    return {"error": float(f"{error:.1g}")}


def _held_by(section: Section) -> Iterator[str]:
    """The weights of a section, in the order of a file of Darknet."""
    if section.kind not in ("convolutional", "connected"):
        return
    name = section.nodes[0].name
    norm = ()
    if section.options.get("batch_normalize"):
        norm = tuple(f"{section.nodes[1].name}/{part}" for part in ("scale", "mean", "variance"))
        yield f"{section.nodes[1].name}/center"
    else:
        yield f"{name}/bias"
    if section.kind == "connected":
        yield from (f"{name}/kernel", *norm)
    else:
        yield from (*norm, f"{name}/kernel")
