"""A network whose units see less than the input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Diagnostic
from cnncalc.receptive_field.survey import survey_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.network import Network

CODE = "W627"
QUIET = True
"""A segmentation or a texture need not see all of the image."""


def judge(network: Network) -> Iterator[Diagnostic]:
    """A note if no unit of the last map sees all of an input."""
    survey = survey_of(network)
    whole = survey.of_output()
    survey.complete("field")
    if whole is None:
        return
    index, name = whole
    size = survey.inputs[name].output.size
    fields = [view.field.size for view in survey.views[index][name] if view.field]
    # What is seen as a whole, or is not computed, is not less than the input.
    if len(fields) == len(size) and any(seen < n for seen, n in zip(fields, size, strict=True)):
        node = network.nodes[index]
        seen, all_ = "×".join(map(str, fields)), "×".join(map(str, size))
        yield Diagnostic(CODE, f"a unit of `{node.name}` sees {seen} of the {all_} input",
                         network.source, node.span, layer=node.name, severity="note",
                         help="`cnncalc receptive-field --object-size H,W` compares with an object")  # fmt: skip
