"""`cnncalc what-if`: what changes in a network with other settings or another input."""

from __future__ import annotations

from typing import Any

from cnncalc.cli.comparison_command import ExitCode, known_format, show
from cnncalc.cli.options import (
    Allow,
    Channels,
    Color,
    Depth,
    Format,
    Set,
    Size,
    Spec,
    Width,
)
from cnncalc.diff.models import compare
from cnncalc.diff.sides import change_side, side
from cnncalc.errors import UsageError
from cnncalc.language.given import counts, settings, sizes


def run(
    spec: Spec,
    set: Set = [],  # noqa: B006
    size: Size = [],  # noqa: B006
    channels: Channels = [],  # noqa: B006
    allow: Allow = [],  # noqa: B006
    format: Format = "",
    depth: Depth = None,
    exit_code: ExitCode = False,
    color: Color = "auto",
    width: Width = None,
) -> None:
    """Compare a spec as it is with the same spec changed: other settings, another input.

    `cnncalc what-if zoo:mobilenet_v2 --set w=0.75 --set res=192`. The report is that of `diff`,
    against the budget of the spec. Exit 0, unless the spec or the change is refused or, with
    --exit-code, something changed.
    """
    known_format(format)
    given: dict[str, Any] = {
        "settings": settings(set) or None,
        "size": sizes(size),
        "channels": counts(channels),
    }
    changes = {name: value for name, value in given.items() if value is not None}
    if not changes:
        raise UsageError("what-if needs a change", "--set NAME=VALUE, --size H,W or --channels C")
    base = side(spec, "base", allow)._replace(label="base")
    found = compare(base, change_side(base, "what if", changes))
    show(found, analysis="what-if", format=format, depth=depth, exit_code=exit_code, color=color,
         width=width)  # fmt: skip
