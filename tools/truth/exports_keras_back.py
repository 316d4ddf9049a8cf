"""Reads the code that was exported to Keras again: the model as it lives, by `cnncalc.from_keras`.

An answer is what cnncalc then counts, to which the tests hold the spec; or why it was not read.
"""

from __future__ import annotations

import json
import sys
import types
from typing import TYPE_CHECKING, Any

from cnncalc import SpecError, from_keras
from cnncalc.exporters import keras as to_keras

from .exports import digest, networks
from .exports_keras import make

if TYPE_CHECKING:
    from pathlib import Path


def answers(only: list[str]) -> dict[str, Any]:
    """Of each network the digest of the code, and what is counted of the model."""
    found: dict[str, Any] = {}
    for name, network in networks(only):
        try:
            text = to_keras.export(network)
        except SpecError:
            continue
        try:
            found[name] = {"code": digest(text), **_read(text)}
        except SpecError as error:
            found[name] = {"code": digest(text), "unread": str(error).splitlines()[0]}
        print(f"{name}: {found[name]}", flush=True)
    return found


def _read(text: str) -> dict[str, Any]:
    module = types.ModuleType("exported")
    sys.modules["exported"] = module
    exec(compile(text, "exported", "exec"), module.__dict__)  # noqa: S102 - it is what is tested
    functions = [v for v in vars(module).values() if getattr(v, "__module__", "") == "exported"]
    again = from_keras(make(functions[-1]))
    known = {"params": again.params, "macs": again.macs, "buffers": again.buffers}
    return {
        **{key: total.known for key, total in known.items()},
        "unknown": sorted(key for key, total in known.items() if total.gaps),
    }


def write(path: Path) -> None:
    """Writes all answers, a line each."""
    lines = [f"{json.dumps(name)}: {json.dumps(answer)}" for name, answer in answers([]).items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
