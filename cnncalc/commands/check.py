"""`cnncalc check`: hold specs against what they expect of themselves."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from cnncalc import registry
from cnncalc.errors import Diagnostic, Source, SpecError, UsageError
from cnncalc.options import Color, document
from cnncalc.output import colored, emit
from cnncalc.spec.build import build, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.network import Network
    from cnncalc.spec.document import Document

Paths = Annotated[list[str], typer.Argument(metavar="PATH…", show_default=False,
                                            help="Specs, directories of specs, or - for stdin.")]  # fmt: skip


def run(paths: Paths, color: Color = "auto") -> None:
    """Judge the `expect`, `budget` and `variants` of specs; exit 1 if one is not met.

    In a directory every *.yaml and *.yml that carries `cnncalc:` is a spec.
    """
    started = time.perf_counter()
    findings: list[Diagnostic] = []
    models = failed = 0
    unjudged: set[str] = set()
    for path in _specs(paths):
        for found, skipped in _judged(path):
            models += 1
            failed += bool(found)
            # What concerns a whole file is found in each of its models.
            findings += [finding for finding in found if finding not in findings]
            unjudged |= skipped
    emit(registry.load("formats", "text").report(findings, color=colored(color, sys.stdout)))
    if findings:
        emit("\n")
    if unjudged:
        emit(f"not judged: {', '.join(sorted(unjudged))}\n")
    seconds = time.perf_counter() - started
    noun = "model" if models == 1 else "models"
    if failed:
        emit(f"✗ {failed} of {models} {noun} failed ({len(findings)} "
             f"{'error' if len(findings) == 1 else 'errors'}) in {seconds:.2f} s\n")  # fmt: skip
        raise typer.Exit(1)
    emit(f"✓ {models} {noun} passed in {seconds:.2f} s\n")


def _judged(path: str) -> Iterator[tuple[list[Diagnostic], set[str]]]:
    """For each model and variant of a spec: its findings, and the claims nothing can judge."""
    try:
        compiled, chosen = document(path)
        if compiled.report and not compiled.models:
            raise compiled.report.error()
        names = [compiled.model(chosen).name] if chosen else list(compiled.models)
    except UsageError:
        raise
    except SpecError as error:
        yield list(error.diagnostics), set()
        return
    for name in names:
        network, found, skipped = _attempt(compiled, name)
        yield found, skipped
        if network is None:
            continue
        for variant in compiled.models[name].variants:
            _, found, skipped = _attempt(compiled, name, variant)
            label = f"{network.name} ({variant.name})"
            yield (
                [d._replace(message=d.message.replace(network.name, label, 1)) for d in found],
                skipped,
            )


def _attempt(
    compiled: Document, name: str, variant: object = None
) -> tuple[Network | None, list[Diagnostic], set[str]]:
    """Build one network and judge it by every module of `checks/`."""
    try:
        network = build(compiled, name, variant=variant)  # type: ignore[arg-type]
    except UsageError:
        raise
    except SpecError as error:
        return None, list(error.diagnostics), set()
    checks = [registry.load("checks", check) for check in registry.names("checks")]
    found = [finding for check in checks for finding in check.judge(network)]
    skipped = {
        ".".join(claim.keys)
        for claim in network.claims
        if not any(check.judged(claim) for check in checks)
    }
    return network, sorted(found, key=lambda f: f.span or (0, 0)), skipped


def _specs(paths: list[str]) -> Iterator[str]:
    """The specs that PATHs mean, directories searched; raises UsageError if there is none."""
    none = True
    for path in paths:
        if not os.path.isdir(path):
            none = False
            yield path
            continue
        for folder, folders, files in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(files):
                file = os.path.join(folder, name)
                if name.endswith((".yaml", ".yml")) and _is_marked(file):
                    none = False
                    yield file
    if none:
        raise UsageError(f"no spec found in {', '.join(paths)}",
                         "in a directory, specs are the YAML files that carry `cnncalc: 1`")  # fmt: skip


def _is_marked(path: str) -> bool:
    """Whether a file in a directory says that it is a spec."""
    try:
        source: Source = read(path)
    except SpecError:
        return False
    return any(line.startswith("cnncalc:") for line in source.text.splitlines())
