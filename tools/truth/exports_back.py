"""Reads the code that was exported to PyTorch again: the module as it lives, by `cnncalc.from_torch`.

An answer is what cnncalc then counts, to which the tests hold the spec; or why it was not read.
"""

from __future__ import annotations

import json
import sys
import types
from typing import TYPE_CHECKING, Any

import torch

from cnncalc import SpecError, from_torch
from cnncalc.exporters import torch as to_torch
from cnncalc.layers.base.shape import axes_of

from .exports import digest, networks

if TYPE_CHECKING:
    from pathlib import Path

    from cnncalc.network import Network

MOST = 10_000_000
"""Networks of at most so many parameters are read: PyTorch follows a module with its values."""


def answers(only: list[str]) -> dict[str, Any]:
    """Of each network the digest of the code, and what is counted of the module."""
    found: dict[str, Any] = {}
    for name, network in networks(only):
        if not only and (network.params.known or MOST + 1) > MOST:
            continue
        try:
            text = to_torch.export(network)
        except SpecError:
            continue
        try:
            found[name] = {"code": digest(text), **_read(text, network)}
        except SpecError as error:
            found[name] = {"code": digest(text), "unread": str(error).splitlines()[0]}
        print(f"{name}: {found[name]}", flush=True)
    return found


def _read(text: str, network: Network) -> dict[str, Any]:
    module = types.ModuleType("exported")
    sys.modules["exported"] = module
    exec(compile(text, "exported", "exec"), module.__dict__)  # noqa: S102 - it is what is tested
    classes = [v for v in vars(module).values() if getattr(v, "__module__", "") == "exported"]
    given = [
        torch.zeros((1, *node.output.size), dtype=torch.long)
        if node.output.is_tokens
        else torch.zeros((1, *axes_of(node.output)))
        for node in network.nodes
        if node.layer is None
    ]
    again = from_torch(classes[-1]().eval(), given if len(given) > 1 else given[0])
    return {"params": again.params.known, "macs": again.macs.known}


def write(path: Path) -> None:
    """Writes all answers, a line each."""
    lines = [f"{json.dumps(name)}: {json.dumps(answer)}" for name, answer in answers([]).items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
