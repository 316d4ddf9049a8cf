"""Runs what `cnncalc export` writes: every network of `specs/` as code of a framework, or as a file.

An answer says of a network what the framework makes of its code: how many layers were compared, the
totals, and the digest of the code, by which the tests know that the code is still the one that was run.
"""

from __future__ import annotations

import hashlib
import inspect
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnncalc import SpecError, load, registry
from cnncalc.errors import Source
from cnncalc.language import zoo
from cnncalc.language.document import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.network import Network


def networks(only: list[str]) -> Iterator[tuple[str, Network]]:
    """The networks of the specs by their names; one of several models as FILE::MODEL."""
    for stem in zoo.names():
        text = Path(zoo.path(stem)).read_text(encoding="utf-8")
        models = Document(Source(stem, text)).models
        for model in models:
            name = stem if len(models) == 1 else f"{stem}::{model}"
            if not only or name in only:
                yield name, load(f"zoo:{name}")


def arguments(module: types.ModuleType) -> dict[str, list[Any]]:
    """The arguments of what makes the network, each with other values than the usual one."""
    made = list(vars(module).values())[-1]
    found = {}
    for name, parameter in inspect.signature(made).parameters.items():
        value = parameter.default
        found[name] = [value + 1, 2 * value] if type(value) is int else [2 * value, value / 2]
        if isinstance(value, bool):
            found[name] = [not value]
    return found


def loads_with(name: str, argument: str, value: Any) -> bool:
    """Whether the spec of a network takes a value of a variable."""
    try:
        load(f"zoo:{name}", set={argument.rstrip("_"): value})
    except SpecError:
        return False
    return True


def digest(text: str | bytes) -> str:
    """What tells a text, or the bytes of a file, from others."""
    data = text.encode() if isinstance(text, str) else text
    return hashlib.sha256(data).hexdigest()[:16]


def answers(target: str, only: list[str]) -> dict[str, Any]:
    """What a framework makes of each network; of one that it cannot say, the reasons."""
    from importlib import import_module

    asked = import_module(f".exports_{target}", __package__)
    exporter = registry.load("exporters", target)
    found: dict[str, Any] = {}
    for name, network in networks(only):
        try:
            text = exporter.export(network)
        except SpecError as error:
            found[name] = {"refused": [finding.message for finding in error.diagnostics]}
            print(f"{name}: refused", flush=True)
            continue
        if isinstance(text, bytes):
            found[name] = {"code": digest(text), **asked.ask(text, network)}
            print(f"{name}: {found[name]}", flush=True)
            continue
        module = types.ModuleType("exported")
        sys.modules["exported"] = module
        exec(compile(text, name, "exec"), module.__dict__)  # noqa: S102 - it is what is tested
        changed = [
            (argument, value, params)
            for argument, values in arguments(module).items()
            for value in values
            if loads_with(name, argument, value)
            for params in [asked.params(module, **{argument: value})]
        ]
        found[name] = {"code": digest(text), **asked.ask(module, network), "changed": changed}
        print(f"{name}: {found[name]}", flush=True)
    return found
