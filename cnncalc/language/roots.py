"""The root of a spec: what a model file was made into, or what its text says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnncalc.errors import Diagnostic, Source
    from cnncalc.language.tree import Node


def find_root(source: Source) -> tuple[Node | None, list[Diagnostic]]:
    """The root, and the findings that do not stop reading; raises SpecError as `compose`."""
    if source.tree is not None:
        return source.tree, []
    # Of a model file nothing is YAML, and PyYAML takes a tenth of the start.
    from cnncalc.language.compose import compose

    return compose(source)
