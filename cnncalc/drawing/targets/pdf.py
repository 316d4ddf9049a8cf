"""PDF, painted by matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.drawing.targets.base.painting import paint

if TYPE_CHECKING:
    from cnncalc.drawing.scene import Scene

ENDINGS = ("pdf",)


def render(scene: Scene) -> bytes:
    """The bytes of a file; raises UsageError if matplotlib is missing."""
    return paint(scene, "pdf")
