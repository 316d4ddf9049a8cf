"""A variable that no expression names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.errors import Diagnostic, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.language.document import Document
    from cnncalc.network import Network

CODE = "W602"

_NAMED = re.compile(r"\$(\w+)|\$\(([^\n]*)")
_WORD = re.compile(r"[A-Za-z_]\w*")


def survey(document: Document, networks: Sequence[Network]) -> Iterator[Diagnostic]:
    """A warning for every variable that no expression of the file names."""
    # A model file has none but those by which it is read.
    if document.source.tree is not None:
        return
    named: set[str] = set()
    for match in _NAMED.finditer(document.source.text):
        named.update(_WORD.findall(match[1] or match[2] or ""))
    for name, value in document.variables.items():
        if name not in named:
            line, column = value.node.span[:2]
            start = document.source.line(line).rfind(name, 0, column - 1) + 1
            span = Span(line, start, line, start + len(name)) if start else value.node.span
            yield Diagnostic(CODE, f"no expression names the variable `{name}`", document.source,
                             span, severity="warning",
                             help=f"write ${name} where it belongs, or take it out")  # fmt: skip
