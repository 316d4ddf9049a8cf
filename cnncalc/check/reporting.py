"""What several formats of findings share: paths as a repository knows them, fingerprints."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from cnncalc.system.files import is_repository, upwards

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnncalc.errors import Diagnostic


_LONG = 1000
"""A line with more characters is not remembered for every finding in it."""


def _key(text: str) -> str:
    """A text, or what tells it from others where it is long."""
    return text if len(text) <= _LONG else _digest(text)


@cache
def _digest(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def path_in_repository(name: str) -> str:
    """A path as services know it: with `/`, relative to the root of the repository.

    The root is the folder with `.git` above the file; without one it is the current folder. A file
    outside of both keeps its absolute path.
    """
    if name.startswith("<"):
        return name
    path = os.path.abspath(name)
    root = _root(os.path.dirname(path)) or os.getcwd()
    if path.startswith(root.rstrip(os.sep) + os.sep):
        path = os.path.relpath(path, root)
    return path.replace(os.sep, "/")


@cache
def _root(folder: str) -> str | None:
    """The folder with `.git` that holds a folder."""
    *_, last = upwards(folder)
    return last if is_repository(last) else None


def rank(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The worst first; equal ones in their order."""
    order = ("error", "warning", "note")
    return sorted(findings, key=lambda finding: order.index(finding.severity))


def fingerprints(findings: Sequence[Diagnostic]) -> list[str]:
    """For each finding a word that stays when lines move, and that no other finding has.

    It is made of the code, the file, the model, the layer and the text of the line, not of the
    number of the line; among findings that are alike in all of it, of their order.
    """
    from hashlib import sha256

    counts: dict[str, int] = {}
    found = []
    for finding in findings:
        source, span = finding.source, finding.span
        parts = [finding.code, path_in_repository(source.name) if source else "",
                 finding.model or "", finding.layer or ""]  # fmt: skip
        if source and span:
            line = source.line(span.line)
            end = span.end_column - 1 if span.end_line == span.line else len(line)
            parts += [_key(line.strip()), _key(line[span.column - 1 : end])]
        key = "\0".join(parts)
        counts[key] = counts.get(key, 0) + 1
        text = f"{key}\0{counts[key]}".encode("utf-8", "surrogatepass")
        found.append(sha256(text).hexdigest()[:32])
    return found
